// What is wanted of the first directory of an EXIF block or an MPF block.
#include "exif/exif.h"

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

// The number of entries in the first directory that are there; 0 when this is no TIFF.
static size_t open_tiff(const uint8_t *bytes, size_t count, tiff *t, size_t *first) {
    if (count < 8) return 0;
    *t = (tiff){bytes, count, bytes[0] == 'M'};
    if (memcmp(bytes, t->big_endian ? "MM" : "II", 2) != 0 || read16(t, 2) != 42) return 0;
    size_t directory = read32(t, 4);
    if (directory > count - 2) return 0;
    *first = directory + 2;
    size_t entries = read16(t, directory), present = (count - *first) / 12;
    return entries < present ? entries : present;
}

uint32_t exif_further_images(const uint8_t *bytes, size_t count) {
    tiff t;
    size_t first, entries = open_tiff(bytes, count, &t, &first);
    for (size_t i = 0; i < entries; i++) {
        size_t entry = first + 12 * i, size = read32(&t, entry + 4), at = read32(&t, entry + 8);
        if (read16(&t, entry) != 0xB002 || at > count || size > count - at) continue;
        uint32_t images = 0;
        // Sixteen bytes for each; the third of four says what it is, 1 for previews.
        for (size_t image = at + 16; image + 16 <= at + size; image += 16)
            if ((read32(&t, image) >> 16 & 0xFF) != 1) images++;
        return images;
    }
    return 0;
}

size_t exif_texts(const uint8_t *bytes, size_t count, codec_text texts[EXIF_TEXTS]) {
    if (count >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) {
        bytes += 6;
        count -= 6;
    }
    tiff t;
    size_t first, found = 0, entries = open_tiff(bytes, count, &t, &first);
    for (size_t i = 0; i < entries && found < EXIF_TEXTS; i++) {
        size_t entry = first + 12 * i, size = read32(&t, entry + 4);
        const char *keyword = exif_keyword(read16(&t, entry));
        if (!keyword || read16(&t, entry + 2) != 2) continue;
        size_t at = size <= 4 ? entry + 8 : read32(&t, entry + 8);
        if (at > count || size > count - at) continue;
        size = strnlen((const char *)bytes + at, size);
        if (size == 0) continue;
        texts[found++] = (codec_text){
            .keyword = keyword, .value = (const char *)bytes + at, .value_size = size, .is_utf8 = true};
    }
    return found;
}

void exif_read(const uint8_t *bytes, size_t count, exif_facts *facts) {
    if (count >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) {
        bytes += 6;
        count -= 6;
    }
    tiff t;
    size_t first, entries = open_tiff(bytes, count, &t, &first);
    double x = 0, y = 0, per_metre = 1 / 0.0254;
    for (size_t i = 0; i < entries; i++) {
        size_t entry = first + 12 * i;
        uint32_t tag = read16(&t, entry), type = read16(&t, entry + 2);
        bool is_one = read32(&t, entry + 4) == 1;
        if (tag == 0x0112 && is_one && (type == 3 || type == 4)) {
            uint32_t value = type == 3 ? read16(&t, entry + 8) : read32(&t, entry + 8);
            if (value >= 1 && value <= 8) facts->orientation = (int32_t)value;
        } else if (tag == 0x011A) {
            x = read_rational(&t, entry);
        } else if (tag == 0x011B) {
            y = read_rational(&t, entry);
        } else if (tag == 0x0128 && is_one && type == 3) {
            uint32_t unit = read16(&t, entry + 8);
            per_metre = unit == 2 ? 1 / 0.0254 : unit == 3 ? 100 : 0;
        }
    }
    if (x > 0 && y > 0 && per_metre > 0) {
        facts->density_x = x * per_metre;
        facts->density_y = y * per_metre;
    }
}

int32_t exif_tell(codec_info *info, const uint8_t *bytes, size_t count, codec_text texts[EXIF_TEXTS]) {
    if (count == 0) return 1;
    exif_facts facts = {.orientation = 1};
    size_t name = count >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0 ? 6 : 0;
    info->exif = bytes + name;
    info->exif_size = count - name;
    exif_read(bytes, count, &facts);
    info->density_x = facts.density_x;
    info->density_y = facts.density_y;
    info->texts = texts;
    info->text_count = exif_texts(bytes, count, texts);
    return facts.orientation;
}

size_t exif_start(const uint8_t *bytes, size_t count) {
    if (count < 4) return count;
    size_t behind = (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
    return behind < count - 4 ? 4 + behind : count;
}
