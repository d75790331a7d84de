#include "CKernelsConvolution.h"
#include "elementwise/float_math.h"
#include <string.h>

typedef void (*unary_kernel)(const float *x, float *y, int64_t count, float a, float b);

#define DEFINE(name, expression)                                                                     \
    CK_DISPATCH static void name##_kernel(const float *in, float *out, int64_t count, float a,       \
                                          float b) {                                                 \
        (void)a, (void)b;                                                                            \
        CK_VECTOR_LOOP                                                                               \
        for (int64_t i = 0; i < count; i++) {                                                        \
            float x = in[i];                                                                         \
            out[i] = expression;                                                                     \
        }                                                                                            \
    }
CK_UNARY_EXPRESSIONS(DEFINE)

CK_DISPATCH static void round_down(const float *x, float *y, int64_t count, float a, float b) {
    (void)a, (void)b;
    for (int64_t i = 0; i < count; i++) y[i] = floorf(x[i]);
}

CK_DISPATCH static void round_even(const float *x, float *y, int64_t count, float a, float b) {
    (void)a, (void)b;
    for (int64_t i = 0; i < count; i++) y[i] = rintf(x[i]);
}

static void copy(const float *x, float *y, int64_t count, float a, float b) {
    (void)a, (void)b;
    if (x != y) memcpy(y, x, (size_t)count * sizeof *x);
}

/// Whether the block holds a number that the vector kernel does not reduce to the first quadrant accurately.
CK_INLINE int reaches_far(const float *x, int64_t count) {
    int far = 0;
    for (int64_t i = 0; i < count; i++) far |= ck_magnitude(x[i]) > CK_TRIGONOMETRIC_LIMIT;
    return far;
}

CK_INLINE void trigonometric(const float *x, float *y, int64_t count, uint32_t quarters) {
    for (int64_t begin = 0; begin < count; begin += 256) {
        int64_t end = ck_smaller(begin + 256, count);
        if (!reaches_far(x + begin, end - begin)) {
            CK_VECTOR_LOOP
            for (int64_t i = begin; i < end; i++) y[i] = ck_sine(x[i], quarters);
            continue;
        }
        for (int64_t i = begin; i < end; i++) {
            if (ck_magnitude(x[i]) <= CK_TRIGONOMETRIC_LIMIT) y[i] = ck_sine(x[i], quarters);
            else y[i] = quarters ? cosf(x[i]) : sinf(x[i]);
        }
    }
}

CK_DISPATCH static void sine(const float *x, float *y, int64_t count, float a, float b) {
    (void)a, (void)b;
    trigonometric(x, y, count, 0);
}

CK_DISPATCH static void cosine(const float *x, float *y, int64_t count, float a, float b) {
    (void)a, (void)b;
    trigonometric(x, y, count, 1);
}

static void power(const float *x, float *y, int64_t count, float a, float b) {
    (void)b;
    if (a == 2.0f) SQUARE_kernel(x, y, count, 0, 0);
    else if (a == 1.0f) copy(x, y, count, 0, 0);
    else if (a == 0.5f) SQRT_kernel(x, y, count, 0, 0);
    else if (a == -1.0f) RECIPROCAL_kernel(x, y, count, 0, 0);
    else if (a == -0.5f) RSQRT_kernel(x, y, count, 0, 0);
    else for (int64_t i = 0; i < count; i++) y[i] = powf(x[i], a);
}

#define ENTRY(name, expression) [CK_##name] = name##_kernel,
static const unary_kernel kernels[] = {
    CK_UNARY_EXPRESSIONS(ENTRY) [CK_COPY] = copy, [CK_SIN] = sine, [CK_COS] = cosine, [CK_POWER] = power,
    [CK_FLOOR] = round_down, [CK_ROUND] = round_even,
};

typedef struct {
    unary_kernel kernel;
    const float *x;
    float *y, a, b;
} unary_task;

static void run(void *context, int64_t begin, int64_t end) {
    const unary_task *t = context;
    t->kernel(t->x + begin, t->y + begin, end - begin, t->a, t->b);
}

void ck_unary(ck_unary_op op, const float *x, float *y, int64_t count, float a, float b) {
    unary_task task = {kernels[op], x, y, a, b};
    ck_parallel_work(count, count, CK_GRAIN, run, &task);
}

void ck_activate(int activation, float *x, int64_t count) {
    static const unary_kernel activations[] = {
        [CK_ACTIVATE_TANH] = TANH_kernel, [CK_ACTIVATE_SIGMOID] = SIGMOID_kernel, [CK_ACTIVATE_SILU] = SILU_kernel,
        [CK_ACTIVATE_MISH] = MISH_kernel, [CK_ACTIVATE_GELU] = GELU_kernel};
    activations[activation](x, x, count, 0, 0);
}
