// What a PNG says beside its pixels: colors, density, texts.
#pragma once

#include "CImageCodecs.h"

#include <png.h>

// Bytes of memory that writing takes.
size_t png_details_room(const codec_image *image);
// Writes them chunk by chunk: libpng's own functions for them refuse some that its reader takes, and the image with
// them. scratch has the room.
void png_details_write(png_structp png, const codec_image *image, uint8_t *scratch);
