#include "tiff/samples.h"
#include "scaling.h"

#include <math.h>
#include <string.h>

static uint16_t from_float(double value) {
    if (!(value > 0)) return 0;  // and where it is no number
    return value >= 1 ? 65535 : (uint16_t)(value * 65535 + 0.5);
}

static double from_half(uint16_t half) {
    int exponent = half >> 10 & 31, fraction = half & 1023;
    double value = exponent == 0    ? ldexp(fraction, -24)
                   : exponent == 31 ? (fraction ? NAN : INFINITY)
                                    : ldexp(fraction + 1024, exponent - 25);
    return half & 0x8000 ? -value : value;
}

static void unpack_floats(const uint8_t *row, size_t count, uint32_t bits, uint16_t *line) {
    for (size_t i = 0; i < count; i++) {
        if (bits == 16) {
            uint16_t value;
            memcpy(&value, row + 2 * i, sizeof value);
            line[i] = from_float(from_half(value));
        } else if (bits == 32) {
            float value;
            memcpy(&value, row + 4 * i, sizeof value);
            line[i] = from_float((double)value);
        } else {
            double value;
            memcpy(&value, row + 8 * i, sizeof value);
            line[i] = from_float(value);
        }
    }
}

// Values as they are stored; those of 32 bits lose their lower half.
static void unpack(const tiff_layout *layout, const uint8_t *row, size_t count, uint16_t *line) {
    uint32_t bits = layout->bits;
    if (layout->is_float) {
        unpack_floats(row, count, bits, line);
    } else if (bits == 8) {
        for (size_t i = 0; i < count; i++) line[i] = row[i];
    } else if (bits == 16) {
        memcpy(line, row, count * 2);
    } else if (bits == 32) {
        for (size_t i = 0; i < count; i++) {
            uint32_t value;
            memcpy(&value, row + 4 * i, sizeof value);
            line[i] = (uint16_t)(value >> 16);
        }
    } else {
        uint32_t kept = 0, held = 0, mask = (1u << bits) - 1;
        for (size_t i = 0; i < count; i++) {
            while (held < bits) {
                kept = kept << 8 | *row++;
                held += 8;
            }
            held -= bits;
            line[i] = (uint16_t)(kept >> held & mask);
        }
    }
}

static bool is_plain(const tiff_layout *layout) {
    return (layout->kind == TIFF_GRAY || layout->kind == TIFF_RGB) && !layout->is_planar && !layout->is_float &&
           !layout->is_associated && layout->bits == (uint32_t)layout->result_bits &&
           layout->samples == (uint32_t)layout->channels;
}

void tiff_row_convert(const tiff_layout *layout, const uint8_t *row, size_t plane_stride, uint16_t *line,
                      uint8_t *target) {
    size_t width = layout->width, samples = layout->samples;
    if (is_plain(layout)) {
        memcpy(target, row, width * samples * layout->bits / 8);
        return;
    }
    if (layout->is_planar)
        for (size_t s = 0; s < samples; s++) unpack(layout, row + s * plane_stride, width, line + s * width);
    else
        unpack(layout, row, width * samples, line);
    size_t step = layout->is_planar ? 1 : samples, plane = layout->is_planar ? width : 1;
    uint32_t most = layout->result_bits == 16 ? 65535 : 255;
    uint32_t top = layout->is_float || layout->bits >= 16 ? 65535 : (1u << layout->bits) - 1;
    int colors = layout->channels - (layout->alpha >= 0 ? 1 : 0), channels = layout->channels;
    for (size_t x = 0; x < width; x++) {
        const uint16_t *pixel = line + x * step;
        uint32_t value[4];
        for (int c = 0; c < colors; c++) {
            if (layout->kind == TIFF_PALETTE) {
                value[c] = layout->palette[c][pixel[0]] >> (most == 255 ? 8 : 0);
                continue;
            }
            value[c] = codec_scaled(pixel[(size_t)c * plane], top, most);
            if (layout->kind == TIFF_INVERTED_GRAY) value[c] = most - value[c];
            if (layout->kind == TIFF_CMYK) {
                uint64_t black = most - codec_scaled(pixel[3 * plane], top, most);
                value[c] = (uint32_t)(((most - value[c]) * black + most / 2) / most);
            }
        }
        if (layout->alpha >= 0) {
            uint32_t alpha = value[colors] = codec_scaled(pixel[(size_t)layout->alpha * plane], top, most);
            for (int c = 0; layout->is_associated && c < colors; c++) value[c] = codec_straight(value[c], alpha, most);
        }
        if (most == 255) {
            for (int c = 0; c < channels; c++) *target++ = (uint8_t)value[c];
        } else {
            for (int c = 0; c < channels; c++, target += 2) {
                uint16_t stored = (uint16_t)value[c];
                memcpy(target, &stored, sizeof stored);
            }
        }
    }
}
