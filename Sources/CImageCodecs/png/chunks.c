// The chunks of a PNG that libpng is not asked for: text, bounded in total, and EXIF, wherever it stands in the file.
#include "png/chunks.h"
#include "exif/orientation.h"

#include <CMemory.h>
#include <string.h>
#include <zlib.h>

enum { MAX_TEXTS = 1024, TEXT_BUDGET = 16 << 20 };

static bool grow(void **array, size_t *capacity, size_t count, size_t size) {
    if (count < *capacity) return true;
    size_t wanted = *capacity ? *capacity * 2 : 8;
    void *grown = memory_grow(*array, wanted * size);
    if (!grown) return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

// Inflates a zlib stream into a block that the chunks own. NULL when it is damaged or goes over the budget.
static const uint8_t *inflate_text(png_chunks *chunks, const uint8_t *bytes, size_t count, size_t *inflated) {
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
        if (buffer.count + got > chunks->text_budget || !codec_buffer_append(&buffer, window, got))
            outcome = Z_MEM_ERROR;
    } while (outcome == Z_OK);
    inflateEnd(&stream);
    if (outcome != Z_STREAM_END || !buffer.bytes ||
        !grow((void **)&chunks->blocks, &chunks->block_capacity, chunks->block_count, sizeof(void *))) {
        memory_give(buffer.bytes);
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

static void keep_text(png_chunks *chunks, const char *type, const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count, *value = after_zero(bytes, end);
    if (!value || value - bytes < 2 || value - bytes > 80 || chunks->text_count >= MAX_TEXTS) return;
    bool international = memcmp(type, "iTXt", 4) == 0, compressed = memcmp(type, "zTXt", 4) == 0;
    if (international) {
        if (end - value < 2 || value[0] > 1 || value[1] != 0) return;
        compressed = value[0] == 1;
        value = after_zero(value + 2, end);          // the language
        if (value) value = after_zero(value, end);   // the translated keyword
        if (!value) return;
    } else if (compressed) {
        if (value == end || *value++ != 0) return;
    }
    size_t size = (size_t)(end - value);
    if (compressed) {
        value = inflate_text(chunks, value, size, &size);
        if (!value) return;
    }
    if (size > chunks->text_budget) return;
    chunks->text_budget -= size;
    if (strcmp((const char *)bytes, "XML:com.adobe.xmp") == 0) {
        chunks->xmp = (const char *)value;
        chunks->xmp_size = size;
        return;
    }
    if (!grow((void **)&chunks->texts, &chunks->text_capacity, chunks->text_count, sizeof(codec_text))) return;
    chunks->texts[chunks->text_count++] = (codec_text){
        .keyword = (const char *)bytes, .value = (const char *)value, .value_size = size, .is_utf8 = international};
}

static bool read_header(const uint8_t *bytes, size_t count, png_chunks *chunks, codec_status *status) {
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    size_t present = count < 8 ? count : 8;
    if (memcmp(bytes, signature, present) != 0)
        return codec_fail(status, CODEC_CORRUPT, "the PNG signature is damaged, as by a transfer in text mode");
    if (count < 8 + 25) return codec_fail(status, CODEC_TRUNCATED, "the file ends inside the PNG header");
    const uint8_t *chunk = bytes + 8;
    if (read_be32(chunk) != 13 || memcmp(chunk + 4, "IHDR", 4) != 0)
        return codec_fail(status, CODEC_CORRUPT, "the first chunk is not a PNG header");
    if (crc32(0, chunk + 4, 17) != read_be32(chunk + 21))
        return codec_fail(status, CODEC_CORRUPT, "the checksum of the PNG header is wrong");
    chunks->width = read_be32(chunk + 8);
    chunks->height = read_be32(chunk + 12);
    chunks->bit_depth = chunk[16];
    chunks->color_type = chunk[17];
    if (chunks->width == 0 || chunks->height == 0 || chunks->width > INT32_MAX || chunks->height > INT32_MAX)
        return codec_fail(status, CODEC_CORRUPT, "the PNG header says %u x %u pixels", chunks->width, chunks->height);
    int depth = chunks->bit_depth, type = chunks->color_type;
    bool small = depth == 1 || depth == 2 || depth == 4, valid;
    switch (type) {
        case 0: valid = small || depth == 8 || depth == 16; break;
        case 3: valid = small || depth == 8; break;
        case 2: case 4: case 6: valid = depth == 8 || depth == 16; break;
        default: valid = false;
    }
    if (!valid)
        return codec_fail(status, CODEC_CORRUPT, "the PNG header says color type %d at %d bits", type, depth);
    chunks->is_interlaced = chunk[20] != 0;
    if (chunk[18] != 0 || chunk[19] != 0 || chunk[20] > 1)
        return codec_fail(status, CODEC_UNSUPPORTED, "the PNG uses compression %d, filter %d, interlacing %d",
                          chunk[18], chunk[19], chunk[20]);
    return true;
}

bool png_chunks_read(const uint8_t *bytes, size_t count, bool want_texts, png_chunks *chunks, codec_status *status) {
    *chunks = (png_chunks){.exif = {.orientation = 1}, .text_budget = TEXT_BUDGET};
    if (!read_header(bytes, count, chunks, status)) return false;
    bool seen_exif = false;
    size_t at = 8 + 25;
    while (count - at >= 12) {
        const uint8_t *chunk = bytes + at;
        const char *type = (const char *)chunk + 4;
        size_t size = read_be32(chunk);
        if (size > count - at - 12) break;
        at += 12 + size;
        if (memcmp(type, "IEND", 4) == 0) break;
        bool is_exif = !seen_exif && memcmp(type, "eXIf", 4) == 0;
        bool is_text = want_texts && (memcmp(type, "tEXt", 4) == 0 || memcmp(type, "zTXt", 4) == 0 ||
                                      memcmp(type, "iTXt", 4) == 0);
        bool is_transparency = memcmp(type, "tRNS", 4) == 0;
        if (!(is_exif || is_text || is_transparency)) continue;
        if (crc32(crc32(0, chunk + 4, 4), chunk + 8, (uInt)size) != read_be32(chunk + 8 + size)) continue;
        if (is_transparency) {
            chunks->has_transparency = true;
        } else if (is_exif) {
            seen_exif = true;
            exif_read(chunk + 8, size, &chunks->exif);
        } else {
            keep_text(chunks, type, chunk + 8, size);
        }
    }
    return true;
}

void png_chunks_free(png_chunks *chunks) {
    for (size_t i = 0; i < chunks->block_count; i++) memory_give(chunks->blocks[i]);
    memory_give(chunks->blocks);
    memory_give(chunks->texts);
}

void png_chunks_describe(const png_chunks *chunks, codec_info *info) {
    bool swaps = orientation_swaps_axes(chunks->exif.orientation);
    bool has_color = chunks->color_type & 2, has_alpha = chunks->color_type & 4 || chunks->has_transparency;
    info->width = swaps ? chunks->height : chunks->width;
    info->height = swaps ? chunks->width : chunks->height;
    info->channels = (has_color ? 3 : 1) + (has_alpha ? 1 : 0);
    info->bits = chunks->bit_depth == 16 ? 16 : 8;
    info->source_bits = chunks->color_type == 3 ? 8 : chunks->bit_depth;  // a palette holds 8-bit colors
    info->orientation = chunks->exif.orientation;
    info->in_order = info->orientation <= 2 && !chunks->is_interlaced;
}

bool codec_png_header(const uint8_t *bytes, size_t count, codec_info *info, codec_status *status) {
    codec_succeed(status);
    png_chunks chunks;
    if (!png_chunks_read(bytes, count, false, &chunks, status)) return false;
    *info = (codec_info){.colorimetry = {.rendering_intent = -1}};
    png_chunks_describe(&chunks, info);
    png_chunks_free(&chunks);
    return true;
}
