#include "reading.h"
#include "exif/orientation.h"

#include <CMemory.h>
#include <string.h>

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

bool codec_decode_by_rows(codec_reader *reader, void *pixels, bool *is_partial, codec_status *status) {
    const codec_info *info = &reader->info;
    size_t pixel = (size_t)info->channels * (size_t)info->bits / 8;
    bool swaps = orientation_swaps_axes(info->orientation);
    size_t width = swaps ? info->height : info->width, height = swaps ? info->width : info->height;
    uint8_t *rows = swaps ? memory_take(info->pixel_bytes) : pixels;
    if (!rows) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory to turn the image");
    if (reader->allow_partial) memset(rows, reader->missing, info->pixel_bytes);
    uint32_t read = 0;
    bool complete = reader->operations->read_rows(reader, rows, (uint32_t)height, &read, status);
    bool usable = complete || (reader->allow_partial && read > 0 && status->code != CODEC_TOO_LARGE &&
                                status->code != CODEC_UNSUPPORTED);
    if (usable && swaps)
        orientation_apply_swapping(info->orientation, rows, pixels, width, height, pixel);
    else if (usable && info->orientation != 1)
        orientation_apply_in_place(info->orientation, rows, width, height, pixel);
    if (swaps) memory_give(rows);
    *is_partial = usable && !complete;
    return usable;
}

size_t codec_file_read(const codec_bytes *file, uint64_t offset, void *target, size_t count) {
    uint64_t size = codec_file_size(file);
    if (offset >= size || count == 0) return 0;
    if (count > size - offset) count = (size_t)(size - offset);
    if (file->source) return file->source->read(file->source->context, offset, target, count);
    memcpy(target, file->bytes + offset, count);
    return count;
}

size_t codec_read_file(const codec_reader *reader, uint64_t offset, void *target, size_t count) {
    return codec_file_read(&reader->file, offset, target, count);
}

void codec_close(codec_reader *reader) {
    if (!reader) return;
    reader->operations->close(reader);
    memory_give(reader);
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
    info->decoding_bytes = extra;
    return true;
}

void codec_tell_profile(codec_info *info, const uint8_t *bytes, size_t count) {
    enum { MOST = 8 << 20 };
    info->losses.has_damaged_profile = count > MOST;
    if (count == 0 || count > MOST) return;
    info->icc = bytes;
    info->icc_size = count;
}

void codec_turn_density(codec_info *info) {
    if (!orientation_swaps_axes(info->orientation)) return;
    double across = info->density_x;
    info->density_x = info->density_y;
    info->density_y = across;
}
