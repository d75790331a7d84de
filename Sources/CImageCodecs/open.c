#include "bmp/reader.h"
#include "gif/reader.h"
#include "heif/reader.h"
#include "jpeg/reader.h"
#include "jxl/reader.h"
#include "png/reader.h"
#include "tiff/reader.h"
#include "webp/reader.h"

#include <CMemory.h>

static const codec_operations *operations_of(codec_format format) {
    switch (format) {
        case CODEC_PNG: return &png_reading;
        case CODEC_JPEG: return &jpeg_reading;
        case CODEC_WEBP: return &webp_reading;
        case CODEC_TIFF: return &tiff_reading;
        case CODEC_GIF: return &gif_reading;
        case CODEC_BMP: return &bmp_reading;
        case CODEC_HEIF:
#ifdef ATELIER_HEIF
            return &heif_reading;
#else
            break;
#endif
        case CODEC_JXL:
#ifdef ATELIER_JXL
            return &jxl_reading;
#else
            break;
#endif
    }
    return NULL;
}

bool codec_reads(codec_format format) { return operations_of(format) != NULL; }

static codec_reader *open_reader(codec_format format, codec_bytes file, const codec_limits *limits,
                                 bool allow_partial, codec_status *status) {
    codec_succeed(status);
    const codec_operations *operations = operations_of(format);
    if (!operations) {
        codec_fail(status, CODEC_UNSUPPORTED, "this program was built without the library for it");
        return NULL;
    }
    codec_reader *reader = memory_take_zeroed(operations->size);
    if (!reader) {
        codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a %s decoder", operations->name);
        return NULL;
    }
    reader->operations = operations;
    reader->file = file;
    reader->allow_partial = allow_partial;
    if (operations->open(reader, limits, status)) return reader;
    codec_close(reader);
    return NULL;
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
