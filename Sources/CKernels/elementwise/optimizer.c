#include "elementwise/float_math.h"
#include <CMemory.h>

typedef struct {
    const float *p, *g, *m, *v;
    float *p_out, *m_out, *v_out;
    float rate, momentum, dampening, decay, alpha, epsilon, beta1, beta2, correction1, correction2;
    int nesterov, first, decoupled;
} step_task;

CK_DISPATCH static void sgd_some(void *context, int64_t begin, int64_t end) {
    const step_task t = *(const step_task *)context;
    if (t.momentum == 0.0f) {
        CK_VECTOR_LOOP
        for (int64_t i = begin; i < end; i++) t.p_out[i] = t.p[i] - t.rate * (t.g[i] + t.decay * t.p[i]);
        return;
    }
    // The first step starts the momentum from the gradient itself.
    float keep = t.first ? 0.0f : t.momentum, take = t.first ? 1.0f : 1.0f - t.dampening;
    const float *m = t.first ? t.g : t.m;
    float direct = t.nesterov ? 1.0f : 0.0f, through = t.nesterov ? t.momentum : 1.0f;
    CK_VECTOR_LOOP
    for (int64_t i = begin; i < end; i++) {
        float gradient = t.g[i] + t.decay * t.p[i];
        float moment = keep * m[i] + take * gradient;
        t.m_out[i] = moment;
        t.p_out[i] = t.p[i] - t.rate * (direct * gradient + through * moment);
    }
}

void ck_sgd(int64_t count, const float *p, const float *g, const float *m, float *p_out, float *m_out, float rate,
            float momentum, float dampening, float weight_decay, int nesterov, int first) {
    step_task task = {.p = p, .g = g, .m = m, .p_out = p_out, .m_out = m_out, .rate = rate, .momentum = momentum,
                      .dampening = dampening, .decay = weight_decay, .nesterov = nesterov, .first = first};
    ck_parallel_work(count, count, CK_GRAIN, sgd_some, &task);
}

CK_DISPATCH static void rmsprop_some(void *context, int64_t begin, int64_t end) {
    const step_task t = *(const step_task *)context;
    CK_VECTOR_LOOP
    for (int64_t i = begin; i < end; i++) {
        float p = t.p[i], gradient = t.g[i] + t.decay * p;
        float square = t.alpha * t.v[i] + (1.0f - t.alpha) * gradient * gradient;
        t.v_out[i] = square;
        t.p_out[i] = p - t.rate * gradient / (__builtin_elementwise_sqrt(square) + t.epsilon);
    }
}

void ck_rmsprop(int64_t count, const float *p, const float *g, const float *v, float *p_out, float *v_out, float rate,
                float alpha, float epsilon, float weight_decay) {
    step_task task = {.p = p, .g = g, .v = v, .p_out = p_out, .v_out = v_out, .rate = rate, .alpha = alpha,
                      .epsilon = epsilon, .decay = weight_decay};
    ck_parallel_work(count, count, CK_GRAIN, rmsprop_some, &task);
}

CK_DISPATCH static void adam_some(void *context, int64_t begin, int64_t end) {
    const step_task t = *(const step_task *)context;
    float shrink = t.decoupled ? 1.0f - t.rate * t.decay : 1.0f, decay = t.decoupled ? 0.0f : t.decay;
    float rate = t.rate / t.correction1, inverse = 1.0f / sqrtf(t.correction2);
    CK_VECTOR_LOOP
    for (int64_t i = begin; i < end; i++) {
        float p = t.p[i], gradient = t.g[i] + decay * p;
        float m = t.beta1 * t.m[i] + (1.0f - t.beta1) * gradient;
        float v = t.beta2 * t.v[i] + (1.0f - t.beta2) * gradient * gradient;
        t.m_out[i] = m;
        t.v_out[i] = v;
        t.p_out[i] = shrink * p - rate * m / (__builtin_elementwise_sqrt(v) * inverse + t.epsilon);
    }
}

CK_DISPATCH static void ema_some(void *context, int64_t begin, int64_t end) {
    const step_task t = *(const step_task *)context;
    CK_VECTOR_LOOP
    for (int64_t i = begin; i < end; i++) t.p_out[i] = t.decay * t.p_out[i] + (1.0f - t.decay) * t.p[i];
}

typedef struct {
    void (*kernel)(void *task, int64_t begin, int64_t end);
    step_task settings;
    const ck_step_arrays *arrays;
    const int64_t *first_piece;  // of each array; one more at the end
    int64_t count;
} many_task;

/// A unit is a piece of CK_GRAIN numbers of one of the arrays.
static void many_some(void *context, int64_t begin, int64_t end) {
    const many_task *many = context;
    int64_t which = 0;
    for (int64_t piece = begin; piece < end; piece++) {
        if (piece == begin) {
            for (int64_t above = many->count; above - which > 1;) {
                int64_t middle = (which + above) / 2;
                if (many->first_piece[middle] <= piece) which = middle;
                else above = middle;
            }
        }
        while (many->first_piece[which + 1] <= piece) which++;
        const ck_step_arrays *a = &many->arrays[which];
        step_task t = many->settings;
        t.p = a->p, t.g = a->g, t.m = a->m, t.v = a->v;
        t.p_out = a->p_out, t.m_out = a->m_out, t.v_out = a->v_out;
        int64_t first = (piece - many->first_piece[which]) * CK_GRAIN;
        many->kernel(&t, first, ck_smaller(first + CK_GRAIN, a->count));
    }
}

/// One parallel region for all arrays: most of a network's are too small for one of their own.
static int step_all(int64_t count, const ck_step_arrays *arrays, step_task settings,
                    void (*kernel)(void *task, int64_t begin, int64_t end)) {
    if (count <= 0) return 0;
    int64_t *first_piece = memory_take((size_t)(count + 1) * sizeof *first_piece), numbers = 0;
    if (!first_piece) return -1;
    first_piece[0] = 0;
    for (int64_t i = 0; i < count; i++) {
        first_piece[i + 1] = first_piece[i] + ck_pieces(arrays[i].count, CK_GRAIN);
        numbers += arrays[i].count;
    }
    many_task task = {kernel, settings, arrays, first_piece, count};
    ck_parallel_work(numbers, first_piece[count], 1, many_some, &task);
    memory_give(first_piece);
    return 0;
}

int ck_adam(int64_t count, const ck_step_arrays *arrays, float rate, float beta1, float beta2, float epsilon,
            float weight_decay, int decoupled, float correction1, float correction2) {
    step_task settings = {.rate = rate, .beta1 = beta1, .beta2 = beta2, .epsilon = epsilon, .decay = weight_decay,
                          .decoupled = decoupled, .correction1 = correction1, .correction2 = correction2};
    return step_all(count, arrays, settings, adam_some);
}

int ck_ema(int64_t count, const ck_step_arrays *arrays, float decay) {
    return step_all(count, arrays, (step_task){.decay = decay}, ema_some);
}
