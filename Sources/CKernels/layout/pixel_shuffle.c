#include "runtime/dispatch.h"
#include <string.h>

// Pixels of channels-last arrays rearranged. A unit of work is one row of the larger image when shuffling, one row of
// the smaller image otherwise.

typedef struct {
    const float *x, *base;
    float *y;
    int64_t x_pixel, base_pixel, y_pixel, width, channels, factor;
} pixels_task;

CK_INLINE void shuffle_row(const pixels_task *t, int64_t unit, int64_t factor, int64_t channels) {
    int64_t from_row = unit / factor, line = unit % factor, step = factor * factor;
    const float *x = t->x + from_row * t->width * t->x_pixel + line * factor;
    const float *base = t->base ? t->base + from_row * t->width * t->base_pixel : NULL;
    float *y = t->y + unit * t->width * factor * t->y_pixel;
    for (int64_t w = 0; w < t->width; w++, x += t->x_pixel) {
        for (int64_t j = 0; j < factor; j++, y += t->y_pixel) {
            if (base) {
                for (int64_t c = 0; c < channels; c++) y[c] = x[c * step + j] + base[c];
            } else {
                for (int64_t c = 0; c < channels; c++) y[c] = x[c * step + j];
            }
        }
        if (base) base += t->base_pixel;
    }
}

CK_DISPATCH static void shuffle_rows(void *context, int64_t begin, int64_t end) {
    const pixels_task *t = context;
    for (int64_t unit = begin; unit < end; unit++) {
        if (t->channels == 3 && t->factor == 4) shuffle_row(t, unit, 4, 3);
        else if (t->channels == 3 && t->factor == 2) shuffle_row(t, unit, 2, 3);
        else if (t->factor == 2) shuffle_row(t, unit, 2, t->channels);
        else shuffle_row(t, unit, t->factor, t->channels);
    }
}

void ck_pixel_shuffle(const float *x, int64_t x_pixel, int64_t rows, int64_t width, int64_t channels, int64_t factor,
                      const float *base, int64_t base_pixel, float *y, int64_t y_pixel) {
    pixels_task t = {x, base, y, x_pixel, base_pixel, y_pixel, width, channels, factor};
    int64_t run = width * factor * channels;
    if (rows * run == 0) return;
    ck_parallel_work(rows * factor * run, rows * factor, ck_larger(1, CK_GRAIN / run), shuffle_rows, &t);
}

CK_INLINE void unshuffle_row(const pixels_task *t, int64_t unit, int64_t factor) {
    int64_t step = factor * factor, run = t->width * factor * t->channels;
    for (int64_t w = 0; w < t->width; w++) {
        float *y = t->y + (unit * t->width + w) * t->channels * step;
        if (factor == 2) {  // Whole vectors of the result are woven from four of the input.
            const float *a = t->x + unit * 2 * run + w * 2 * t->channels, *b = a + t->channels;
            const float *c = a + run, *d = b + run;
            CK_VECTOR_ROW
            for (int64_t k = 0; k < t->channels; k++) {
                y[4 * k] = a[k];
                y[4 * k + 1] = b[k];
                y[4 * k + 2] = c[k];
                y[4 * k + 3] = d[k];
            }
            continue;
        }
        for (int64_t i = 0; i < factor; i++) {
            const float *x = t->x + (unit * factor + i) * run + w * factor * t->channels;
            for (int64_t j = 0; j < factor; j++)
                for (int64_t c = 0; c < t->channels; c++) y[c * step + i * factor + j] = x[j * t->channels + c];
        }
    }
}

CK_DISPATCH static void unshuffle_rows(void *context, int64_t begin, int64_t end) {
    const pixels_task *t = context;
    for (int64_t unit = begin; unit < end; unit++) {
        if (t->factor == 2) unshuffle_row(t, unit, 2);
        else unshuffle_row(t, unit, t->factor);
    }
}

void ck_pixel_unshuffle(const float *x, int64_t rows, int64_t width, int64_t channels, int64_t factor, float *y) {
    pixels_task t = {.x = x, .y = y, .width = width, .channels = channels, .factor = factor};
    int64_t run = width * factor * factor * channels;
    if (rows * run == 0) return;
    ck_parallel_work(rows * run, rows, ck_larger(1, CK_GRAIN / run), unshuffle_rows, &t);
}

static void upsample_rows(void *context, int64_t begin, int64_t end) {
    const pixels_task *t = context;
    size_t bytes = (size_t)t->channels * sizeof(float);
    for (int64_t unit = begin; unit < end; unit++) {
        for (int64_t i = 0; i < t->factor; i++) {
            const float *x = t->x + unit * t->width * t->x_pixel;
            float *y = t->y + (unit * t->factor + i) * t->width * t->factor * t->y_pixel;
            for (int64_t w = 0; w < t->width; w++, x += t->x_pixel)
                for (int64_t j = 0; j < t->factor; j++, y += t->y_pixel) memcpy(y, x, bytes);
        }
    }
}

void ck_upsample_nearest(const float *x, int64_t x_pixel, int64_t rows, int64_t width, int64_t channels, int64_t factor,
                float *y, int64_t y_pixel) {
    pixels_task t = {.x = x, .y = y, .x_pixel = x_pixel, .y_pixel = y_pixel, .width = width, .channels = channels,
                     .factor = factor};
    int64_t run = width * factor * factor * channels;
    if (rows * run == 0) return;
    ck_parallel_work(rows * run, rows, ck_larger(1, CK_GRAIN / run), upsample_rows, &t);
}
