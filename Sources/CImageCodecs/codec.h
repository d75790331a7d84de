// What the files of this folder share.
#pragma once

#include "CImageCodecs.h"

bool codec_fail(codec_status *status, codec_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void codec_succeed(codec_status *status);

typedef struct codec_operations {
    bool (*decode)(codec_reader *, void *pixels, bool *is_partial, codec_status *);
    void (*close)(codec_reader *);
} codec_operations;

// The first member of each format's own reader.
struct codec_reader {
    const codec_operations *operations;
    codec_info info;
    bool allow_partial;
};

codec_reader *png_reader_open(const uint8_t *bytes, size_t count, const codec_limits *limits, bool allow_partial,
                              codec_status *status);
codec_reader *jpeg_reader_open(const uint8_t *bytes, size_t count, const codec_limits *limits, bool allow_partial,
                               codec_status *status);

// Fills in info->pixel_bytes. extra is what the decoder will hold beside the pixels.
bool codec_check_limits(codec_info *info, uint64_t extra, const codec_limits *limits, codec_status *status);

// Exchanges the two densities where the orientation exchanges the axes.
void codec_turn_density(codec_info *info);

// EXIF (a TIFF directory, with or without the "Exif\0\0" in front). Leaves what it does not find.
typedef struct exif_facts {
    int32_t orientation;          // 1 to 8
    double density_x, density_y;  // pixels per metre
} exif_facts;
void exif_read(const uint8_t *bytes, size_t count, exif_facts *facts);

// Orientation. Both sizes are those of the stored picture; a pixel has 1 to 8 bytes.
static inline bool orientation_swaps_axes(int32_t orientation) { return orientation >= 5; }
// Orientations 2 to 4.
void orientation_apply_in_place(int32_t orientation, uint8_t *pixels, size_t width, size_t height, size_t pixel);
// Orientations 5 to 8: target has height and width exchanged.
void orientation_apply_swapping(int32_t orientation, const uint8_t *source, uint8_t *target, size_t width,
                                size_t height, size_t pixel);

// A growing block of bytes.
typedef struct codec_buffer {
    uint8_t *bytes;
    size_t count, capacity;
} codec_buffer;
bool codec_buffer_append(codec_buffer *buffer, const void *bytes, size_t count);

// The text and EXIF chunks of a PNG, found by walking it.
typedef struct png_chunks {
    uint32_t width, height;
    int bit_depth, color_type;
    bool has_transparency;
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
