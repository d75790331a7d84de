#include "reduction/runs.h"
#include <CMemory.h>
#include <string.h>

// Everything is brought down to [outer, length, inner] with `length` reduced. Sums are kept in double; pieces have a
// size that depends on the shape only, and are put together in order.

typedef struct {
    ck_reduction op;
    int64_t outer, length, inner;
    int64_t piece, pieces;      // along length
    int64_t column, columns;    // along inner
    const float *x, *other;
    float *y;
    double *partial;
} reduce_task;

static double neutral(ck_reduction op) { return op == CK_SUM ? 0.0 : (op == CK_MAX ? -INFINITY : INFINITY); }

/// inner == 1: a unit is one piece of one row.
CK_DISPATCH static void reduce_rows(void *context, int64_t begin, int64_t end) {
    const reduce_task *t = context;
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t row = unit / t->pieces, first = unit % t->pieces * t->piece;
        const float *x = t->x + row * t->length + first;
        int64_t n = ck_smaller(t->piece, t->length - first);
        double value = t->op == CK_SUM ? ck_sum_run(x, n) : (double)ck_extreme_run(t->op == CK_MAX, x, n);
        if (t->pieces == 1) t->y[row] = (float)value;
        else t->partial[unit] = value;
    }
}

CK_INLINE void add_columns(double *sum, const float *x, int64_t rows, int64_t step, int64_t n) {
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4, x += 4 * step) {
        const float *x1 = x + step, *x2 = x1 + step, *x3 = x2 + step;
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++)
            sum[i] += ((double)x[i] + (double)x1[i]) + ((double)x2[i] + (double)x3[i]);
    }
    for (; r < rows; r++, x += step) {
        CK_VECTOR_ROW
        for (int64_t i = 0; i < n; i++) sum[i] += (double)x[i];
    }
}

enum { COLUMNS = 512 };

/// inner > 1: a unit is (outer, piece of length, block of columns).
CK_DISPATCH static void reduce_columns(void *context, int64_t begin, int64_t end) {
    const reduce_task *t = context;
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t block = unit % t->columns, piece = unit / t->columns % t->pieces;
        int64_t o = unit / t->columns / t->pieces;
        int64_t column = block * t->column, n = ck_smaller(t->column, t->inner - column);
        int64_t first = piece * t->piece, rows = ck_smaller(t->piece, t->length - first);
        const float *x = t->x + (o * t->length + first) * t->inner + column;
        double sum[COLUMNS];
        if (t->op == CK_SUM) {
            for (int64_t i = 0; i < n; i++) sum[i] = 0;
            // Few columns: several rows are taken as one.
            int64_t fold = n == t->inner && n < 64 ? ck_smaller(COLUMNS / n, rows) : 1;
            if (fold > 1) {
                double wide[COLUMNS];
                for (int64_t i = 0; i < n * fold; i++) wide[i] = 0;
                add_columns(wide, x, rows / fold, n * fold, n * fold);
                for (int64_t k = 0; k < fold; k++)
                    for (int64_t i = 0; i < n; i++) sum[i] += wide[k * n + i];
                int64_t done = rows / fold * fold;
                x += done * n;
                rows -= done;
            }
            add_columns(sum, x, rows, t->inner, n);
        } else {
            float best[COLUMNS];
            int largest = t->op == CK_MAX;
            for (int64_t i = 0; i < n; i++) best[i] = largest ? -INFINITY : INFINITY;
            int64_t r = 0, step = t->inner;
            for (; r + 4 <= rows; r += 4, x += 4 * step) {
                const float *x1 = x + step, *x2 = x1 + step, *x3 = x2 + step;
                CK_VECTOR_ROW
                for (int64_t i = 0; i < n; i++) {
                    float left = ck_extreme(largest, x[i], x1[i]), right = ck_extreme(largest, x2[i], x3[i]);
                    best[i] = ck_extreme(largest, best[i], ck_extreme(largest, left, right));
                }
            }
            for (; r < rows; r++, x += step) {
                CK_VECTOR_ROW
                for (int64_t i = 0; i < n; i++) best[i] = ck_extreme(largest, best[i], x[i]);
            }
            for (int64_t i = 0; i < n; i++) sum[i] = best[i];
        }
        if (t->pieces == 1) {
            float *y = t->y + o * t->inner + column;
            for (int64_t i = 0; i < n; i++) y[i] = (float)sum[i];
        } else {
            memcpy(t->partial + (o * t->pieces + piece) * t->inner + column, sum, (size_t)n * sizeof *sum);
        }
    }
}

static void combine(const reduce_task *t) {
    for (int64_t o = 0; o < t->outer; o++) {
        const double *partial = t->partial + o * t->pieces * t->inner;
        for (int64_t i = 0; i < t->inner; i++) {
            double value = partial[i];
            for (int64_t p = 1; p < t->pieces; p++) {
                double next = partial[p * t->inner + i];
                value = t->op == CK_SUM ? value + next : ck_extreme(t->op == CK_MAX, (float)value, (float)next);
            }
            t->y[o * t->inner + i] = (float)value;
        }
    }
}

