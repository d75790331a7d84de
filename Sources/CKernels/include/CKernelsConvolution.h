// Convolution, matrix product and the memory that they share: scratch buffers and prepared weights. All float32, on the
// GNU OpenMP pool. Results depend neither on the number of threads nor, forwards, on the batch size.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Scratch memory: 64-byte aligned, kept for reuse. NULL when the system has none.
void *ck_scratch_take(size_t bytes);
void ck_scratch_give(void *memory);

// ---- Prepared weights: packed or transformed once per version of the values.
typedef struct {
    uint64_t identity;  // 0: a weight that nobody will ask for again
    uint64_t version;
} ck_weight_key;

/// Finds what `form` of the weight was prepared, or makes it with fill(context, memory). The memory stays in place until
/// it is released with the handle. NULL when there is no memory.
const void *ck_prepared_acquire(ck_weight_key key, uint64_t form, size_t bytes,
                                void (*fill)(void *context, void *memory), void *context, void **handle);
void ck_prepared_release(void *handle);
/// Drops every form of a weight that nobody uses any more.
void ck_prepared_forget(uint64_t identity);
/// Bytes that prepared weights may take before the least recently used are dropped.
void ck_prepared_set_limit(size_t bytes);
size_t ck_prepared_bytes(void);

// ---- Matrix product

/// output[b][r][c] = sum over k of left[b][r][k] * right[b][k][c]; strides in elements, the output's columns dense.
typedef struct {
    int64_t batch, rows, columns, inner;
    int64_t left_row, left_inner, left_batch;
    int64_t right_inner, right_column, right_batch;
    int64_t output_row, output_batch;
} ck_product_sizes;

/// Fills the output, or adds to it. 0, or -1 without memory.
int ck_matrix_product(const ck_product_sizes *sizes, const float *left, const float *right, float *output,
                      int accumulate);

// ---- Sizes of a convolution; the output size is given so that nobody computes it twice.
typedef struct {
    int64_t batch, input_channels, input_height, input_width;
    int64_t output_channels, output_height, output_width;
    int64_t kernel_height, kernel_width, stride_height, stride_width;
    int64_t pad_top, pad_left, pad_bottom, pad_right;
    int64_t dilation_height, dilation_width, groups;
} ck_convolution_sizes;

/// An activation's layout; the numbers are those of the Swift `Layout`.
enum { CK_PLAIN = 0, CK_CHANNELS_LAST = 1 };

// ---- Convolution of channels-last arrays by our own kernels. Weights are plain [co, ci / groups, kh, kw]; `bias` may be
// NULL. 0, or -1 without memory, or 1 when another library does these sizes better.
int ck_convolution_forward(const ck_convolution_sizes *sizes, const float *x, const float *w, ck_weight_key key,
                           const float *bias, float *y);
int ck_convolution_input_gradient(const ck_convolution_sizes *sizes, const float *dy, const float *w,
                                  ck_weight_key key, const float *bias, float *dx);
int ck_convolution_weight_gradient(const ck_convolution_sizes *sizes, const float *x, const float *dy, float *dw);

/// y[n, c, ...] += bias[c]
void ck_add_bias(float *y, const float *bias, int64_t batch, int64_t channels, int64_t plane, int layout);

/// Copies an array into the other layout.
void ck_swap_layout(const float *x, int from_layout, float *y, int64_t batch, int64_t channels, int64_t plane);

#ifdef __cplusplus
}
#endif
