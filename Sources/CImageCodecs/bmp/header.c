#include "bmp/header.h"

#include <CMemory.h>
#include <string.h>

enum { FILE_HEADER = 14, LARGEST_HEADER = 124, MAX_PROFILE = 8 << 20 };
enum { PLAIN = 0, RUNS8 = 1, RUNS4 = 2, FIELDS = 3, FIELDS_WITH_ALPHA = 6 };  // 4 and 5: a JPEG, a PNG

static uint32_t read16(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8; }
static uint32_t read32(const uint8_t *p) { return read16(p) | read16(p + 2) << 16; }

static bool set_mask(bmp_mask *mask, uint32_t bits) {
    *mask = (bmp_mask){0, 0};
    if (bits == 0) return true;
    mask->shift = (uint32_t)__builtin_ctz(bits);
    mask->top = bits >> mask->shift;
    return (mask->top & (mask->top + 1)) == 0;
}

static bool read_masks(bmp_header *header, const uint8_t *masks, size_t count, uint32_t compression,
                       codec_status *status) {
    static const uint32_t usual16[] = {0x7C00, 0x3E0, 0x1F, 0}, usual[] = {0xFF0000, 0xFF00, 0xFF, 0};
    bool has_fields = compression != PLAIN;
    for (size_t i = 0; i < 4; i++) {
        uint32_t bits = header->bits == 16 ? usual16[i] : usual[i];
        if (has_fields) bits = i < count ? read32(masks + 4 * i) : 0;
        if (header->bits < 32) bits &= (1u << header->bits) - 1;
        if (!set_mask(&header->masks[i], bits)) return codec_fail(status, CODEC_CORRUPT, "the masks of the BMP have gaps");
    }
    return true;
}

static bool read_palette(const codec_bytes *file, bmp_header *header, uint64_t at, uint32_t colors, size_t entry) {
    uint32_t most = 1u << header->bits;
    if (colors == 0 || colors > most) colors = most;
    // The pixels may begin before a palette of full size ends, but not before it begins.
    if (header->pixels <= at) header->pixels = at + colors * entry;
    if ((header->pixels - at) / entry < colors) colors = (uint32_t)((header->pixels - at) / entry);
    uint8_t bytes[256 * 4];
    size_t got = codec_file_read(file, at, bytes, colors * entry) / entry;
    header->is_gray = true;
    for (size_t i = 0; i < got; i++) {
        const uint8_t *color = bytes + i * entry;
        for (int c = 0; c < 3; c++) header->palette[i][c] = color[2 - c];
        if (color[0] != color[1] || color[1] != color[2]) header->is_gray = false;
    }
    return got == colors;
}

static void read_profile(const codec_bytes *file, bmp_header *header, const uint8_t *fields) {
    if (read32(fields + 56) != 0x4D424544) return;  // "MBED", that the profile is in the file
    uint64_t offset = FILE_HEADER + (uint64_t)read32(fields + 112);
    uint32_t size = read32(fields + 116);
    header->has_damaged_profile = true;
    if (size == 0 || size > MAX_PROFILE || offset + size > codec_file_size(file)) return;
    header->profile = memory_take(size);
    if (!header->profile || codec_file_read(file, offset, header->profile, size) < size) return;
    header->profile_size = size;
    header->has_damaged_profile = false;
}

static bool read_size(bmp_header *header, const uint8_t *fields, bool is_old, codec_status *status) {
    int64_t width = is_old ? (int32_t)read16(fields + 4) : (int32_t)read32(fields + 4);
    int64_t height = is_old ? (int32_t)read16(fields + 6) : (int32_t)read32(fields + 8);
    header->is_top_down = height < 0;
    if (height < 0) height = -height;
    if (width <= 0 || height == 0) return codec_fail(status, CODEC_CORRUPT, "the BMP has no pixels");
    header->width = (uint32_t)width;
    header->height = (uint32_t)height;
    header->bits = read16(fields + (is_old ? 10 : 14));
    header->used_bytes = ((uint64_t)header->width * header->bits + 7) / 8;
    header->row_bytes = (header->used_bytes + 3) / 4 * 4;
    return true;
}

bool bmp_header_read(const codec_bytes *file, bmp_header *header, codec_status *status) {
    uint8_t bytes[FILE_HEADER + LARGEST_HEADER + 16] = {0}, *fields = bytes + FILE_HEADER;
    size_t got = codec_file_read(file, 0, bytes, sizeof bytes);
    uint32_t size = got >= FILE_HEADER + 4 ? read32(fields) : 0;
    if (got < FILE_HEADER + 4 || (size <= LARGEST_HEADER && got < FILE_HEADER + size))
        return codec_fail(status, CODEC_TRUNCATED, "the BMP ends after %zu bytes, within its header", got);
    bool is_old = size == 12;
    if (!is_old && (size < 16 || size > LARGEST_HEADER))
        return codec_fail(status, CODEC_UNSUPPORTED, "a BMP with a header of %u bytes", size);
    if (!read_size(header, fields, is_old, status)) return false;
    header->pixels = read32(bytes + 10);
    uint32_t compression = is_old || size < 20 ? PLAIN : read32(fields + 16);
    bool is_os2 = size == 64 || size == 16;
    bool has_fields = !is_os2 && (compression == FIELDS || compression == FIELDS_WITH_ALPHA);
    header->is_coded = (compression == RUNS8 && header->bits == 8) || (compression == RUNS4 && header->bits == 4);
    bool is_known = compression == PLAIN || header->is_coded || (has_fields && header->bits >= 16 && header->bits != 24);
    if (!is_known) return codec_fail(status, CODEC_UNSUPPORTED, "a BMP with compression %u", compression);
    if (header->is_coded && header->is_top_down)
        return codec_fail(status, CODEC_CORRUPT, "a BMP in runs that says it begins at the top");
    switch (header->bits) {
        case 1: case 2: case 4: case 8: case 16: case 24: case 32: break;
        default: return codec_fail(status, CODEC_UNSUPPORTED, "a BMP of %u bits a pixel", header->bits);
    }
    if (size >= 40) {
        int32_t x = (int32_t)read32(fields + 24), y = (int32_t)read32(fields + 28);
        if (x > 0 && y > 0) {
            header->density_x = x;
            header->density_y = y;
        }
    }
    if (size >= LARGEST_HEADER) read_profile(file, header, fields);
    // Behind a header of 40 bytes, the masks follow; larger ones hold them.
    size_t masks = size == 40 ? (compression == FIELDS_WITH_ALPHA ? 4 : 3) : size >= 56 ? 4 : 3;
    uint64_t behind = FILE_HEADER + size + (size == 40 && has_fields ? 4 * masks : 0);
    if (header->bits > 8) return read_masks(header, fields + 40, masks, has_fields ? compression : PLAIN, status);
    if (!read_palette(file, header, behind, is_old || size < 36 ? 0 : read32(fields + 32), is_old ? 3 : 4))
        return codec_fail(status, CODEC_TRUNCATED, "the BMP ends within its palette");
    return true;
}
