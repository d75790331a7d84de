// reduction/: sums and extremes along axes and channels, normalization, softmax, pooling.
//
// Sums and extremes of contiguous numbers, in a fixed order whatever the instruction set.
#pragma once
#include "elementwise/float_math.h"

typedef double ck_double8 __attribute__((vector_size(64)));
typedef double ck_double4 __attribute__((vector_size(32)));

CK_INLINE ck_double16 ck_load_double(const float *x) { return __builtin_convertvector(ck_load(x), ck_double16); }

CK_INLINE double ck_sum_lanes(ck_double16 v) {
    ck_double8 a = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    ck_double4 b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
    return (b[0] + b[2]) + (b[1] + b[3]);
}

CK_INLINE double ck_sum_run(const float *x, int64_t n) {
    ck_double16 a = {0}, b = {0}, c = {0}, d = {0};
    int64_t i = 0;
    for (; i + 64 <= n; i += 64) {
        a += ck_load_double(x + i);
        b += ck_load_double(x + i + 16);
        c += ck_load_double(x + i + 32);
        d += ck_load_double(x + i + 48);
    }
    for (; i + 16 <= n; i += 16) a += ck_load_double(x + i);
    double sum = n >= 16 ? ck_sum_lanes((a + b) + (c + d)) : 0;
    for (; i < n; i++) sum += (double)x[i];
    return sum;
}

CK_INLINE double ck_dot_run(const float *x, const float *y, int64_t n) {
    ck_double16 a = {0}, b = {0};
    int64_t i = 0;
    for (; i + 32 <= n; i += 32) {
        a += ck_load_double(x + i) * ck_load_double(y + i);
        b += ck_load_double(x + i + 16) * ck_load_double(y + i + 16);
    }
    double sum = n >= 32 ? ck_sum_lanes(a + b) : 0;
    for (; i < n; i++) sum += (double)x[i] * (double)y[i];
    return sum;
}

/// Maximum or minimum in which NaN wins.
CK_INLINE float ck_extreme(int largest, float best, float x) {
    int takes = largest ? x > best : x < best;
    return (takes | (x != x)) ? x : best;
}

CK_INLINE float ck_extreme_run(int largest, const float *x, int64_t n) {
    enum { LANES = 64 };
    float lanes[LANES], best = largest ? -INFINITY : INFINITY;
    int64_t i = 0;
    if (n >= LANES) {
        for (int k = 0; k < LANES; k++) lanes[k] = best;
        for (; i + LANES <= n; i += LANES) {
            CK_VECTOR_ROW
            for (int k = 0; k < LANES; k++) lanes[k] = ck_extreme(largest, lanes[k], x[i + k]);
        }
        for (int k = 0; k < LANES; k++) best = ck_extreme(largest, best, lanes[k]);
    }
    for (; i < n; i++) best = ck_extreme(largest, best, x[i]);
    return best;
}
