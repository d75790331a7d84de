// The text and EXIF chunks of a PNG, found by walking it.
#pragma once

#include "codec.h"
#include "exif/exif.h"

typedef struct png_chunks {
    uint32_t width, height;
    int bit_depth, color_type;
    bool has_transparency, is_interlaced;
    exif_facts exif;
    const char *xmp;
    size_t xmp_size;
    codec_text *texts;
    size_t text_count, text_capacity;
    void **blocks;  // what the texts point into
    size_t block_count, block_capacity;
    size_t text_budget;
} png_chunks;
bool png_chunks_read(const uint8_t *bytes, size_t count, bool want_texts, png_chunks *chunks, codec_status *status);
void png_chunks_free(png_chunks *chunks);
// Channels, bits and upright size, as they will be decoded.
void png_chunks_describe(const png_chunks *chunks, codec_info *info);

static inline uint32_t read_be32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
