#include "codec.h"

#include <limits.h>
#include <zlib.h>

bool codec_inflate(const uint8_t *bytes, size_t count, uint8_t *output, size_t output_count, codec_status *status) {
    codec_succeed(status);
    z_stream stream = {0};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory to expand it");
    size_t at = 0, made = 0;
    int outcome;
    do {
        // Behind the last byte that is wanted there is room for one more, to see whether it comes.
        uint8_t surplus;
        size_t room = output_count - made;
        size_t given = count - at < INT_MAX ? count - at : INT_MAX;
        size_t taken = room < INT_MAX ? room : INT_MAX;
        stream.next_in = (Bytef *)bytes + at;
        stream.avail_in = (uInt)given;
        stream.next_out = room ? output + made : &surplus;
        stream.avail_out = room ? (uInt)taken : 1;
        outcome = inflate(&stream, Z_NO_FLUSH);
        at += given - stream.avail_in;
        if (!room && stream.avail_out == 0) {
            inflateEnd(&stream);
            return codec_fail(status, CODEC_TOO_LARGE, "it expands to more than the %zu bytes announced", output_count);
        }
        if (room) made += taken - stream.avail_out;
    } while (outcome == Z_OK);
    if (outcome == Z_BUF_ERROR)
        codec_fail(status, CODEC_TRUNCATED, "the compressed data end after %zu bytes, too early", count);
    else if (outcome != Z_STREAM_END)
        codec_fail(status, CODEC_CORRUPT, "%s", stream.msg ? stream.msg : "damaged compressed data");
    else if (made != output_count)
        codec_fail(status, CODEC_CORRUPT, "it expands to %zu bytes, not to the %zu announced", made, output_count);
    inflateEnd(&stream);
    return status->code == CODEC_OK;
}

uint32_t codec_crc32(const uint8_t *bytes, size_t count) { return (uint32_t)crc32_z(0, bytes, count); }
