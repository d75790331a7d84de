#include "jpeg/reader.h"
#include "png/reader.h"

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
