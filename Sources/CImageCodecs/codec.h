// What the files of this folder share.
#pragma once

#include "CImageCodecs.h"

bool codec_fail(codec_status *status, codec_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void codec_succeed(codec_status *status);

// A growing block of bytes.
typedef struct codec_buffer {
    uint8_t *bytes;
    size_t count, capacity;
} codec_buffer;
bool codec_buffer_append(codec_buffer *buffer, const void *bytes, size_t count);

typedef struct codec_operations {
    bool (*decode)(codec_reader *, void *pixels, bool *is_partial, codec_status *);
    // Up to count rows as they are stored; *read tells how many came out whole.
    bool (*read_rows)(codec_reader *, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *);
    void (*close)(codec_reader *);
} codec_operations;

// The first member of each format's own reader.
struct codec_reader {
    const codec_operations *operations;
    codec_info info;
    bool allow_partial;
    uint8_t missing;   // what stands for samples that cannot be decoded
    uint32_t next_row;
    bool is_partial;   // something that was decoded row by row is missing
    bool is_damaged;   // nothing more can be decoded
};

// A file in memory, or one that is read piece by piece; then bytes are what of a PNG is known beforehand.
typedef struct codec_bytes {
    const uint8_t *bytes;
    size_t count;
    const codec_source *source;  // NULL for a file in memory
} codec_bytes;
static inline size_t codec_file_size(const codec_bytes *file) {
    return file->source ? (size_t)file->source->size : file->count;
}

codec_reader *png_reader_open(codec_bytes file, const codec_limits *limits, bool allow_partial, codec_status *status);
codec_reader *jpeg_reader_open(codec_bytes file, const codec_limits *limits, bool allow_partial, codec_status *status);

typedef struct codec_writer_operations {
    bool (*write_rows)(codec_writer *, const uint8_t *rows, uint32_t count, codec_status *);
    bool (*finish)(codec_writer *, codec_status *);
    void (*close)(codec_writer *);
} codec_writer_operations;

// The first member of each format's own writer.
struct codec_writer {
    const codec_writer_operations *operations;
};

// Writes a whole image, closes the writer (which may be NULL), and hands over what buffer has collected.
bool codec_write_whole(codec_writer *writer, const codec_image *image, codec_buffer *buffer, uint8_t **bytes,
                       size_t *count, codec_status *status);
codec_sink codec_buffer_sink(codec_buffer *buffer);

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

// Orientation. Both sizes are those of the stored image; a pixel has 1 to 8 bytes.
static inline bool orientation_swaps_axes(int32_t orientation) { return orientation >= 5; }
// Orientations 2 to 4.
void orientation_apply_in_place(int32_t orientation, uint8_t *pixels, size_t width, size_t height, size_t pixel);
// Orientations 5 to 8: target has height and width exchanged.
void orientation_apply_swapping(int32_t orientation, const uint8_t *source, uint8_t *target, size_t width,
                                size_t height, size_t pixel);


// The text and EXIF chunks of a PNG, found by walking it.
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
