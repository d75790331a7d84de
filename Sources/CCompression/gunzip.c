#include "CCompression.h"

#include <limits.h>
#include <zlib.h>

static compression_result expand(z_stream *stream, const uint8_t *bytes, size_t count, size_t limit,
                                 compression_sink sink) {
    compression_result result = {COMPRESSION_OK, NULL, 0};
    uint8_t window[65536];
    size_t at = 0;
    while (at < count) {
        int outcome = inflateReset(stream);
        if (outcome != Z_OK) {
            result.code = COMPRESSION_CORRUPT;
            return result;
        }
        do {
            size_t step = count - at < INT_MAX ? count - at : INT_MAX;
            stream->next_in = (Bytef *)bytes + at;
            stream->avail_in = (uInt)step;
            stream->next_out = window;
            stream->avail_out = sizeof window;
            outcome = inflate(stream, Z_NO_FLUSH);
            at += step - stream->avail_in;
            size_t got = sizeof window - stream->avail_out;
            if (got > limit - result.made) {
                result.code = COMPRESSION_TOO_LARGE;
                return result;
            }
            if (got && !sink.write(sink.context, window, got)) {
                result.code = COMPRESSION_OUT_OF_MEMORY;
                return result;
            }
            result.made += got;
        } while (outcome == Z_OK);
        if (outcome != Z_STREAM_END) {
            result.code = outcome == Z_BUF_ERROR ? COMPRESSION_TRUNCATED : COMPRESSION_CORRUPT;
            result.detail = stream->msg;
            return result;
        }
        // Members may follow one another; zeros behind the last one are padding.
        size_t next = at;
        while (next < count && bytes[next] == 0) next++;
        if (next == count) break;
        if (count - at < 2 || bytes[at] != 0x1F || bytes[at + 1] != 0x8B) {
            result.code = COMPRESSION_TRAILING_BYTES;
            return result;
        }
    }
    return result;
}

compression_result compression_gunzip(const uint8_t *bytes, size_t count, size_t limit, compression_sink sink) {
    if (count < 2 || bytes[0] != 0x1F || bytes[1] != 0x8B) return (compression_result){COMPRESSION_NOT_GZIP, NULL, 0};
    z_stream stream = {0};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
        return (compression_result){COMPRESSION_OUT_OF_MEMORY, NULL, 0};
    compression_result result = expand(&stream, bytes, count, limit, sink);
    inflateEnd(&stream);
    return result;
}
