#include "CKernelsConvolution.h"
#include "elementwise/float_math.h"

typedef struct {
    ck_epilogue epilogue;
    const float *sums;
    float *y;
    int64_t sums_pixel, y_pixel, channels;
} rows_task;

int ck_epilogue_is_empty(const ck_epilogue *e, int but_bias) {
    return !e->multipliers && (but_bias || !e->bias) && e->activation == CK_ACTIVATE_NONE && e->scale == 1 &&
           !e->added[0].values && !e->added[1].values;
}

typedef int32_t ck_int16 __attribute__((vector_size(64), aligned(4)));

CK_INLINE ck_float16 negative_ones(ck_float16 x, ck_float16 negative) {
    ck_int16 is_negative = x < 0;
    return (ck_float16)(((ck_int16)x & ~is_negative) | ((ck_int16)negative & is_negative));
}

CK_INLINE float smooth(int activation, float x) {
    switch (activation) {
    case CK_ACTIVATE_TANH: return ck_tanh(x);
    case CK_ACTIVATE_SIGMOID: return ck_sigmoid(x);
    case CK_ACTIVATE_SILU: return ck_silu(x);
    case CK_ACTIVATE_MISH: return ck_mish(x);
    default: return ck_gelu(x);
    }
}

CK_INLINE ck_float16 activated(int activation, ck_float16 x, ck_float16 weights) {
    switch (activation) {
    case CK_ACTIVATE_RELU: return negative_ones(x, (ck_float16){0});
    case CK_ACTIVATE_LEAKY_RELU:
    case CK_ACTIVATE_PRELU: return negative_ones(x, x * weights);
    case CK_ACTIVATE_NONE: return x;
    default: {
        float lanes[16];
        *(ck_float16 *)lanes = x;
        CK_VECTOR_ROW
        for (int i = 0; i < 16; i++) lanes[i] = smooth(activation, lanes[i]);
        return *(ck_float16 *)lanes;
    }
    }
}

/// Sixteen channels from c on.
CK_INLINE ck_float16 finished(int activation, const ck_epilogue *e, ck_float16 value, const float *first,
                              const float *second, int64_t c) {
    ck_float16 weights = (ck_float16){0} + e->slope;
    if (activation == CK_ACTIVATE_PRELU) weights = ck_load(e->weights + c);
    if (e->multipliers) value *= ck_load(e->multipliers + c);
    if (e->bias) value += ck_load(e->bias + c);
    value = e->scale * activated(activation, value, weights);
    if (first) value += e->added[0].scale * ck_load(first + c);
    if (second) value += e->added[1].scale * ck_load(second + c);
    return value;
}

CK_INLINE ck_float16 load_some(const float *x, int64_t n) {
    ck_float16 value = {0};
    for (int64_t i = 0; i < n; i++) value[i] = x[i];
    return value;
}

CK_INLINE void finish_row(int activation, const ck_epilogue *e, const float *sums, float *y, const float *first,
                          const float *second, int64_t channels) {
    int64_t c = 0;
    for (; c + 16 <= channels; c += 16)
        *(ck_float16 *)(y + c) = finished(activation, e, ck_load(sums + c), first, second, c);
    if (c == channels) return;
    // The last few: copies of what belongs to them, so that nothing is read past an end.
    int64_t n = channels - c;
    float multipliers[16], bias[16], weights[16], others[2][16];
    ck_epilogue some = *e;
    if (e->multipliers) {
        *(ck_float16 *)multipliers = load_some(e->multipliers + c, n);
        some.multipliers = multipliers;
    }
    if (e->bias) {
        *(ck_float16 *)bias = load_some(e->bias + c, n);
        some.bias = bias;
    }
    if (activation == CK_ACTIVATE_PRELU) {
        *(ck_float16 *)weights = load_some(e->weights + c, n);
        some.weights = weights;
    }
    if (first) *(ck_float16 *)others[0] = load_some(first + c, n);
    if (second) *(ck_float16 *)others[1] = load_some(second + c, n);
    ck_float16 value = finished(activation, &some, load_some(sums + c, n), first ? others[0] : NULL,
                                second ? others[1] : NULL, 0);
    for (int64_t i = 0; i < n; i++) y[c + i] = value[i];
}

