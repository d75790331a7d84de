// Included by winograd_transforms.c once per instruction set, with NAME and INLINE defined. Everything runs over
// sixteen channels at once. F(m, 2) computes m outputs of a two-tap correlation with m + 1 multiplications: interpolation at
// 0, 1 and infinity for m = 2, at 0, 1, -1, 2 and infinity for m = 4 (Lavin & Gray 2016, after Toom and Cook).
typedef float NAME(vector) __attribute__((vector_size(64), aligned(4)));
#define V NAME(vector)

// d[0], d[by], ... -> the m + 1 values that are multiplied.
INLINE void NAME(input_line)(const int m, const V *d, const int by, V *o, const int o_by) {
    if (m == 2) {
        V a = d[0], b = d[by], c = d[2 * by];
        o[0] = a - b;
        o[o_by] = b;
        o[2 * o_by] = c - b;
    } else {
        V a = d[0], b = d[by], c = d[2 * by], e = d[3 * by], f = d[4 * by];
        V upper = e - b, lower = b - c;
        o[0] = 2 * (a - c) + upper;
        o[o_by] = e - c - 2 * b;
        o[2 * o_by] = 2 * lower + (e - c);
        o[3 * o_by] = upper;
        o[4 * o_by] = f - c - 2 * upper;
    }
}

// m + 1 products -> m outputs.
INLINE void NAME(output_line)(const int m, const V *p, const int by, V *o, const int o_by) {
    if (m == 2) {
        V a = p[0], b = p[by], c = p[2 * by];
        o[0] = a + b;
        o[o_by] = b + c;
    } else {
        V a = p[0], b = p[by], c = p[2 * by], e = p[3 * by], f = p[4 * by];
        V sum = b + c, difference = b - c;
        o[0] = a + sum + e;
        o[o_by] = difference + 2 * e;
        o[2 * o_by] = sum + 4 * e;
        o[3 * o_by] = difference + 8 * e + f;
    }
}

// The transpose of output_line: m output gradients -> m + 1 values.
INLINE void NAME(gradient_line)(const int m, const V *g, const int by, V *o, const int o_by) {
    if (m == 2) {
        V a = g[0], b = g[by];
        o[0] = a;
        o[o_by] = a + b;
        o[2 * o_by] = b;
    } else {
        V a = g[0], b = g[by], c = g[2 * by], e = g[3 * by];
        V even = a + c, odd = b + e;
        o[0] = a;
        o[o_by] = even + odd;
        o[2 * o_by] = even - odd;
        o[3 * o_by] = (a + 4 * c) + 2 * (b + 4 * e);
        o[4 * o_by] = e;
    }
}

// Two taps -> m + 1 values.
INLINE void NAME(filter_line)(const int m, const V *g, const int by, V *o, const int o_by) {
    V a = g[0], b = g[by];
    if (m == 2) {
        o[0] = a;
        o[o_by] = a + b;
        o[2 * o_by] = b;
    } else {
        o[0] = 0.5f * a;
        o[o_by] = -0.5f * (a + b);
        o[2 * o_by] = (b - a) * (1.0f / 6);
        o[3 * o_by] = (a + 2 * b) * (1.0f / 6);
        o[4 * o_by] = b;
    }
}

// The transpose of filter_line: the gradients of two taps.
INLINE void NAME(filter_gradient_line)(const int m, const V *u, const int by, V *o, const int o_by) {
    if (m == 2) {
        V a = u[0], b = u[by], c = u[2 * by];
        o[0] = a + b;
        o[o_by] = b + c;
    } else {
        V a = u[0], b = u[by], c = u[2 * by], e = u[3 * by], f = u[4 * by];
        o[0] = 0.5f * (a - b) + (e - c) * (1.0f / 6);
        o[o_by] = f - 0.5f * b + (c + 2 * e) * (1.0f / 6);
    }
}

