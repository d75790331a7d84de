#include "layout/tiles.h"
#include <CMemory.h>
#include <string.h>

// Result rows are grouped first: those without entries, those that copy neighboring rows of x forwards or backwards,
// and the others.
typedef struct {
    int32_t begin, end;
    int32_t column;  // that the first row of a copying group reads; EMPTY and MIXED for the other two kinds
    int32_t step;    // 1, or -1 backwards
} row_group;

enum { EMPTY = -1, MIXED = -2 };

typedef struct {
    int64_t outer, length_in, inner, length_out, offset;
    const float *x, *weight;
    const int32_t *row_start, *column;
    const row_group *groups;
    int group_count;
    float *y;
} map_task;

static int32_t kind_of_row(const map_task *t, int32_t r) {
    int32_t e = t->row_start[r], entries = t->row_start[r + 1] - e;
    if (entries == 0) return EMPTY;
    return entries == 1 && t->weight[e] == 1.0f ? t->column[e] : MIXED;
}

static int group_rows(const map_task *t, row_group *groups) {
    int count = 0;
    for (int32_t r = 0; r < (int32_t)t->length_out; r++) {
        int32_t kind = kind_of_row(t, r);
        if (count > 0) {
            row_group *last = &groups[count - 1];
            int32_t length = r - last->begin;
            if (length == 1 && kind >= 0 && last->column == kind + 1) last->step = -1;
            int joins = kind == (last->column < 0 ? last->column : last->column + length * last->step);
            if (joins) {
                last->end = r + 1;
                continue;
            }
        }
        groups[count++] = (row_group){r, r + 1, kind, 1};
    }
    return count;
}

CK_INLINE void copy_run(const float *x, float *y, int64_t n) {
    if (n >= 256) {
        memcpy(y, x, (size_t)n * sizeof *y);
        return;
    }
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) ck_store(y + i, ck_load(x + i));
    for (; i < n; i++) y[i] = x[i];
}

CK_INLINE void copy_backwards(const float *x, float *y, int64_t n) {
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        ck_float16 v = ck_load(x - i - 15);
        ck_store(y + i, __builtin_shufflevector(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    }
    for (; i < n; i++) y[i] = x[-i];
}

CK_INLINE void clear_run(float *y, int64_t n) {
    for (int64_t i = 0; i < n; i++) y[i] = 0;
}

CK_INLINE void mix_row(const map_task *t, int32_t r, const float *x, float *y, int64_t n) {
    int32_t e = t->row_start[r], last = t->row_start[r + 1];
    const float *row = x + t->column[e] * n;
    float w = t->weight[e];
    if (last - e == 2) {
        const float *other = x + t->column[e + 1] * n;
        float v = t->weight[e + 1];
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = w * row[i] + v * other[i];
        return;
    }
    CK_VECTOR_ROW
    for (int64_t i = 0; i < n; i++) y[i] = w * row[i];
    for (e++; e < last; e++) {
        row = x + t->column[e] * n;
        w = t->weight[e];
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] += w * row[i];
    }
}

/// Rows [first, last) of one outer index, each of `n` neighbors.
CK_INLINE void map_span(const map_task *t, const float *x, float *y, int64_t first, int64_t last, int64_t n) {
    for (int g = 0; g < t->group_count; g++) {
        row_group group = t->groups[g];
        int64_t begin = ck_larger(group.begin, first), end = ck_smaller(group.end, last);
        if (begin >= end) continue;
        if (group.column == EMPTY) {
            clear_run(y + begin * n, (end - begin) * n);
        } else if (group.column == MIXED) {
            for (int64_t r = begin; r < end; r++) mix_row(t, (int32_t)r, x, y + r * n, n);
        } else if (group.step == 1) {
            copy_run(x + (group.column + begin - group.begin) * n, y + begin * n, (end - begin) * n);
        } else {
            const float *row = x + (group.column - (begin - group.begin)) * n;
            if (n == 1) copy_backwards(row, y + begin, end - begin);
            else for (int64_t r = begin; r < end; r++, row -= n) copy_run(row, y + r * n, n);
        }
    }
}

