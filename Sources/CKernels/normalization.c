#include "runs.h"
#include <stdlib.h>
#include <string.h>

// Sums per channel go by units: a unit is a block of channels over a fixed number of positions, and leaves two sums
// per channel in `partial` [pieces, 2, channels]; these are added in order. inner == 1 walks rows of channels; a longer
// inner walks runs of one channel.

enum { CHANNELS = 256 };

typedef struct {
    int64_t outer, channels, inner;
    int64_t piece, pieces, block, blocks;
    const float *x, *gradient, *mean, *inverse_deviation, *scale, *shift, *slant;
    float slope;
    float *y;
    double *partial;
} norm_task;

/// What is summed: deviations from a first value and their squares, or gradients and their products with deviations.
typedef enum { MOMENTS, PRODUCTS } sums_kind;

CK_INLINE void add_rows(sums_kind kind, double *first, double *second, const float *x, const float *gradient,
                        const float *origin, int64_t rows, int64_t step, int64_t n) {
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        const float *x0 = x + r * step, *x1 = x0 + step, *x2 = x1 + step, *x3 = x2 + step;
        const float *g0 = kind == MOMENTS ? x0 : gradient + r * step, *g1 = g0 + step, *g2 = g1 + step, *g3 = g2 + step;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) {
            double from = (double)origin[i];
            double d0 = (double)x0[i] - from, d1 = (double)x1[i] - from;
            double d2 = (double)x2[i] - from, d3 = (double)x3[i] - from;
            double v0 = kind == MOMENTS ? d0 : (double)g0[i], v1 = kind == MOMENTS ? d1 : (double)g1[i];
            double v2 = kind == MOMENTS ? d2 : (double)g2[i], v3 = kind == MOMENTS ? d3 : (double)g3[i];
            first[i] += (v0 + v1) + (v2 + v3);
            second[i] += (v0 * d0 + v1 * d1) + (v2 * d2 + v3 * d3);
        }
    }
    for (; r < rows; r++) {
        const float *row = x + r * step, *other = kind == MOMENTS ? row : gradient + r * step;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) {
            double deviation = (double)row[i] - (double)origin[i];
            double value = kind == MOMENTS ? deviation : (double)other[i];
            first[i] += value;
            second[i] += value * deviation;
        }
    }
}

CK_INLINE void sum_channels_last(const norm_task *t, sums_kind kind, int64_t begin, int64_t end) {
    int64_t channels = t->channels;
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t channel = unit % t->blocks * t->block, n = ck_smaller(t->block, channels - channel);
        int64_t piece = unit / t->blocks, row = piece * t->piece, rows = ck_smaller(t->piece, t->outer - row);
        const float *x = t->x + row * channels + channel;
        const float *gradient = kind == MOMENTS ? NULL : t->gradient + row * channels + channel;
        const float *origin = (kind == MOMENTS ? t->x : t->mean) + channel;
        double *first = t->partial + piece * 2 * channels + channel, *second = first + channels;
        // Few channels: several rows are taken as one.
        int64_t fold = n == channels && n < 64 ? CHANNELS / n : 1;
        double wide_first[CHANNELS], wide_second[CHANNELS];
        float origins[CHANNELS];
        for (int64_t k = 0; k < fold * n; k++) {
            wide_first[k] = wide_second[k] = 0;
            origins[k] = origin[k % n];
        }
        int64_t folded = rows / fold;
        add_rows(kind, wide_first, wide_second, x, gradient, origins, folded, fold * channels, fold * n);
        int64_t done = folded * fold * channels;
        add_rows(kind, wide_first, wide_second, x + done, kind == MOMENTS ? NULL : gradient + done, origins,
                 rows - folded * fold, channels, n);
        for (int64_t i = 0; i < n; i++) first[i] = second[i] = 0;
        for (int64_t k = 0; k < fold; k++) {
            for (int64_t i = 0; i < n; i++) {
                first[i] += wide_first[k * n + i];
                second[i] += wide_second[k * n + i];
            }
        }
    }
}

