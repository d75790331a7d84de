#include "heif/boxes.h"

#include <string.h>

enum { MOST_BOXES = 10000, MOST_PROPERTIES = 32 };

// A part of the file that holds boxes one after the other, or what a box holds.
typedef struct {
    const codec_bytes *file;
    uint64_t at, end;
} span;

// A number of 1 to 8 bytes; false where the span ends before.
static bool take(span *s, size_t count, uint64_t *value) {
    uint8_t bytes[8];
    if (s->end - s->at < count || codec_file_read(s->file, s->at, bytes, count) < count) return false;
    *value = 0;
    for (size_t i = 0; i < count; i++) *value = *value << 8 | bytes[i];
    s->at += count;
    return true;
}

static uint32_t name(const char letters[4]) {
    return (uint32_t)letters[0] << 24 | (uint32_t)letters[1] << 16 | (uint32_t)letters[2] << 8 | (uint32_t)letters[3];
}

// Goes on behind the next box.
static bool next_box(span *s, uint32_t *type, span *content) {
    uint64_t start = s->at, size, letters;
    if (!take(s, 4, &size) || !take(s, 4, &letters)) return false;
    if (size == 1 && !take(s, 8, &size)) return false;
    if (size == 0) size = s->end - start;
    if (size < s->at - start || size > s->end - start) return false;
    *type = (uint32_t)letters;
    *content = (span){s->file, s->at, start + size};
    s->at = start + size;
    return true;
}

// What is in the first box of that name, wherever the parent stands.
static bool find(span parent, const char letters[4], span *content) {
    uint32_t type;
    for (int i = 0; i < MOST_BOXES && next_box(&parent, &type, content); i++)
        if (type == name(letters)) return true;
    return false;
}

// The same, behind the version and the flags that some boxes begin with.
static bool find_full(span parent, const char letters[4], uint64_t *version, uint64_t *flags, span *content) {
    return find(parent, letters, content) && take(content, 1, version) && take(content, 3, flags);
}

// The numbers of an item's properties, in the order in which they apply.
static size_t properties_of(span properties, uint64_t item, uint32_t numbers[MOST_PROPERTIES]) {
    span list;
    uint64_t version, flags, entries, id, count, number;
    size_t found = 0;
    if (!find_full(properties, "ipma", &version, &flags, &list) || !take(&list, 4, &entries)) return 0;
    for (uint64_t i = 0; i < entries && i < MOST_BOXES; i++) {
        if (!take(&list, version < 1 ? 2 : 4, &id) || !take(&list, 1, &count)) return found;
        for (uint64_t j = 0; j < count; j++) {
            if (!take(&list, flags & 1 ? 2 : 1, &number)) return found;
            number &= flags & 1 ? 0x7FFF : 0x7F;
            if (id == item && found < MOST_PROPERTIES) numbers[found++] = (uint32_t)number;
        }
    }
    return found;
}

// The property with that number, the first one being 1.
static bool property(span container, uint32_t number, uint32_t *type, span *content) {
    if (number == 0 || number > MOST_BOXES) return false;
    for (uint32_t i = 0; i < number; i++)
        if (!next_box(&container, type, content)) return false;
    return true;
}

// What the decoder's settings say. False where an item has none, as one that is made of tiles.
static bool find_gray(span properties, span container, uint64_t item, bool *is_gray) {
    uint32_t numbers[MOST_PROPERTIES], type;
    size_t count = properties_of(properties, item, numbers);
    for (size_t i = 0; i < count; i++) {
        span content;
        uint64_t value;
        if (!property(container, numbers[i], &type, &content)) continue;
        bool is_av1 = type == name("av1C"), is_hevc = type == name("hvcC");
        if (!is_av1 && !is_hevc) continue;
        content.at += is_av1 ? 2 : 16;
        if (content.at > content.end || !take(&content, 1, &value)) return false;
        *is_gray = is_av1 ? value & 0x10 : (value & 3) == 0;
        return true;
    }
    return false;
}

// The first of the tiles that an item is made of.
static bool first_tile(span meta, uint64_t item, uint64_t *tile) {
    span references, content;
    uint64_t version, flags, from, count;
    uint32_t type;
    if (!find_full(meta, "iref", &version, &flags, &references)) return false;
    size_t size = version == 0 ? 2 : 4;
    for (int i = 0; i < MOST_BOXES && next_box(&references, &type, &content); i++)
        if (type == name("dimg") && take(&content, size, &from) && from == item && take(&content, 2, &count) && count > 0)
            return take(&content, size, tile);
    return false;
}

// Where the columns and rows of the stored image lead, right and down being positive.
typedef struct {
    int column[2], row[2];
} direction;

static const direction orientations[9] = {
    {{0, 0}, {0, 0}},  {{1, 0}, {0, 1}}, {{-1, 0}, {0, 1}},  {{-1, 0}, {0, -1}}, {{1, 0}, {0, -1}},
    {{0, 1}, {1, 0}},  {{0, 1}, {-1, 0}}, {{0, -1}, {-1, 0}}, {{0, -1}, {1, 0}}};

static void turn_left(int point[2]) {
    int across = point[0];
    point[0] = point[1];
    point[1] = -across;
}

static int32_t find_orientation(span properties, span container, uint64_t item) {
    uint32_t numbers[MOST_PROPERTIES], type;
    size_t count = properties_of(properties, item, numbers);
    direction now = orientations[1];
    for (size_t i = 0; i < count; i++) {
        span content;
        uint64_t value;
        if (!property(container, numbers[i], &type, &content)) continue;
        if (type == name("irot") && take(&content, 1, &value)) {
            for (uint64_t turn = 0; turn < (value & 3); turn++) {
                turn_left(now.column);
                turn_left(now.row);
            }
        } else if (type == name("imir") && take(&content, 1, &value)) {
            // 0 exchanges top and bottom, 1 left and right.
            size_t axis = value & 1 ? 0 : 1;
            now.column[axis] = -now.column[axis];
            now.row[axis] = -now.row[axis];
        }
    }
    for (int32_t i = 1; i <= 8; i++)
        if (memcmp(&orientations[i], &now, sizeof now) == 0) return i;
    return 1;
}

static uint32_t count_frames(span file) {
    span movie, track, content;
    uint64_t size, count;
    uint32_t type, frames = 0;
    if (!find(file, "moov", &movie)) return 0;
    for (int i = 0; i < MOST_BOXES && next_box(&movie, &type, &track); i++) {
        if (type != name("trak") || !find(track, "mdia", &content) || !find(content, "minf", &content) ||
            !find(content, "stbl", &content) || !find(content, "stsz", &content))
            continue;
        content.at += 4;
        if (content.at <= content.end && take(&content, 4, &size) && take(&content, 4, &count) && count > frames)
            frames = (uint32_t)count;
    }
    return frames;
}

void heif_outline_read(const codec_bytes *bytes, heif_outline *outline) {
    *outline = (heif_outline){.orientation = 1};
    span file = {bytes, 0, codec_file_size(bytes)}, meta, primary, properties, container;
    outline->frames = count_frames(file);
    uint64_t version, flags, item, tile;
    if (!find_full(file, "meta", &version, &flags, &meta) ||
        !find_full(meta, "pitm", &version, &flags, &primary) || !take(&primary, version == 0 ? 2 : 4, &item) ||
        !find(meta, "iprp", &properties) || !find(properties, "ipco", &container))
        return;
    outline->orientation = find_orientation(properties, container, item);
    if (!find_gray(properties, container, item, &outline->is_gray) && first_tile(meta, item, &tile))
        find_gray(properties, container, tile, &outline->is_gray);
}
