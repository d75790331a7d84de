// Texts in the tags that TIFF has for them, and EXIF blocks that are made of them.
#include "exif/exif.h"

#include <string.h>

enum { DESCRIPTION = 0x010E, SOFTWARE = 0x0131, AUTHOR = 0x013B, COPYRIGHT = 0x8298 };

const char *exif_keyword(uint32_t tag) {
    switch (tag) {
        case DESCRIPTION: return "";
        case SOFTWARE: return "Software";
        case AUTHOR: return "Author";
        case COPYRIGHT: return "Copyright";
        default: return NULL;
    }
}

uint32_t exif_tag(const char *keyword) {
    static const uint32_t tags[] = {SOFTWARE, AUTHOR, COPYRIGHT};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (strcmp(keyword, exif_keyword(tags[i])) == 0) return tags[i];
    return DESCRIPTION;
}

// Everything is written with the least significant byte first.
typedef struct {
    uint8_t head[8 + 2 + 12 * 7 + 4];
    size_t at;
    uint16_t entries;
    codec_buffer values;
    bool failed;
} exif_block;

static void put16(uint8_t *target, uint32_t value) {
    target[0] = (uint8_t)value;
    target[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *target, uint32_t value) {
    put16(target, value);
    put16(target + 2, value >> 16);
}

static uint8_t *entry(exif_block *block, uint32_t tag, uint32_t type, uint32_t count) {
    uint8_t *start = block->head + block->at;
    put16(start, tag);
    put16(start + 2, type);
    put32(start + 4, count);
    put32(start + 8, 0);
    block->at += 12;
    block->entries++;
    return start + 8;
}

// Up to four bytes lie in the entry itself; offsets of others are completed at the end.
static void put_value(exif_block *block, uint8_t *place, const uint8_t *bytes, size_t count) {
    if (count <= 4) {
        memcpy(place, bytes, count);
        return;
    }
    put32(place, (uint32_t)block->values.count);
    static const uint8_t zero = 0;
    if (!codec_buffer_append(&block->values, bytes, count) ||
        (count % 2 && !codec_buffer_append(&block->values, &zero, 1)))
        block->failed = true;
}

static void put_text(exif_block *block, const codec_image *image, uint32_t tag) {
    for (size_t i = 0; i < image->text_count; i++) {
        const codec_text *text = &image->texts[i];
        if (exif_tag(text->keyword) != tag) continue;
        codec_buffer value = {0};
        if (!codec_buffer_append(&value, text->value, text->value_size) || !codec_buffer_append(&value, "", 1))
            block->failed = true;
        else
            put_value(block, entry(block, tag, 2, (uint32_t)value.count), value.bytes, value.count);
        codec_free(value.bytes);
        return;
    }
}

static void put_density(exif_block *block, uint32_t tag, double per_metre) {
    uint8_t bytes[8];
    double per_inch = per_metre * 0.0254;
    put32(bytes, (uint32_t)(per_inch * 10000 + 0.5));
    put32(bytes + 4, 10000);
    put_value(block, entry(block, tag, 5, 1), bytes, sizeof bytes);
}

bool exif_make(const codec_image *image, codec_buffer *result) {
    exif_block block = {.head = "II*\0\10\0\0\0", .at = 10};
    put_text(&block, image, DESCRIPTION);
    if (exif_holds(image->density_x, image->density_y)) {
        put_density(&block, 0x011A, image->density_x);
        put_density(&block, 0x011B, image->density_y);
        put16(entry(&block, 0x0128, 3, 1), 2);
    }
    put_text(&block, image, SOFTWARE);
    put_text(&block, image, AUTHOR);
    put_text(&block, image, COPYRIGHT);
    put16(block.head + 8, block.entries);
    size_t start = block.at + 4;
    for (size_t at = 10; at < block.at; at += 12) {
        const uint8_t *e = block.head + at;
        uint32_t type = e[2], count = (uint32_t)e[4] | (uint32_t)e[5] << 8 | (uint32_t)e[6] << 16 | (uint32_t)e[7] << 24;
        uint32_t offset = (uint32_t)e[8] | (uint32_t)e[9] << 8 | (uint32_t)e[10] << 16 | (uint32_t)e[11] << 24;
        if (type == 5 || (type == 2 && count > 4)) put32(block.head + at + 8, offset + (uint32_t)start);
    }
    bool made = !block.failed;
    if (made && block.entries > 0)
        made = codec_buffer_append(result, block.head, start) &&
               codec_buffer_append(result, block.values.bytes, block.values.count);
    codec_free(block.values.bytes);
    return made;
}
