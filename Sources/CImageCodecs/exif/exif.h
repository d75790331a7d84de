// exif/: what an EXIF block says of an image, and images turned upright by it.
#pragma once

#include <stddef.h>
#include <stdint.h>

// EXIF (a TIFF directory, with or without the "Exif\0\0" in front). Leaves what it does not find.
typedef struct exif_facts {
    int32_t orientation;          // 1 to 8
    double density_x, density_y;  // pixels per metre
} exif_facts;
void exif_read(const uint8_t *bytes, size_t count, exif_facts *facts);
// How many images an MPF block (a TIFF directory, too) lists after the first, without previews.
uint32_t exif_further_images(const uint8_t *bytes, size_t count);
