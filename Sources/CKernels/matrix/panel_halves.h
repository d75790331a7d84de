// Included by panel.c: the innermost product in bfloat16, for processors that multiply pairs of them.
#pragma once
#include <string.h>

typedef float half_sums __attribute__((vector_size(64), aligned(4)));
typedef uint32_t half_pairs __attribute__((vector_size(64), aligned(4)));
typedef __bf16 half_factors __attribute__((vector_size(64)));
typedef float half_whole __attribute__((vector_size(64)));

INLINE void half_tile(const int rows, const int vectors, int64_t pairs, const uint16_t *a, int64_t a_row,
                      int64_t a_inner, const uint32_t *b, int64_t b_inner, float *c, int64_t c_row, int accumulate) {
    half_whole sum[12][2];
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            if (accumulate) sum[r][v] = *(const half_sums *)(c + r * c_row + v * 16);
            else sum[r][v] = (half_whole){0};
        }
    }
    for (int64_t k = 0; k < pairs; k++) {
        half_factors column[2];
        UNROLL for (int v = 0; v < vectors; v++) column[v] = (half_factors)*(const half_pairs *)(b + v * 16);
        // Packed panels follow one another; the next one is on its way while this one is worked on.
        UNROLL for (int v = 0; v < vectors; v++) __builtin_prefetch(b + pairs * b_inner + v * 16);
        UNROLL for (int r = 0; r < rows; r++) {
            // Three rows share a pointer, which keeps the addresses in registers.
            const uint16_t *three = a + (r / 3 * 3) * a_row;
            uint32_t pair;
            memcpy(&pair, three + (r % 3) * a_row, sizeof pair);
            half_factors factor = (half_factors)((half_pairs){0} + pair);
            UNROLL for (int v = 0; v < vectors; v++)
                sum[r][v] = __builtin_ia32_dpbf16ps_512(sum[r][v], factor, column[v]);
        }
        a += a_inner;
        b += b_inner;
    }
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) *(half_sums *)(c + r * c_row + v * 16) = sum[r][v];
    }
}

// Columns come in sixteens.
static void half_panel(int64_t rows, int64_t columns, int64_t pairs, const uint16_t *a, int64_t a_row,
                       int64_t a_inner, const uint32_t *b, int64_t b_inner, float *c, int64_t c_row, int accumulate) {
    for (int64_t r = 0; r < rows; r += 12, a += 12 * a_row, c += 12 * c_row) {
        switch ((rows - r < 12 ? rows - r : 12) * 2 + (columns > 16)) {
#define CASE(n) \
    case 2 * n: half_tile(n, 1, pairs, a, a_row, a_inner, b, b_inner, c, c_row, accumulate); break; \
    case 2 * n + 1: half_tile(n, 2, pairs, a, a_row, a_inner, b, b_inner, c, c_row, accumulate); break;
            CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#undef CASE
        }
    }
}
