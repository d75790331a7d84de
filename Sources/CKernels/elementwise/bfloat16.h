// Floats rounded to bfloat16, as the arrays that are multiplied in it lie.
#pragma once
#include "elementwise/float_math.h"

/// Rounded to the nearest, ties to even, in the upper half; not-a-number stays so.
CK_INLINE uint32_t ck_bfloat16_bits(float x) {
    uint32_t bits = ck_bits(x);
    uint32_t rounded = bits + 0x7fffu + (bits >> 16 & 1u);
    return (bits & 0x7fffffffu) > 0x7f800000u ? bits | 0x00400000u : rounded;
}

/// y[i] = x[i] as bfloat16.
void ck_halve(const float *x, uint16_t *y, int64_t count);
/// y[i] = x[i] and next[i] as a pair of bfloat16; next NULL: zero.
void ck_pair(const float *x, const float *next, uint32_t *y, int64_t count);
