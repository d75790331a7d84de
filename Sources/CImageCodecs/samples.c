#include "CImageCodecs.h"

void codec_narrow(const uint16_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = (uint8_t)((source[i] * 255u + 32767u) / 65535u);
}

void codec_widen(const uint8_t *source, uint16_t *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = (uint16_t)(source[i] * 257u);
}

void codec_flatten8(const uint8_t *source, uint8_t *target, size_t pixels, int32_t channels,
                    const uint8_t *background) {
    int32_t colors = channels - 1;
    for (size_t i = 0; i < pixels; i++, source += channels, target += colors) {
        uint32_t alpha = source[colors];
        for (int32_t c = 0; c < colors; c++)
            target[c] = (uint8_t)((source[c] * alpha + background[c] * (255 - alpha) + 127) / 255);
    }
}
