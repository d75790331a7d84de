// Included by winograd_transforms.c once per instruction set, with WIDTH (floats in a vector), NAME, INLINE and UNROLL
// defined; with HALVES only the transforms to bfloat16. Tiles are transformed in parts of at most three rows of
// positions, which together with what they are made of stay in thirty-two registers.
typedef float NAME(vector) __attribute__((vector_size(4 * WIDTH), aligned(4)));
typedef int32_t NAME(mask) __attribute__((vector_size(4 * WIDTH)));
typedef float NAME(sixteen) __attribute__((vector_size(64), aligned(4)));
#define V NAME(vector)
#define F NAME(sixteen)
#include "winograd_lines.h"
#include "winograd_filter_lines.h"

// Keeps the compiler from computing all addresses of a tile in advance, which it would spill.
#define STEP_BY_STEP(pointer) __asm__("" : "+r"(pointer))

// Walks over tiles in the order columns, rows, images.
typedef struct {
    int64_t column, row, image;
} NAME(place);

INLINE NAME(place) NAME(place_of)(const ck_tiles *t, int64_t tile) {
    int64_t rest = tile / t->tile_columns;
    return (NAME(place)){tile % t->tile_columns, rest % t->tile_rows, rest / t->tile_rows};
}

INLINE void NAME(advance)(const ck_tiles *t, NAME(place) *p) {
    if (++p->column < t->tile_columns) return;
    p->column = 0;
    if (++p->row < t->tile_rows) return;
    p->row = 0;
    p->image++;
}

#if HALVES
#define VALUE uint16_t
#define STORE_VALUE(to, v) (*(NAME(rounded) *)(to) = __builtin_convertvector(v, NAME(rounded)))
typedef __bf16 NAME(rounded) __attribute__((vector_size(2 * WIDTH), aligned(2)));
#else
#define VALUE float
#define STORE_VALUE(to, v) (*(V *)(to) = (v))
#endif

// extent x extent pixels -> n x n values.
INLINE void NAME(values_of_tile)(const int m, const int n, const int is_gradient, const int is_inside,
                                 const float *corner, int64_t row, int64_t column, const float *const *pixels,
                                 int64_t channels, VALUE *out, int64_t position_by) {
    const int extent = is_gradient ? m : n, rows = n == 6 ? 3 : n;
    for (int64_t c = 0; c < channels; c += WIDTH) {
        UNROLL for (int first = 0; first < n; first += rows) {
            V half[25];
            const float *lines[6];
            UNROLL for (int i = 0; i < extent; i++) lines[i] = corner + i * row + c;
            UNROLL for (int j = 0; j < extent; j++) {
                V d[6];
                UNROLL for (int i = 0; i < extent; i++) {
                    if (is_inside) {
                        d[i] = *(const V *)lines[i];
                        // What the tile after the next one of the row does not share with this one.
                        if (first == 0 && j >= extent - m) __builtin_prefetch(lines[i] + 2 * m * column);
                        lines[i] += column;
                        STEP_BY_STEP(lines[i]);
                    } else {
                        d[i] = *(const V *)(pixels[i * extent + j] + c);
                    }
                }
                if (is_gradient) NAME(gradient_line)(m, n, first, rows, d, half + j, extent);
                else NAME(input_line)(n, first, rows, d, half + j, extent);
            }
            VALUE *to = out + first * n * position_by + c;
            UNROLL for (int i = 0; i < rows; i++) {
                V o[6];
                if (is_gradient) NAME(gradient_line)(m, n, 0, n, half + i * extent, o, 1);
                else NAME(input_line)(n, 0, n, half + i * extent, o, 1);
                UNROLL for (int j = 0; j < n; j++) {
                    STORE_VALUE(to, o[j]);
                    to += position_by;
                    STEP_BY_STEP(to);
                }
            }
        }
    }
}

