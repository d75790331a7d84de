// attention/: attention in windows, and the normalization of each pixel's channels.
#include "CKernelsAttention.h"
#include "CKernelsConvolution.h"
#include "matrix/panel.h"
#include "reduction/runs.h"
#include "runtime/sharing.h"
#include <stdatomic.h>
#include <string.h>

// Rows of queries whose scores are in memory at one time.
enum { QUERY_BLOCK = 64 };

typedef struct {
    const ck_attention_sizes *s;
    ck_pixels query, key, value;
    const float *bias;
    float *output;
    int64_t output_pixel;
    ck_matrix_panel *panel;
    int64_t queries, keys;
    int64_t wide_keys, wide_depth;  // rounded up to whole panels
    _Atomic int failed;
} attention;

static int64_t whole_panels(int64_t count) { return (count + CK_PANEL - 1) / CK_PANEL * CK_PANEL; }

/// Where the pixels of a window lie in its image, one after the other; -1 beyond the image.
static void find_pixels(const int32_t *rows, const int32_t *columns, int64_t height, int64_t width, int64_t image_width,
                        int32_t *places) {
    for (int64_t y = 0; y < height; y++) {
        for (int64_t x = 0; x < width; x++)
            *places++ = rows[y] < 0 || columns[x] < 0 ? -1 : (int32_t)(rows[y] * image_width + columns[x]);
    }
}

/// 1 for the part of a window that comes from the other side of the image, by row and by column.
static void find_sides(int64_t height, int64_t width, int64_t seam_row, int64_t seam_column, uint8_t *sides) {
    for (int64_t y = 0; y < height; y++) {
        for (int64_t x = 0; x < width; x++) *sides++ = (uint8_t)((y >= seam_row) | (x >= seam_column) << 1);
    }
}

/// to[r, 0..<depth] = factor * x, zero beyond the image.
CK_DISPATCH static void gather(const float *x, int64_t pixel, const int32_t *places, int64_t count, int64_t depth,
                               int64_t row, float factor, float *to) {
    for (int64_t r = 0; r < count; r++) {
        float *target = to + r * row;
        if (places[r] < 0) {
            memset(target, 0, sizeof(float) * (size_t)depth);
            continue;
        }
        const float *from = x + places[r] * pixel;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < depth; i++) target[i] = from[i] * factor;
    }
}

/// Panels of 32 keys: to[panel][i][key].
CK_DISPATCH static void gather_transposed(const float *x, int64_t pixel, const int32_t *places, int64_t count,
                                          int64_t depth, float *to) {
    for (int64_t first = 0; first < count; first += CK_PANEL, to += CK_PANEL * depth) {
        for (int64_t k = 0; k < CK_PANEL; k++) {
            int isEmpty = first + k >= count || places[first + k] < 0;
            const float *from = isEmpty ? NULL : x + places[first + k] * pixel;
            for (int64_t i = 0; i < depth; i++) to[i * CK_PANEL + k] = isEmpty ? 0 : from[i];
        }
    }
}

/// The largest of some numbers that are none of them NaN.
CK_INLINE float largest(const float *x, int64_t count) {
    float best = -INFINITY;
    int64_t i = 0;
    if (count >= 16) {
        ck_float16 lanes = ck_load(x);
        for (i = 16; i + 16 <= count; i += 16) lanes = __builtin_elementwise_max(lanes, ck_load(x + i));
        best = __builtin_reduce_max(lanes);
    }
    for (; i < count; i++) best = x[i] > best ? x[i] : best;
    return best;
}

/// Scores become their powers, not yet divided by the sums, which are returned. A score that is lower than the highest
/// by more than 80 has no weight: its power would be a subnormal number, with which processors calculate slowly.
CK_DISPATCH static void take_powers(float *scores, int64_t rows, int64_t row, int64_t keys, const float *bias,
                                    const uint8_t *query_sides, const uint8_t *key_sides, float far, float *sums) {
    for (int64_t r = 0; r < rows; r++, scores += row) {
        if (bias) {
            const float *b = bias + r * keys;
            CK_VECTOR_ROW
            for (int64_t k = 0; k < keys; k++) scores[k] += b[k];
        }
        if (key_sides) {
            uint8_t side = query_sides[r];
            CK_VECTOR_ROW
            for (int64_t k = 0; k < keys; k++) scores[k] += key_sides[k] == side ? 0.0f : far;
        }
        float top = largest(scores, keys);
        CK_VECTOR_ROW
        for (int64_t k = 0; k < keys; k++) {
            float lower = scores[k] - top;
            scores[k] = lower < -80.0f ? 0.0f : ck_exp(lower);
        }
        sums[r] = (float)ck_sum_run(scores, keys);
    }
}

CK_DISPATCH static void put(const float *from, int64_t row, const float *sums, const int32_t *places, int64_t rows,
                            int64_t depth, float *to, int64_t pixel) {
    for (int64_t r = 0; r < rows; r++) {
        float factor = 1.0f / sums[r];
        float *target = to + places[r] * pixel;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < depth; i++) target[i] = from[r * row + i] * factor;
    }
}

/// The memory of a thread, as parts of one block.
typedef struct {
    float *query, *key, *value, *scores, *result, *sums;
    int32_t *query_places, *key_places;
    uint8_t *query_sides, *key_sides;
} workplace;

