#include "elementwise/float_math.h"
#include <string.h>

typedef void (*unary_kernel)(const float *x, float *y, int64_t count, float a, float b);

/// One function of x (and of the scalars a and b) as a kernel.
#define UNARY(name, expression)                                                                      \
    CK_DISPATCH static void name(const float *in, float *out, int64_t count, float a, float b) {     \
        (void)a, (void)b;                                                                            \
        CK_VECTOR_LOOP                                                                               \
        for (int64_t i = 0; i < count; i++) {                                                        \
            float x = in[i];                                                                         \
            out[i] = expression;                                                                     \
        }                                                                                            \
    }

UNARY(negate, -x)
UNARY(absolute, ck_magnitude(x))
UNARY(sign, x > 0.0f ? 1.0f : (x < 0.0f ? -1.0f : x))
UNARY(square, x * x)
UNARY(root, __builtin_elementwise_sqrt(x))
UNARY(reciprocal_root, 1.0f / __builtin_elementwise_sqrt(x))
UNARY(reciprocal, 1.0f / x)
UNARY(exponential, ck_exp(x))
UNARY(logarithm, ck_log(x))
UNARY(logarithm_plus_one, ck_log1p(x))
UNARY(hyperbolic_tangent, ck_tanh(x))
UNARY(sigmoid, ck_sigmoid(x))
UNARY(softplus, ck_softplus(x))
UNARY(relu, x < 0.0f ? 0.0f : x)
UNARY(leaky_relu, x > 0.0f ? x : x * a)
UNARY(step, x > 0.0f ? 1.0f : 0.0f)
UNARY(leaky_step, x > 0.0f ? 1.0f : a)
UNARY(clamp, x < a ? a : (x > b ? b : x))
UNARY(inside, ((a <= x) & (x <= b)) ? 1.0f : 0.0f)
UNARY(affine, a * x + b)
UNARY(is_finite, (ck_bits(x) & 0x7f800000u) != 0x7f800000u ? 1.0f : 0.0f)

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
    if (a == 2.0f) square(x, y, count, 0, 0);
    else if (a == 1.0f) copy(x, y, count, 0, 0);
    else if (a == 0.5f) root(x, y, count, 0, 0);
    else if (a == -1.0f) reciprocal(x, y, count, 0, 0);
    else if (a == -0.5f) reciprocal_root(x, y, count, 0, 0);
    else for (int64_t i = 0; i < count; i++) y[i] = powf(x[i], a);
}

static const unary_kernel kernels[] = {
    [CK_COPY] = copy, [CK_NEGATE] = negate, [CK_ABS] = absolute, [CK_SIGN] = sign, [CK_SQUARE] = square,
    [CK_SQRT] = root, [CK_RSQRT] = reciprocal_root, [CK_RECIPROCAL] = reciprocal, [CK_EXP] = exponential,
    [CK_LOG] = logarithm, [CK_LOG1P] = logarithm_plus_one, [CK_SIN] = sine, [CK_COS] = cosine,
    [CK_TANH] = hyperbolic_tangent, [CK_SIGMOID] = sigmoid, [CK_SOFTPLUS] = softplus, [CK_RELU] = relu,
    [CK_LEAKY_RELU] = leaky_relu, [CK_STEP] = step, [CK_LEAKY_STEP] = leaky_step, [CK_CLAMP] = clamp,
    [CK_INSIDE] = inside, [CK_AFFINE] = affine, [CK_POWER] = power, [CK_FLOOR] = round_down,
    [CK_ROUND] = round_even, [CK_IS_FINITE] = is_finite,
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
