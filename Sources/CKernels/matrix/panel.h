// matrix/: matrix products, and the innermost sums that convolutions share with them.
//
// The innermost product, one version per instruction set: a block of rows times a panel of 32 columns.
#pragma once
#include <stdint.h>

enum { CK_PANEL = 32 };

/// c[r, 0..<columns] = (accumulate ? c : 0) + sum over k of a[r * a_row + k * a_inner] * b[k * b_inner + 0..<columns]
/// (+ bias), each sum taken in the order of k. `b` must be readable up to 32 columns; `columns` is at most 32.
typedef void ck_matrix_panel(int64_t rows, int64_t columns, int64_t inner, const float *a, int64_t a_row,
                             int64_t a_inner, const float *b, int64_t b_inner, float *c, int64_t c_row,
                             int accumulate, const float *bias);

/// The same for pairs of bfloat16, summed in float32. The factors of a pair lie one after the other; strides of `a`
/// count single factors, those of `b` pairs. Columns come in sixteens.
typedef void ck_half_panel(int64_t rows, int64_t columns, int64_t pairs, const uint16_t *a, int64_t a_row,
                           int64_t a_inner, const uint32_t *b, int64_t b_inner, float *c, int64_t c_row,
                           int accumulate);

/// NULL when it does not.
ck_half_panel *ck_half_panel_kernel(void);

/// The version for this processor.
ck_matrix_panel *ck_matrix_panel_kernel(void);
