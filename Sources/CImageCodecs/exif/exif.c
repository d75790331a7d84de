// Orientation and resolution out of an EXIF block: its first directory only.
#include "exif/exif.h"

#include <stdbool.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t count;
    bool big_endian;
} tiff;

static uint32_t read16(const tiff *t, size_t at) {
    const uint8_t *p = t->bytes + at;
    return t->big_endian ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static uint32_t read32(const tiff *t, size_t at) {
    return t->big_endian ? read16(t, at) << 16 | read16(t, at + 2) : read16(t, at + 2) << 16 | read16(t, at);
}

static double read_rational(const tiff *t, size_t entry) {
    uint32_t type = read16(t, entry + 2), at = read32(t, entry + 8);
    if (type != 5 || read32(t, entry + 4) != 1 || t->count < 8 || at > t->count - 8) return 0;
    uint32_t denominator = read32(t, at + 4);
    return denominator ? (double)read32(t, at) / denominator : 0;
}

void exif_read(const uint8_t *bytes, size_t count, exif_facts *facts) {
    if (count >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) {
        bytes += 6;
        count -= 6;
    }
    if (count < 8) return;
    tiff t = {bytes, count, bytes[0] == 'M'};
    if (memcmp(bytes, t.big_endian ? "MM" : "II", 2) != 0 || read16(&t, 2) != 42) return;
    size_t directory = read32(&t, 4);
    if (directory > count - 2) return;
    size_t entries = read16(&t, directory);
    double x = 0, y = 0, per_metre = 1 / 0.0254;
    for (size_t i = 0; i < entries; i++) {
        size_t entry = directory + 2 + 12 * i;
        if (entry + 12 > count) break;
        uint32_t tag = read16(&t, entry), type = read16(&t, entry + 2);
        if (tag == 0x0112 && (type == 3 || type == 4)) {
            uint32_t value = type == 3 ? read16(&t, entry + 8) : read32(&t, entry + 8);
            if (value >= 1 && value <= 8) facts->orientation = (int32_t)value;
        } else if (tag == 0x011A) {
            x = read_rational(&t, entry);
        } else if (tag == 0x011B) {
            y = read_rational(&t, entry);
        } else if (tag == 0x0128 && type == 3) {
            uint32_t unit = read16(&t, entry + 8);
            per_metre = unit == 2 ? 1 / 0.0254 : unit == 3 ? 100 : 0;
        }
    }
    if (x > 0 && y > 0 && per_metre > 0) {
        facts->density_x = x * per_metre;
        facts->density_y = y * per_metre;
    }
}
