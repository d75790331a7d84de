// Samples as a TIFF stores them, and pixels as they come out.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum tiff_kind { TIFF_GRAY, TIFF_INVERTED_GRAY, TIFF_RGB, TIFF_PALETTE, TIFF_CMYK, TIFF_MADE_RGB } tiff_kind;

typedef struct tiff_layout {
    tiff_kind kind;
    uint32_t width;
    uint32_t samples;  // of a pixel
    uint32_t bits;     // of a stored sample
    bool is_float;
    bool is_planar;    // each sample has rows of its own
    int alpha;         // which sample it is, -1 for none
    bool is_associated;
    const uint16_t *palette[3];
    int channels, result_bits;
} tiff_layout;

// Whole bytes of a row of one plane.
static inline uint64_t tiff_row_bytes(const tiff_layout *layout, uint64_t width) {
    return (width * (layout->is_planar ? 1 : layout->samples) * layout->bits + 7) / 8;
}
// Unpacks a row; planes lie plane_stride bytes apart. line has room for width * samples values.
void tiff_row_convert(const tiff_layout *layout, const uint8_t *row, size_t plane_stride, uint16_t *line,
                      uint8_t *target);