/// A unit is one run [inner] cut into pieces.
CK_INLINE void sum_runs(const norm_task *t, sums_kind kind, int64_t begin, int64_t end) {
    int64_t per_run = ck_pieces(t->inner, t->piece);
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t run = unit / per_run, o = run / t->channels, channel = run % t->channels;
        int64_t i = unit % per_run * t->piece, last = ck_smaller(i + t->piece, t->inner);
        const float *x = t->x + run * t->inner;
        const float *gradient = kind == MOMENTS ? NULL : t->gradient + run * t->inner;
        double origin = kind == MOMENTS ? t->x[channel * t->inner] : t->mean[channel];
        ck_double16 first = {0}, second = {0}, more_first = {0}, more_second = {0};
        for (; i + 32 <= last; i += 32) {
            ck_double16 d0 = ck_load_double(x + i) - origin, d1 = ck_load_double(x + i + 16) - origin;
            ck_double16 v0 = kind == MOMENTS ? d0 : ck_load_double(gradient + i);
            ck_double16 v1 = kind == MOMENTS ? d1 : ck_load_double(gradient + i + 16);
            first += v0;
            more_first += v1;
            second += v0 * d0;
            more_second += v1 * d1;
        }
        double sum_first = ck_sum_lanes(first + more_first), sum_second = ck_sum_lanes(second + more_second);
        for (; i < last; i++) {
            double deviation = x[i] - origin, value = kind == MOMENTS ? deviation : (double)gradient[i];
            sum_first += value;
            sum_second += value * deviation;
        }
        double *out = t->partial + (o * per_run + unit % per_run) * 2 * t->channels + channel;
        out[0] = sum_first;
        out[t->channels] = sum_second;
    }
}

CK_DISPATCH static void moments_channels_last(void *context, int64_t begin, int64_t end) {
    sum_channels_last(context, MOMENTS, begin, end);
}
CK_DISPATCH static void products_channels_last(void *context, int64_t begin, int64_t end) {
    sum_channels_last(context, PRODUCTS, begin, end);
}
CK_DISPATCH static void moments_runs(void *context, int64_t begin, int64_t end) {
    sum_runs(context, MOMENTS, begin, end);
}
CK_DISPATCH static void products_runs(void *context, int64_t begin, int64_t end) {
    sum_runs(context, PRODUCTS, begin, end);
}

/// Both sums per channel, in 2 * channels doubles that the caller frees.
static double *channel_sums(norm_task *t, sums_kind kind) {
    int64_t channels = t->channels, work = t->outer * channels * t->inner;
    if (t->inner == 1) {
        t->block = ck_smaller(channels, CHANNELS);
        t->blocks = ck_pieces(channels, t->block);
        t->piece = ck_larger(16, 2 * CK_GRAIN / t->block);
        t->pieces = ck_pieces(t->outer, t->piece);
    } else {
        t->piece = ck_smaller(t->inner, 2 * CK_GRAIN);
        t->pieces = t->outer * ck_pieces(t->inner, t->piece);
    }
    t->partial = malloc((size_t)(ck_larger(1, t->pieces) * 2 * channels) * sizeof *t->partial);
    if (t->inner == 1) {
        ck_parallel_work(work, t->pieces * t->blocks, 1,
                         kind == MOMENTS ? moments_channels_last : products_channels_last, t);
    } else {
        ck_parallel_work(work, t->pieces * channels, ck_larger(1, CK_GRAIN / t->piece),
                         kind == MOMENTS ? moments_runs : products_runs, t);
    }
    double *sums = t->partial;
    for (int64_t p = 1; p < t->pieces; p++)
        for (int64_t i = 0; i < 2 * channels; i++) sums[i] += t->partial[p * 2 * channels + i];
    return sums;
}

void ck_moments(int64_t outer, int64_t channels, int64_t inner, const float *x, float *mean, float *variance) {
    if (channels == 0) return;
    double count = (double)(outer * inner);
    if (count == 0) {
        ck_fill(mean, channels, 0);
        ck_fill(variance, channels, 0);
        return;
    }
    norm_task t = {.outer = outer, .channels = channels, .inner = inner, .x = x};
    double *sums = channel_sums(&t, MOMENTS);
    for (int64_t c = 0; c < channels; c++) {
        double offset = sums[c] / count, spread = sums[channels + c] / count - offset * offset;
        mean[c] = (float)((double)x[c * inner] + offset);
        variance[c] = (float)(spread < 0 ? 0 : spread);
    }
    free(sums);
}

/// y = (x - mean)*slant + gradient*scale + shift, per channel.
CK_INLINE float input_gradient(float x, float gradient, float mean, float slant, float scale, float shift) {
    return (x - mean) * slant + (gradient * scale + shift);
}

CK_INLINE float affine(float x, float scale, float shift, float slope) {
    float value = x * scale + shift;
    return value > 0.0f ? value : value * slope;
}

CK_DISPATCH static void affine_rows(void *context, int64_t begin, int64_t end) {
    const norm_task *t = context;
    int64_t n = t->channels;
    const float *scale = t->scale, *shift = t->shift;
    float slope = t->slope;
    for (int64_t row = begin; row < end; row++) {
        const float *x = t->x + row * n;
        float *y = t->y + row * n;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = affine(x[i], scale[i], shift[i], slope);
    }
}

