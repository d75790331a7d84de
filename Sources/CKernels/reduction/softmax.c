#include "reduction/runs.h"

enum { BLOCK = 256 };

typedef struct {
    const float *x;
    float *y;
    int64_t width;
    int logarithm;
} softmax_task;

CK_DISPATCH static void softmax_rows(void *context, int64_t begin, int64_t end) {
    const softmax_task *t = context;
    int64_t n = t->width;
    for (int64_t row = begin; row < end; row++) {
        const float *x = t->x + row * n;
        float *y = t->y + row * n;
        float top = ck_extreme_run(1, x, n);
        double sum = 0;
        if (t->logarithm) {
            // By blocks, so that y may be x.
            for (int64_t from = 0; from < n; from += BLOCK) {
                int64_t many = ck_smaller(BLOCK, n - from);
                float powers[BLOCK];
                CK_VECTOR_ROW
                for (int64_t i = 0; i < many; i++) powers[i] = ck_exp(x[from + i] - top);
                sum += ck_sum_run(powers, many);
            }
            float shift = top + (float)log(sum);
            CK_VECTOR_ROW
            for (int64_t i = 0; i < n; i++) y[i] = x[i] - shift;
            continue;
        }
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = ck_exp(x[i] - top);
        float scale = (float)(1.0 / ck_sum_run(y, n));
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] *= scale;
    }
}

static void run(const float *x, int64_t rows, int64_t width, float *y, int logarithm) {
    if (width == 0) return;
    softmax_task task = {x, y, width, logarithm};
    ck_parallel_work(4 * rows * width, rows, ck_larger(1, CK_GRAIN / width), softmax_rows, &task);
}

void ck_softmax(const float *x, int64_t rows, int64_t width, float *y) { run(x, rows, width, y, 0); }
void ck_log_softmax(const float *x, int64_t rows, int64_t width, float *y) { run(x, rows, width, y, 1); }
