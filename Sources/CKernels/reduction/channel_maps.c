#include "reduction/channels.h"

enum {
    AFFINE_NUMBERS = 1 << CK_SCALE | 1 << CK_SHIFT,
    GRADIENT_NUMBERS = 1 << CK_ORIGIN | 1 << CK_FACTOR | 1 << CK_SLANT | 1 << CK_OFFSET,
    ALL_NUMBERS = (1 << CK_CHANNEL_NUMBERS) - 1,
};

CK_INLINE unsigned uses_of(ck_channel_map kind) {
    switch (kind) {
    case CK_MAP_AFFINE: return AFFINE_NUMBERS;
    case CK_MAP_RECTIFIED: return AFFINE_NUMBERS | 1 << CK_SLOPE;
    case CK_MAP_WEIGHTS: return 1 << CK_SLOPE;
    case CK_MAP_GRADIENT: return GRADIENT_NUMBERS;
    case CK_MAP_GATED_GRADIENT: return ALL_NUMBERS;
    }
}

CK_INLINE float value_of(ck_channel_map kind, float x, float gradient, ck_channel_numbers n) {
    float z = kind == CK_MAP_WEIGHTS ? x : ck_scaled(x, n);
    if (kind == CK_MAP_AFFINE) return z;
    if (kind == CK_MAP_RECTIFIED || kind == CK_MAP_WEIGHTS) return z > 0.0f ? z : z * n.slope;
    float g = kind == CK_MAP_GATED_GRADIENT && !(z > 0.0f) ? gradient * n.slope : gradient;
    return (x - n.origin) * n.slant + (g * n.factor + n.offset);
}

/// A unit is a row of channels.
CK_INLINE void map_rows(ck_channel_map kind, const ck_channels *t, int64_t begin, int64_t end) {
    unsigned uses = uses_of(kind);
    int64_t n = t->channels;
    const float *const by[CK_CHANNEL_NUMBERS] = {t->numbers[0], t->numbers[1], t->numbers[2], t->numbers[3],
                                                 t->numbers[4], t->numbers[5], t->numbers[6]};
    for (int64_t row = begin; row < end; row++) {
        const float *x = t->x + row * n, *gradient = kind >= CK_MAP_GRADIENT ? t->gradient + row * n : x;
        float *y = t->y + row * n;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = value_of(kind, x[i], gradient[i], ck_numbers_of(uses, by, i));
    }
}

/// A unit is a run of one channel.
CK_INLINE void map_runs(ck_channel_map kind, const ck_channels *t, int64_t begin, int64_t end) {
    int64_t n = t->inner;
    for (int64_t run = begin; run < end; run++) {
        const float *x = t->x + run * n, *gradient = kind >= CK_MAP_GRADIENT ? t->gradient + run * n : x;
        float *y = t->y + run * n;
        ck_channel_numbers numbers = ck_numbers_of(uses_of(kind), t->numbers, run % t->channels);
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) y[i] = value_of(kind, x[i], gradient[i], numbers);
    }
}

#define MAP(name, kind)                                                                 \
    CK_DISPATCH static void name##_rows(void *context, int64_t begin, int64_t end) {    \
        map_rows(kind, context, begin, end);                                            \
    }                                                                                   \
    CK_DISPATCH static void name##_runs(void *context, int64_t begin, int64_t end) {    \
        map_runs(kind, context, begin, end);                                            \
    }

MAP(affine, CK_MAP_AFFINE)
MAP(rectified, CK_MAP_RECTIFIED)
MAP(weights, CK_MAP_WEIGHTS)
MAP(gradient, CK_MAP_GRADIENT)
MAP(gated_gradient, CK_MAP_GATED_GRADIENT)

typedef void kernel(void *context, int64_t begin, int64_t end);
static kernel *const by_rows[] = {
    [CK_MAP_AFFINE] = affine_rows, [CK_MAP_RECTIFIED] = rectified_rows, [CK_MAP_WEIGHTS] = weights_rows,
    [CK_MAP_GRADIENT] = gradient_rows, [CK_MAP_GATED_GRADIENT] = gated_gradient_rows,
};
static kernel *const by_runs[] = {
    [CK_MAP_AFFINE] = affine_runs, [CK_MAP_RECTIFIED] = rectified_runs, [CK_MAP_WEIGHTS] = weights_runs,
    [CK_MAP_GRADIENT] = gradient_runs, [CK_MAP_GATED_GRADIENT] = gated_gradient_runs,
};

void ck_map_channels(const ck_channels *task, ck_channel_map kind) {
    ck_channels t = *task;
    int64_t work = t.outer * t.channels * t.inner, n = t.channels;
    if (work == 0) return;
    if (t.inner > 1) {
        ck_parallel_work(work, t.outer * n, ck_larger(1, 2 * CK_GRAIN / t.inner), by_runs[kind], &t);
        return;
    }
    // Few channels are repeated so that rows get longer.
    int64_t fold = n < 64 ? CK_CHANNEL_BLOCK / n : 1, folded = t.outer / fold, done = folded * fold;
    if (fold > 1 && folded > 0) {
        float copies[CK_CHANNEL_NUMBERS][CK_CHANNEL_BLOCK];
        ck_channels wide = t;
        wide.channels = fold * n;
        ck_repeat_numbers(t.numbers, 0, n, fold, copies, wide.numbers);
        ck_parallel_work(work, folded, ck_larger(1, 2 * CK_GRAIN / wide.channels), by_rows[kind], &wide);
        t.x += done * n;
        t.y += done * n;
        if (t.gradient) t.gradient += done * n;
        t.outer -= done;
    }
    ck_parallel_work(work, t.outer, ck_larger(1, 2 * CK_GRAIN / n), by_rows[kind], &t);
}
