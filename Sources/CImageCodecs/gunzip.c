#include "codec.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

static bool expand(z_stream *stream, const uint8_t *bytes, size_t count, size_t limit, codec_buffer *buffer,
                   codec_status *status) {
    uint8_t window[65536];
    size_t at = 0;
    while (at < count) {
        if (inflateReset(stream) != Z_OK) return codec_fail(status, CODEC_CORRUPT, "zlib cannot start over");
        int outcome;
        do {
            size_t step = count - at < INT_MAX ? count - at : INT_MAX;
            stream->next_in = (Bytef *)bytes + at;
            stream->avail_in = (uInt)step;
            stream->next_out = window;
            stream->avail_out = sizeof window;
            outcome = inflate(stream, Z_NO_FLUSH);
            at += step - stream->avail_in;
            size_t got = sizeof window - stream->avail_out;
            if (got > limit - buffer->count)
                return codec_fail(status, CODEC_TOO_LARGE, "it expands to more than %zu bytes", limit);
            if (got && !codec_buffer_append(buffer, window, got))
                return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory to expand it");
        } while (outcome == Z_OK);
        if (outcome == Z_BUF_ERROR)
            return codec_fail(status, CODEC_TRUNCATED, "the gzip data end after %zu bytes, too early", count);
        if (outcome != Z_STREAM_END)
            return codec_fail(status, CODEC_CORRUPT, "%s", stream->msg ? stream->msg : "damaged gzip data");
        // Members may follow one another; zeros behind the last one are padding.
        size_t next = at;
        while (next < count && bytes[next] == 0) next++;
        if (next == count) break;
        if (count - at < 2 || bytes[at] != 0x1F || bytes[at + 1] != 0x8B)
            return codec_fail(status, CODEC_CORRUPT, "bytes that are not gzip follow the gzip data");
    }
    return true;
}

bool codec_gunzip(const uint8_t *bytes, size_t count, size_t limit, uint8_t **output, size_t *output_count,
                  codec_status *status) {
    codec_succeed(status);
    if (count < 2 || bytes[0] != 0x1F || bytes[1] != 0x8B)
        return codec_fail(status, CODEC_NOT_AN_IMAGE, "it does not begin like a gzip file");
    z_stream stream = {0};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory to expand it");
    codec_buffer buffer = {0};
    bool expanded = expand(&stream, bytes, count, limit, &buffer, status);
    inflateEnd(&stream);
    if (!expanded) {
        free(buffer.bytes);
        return false;
    }
    *output = buffer.bytes;
    *output_count = buffer.count;
    return true;
}
