#include "reduction/channels.h"
#include <CMemory.h>

// A unit is a block of channels over a fixed number of positions, or a piece of a run. Each leaves its sums in `partial`
// [pieces, CK_CHANNEL_SUMS, channels]; these are added in order.

/// One element's terms, or those of four rows. Only their sums over many rows need double.
typedef struct {
    float first, second, third;
} terms;

enum {
    MOMENT_NUMBERS = 1 << CK_ORIGIN,
    GATED_NUMBERS = 1 << CK_ORIGIN | 1 << CK_SCALE | 1 << CK_SHIFT | 1 << CK_SLOPE,
    SLOPE_NUMBERS = 1 << CK_SLOPE,
};

CK_INLINE unsigned uses_of(ck_channel_sum kind) {
    if (kind == CK_SUM_WEIGHTS) return SLOPE_NUMBERS;
    return kind == CK_SUM_MOMENTS || kind == CK_SUM_PRODUCTS ? MOMENT_NUMBERS : GATED_NUMBERS;
}

CK_INLINE terms terms_of(ck_channel_sum kind, float x, float gradient, ck_channel_numbers n, float *y, int64_t at) {
    float deviation = x - n.origin;
    if (kind == CK_SUM_MOMENTS) return (terms){deviation, deviation * deviation, 0};
    if (kind == CK_SUM_PRODUCTS) return (terms){gradient, gradient * deviation, 0};
    float z = kind == CK_SUM_WEIGHTS ? x : ck_scaled(x, n);
    float gated = z > 0.0f ? gradient : gradient * n.slope;
    float below = z > 0.0f ? 0.0f : gradient * z;
    if (kind == CK_SUM_WEIGHTS) y[at] = gated;
    return (terms){gated, gated * deviation, below};
}

CK_INLINE terms plus(terms a, terms b) {
    return (terms){a.first + b.first, a.second + b.second, a.third + b.third};
}

CK_INLINE void add_to(ck_channel_sum kind, double *sums, int64_t i, terms t) {
    if (kind != CK_SUM_WEIGHTS) {
        sums[i] += (double)t.first;
        sums[CK_CHANNEL_BLOCK + i] += (double)t.second;
    }
    if (kind >= CK_SUM_SLOPED_PRODUCTS) sums[2 * CK_CHANNEL_BLOCK + i] += (double)t.third;
}

/// `sums` is [CK_CHANNEL_SUMS, CK_CHANNEL_BLOCK]; rows are `step` apart.
CK_INLINE void add_rows(ck_channel_sum kind, double *sums, const float *x, const float *g,
                        const float *const *numbers, float *y, int64_t rows, int64_t step, int64_t n) {
    unsigned uses = uses_of(kind);
    const float *const by[CK_CHANNEL_NUMBERS] = {numbers[0], numbers[1], numbers[2], numbers[3],
                                                 numbers[4], numbers[5], numbers[6]};
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) {
            ck_channel_numbers of = ck_numbers_of(uses, by, i);
            terms a = terms_of(kind, x[i], g[i], of, y, i);
            terms b = terms_of(kind, x[step + i], g[step + i], of, y, step + i);
            terms c = terms_of(kind, x[2 * step + i], g[2 * step + i], of, y, 2 * step + i);
            terms d = terms_of(kind, x[3 * step + i], g[3 * step + i], of, y, 3 * step + i);
            add_to(kind, sums, i, plus(plus(a, b), plus(c, d)));
        }
        x += 4 * step;
        g += 4 * step;
        if (kind == CK_SUM_WEIGHTS) y += 4 * step;
    }
    for (; r < rows; r++) {
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++)
            add_to(kind, sums, i, terms_of(kind, x[i], g[i], ck_numbers_of(uses, by, i), y, i));
        x += step;
        g += step;
        if (kind == CK_SUM_WEIGHTS) y += step;
    }
}

CK_INLINE void sum_rows(ck_channel_sum kind, const ck_channels *t, int64_t begin, int64_t end) {
    int64_t channels = t->channels;
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t channel = unit % t->blocks * t->block, n = ck_smaller(t->block, channels - channel);
        int64_t piece = unit / t->blocks, row = piece * t->piece, rows = ck_smaller(t->piece, t->outer - row);
        int64_t at = row * channels + channel;
        const float *x = t->x + at, *gradient = kind == CK_SUM_MOMENTS ? x : t->gradient + at;
        float *y = kind == CK_SUM_WEIGHTS ? t->y + at : NULL;
        // Few channels: several rows are taken as one.
        int64_t fold = n == channels && n < 64 ? CK_CHANNEL_BLOCK / n : 1, folded = rows / fold;
        float copies[CK_CHANNEL_NUMBERS][CK_CHANNEL_BLOCK];
        const float *numbers[CK_CHANNEL_NUMBERS];
        ck_repeat_numbers(t->numbers, channel, n, fold, copies, numbers);
        double sums[CK_CHANNEL_SUMS * CK_CHANNEL_BLOCK];
        for (int k = 0; k < CK_CHANNEL_SUMS * CK_CHANNEL_BLOCK; k++) sums[k] = 0;
        add_rows(kind, sums, x, gradient, numbers, y, folded, fold * channels, fold * n);
        int64_t done = folded * fold * channels;
        add_rows(kind, sums, x + done, gradient + done, numbers, kind == CK_SUM_WEIGHTS ? y + done : NULL,
                 rows - folded * fold, channels, n);
        double *out = t->partial + piece * CK_CHANNEL_SUMS * channels + channel;
        for (int k = 0; k < CK_CHANNEL_SUMS; k++) {
            for (int64_t i = 0; i < n; i++) {
                double sum = 0;
                for (int64_t copy = 0; copy < fold; copy++) sum += sums[k * CK_CHANNEL_BLOCK + copy * n + i];
                out[k * channels + i] = sum;
            }
        }
    }
}

