// Checksums for mutated PNGs: a decoder would not look any further without them.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

// Makes the checksum of every chunk right.
static inline void make_checksums_right(uint8_t *bytes, size_t count) {
    for (size_t at = 8; count >= 12 && at <= count - 12;) {
        size_t size = 0;
        for (int i = 0; i < 4; i++) size = size << 8 | bytes[at + (size_t)i];
        if (size > count - at - 12) break;
        unsigned long sum = crc32(0, bytes + at + 4, (uInt)(size + 4));
        for (int i = 0; i < 4; i++) bytes[at + 8 + size + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        at += size + 12;
    }
}
