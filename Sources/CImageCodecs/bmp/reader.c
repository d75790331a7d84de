#include "bmp/reader.h"
#include "bmp/header.h"

#include <CMemory.h>
#include <string.h>

enum { WINDOW = 65536 };

typedef struct bmp_reader {
    codec_reader base;
    bmp_header header;
    uint8_t *row;        // as it is stored
    uint8_t *indices;    // of a run-length coded image, from top to bottom
    bool is_cut;         // the codes end before the image does
    uint32_t coded_rows; // from the bottom on
    uint32_t next;       // the next row from the top
    uint8_t window[WINDOW];
    uint64_t window_start;
    size_t window_count;
} bmp_reader;

static void close_reader(codec_reader *base) {
    bmp_reader *reader = (bmp_reader *)base;
    memory_give(reader->row);
    memory_give(reader->indices);
    memory_give(reader->header.profile);
}

static bool fail_at_end(const bmp_reader *reader, codec_status *status) {
    return codec_fail(status, CODEC_TRUNCATED, "the BMP ends after %zu bytes, before its image does",
                      codec_file_size(&reader->base.file));
}

// -1 at the end of the file.
static int next_byte(bmp_reader *reader, uint64_t *at) {
    if (*at < reader->window_start || *at - reader->window_start >= reader->window_count) {
        reader->window_start = *at;
        reader->window_count = codec_file_read(&reader->base.file, *at, reader->window, WINDOW);
        if (reader->window_count == 0) return -1;
    }
    return reader->window[(*at)++ - reader->window_start];
}

static void put_index(bmp_reader *reader, uint32_t x, uint32_t y, uint8_t value) {
    const bmp_header *header = &reader->header;
    if (x >= header->width || y >= header->height) return;
    uint32_t row = header->is_top_down ? y : header->height - 1 - y;
    reader->indices[(size_t)row * header->width + x] = value;
}

// Pairs of a count and a value; a count of zero leads an escape. Pixels that are skipped have index 0.
static void unpack_runs(bmp_reader *reader) {
    const bmp_header *header = &reader->header;
    bool is_nibbles = header->bits == 4;
    uint64_t at = header->pixels;
    uint32_t x = 0, y = 0;
    while (y < header->height) {
        int count = next_byte(reader, &at), value = count < 0 ? -1 : next_byte(reader, &at);
        if (value < 0) break;
        if (count > 0) {
            for (int i = 0; i < count; i++, x++)
                put_index(reader, x, y, (uint8_t)(is_nibbles ? (i % 2 ? value & 15 : value >> 4) : value));
        } else if (value == 0) {
            x = 0;
            y++;
        } else if (value == 1) {
            reader->coded_rows = header->height;
            return;
        } else if (value == 2) {
            int right = next_byte(reader, &at), up = right < 0 ? -1 : next_byte(reader, &at);
            if (up < 0) break;
            x += (uint32_t)right;
            y += (uint32_t)up;
        } else {
            int bytes = is_nibbles ? (value + 1) / 2 : value, byte = 0;
            for (int i = 0; i < value; i++, x++) {
                if (!is_nibbles || i % 2 == 0) byte = next_byte(reader, &at);
                if (byte < 0) break;
                put_index(reader, x, y, (uint8_t)(is_nibbles ? (i % 2 ? byte & 15 : byte >> 4) : byte));
            }
            if (byte < 0 || (bytes % 2 && next_byte(reader, &at) < 0)) break;
        }
    }
    reader->is_cut = y < header->height;
    reader->coded_rows = y;
}

static void put_color(const bmp_reader *reader, uint32_t index, uint8_t *target) {
    const uint8_t *color = reader->header.palette[index < 256 ? index : 0];
    if (reader->base.info.channels == 1)
        target[0] = color[0];
    else
        memcpy(target, color, 3);
}

static void take_indices(const bmp_reader *reader, const uint8_t *row, uint32_t bits, uint8_t *target) {
    for (uint32_t x = 0; x < reader->header.width; x++, target += reader->base.info.channels) {
        uint64_t bit = (uint64_t)x * bits;
        put_color(reader, row[bit / 8] >> (8 - bits - bit % 8) & ((1u << bits) - 1), target);
    }
}

