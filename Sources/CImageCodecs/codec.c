#include "codec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool codec_fail(codec_status *status, codec_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    status->code = code;
    vsnprintf(status->message, sizeof status->message, format, arguments);
    va_end(arguments);
    return false;
}

void codec_succeed(codec_status *status) {
    status->code = CODEC_OK;
    status->message[0] = 0;
}

codec_reader *codec_open(codec_format format, const uint8_t *bytes, size_t count, const codec_limits *limits,
                         bool allow_partial, codec_status *status) {
    codec_succeed(status);
    codec_bytes file = {bytes, count, NULL};
    return format == CODEC_PNG ? png_reader_open(file, limits, allow_partial, status)
                               : jpeg_reader_open(file, limits, allow_partial, status);
}

codec_reader *codec_open_source(codec_format format, const codec_source *source, const uint8_t *chunks,
                                size_t chunks_count, const codec_limits *limits, bool allow_partial,
                                codec_status *status) {
    codec_succeed(status);
    codec_bytes file = {chunks, chunks_count, source};
    return format == CODEC_PNG ? png_reader_open(file, limits, allow_partial, status)
                               : jpeg_reader_open(file, limits, allow_partial, status);
}

const codec_info *codec_get_info(const codec_reader *reader) { return &reader->info; }

bool codec_decode(codec_reader *reader, void *pixels, bool *is_partial, codec_status *status) {
    codec_succeed(status);
    *is_partial = false;
    return reader->operations->decode(reader, pixels, is_partial, status);
}

bool codec_decode_rows(codec_reader *reader, void *rows, uint32_t count, bool *is_partial, codec_status *status) {
    codec_succeed(status);
    const codec_info *info = &reader->info;
    size_t pixel = (size_t)info->channels * (size_t)info->bits / 8, stride = pixel * info->width;
    *is_partial = reader->is_partial;
    if (!info->in_order || count > info->height - reader->next_row)
        return codec_fail(status, CODEC_UNSUPPORTED, "the rows cannot be read one after the other");
    uint32_t read = 0;
    if (!reader->is_damaged && !reader->operations->read_rows(reader, rows, count, &read, status)) {
        if (!reader->allow_partial || reader->next_row + read == 0 || status->code == CODEC_TOO_LARGE) return false;
        codec_succeed(status);
        // A decoder that has given all rows may know how to go on.
        *is_partial = reader->is_partial = true;
        reader->is_damaged = read < count;
    }
    if (reader->is_damaged) memset((uint8_t *)rows + read * stride, reader->missing, (count - read) * stride);
    if (info->orientation == 2) orientation_apply_in_place(2, rows, info->width, count, pixel);
    reader->next_row += count;
    return true;
}

void codec_close(codec_reader *reader) {
    if (reader) reader->operations->close(reader);
}

bool codec_check_limits(codec_info *info, uint64_t extra, const codec_limits *limits, codec_status *status) {
    uint64_t width = info->width, height = info->height;
    if (width > limits->max_width || height > limits->max_height)
        return codec_fail(status, CODEC_TOO_LARGE, "%llu x %llu pixels; the limit is %llu x %llu",
                          (unsigned long long)width, (unsigned long long)height,
                          (unsigned long long)limits->max_width, (unsigned long long)limits->max_height);
    uint64_t pixels = width * height;  // both are 32-bit
    if (pixels > limits->max_pixels)
        return codec_fail(status, CODEC_TOO_LARGE, "%llu x %llu is %llu pixels; the limit is %llu",
                          (unsigned long long)width, (unsigned long long)height, (unsigned long long)pixels,
                          (unsigned long long)limits->max_pixels);
    uint64_t bytes_per_pixel = (uint64_t)info->channels * (uint64_t)info->bits / 8;
    uint64_t bytes;
    if (__builtin_mul_overflow(pixels, bytes_per_pixel, &bytes) || __builtin_add_overflow(bytes, extra, &extra) ||
        extra > limits->max_bytes || bytes > SIZE_MAX / 2)
        return codec_fail(status, CODEC_TOO_LARGE, "%llu x %llu pixels need more than the limit of %llu bytes",
                          (unsigned long long)width, (unsigned long long)height,
                          (unsigned long long)limits->max_bytes);
    info->pixel_bytes = bytes;
    return true;
}

void codec_turn_density(codec_info *info) {
    if (!orientation_swaps_axes(info->orientation)) return;
    double across = info->density_x;
    info->density_x = info->density_y;
    info->density_y = across;
}

bool codec_buffer_append(codec_buffer *buffer, const void *bytes, size_t count) {
    if (count == 0) return true;
    if (count > buffer->capacity - buffer->count) {
        size_t capacity = buffer->capacity ? buffer->capacity : 65536;
        while (capacity - buffer->count < count) {
            if (capacity > SIZE_MAX / 2) return false;
            capacity *= 2;
        }
        uint8_t *grown = realloc(buffer->bytes, capacity);
        if (!grown) return false;
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return true;
}

static bool append_to_buffer(void *context, const uint8_t *bytes, size_t count) {
    return codec_buffer_append(context, bytes, count);
}

codec_sink codec_buffer_sink(codec_buffer *buffer) { return (codec_sink){append_to_buffer, buffer}; }

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
        free(buffer->bytes);
    }
    return written;
}

void codec_free(void *block) { free(block); }
