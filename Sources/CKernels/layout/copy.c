#include "layout/axes.h"
#include "layout/tiles.h"
#include <string.h>

// Results of more than PAST_CACHES numbers are written around the caches: they would not be found there anyway, and
// what they replace need not be read first (measured: two to three times as fast on 64 MB).
enum { BAND = 256, PAST_CACHES = 1 << 23 };

typedef struct {
    const ck_axes *axes;
    const float *x;
    float *y;
    int along;               // the other axis of a transposition
    int64_t along_step;      // its stride in y
    int64_t bands;           // blocks of BAND along it
    int past_caches;         // write around the caches
} copy_task;

CK_DISPATCH static void copy_rows(void *context, int64_t begin, int64_t end) {
    const copy_task *t = context;
    const ck_axes *axes = t->axes;
    int inner = axes->rank - 1, row = inner - 1;
    int64_t n = axes->dims[inner], step = axes->strides[0][inner], rows = axes->dims[row];
    int64_t row_step = axes->strides[0][row];
    for (int64_t r = begin; r < end;) {
        int64_t many = ck_smaller(end - r, rows - r % rows);
        const float *x = t->x + ck_offset(axes, 0, inner, r);
        float *y = t->y + r * n;
        r += many;
        for (; many > 0; many--, x += row_step, y += n) {
            if (step == 1 && n >= 64) {
                memcpy(y, x, (size_t)n * sizeof *y);
            } else if (step == 1) {
                for (int64_t i = 0; i < n; i++) y[i] = x[i];
            } else if (step == 0) {
                float value = *x;
                for (int64_t i = 0; i < n; i++) y[i] = value;
            } else {
                for (int64_t i = 0; i < n; i++) y[i] = x[i * step];
            }
        }
    }
}

static void copy_flat(void *context, int64_t begin, int64_t end) {
    const copy_task *t = context;
    memcpy(t->y + begin, t->x + begin, (size_t)(end - begin) * sizeof *t->y);
}

/// `channels` runs of x, `step` apart, woven into one: y[j*channels + c] = x[c*step + j].
CK_INLINE void weave(const float *x, int64_t step, float *y, int64_t length, int channels) {
    CK_VECTOR_ROW
    for (int64_t j = 0; j < length; j++)
        for (int c = 0; c < channels; c++) y[j * channels + c] = x[c * step + j];
}

/// Bands of the axis that is contiguous in x (`along`) against the one that is contiguous in y (the innermost).
/// A unit is one band for one position on all the other axes.
CK_DISPATCH static void transpose_bands(void *context, int64_t begin, int64_t end) {
    const copy_task *t = context;
    const ck_axes *axes = t->axes;
    int inner = axes->rank - 1;
    int64_t n = axes->dims[inner], step = axes->strides[0][inner], length = axes->dims[t->along];
    int64_t y_step = t->along_step, between = y_step / n;
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t band = unit % t->bands, place = unit / t->bands;
        int64_t outer = place / between, middle = place % between;
        // The flat row index of the first element of axis `along`.
        int64_t row = (outer * length) * between + middle;
        const float *x = t->x + ck_offset(axes, 0, inner, row);
        float *y = t->y + row * n;
        int64_t first = band * BAND, last = ck_smaller(first + BAND, length);
        if (n <= 4 && y_step == n) {
            x += first;
            y += first * n;
            if (n == 2) weave(x, step, y, last - first, 2);
            else if (n == 3) weave(x, step, y, last - first, 3);
            else weave(x, step, y, last - first, 4);
            continue;
        }
        for (int64_t i = 0; i < n; i += CK_TILE) {
            int64_t i_end = ck_smaller(i + CK_TILE, n);
            for (int64_t j = first; j < last; j += CK_TILE) {
                int64_t j_end = ck_smaller(j + CK_TILE, last);
                const float *from = x + i * step + j;
                float *to = y + j * y_step + i;
                if (i_end - i < CK_TILE || j_end - j < CK_TILE) {
                    for (int64_t jj = 0; jj < j_end - j; jj++)
                        for (int64_t ii = 0; ii < i_end - i; ii++) to[jj * y_step + ii] = from[ii * step + jj];
                } else if (t->past_caches) {
                    ck_transpose_tile(from, step, to, y_step, 1);
                } else {
                    ck_transpose_tile(from, step, to, y_step, 0);
                }
            }
        }
    }    // Such writes are not ordered with others by themselves.
    if (t->past_caches) __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void ck_copy_strided(int rank, const int64_t *dims, const float *x, const int64_t *x_strides, float *y) {
    const int64_t *strides[1] = {x_strides};
    ck_axes axes = ck_merge_axes(rank, dims, 1, strides, 2);
    if (axes.count == 0) return;
    int inner = axes.rank - 1;
    int64_t n = axes.dims[inner];
    copy_task task = {.axes = &axes, .x = x, .y = y, .along = -1, .along_step = n};
    if (n == axes.count && axes.strides[0][inner] == 1) {
        ck_parallel_work(n, n, CK_GRAIN, copy_flat, &task);
        return;
    }
    if (axes.strides[0][inner] != 1 && axes.strides[0][inner] != 0) {
        int64_t step = n;
        for (int axis = inner - 1; axis >= 0; axis--) {
            if (axes.strides[0][axis] == 1 && axes.dims[axis] >= 4) {
                task.along = axis;
                task.along_step = step;
                break;
            }
            step *= axes.dims[axis];
        }
    }
    if (task.along >= 0) {
        task.bands = ck_pieces(axes.dims[task.along], BAND);
        int64_t units = axes.count / n / axes.dims[task.along] * task.bands;
        task.past_caches = axes.count >= PAST_CACHES && (uintptr_t)y % 64 == 0 && n % CK_TILE == 0;
        ck_parallel_work(axes.count, units, ck_larger(1, 2 * CK_GRAIN / (BAND * n)), transpose_bands, &task);
    } else {
        ck_parallel_work(axes.count, axes.count / n, ck_larger(1, 2 * CK_GRAIN / n), copy_rows, &task);
    }
}
