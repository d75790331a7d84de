// layout/: what moves numbers without computing: transposition, slices, gathering, pixel shuffling.
//
// Shapes and strides, simplified: axes of one element dropped, and neighbors that every operand walks as one merged.
#pragma once
#include "runtime/dispatch.h"

enum { CK_MAX_OPERANDS = 2 };

typedef struct {
    int rank;
    int64_t dims[CK_MAX_RANK];
    int64_t strides[CK_MAX_OPERANDS][CK_MAX_RANK];
    int64_t count;
} ck_axes;

/// At least `least_rank` axes come out, padded in front with axes of one element.
ck_axes ck_merge_axes(int rank, const int64_t *dims, int operands, const int64_t *const *strides, int least_rank);

/// Offset in an operand of the flat index `index` over the first `axes` axes.
CK_INLINE int64_t ck_offset(const ck_axes *a, int operand, int axes, int64_t index) {
    int64_t offset = 0;
    for (int axis = axes - 1; axis >= 0; axis--) {
        offset += index % a->dims[axis] * a->strides[operand][axis];
        index /= a->dims[axis];
    }
    return offset;
}
