// Included by tile_sums.c once per instruction set and arithmetic, with NAME, WIDTH (floats in a vector), ROWS (rows
// of two vectors that fit in registers), SUMS (vectors of sums that `wide` and `dot` keep) and PAIRS defined.
typedef float NAME(vector) __attribute__((vector_size(4 * WIDTH), aligned(4)));
typedef uint32_t NAME(bits) __attribute__((vector_size(4 * WIDTH), aligned(2)));
#define V NAME(vector)
#define U NAME(bits)

#if PAIRS
#define ELEMENT uint16_t
#define UNIT uint32_t
typedef NAME(bits) NAME(units);
INLINE U NAME(spread)(const uint16_t *pair) {
    uint32_t both;
    __builtin_memcpy(&both, pair, sizeof both);
    return (U){0} + both;
}
INLINE V NAME(add_products)(V sum, U a, U b) {
#if PAIRS == 2
    return (V)__builtin_ia32_dpbf16ps_512((NAME(sums16))sum, (NAME(halves))a, (NAME(halves))b);
#else
    sum += (V)(a << 16) * (V)(b << 16);
    return sum + (V)(a & 0xffff0000u) * (V)(b & 0xffff0000u);
#endif
}
#else
#define ELEMENT float
#define UNIT float
typedef NAME(vector) NAME(units);
INLINE V NAME(spread)(const float *value) { return *value - (V){0}; }
INLINE V NAME(add_products)(V sum, V a, V b) { return sum + a * b; }
#endif

INLINE V NAME(finished)(V s, const ck_tile_end *end, int64_t row, int64_t column) {
    if (end->multipliers) s *= *(const V *)(end->multipliers + column);
    if (end->bias) s += *(const V *)(end->bias + column);
    V slope = end->weights ? *(const V *)(end->weights + column) : (V){0} + end->slope;
    U positive = (U)(s > 0);
    s = end->scale * (V)((positive & (U)s) | (~positive & (U)(slope * s)));
    for (int i = 0; i < 2; i++) {
        if (end->added[i])
            s += end->added_scale[i] * *(const V *)(end->added[i] + row * end->added_row[i] + column);
    }
    return s;
}

INLINE void NAME(sum_tile)(const int rows, const int vectors, const ck_tile_sums *t, const ELEMENT *a, const UNIT *b,
                           const float *start, float *c, int64_t c_row, const ck_tile_end *end) {
    V sum[SUMS];
    int64_t a_row = t->a_row, a_inner = t->a_inner, b_inner = t->b_inner, ahead = t->ahead;
    UNROLL for (int i = 0; i < rows * vectors; i++) {
        if (start) sum[i] = *(const V *)(start + i / vectors * t->start_row + i % vectors * WIDTH);
        else sum[i] = (V){0};
    }
    for (int64_t line = 0; line < t->lines; line++) {
        // Three rows share a pointer, which keeps the addresses in registers and the pointers independent.
        const ELEMENT *three[4];
        UNROLL for (int r = 0; r < rows; r += 3) three[r / 3] = a + line * t->a_line + r * a_row;
        const UNIT *columns = b + line * t->b_line;
        for (int64_t k = 0; k < t->inner; k++) {
            NAME(units) column[8];
            UNROLL for (int v = 0; v < vectors; v++) column[v] = *(const NAME(units) *)(columns + v * WIDTH);
            UNROLL for (int v = 0; v < vectors && v < 2; v++) __builtin_prefetch(columns + ahead + v * WIDTH);
            UNROLL for (int r = 0; r < rows; r++) {
                NAME(units) factor = NAME(spread)(three[r / 3] + (r % 3) * a_row);
                UNROLL for (int v = 0; v < vectors; v++)
                    sum[r * vectors + v] = NAME(add_products)(sum[r * vectors + v], factor, column[v]);
            }
            UNROLL for (int r = 0; r < rows; r += 3) {
                three[r / 3] += a_inner;
                KEPT(three[r / 3]);
            }
            columns += b_inner;
        }
    }
    if (end) {
        UNROLL for (int i = 0; i < rows * vectors; i++)
            *(V *)(c + i / vectors * c_row + i % vectors * WIDTH) =
                NAME(finished)(sum[i], end, i / vectors, i % vectors * WIDTH);
    } else {
        UNROLL for (int i = 0; i < rows * vectors; i++)
            *(V *)(c + i / vectors * c_row + i % vectors * WIDTH) = sum[i];
    }
}

