#include <zlib.h>

#include "CFuzzTargets.h"
#include "harness.h"

int fuzz_png(const uint8_t *bytes, size_t count) { return fuzz_image(CODEC_PNG, bytes, count); }

void fuzz_png_repair(uint8_t *bytes, size_t count) {
    for (size_t at = 8; count >= 12 && at <= count - 12;) {
        size_t size = (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 | (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        if (size > count - at - 12) break;
        unsigned long sum = crc32(0, bytes + at + 4, (uInt)(size + 4));
        for (int i = 0; i < 4; i++) bytes[at + 8 + size + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        at += size + 12;
    }
}
