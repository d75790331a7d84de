#include "CKernelsAttention.h"
#include "reduction/runs.h"

typedef struct {
    const float *x, *gamma, *beta;
    float *y;
    int64_t width;
    float epsilon;
} task;

CK_DISPATCH static void normalize_rows(void *context, int64_t begin, int64_t end) {
    const task *t = context;
    int64_t n = t->width;
    for (int64_t row = begin; row < end; row++) {
        const float *x = t->x + row * n;
        float *y = t->y + row * n;
        float mean = (float)(ck_sum_run(x, n) / (double)n);
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = x[i] - mean;
        double variance = ck_dot_run(y, y, n) / (double)n;
        float scale = (float)(1.0 / sqrt(variance + (double)t->epsilon));
        if (t->gamma && t->beta) {
            CK_VECTOR_ROW
            for (int64_t i = 0; i < n; i++) y[i] = y[i] * scale * t->gamma[i] + t->beta[i];
            continue;
        }
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] *= scale;
        if (t->gamma) {
            CK_VECTOR_ROW
            for (int64_t i = 0; i < n; i++) y[i] *= t->gamma[i];
        }
        if (t->beta) {
            CK_VECTOR_ROW
            for (int64_t i = 0; i < n; i++) y[i] += t->beta[i];
        }
    }
}

void ck_layer_norm(int64_t rows, int64_t width, const float *x, const float *gamma, const float *beta, float epsilon,
                   float *y) {
    task t = {x, gamma, beta, y, width, epsilon};
    if (width > 0) ck_parallel_work(4 * rows * width, rows, ck_larger(1, CK_GRAIN / width), normalize_rows, &t);
}
