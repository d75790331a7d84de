// What the fuzz targets do with an input: decode it strictly and leniently, and touch every byte that comes out.
#pragma once

#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"

static volatile uint8_t sink;

static inline void read_all(const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    uint8_t sum = 0;
    for (size_t i = 0; i < count; i++) sum ^= p[i];
    sink = sum;
}

static inline void read_details(const codec_info *info) {
    read_all(info->icc, info->icc_size);
    read_all(info->xmp, info->xmp_size);
    for (size_t i = 0; i < info->text_count; i++) {
        read_all(info->texts[i].keyword, strlen(info->texts[i].keyword));
        read_all(info->texts[i].value, info->texts[i].value_size);
    }
}

typedef struct memory_file {
    const uint8_t *bytes;
    size_t count;
} memory_file;

static inline size_t read_memory_file(void *context, uint64_t offset, uint8_t *target, size_t count) {
    const memory_file *file = context;
    if (offset >= file->count) return 0;
    size_t there = file->count - (size_t)offset;
    if (count > there) count = there;
    memcpy(target, file->bytes + offset, count);
    return count;
}

// Row by row from a file, three at a time; what comes out whole has to be the image that was decoded in one piece.
static inline void fuzz_rows(codec_format format, const uint8_t *bytes, size_t count, const codec_limits *limits,
                             bool lenient, const uint8_t *whole) {
    memory_file file = {bytes, count};
    codec_source source = {read_memory_file, &file, count};
    codec_status status;
    codec_reader *reader = codec_open_source(format, &source, bytes, count, limits, lenient, &status);
    if (!reader) return;
    const codec_info *info = codec_get_info(reader);
    size_t stride = info->height ? info->pixel_bytes / info->height : 0;
    uint8_t *rows = malloc(3 * stride + 1);
    bool is_partial = false;
    for (uint32_t row = 0; info->in_order && row < info->height;) {
        uint32_t step = info->height - row < 3 ? info->height - row : 3;
        if (!codec_decode_rows(reader, rows, step, &is_partial, &status)) {
            if (status.code == CODEC_OK || !status.message[0] || (whole && !lenient)) abort();
            break;
        }
        if (is_partial && !lenient) abort();
        read_all(rows, step * stride);
        if (whole && !is_partial && memcmp(rows, whole + row * stride, step * stride) != 0) abort();
        row += step;
    }
    free(rows);
    codec_close(reader);
}

static inline int fuzz_image(codec_format format, const uint8_t *bytes, size_t count) {
    // Small, so that an input takes microseconds.
    const codec_limits limits = {512, 512, 1 << 15, 1 << 19};
    codec_status status;
    for (int lenient = 0; lenient < 2; lenient++) {
        codec_reader *reader = codec_open(format, bytes, count, &limits, lenient, &status);
        if (!reader) {
            if (status.code == CODEC_OK || !status.message[0]) abort();
            continue;
        }
        const codec_info *info = codec_get_info(reader);
        if (info->pixel_bytes > limits.max_bytes || info->channels < 1 || info->channels > 4) abort();
        void *pixels = malloc(info->pixel_bytes);
        bool is_partial;
        if (codec_decode(reader, pixels, &is_partial, &status)) {
            read_all(pixels, info->pixel_bytes);
            if (is_partial && !lenient) abort();
            fuzz_rows(format, bytes, count, &limits, lenient, is_partial ? NULL : pixels);
        } else {
            if (status.code == CODEC_OK || !status.message[0]) abort();
            fuzz_rows(format, bytes, count, &limits, lenient, NULL);
        }
        read_details(info);
        codec_close(reader);
        free(pixels);
    }
    codec_info info;
    if (format == CODEC_PNG) codec_png_header(bytes, count, &info, &status);
    return 0;
}
