#include "tiff/stream.h"

#include <stdio.h>
#include <string.h>

static int on_error(TIFF *tiff, void *context, const char *module, const char *format, va_list arguments) {
    (void)tiff;
    (void)module;
    char *message = context;
    if (!message[0]) vsnprintf(message, 200, format, arguments);
    return 1;
}

static int on_warning(TIFF *tiff, void *context, const char *module, const char *format, va_list arguments) {
    (void)tiff;
    (void)context;
    (void)module;
    (void)format;
    (void)arguments;
    return 1;
}

TIFFOpenOptions *tiff_quiet_options(char message[200]) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, message);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, NULL);
    return options;
}

static tmsize_t read_bytes(thandle_t context, void *target, tmsize_t count) {
    tiff_stream *stream = context;
    size_t wanted = count > 0 ? (size_t)count : 0, got = codec_file_read(&stream->file, stream->at, target, wanted);
    if (got < wanted) stream->hit_end = true;
    stream->at += got;
    return (tmsize_t)got;
}

static tmsize_t write_bytes(thandle_t context, void *bytes, tmsize_t count) {
    (void)context;
    (void)bytes;
    (void)count;
    return 0;
}

static toff_t seek(thandle_t context, toff_t offset, int from) {
    tiff_stream *stream = context;
    uint64_t base = from == SEEK_CUR ? stream->at : from == SEEK_END ? codec_file_size(&stream->file) : 0;
    return stream->at = base + offset;
}

static int close_stream(thandle_t context) {
    (void)context;
    return 0;
}

static toff_t size(thandle_t context) { return codec_file_size(&((tiff_stream *)context)->file); }

TIFF *tiff_stream_open(tiff_stream *stream, const codec_limits *limits) {
    TIFFOpenOptions *options = tiff_quiet_options(stream->message);
    if (!options) return NULL;
    uint64_t most = limits->max_bytes < INT64_MAX / 2 ? limits->max_bytes : INT64_MAX / 2;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)(most > 1 << 20 ? most : 1 << 20));
    TIFF *tiff = TIFFClientOpenExt("TIFF", "rm", stream, read_bytes, write_bytes, seek, close_stream, size, NULL, NULL,
                                   options);
    TIFFOpenOptionsFree(options);
    return tiff;
}

bool tiff_stream_report(const tiff_stream *stream, codec_status *status) {
    if (stream->hit_end)
        return codec_fail(status, CODEC_TRUNCATED, "the TIFF ends after %zu bytes, before its image does",
                          codec_file_size(&stream->file));
    return codec_fail(status, CODEC_CORRUPT, "%s", stream->message[0] ? stream->message : "the TIFF is damaged");
}

typedef struct {
    const codec_bytes *file;
    bool big_endian, is_big;
} tiff_outline;

static uint64_t number(const tiff_outline *t, const uint8_t *bytes, size_t count) {
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++) value = value << 8 | bytes[t->big_endian ? i : count - 1 - i];
    return value;
}

// The kind of the image in a directory (NewSubfileType), and where the next one is; 0 for none.
static bool read_directory(const tiff_outline *t, uint64_t at, uint64_t *kind, uint64_t *next) {
    uint8_t bytes[20];
    size_t head = t->is_big ? 8 : 2, entry = t->is_big ? 20 : 12, link = t->is_big ? 8 : 4;
    if (codec_file_read(t->file, at, bytes, head) < head) return false;
    uint64_t entries = number(t, bytes, head);
    if (entries == 0 || entries > 4096) return false;
    *kind = 0;
    for (uint64_t i = 0; i < entries; i++) {
        if (codec_file_read(t->file, at + head + i * entry, bytes, entry) < entry) return false;
        uint64_t tag = number(t, bytes, 2);
        if (tag == 254) *kind = number(t, bytes + entry - link, 4);
        if (tag >= 254) break;
    }
    if (codec_file_read(t->file, at + head + entries * entry, bytes, link) < link) return false;
    *next = number(t, bytes, link);
    return true;
}

uint32_t tiff_further_pages(const codec_bytes *file) {
    enum { MOST = 10000 };
    uint8_t head[16] = {0};
    if (codec_file_read(file, 0, head, sizeof head) < 8) return 0;
    tiff_outline t = {file, head[0] == 'M', false};
    t.is_big = number(&t, head + 2, 2) == 43;
    uint64_t at = t.is_big ? number(&t, head + 8, 8) : number(&t, head + 4, 4), kind, first = at;
    uint32_t pages = 0;
    for (uint32_t i = 0; i < MOST && at != 0 && read_directory(&t, at, &kind, &at); i++) {
        if (at == first) break;
        if (i > 0 && !(kind & 5)) pages++;
    }
    return pages;
}