INLINE void NAME(values_of_tiles)(const int m, const int n, const int is_gradient, const ck_tiles *t, const float *x,
                                  int64_t first, int64_t tiles, int64_t channel, int64_t channels, VALUE *out,
                                  int64_t position_by) {
    const int extent = is_gradient ? m : n;
    int64_t column = t->step * t->pixel, row = column * t->width, reach = t->step * (extent - 1);
    NAME(place) p = NAME(place_of)(t, first);
    for (int64_t tile = 0; tile < tiles; tile++, NAME(advance)(t, &p), out += channels) {
        int64_t y0 = t->step * p.row * m + t->row_offset, x0 = t->step * p.column * m + t->column_offset;
        const float *image = x + p.image * t->height * t->width * t->pixel + channel;
        const float *corner = image + (y0 * t->width + x0) * t->pixel;
        if (y0 >= 0 && x0 >= 0 && y0 + reach < t->height && x0 + reach < t->width) {
            NAME(values_of_tile)(m, n, is_gradient, 1, corner, row, column, NULL, channels, out, position_by);
            continue;
        }
        const float *pixels[36];
        for (int i = 0; i < extent; i++) {
            for (int j = 0; j < extent; j++) {
                int64_t yi = y0 + t->step * i, xj = x0 + t->step * j;
                int is_there = yi >= 0 && yi < t->height && xj >= 0 && xj < t->width;
                pixels[i * extent + j] = is_there ? image + (yi * t->width + xj) * t->pixel : t->missing;
            }
        }
        NAME(values_of_tile)(m, n, is_gradient, 0, corner, row, column, pixels, channels, out, position_by);
    }
}

#define VALUES(m, r) \
    static void NAME(input_##m##r)(const ck_tiles *t, const float *x, int64_t first, int64_t tiles, int64_t channel, \
                                   int64_t channels, void *out, int64_t position_by) { \
        NAME(values_of_tiles)(m, m + r - 1, 0, t, x, first, tiles, channel, channels, out, position_by); \
    } \
    static void NAME(gradient_##m##r)(const ck_tiles *t, const float *dy, int64_t first, int64_t tiles, \
                                      int64_t channel, int64_t channels, void *out, int64_t position_by) { \
        NAME(values_of_tiles)(m, m + r - 1, 1, t, dy, first, tiles, channel, channels, out, position_by); \
    }
VALUES(4, 3) VALUES(2, 3) VALUES(3, 4) VALUES(4, 2) VALUES(2, 2)
#undef VALUES

#if HALVES
static void NAME(pair_tiles)(const uint16_t *values, int64_t tiles, int64_t channels, uint32_t *pairs) {
    typedef uint16_t halves __attribute__((vector_size(32), aligned(2)));
    typedef uint32_t pair __attribute__((vector_size(64), aligned(4)));
    for (int64_t tile = 0; tile < tiles; tile += 2, values += 2 * channels, pairs += channels) {
        for (int64_t c = 0; c < channels; c += 16) {
            pair both = __builtin_convertvector(*(const halves *)(values + c), pair);
            if (tile + 1 < tiles)
                both |= __builtin_convertvector(*(const halves *)(values + channels + c), pair) << 16;
            *(pair *)(pairs + c) = both;
        }
    }
}

#define TABLE(m, r) {NAME(input_##m##r), NAME(gradient_##m##r), NAME(pair_tiles)}
static const ck_winograd_halves NAME(transforms)[] = {TABLE(4, 3), TABLE(2, 3), TABLE(3, 4), TABLE(4, 2),
                                                      TABLE(2, 2)};
#undef TABLE
#endif

#if !HALVES
// The epilogue up to its additions, of `count` pixels.
INLINE void NAME(finish)(const int count, V *s, const ck_epilogue *e, int64_t channel) {
    if (e->multipliers) {
        V multipliers = *(const V *)(e->multipliers + channel);
        UNROLL for (int i = 0; i < count; i++) s[i] *= multipliers;
    }
    if (e->bias) {
        V bias = *(const V *)(e->bias + channel);
        UNROLL for (int i = 0; i < count; i++) s[i] += bias;
    }
    if (e->activation == CK_ACTIVATE_RELU) {
        UNROLL for (int i = 0; i < count; i++) s[i] = (V)((NAME(mask))s[i] & (s[i] > 0));
    } else if (e->activation != CK_ACTIVATE_NONE) {
        V slope = e->slope - (V){0};
        if (e->activation == CK_ACTIVATE_PRELU) slope = *(const V *)(e->weights + channel);
        UNROLL for (int i = 0; i < count; i++) {
            V scaled = s[i] * slope;
            NAME(mask) positive = s[i] > 0;
            s[i] = (V)(((NAME(mask))s[i] & positive) | ((NAME(mask))scaled & ~positive));
        }
    }
    if (e->scale != 1) {
        UNROLL for (int i = 0; i < count; i++) s[i] *= e->scale;
    }
}

