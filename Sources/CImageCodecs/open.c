#include "bmp/reader.h"
#include "gif/reader.h"
#include "jpeg/reader.h"
#include "png/reader.h"
#include "tiff/reader.h"
#include "webp/reader.h"

static codec_reader *open_format(codec_format format, codec_bytes file, const codec_limits *limits,
                                 bool allow_partial, codec_status *status) {
    codec_succeed(status);
    switch (format) {
        case CODEC_PNG: return png_reader_open(file, limits, allow_partial, status);
        case CODEC_JPEG: return jpeg_reader_open(file, limits, allow_partial, status);
        case CODEC_WEBP: return webp_reader_open(file, limits, allow_partial, status);
        case CODEC_TIFF: return tiff_reader_open(file, limits, allow_partial, status);
        case CODEC_GIF: return gif_reader_open(file, limits, allow_partial, status);
        case CODEC_BMP: return bmp_reader_open(file, limits, allow_partial, status);
    }
    codec_fail(status, CODEC_UNSUPPORTED, "an unknown format");
    return NULL;
}

static codec_reader *open_reader(codec_format format, codec_bytes file, const codec_limits *limits,
                                 bool allow_partial, codec_status *status) {
    codec_reader *reader = open_format(format, file, limits, allow_partial, status);
    if (reader) reader->file = file;
    return reader;
}

codec_reader *codec_open(codec_format format, const uint8_t *bytes, size_t count, const codec_limits *limits,
                         bool allow_partial, codec_status *status) {
    return open_reader(format, (codec_bytes){bytes, count, NULL}, limits, allow_partial, status);
}

codec_reader *codec_open_source(codec_format format, const codec_source *source, const uint8_t *chunks,
                                size_t chunks_count, const codec_limits *limits, bool allow_partial,
                                codec_status *status) {
    return open_reader(format, (codec_bytes){chunks, chunks_count, source}, limits, allow_partial, status);
}
