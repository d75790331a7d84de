#include "CKernelsConvolution.h"
#include "float_math.h"

typedef struct {
    ck_epilogue epilogue;
    const float *sums;
    float *y;
    int64_t sums_pixel, y_pixel, channels;
} rows_task;

int ck_epilogue_is_empty(const ck_epilogue *e, int but_bias) {
    return !e->multipliers && (but_bias || !e->bias) && e->activation == CK_ACTIVATE_NONE && e->scale == 1 && !e->added[0].values &&
           !e->added[1].values;
}

CK_INLINE float activated(int activation, float x, float slope) {
    switch (activation) {
    case CK_ACTIVATE_RELU: return x > 0 ? x : 0;
    case CK_ACTIVATE_LEAKY_RELU:
    case CK_ACTIVATE_PRELU: return x > 0 ? x : x * slope;
    case CK_ACTIVATE_TANH: return ck_tanh(x);
    default: return x;
    }
}

CK_INLINE void finish_row(int activation, const ck_epilogue *e, const float *sums, float *y, const float *first,
                          const float *second, int64_t channels) {
    int multiplies = e->multipliers != NULL, is_biased = e->bias != NULL, adds = first != NULL, adds_more = second != NULL;
    // What is not there is read by masked-out lanes: from NULL, that takes the processor a hundred times longer.
    const float *multipliers = multiplies ? e->multipliers : sums, *bias = is_biased ? e->bias : sums;
    const float *slopes = e->slopes;
    if (!adds) first = sums;
    if (!adds_more) second = sums;
    // The compiler must not see that these are NULL again.
    __asm__("" : "+r"(multipliers), "+r"(bias), "+r"(first), "+r"(second));
    float slope = e->slope, scale = e->scale, first_scale = e->added[0].scale, second_scale = e->added[1].scale;
    CK_VECTOR_ROW
    for (int64_t c = 0; c < channels; c++) {
        float value = (multiplies ? multipliers[c] : 1) * sums[c] + (is_biased ? bias[c] : 0);
        value = scale * activated(activation, value, activation == CK_ACTIVATE_PRELU ? slopes[c] : slope);
        if (adds) value += first_scale * first[c];
        if (adds_more) value += second_scale * second[c];
        y[c] = value;
    }
}

CK_INLINE void finish_rows(int activation, const rows_task *t, int64_t begin, int64_t end) {
    const ck_addend *added = t->epilogue.added;
    for (int64_t p = begin; p < end; p++) {
        finish_row(activation, &t->epilogue, t->sums + p * t->sums_pixel, t->y + p * t->y_pixel,
                   added[0].values ? added[0].values + p * added[0].pixel : NULL,
                   added[1].values ? added[1].values + p * added[1].pixel : NULL, t->channels);
    }
}

CK_DISPATCH static void finish_plain(void *context, int64_t begin, int64_t end) {
    finish_rows(CK_ACTIVATE_NONE, context, begin, end);
}
CK_DISPATCH static void finish_relu(void *context, int64_t begin, int64_t end) {
    finish_rows(CK_ACTIVATE_RELU, context, begin, end);
}
CK_DISPATCH static void finish_leaky_relu(void *context, int64_t begin, int64_t end) {
    finish_rows(CK_ACTIVATE_LEAKY_RELU, context, begin, end);
}
CK_DISPATCH static void finish_prelu(void *context, int64_t begin, int64_t end) {
    finish_rows(CK_ACTIVATE_PRELU, context, begin, end);
}
CK_DISPATCH static void finish_tanh(void *context, int64_t begin, int64_t end) {
    finish_rows(CK_ACTIVATE_TANH, context, begin, end);
}

static void run_rows(const rows_task *t, int64_t rows) {
    static void (*const bodies[])(void *, int64_t, int64_t) = {
        [CK_ACTIVATE_NONE] = finish_plain, [CK_ACTIVATE_RELU] = finish_relu,
        [CK_ACTIVATE_LEAKY_RELU] = finish_leaky_relu, [CK_ACTIVATE_PRELU] = finish_prelu,
        [CK_ACTIVATE_TANH] = finish_tanh};
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
        float multipliers[long_row], biases[long_row], slopes[long_row];
        for (int64_t i = 0; i < fold * channels; i++) {
            if (epilogue->multipliers) multipliers[i] = epilogue->multipliers[i % channels];
            if (epilogue->bias) biases[i] = epilogue->bias[i % channels];
            if (epilogue->activation == CK_ACTIVATE_PRELU) slopes[i] = epilogue->slopes[i % channels];
        }
        rows_task wide = t;
        if (epilogue->multipliers) wide.epilogue.multipliers = multipliers;
        if (epilogue->bias) wide.epilogue.bias = biases;
        wide.epilogue.slopes = slopes;
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
