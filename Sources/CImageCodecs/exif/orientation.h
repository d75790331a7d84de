// The eight EXIF orientations, undone. Both sizes are those of the stored image; a pixel has 1 to 8 bytes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool orientation_swaps_axes(int32_t orientation) { return orientation >= 5; }
// Orientations 2 to 4.
void orientation_apply_in_place(int32_t orientation, uint8_t *pixels, size_t width, size_t height, size_t pixel);
// Orientations 5 to 8: target has height and width exchanged.
void orientation_apply_swapping(int32_t orientation, const uint8_t *source, uint8_t *target, size_t width,
                                size_t height, size_t pixel);