INLINE void NAME(block)(int64_t rows, const int vectors, const ck_tile_sums *t, const ELEMENT *a, const UNIT *b,
                        const float *start, float *c, int64_t c_row, const ck_tile_end *end) {
    switch (rows) {
#define CASE(n) \
    case n: NAME(sum_tile)(n < ROWS ? n : ROWS, vectors, t, a, b, start, c, c_row, end); break;
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#if ROWS > 6
        CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#endif
#undef CASE
    }
}

static float NAME(one_finished)(float s, const ck_tile_end *end, int64_t row, int64_t column) {
    if (end->multipliers) s *= end->multipliers[column];
    if (end->bias) s += end->bias[column];
    s = end->scale * (s > 0 ? s : (end->weights ? end->weights[column] : end->slope) * s);
    for (int i = 0; i < 2; i++) {
        if (end->added[i]) s += end->added_scale[i] * end->added[i][row * end->added_row[i] + column];
    }
    return s;
}

static void NAME(tile)(const ck_tile_sums *t, int64_t rows, int64_t columns, const void *a, const void *b, float *c,
                       const ck_tile_end *end) {
    // Rows are cut into blocks of nearly the same height: low ones leave the multipliers waiting.
    int64_t blocks = (rows + ROWS - 1) / ROWS;
    ck_tile_end part;
    for (int64_t block = 0; block < blocks; block++) {
        int64_t row = rows * block / blocks, height = rows * (block + 1) / blocks - row;
        const ELEMENT *from = (const ELEMENT *)a + row * t->a_row;
        for (int64_t column = 0; column < columns; column += 2 * WIDTH) {
            int64_t present = columns - column;
            const UNIT *panel = (const UNIT *)b + column;
            float *to = c + row * t->c_row + column;
            const float *start = t->start ? t->start + row * t->start_row + column : NULL;
            const ck_tile_end *here = NULL;
            if (end) {
                part = *end;
                if (part.multipliers) part.multipliers += column;
                if (part.bias) part.bias += column;
                if (part.weights) part.weights += column;
                for (int i = 0; i < 2; i++) {
                    if (part.added[i]) part.added[i] += row * part.added_row[i] + column;
                }
                here = &part;
            }
            if (present >= 2 * WIDTH) {
                NAME(block)(height, 2, t, from, panel, start, to, t->c_row, here);
                continue;
            }
            if (present == WIDTH) {
                NAME(block)(height, 1, t, from, panel, start, to, t->c_row, here);
                continue;
            }
            // The last columns are summed aside; what lies beyond them is dropped.
            float aside[ROWS * 2 * WIDTH];
            if (present > WIDTH) NAME(block)(height, 2, t, from, panel, start, aside, 2 * WIDTH, NULL);
            else NAME(block)(height, 1, t, from, panel, start, aside, 2 * WIDTH, NULL);
            for (int64_t i = 0; i < height; i++) {
                for (int64_t j = 0; j < present; j++) {
                    float s = aside[i * 2 * WIDTH + j];
                    to[i * t->c_row + j] = here ? NAME(one_finished)(s, here, i, j) : s;
                }
            }
        }
    }
}

