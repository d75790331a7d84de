// What every format's reader is made of.
#pragma once

#include "codec.h"

// A file in memory, or one that is read piece by piece; then bytes are what of a PNG is known beforehand.
typedef struct codec_bytes {
    const uint8_t *bytes;
    size_t count;
    const codec_source *source;  // NULL for a file in memory
} codec_bytes;

// How a format is read.
typedef struct codec_operations {
    const char *name;  // of the format
    size_t size;       // of its reader
    // Everything but the pixels. The reader is zeroed, but for its file and allow_partial.
    bool (*open)(codec_reader *, const codec_limits *, codec_status *);
    bool (*decode)(codec_reader *, void *pixels, bool *is_partial, codec_status *);
    // Up to count rows as they are stored; *read tells how many came out whole.
    bool (*read_rows)(codec_reader *, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *);
    // Gives back what the reader holds, also after open has failed.
    void (*close)(codec_reader *);
} codec_operations;

// The first member of each format's own reader.
struct codec_reader {
    const codec_operations *operations;
    codec_info info;
    codec_bytes file;
    bool allow_partial;
    uint8_t missing;   // what stands for samples that cannot be decoded
    uint32_t next_row;
    bool is_partial;   // something that was decoded row by row is missing
    bool is_damaged;   // nothing more can be decoded
};

static inline size_t codec_file_size(const codec_bytes *file) {
    return file->source ? (size_t)file->source->size : file->count;
}

// Copies what there is of count bytes from offset on, and returns how many there were.
size_t codec_file_read(const codec_bytes *file, uint64_t offset, void *target, size_t count);

// Decodes all rows by the reader's own read_rows, and turns them upright. Partial images are allowed once a row is
// there.
bool codec_decode_by_rows(codec_reader *reader, void *pixels, bool *is_partial, codec_status *status);

// Fills in info->pixel_bytes. extra is what the decoder will hold beside the pixels.
bool codec_check_limits(codec_info *info, uint64_t extra, const codec_limits *limits, codec_status *status);

// Takes in a color profile, unless it is too long.
void codec_tell_profile(codec_info *info, const uint8_t *bytes, size_t count);

// Exchanges the two densities where the orientation exchanges the axes.
void codec_turn_density(codec_info *info);
