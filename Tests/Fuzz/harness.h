// What the fuzz targets do with an input: decode it strictly and leniently, and touch every byte that comes out.
#pragma once

#include <stdlib.h>
#include <string.h>

#include "../../Sources/CImageCodecs/include/CImageCodecs.h"

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

static inline int fuzz_picture(codec_format format, const uint8_t *bytes, size_t count) {
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
        } else if (status.code == CODEC_OK || !status.message[0]) {
            abort();
        }
        read_details(info);
        codec_close(reader);
        free(pixels);
    }
    codec_info info;
    if (format == CODEC_PNG) codec_png_header(bytes, count, &info, &status);
    return 0;
}
