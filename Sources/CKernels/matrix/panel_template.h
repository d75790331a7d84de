// Included by panel.c once per instruction set, with WIDTH (floats in a vector), ROWS and VECTORS (the block of
// sums kept in registers) and NAME defined.
typedef float NAME(vector) __attribute__((vector_size(4 * WIDTH), aligned(4)));

INLINE void NAME(tile)(const int rows, const int vectors, int64_t inner, const float *a, int64_t a_row,
                       int64_t a_inner, const float *b, int64_t b_inner, float *c, int64_t c_row, int accumulate,
                       const float *bias) {
    NAME(vector) sum[ROWS][VECTORS];
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            if (accumulate) sum[r][v] = *(const NAME(vector) *)(c + r * c_row + v * WIDTH);
            else sum[r][v] = (NAME(vector)){0};
        }
    }
    for (int64_t k = 0; k < inner; k++) {
        NAME(vector) column[VECTORS];
        UNROLL for (int v = 0; v < vectors; v++) column[v] = *(const NAME(vector) *)(b + v * WIDTH);
        // Packed panels follow one another; the next one is on its way while this one is worked on.
        UNROLL for (int v = 0; v < vectors; v++) __builtin_prefetch(b + inner * b_inner + v * WIDTH);
        UNROLL for (int r = 0; r < rows; r++) {
            // Three rows share a pointer, which keeps the addresses in registers.
            const float *three = a + (r / 3 * 3) * a_row;
            float factor = three[(r % 3) * a_row];
            UNROLL for (int v = 0; v < vectors; v++) sum[r][v] += column[v] * factor;
        }
        a += a_inner;
        b += b_inner;
    }
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            if (bias) sum[r][v] += *(const NAME(vector) *)(bias + v * WIDTH);
            *(NAME(vector) *)(c + r * c_row + v * WIDTH) = sum[r][v];
        }
    }
}

// A block of up to ROWS rows and VECTORS * WIDTH columns, all columns present.
INLINE void NAME(block)(int64_t rows, const int vectors, int64_t inner, const float *a, int64_t a_row,
                        int64_t a_inner, const float *b, int64_t b_inner, float *c, int64_t c_row, int accumulate,
                        const float *bias) {
    switch (rows) {
#define CASE(n) \
    case n: \
        NAME(tile)(n < ROWS ? n : ROWS, vectors, inner, a, a_row, a_inner, b, b_inner, c, c_row, accumulate, bias); \
        break;
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#if ROWS > 6
        CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#endif
#undef CASE
    }
}

static void NAME(panel)(int64_t rows, int64_t columns, int64_t inner, const float *a, int64_t a_row, int64_t a_inner,
                        const float *b, int64_t b_inner, float *c, int64_t c_row, int accumulate, const float *bias) {
    for (int64_t from = 0; from < columns; from += VECTORS * WIDTH) {
        int64_t present = columns - from;
        const float *strip_bias = bias ? bias + from : NULL;
        if (present >= VECTORS * WIDTH) {
            for (int64_t r = 0; r < rows; r += ROWS)
                NAME(block)(rows - r < ROWS ? rows - r : ROWS, VECTORS, inner, a + r * a_row, a_row, a_inner, b + from,
                            b_inner, c + r * c_row + from, c_row, accumulate, strip_bias);
            continue;
        }
        if (present == WIDTH) {
            for (int64_t r = 0; r < rows; r += ROWS)
                NAME(block)(rows - r < ROWS ? rows - r : ROWS, 1, inner, a + r * a_row, a_row, a_inner, b + from,
                            b_inner, c + r * c_row + from, c_row, accumulate, strip_bias);
            continue;
        }
        // The last columns are computed aside; what lies beyond them is dropped.
        float aside[ROWS * VECTORS * WIDTH], padded_bias[VECTORS * WIDTH] = {0};
        for (int64_t j = 0; bias && j < present; j++) padded_bias[j] = strip_bias[j];
        for (int64_t r = 0; r < rows; r += ROWS) {
            int64_t height = rows - r < ROWS ? rows - r : ROWS;
            float *to = c + r * c_row + from;
            for (int64_t i = 0; accumulate && i < height; i++) {
                for (int64_t j = 0; j < VECTORS * WIDTH; j++)
                    aside[i * VECTORS * WIDTH + j] = j < present ? to[i * c_row + j] : 0;
            }
            if (present > WIDTH)
                NAME(block)(height, VECTORS, inner, a + r * a_row, a_row, a_inner, b + from, b_inner, aside,
                            VECTORS * WIDTH, accumulate, bias ? padded_bias : NULL);
            else
                NAME(block)(height, 1, inner, a + r * a_row, a_row, a_inner, b + from, b_inner, aside,
                            VECTORS * WIDTH, accumulate, bias ? padded_bias : NULL);
            for (int64_t i = 0; i < height; i++) {
                for (int64_t j = 0; j < present; j++) to[i * c_row + j] = aside[i * VECTORS * WIDTH + j];
            }
        }
    }
}
#undef NAME
#undef WIDTH
#undef ROWS
#undef VECTORS
