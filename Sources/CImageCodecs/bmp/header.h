// What a BMP says before its pixels.
#pragma once

#include "reading.h"

// Where a channel lies in a pixel, and its largest value; 0 for none.
typedef struct bmp_mask {
    uint32_t shift, top;
} bmp_mask;

typedef struct bmp_header {
    uint32_t width, height;
    bool is_top_down;
    uint32_t bits;          // of a pixel: 1, 2, 4, 8, 16, 24 or 32
    bool is_coded;          // in runs
    uint64_t pixels;        // where they begin
    uint64_t row_bytes, used_bytes;  // with padding and without
    uint8_t palette[256][3];
    bool is_gray;           // every color of the palette
    bmp_mask masks[4];      // red, green, blue, alpha
    double density_x, density_y;
    uint8_t *profile;       // to be freed
    size_t profile_size;
    bool has_damaged_profile;
} bmp_header;

bool bmp_header_read(const codec_bytes *file, bmp_header *header, codec_status *status);
