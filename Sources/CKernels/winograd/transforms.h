// The transforms of Winograd's minimal filtering F(m, r) in two dimensions: m x m outputs of a correlation with an
// r x r filter, by (m + r - 1) squared multiplications.
#pragma once
#include "CKernelsConvolution.h"
#include <stddef.h>
#include <stdint.h>

/// Tiles of m by m outputs laid over every image of a channels-last array, or over one of its sub-lattices: row r of
/// tile row i is row `step * (i * m + r) + row_offset` of the array.
typedef struct {
    int64_t height, width, pixel;  // pixel: floats from one pixel to the next
    int64_t tile_rows, tile_columns;
    int64_t step, row_offset, column_offset;
    const float *missing;  // zeros, read in place of pixels outside
} ck_tiles;

/// Tiles [first, first + tiles), channels [channel, channel + channels) ->
/// out[position * position_by + tile * channels + channel], floats or bfloat16.
typedef void ck_winograd_values(const ck_tiles *t, const float *x, int64_t first, int64_t tiles, int64_t channel,
                                int64_t channels, void *out, int64_t position_by);

typedef struct {
    int m, r, n;
    ck_winograd_values *input, *gradient;
    /// The way back from products laid out in the same way to y, with the epilogue (any activation but tanh).
    void (*output)(const ck_tiles *t, const float *products, int64_t position_by, int64_t first, int64_t tiles,
                   int64_t channel, int64_t channels, const ck_epilogue *epilogue, float *y);
    /// Sixteen filters, w_by apart -> transformed, at out[position * position_by + 0..<16]. With r = 2 the filters are
    /// 4x4, and every parity of their taps (row, column) makes one, at out + parity * parity_by.
    /// `may_read_on`: sixteen floats may be read from the start of every filter; otherwise up to the end of it.
    void (*filter)(const float *w, int64_t w_by, int may_read_on, int flipped, float *out, int64_t parity_by,
                   int64_t position_by);
    /// The way back, for the gradients of the taps (of one parity, with r = 2): out[tap * tap_by + 0..<16], filled or
    /// added to.
    void (*filter_gradient)(const float *products, int64_t position_by, int parity, int accumulate, float *out,
                            int64_t tap_by);
    /// All taps of sixteen filters, as a sum of parts -> sixteen filters.
    void (*filters_from_taps)(const float *taps, int64_t tap_by, int64_t parts, int64_t part_by, float *w,
                              int64_t w_by);
} ck_winograd_transforms;

/// The version for this processor of F(4, 3), F(2, 3), F(3, 4), F(4, 2) or F(2, 2).
const ck_winograd_transforms *ck_winograd_kernels(int m, int r);
/// The transforms to bfloat16.
typedef struct {
    ck_winograd_values *input, *gradient;
    /// pairs[tile / 2][channel] = values[tile][channel], values[tile + 1][channel]; zero after the last tile.
    void (*pair_tiles)(const uint16_t *values, int64_t tiles, int64_t channels, uint32_t *pairs);
} ck_winograd_halves;

/// Those that belong to it; NULL when the processor has no such arithmetic.
const ck_winograd_halves *ck_winograd_to_halves(const ck_winograd_transforms *transforms);