CK_DISPATCH static void affine_runs(void *context, int64_t begin, int64_t end) {
    const norm_task *t = context;
    int64_t n = t->inner;
    float slope = t->slope;
    for (int64_t run = begin; run < end; run++) {
        const float *x = t->x + run * n;
        float *y = t->y + run * n;
        float scale = t->scale[run % t->channels], shift = t->shift[run % t->channels];
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = affine(x[i], scale, shift, slope);
    }
}

CK_DISPATCH static void gradient_rows(void *context, int64_t begin, int64_t end) {
    const norm_task *t = context;
    int64_t n = t->channels;
    const float *mean = t->mean, *slant = t->slant, *scale = t->scale, *shift = t->shift;
    for (int64_t row = begin; row < end; row++) {
        const float *x = t->x + row * n, *gradient = t->gradient + row * n;
        float *y = t->y + row * n;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++)
            y[i] = input_gradient(x[i], gradient[i], mean[i], slant[i], scale[i], shift[i]);
    }
}

CK_DISPATCH static void gradient_runs(void *context, int64_t begin, int64_t end) {
    const norm_task *t = context;
    int64_t n = t->inner;
    for (int64_t run = begin; run < end; run++) {
        int64_t c = run % t->channels;
        const float *x = t->x + run * n, *gradient = t->gradient + run * n;
        float *y = t->y + run * n;
        float mean = t->mean[c], slant = t->slant[c], scale = t->scale[c], shift = t->shift[c];
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = input_gradient(x[i], gradient[i], mean, slant, scale, shift);
    }
}

/// Runs a per-channel map. Few channels, channels last, are repeated so that rows get longer.
static void map_channels(norm_task t, void (*rows)(void *, int64_t, int64_t), void (*runs)(void *, int64_t, int64_t)) {
    int64_t work = t.outer * t.channels * t.inner;
    if (work == 0) return;
    if (t.inner > 1) {
        ck_parallel_work(work, t.outer * t.channels, ck_larger(1, 2 * CK_GRAIN / t.inner), runs, &t);
        return;
    }
    int64_t n = t.channels, fold = n < 64 ? CHANNELS / n : 1, folded = t.outer / fold;
    if (fold > 1 && folded > 0) {
        float repeated[4][CHANNELS];
        const float *parameters[4] = {t.mean, t.slant, t.scale, t.shift};
        for (int k = 0; k < 4; k++)
            for (int64_t i = 0; parameters[k] && i < fold * n; i++) repeated[k][i] = parameters[k][i % n];
        norm_task wide = t;
        wide.channels = fold * n;
        wide.mean = repeated[0];
        wide.slant = repeated[1];
        wide.scale = repeated[2];
        wide.shift = repeated[3];
        ck_parallel_work(work, folded, ck_larger(1, 2 * CK_GRAIN / wide.channels), rows, &wide);
        int64_t done = folded * fold * n;
        t.x += done;
        t.y += done;
        if (t.gradient) t.gradient += done;
        t.outer -= folded * fold;
    }
    ck_parallel_work(work, t.outer, ck_larger(1, 2 * CK_GRAIN / n), rows, &t);
}

void ck_channel_affine(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *scale,
                       const float *shift, float slope, float *y) {
    norm_task t = {.outer = outer, .channels = channels, .inner = inner, .x = x, .scale = scale, .shift = shift,
                   .slope = slope, .y = y};
    map_channels(t, affine_rows, affine_runs);
}

void ck_norm_backward(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *gradient,
                      const float *mean, const float *inverse_deviation, const float *gamma, float *dx,
                      float *dscale, float *dshift) {
    if (channels == 0) return;
    norm_task t = {.outer = outer, .channels = channels, .inner = inner, .x = x, .gradient = gradient, .mean = mean};
    double count = (double)(outer * inner);
    if (count == 0) {
        if (dscale) ck_fill(dscale, channels, 0);
        if (dshift) ck_fill(dshift, channels, 0);
        return;
    }
    double *sums = channel_sums(&t, PRODUCTS);
    float *parameters = malloc((size_t)(3 * channels) * sizeof *parameters);
    for (int64_t c = 0; c < channels; c++) {
        double deviation = inverse_deviation[c], factor = (gamma ? gamma[c] : 1.0) * deviation;
        double product = sums[channels + c] * deviation;
        if (dscale) dscale[c] = (float)product;
        if (dshift) dshift[c] = (float)sums[c];
        parameters[c] = (float)factor;
        parameters[channels + c] = (float)(-factor * sums[c] / count);
        parameters[2 * channels + c] = (float)(-factor * deviation * product / count);
    }
    free(sums);
    if (dx) {
        t.y = dx;
        t.scale = parameters;
        t.shift = parameters + channels;
        t.slant = parameters + 2 * channels;
        map_channels(t, gradient_rows, gradient_runs);
    }
    free(parameters);
}
