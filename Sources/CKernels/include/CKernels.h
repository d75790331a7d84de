// Vector kernels of the CPU engine: elementwise functions, reductions, index maps, normalization, random numbers and
// optimizer steps over float32 buffers. Every kernel has an AVX-512, an AVX2 and a baseline version, chosen at run
// time, and runs on the GNU OpenMP pool that oneDNN uses. Results never depend on the number of threads: work is cut
// into chunks of a fixed size, and partial sums are added in chunk order.
#pragma once
#include <stdint.h>
#include <stddef.h>
#include "unary_functions.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CK_MAX_RANK 8

// Kernels that return a number need memory for a moment: 0, or -1 without memory. Their results are undefined then.

// ---- Memory
/// A block aligned to 64 bytes at least, large ones on huge pages where the system has them; NULL without memory.
void *ck_block_take(size_t bytes);
void ck_block_give(void *block);

// ---- Threads
void ck_set_threads(int threads);
int ck_threads(void);
/// Limits how many threads what the calling thread computes uses; 0 for no limit. Returns the limit before.
int ck_limit_threads(int threads);
/// Calls body(context, begin, end) over [0, count) cut into pieces of `grain`, on the shared pool.
void ck_parallel(int64_t count, int64_t grain, void (*body)(void *context, int64_t begin, int64_t end), void *context);

// ---- Elementwise. `a` and `b` are the scalar parameters: in unary_functions.h, and x^a.
#define CK_UNARY_CODE(name, expression) CK_##name,
typedef enum { CK_UNARY_EXPRESSIONS(CK_UNARY_CODE) CK_COPY, CK_SIN, CK_COS, CK_POWER, CK_FLOOR, CK_ROUND } ck_unary_op;
void ck_unary(ck_unary_op op, const float *x, float *y, int64_t count, float a, float b);

typedef enum {
    CK_ADD, CK_SUBTRACT, CK_MULTIPLY, CK_DIVIDE, CK_MAXIMUM, CK_MINIMUM,
    CK_GREATER, CK_GREATER_EQUAL, CK_EQUAL,                   // masks of 0 and 1
    CK_LEAKY_GATE /* x*(y > 0 ? 1 : a) */, CK_TANH_GATE /* x*(1 - y*y) */, CK_SIGMOID_GATE /* x*y*(1 - y) */
} ck_binary_op;
/// z = op(x, y); operands have the shape `dims` with strides in elements (0 repeats); z is dense. Fast when an operand
/// is dense, scalar, or repeats along the leading and trailing axes. `a` is the parameter of CK_LEAKY_GATE.
void ck_binary(ck_binary_op op, int rank, const int64_t *dims, const float *x, const int64_t *x_strides,
               const float *y, const int64_t *y_strides, float *z, float a);
/// z = condition != 0 ? x : y, all dense.
void ck_select(const float *condition, const float *x, const float *y, float *z, int64_t count);
void ck_fill(float *y, int64_t count, float value);
/// y (dense, shape `dims`) = x read with strides: transposition, broadcasting, layout changes. The two innermost axes
/// are tiled so that a plain <-> channels-last change runs near memory speed.
void ck_copy_strided(int rank, const int64_t *dims, const float *x, const int64_t *x_strides, float *y);
/// y += a*x
void ck_accumulate(const float *x, float *y, int64_t count, float a);

// ---- Reductions
typedef enum { CK_SUM, CK_MAX, CK_MIN } ck_reduction;
/// Reduces the axes whose flag is set; x is dense with shape `dims`; y is dense over the remaining axes.
int ck_reduce(ck_reduction op, int rank, const int64_t *dims, const uint8_t *reduced, const float *x, float *y);
int ck_dot(const float *x, const float *y, int64_t count, double *result);
/// 1 when every element is finite.
int ck_all_finite(const float *x, int64_t count);

// ---- Sparse linear map along one axis: slices, padding, flips, resampling, pooling and all their adjoints.
// x is [outer, length_in, inner], y is [outer, length_out, inner];
// y[o, r, i] = sum over e in [row_start[r], row_start[r+1]) of weight[e] * x[o, column[e], i].
int ck_axis_map(int64_t outer, int64_t length_in, int64_t inner, const float *x, int64_t length_out,
                 const int32_t *row_start, const int32_t *column, const float *weight, float *y);
/// Copies block [outer, length, inner] into axis position `offset` of y [outer, length_y, inner].
void ck_place(int64_t outer, int64_t length, int64_t inner, const float *x, int64_t length_y, int64_t offset, float *y);

// ---- Pixels of channels-last arrays; `rows` (of all images) and `width` are those of the smaller image, x_pixel and
// y_pixel the floats from one pixel to the next.
/// y[h*f + i][w*f + j][c] = x[h][w][c*f*f + i*f + j] + base[h][w][c]; `channels` are the result's, base may be null.
void ck_pixel_shuffle(const float *x, int64_t x_pixel, int64_t rows, int64_t width, int64_t channels, int64_t factor,
                      const float *base, int64_t base_pixel, float *y, int64_t y_pixel);
