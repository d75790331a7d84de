// Texts and profiles of a PNG: their sizes are bounded, packed or not.
#include "png/chunks.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MAX_TEXTS = 1024, MAX_PROFILE = 8 << 20 };

static bool grow(void **array, size_t *capacity, size_t count, size_t size) {
    if (count < *capacity) return true;
    size_t wanted = *capacity ? *capacity * 2 : 8;
    void *grown = realloc(*array, wanted * size);
    if (!grown) return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

// Inflates a zlib stream into a block that the chunks own. NULL when it is damaged or larger than most.
static const uint8_t *inflate_block(png_chunks *chunks, const uint8_t *bytes, size_t count, size_t most,
                                    size_t *inflated) {
    z_stream stream = {0};
    if (inflateInit(&stream) != Z_OK) return NULL;
    codec_buffer buffer = {0};
    uint8_t window[4096];
    int outcome;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    do {
        stream.next_out = window;
        stream.avail_out = sizeof window;
        outcome = inflate(&stream, Z_NO_FLUSH);
        size_t got = sizeof window - stream.avail_out;
        if (buffer.count + got > most || !codec_buffer_append(&buffer, window, got))
            outcome = Z_MEM_ERROR;
    } while (outcome == Z_OK);
    inflateEnd(&stream);
    if (outcome == Z_STREAM_END && buffer.count == 0) {
        *inflated = 0;
        return bytes;
    }
    if (outcome != Z_STREAM_END || !buffer.bytes ||
        !grow((void **)&chunks->blocks, &chunks->block_capacity, chunks->block_count, sizeof(void *))) {
        free(buffer.bytes);
        return NULL;
    }
    chunks->blocks[chunks->block_count++] = buffer.bytes;
    *inflated = buffer.count;
    return buffer.bytes;
}

static const uint8_t *after_zero(const uint8_t *bytes, const uint8_t *end) {
    const uint8_t *zero = bytes < end ? memchr(bytes, 0, (size_t)(end - bytes)) : NULL;
    return zero ? zero + 1 : NULL;
}

static bool keep_text(png_chunks *chunks, const char *type, const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count, *value = after_zero(bytes, end);
    if (!value || value - bytes < 2 || value - bytes > 80 || chunks->text_count >= MAX_TEXTS) return false;
    bool international = memcmp(type, "iTXt", 4) == 0, compressed = memcmp(type, "zTXt", 4) == 0;
    if (international) {
        if (end - value < 2 || value[0] > 1 || value[1] != 0) return false;
        compressed = value[0] == 1;
        value = after_zero(value + 2, end);          // the language
        if (value) value = after_zero(value, end);   // the translated keyword
        if (!value) return false;
    } else if (compressed) {
        if (value == end || *value++ != 0) return false;
    }
    size_t size = (size_t)(end - value);
    if (compressed) {
        value = inflate_block(chunks, value, size, chunks->text_budget, &size);
        if (!value) return false;
    }
    if (size > chunks->text_budget) return false;
    chunks->text_budget -= size;
    if (strcmp((const char *)bytes, "XML:com.adobe.xmp") == 0) {
        chunks->xmp = (const char *)value;
        chunks->xmp_size = size;
        return true;
    }
    if (!grow((void **)&chunks->texts, &chunks->text_capacity, chunks->text_count, sizeof(codec_text))) return false;
    chunks->texts[chunks->text_count++] = (codec_text){
        .keyword = (const char *)bytes, .value = (const char *)value, .value_size = size, .is_utf8 = international};
    return true;
}

void png_text_read(png_chunks *chunks, const char *type, const uint8_t *bytes, size_t count) {
    if (!keep_text(chunks, type, bytes, count)) chunks->losses.texts++;
}

void png_profile_read(png_chunks *chunks, const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count, *packed = after_zero(bytes, end);
    if (packed && packed < end && *packed == 0) {
        size_t size = 0;
        chunks->icc = inflate_block(chunks, packed + 1, (size_t)(end - packed) - 1, MAX_PROFILE, &size);
        chunks->icc_size = size;
    }
    if (chunks->icc_size == 0) chunks->losses.has_damaged_profile = true;
}
