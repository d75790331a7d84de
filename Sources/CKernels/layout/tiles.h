// Transposition by tiles of 16 x 16 that stay in registers.
#pragma once
#include "runtime/dispatch.h"

enum { CK_TILE = 16 };

typedef float ck_aligned16 __attribute__((vector_size(64)));

CK_INLINE void ck_store(float *y, ck_float16 v) { *(ck_float16 *)y = v; }

#define CK_TILE_ROUND(from, to, distance, low, high)                                       \
    for (int i = 0; i < CK_TILE; i++) {                                                    \
        if (i & distance) continue;                                                        \
        to[i] = __builtin_shufflevector(from[i], from[i + distance], CK_LANES low);        \
        to[i + distance] = __builtin_shufflevector(from[i], from[i + distance], CK_LANES high); \
    }
#define CK_LANES(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p

/// y[j*y_step + i] = x[i*x_step + j] for a whole tile: four rounds of exchanges between rows at distance 8, 4, 2, 1.
/// `past_caches`: y lies on whole cache lines and is written around the caches.
CK_INLINE void ck_transpose_tile(const float *x, int64_t x_step, float *y, int64_t y_step, int past_caches) {
    ck_float16 a[CK_TILE], b[CK_TILE];
    for (int i = 0; i < CK_TILE; i++) a[i] = ck_load(x + i * x_step);
    CK_TILE_ROUND(a, b, 8, (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
                  (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
    CK_TILE_ROUND(b, a, 4, (0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
                  (4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
    CK_TILE_ROUND(a, b, 2, (0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
                  (2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
    CK_TILE_ROUND(b, a, 1, (0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
                  (1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
    for (int i = 0; i < CK_TILE; i++) {
        if (past_caches) __builtin_nontemporal_store((ck_aligned16)a[i], (ck_aligned16 *)(y + i * y_step));
        else ck_store(y + i * y_step, a[i]);
    }
}

/// Sixteen rows of `length` become `length` rows of sixteen.
CK_INLINE void ck_transpose_block(const float *x, int64_t x_step, float *y, int64_t y_step, int64_t length) {
    int64_t j = 0;
    for (; j + CK_TILE <= length; j += CK_TILE) ck_transpose_tile(x + j, x_step, y + j * y_step, y_step, 0);
    for (; j < length; j++)
        for (int i = 0; i < CK_TILE; i++) y[j * y_step + i] = x[i * x_step + j];
}

/// `length` rows of sixteen become sixteen rows of `length`.
CK_INLINE void ck_transpose_back(const float *x, int64_t x_step, float *y, int64_t y_step, int64_t length) {
    int64_t j = 0;
    for (; j + CK_TILE <= length; j += CK_TILE) ck_transpose_tile(x + j * x_step, x_step, y + j, y_step, 0);
    for (; j < length; j++)
        for (int i = 0; i < CK_TILE; i++) y[i * y_step + j] = x[j * x_step + i];
}
