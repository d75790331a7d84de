// Arrays [outer, channels, inner] with a few numbers known for every channel: sums over each channel, and maps from
// element to element. inner == 1 walks rows of channels; a longer inner walks runs of one channel.
#pragma once
#include "reduction/runs.h"

/// Few channels are repeated until rows are about so long; more are summed in blocks of so many.
enum { CK_CHANNEL_BLOCK = 256 };

/// What may be known for every channel.
enum { CK_SCALE, CK_SHIFT, CK_SLOPE, CK_ORIGIN, CK_FACTOR, CK_SLANT, CK_OFFSET, CK_CHANNEL_NUMBERS };

typedef struct {
    int64_t outer, channels, inner;
    const float *x, *gradient;
    const float *numbers[CK_CHANNEL_NUMBERS];  // NULL for those that the work at hand does not read
    float *y;
    int64_t piece, pieces, block, blocks;  // how sums are cut
    double *partial;
} ck_channels;

/// What is summed for each channel, with d = x - origin, z = x*scale + shift and g the gradient, which counts `slope`
/// times where z <= 0:
typedef enum {
    CK_SUM_MOMENTS,         // d, d*d
    CK_SUM_PRODUCTS,        // g, g*d
    CK_SUM_GATED_PRODUCTS,  // g gated, g gated * d
    CK_SUM_SLOPED_PRODUCTS, // the same, and as the third sum g*z where z <= 0
    CK_SUM_WEIGHTS,          // as the third sum g*x where x <= 0; y becomes g gated by x itself
} ck_channel_sum;

enum { CK_CHANNEL_SUMS = 3 };

/// CK_CHANNEL_SUMS * channels doubles, one sum after the other, that the caller frees.
double *ck_sum_channels(ck_channels *task, ck_channel_sum kind);

/// What y becomes; g and z as above.
typedef enum {
    CK_MAP_AFFINE,          // z
    CK_MAP_RECTIFIED,       // z, times slope where z <= 0
    CK_MAP_WEIGHTS,          // x, times slope where x <= 0
    CK_MAP_GRADIENT,        // (x - origin)*slant + (g*factor + offset)
    CK_MAP_GATED_GRADIENT,  // the same with g gated
} ck_channel_map;

void ck_map_channels(const ck_channels *task, ck_channel_map kind);

typedef struct {
    float scale, shift, slope, origin, factor, slant, offset;
} ck_channel_numbers;

/// The numbers of channel i that are named in the bits of `uses`, a constant.
CK_INLINE ck_channel_numbers ck_numbers_of(unsigned uses, const float *const *numbers, int64_t i) {
    return (ck_channel_numbers){
        .scale = uses >> CK_SCALE & 1 ? numbers[CK_SCALE][i] : 0.0f,
        .shift = uses >> CK_SHIFT & 1 ? numbers[CK_SHIFT][i] : 0.0f,
        .slope = uses >> CK_SLOPE & 1 ? numbers[CK_SLOPE][i] : 0.0f,
        .origin = uses >> CK_ORIGIN & 1 ? numbers[CK_ORIGIN][i] : 0.0f,
        .factor = uses >> CK_FACTOR & 1 ? numbers[CK_FACTOR][i] : 0.0f,
        .slant = uses >> CK_SLANT & 1 ? numbers[CK_SLANT][i] : 0.0f,
        .offset = uses >> CK_OFFSET & 1 ? numbers[CK_OFFSET][i] : 0.0f,
    };
}

/// The value before rectification. Forwards and backwards compute it by the same expression, so that they agree on
/// which side of 0 it lies.
CK_INLINE float ck_scaled(float x, ck_channel_numbers n) { return x * n.scale + n.shift; }

/// Copies every number that is there for channels [from, from + count), `times` over, and points `out` at the copies.
CK_INLINE void ck_repeat_numbers(const float *const *numbers, int64_t from, int64_t count, int64_t times,
                                 float copies[CK_CHANNEL_NUMBERS][CK_CHANNEL_BLOCK], const float **out) {
    for (int k = 0; k < CK_CHANNEL_NUMBERS; k++) {
        out[k] = numbers[k] ? copies[k] : NULL;
        for (int64_t i = 0; numbers[k] && i < times * count; i++) copies[k][i] = numbers[k][from + i % count];
    }
}
