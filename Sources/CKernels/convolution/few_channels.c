#include "convolution/methods.h"
#include "matrix/panel.h"
#include "runtime/sharing.h"
#include <string.h>

// A patch is what one output pixel sees: kernel_height * kernel_width * input_channels values, channels fastest.
enum { patch_rows = 96, band_rows = 32, partial_sums = 16 };

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t quotient_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
static int64_t patch_size(const ck_convolution_sizes *s) {
    return s->kernel_height * s->kernel_width * s->input_channels;
}

int ck_few_channels_takes(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    return call->pass != CK_FORWARD && call->precision == CK_FLOAT32 && call->x_pixel == s->input_channels &&
           call->y_pixel == s->output_channels && s->input_channels <= 4 && s->output_channels >= 8 &&
           s->groups == 1 && s->dilation_width == 1 && patch_size(s) <= 512;
}

typedef float four __attribute__((vector_size(16), aligned(4)));

typedef struct {
    const ck_convolution_sizes *sizes;
    ck_matrix_panel *panel;
    const float *x, *dy, *packed, *bias;
    float *dx, *sums;
    int64_t pieces_per_image, images_per_piece;
    _Atomic int failed;
} job;

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

// Adds one line of a patch to a row of the input.
static inline __attribute__((always_inline)) void add_line(const ck_convolution_sizes *s, const float *values,
                                                           int64_t column, float *row) {
    int64_t left = larger(0, -column), right = smaller(s->kernel_width, s->input_width - column);
    float *to = row + column * s->input_channels;
    int64_t c = left * s->input_channels, until = right * s->input_channels;
    for (; c + 4 <= until; c += 4) *(four *)(to + c) += *(const four *)(values + c);
    for (; c < until; c++) to[c] += values[c];
}

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
    int64_t apart = quotient_up(s->kernel_width, s->stride_width);
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
                // Neighboring patches overlap; every `apart`-th one does not, so that no sum waits for the one before.
                for (int64_t start = 0; start < apart; start++) {
                    for (int64_t i = start; i < count; i += apart)
                        add_line(s, patches + i * patch + k * line, (from + i) * s->stride_width - s->pad_left,
                                 dx + y * s->input_width * channels);
                }
            }
        }
    }
    ck_scratch_give(patches);
}

static int input_gradient(const ck_convolution_sizes *s, const float *dy, const float *w, ck_weight_key key,
                          const float *bias, float *dx) {
    job j = {.sizes = s, .panel = ck_matrix_panel_kernel(), .dy = dy, .dx = dx, .bias = bias};
    packing p = {s, w};
    size_t bytes = sizeof(float) * (size_t)(quotient_up(patch_size(s), CK_PANEL) * CK_PANEL * s->output_channels);
    void *handle;
    j.packed = ck_prepared_acquire(key, 0x66001, bytes, w ? pack_backward : NULL, &p, &handle);
    if (!j.packed) return -1;
    j.pieces_per_image = quotient_up(s->input_height, band_rows);
    ck_share(s->batch * j.pieces_per_image, input_gradient_piece, &j);
    ck_prepared_release(handle);
    return j.failed ? -1 : 0;
}

// ---- Weight gradient: a fixed number of partial sums [patch][outputs], added up in order

// Floats of an input row with its padding, as far as the last patch reaches.
static int64_t padded_line(const ck_convolution_sizes *s) {
    return ((s->output_width - 1) * s->stride_width + s->kernel_width) * s->input_channels;
}

// In a padded row, value i of the patch line of pixel p lies at p * stride * channels + i: the panel reads it in place.
static void weight_gradient_piece(void *context, int64_t piece) {
    job *j = context;
    const ck_convolution_sizes *s = j->sizes;
    int64_t patch = patch_size(s), outputs = s->output_channels, width = s->output_width;
    int64_t line = s->kernel_width * s->input_channels, padded = padded_line(s);
    int64_t before = s->pad_left * s->input_channels, row_floats = s->input_width * s->input_channels;
    float *sums = j->sums + piece * patch * outputs;
    float *image = ck_scratch_take(sizeof(float) * (size_t)(s->input_height * padded + width * CK_PANEL));
    if (!image) {
        j->failed = 1;
        return;
    }
    float *aside = image + s->input_height * padded;
    memset(sums, 0, sizeof(float) * (size_t)(patch * outputs));
    memset(image, 0, sizeof(float) * (size_t)(s->input_height * padded));
    int64_t last = smaller((piece + 1) * j->images_per_piece, s->batch);
    for (int64_t n = piece * j->images_per_piece; n < last; n++) {
        const float *x = j->x + n * s->input_height * row_floats;
        for (int64_t y = 0; y < s->input_height && before < padded; y++)
            memcpy(image + y * padded + before, x + y * row_floats,
                   sizeof(float) * (size_t)smaller(row_floats, padded - before));
        for (int64_t row = 0; row < s->output_height; row++) {
            const float *dy = j->dy + (n * s->output_height + row) * width * outputs;
            for (int64_t o = 0; o < outputs; o += CK_PANEL) {
                int64_t columns = smaller(CK_PANEL, outputs - o);
                const float *b = dy + o;
                int64_t b_inner = outputs;
                if (columns < CK_PANEL) {
                    for (int64_t i = 0; i < width; i++) {
                        for (int64_t c = 0; c < CK_PANEL; c++)
                            aside[i * CK_PANEL + c] = c < columns ? dy[i * outputs + o + c] : 0;
                    }
                    b = aside;
                    b_inner = CK_PANEL;
                }
                for (int64_t k = 0; k < s->kernel_height; k++) {
                    int64_t y = row * s->stride_height - s->pad_top + k * s->dilation_height;
                    if (y < 0 || y >= s->input_height) continue;
                    j->panel(line, columns, width, image + y * padded, 1, s->stride_width * s->input_channels, b,
                             b_inner, sums + k * line * outputs + o, outputs, 1, NULL);
                }
            }
        }
    }
    ck_scratch_give(image);
}

static int weight_gradient(const ck_convolution_sizes *s, const float *x, const float *dy, float *dw) {
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

int ck_few_channels_run(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    if (call->pass == CK_INPUT_GRADIENT)
        return input_gradient(s, call->y, call->w, call->key, call->epilogue.bias, call->x);
    return weight_gradient(s, call->x, call->y, call->w);
}
