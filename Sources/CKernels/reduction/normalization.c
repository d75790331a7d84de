#include "reduction/channels.h"
#include <CMemory.h>

int ck_moments(int64_t outer, int64_t channels, int64_t inner, const float *x, float *mean, float *variance) {
    if (channels == 0) return 0;
    double count = (double)(outer * inner);
    if (count == 0) {
        ck_fill(mean, channels, 0);
        ck_fill(variance, channels, 0);
        return 0;
    }
    // Deviations are taken from a first value: what is left of a large mean in the squares would drown the variance.
    for (int64_t c = 0; c < channels; c++) mean[c] = x[c * inner];
    ck_channels t = {.outer = outer, .channels = channels, .inner = inner, .x = x};
    t.numbers[CK_ORIGIN] = mean;
    double *sums = ck_sum_channels(&t, CK_SUM_MOMENTS);
    if (!sums) return -1;
    for (int64_t c = 0; c < channels; c++) {
        double offset = sums[c] / count, spread = sums[channels + c] / count - offset * offset;
        mean[c] = (float)((double)mean[c] + offset);
        variance[c] = (float)(spread < 0 ? 0 : spread);
    }
    memory_give(sums);
    return 0;
}

void ck_rectified_affine(int64_t outer, int64_t channels, int64_t inner, const float *x,
                         const ck_rectifier *rectifier, float *y) {
    ck_channels t = {.outer = outer, .channels = channels, .inner = inner, .x = x, .y = y};
    t.numbers[CK_SCALE] = rectifier->scale;
    t.numbers[CK_SHIFT] = rectifier->shift;
    t.numbers[CK_SLOPE] = rectifier->weights;
    ck_map_channels(&t, rectifier->weights ? CK_MAP_RECTIFIED : CK_MAP_AFFINE);
}

int ck_channel_affine(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *scale,
                      const float *shift, float slope, float *y) {
    ck_rectifier rectifier = {.scale = scale, .shift = shift};
    float *weights = slope == 1.0f ? NULL : memory_take((size_t)ck_larger(1, channels) * sizeof *weights);
    if (slope != 1.0f && !weights) return -1;
    for (int64_t c = 0; weights && c < channels; c++) weights[c] = slope;
    rectifier.weights = weights;
    ck_rectified_affine(outer, channels, inner, x, &rectifier, y);
    memory_give(weights);
    return 0;
}

int ck_norm_backward(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *gradient,
                     const float *mean, const float *inverse_deviation, const float *gamma,
                     const ck_rectifier *rectifier, float *dx, float *dscale, float *dshift, float *weightGradient) {
    if (channels == 0) return 0;
    double count = (double)(outer * inner);
    if (count == 0) {
        if (dscale) ck_fill(dscale, channels, 0);
        if (dshift) ck_fill(dshift, channels, 0);
        if (weightGradient) ck_fill(weightGradient, channels, 0);
        return 0;
    }
    ck_channels t = {.outer = outer, .channels = channels, .inner = inner, .x = x, .gradient = gradient, .y = dx};
    t.numbers[CK_ORIGIN] = mean;
    if (rectifier) {
        t.numbers[CK_SCALE] = rectifier->scale;
        t.numbers[CK_SHIFT] = rectifier->shift;
        t.numbers[CK_SLOPE] = rectifier->weights;
    }
    ck_channel_sum gated = weightGradient ? CK_SUM_SLOPED_PRODUCTS : CK_SUM_GATED_PRODUCTS;
    float *numbers = memory_take((size_t)(3 * channels) * sizeof *numbers);
    double *sums = numbers ? ck_sum_channels(&t, rectifier ? gated : CK_SUM_PRODUCTS) : NULL;
    if (!sums) {
        memory_give(numbers);
        return -1;
    }
    for (int64_t c = 0; c < channels; c++) {
        double deviation = inverse_deviation[c], factor = (gamma ? gamma[c] : 1.0) * deviation;
        double product = sums[channels + c] * deviation;
        if (dscale) dscale[c] = (float)product;
        if (dshift) dshift[c] = (float)sums[c];
        if (weightGradient) weightGradient[c] = (float)sums[2 * channels + c];
        numbers[c] = (float)factor;
        numbers[channels + c] = (float)(-factor * sums[c] / count);
        numbers[2 * channels + c] = (float)(-factor * deviation * product / count);
    }
    memory_give(sums);
    if (dx) {
        t.numbers[CK_FACTOR] = numbers;
        t.numbers[CK_OFFSET] = numbers + channels;
        t.numbers[CK_SLANT] = numbers + 2 * channels;
        ck_map_channels(&t, rectifier ? CK_MAP_GATED_GRADIENT : CK_MAP_GRADIENT);
    }
    memory_give(numbers);
    return 0;
}

void ck_prelu(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *weights, float *y) {
    ck_channels t = {.outer = outer, .channels = channels, .inner = inner, .x = x, .y = y};
    t.numbers[CK_SLOPE] = weights;
    ck_map_channels(&t, CK_MAP_WEIGHTS);
}

int ck_prelu_backward(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *gradient,
                      const float *weights, float *dx, float *weightGradient) {
    if (channels == 0) return 0;
    if (outer * inner == 0) {
        ck_fill(weightGradient, channels, 0);
        return 0;
    }
    ck_channels t = {.outer = outer, .channels = channels, .inner = inner, .x = x, .gradient = gradient, .y = dx};
    t.numbers[CK_SLOPE] = weights;
    double *sums = ck_sum_channels(&t, CK_SUM_WEIGHTS);
    if (!sums) return -1;
    for (int64_t c = 0; c < channels; c++) weightGradient[c] = (float)sums[2 * channels + c];
    memory_give(sums);
    return 0;
}
