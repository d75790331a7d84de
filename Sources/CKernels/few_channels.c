#include "few_channels.h"
#include "matrix_panel.h"
#include "sharing.h"
#include <string.h>

// A patch is what one output pixel sees: kernel_height * kernel_width * input_channels values, channels fastest.
enum { patch_rows = 96, band_rows = 16, partial_sums = 16 };

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t quotient_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
static int64_t patch_size(const ck_convolution_sizes *s) {
    return s->kernel_height * s->kernel_width * s->input_channels;
}

int ck_few_channels_takes(const ck_convolution_sizes *s) {
    return s->input_channels <= 4 && s->output_channels >= 8 && s->groups == 1 && s->dilation_width == 1 &&
           patch_size(s) <= 512;
}

typedef struct {
    const ck_convolution_sizes *sizes;
    ck_matrix_panel *panel;
    const float *x, *dy, *packed, *bias;
    float *dx, *sums;
    int64_t pieces_per_image, images_per_piece;
    _Atomic int failed;
} job;

// Patches of output pixels [first, first + count) of an image, one per row.
static void take_patches(const ck_convolution_sizes *s, const float *image, int64_t first, int64_t count, float *to) {
    int64_t channels = s->input_channels, line = s->kernel_width * channels;
    for (int64_t i = 0; i < count; i++) {
        int64_t row = (first + i) / s->output_width * s->stride_height - s->pad_top;
        int64_t column = (first + i) % s->output_width * s->stride_width - s->pad_left;
        int64_t left = larger(0, -column), right = smaller(s->kernel_width, s->input_width - column);
        for (int64_t k = 0; k < s->kernel_height; k++, to += line) {
            int64_t y = row + k * s->dilation_height;
            if (y < 0 || y >= s->input_height || right <= left) {
                memset(to, 0, sizeof(float) * (size_t)line);
                continue;
            }
            const float *from = image + (y * s->input_width + column) * channels;
            if (left == 0 && right == s->kernel_width) {
                for (int64_t j = 0; j < line; j++) to[j] = from[j];
                continue;
            }
            for (int64_t j = 0; j < line; j++) to[j] = j >= left * channels && j < right * channels ? from[j] : 0;
        }
    }
}

// ---- Packed weights

typedef struct {
    const ck_convolution_sizes *sizes;
    const float *w;
} packing;

static float tap(const packing *p, int64_t output, int64_t in_patch) {
    const ck_convolution_sizes *s = p->sizes;
    int64_t channel = in_patch % s->input_channels, position = in_patch / s->input_channels;
    return p->w[(output * s->input_channels + channel) * s->kernel_height * s->kernel_width + position];
}

// [panel of the patch][outputs][32]
static void pack_backward(void *context, void *memory) {
    const packing *p = context;
    float *to = memory;
    int64_t outputs = p->sizes->output_channels, patch = patch_size(p->sizes);
    for (int64_t from = 0; from < patch; from += CK_PANEL) {
        for (int64_t o = 0; o < outputs; o++) {
            for (int64_t k = from; k < from + CK_PANEL; k++) *to++ = k < patch ? tap(p, o, k) : 0;
        }
    }
}

// ---- Input gradient: a piece is a band of input rows, and visits all output rows that reach into it

static void input_gradient_piece(void *context, int64_t piece) {
    job *j = context;
    const ck_convolution_sizes *s = j->sizes;
    int64_t channels = s->input_channels, patch = patch_size(s), outputs = s->output_channels;
    int64_t image = piece / j->pieces_per_image, top = piece % j->pieces_per_image * band_rows;
    int64_t bottom = smaller(top + band_rows, s->input_height), line = s->kernel_width * channels;
    float *patches = ck_scratch_take(sizeof(float) * (size_t)(smaller(s->output_width, patch_rows) * patch));
    if (!patches) {
        j->failed = 1;
        return;
    }
    float *dx = j->dx + image * s->input_height * s->input_width * channels;
    for (int64_t i = top * s->input_width; i < bottom * s->input_width; i++) {
        for (int64_t c = 0; c < channels; c++) dx[i * channels + c] = j->bias ? j->bias[c] : 0;
    }
    int64_t reach = s->dilation_height * (s->kernel_height - 1);
    int64_t first = larger(0, quotient_up(larger(0, top + s->pad_top - reach), s->stride_height));
    int64_t last = smaller(s->output_height - 1, (bottom - 1 + s->pad_top) / s->stride_height);
    for (int64_t row = first; row <= last; row++) {
        for (int64_t from = 0; from < s->output_width; from += patch_rows) {
            int64_t count = smaller(patch_rows, s->output_width - from);
            const float *dy = j->dy + ((image * s->output_height + row) * s->output_width + from) * outputs;
            for (int64_t k = 0; k < patch; k += CK_PANEL)
                j->panel(count, smaller(CK_PANEL, patch - k), outputs, dy, outputs, 1, j->packed + k * outputs,
                         CK_PANEL, patches + k, patch, 0, NULL);
            for (int64_t k = 0; k < s->kernel_height; k++) {
                int64_t y = row * s->stride_height - s->pad_top + k * s->dilation_height;
                if (y < top || y >= bottom) continue;
                for (int64_t i = 0; i < count; i++) {
                    int64_t column = (from + i) * s->stride_width - s->pad_left;
                    int64_t left = larger(0, -column), right = smaller(s->kernel_width, s->input_width - column);
                    const float *values = patches + i * patch + k * line;
                    float *to = dx + (y * s->input_width + column) * channels;
                    for (int64_t c = left * channels; c < right * channels; c++) to[c] += values[c];
                }
            }
        }
    }
    ck_scratch_give(patches);
}