CK_INLINE void sum_runs(ck_channel_sum kind, const ck_channels *t, int64_t begin, int64_t end) {
    enum { LANES = 32 };
    unsigned uses = uses_of(kind);
    int64_t per_run = ck_pieces(t->inner, t->piece);
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t run = unit / per_run, o = run / t->channels, channel = run % t->channels;
        int64_t first = unit % per_run * t->piece, n = ck_smaller(t->piece, t->inner - first);
        int64_t at = run * t->inner + first;
        const float *x = t->x + at, *gradient = kind == CK_SUM_MOMENTS ? x : t->gradient + at;
        float *y = kind == CK_SUM_WEIGHTS ? t->y + at : NULL;
        ck_channel_numbers numbers = ck_numbers_of(uses, t->numbers, channel);
        double sums[CK_CHANNEL_SUMS][LANES] = {{0}};
        int64_t i = 0;
        for (; i + LANES <= n; i += LANES) {
            CK_VECTOR_ROW
            for (int lane = 0; lane < LANES; lane++) {
                terms of = terms_of(kind, x[i + lane], gradient[i + lane], numbers, y, i + lane);
                sums[0][lane] += (double)of.first;
                sums[1][lane] += (double)of.second;
                sums[2][lane] += (double)of.third;
            }
        }
        for (; i < n; i++) {
            terms of = terms_of(kind, x[i], gradient[i], numbers, y, i);
            sums[0][0] += (double)of.first;
            sums[1][0] += (double)of.second;
            sums[2][0] += (double)of.third;
        }
        double *out = t->partial + (o * per_run + unit % per_run) * CK_CHANNEL_SUMS * t->channels + channel;
        for (int k = 0; k < CK_CHANNEL_SUMS; k++) {
            double sum = 0;
            for (int lane = 0; lane < LANES; lane++) sum += sums[k][lane];
            out[k * t->channels] = sum;
        }
    }
}

#define SUM(name, kind)                                                                 \
    CK_DISPATCH static void name##_rows(void *context, int64_t begin, int64_t end) {    \
        sum_rows(kind, context, begin, end);                                            \
    }                                                                                   \
    CK_DISPATCH static void name##_runs(void *context, int64_t begin, int64_t end) {    \
        sum_runs(kind, context, begin, end);                                            \
    }

SUM(moments, CK_SUM_MOMENTS)
SUM(products, CK_SUM_PRODUCTS)
SUM(gated_products, CK_SUM_GATED_PRODUCTS)
SUM(sloped_products, CK_SUM_SLOPED_PRODUCTS)
SUM(weights, CK_SUM_WEIGHTS)

typedef void kernel(void *context, int64_t begin, int64_t end);
static kernel *const by_rows[] = {
    [CK_SUM_MOMENTS] = moments_rows, [CK_SUM_PRODUCTS] = products_rows, [CK_SUM_GATED_PRODUCTS] = gated_products_rows,
    [CK_SUM_SLOPED_PRODUCTS] = sloped_products_rows, [CK_SUM_WEIGHTS] = weights_rows,
};
static kernel *const by_runs[] = {
    [CK_SUM_MOMENTS] = moments_runs, [CK_SUM_PRODUCTS] = products_runs, [CK_SUM_GATED_PRODUCTS] = gated_products_runs,
    [CK_SUM_SLOPED_PRODUCTS] = sloped_products_runs, [CK_SUM_WEIGHTS] = weights_runs,
};

double *ck_sum_channels(ck_channels *t, ck_channel_sum kind) {
    int64_t channels = t->channels, work = t->outer * channels * t->inner, sums = CK_CHANNEL_SUMS * channels;
    if (t->inner == 1) {
        t->block = ck_smaller(channels, CK_CHANNEL_BLOCK);
        t->blocks = ck_pieces(channels, t->block);
        t->piece = ck_larger(16, 2 * CK_GRAIN / t->block);
        t->pieces = ck_pieces(t->outer, t->piece);
    } else {
        t->piece = ck_smaller(t->inner, 2 * CK_GRAIN);
        t->pieces = t->outer * ck_pieces(t->inner, t->piece);
    }
    t->partial = memory_take((size_t)(ck_larger(1, t->pieces) * sums) * sizeof *t->partial);
    if (!t->partial) return NULL;
    if (t->inner == 1) {
        ck_parallel_work(work, t->pieces * t->blocks, 1, by_rows[kind], t);
    } else {
        ck_parallel_work(work, t->pieces * channels, ck_larger(1, CK_GRAIN / t->piece), by_runs[kind], t);
    }
    for (int64_t p = 1; p < t->pieces; p++)
        for (int64_t i = 0; i < sums; i++) t->partial[i] += t->partial[p * sums + i];
    return t->partial;
}
