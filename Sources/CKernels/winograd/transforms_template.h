// Included by transforms.c once per instruction set, with WIDTH (floats in a vector), NAME, INLINE and UNROLL
// defined; with HALVES only the transforms to bfloat16. Tiles are transformed in parts of at most three rows of
// positions, which together with what they are made of stay in thirty-two registers.
typedef float NAME(vector) __attribute__((vector_size(4 * WIDTH), aligned(4)));
typedef int32_t NAME(mask) __attribute__((vector_size(4 * WIDTH)));
typedef float NAME(sixteen) __attribute__((vector_size(64), aligned(4)));
#define V NAME(vector)
#define F NAME(sixteen)
#include "winograd/lines.h"
#include "winograd/filter_lines.h"

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
#include "winograd/transforms_outputs.h"
#include "winograd/transforms_filters.h"

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
