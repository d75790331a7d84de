#include "direct/source.h"
#include "elementwise/bfloat16.h"
#include "runtime/dispatch.h"
#include <string.h>

// Room after the last line of a strip, for reads by whole vectors.
enum { slack = 32 };

static int64_t element_size(int kind) { return kind == CK_SOURCE_HALVES ? 2 : 4; }

static int64_t pitch_of(const ck_source *s, int64_t columns) {
    int64_t pitch = ((columns - 1) * s->columns.step + s->columns.taps) * s->channels + slack;
    pitch = (pitch + 31) / 32 * 32;
    // Rows a multiple of 4096 bytes apart would fall on each other in the cache.
    return pitch % 512 == 0 ? pitch + 32 : pitch;
}

static int64_t rows_of(const ck_source *s, int64_t rows) { return (rows - 1) * s->rows.step + s->rows.taps; }

size_t ck_strips_bytes(const ck_source *s, int64_t rows, int kind) {
    int64_t lines = ck_smaller(rows_of(s, rows), s->rows.extent);
    return (size_t)(element_size(kind) * ((pitch_of(s, s->columns.count) + 2 * pitch_of(s, 1)) * (lines + 1)));
}

// Pixels left of the image are paired with those inside it, too.
static void pair_row(const ck_source *s, const float *x, int64_t left, int64_t right, int64_t begin, int64_t end,
                     uint32_t *pairs) {
    int64_t step = s->columns.step, channels = s->channels;
    for (int64_t q = left; q < right;) {
        int64_t count = 1, next = q + step >= 0 && q + step < s->columns.extent;
        const float *pixel = x + q * s->pixel;
        uint32_t *to = pairs + (q - left) * channels;
        if (q >= begin && q < end && next) {
            if (s->pixel == channels) count = ck_smaller(end, s->columns.extent - step) - q;
            ck_pair(pixel, pixel + step * s->pixel, to, count * channels);
        } else if (q >= begin && q < end) {
            ck_pair(pixel, NULL, to, channels);
        } else {
            const float *other = pixel + step * s->pixel;
            for (int64_t c = 0; c < channels; c++) to[c] = next ? ck_bfloat16_bits(other[c]) & 0xffff0000u : 0;
        }
        q += count;
    }
}

static void *copied(const ck_source *s, int64_t first, int64_t until, int64_t from, int64_t to, int kind, char *memory,
                    ck_strip *strip) {
    int64_t pitch = pitch_of(s, to - from), size = element_size(kind), channels = s->channels;
    *strip = (ck_strip){memory, size, pitch, channels, first + s->rows.before, from, to, s->columns.step};
    int64_t left = from * s->columns.step - s->columns.before;
    int64_t right = (to - 1) * s->columns.step - s->columns.before + s->columns.taps;
    int64_t begin = ck_smaller(ck_larger(left, 0), right);
    int64_t end = ck_larger(begin, ck_smaller(right, s->columns.extent));
    for (int64_t row = first; row < until; row++, memory += pitch * size) {
        const float *x = s->values + (row * s->columns.extent + begin) * s->pixel;
        memset(memory, 0, (size_t)((begin - left) * channels * size));
        char *to_pixel = memory + (begin - left) * channels * size;
        int64_t pixels = end - begin, run = channels;
        if (s->pixel == channels) {
            run *= pixels;
            pixels = run > 0;
        }
        if (kind == CK_SOURCE_FLOATS) {
            for (int64_t i = 0; i < pixels; i++)
                memcpy(to_pixel + 4 * i * run, x + i * s->pixel, sizeof(float) * (size_t)run);
        } else if (kind == CK_SOURCE_HALVES) {
            for (int64_t i = 0; i < pixels; i++) ck_halve(x + i * s->pixel, (uint16_t *)to_pixel + i * run, run);
        } else {
            pair_row(s, s->values + row * s->columns.extent * s->pixel, left, right, begin, end, (uint32_t *)memory);
        }
        int64_t filled = (end - left) * channels;
        memset(memory + filled * size, 0, (size_t)((pitch - filled) * size));
    }
    return memory;
}

int ck_strips_make(const ck_source *s, int64_t first, int64_t rows, int kind, int64_t whole, void *memory,
                   ck_strip strips[3]) {
    int64_t top = ck_larger(0, first * s->rows.step - s->rows.before);
    int64_t bottom = ck_smaller(s->rows.extent, (first + rows - 1) * s->rows.step - s->rows.before + s->rows.taps);
    const ck_reach *c = &s->columns;
    int64_t line = c->taps * s->channels, over = (line + whole - 1) / whole * whole - line;
    int64_t begin = ck_larger(0, ck_pieces(c->before, c->step));
    int64_t room = c->extent - c->taps + c->before - ck_pieces(over, s->pixel);
    int64_t end = room < 0 ? 0 : ck_smaller(c->count, room / c->step + 1);
    // Twelve pixels that are spread over their rows come faster from a copy, where they are fetched in order.
    int in_place = whole >= 16 && kind == CK_SOURCE_FLOATS && (c->taps == 1 || s->pixel == s->channels) &&
                   end - begin >= 8;
    if (!in_place) {
        copied(s, top, bottom, 0, c->count, kind, memory, &strips[0]);
        return 1;
    }
    int count = 0;
    if (begin > 0) memory = copied(s, top, bottom, 0, begin, kind, memory, &strips[count++]);
    strips[count++] = (ck_strip){
        (const char *)(s->values + (begin * c->step - c->before) * s->pixel), 4, c->extent * s->pixel, s->pixel,
        s->rows.before, begin, end, c->step};
    if (end < c->count) copied(s, top, bottom, end, c->count, kind, memory, &strips[count++]);
    return count;
}
