// The transforms of Winograd's minimal filtering F(m, 2) in two dimensions, m = 2 or 4.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Tiles of m by m outputs laid over every image of a channels-last array, or over one of its sub-lattices: row r of
/// tile row i is row `step * (i * m + r) + row_offset` of the array.
typedef struct {
    int64_t height, width, channels;
    int64_t tile_rows, tile_columns;
    int64_t step, row_offset, column_offset;
    const float *missing;  // zeros, read in place of pixels outside
} ck_tiles;

/// Addresses of the extent x extent pixels of a tile; `missing` where the array has none.
static inline __attribute__((always_inline)) void ck_tile_pixels(const ck_tiles *t, const float *array, int64_t tile,
                                                                 int64_t m, int extent, const float *missing,
                                                                 const float **pixels) {
    int64_t column = tile % t->tile_columns, rest = tile / t->tile_columns;
    int64_t row = rest % t->tile_rows, image = rest / t->tile_rows;
    int64_t y0 = t->step * row * m + t->row_offset, x0 = t->step * column * m + t->column_offset;
    const float *corner = array + image * t->height * t->width * t->channels;
    for (int i = 0; i < extent; i++) {
        int64_t y = y0 + t->step * i;
        for (int j = 0; j < extent; j++) {
            int64_t x = x0 + t->step * j;
            int inside = y >= 0 && y < t->height && x >= 0 && x < t->width;
            pixels[i * extent + j] = inside ? corner + (y * t->width + x) * t->channels : missing;
        }
    }
}

typedef struct {
    /// Tiles [first, first + tiles), channels [channel, channel + channels) ->
    /// out[position * position_by + tile * channels + channel].
    void (*input)(int m, const ck_tiles *t, const float *x, int64_t first, int64_t tiles, int64_t channel,
                  int64_t channels, float *out, int64_t position_by);
    void (*gradient)(int m, const ck_tiles *t, const float *dy, int64_t first, int64_t tiles, int64_t channel,
                     int64_t channels, float *out, int64_t position_by);
    /// The way back from products laid out in the same way (+ bias) to y.
    void (*output)(int m, const ck_tiles *t, const float *products, int64_t position_by, int64_t first, int64_t tiles,
                   int64_t channel, int64_t channels, const float *bias, float *y);
    /// Sixteen 4x4 filters -> the transformed 2x2 filter of every parity of the taps.
    void (*filter)(int m, const float *w, int64_t w_by, int flipped, float *out, int64_t parity_by,
                   int64_t position_by);
    /// The way back, for the gradients of one parity of the taps: out[tap * tap_by + 0..<16], filled or added to.
    void (*filter_gradient)(int m, const float *products, int64_t position_by, int parity, int accumulate, float *out,
                            int64_t tap_by);
    /// Sixteen taps of sixteen filters -> sixteen filters of sixteen taps.
    void (*filters_from_taps)(const float *taps, int64_t tap_by, float *w, int64_t w_by);
} ck_winograd_transforms;

/// The version for this processor.
const ck_winograd_transforms *ck_winograd_kernels(void);
