#include "elementwise/float_math.h"
#include "layout/axes.h"
#include <string.h>

/// `rows` rows of `n` results; operands advance by their row and inner strides.
typedef void (*binary_kernel)(int64_t rows, int64_t n, const float *x, int64_t x_row, int64_t x_inner,
                              const float *y, int64_t y_row, int64_t y_inner, float *z, float a);

#define BINARY_LOOP(pragma, x_index, y_index, expression)  \
    pragma for (int64_t i = 0; i < n; i++) {               \
        float x = px[x_index], y = py[y_index];            \
        z[i] = expression;                                 \
    }

#define BINARY(name, expression)                                                                               \
    CK_DISPATCH static void name(int64_t rows, int64_t n, const float *px, int64_t x_row, int64_t x_inner,     \
                                 const float *py, int64_t y_row, int64_t y_inner, float *z, float a) {         \
        (void)a;                                                                                               \
        for (; rows > 0; rows--, px += x_row, py += y_row, z += n) {                                           \
            if (x_inner == 1 && y_inner == 1) {                                                                \
                BINARY_LOOP(CK_VECTOR_ROW, i, i, expression)                                                   \
            } else if (x_inner == 1 && y_inner == 0) {                                                         \
                BINARY_LOOP(CK_VECTOR_ROW, i, 0, expression)                                                   \
            } else if (x_inner == 0 && y_inner == 1) {                                                         \
                BINARY_LOOP(CK_VECTOR_ROW, 0, i, expression)                                                   \
            } else {                                                                                           \
                BINARY_LOOP(, i * x_inner, i * y_inner, expression)                                            \
            }                                                                                                  \
        }                                                                                                      \
    }

BINARY(add, x + y)
BINARY(subtract, x - y)
BINARY(multiply, x * y)
BINARY(divide, x / y)
BINARY(maximum, ((x > y) | (x != x)) ? x : y)
BINARY(minimum, ((x < y) | (x != x)) ? x : y)
BINARY(greater, x > y ? 1.0f : 0.0f)
BINARY(greater_equal, x >= y ? 1.0f : 0.0f)
BINARY(equal, x == y ? 1.0f : 0.0f)
BINARY(leaky_gate, y > 0.0f ? x : x * a)
BINARY(tanh_gate, x * (1.0f - y * y))
BINARY(sigmoid_gate, x * (y * (1.0f - y)))

static const binary_kernel kernels[] = {
    [CK_ADD] = add, [CK_SUBTRACT] = subtract, [CK_MULTIPLY] = multiply, [CK_DIVIDE] = divide,
    [CK_MAXIMUM] = maximum, [CK_MINIMUM] = minimum, [CK_GREATER] = greater, [CK_GREATER_EQUAL] = greater_equal,
    [CK_EQUAL] = equal, [CK_LEAKY_GATE] = leaky_gate, [CK_TANH_GATE] = tanh_gate,
    [CK_SIGMOID_GATE] = sigmoid_gate,
};

enum { FOLD = 512 };

typedef struct {
    binary_kernel kernel;
    const ck_axes *axes;
    const float *x, *y;
    float *z, a;
    int64_t blocks;  // column blocks per row, when rows are long enough to be cut
} binary_task;

/// Short rows against an operand that repeats with every row (a few channels, channels last): the operand is written
/// out several times, so that the loop runs over longer rows.
static void run_rows(const binary_task *t, int64_t rows, const float *x, const float *y, float *z) {
    const ck_axes *axes = t->axes;
    int inner = axes->rank - 1, row = inner - 1;
    int64_t n = axes->dims[inner];
    int64_t x_row = axes->strides[0][row], x_inner = axes->strides[0][inner];
    int64_t y_row = axes->strides[1][row], y_inner = axes->strides[1][inner];
    int y_repeats = x_inner == 1 && x_row == n && y_row == 0 && y_inner == 1;
    int x_repeats = y_inner == 1 && y_row == n && x_row == 0 && x_inner == 1;
    int64_t fold = FOLD / n;
    if (n < 64 && rows >= 2 * fold && (y_repeats || x_repeats)) {
        float repeated[FOLD];
        for (int64_t k = 0; k < fold; k++) memcpy(repeated + k * n, y_repeats ? y : x, (size_t)n * sizeof(float));
        int64_t wide = n * fold, folded = rows / fold, done = folded * wide;
        if (y_repeats) {
            t->kernel(folded, wide, x, wide, 1, repeated, 0, 1, z, t->a);
            x += done;
        } else {
            t->kernel(folded, wide, repeated, 0, 1, y, wide, 1, z, t->a);
            y += done;
        }
        z += done;
        rows -= folded * fold;
    }
    t->kernel(rows, n, x, x_row, x_inner, y, y_row, y_inner, z, t->a);
}