static void NAME(wide)(const ck_tile_sums *t, int64_t rows, int64_t columns, const void *a, const void *b, float *c) {
    int64_t padded = (columns + 15) / 16 * 16, column = 0;
    switch (rows) {
#define VECTORS(n) (SUMS / n > 8 ? 8 : SUMS / n)
#define CASE(n) \
    case n: \
        for (; column + VECTORS(n) * WIDTH <= padded; column += VECTORS(n) * WIDTH) \
            NAME(sum_tile)(n, VECTORS(n), t, a, (const UNIT *)b + column, c + column, c + column, t->c_row, NULL); \
        for (; column < padded; column += WIDTH) \
            NAME(sum_tile)(n, 1, t, a, (const UNIT *)b + column, c + column, c + column, t->c_row, NULL); \
        break;
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#undef CASE
#undef VECTORS
    }
}

// r[j] = the sum of v[j], for as many vectors as one has values.
INLINE V NAME(sums_of)(V *v) {
#if WIDTH == 16
#define HALVE(step, first, second) \
    UNROLL for (int i = 0; i < step; i++) \
        v[i] = __builtin_shufflevector(v[i], v[i + step], LANES first) + \
               __builtin_shufflevector(v[i], v[i + step], LANES second);
#define LANES(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p
    HALVE(8, (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
          (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
    HALVE(4, (0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
          (4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
    HALVE(2, (0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
          (2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
    HALVE(1, (0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
          (1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#undef HALVE
#undef LANES
    return v[0];
#else
    V result = {0};
    for (int j = 0; j < WIDTH; j++) {
        float sum = 0;
        for (int i = 0; i < WIDTH; i++) sum += v[j][i];
        result[j] = sum;
    }
    return result;
#endif
}

INLINE void NAME(sum_dots)(const int rows, const int outputs, const ck_tile_sums *t, const ELEMENT *a,
                           const ELEMENT *w, float *c) {
    enum { element_step = WIDTH * (PAIRS ? 2 : 1) };
    V sum[32];
    UNROLL for (int i = 0; i < 32; i++) sum[i] = (V){0};
    int64_t a_row = t->a_row, w_output = t->b_inner;
    for (int64_t line = 0; line < t->lines; line++) {
        const ELEMENT *from = a + line * t->a_line, *factors = w + line * t->b_line;
        for (int64_t k = 0; k < t->inner; k++) {
            UNROLL for (int r = 0; r < rows; r++) {
                const ELEMENT *three = from + (r / 3 * 3) * a_row;
                NAME(units) value = *(const NAME(units) *)(three + (r % 3) * a_row);
                UNROLL for (int o = 0; o < outputs; o++)
                    sum[r * outputs + o] = NAME(add_products)(
                        sum[r * outputs + o], value, *(const NAME(units) *)(factors + o * w_output));
            }
            from += element_step;
            factors += element_step;
        }
    }
    UNROLL for (int i = 0; i < rows * outputs; i += WIDTH) *(V *)(c + i) = NAME(sums_of)(sum + i);
}

static void NAME(dot)(const ck_tile_sums *t, int64_t rows, int64_t outputs, const void *a, const void *w, float *c) {
    // Vectors on every side of the line have sixteen floats' worth of elements, whatever the registers hold.
    ck_tile_sums parts = *t;
    parts.inner *= 16 / WIDTH;
    int64_t row = 0;
    const ELEMENT *from = a;
    switch (outputs) {
#define BLOCK(n) (SUMS / n > 16 ? 16 : SUMS / n)
#define CASE(n) \
    case n: \
        for (; row + BLOCK(n) <= rows; row += BLOCK(n)) \
            NAME(sum_dots)(BLOCK(n), n, &parts, from + row * t->a_row, w, c + row * n); \
        for (; row < rows; row++) NAME(sum_dots)(1, n, &parts, from + row * t->a_row, w, c + row * n); \
        break;
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#undef CASE
#undef BLOCK
    }
}

static const ck_tile_kernels NAME(tiles) = {NAME(tile), NAME(wide), NAME(dot), PAIRS ? 32 : 16};
#undef V
#undef U
#undef ELEMENT
#undef UNIT