/// The bytes that are needed; the parts begin at an address.
static int64_t lay_out(const attention *t, uintptr_t block, workplace *w) {
    int64_t depth = t->s->depth, used = 0;
#define PART(member, bytes)                                                                          \
    w->member = (void *)(block + (uintptr_t)used);                                                              \
    used += ((int64_t)(bytes) + 63) / 64 * 64;
    PART(query, 4 * t->queries * depth)
    PART(key, 4 * t->wide_keys * depth)
    PART(value, 4 * t->wide_keys * t->wide_depth)
    PART(scores, 4 * QUERY_BLOCK * t->wide_keys)
    PART(result, 4 * QUERY_BLOCK * t->wide_depth)
    PART(sums, 4 * QUERY_BLOCK)
    PART(query_places, 4 * t->queries)
    PART(key_places, 4 * t->keys)
    PART(query_sides, t->queries)
    PART(key_sides, t->keys)
#undef PART
    return used;
}

static void attend(const attention *t, workplace *w, int64_t image, int64_t head, int isDivided) {
    const ck_attention_sizes *s = t->s;
    int64_t depth = s->depth;
    int64_t query_first = image * s->query_pixels, key_first = image * s->key_pixels;
    gather(t->query.values + query_first * t->query.pixel + head * depth, t->query.pixel, w->query_places, t->queries,
           depth, depth, s->scale, w->query);
    gather_transposed(t->key.values + key_first * t->key.pixel + head * depth, t->key.pixel, w->key_places, t->keys,
                      depth, w->key);
    gather(t->value.values + key_first * t->value.pixel + head * depth, t->value.pixel, w->key_places, t->keys, depth,
           t->wide_depth, 1, w->value);
    float *to = t->output + query_first * t->output_pixel + head * depth;
    for (int64_t first = 0; first < t->queries; first += QUERY_BLOCK) {
        int64_t rows = ck_smaller(QUERY_BLOCK, t->queries - first);
        for (int64_t k = 0; k < t->wide_keys; k += CK_PANEL)
            t->panel(rows, CK_PANEL, depth, w->query + first * depth, depth, 1, w->key + k * depth, CK_PANEL,
                     w->scores + k, t->wide_keys, 0, NULL);
        take_powers(w->scores, rows, t->wide_keys, t->keys,
                    t->bias ? t->bias + (head * t->queries + first) * t->keys : NULL, w->query_sides + first,
                    isDivided ? w->key_sides : NULL, s->far, w->sums);
        for (int64_t i = 0; i < depth; i += CK_PANEL)
            t->panel(rows, ck_smaller(CK_PANEL, t->wide_depth - i), t->keys, w->scores, t->wide_keys, 1, w->value + i,
                     t->wide_depth, w->result + i, t->wide_depth, 0, NULL);
        put(w->result, t->wide_depth, w->sums, w->query_places + first, rows, depth, to, t->output_pixel);
    }
}

static void attend_window(void *context, int64_t piece) {
    attention *t = context;
    const ck_attention_sizes *s = t->s;
    workplace w;
    int64_t bytes = lay_out(t, 0, &w);
    char *block = ck_scratch_take((size_t)bytes);
    if (!block) {
        atomic_store(&t->failed, 1);
        return;
    }
    lay_out(t, (uintptr_t)block, &w);
    // What lies beyond the channels of a head is multiplied, too.
    memset(w.value, 0, sizeof(float) * (size_t)(t->wide_keys * t->wide_depth));
    int64_t windows = s->windows_down * s->windows_across;
    int64_t image = piece / windows, window = piece % windows;
    int64_t down = window / s->windows_across, across = window % s->windows_across;
    find_pixels(s->query_rows + down * s->height, s->query_columns + across * s->width, s->height, s->width,
                s->windows_across * s->width, w.query_places);
    find_pixels(s->key_rows + down * s->key_height, s->key_columns + across * s->key_width, s->key_height,
                s->key_width, s->key_image_width, w.key_places);
    // Only the last windows hold both sides of the image.
    int isLow = down == s->windows_down - 1 && s->seam_row < s->height;
    int isRight = across == s->windows_across - 1 && s->seam_column < s->width;
    find_sides(s->height, s->width, isLow ? s->seam_row : INT64_MAX, isRight ? s->seam_column : INT64_MAX,
               w.query_sides);
    find_sides(s->key_height, s->key_width, isLow ? s->key_seam_row : INT64_MAX,
               isRight ? s->key_seam_column : INT64_MAX, w.key_sides);
    for (int64_t head = 0; head < s->heads; head++) attend(t, &w, image, head, isLow || isRight);
    ck_scratch_give(block);
}

int ck_window_attention(const ck_attention_sizes *s, ck_pixels query, ck_pixels key, ck_pixels value,
                        const float *bias, float *output) {
    attention t = {.s = s, .query = query, .key = key, .value = value, .bias = bias, .output = output};
    t.output_pixel = s->heads * s->depth;
    t.panel = ck_matrix_panel_kernel();
    t.queries = s->height * s->width;
    t.keys = s->key_height * s->key_width;
    t.wide_keys = whole_panels(t.keys);
    t.wide_depth = whole_panels(s->depth);
    ck_share(s->images * s->windows_down * s->windows_across, attend_window, &t);
    return t.failed ? -1 : 0;
}