static void run(void *context, int64_t begin, int64_t end) {
    const binary_task *t = context;
    const ck_axes *axes = t->axes;
    int inner = axes->rank - 1, row = inner - 1;
    int64_t n = axes->dims[inner], rows = axes->dims[row];
    if (t->blocks > 0) {
        int64_t x_inner = axes->strides[0][inner], y_inner = axes->strides[1][inner];
        for (int64_t unit = begin; unit < end; unit++) {
            int64_t r = unit / t->blocks, column = unit % t->blocks * CK_GRAIN;
            t->kernel(1, ck_smaller(CK_GRAIN, n - column),
                      t->x + ck_offset(axes, 0, inner, r) + column * x_inner, 0, x_inner,
                      t->y + ck_offset(axes, 1, inner, r) + column * y_inner, 0, y_inner,
                      t->z + r * n + column, t->a);
        }
        return;
    }
    for (int64_t r = begin; r < end;) {
        int64_t many = ck_smaller(end - r, rows - r % rows);
        run_rows(t, many, t->x + ck_offset(axes, 0, inner, r), t->y + ck_offset(axes, 1, inner, r), t->z + r * n);
        r += many;
    }
}

void ck_binary(ck_binary_op op, int rank, const int64_t *dims, const float *x, const int64_t *x_strides,
               const float *y, const int64_t *y_strides, float *z, float a) {
    const int64_t *strides[2] = {x_strides, y_strides};
    ck_axes axes = ck_merge_axes(rank, dims, 2, strides, 2);
    if (axes.count == 0) return;
    int64_t n = axes.dims[axes.rank - 1], rows = axes.count / n;
    binary_task task = {kernels[op], &axes, x, y, z, a, n >= 2 * CK_GRAIN ? ck_pieces(n, CK_GRAIN) : 0};
    if (task.blocks > 0) ck_parallel_work(axes.count, rows * task.blocks, 1, run, &task);
    else ck_parallel_work(axes.count, rows, ck_larger(1, 2 * CK_GRAIN / n), run, &task);
}

typedef struct {
    const float *condition, *x, *y;
    float *z, a;
} flat_task;

CK_DISPATCH static void select_some(void *context, int64_t begin, int64_t end) {
    const flat_task *t = context;
    const float *condition = t->condition, *x = t->x, *y = t->y;
    float *z = t->z;
    CK_VECTOR_LOOP
    for (int64_t i = begin; i < end; i++) {
        float yes = x[i], no = y[i];
        z[i] = condition[i] != 0.0f ? yes : no;
    }
}

CK_DISPATCH static void accumulate_some(void *context, int64_t begin, int64_t end) {
    const flat_task *t = context;
    const float *x = t->x;
    float *z = t->z, a = t->a;
    CK_VECTOR_LOOP
    for (int64_t i = begin; i < end; i++) z[i] += a * x[i];
}

CK_DISPATCH static void fill_some(void *context, int64_t begin, int64_t end) {
    const flat_task *t = context;
    float *z = t->z, a = t->a;
    CK_VECTOR_LOOP
    for (int64_t i = begin; i < end; i++) z[i] = a;
}

void ck_select(const float *condition, const float *x, const float *y, float *z, int64_t count) {
    flat_task task = {condition, x, y, z, 0};
    ck_parallel_work(count, count, CK_GRAIN, select_some, &task);
}

void ck_accumulate(const float *x, float *y, int64_t count, float a) {
    flat_task task = {NULL, x, NULL, y, a};
    ck_parallel_work(count, count, CK_GRAIN, accumulate_some, &task);
}

void ck_fill(float *y, int64_t count, float value) {
    flat_task task = {NULL, NULL, NULL, y, value};
    ck_parallel_work(count, count, CK_GRAIN, fill_some, &task);
}