/// A unit is one result row.
CK_DISPATCH static void map_rows(void *context, int64_t begin, int64_t end) {
    const map_task *t = context;
    for (int64_t unit = begin; unit < end;) {
        int64_t o = unit / t->length_out, first = unit % t->length_out;
        int64_t last = ck_smaller(t->length_out, first + (end - unit));
        map_span(t, t->x + o * t->length_in * t->inner, t->y + o * t->length_out * t->inner, first, last, t->inner);
        unit += last - first;
    }
}

/// inner == 1: sixteen outer indices at a time are turned so that they become neighbors, and back. `turned` holds
/// 16 * (length_in + length_out) numbers.
CK_INLINE void map_sixteen(const map_task *t, const float *x, float *y, float *turned) {
    float *mapped = turned + CK_TILE * t->length_in;
    ck_transpose_block(x, t->length_in, turned, CK_TILE, t->length_in);
    map_span(t, turned, mapped, 0, t->length_out, CK_TILE);
    ck_transpose_back(mapped, CK_TILE, y, t->length_out, t->length_out);
}

enum { TURNED = 16384 };

/// inner == 1: a unit is one outer index.
CK_DISPATCH static void map_elements(void *context, int64_t begin, int64_t end) {
    const map_task *t = context;
    int copies = 1;
    for (int g = 0; g < t->group_count; g++) {
        const row_group *group = &t->groups[g];
        copies = copies && group->column != MIXED && (group->end - group->begin >= 8 || group->column == EMPTY);
    }
    int64_t o = begin;
    if (!copies && CK_TILE * (t->length_in + t->length_out) <= TURNED) {
        float turned[TURNED];
        for (; o + CK_TILE <= end; o += CK_TILE)
            map_sixteen(t, t->x + o * t->length_in, t->y + o * t->length_out, turned);
    }
    for (; o < end; o++) {
        const float *x = t->x + o * t->length_in;
        float *y = t->y + o * t->length_out;
        if (copies) {
            map_span(t, x, y, 0, t->length_out, 1);
            continue;
        }
        int32_t e = 0;
        for (int64_t r = 0; r < t->length_out; r++) {
            float sum = 0;
            for (int32_t last = t->row_start[r + 1]; e < last; e++) sum += t->weight[e] * x[t->column[e]];
            y[r] = sum;
        }
    }
}

int ck_axis_map(int64_t outer, int64_t length_in, int64_t inner, const float *x, int64_t length_out,
                const int32_t *row_start, const int32_t *column, const float *weight, float *y) {
    map_task task = {.outer = outer, .length_in = length_in, .inner = inner, .length_out = length_out, .x = x,
                     .weight = weight, .row_start = row_start, .column = column, .y = y};
    int64_t count = outer * length_out * inner;
    if (count == 0) return 0;
    row_group small[64], *groups = length_out <= 64 ? small : memory_take((size_t)length_out * sizeof *groups);
    if (!groups) return -1;
    task.group_count = group_rows(&task, groups);
    task.groups = groups;
    if (inner == 1) {
        int64_t grain = ck_larger(1, CK_GRAIN / (CK_TILE * length_out)) * CK_TILE;
        ck_parallel_work(count, outer, grain, map_elements, &task);
    } else {
        ck_parallel_work(count, outer * length_out, ck_larger(1, 2 * CK_GRAIN / inner), map_rows, &task);
    }
    if (groups != small) memory_give(groups);
    return 0;
}

static void place_some(void *context, int64_t begin, int64_t end) {
    const map_task *t = context;
    int64_t width = t->length_in * t->inner;
    for (int64_t o = begin; o < end; o++)
        memcpy(t->y + (o * t->length_out + t->offset) * t->inner, t->x + o * width, (size_t)width * sizeof *t->x);
}

void ck_place(int64_t outer, int64_t length, int64_t inner, const float *x, int64_t length_y, int64_t offset,
              float *y) {
    map_task task = {.outer = outer, .length_in = length, .inner = inner, .length_out = length_y, .offset = offset,
                     .x = x, .y = y};
    int64_t width = length * inner;
    if (outer * width == 0) return;
    ck_parallel_work(outer * width, outer, ck_larger(1, 2 * CK_GRAIN / width), place_some, &task);
}
