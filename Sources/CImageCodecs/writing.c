#include "writing.h"

#include <CMemory.h>

bool codec_write_rows(codec_writer *writer, const void *rows, uint32_t count, codec_status *status) {
    codec_succeed(status);
    return writer->operations->write_rows(writer, rows, count, status);
}

bool codec_finish(codec_writer *writer, codec_status *status) {
    codec_succeed(status);
    return writer->operations->finish(writer, status);
}

void codec_close_writer(codec_writer *writer) {
    if (writer) writer->operations->close(writer);
}

bool codec_write_whole(codec_writer *writer, const codec_image *image, codec_buffer *buffer, uint8_t **bytes,
                       size_t *count, codec_status *status) {
    bool written = writer && codec_write_rows(writer, image->pixels, image->height, status) &&
                   codec_finish(writer, status);
    codec_close_writer(writer);
    if (written) {
        *bytes = buffer->bytes;
        *count = buffer->count;
    } else {
        memory_give(buffer->bytes);
    }
    return written;
}
