// Expanding gzip and deflate data on top of zlib, and sums of bytes. Everything works from memory and reports how it ended.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum compression_code {
    COMPRESSION_OK = 0,
    COMPRESSION_NOT_GZIP,
    COMPRESSION_TRUNCATED,
    COMPRESSION_CORRUPT,
    COMPRESSION_TRAILING_BYTES,  // bytes that are not gzip follow the gzip data
    COMPRESSION_TOO_LARGE,       // more comes out than there is room for
    COMPRESSION_OUT_OF_MEMORY,
} compression_code;

typedef struct compression_result {
    compression_code code;
    const char *detail;  // of corrupt data what zlib says, a constant text; NULL when it says nothing
    size_t made;         // bytes that have come out
} compression_result;

// Takes the bytes that come out, piece by piece; false when there is no memory for them.
typedef struct compression_sink {
    bool (*write)(void *context, const uint8_t *bytes, size_t count);
    void *context;
} compression_sink;

/// Expands every member of a gzip file; refuses to produce more than limit bytes.
compression_result compression_gunzip(const uint8_t *bytes, size_t count, size_t limit, compression_sink sink);

/// Expands raw deflate data, as in zip archives, to at most room bytes.
compression_result compression_inflate(const uint8_t *bytes, size_t count, uint8_t *output, size_t room);

/// The CRC-32 of zip and gzip; `before` is that of the bytes before, 0 at the beginning.
uint32_t compression_crc32(uint32_t before, const uint8_t *bytes, size_t count);

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
typedef struct sha256_state {
    uint32_t words[8];
    uint64_t count;
    uint8_t block[64];
} sha256_state;

void sha256_begin(sha256_state *state);
void sha256_add(sha256_state *state, const uint8_t *bytes, size_t count);

/// Writes the 32 bytes of the sum; the state is of no use afterward.
void sha256_end(sha256_state *state, uint8_t digest[32]);
