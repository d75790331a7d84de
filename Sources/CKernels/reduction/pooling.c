#include "runtime/dispatch.h"
#include <math.h>

typedef struct {
    const float *x;
    int64_t height, width, out_h, out_w;
    int kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w;
    float *y;
    int32_t *index;
} pool_task;

/// A unit is one row of results.
static void pool_rows(void *context, int64_t begin, int64_t end) {
    const pool_task *t = context;
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t plane = unit / t->out_h * t->height * t->width;
        int64_t top = unit % t->out_h * t->stride_h - t->pad_h;
        int64_t h_begin = ck_larger(top, 0), h_end = ck_smaller(top + t->kernel_h, t->height);
        for (int64_t column = 0; column < t->out_w; column++) {
            int64_t left = column * t->stride_w - t->pad_w;
            int64_t w_begin = ck_larger(left, 0), w_end = ck_smaller(left + t->kernel_w, t->width);
            float best = -INFINITY;
            int64_t where = plane + ck_smaller(h_begin, t->height - 1) * t->width + ck_smaller(w_begin, t->width - 1);
            for (int64_t h = h_begin; h < h_end; h++) {
                for (int64_t w = w_begin; w < w_end; w++) {
                    int64_t at = plane + h * t->width + w;
                    float value = t->x[at];
                    if (value > best || (value != value && best == best)) {
                        best = value;
                        where = at;
                    }
                }
            }
            t->y[unit * t->out_w + column] = best;
            t->index[unit * t->out_w + column] = (int32_t)where;
        }
    }
}

void ck_max_pool(const float *x, int64_t planes, int64_t height, int64_t width, int kernel_h, int kernel_w,
                 int stride_h, int stride_w, int pad_h, int pad_w, int64_t out_h, int64_t out_w, float *y,
                 int32_t *index) {
    pool_task task = {x, height, width, out_h, out_w, kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w, y, index};
    int64_t work = out_w * kernel_h * kernel_w;
    if (work == 0) return;
    ck_parallel_work(planes * out_h * work, planes * out_h, ck_larger(1, CK_GRAIN / work), pool_rows, &task);
}