INLINE void NAME(outputs_of_tile)(const int m, const int n, const int is_whole, const float *products,
                                  int64_t position_by, const ck_epilogue *e, float *y, int64_t pixel, int64_t width,
                                  int64_t step, int64_t y_pixel, int64_t rows, int64_t columns, int64_t channel,
                                  int64_t channels) {
    const int parts = n == 6 ? 2 : 1;  // even and odd rows
    for (int64_t c = channel; c < channel + channels; c += WIDTH, products += WIDTH) {
        UNROLL for (int part = 0; part < parts; part++) {
            V half[24];
            const float *lines[6];
            UNROLL for (int i = 0; i < n; i++) lines[i] = products + i * n * position_by;
            UNROLL for (int j = 0; j < n; j++) {
                V p[6], all[4];
                UNROLL for (int i = 0; i < n; i++) {
                    p[i] = *(const V *)lines[i];
                    lines[i] += position_by;
                    STEP_BY_STEP(lines[i]);
                }
                NAME(output_line)(m, n, p, all, 1);
                UNROLL for (int i = part; i < m; i += parts) half[i * n + j] = all[i];
            }
            UNROLL for (int i = part; i < m; i += parts) {
                V o[4];
                NAME(output_line)(m, n, half + i * n, o, 1);
                if (!is_whole && i >= rows) continue;
                int64_t start = pixel + i * step * width;
                NAME(finish)(m, o, e, c);
                if (is_whole) {  // The next tile's pixels are fetched to be written.
                    const float *next = y + (start + m * step) * y_pixel + c;
                    UNROLL for (int j = 0; j < m; j++) __builtin_prefetch(next + j * step * y_pixel, 1);
                }
                for (int k = 0; k < 2; k++) {
                    if (!e->added[k].values) continue;
                    const float *added = e->added[k].values + start * e->added[k].pixel + c;
                    UNROLL for (int j = 0; j < m; j++) {
                        if (is_whole || j < columns)
                            o[j] += e->added[k].scale * *(const V *)(added + j * step * e->added[k].pixel);
                    }
                }
                UNROLL for (int j = 0; j < m; j++) {
                    if (is_whole || j < columns) *(V *)(y + (start + j * step) * y_pixel + c) = o[j];
                }
            }
        }
    }
}

INLINE void NAME(outputs_of_tiles)(const int m, const int n, const ck_tiles *t, const float *products,
                                   int64_t position_by, int64_t first, int64_t tiles, int64_t channel,
                                   int64_t channels, const ck_epilogue *e, float *y) {
    NAME(place) p = NAME(place_of)(t, first);
    for (int64_t tile = 0; tile < tiles; tile++, NAME(advance)(t, &p), products += channels) {
        int64_t y0 = t->step * p.row * m + t->row_offset, x0 = t->step * p.column * m + t->column_offset;
        int64_t rows = (t->height - y0 + t->step - 1) / t->step, columns = (t->width - x0 + t->step - 1) / t->step;
        int64_t pixel = (p.image * t->height + y0) * t->width + x0;
        if (rows >= m && columns >= m)
            NAME(outputs_of_tile)(m, n, 1, products, position_by, e, y, pixel, t->width, t->step, t->pixel, rows,
                                  columns, channel, channels);
        else
            NAME(outputs_of_tile)(m, n, 0, products, position_by, e, y, pixel, t->width, t->step, t->pixel, rows,
                                  columns, channel, channels);
    }
}

