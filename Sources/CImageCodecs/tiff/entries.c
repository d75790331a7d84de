#include "tiff/entries.h"

enum { ENTRY = 12 };

static uint32_t short_number(bool big_endian, const uint8_t *bytes) {
    return big_endian ? (uint32_t)bytes[0] << 8 | bytes[1] : (uint32_t)bytes[1] << 8 | bytes[0];
}

uint32_t tiff_number(bool big_endian, const uint8_t bytes[4]) {
    uint32_t first = short_number(big_endian, bytes), second = short_number(big_endian, bytes + 2);
    return big_endian ? first << 16 | second : second << 16 | first;
}

void tiff_number_put(bool big_endian, uint8_t bytes[4], uint32_t value) {
    for (int i = 0; i < 4; i++) bytes[big_endian ? 3 - i : i] = (uint8_t)(value >> (8 * i));
}

typedef struct {
    const uint8_t *next, *end;
} entries;

static bool find(const uint8_t *bytes, size_t count, size_t offset, bool big_endian, entries *found) {
    if (offset > count || count - offset < 2) return false;
    size_t number = short_number(big_endian, bytes + offset);
    if (number > (count - offset - 2) / ENTRY) return false;
    found->next = bytes + offset + 2;
    found->end = found->next + number * ENTRY;
    return true;
}

bool tiff_entries_merge(const uint8_t *bytes, size_t count, size_t offset, const codec_buffer *block,
                        codec_buffer *merged) {
    if (block->count < 8) return false;
    bool big = block->bytes[0] == 'M', done = true;
    entries own, others;
    if (!find(bytes, count, offset, big, &own) ||
        !find(block->bytes, block->count, tiff_number(big, block->bytes + 4), big, &others))
        return false;
    uint32_t number = 0;
    done = codec_buffer_append(merged, "\0", 2);
    while (done && (own.next < own.end || others.next < others.end)) {
        bool has_own = own.next < own.end, has_other = others.next < others.end;
        uint32_t tag = has_own ? short_number(big, own.next) : UINT32_MAX;
        uint32_t other = has_other ? short_number(big, others.next) : UINT32_MAX;
        const uint8_t *entry = tag <= other ? own.next : others.next;
        if (tag <= other) own.next += ENTRY;
        if (other <= tag) others.next += ENTRY;
        done = codec_buffer_append(merged, entry, ENTRY);
        number++;
    }
    done = done && number <= UINT16_MAX && codec_buffer_append(merged, "\0\0\0", 4);
    if (!done) return false;
    merged->bytes[big ? 0 : 1] = (uint8_t)(number >> 8);
    merged->bytes[big ? 1 : 0] = (uint8_t)number;
    return true;
}
