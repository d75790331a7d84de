#include "runtime/dispatch.h"
#include <string.h>

typedef struct {
    const float *x;
    int64_t width, count;
    const int32_t *index;
    float *y;
} gather_task;

static void gather_some(void *context, int64_t begin, int64_t end) {
    const gather_task *t = context;
    if (t->width == 1) {
        for (int64_t r = begin; r < end; r++) t->y[r] = t->x[t->index[r]];
        return;
    }
    size_t bytes = (size_t)t->width * sizeof *t->x;
    for (int64_t r = begin; r < end; r++) memcpy(t->y + r * t->width, t->x + t->index[r] * t->width, bytes);
}

void ck_gather_rows(const float *x, int64_t width, const int32_t *index, int64_t count, float *y) {
    if (width == 0) return;
    gather_task task = {x, width, count, index, y};
    ck_parallel_work(count * width, count, ck_larger(1, CK_GRAIN / width), gather_some, &task);
}

/// Rows [begin, end) of the target, reading every source row: each target row adds in order whoever computes it.
CK_DISPATCH static void scatter_some(void *context, int64_t begin, int64_t end) {
    const gather_task *t = context;
    int64_t width = t->width;
    memset(t->y + begin * width, 0, (size_t)((end - begin) * width) * sizeof *t->y);
    for (int64_t r = 0; r < t->count; r++) {
        int64_t target = t->index[r];
        if (target < begin || target >= end) continue;
        const float *x = t->x + r * width;
        float *y = t->y + target * width;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < width; i++) y[i] += x[i];
    }
}

void ck_scatter_rows(const float *x, int64_t width, const int32_t *index, int64_t count, float *y, int64_t rows) {
    if (width == 0 || rows == 0) return;
    gather_task task = {x, width, count, index, y};
    ck_parallel_work((count + rows) * width, rows, ck_larger(1, ck_pieces(rows, ck_threads())), scatter_some, &task);
}