INLINE void NAME(input_tiles)(const int m, const ck_tiles *t, const float *x, int64_t first, int64_t tiles,
                              int64_t channel, int64_t channels, float *out, int64_t position_by) {
    const int n = m + 1;
    for (int64_t tile = 0; tile < tiles; tile++) {
        const float *pixels[25];
        ck_tile_pixels(t, x, first + tile, m, n, t->missing - channel, pixels);
        for (int64_t c = 0; c < channels; c += 16) {
            V d[25], half[25];
            UNROLL for (int i = 0; i < n * n; i++) d[i] = *(const V *)(pixels[i] + channel + c);
            UNROLL for (int i = 0; i < n; i++) NAME(input_line)(m, d + i, n, half + i, n);
            UNROLL for (int i = 0; i < n; i++) NAME(input_line)(m, half + i * n, 1, d + i * n, 1);
            UNROLL for (int i = 0; i < n * n; i++) *(V *)(out + i * position_by + tile * channels + c) = d[i];
        }
    }
}

INLINE void NAME(gradient_tiles)(const int m, const ck_tiles *t, const float *dy, int64_t first, int64_t tiles,
                                 int64_t channel, int64_t channels, float *out, int64_t position_by) {
    const int n = m + 1;
    for (int64_t tile = 0; tile < tiles; tile++) {
        const float *pixels[16];
        ck_tile_pixels(t, dy, first + tile, m, m, t->missing - channel, pixels);
        for (int64_t c = 0; c < channels; c += 16) {
            V d[25], half[25];
            UNROLL for (int i = 0; i < m * m; i++) d[i] = *(const V *)(pixels[i] + channel + c);
            UNROLL for (int i = 0; i < m; i++) NAME(gradient_line)(m, d + i, m, half + i, m);
            UNROLL for (int i = 0; i < n; i++) NAME(gradient_line)(m, half + i * m, 1, d + i * n, 1);
            UNROLL for (int i = 0; i < n * n; i++) *(V *)(out + i * position_by + tile * channels + c) = d[i];
        }
    }
}

INLINE void NAME(output_tiles)(const int m, const ck_tiles *t, const float *products, int64_t position_by,
                               int64_t first, int64_t tiles, int64_t channel, int64_t channels, const float *bias,
                               float *y) {
    const int n = m + 1;
    float sink[16];
    for (int64_t tile = 0; tile < tiles; tile++) {
        const float *pixels[16];
        ck_tile_pixels(t, y, first + tile, m, m, NULL, pixels);
        for (int64_t c = 0; c < channels; c += 16) {
            V p[25], half[25];
            const float *from = products + tile * channels + c;
            UNROLL for (int i = 0; i < n * n; i++) p[i] = *(const V *)(from + i * position_by);
            UNROLL for (int i = 0; i < n; i++) NAME(output_line)(m, p + i, n, half + i, n);
            UNROLL for (int i = 0; i < m; i++) NAME(output_line)(m, half + i * n, 1, p + i * m, 1);
            if (bias) {
                V b = *(const V *)(bias + channel + c);
                UNROLL for (int i = 0; i < m * m; i++) p[i] += b;
            }
            UNROLL for (int i = 0; i < m * m; i++) {
                float *to = pixels[i] ? (float *)pixels[i] + channel + c : sink;
                *(V *)to = p[i];
            }
        }
    }
}

