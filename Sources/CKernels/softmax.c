#include "float_math.h"

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
        float top = x[0];
        for (int64_t i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
        // A row of minus infinities has no largest element to compare with; 0/0 then says so.
        double sum = 0;
        if (t->logarithm) {
            for (int64_t i = 0; i < n; i++) sum += ck_exp(x[i] - top);
            float shift = top + (float)log(sum);
            CK_VECTOR_ROW
            for (int64_t i = 0; i < n; i++) y[i] = x[i] - shift;
            continue;
        }
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = ck_exp(x[i] - top);
        for (int64_t i = 0; i < n; i++) sum += y[i];
        float scale = (float)(1.0 / sum);
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
