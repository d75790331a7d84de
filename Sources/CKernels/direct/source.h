// Where the sums of a direct convolution read: rows of a channels-last image in which the taps that meet one output
// lie one after the other, channels fastest.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// One axis: output i meets the positions i * step - before + tap of the source, tap < taps. Taps that never meet the
/// source are left out; `skipped` of them came before the first.
typedef struct {
    int64_t count, step, before, taps, skipped, extent;
} ck_reach;

static inline ck_reach ck_reach_of(int64_t count, int64_t step, int64_t before, int64_t taps, int64_t extent) {
    int64_t first = before - (count - 1) * step, last = extent - 1 + before;
    if (first < 0) first = 0;
    if (last > taps - 1) last = taps - 1;
    if (first > last) return (ck_reach){count, step, before, 0, 0, extent};
    return (ck_reach){count, step, before - first, last - first + 1, first, extent};
}

/// The taps that output i really meets: [first, until).
static inline void ck_taps_met(const ck_reach *r, int64_t i, int64_t *first, int64_t *until) {
    int64_t corner = i * r->step - r->before;
    *first = corner < 0 ? -corner : 0;
    *until = r->extent - corner < r->taps ? r->extent - corner : r->taps;
    if (*first > r->taps) *first = r->taps;
    if (*until < *first) *until = *first;
}

typedef struct {
    const float *values;  // one image
    int64_t channels;     // those that are read, from `values` on
    int64_t pixel;        // floats from one pixel to the next
    ck_reach rows, columns;
} ck_source;

/// What lies in a strip: floats, bfloat16, or at every pixel pairs of bfloat16: its own value and that of the pixel
/// `columns.step` to the right.
enum { CK_SOURCE_FLOATS, CK_SOURCE_HALVES, CK_SOURCE_PAIRS };

/// Output columns [from, until), whose line for tap row t of output row r begins at `ck_strip_line`.
typedef struct {
    const char *base;
    int64_t element, pitch, pixel, first_row, from, until, step;
} ck_strip;

static inline const void *ck_strip_line(const ck_strip *s, int64_t source_row, int64_t column) {
    return s->base + ((source_row - s->first_row) * s->pitch + (column - s->from) * s->step * s->pixel) * s->element;
}

/// Bytes of memory for the strips of `rows` output rows.
size_t ck_strips_bytes(const ck_source *source, int64_t rows, int kind);

/// Lays out what output rows [first, first + rows) read; at most three strips. Rows outside the image have no place:
/// ask for taps that are met. `whole` elements are read at a time: every line is readable up to a multiple of it.
int ck_strips_make(const ck_source *source, int64_t first, int64_t rows, int kind, int64_t whole, void *memory,
                   ck_strip strips[3]);
