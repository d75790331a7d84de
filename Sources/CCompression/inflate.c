#include "CCompression.h"

#include <limits.h>
#include <zlib.h>

compression_result compression_inflate(const uint8_t *bytes, size_t count, uint8_t *output, size_t room) {
    compression_result result = {COMPRESSION_OK, NULL, 0};
    z_stream stream = {0};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        result.code = COMPRESSION_OUT_OF_MEMORY;
        return result;
    }
    size_t at = 0;
    int outcome;
    do {
        // Behind the last byte that is wanted there is room for one more, to see whether it comes.
        uint8_t surplus;
        size_t left = room - result.made;
        size_t given = count - at < INT_MAX ? count - at : INT_MAX;
        size_t taken = left < INT_MAX ? left : INT_MAX;
        stream.next_in = (Bytef *)bytes + at;
        stream.avail_in = (uInt)given;
        stream.next_out = left ? output + result.made : &surplus;
        stream.avail_out = left ? (uInt)taken : 1;
        outcome = inflate(&stream, Z_NO_FLUSH);
        at += given - stream.avail_in;
        if (!left && stream.avail_out == 0) {
            result.code = COMPRESSION_TOO_LARGE;
            break;
        }
        if (left) result.made += taken - stream.avail_out;
    } while (outcome == Z_OK);
    if (result.code == COMPRESSION_OK && outcome != Z_STREAM_END) {
        result.code = outcome == Z_BUF_ERROR ? COMPRESSION_TRUNCATED : COMPRESSION_CORRUPT;
        result.detail = stream.msg;
    }
    inflateEnd(&stream);
    return result;
}

uint32_t compression_crc32(uint32_t before, const uint8_t *bytes, size_t count) {
    return (uint32_t)crc32_z(before, bytes, count);
}
