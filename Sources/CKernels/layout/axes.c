#include "layout/axes.h"

ck_axes ck_merge_axes(int rank, const int64_t *dims, int operands, const int64_t *const *strides, int least_rank) {
    ck_axes out = {.rank = 0, .count = 1};
    for (int axis = 0; axis < rank; axis++) {
        out.count *= dims[axis];
        if (dims[axis] == 1) continue;
        int last = out.rank - 1, joins = last >= 0;
        for (int k = 0; k < operands; k++)
            joins = joins && out.strides[k][last] == strides[k][axis] * dims[axis];
        if (!joins) {
            last = out.rank++;
            out.dims[last] = 1;
        }
        out.dims[last] *= dims[axis];
        for (int k = 0; k < operands; k++) out.strides[k][last] = strides[k][axis];
    }
    int missing = least_rank - out.rank;
    if (missing > 0) {
        for (int axis = least_rank - 1; axis >= 0; axis--) {
            int from = axis - missing;
            out.dims[axis] = from < 0 ? 1 : out.dims[from];
            for (int k = 0; k < operands; k++)
                out.strides[k][axis] = from < 0 ? (from == -1 && missing == least_rank ? 1 : 0) : out.strides[k][from];
        }
        out.rank = least_rank;
    }
    return out;
}
