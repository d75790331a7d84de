// What a PNG holds beside its pixels, found by walking its chunks.
#pragma once

#include "codec.h"
#include "exif/exif.h"

typedef struct png_chunks {
    uint32_t width, height;
    int bit_depth, color_type;
    bool has_transparency, is_interlaced;
    bool is_transparency_damaged;
    bool has_exif, has_pixels;
    exif_facts exif;
    const uint8_t *exif_bytes;
    size_t exif_size;
    codec_colorimetry colorimetry;
    double density_x, density_y;  // of a pHYs chunk, 0 when there is none
    const uint8_t *icc;
    size_t icc_size;
    uint32_t frames;              // of an animation
    bool is_first_frame;          // the image is the first of them
    codec_losses losses;
    const char *xmp;
    size_t xmp_size;
    codec_text *texts;
    size_t text_count, text_capacity;
    void **blocks;  // what the texts point into
    size_t block_count, block_capacity;
    size_t text_budget;
} png_chunks;
bool png_chunks_read(const uint8_t *bytes, size_t count, bool want_texts, png_chunks *chunks, codec_status *status);
// Takes in a text chunk: tEXt, zTXt or iTXt.
void png_text_read(png_chunks *chunks, const char *type, const uint8_t *bytes, size_t count);
// Takes in an iCCP chunk.
void png_profile_read(png_chunks *chunks, const uint8_t *bytes, size_t count);
void png_chunks_free(png_chunks *chunks);
// Channels, bits and upright size, as they will be decoded.
void png_chunks_describe(const png_chunks *chunks, codec_info *info);

static inline uint32_t read_be32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