// r[i][j] -> r[j][i]
INLINE void NAME(transpose)(V *r) {
#define SWAP(step, ...) \
    UNROLL for (int i = 0; i < 16; i++) { \
        if (i & step) continue; \
        V x = r[i], y = r[i + step]; \
        r[i] = __builtin_shufflevector(x, y, FIRST_##step); \
        r[i + step] = __builtin_shufflevector(x, y, SECOND_##step); \
    }
#define FIRST_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define SECOND_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define FIRST_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define SECOND_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define FIRST_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define SECOND_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define FIRST_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define SECOND_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
    SWAP(1) SWAP(2) SWAP(4) SWAP(8)
#undef SWAP
#undef FIRST_1
#undef FIRST_2
#undef FIRST_4
#undef FIRST_8
#undef SECOND_1
#undef SECOND_2
#undef SECOND_4
#undef SECOND_8
}

// Sixteen 4x4 filters, w[i * w_by + tap] -> per parity of the taps (row, column) the transformed two-by-two filter, at
// out[(parity * parity_by) + position * position_by + 0..<16].
INLINE void NAME(filters)(const int m, const float *w, int64_t w_by, int flipped, float *out, int64_t parity_by,
                          int64_t position_by) {
    const int n = m + 1;
    V taps[16];
    UNROLL for (int i = 0; i < 16; i++) taps[i] = *(const V *)(w + i * w_by);
    NAME(transpose)(taps);
    UNROLL for (int parity = 0; parity < 4; parity++) {
        V g[4], half[10], u[25];
        UNROLL for (int i = 0; i < 4; i++) {
            int row = 2 * (i / 2) + parity / 2, column = 2 * (i % 2) + parity % 2;
            g[flipped ? 3 - i : i] = taps[4 * row + column];
        }
        UNROLL for (int i = 0; i < 2; i++) NAME(filter_line)(m, g + i, 2, half + i, 2);
        UNROLL for (int i = 0; i < n; i++) NAME(filter_line)(m, half + 2 * i, 1, u + n * i, 1);
        UNROLL for (int i = 0; i < n * n; i++) *(V *)(out + parity * parity_by + i * position_by) = u[i];
    }
}

// The gradients of the taps of one parity, for sixteen filters, at out[tap * tap_by + 0..<16].
INLINE void NAME(filter_gradients)(const int m, const float *products, int64_t position_by, int parity,
                                   int accumulate, float *out, int64_t tap_by) {
    const int n = m + 1;
    V u[25], half[10], g[4];
    UNROLL for (int i = 0; i < n * n; i++) u[i] = *(const V *)(products + i * position_by);
    UNROLL for (int i = 0; i < n; i++) NAME(filter_gradient_line)(m, u + i, n, half + i, n);
    UNROLL for (int i = 0; i < 2; i++) NAME(filter_gradient_line)(m, half + n * i, 1, g + 2 * i, 1);
    UNROLL for (int i = 0; i < 4; i++) {
        int tap = 4 * (2 * (i / 2) + parity / 2) + 2 * (i % 2) + parity % 2;
        V *to = (V *)(out + tap * tap_by);
        *to = accumulate ? *to + g[i] : g[i];
    }
}

// Sixteen taps of sixteen filters -> sixteen filters.
static void NAME(filters_from_taps)(const float *taps, int64_t tap_by, float *w, int64_t w_by) {
    V r[16];
    UNROLL for (int i = 0; i < 16; i++) r[i] = *(const V *)(taps + i * tap_by);
    NAME(transpose)(r);
    UNROLL for (int i = 0; i < 16; i++) *(V *)(w + i * w_by) = r[i];
}

static void NAME(input)(int m, const ck_tiles *t, const float *x, int64_t first, int64_t tiles, int64_t channel,
                        int64_t channels, float *out, int64_t position_by) {
    if (m == 4) NAME(input_tiles)(4, t, x, first, tiles, channel, channels, out, position_by);
    else NAME(input_tiles)(2, t, x, first, tiles, channel, channels, out, position_by);
}

static void NAME(gradient)(int m, const ck_tiles *t, const float *dy, int64_t first, int64_t tiles, int64_t channel,
                           int64_t channels, float *out, int64_t position_by) {
    if (m == 4) NAME(gradient_tiles)(4, t, dy, first, tiles, channel, channels, out, position_by);
    else NAME(gradient_tiles)(2, t, dy, first, tiles, channel, channels, out, position_by);
}

static void NAME(output)(int m, const ck_tiles *t, const float *products, int64_t position_by, int64_t first,
                         int64_t tiles, int64_t channel, int64_t channels, const float *bias, float *y) {
    if (m == 4) NAME(output_tiles)(4, t, products, position_by, first, tiles, channel, channels, bias, y);
    else NAME(output_tiles)(2, t, products, position_by, first, tiles, channel, channels, bias, y);
}

static void NAME(filter)(int m, const float *w, int64_t w_by, int flipped, float *out, int64_t parity_by,
                         int64_t position_by) {
    if (m == 4) NAME(filters)(4, w, w_by, flipped, out, parity_by, position_by);
    else NAME(filters)(2, w, w_by, flipped, out, parity_by, position_by);
}

static void NAME(filter_gradient)(int m, const float *products, int64_t position_by, int parity, int accumulate,
                                  float *out, int64_t tap_by) {
    if (m == 4) NAME(filter_gradients)(4, products, position_by, parity, accumulate, out, tap_by);
    else NAME(filter_gradients)(2, products, position_by, parity, accumulate, out, tap_by);
}

static const ck_winograd_transforms NAME(transforms) = {NAME(input), NAME(gradient), NAME(output), NAME(filter),
                                                        NAME(filter_gradient), NAME(filters_from_taps)};
#undef V