int ck_few_channels_input_gradient(const ck_convolution_sizes *s, const float *dy, const float *w, ck_weight_key key,
                                   const float *bias, float *dx) {
    job j = {.sizes = s, .panel = ck_matrix_panel_kernel(), .dy = dy, .dx = dx, .bias = bias};
    packing p = {s, w};
    size_t bytes = sizeof(float) * (size_t)(quotient_up(patch_size(s), CK_PANEL) * CK_PANEL * s->output_channels);
    void *handle;
    j.packed = ck_prepared_acquire(key, 0x66001, bytes, pack_backward, &p, &handle);
    if (!j.packed) return -1;
    j.pieces_per_image = quotient_up(s->input_height, band_rows);
    ck_share(s->batch * j.pieces_per_image, input_gradient_piece, &j);
    ck_prepared_release(handle);
    return j.failed ? -1 : 0;
}

// ---- Weight gradient: a fixed number of partial sums [patch][outputs], added up in order

static void weight_gradient_piece(void *context, int64_t piece) {
    job *j = context;
    const ck_convolution_sizes *s = j->sizes;
    int64_t pixels = s->output_height * s->output_width, patch = patch_size(s), outputs = s->output_channels;
    float *sums = j->sums + piece * patch * outputs;
    float *patches = ck_scratch_take(sizeof(float) * (size_t)(patch_rows * (patch + CK_PANEL)));
    if (!patches) {
        j->failed = 1;
        return;
    }
    float *aside = patches + patch_rows * patch;
    int64_t last = smaller((piece + 1) * j->images_per_piece, s->batch);
    int accumulate = 0;
    for (int64_t image = piece * j->images_per_piece; image < last; image++) {
        for (int64_t first = 0; first < pixels; first += patch_rows) {
            int64_t count = smaller(patch_rows, pixels - first);
            take_patches(s, j->x + image * s->input_height * s->input_width * s->input_channels, first, count,
                         patches);
            const float *dy = j->dy + (image * pixels + first) * outputs;
            for (int64_t o = 0; o < outputs; o += CK_PANEL) {
                int64_t columns = smaller(CK_PANEL, outputs - o);
                const float *b = dy + o;
                int64_t b_inner = outputs;
                if (columns < CK_PANEL) {
                    for (int64_t i = 0; i < count; i++) {
                        for (int64_t c = 0; c < CK_PANEL; c++)
                            aside[i * CK_PANEL + c] = c < columns ? dy[i * outputs + o + c] : 0;
                    }
                    b = aside;
                    b_inner = CK_PANEL;
                }
                j->panel(patch, columns, count, patches, 1, patch, b, b_inner, sums + o, outputs, accumulate, NULL);
            }
            accumulate = 1;
        }
    }
    ck_scratch_give(patches);
}

int ck_few_channels_weight_gradient(const ck_convolution_sizes *s, const float *x, const float *dy, float *dw) {
    job j = {.sizes = s, .panel = ck_matrix_panel_kernel(), .x = x, .dy = dy};
    int64_t patch = patch_size(s), outputs = s->output_channels, channels = s->input_channels;
    j.images_per_piece = quotient_up(s->batch, partial_sums);
    int64_t pieces = quotient_up(s->batch, j.images_per_piece);
    j.sums = ck_scratch_take(sizeof(float) * (size_t)(pieces * patch * outputs));
    if (!j.sums) return -1;
    ck_share(pieces, weight_gradient_piece, &j);
    int64_t positions = s->kernel_height * s->kernel_width;
    for (int64_t k = 0; k < patch; k++) {
        for (int64_t o = 0; o < outputs; o++) {
            float sum = 0;
            for (int64_t piece = 0; piece < pieces; piece++) sum += j.sums[(piece * patch + k) * outputs + o];
            dw[(o * channels + k % channels) * positions + k / channels] = sum;
        }
    }
    ck_scratch_give(j.sums);
    return j.failed ? -1 : 0;
}
