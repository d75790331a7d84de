// The chunks of a PNG that libpng is not asked for, wherever they stand in the file.
#include "png/chunks.h"
#include "exif/orientation.h"

#include <CMemory.h>
#include <string.h>
#include <zlib.h>

enum { TEXT_BUDGET = 16 << 20 };

static bool read_header(const uint8_t *bytes, size_t count, png_chunks *chunks, codec_status *status) {
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    size_t present = count < 8 ? count : 8;
    if (memcmp(bytes, signature, present) != 0)
        return codec_fail(status, CODEC_CORRUPT, "the PNG signature is damaged, as by a transfer in text mode");
    if (count < 8 + 25) return codec_fail(status, CODEC_TRUNCATED, "the file ends inside the PNG header");
    const uint8_t *chunk = bytes + 8;
    if (memcmp(chunk + 4, "CgBI", 4) == 0)
        return codec_fail(status, CODEC_UNSUPPORTED,
                          "it is an Xcode-optimized PNG (CgBI), which only Apple's programs read; "
                          "pngcrush -revert-iphone-optimizations undoes that");
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

static void read_colors(const char *type, const uint8_t *bytes, size_t size, codec_colorimetry *colors) {
    if (memcmp(type, "sRGB", 4) == 0 && size == 1 && bytes[0] <= 3) {
        colors->rendering_intent = bytes[0];
    } else if (memcmp(type, "gAMA", 4) == 0 && size == 4 && read_be32(bytes) <= INT32_MAX) {
        colors->gamma = read_be32(bytes);
    } else if (memcmp(type, "cHRM", 4) == 0 && size == 32) {
        colors->has_chromaticities = true;
        for (size_t i = 0; i < 8; i++) colors->chromaticities[i] = (int32_t)read_be32(bytes + 4 * i);
    } else if (memcmp(type, "cICP", 4) == 0 && size == 4) {
        colors->has_code_points = true;
        memcpy(colors->code_points, bytes, 4);
    }
}

static bool is_one_of(const char *type, const char *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (memcmp(type, names + 4 * i, 4) == 0) return true;
    return false;
}

// Takes in a chunk whose checksum is right.
static void read_chunk(png_chunks *chunks, const char *type, const uint8_t *bytes, size_t size, bool want_texts) {
    if (memcmp(type, "tRNS", 4) == 0) {
        chunks->has_transparency = true;
    } else if (memcmp(type, "eXIf", 4) == 0) {
        if (chunks->has_exif) return;
        exif_read(bytes, size, &chunks->exif);
        chunks->exif_bytes = bytes;
        chunks->exif_size = size;
        chunks->has_exif = true;
    } else if (!want_texts) {
        return;
    } else if (is_one_of(type, "tEXtzTXtiTXt", 3)) {
        png_text_read(chunks, type, bytes, size);
    } else if (memcmp(type, "iCCP", 4) == 0) {
        if (!chunks->icc) png_profile_read(chunks, bytes, size);
    } else if (memcmp(type, "pHYs", 4) == 0 && size == 9 && bytes[8] == 1) {
        if (read_be32(bytes) == 0 || read_be32(bytes + 4) == 0) return;
        chunks->density_x = read_be32(bytes);
        chunks->density_y = read_be32(bytes + 4);
    } else if (memcmp(type, "acTL", 4) == 0 && size == 8) {
        chunks->frames = read_be32(bytes);
    } else if (memcmp(type, "fcTL", 4) == 0) {
        chunks->is_first_frame = chunks->is_first_frame || !chunks->has_pixels;
    } else {
        read_colors(type, bytes, size, &chunks->colorimetry);
    }
}

// Without its tRNS chunk, an image would come out opaque. A chunk that would be one but for a damaged name counts.
static bool is_transparency(const uint8_t *chunk, size_t size) {
    if (memcmp(chunk + 4, "tRNS", 4) == 0) return true;
    static const uint8_t name[] = "tRNS";
    return size <= 256 && crc32(crc32(0, name, 4), chunk + 8, (uInt)size) == read_be32(chunk + 8 + size);
}

bool png_chunks_read(const uint8_t *bytes, size_t count, bool want_texts, png_chunks *chunks, codec_status *status) {
    *chunks = (png_chunks){
        .exif = {.orientation = 1}, .colorimetry = {.rendering_intent = -1}, .text_budget = TEXT_BUDGET};
    if (!read_header(bytes, count, chunks, status)) return false;
    size_t at = 8 + 25;
    while (count - at >= 12) {
        const uint8_t *chunk = bytes + at;
        const char *type = (const char *)chunk + 4;
        size_t size = read_be32(chunk);
        if (size > count - at - 12) break;
        at += 12 + size;
        if (memcmp(type, "IEND", 4) == 0) break;
        if (is_one_of(type, "IDATfdAT", 2)) {
            chunks->has_pixels = true;
        } else if (crc32(crc32(0, chunk + 4, 4), chunk + 8, (uInt)size) == read_be32(chunk + 8 + size)) {
            read_chunk(chunks, type, chunk + 8, size, want_texts);
        } else if (is_transparency(chunk, size)) {
            chunks->is_transparency_damaged = true;
        }
    }
    uint32_t shown = chunks->is_first_frame ? 1 : 0;
    chunks->losses.later_frames = chunks->frames > shown ? chunks->frames - shown : 0;
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