static uint8_t masked(uint32_t value, const bmp_mask *mask) {
    if (mask->top == 0) return 0;
    return (uint8_t)(((uint64_t)(value >> mask->shift & mask->top) * 255 + mask->top / 2) / mask->top);
}

static void take_pixels(const bmp_reader *reader, const uint8_t *row, uint8_t *target) {
    const bmp_header *header = &reader->header;
    int channels = reader->base.info.channels;
    size_t step = header->bits / 8;
    for (uint32_t x = 0; x < header->width; x++, row += step, target += channels) {
        uint32_t value = 0;
        for (size_t i = 0; i < step; i++) value |= (uint32_t)row[i] << (8 * i);
        for (int c = 0; c < channels; c++) target[c] = masked(value, &header->masks[c]);
    }
}

static bool begin(bmp_reader *reader, codec_status *status) {
    const bmp_header *header = &reader->header;
    if (reader->row || reader->indices) return true;
    if (header->is_coded) {
        reader->indices = memory_take_zeroed((size_t)header->width * header->height);
        if (reader->indices) unpack_runs(reader);
    } else {
        reader->row = memory_take(header->row_bytes);
    }
    return reader->row || reader->indices ||
           codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for the rows of a BMP");
}

static bool read_next_rows(codec_reader *base, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *status) {
    bmp_reader *reader = (bmp_reader *)base;
    const bmp_header *header = &reader->header;
    size_t stride = (size_t)header->width * (size_t)base->info.channels;
    if (!begin(reader, status)) return false;
    if (reader->is_cut && !base->allow_partial) return fail_at_end(reader, status);
    for (; *read < count; ++*read, reader->next++) {
        uint8_t *target = rows + *read * stride;
        if (header->is_coded) {
            take_indices(reader, reader->indices + (size_t)reader->next * header->width, 8, target);
            continue;
        }
        uint64_t row = header->is_top_down ? reader->next : header->height - 1 - reader->next;
        size_t got = codec_file_read(&reader->base.file, header->pixels + row * header->row_bytes, reader->row,
                                     header->row_bytes);
        // The padding of the last row may be missing.
        if (got < header->used_bytes) {
            if (!base->allow_partial || header->is_top_down) return fail_at_end(reader, status);
            // The end of the file is the top of the image.
            memset(target, 0, stride);
            reader->is_cut = true;
            continue;
        }
        if (header->bits <= 8)
            take_indices(reader, reader->row, header->bits, target);
        else
            take_pixels(reader, reader->row, target);
    }
    return !reader->is_cut || fail_at_end(reader, status);
}


static bool open_image(codec_reader *base, const codec_limits *limits, codec_status *status) {
    bmp_reader *reader = (bmp_reader *)base;
    bmp_header *header = &reader->header;
    codec_info *info = &base->info;
    if (!bmp_header_read(&base->file, header, status)) return false;
    info->width = header->width;
    info->height = header->height;
    info->channels = header->bits <= 8 ? (header->is_gray ? 1 : 3) : header->masks[3].top ? 4 : 3;
    info->bits = 8;
    info->source_bits = header->bits <= 8 ? (int32_t)header->bits : 8;
    info->orientation = 1;
    info->density_x = header->density_x;
    info->density_y = header->density_y;
    info->icc = header->profile;
    info->icc_size = header->profile_size;
    info->losses.has_damaged_profile = header->has_damaged_profile;
    info->colorimetry.rendering_intent = -1;
    info->in_order = !header->is_coded;
    uint64_t pixels = (uint64_t)header->width * header->height, count = codec_file_size(&base->file);
    if (!codec_check_limits(info, header->is_coded ? pixels : header->row_bytes, limits, status)) return false;
    // A code of four bytes may skip 255 rows, but an image of nothing is none.
    uint64_t least = header->is_coded ? pixels / 65536 : header->row_bytes * (header->height - 1) + header->used_bytes;
    if (!base->allow_partial && (count < header->pixels || count - header->pixels < least))
        return fail_at_end(reader, status);
    return true;
}

const codec_operations bmp_reading = {
    .name = "BMP", .size = sizeof(bmp_reader), .open = open_image, .decode = codec_decode_by_rows,
    .read_rows = read_next_rows, .close = close_reader};
