#include "CKernelsConvolution.h"
#include "runtime/sharing.h"
#include <string.h>

typedef struct {
    const float *x;
    float *y;
    int64_t rows, columns, column_blocks;
} transposition;

enum { block = 16, strip = 256, plane_strip = 4096 };

// Two to four channels: one short loop inside a long one.
static inline __attribute__((always_inline)) void interleave(const float *x, float *y, const int channels,
                                                             int64_t plane, int64_t from, int64_t until,
                                                             int to_channels_last) {
    for (int64_t i = from; i < until; i++) {
        for (int c = 0; c < channels; c++) {
            if (to_channels_last) y[i * channels + c] = x[c * plane + i];
            else y[c * plane + i] = x[i * channels + c];
        }
    }
}

static void interleave_strip(void *context, int64_t piece) {
    const transposition *t = context;
    int to_channels_last = t->rows < t->columns;
    int64_t channels = to_channels_last ? t->rows : t->columns, plane = to_channels_last ? t->columns : t->rows;
    int64_t image = piece / t->column_blocks, from = piece % t->column_blocks * plane_strip;
    int64_t until = from + plane_strip < plane ? from + plane_strip : plane;
    const float *x = t->x + image * channels * plane;
    float *y = t->y + image * channels * plane;
    if (channels == 2) interleave(x, y, 2, plane, from, until, to_channels_last);
    else if (channels == 3) interleave(x, y, 3, plane, from, until, to_channels_last);
    else interleave(x, y, 4, plane, from, until, to_channels_last);
}

// Transposes columns [from, from + strip) of one image, seen as a matrix.
static void transpose_strip(void *context, int64_t piece) {
    const transposition *t = context;
    int64_t image = piece / t->column_blocks, from = piece % t->column_blocks * strip;
    int64_t until = from + strip < t->columns ? from + strip : t->columns;
    const float *x = t->x + image * t->rows * t->columns;
    float *y = t->y + image * t->rows * t->columns;
    for (int64_t r0 = 0; r0 < t->rows; r0 += block) {
        int64_t height = t->rows - r0 < block ? t->rows - r0 : block;
        for (int64_t c0 = from; c0 < until; c0 += block) {
            int64_t width = until - c0 < block ? until - c0 : block;
            if (height == block && width == block) {
                float tile[block][block];
                for (int r = 0; r < block; r++) memcpy(tile[r], x + (r0 + r) * t->columns + c0, sizeof tile[r]);
                for (int c = 0; c < block; c++) {
                    float *to = y + (c0 + c) * t->rows + r0;
                    for (int r = 0; r < block; r++) to[r] = tile[r][c];
                }
            } else {
                for (int64_t c = 0; c < width; c++) {
                    for (int64_t r = 0; r < height; r++)
                        y[(c0 + c) * t->rows + r0 + r] = x[(r0 + r) * t->columns + c0 + c];
                }
            }
        }
    }
}

void ck_swap_layout(const float *x, int from_layout, float *y, int64_t batch, int64_t channels, int64_t plane) {
    transposition t = {x, y, from_layout == CK_PLAIN ? channels : plane, from_layout == CK_PLAIN ? plane : channels, 0};
    if (t.rows == 1 || t.columns == 1) {
        memcpy(y, x, sizeof(float) * (size_t)(batch * channels * plane));
        return;
    }
    if (channels <= 4 && plane > 4) {
        t.column_blocks = (plane + plane_strip - 1) / plane_strip;
        ck_share(batch * t.column_blocks, interleave_strip, &t);
        return;
    }
    t.column_blocks = (t.columns + strip - 1) / strip;
    ck_share(batch * t.column_blocks, transpose_strip, &t);
}

typedef struct {
    float *y;
    const float *bias;
    int64_t channels, plane;
    int layout;
} bias_addition;

static void add_to_image(void *context, int64_t image) {
    const bias_addition *a = context;
    float *y = a->y + image * a->channels * a->plane;
    if (a->layout == CK_PLAIN) {
        for (int64_t c = 0; c < a->channels; c++) {
            for (int64_t i = 0; i < a->plane; i++) y[c * a->plane + i] += a->bias[c];
        }
    } else {
        for (int64_t i = 0; i < a->plane; i++) {
            for (int64_t c = 0; c < a->channels; c++) y[i * a->channels + c] += a->bias[c];
        }
    }
}

void ck_add_bias(float *y, const float *bias, int64_t batch, int64_t channels, int64_t plane, int layout) {
    bias_addition a = {y, bias, channels, plane, layout};
    ck_share(batch, add_to_image, &a);
}
