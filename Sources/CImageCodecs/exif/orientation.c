#include "exif/orientation.h"

#include <string.h>

static inline __attribute__((always_inline)) void swap_pixels(uint8_t *a, uint8_t *b, size_t pixel) {
    uint8_t kept[8];
    memcpy(kept, a, pixel);
    memcpy(a, b, pixel);
    memcpy(b, kept, pixel);
}

static inline __attribute__((always_inline)) void mirror_row(uint8_t *row, size_t width, size_t pixel) {
    for (size_t left = 0, right = width - 1; left < right; left++, right--)
        swap_pixels(row + left * pixel, row + right * pixel, pixel);
}

static void swap_rows(uint8_t *a, uint8_t *b, size_t count) {
    uint8_t kept[4096];
    while (count) {
        size_t step = count < sizeof kept ? count : sizeof kept;
        memcpy(kept, a, step);
        memcpy(a, b, step);
        memcpy(b, kept, step);
        a += step;
        b += step;
        count -= step;
    }
}

void orientation_apply_in_place(int32_t orientation, uint8_t *pixels, size_t width, size_t height, size_t pixel) {
    size_t stride = width * pixel;
    if (orientation == 3 || orientation == 4)
        for (size_t top = 0, bottom = height - 1; top < bottom; top++, bottom--)
            swap_rows(pixels + top * stride, pixels + bottom * stride, stride);
    if (orientation == 4) return;
    for (size_t y = 0; y < height; y++) {
        uint8_t *row = pixels + y * stride;
        switch (pixel) {
            case 1: mirror_row(row, width, 1); break;
            case 2: mirror_row(row, width, 2); break;
            case 3: mirror_row(row, width, 3); break;
            case 4: mirror_row(row, width, 4); break;
            case 6: mirror_row(row, width, 6); break;
            default: mirror_row(row, width, 8); break;
        }
    }
}

// 5 transposes; 6 turns clockwise, 8 counterclockwise; 7 transposes over the other diagonal. Tiles keep both images
// in the cache.
static inline __attribute__((always_inline)) void exchange_axes(int32_t orientation, const uint8_t *source,
                                                                 uint8_t *target, size_t width, size_t height,
                                                                 size_t pixel) {
    bool from_bottom = orientation == 6 || orientation == 7, from_right = orientation == 7 || orientation == 8;
    const size_t tile = 32;
    for (size_t y0 = 0; y0 < width; y0 += tile)
        for (size_t x0 = 0; x0 < height; x0 += tile)
            for (size_t y = y0; y < width && y < y0 + tile; y++)
                for (size_t x = x0; x < height && x < x0 + tile; x++) {
                    size_t row = from_bottom ? height - 1 - x : x, column = from_right ? width - 1 - y : y;
                    memcpy(target + (y * height + x) * pixel, source + (row * width + column) * pixel, pixel);
                }
}

void orientation_apply_swapping(int32_t orientation, const uint8_t *source, uint8_t *target, size_t width,
                                size_t height, size_t pixel) {
    switch (pixel) {
        case 1: exchange_axes(orientation, source, target, width, height, 1); break;
        case 2: exchange_axes(orientation, source, target, width, height, 2); break;
        case 3: exchange_axes(orientation, source, target, width, height, 3); break;
        case 4: exchange_axes(orientation, source, target, width, height, 4); break;
        case 6: exchange_axes(orientation, source, target, width, height, 6); break;
        default: exchange_axes(orientation, source, target, width, height, 8); break;
    }
}
