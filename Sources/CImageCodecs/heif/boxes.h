// What the boxes of an AVIF or HEIC tell, and libheif does not.
#pragma once

#include "reading.h"

typedef struct heif_outline {
    bool is_gray;         // the primary image, or the tiles that it is made of
    int32_t orientation;  // what its rotation and mirroring amount to, as EXIF counts them
    uint32_t frames;      // of a sequence beside it
} heif_outline;

// Leaves what it does not find: a color image that is upright and alone.
void heif_outline_read(const codec_bytes *file, heif_outline *outline);
