#include "dispatch.h"
#include <string.h>

typedef struct {
    int64_t outer, length_in, inner, length_out, offset;
    const float *x, *weight;
    const int32_t *row_start, *column;
    float *y;
} map_task;

/// A unit is one result row [inner] (long inner) or, with inner == 1, all results of one outer index.
CK_DISPATCH static void map_rows(void *context, int64_t begin, int64_t end) {
    const map_task *t = context;
    int64_t inner = t->inner;
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t o = unit / t->length_out, r = unit % t->length_out;
        const float *x = t->x + o * t->length_in * inner;
        float *y = t->y + unit * inner;
        int32_t e = t->row_start[r], last = t->row_start[r + 1];
        if (e == last) {
            memset(y, 0, (size_t)inner * sizeof *y);
            continue;
        }
        const float *row = x + t->column[e] * inner;
        float w = t->weight[e];
        if (last - e == 1 && w == 1.0f) {
            memcpy(y, row, (size_t)inner * sizeof *y);
            continue;
        }
        CK_VECTOR_ROW
        for (int64_t i = 0; i < inner; i++) y[i] = w * row[i];
        for (e++; e < last; e++) {
            row = x + t->column[e] * inner;
            w = t->weight[e];
            CK_VECTOR_ROW
            for (int64_t i = 0; i < inner; i++) y[i] += w * row[i];
        }
    }
}

CK_DISPATCH static void map_elements(void *context, int64_t begin, int64_t end) {
    const map_task *t = context;
    for (int64_t o = begin; o < end; o++) {
        const float *x = t->x + o * t->length_in;
        float *y = t->y + o * t->length_out;
        int32_t e = 0;
        for (int64_t r = 0; r < t->length_out; r++) {
            float sum = 0;
            for (int32_t last = t->row_start[r + 1]; e < last; e++) sum += t->weight[e] * x[t->column[e]];
            y[r] = sum;
        }
    }
}

void ck_axis_map(int64_t outer, int64_t length_in, int64_t inner, const float *x, int64_t length_out,
                 const int32_t *row_start, const int32_t *column, const float *weight, float *y) {
    map_task task = {outer, length_in, inner, length_out, 0, x, weight, row_start, column, y};
    int64_t count = outer * length_out * inner;
    if (count == 0) return;
    if (inner == 1) ck_parallel_work(count, outer, ck_larger(1, CK_GRAIN / length_out), map_elements, &task);
    else ck_parallel_work(count, outer * length_out, ck_larger(1, CK_GRAIN / inner), map_rows, &task);
}

static void place_some(void *context, int64_t begin, int64_t end) {
    const map_task *t = context;
    int64_t width = t->length_in * t->inner;
    for (int64_t o = begin; o < end; o++)
        memcpy(t->y + (o * t->length_out + t->offset) * t->inner, t->x + o * width, (size_t)width * sizeof *t->x);
}

void ck_place(int64_t outer, int64_t length, int64_t inner, const float *x, int64_t length_y, int64_t offset,
              float *y) {
    map_task task = {outer, length, inner, length_y, offset, x, NULL, NULL, NULL, y};
    int64_t width = length * inner;
    if (outer * width == 0) return;
    ck_parallel_work(outer * width, outer, ck_larger(1, 2 * CK_GRAIN / width), place_some, &task);
}