// r[i][j] -> r[j][i]
INLINE void NAME(transpose)(F *r) {
#define SWAP(step, ...) \
    UNROLL for (int i = 0; i < 16; i++) { \
        if (i & step) continue; \
        F x = r[i], y = r[i + step]; \
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

INLINE void NAME(filters)(const int r, const int n, const float *w, int64_t w_by, int may_read_on, int flipped,
                          float *out, int64_t parity_by, int64_t position_by) {
    const int side = r == 3 ? 3 : 4, parities = r == 2 ? 4 : 1, rest = 16 - side * side;
    F read[16], taps[16];
    int64_t back = may_read_on ? 0 : rest;
    UNROLL for (int i = 0; i < 16; i++) read[i] = *(const F *)(w + i * w_by - back);
    NAME(transpose)(read);
    UNROLL for (int tap = 0; tap < side * side; tap++) taps[tap] = back ? read[tap + rest] : read[tap];
    UNROLL for (int parity = 0; parity < parities; parity++) {
        F g[16], half[24], u[36];
        UNROLL for (int i = 0; i < r * r; i++) {
            int from = parities == 1 ? i : 4 * (2 * (i / 2) + parity / 2) + 2 * (i % 2) + parity % 2;
            int opposite = r * r - 1 - i;
            if (parities == 4) opposite = 4 * (2 * (opposite / 2) + parity / 2) + 2 * (opposite % 2) + parity % 2;
            g[i] = flipped ? taps[opposite] : taps[from];
        }
        UNROLL for (int i = 0; i < r; i++) NAME(filter_line)(r, n, g + i, r, half + i, r);
        UNROLL for (int i = 0; i < n; i++) NAME(filter_line)(r, n, half + r * i, 1, u + n * i, 1);
        UNROLL for (int i = 0; i < n * n; i++) *(F *)(out + parity * parity_by + i * position_by) = u[i];
    }
}

INLINE void NAME(filter_gradients)(const int r, const int n, const float *products, int64_t position_by, int parity,
                                   int accumulate, float *out, int64_t tap_by) {
    F u[36], half[24], g[16];
    UNROLL for (int i = 0; i < n * n; i++) u[i] = *(const F *)(products + i * position_by);
    UNROLL for (int i = 0; i < n; i++) NAME(filter_gradient_line)(r, n, u + i, n, half + i, n);
    UNROLL for (int i = 0; i < r; i++) NAME(filter_gradient_line)(r, n, half + n * i, 1, g + r * i, 1);
    UNROLL for (int i = 0; i < r * r; i++) {
        int tap = r == 2 ? 4 * (2 * (i / 2) + parity / 2) + 2 * (i % 2) + parity % 2 : i;
        F *to = (F *)(out + tap * tap_by);
        *to = accumulate ? *to + g[i] : g[i];
    }
}

INLINE void NAME(filters_of_taps)(const int taps_of_filter, const float *taps, int64_t tap_by, int64_t parts,
                                  int64_t part_by, float *w, int64_t w_by) {
    F r[16];
    UNROLL for (int i = 0; i < 16; i++) {
        r[i] = (F){0};
        if (i >= taps_of_filter) continue;
        for (int64_t part = 0; part < parts; part++) r[i] += *(const F *)(taps + part * part_by + i * tap_by);
    }
    NAME(transpose)(r);
    UNROLL for (int i = 0; i < 16; i++) memcpy(w + i * w_by, &r[i], sizeof(float) * (size_t)taps_of_filter);
}

#define KIND(m, r) \
    static void NAME(output_##m##r)(const ck_tiles *t, const float *products, int64_t position_by, int64_t first, \
                                    int64_t tiles, int64_t channel, int64_t channels, const ck_epilogue *e, \
                                    float *y) { \
        NAME(outputs_of_tiles)(m, m + r - 1, t, products, position_by, first, tiles, channel, channels, e, y); \
    } \
    static void NAME(filter_##m##r)(const float *w, int64_t w_by, int may_read_on, int flipped, float *out, \
                                    int64_t parity_by, int64_t position_by) { \
        NAME(filters)(r, m + r - 1, w, w_by, may_read_on, flipped, out, parity_by, position_by); \
    } \
    static void NAME(filter_gradient_##m##r)(const float *products, int64_t position_by, int parity, int accumulate, \
                                             float *out, int64_t tap_by) { \
        NAME(filter_gradients)(r, m + r - 1, products, position_by, parity, accumulate, out, tap_by); \
    } \
    static void NAME(filters_from_taps_##m##r)(const float *taps, int64_t tap_by, int64_t parts, int64_t part_by, \
                                               float *w, int64_t w_by) { \
        NAME(filters_of_taps)(r == 3 ? 9 : 16, taps, tap_by, parts, part_by, w, w_by); \
    }
#define TABLE(m, r) \
    {m, r, m + r - 1, NAME(input_##m##r), NAME(gradient_##m##r), NAME(output_##m##r), NAME(filter_##m##r), \
     NAME(filter_gradient_##m##r), NAME(filters_from_taps_##m##r)}

KIND(4, 3) KIND(2, 3) KIND(3, 4) KIND(4, 2) KIND(2, 2)

static const ck_winograd_transforms NAME(transforms)[] = {TABLE(4, 3), TABLE(2, 3), TABLE(3, 4), TABLE(4, 2),
                                                          TABLE(2, 2)};
#undef KIND
#undef TABLE
#endif
#undef VALUE
#undef STORE_VALUE
#undef STEP_BY_STEP
#undef V
#undef F