CK_INLINE void finish_rows(int activation, const rows_task *t, int64_t begin, int64_t end) {
    const ck_addend *added = t->epilogue.added;
    for (int64_t p = begin; p < end; p++) {
        finish_row(activation, &t->epilogue, t->sums + p * t->sums_pixel, t->y + p * t->y_pixel,
                   added[0].values ? added[0].values + p * added[0].pixel : NULL,
                   added[1].values ? added[1].values + p * added[1].pixel : NULL, t->channels);
    }
}

#define FINISH(name, activation)                                                                     \
    CK_DISPATCH static void name(void *context, int64_t begin, int64_t end) {                        \
        finish_rows(activation, context, begin, end);                                                \
    }
FINISH(finish_plain, CK_ACTIVATE_NONE)
FINISH(finish_relu, CK_ACTIVATE_RELU)
FINISH(finish_leaky_relu, CK_ACTIVATE_LEAKY_RELU)
FINISH(finish_prelu, CK_ACTIVATE_PRELU)
FINISH(finish_tanh, CK_ACTIVATE_TANH)
FINISH(finish_sigmoid, CK_ACTIVATE_SIGMOID)
FINISH(finish_silu, CK_ACTIVATE_SILU)
FINISH(finish_mish, CK_ACTIVATE_MISH)
FINISH(finish_gelu, CK_ACTIVATE_GELU)

static void run_rows(const rows_task *t, int64_t rows) {
    static void (*const bodies[])(void *, int64_t, int64_t) = {
        [CK_ACTIVATE_NONE] = finish_plain, [CK_ACTIVATE_RELU] = finish_relu,
        [CK_ACTIVATE_LEAKY_RELU] = finish_leaky_relu, [CK_ACTIVATE_PRELU] = finish_prelu,
        [CK_ACTIVATE_TANH] = finish_tanh, [CK_ACTIVATE_SIGMOID] = finish_sigmoid,
        [CK_ACTIVATE_SILU] = finish_silu, [CK_ACTIVATE_MISH] = finish_mish, [CK_ACTIVATE_GELU] = finish_gelu};
    ck_parallel_work(rows * t->channels, rows, ck_larger(1, CK_GRAIN / t->channels), bodies[t->epilogue.activation],
                     (void *)t);
}

void ck_apply_epilogue(const ck_epilogue *epilogue, const float *sums, int64_t sums_pixel, float *y, int64_t y_pixel,
                       int64_t pixels, int64_t channels) {
    enum { short_row = 32, long_row = 256 };
    rows_task t = {*epilogue, sums, y, sums_pixel, y_pixel, channels};
    ck_addend *added = t.epilogue.added;
    int is_dense = sums_pixel == channels && y_pixel == channels;
    for (int i = 0; i < 2; i++) is_dense = is_dense && (!added[i].values || added[i].pixel == channels);
    if (channels < short_row && is_dense) {  // Several pixels are taken as one, so that vectors are filled.
        int64_t fold = long_row / channels, folded = pixels / fold, done = folded * fold;
        float multipliers[long_row], biases[long_row], weights[long_row];
        for (int64_t i = 0; i < fold * channels; i++) {
            if (epilogue->multipliers) multipliers[i] = epilogue->multipliers[i % channels];
            if (epilogue->bias) biases[i] = epilogue->bias[i % channels];
            if (epilogue->activation == CK_ACTIVATE_PRELU) weights[i] = epilogue->weights[i % channels];
        }
        rows_task wide = t;
        if (epilogue->multipliers) wide.epilogue.multipliers = multipliers;
        if (epilogue->bias) wide.epilogue.bias = biases;
        wide.epilogue.weights = weights;
        wide.channels = wide.sums_pixel = wide.y_pixel = fold * channels;
        for (int i = 0; i < 2; i++) wide.epilogue.added[i].pixel = fold * channels;
        run_rows(&wide, folded);
        t.sums += done * channels;
        t.y += done * channels;
        for (int i = 0; i < 2; i++) {
            if (added[i].values) added[i].values += done * channels;
        }
        pixels -= done;
    }
    run_rows(&t, pixels);
}