static int reduce_axis(ck_reduction op, int64_t outer, int64_t length, int64_t inner, const float *x, float *y) {
    reduce_task t = {.op = op, .outer = outer, .length = length, .inner = inner, .x = x, .y = y};
    t.column = ck_smaller(inner, COLUMNS);
    t.columns = ck_pieces(inner, t.column);
    t.piece = inner == 1 ? 2 * CK_GRAIN : ck_larger(64, 4 * CK_GRAIN / inner);
    // Pieces serve the threads; with enough rows or column blocks they are not needed.
    if (outer * t.columns >= 64) t.piece = ck_larger(t.piece, 1 << 20);
    t.piece = ck_smaller(t.piece, length);
    t.pieces = ck_pieces(length, t.piece);
    if (t.pieces > 1 && !(t.partial = memory_take((size_t)(outer * t.pieces * inner) * sizeof *t.partial))) return -1;
    int64_t units = outer * t.pieces * t.columns, work = outer * length * inner;
    int64_t grain = ck_larger(1, 2 * CK_GRAIN / ck_larger(1, t.piece * t.column));
    ck_parallel_work(work, units, grain, inner == 1 ? reduce_rows : reduce_columns, &t);
    if (t.pieces > 1) {
        combine(&t);
        memory_give(t.partial);
    }
    return 0;
}

int ck_reduce(ck_reduction op, int rank, const int64_t *dims, const uint8_t *reduced, const float *x, float *y) {
    int64_t merged[CK_MAX_RANK];
    uint8_t flags[CK_MAX_RANK];
    int axes = 0;
    int64_t kept = 1, count = 1;
    for (int axis = 0; axis < rank; axis++) {
        count *= dims[axis];
        if (!reduced[axis]) kept *= dims[axis];
        if (dims[axis] == 1) continue;
        if (axes > 0 && flags[axes - 1] == (reduced[axis] != 0)) {
            merged[axes - 1] *= dims[axis];
        } else {
            merged[axes] = dims[axis];
            flags[axes++] = reduced[axis] != 0;
        }
    }
    if (kept == 0) return 0;
    if (count == 0) {
        ck_fill(y, kept, (float)neutral(op));
        return 0;
    }
    int groups = 0;
    for (int axis = 0; axis < axes; axis++) groups += flags[axis];
    if (groups == 0) {
        ck_unary(CK_COPY, x, y, kept, 0, 0);
        return 0;
    }
    // The last reduced axis first, since it is the cheapest and leaves the least.
    float *held = NULL;
    for (int axis = axes - 1, inner_axes = 0; axis >= 0; axis--) {
        if (!flags[axis]) {
            inner_axes++;
            continue;
        }
        int64_t outer = 1, inner = 1;
        for (int k = 0; k < axis; k++) outer *= merged[k];
        for (int k = axis + 1; k <= axis + inner_axes; k++) inner *= merged[k];
        float *target = --groups == 0 ? y : memory_take((size_t)(outer * inner) * sizeof *target);
        int failed = !target || reduce_axis(op, outer, merged[axis], inner, x, target);
        memory_give(held);
        held = groups == 0 ? NULL : target;
        if (failed) {
            memory_give(held);
            return -1;
        }
        x = target;
        for (int k = axis; k < axis + inner_axes; k++) merged[k] = merged[k + 1];
    }
    return 0;
}

CK_DISPATCH static void dot_pieces(void *context, int64_t begin, int64_t end) {
    const reduce_task *t = context;
    for (int64_t piece = begin; piece < end; piece++) {
        int64_t first = piece * t->piece;
        t->partial[piece] = ck_dot_run(t->x + first, t->other + first, ck_smaller(t->piece, t->length - first));
    }
}

int ck_dot(const float *x, const float *y, int64_t count, double *result) {
    reduce_task t = {.length = count, .piece = 2 * CK_GRAIN, .x = x, .other = y};
    t.pieces = ck_pieces(count, t.piece);
    double small[64], sum = 0;
    t.partial = t.pieces <= 64 ? small : memory_take((size_t)t.pieces * sizeof *t.partial);
    if (!t.partial) return -1;
    ck_parallel_work(count, t.pieces, 1, dot_pieces, &t);
    for (int64_t piece = 0; piece < t.pieces; piece++) sum += t.partial[piece];
    if (t.partial != small) memory_give(t.partial);
    *result = sum;
    return 0;
}

CK_DISPATCH static int finite_run(const float *x, int64_t n) {
    uint32_t largest = 0;
    for (int64_t i = 0; i < n; i++) {
        uint32_t bits = ck_bits(x[i]) & 0x7fffffffu;
        largest = bits > largest ? bits : largest;
    }
    return largest < 0x7f800000u;
}

typedef struct {
    const float *x;
    int broken;
} finite_task;

static void finite_some(void *context, int64_t begin, int64_t end) {
    finite_task *t = context;
    if (!finite_run(t->x + begin, end - begin)) __atomic_store_n(&t->broken, 1, __ATOMIC_RELAXED);
}

int ck_all_finite(const float *x, int64_t count) {
    finite_task task = {x, 0};
    ck_parallel_work(count, count, 2 * CK_GRAIN, finite_some, &task);
    return !task.broken;
}
