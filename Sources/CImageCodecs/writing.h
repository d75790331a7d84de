// What every format's writer is made of.
#pragma once

#include "codec.h"

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