/// The reverse, of dense arrays; `channels` are those of x.
void ck_pixel_unshuffle(const float *x, int64_t rows, int64_t width, int64_t channels, int64_t factor, float *y);
/// y[h*f + i][w*f + j] = x[h][w]
void ck_upsample_nearest(const float *x, int64_t x_pixel, int64_t rows, int64_t width, int64_t channels, int64_t factor,
                float *y, int64_t y_pixel);

// ---- Gather and scatter
/// y[r, :] = x[index[r], :] for rows of `width` elements.
void ck_gather_rows(const float *x, int64_t width, const int32_t *index, int64_t count, float *y);
/// y[index[r], :] += x[r, :]; y has `rows` rows and is overwritten (zeroed first). Adds in order of r.
void ck_scatter_rows(const float *x, int64_t width, const int32_t *index, int64_t count, float *y, int64_t rows);
/// Max pooling of plain planes [planes, height, width]; index receives the flat offset in x of each maximum
/// (the first in row order on ties).
void ck_max_pool(const float *x, int64_t planes, int64_t height, int64_t width, int kernel_h, int kernel_w,
                 int stride_h, int stride_w, int pad_h, int pad_w, int64_t out_h, int64_t out_w, float *y,
                 int32_t *index);

// ---- Normalization. x is [outer, channels, inner]; statistics are per channel over outer and inner
// (channels-last batch norm: outer = N*H*W, inner = 1; plain: outer = N, inner = H*W; instance norm: outer = 1,
// channels = N*C). Means and variances are accumulated in double.
int ck_moments(int64_t outer, int64_t channels, int64_t inner, const float *x, float *mean, float *variance);
/// y = x*scale[c] + shift[c], then leaky relu with `slope` (slope = 1: none).
int ck_channel_affine(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *scale,
                       const float *shift, float slope, float *y);

/// What a leaky relu with a slope for each channel is applied to: z = x*scale[c] + shift[c].
typedef struct {
    const float *scale, *shift, *weights;
} ck_rectifier;

/// y = z, times weights[c] where z <= 0; without weights y = z.
void ck_rectified_affine(int64_t outer, int64_t channels, int64_t inner, const float *x,
                         const ck_rectifier *rectifier, float *y);
/// dx, dscale (gamma's) and dshift (beta's gradient) of z = gamma*(x - mean)*inverse_deviation + beta, or of that
/// rectified, with the weights' gradient; `rectifier` may be null and says how the forward pass computed z. gamma may be
/// null (ones). Any of the outputs may be null.
int ck_norm_backward(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *gradient,
                      const float *mean, const float *inverse_deviation, const float *gamma,
                      const ck_rectifier *rectifier, float *dx, float *dscale, float *dshift, float *weightGradient);
/// y = x, times weights[c] where x <= 0; and its gradients.
void ck_prelu(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *weights, float *y);
int ck_prelu_backward(int64_t outer, int64_t channels, int64_t inner, const float *x, const float *gradient,
                       const float *weights, float *dx, float *weightGradient);
/// Row softmax of [rows, width] and log-softmax.
void ck_softmax(const float *x, int64_t rows, int64_t width, float *y);
void ck_log_softmax(const float *x, int64_t rows, int64_t width, float *y);

// ---- Philox4x32-10: element i depends on (seed, stream, offset + i) only.
void ck_philox_bits(uint64_t seed, uint64_t stream, uint64_t offset, uint32_t *y, int64_t count);
void ck_philox_uniform(uint64_t seed, uint64_t stream, uint64_t offset, float *y, int64_t count);  // [0, 1)
void ck_philox_normal(uint64_t seed, uint64_t stream, uint64_t offset, float *y, int64_t count);   // Box-Muller

// ---- Optimizer steps: read p, gradient and the moments, write their successors (outputs may alias the inputs).
void ck_sgd(int64_t count, const float *p, const float *g, const float *m, float *p_out, float *m_out,
            float rate, float momentum, float dampening, float weight_decay, int nesterov, int first);
void ck_rmsprop(int64_t count, const float *p, const float *g, const float *v, float *p_out, float *v_out,
                float rate, float alpha, float epsilon, float weight_decay);
/// One of the arrays that an optimizer moves in one call: a parameter, its gradient, the moments and their successors.
typedef struct {
    int64_t count;
    const float *p, *g, *m, *v;
    float *p_out, *m_out, *v_out;
} ck_step_arrays;
/// Adam on `count` arrays; decoupled != 0 is AdamW. correction1 = 1 - beta1^t, correction2 = 1 - beta2^t.
int ck_adam(int64_t count, const ck_step_arrays *arrays, float rate, float beta1, float beta2, float epsilon,
             float weight_decay, int decoupled, float correction1, float correction2);
/// p_out = decay*p_out + (1 - decay)*p on `count` arrays
int ck_ema(int64_t count, const ck_step_arrays *arrays, float decay);

// ---- Half precision files
void ck_float_to_half(const float *x, uint16_t *y, int64_t count);
void ck_half_to_float(const uint16_t *x, float *y, int64_t count);
void ck_float_to_bfloat16(const float *x, uint16_t *y, int64_t count);
void ck_bfloat16_to_float(const uint16_t *x, float *y, int64_t count);

#ifdef __cplusplus
}
#endif
