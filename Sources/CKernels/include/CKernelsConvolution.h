// Convolution, matrix product and the memory that they share: scratch buffers and prepared weights. Arrays are float32;
// the work runs on the GNU OpenMP pool. Results depend neither on the number of threads nor, forwards, on the batch
// size.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Tells the kernels that choose between instruction sets themselves to use no more than 3: AVX-512, 2: AVX2 with FMA,
/// 1: what every processor has, in calls from this thread. For tests; 3 at first.
void ck_limit_instructions(int level);

// ---- Scratch memory: 64-byte aligned, kept for reuse. NULL when the system has none.
void *ck_scratch_take(size_t bytes);
void ck_scratch_give(void *memory);
/// Gives the memory that lies unused back to the system.
void ck_scratch_trim(void);

// ---- Prepared weights: packed or transformed once per version of the values.
typedef struct {
    uint64_t identity;  // 0: a weight that nobody will ask for again
    uint64_t version;
    int32_t lasts;  // whether these values serve many calls: what is prepared from them stays from its first use on
} ck_weight_key;

/// Finds what `form` of the weight was prepared, or makes it with fill(context, memory). The memory stays in place
/// until it is released with the handle. NULL when there is no memory, or neither the form nor a way to fill it.
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
/// The same with both sides rounded to bfloat16 and sums in float32. Where the processor has no instructions for it,
/// the rounded numbers are multiplied as floats.
int ck_matrix_product_bfloat16(const ck_product_sizes *sizes, const float *left, const float *right, float *output,
                               int accumulate);
/// Whether the processor multiplies pairs of bfloat16 by itself.
int ck_has_bfloat16(void);

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

// ---- Convolution

/// Which partial application of the trilinear form of input, weight and output.
enum { CK_FORWARD = 0, CK_INPUT_GRADIENT = 1, CK_WEIGHT_GRADIENT = 2 };

/// The arithmetic inside; arrays are float32 in memory either way. Products of bfloat16 are summed in float32.
enum { CK_FLOAT32 = 0, CK_BFLOAT16 = 1 };

enum {
    CK_ACTIVATE_NONE = 0, CK_ACTIVATE_RELU = 1, CK_ACTIVATE_LEAKY_RELU = 2, CK_ACTIVATE_PRELU = 3,
    CK_ACTIVATE_TANH = 4, CK_ACTIVATE_SIGMOID = 5, CK_ACTIVATE_SILU = 6, CK_ACTIVATE_MISH = 7, CK_ACTIVATE_GELU = 8
};

/// Whether an activation is more than a comparison and a product: kernels apply it to finished sums.
static inline int ck_is_smooth(int activation) { return activation >= CK_ACTIVATE_TANH; }
/// A smooth activation of numbers in place.
void ck_activate(int activation, float *x, int64_t count);

/// An array of the result's shape that is added to it. May be the result's own memory (same pixels, same channels).
typedef struct {
    const float *values;  // NULL: nothing
    int64_t pixel;        // floats from one pixel to the next
    float scale;
} ck_addend;

/// What becomes of the sum s of channel c at pixel p before it is stored:
/// scale * activation(multipliers[c] * s + bias[c]) + added[0].scale * added[0].values[p][c] + the same of added[1].
typedef struct {
    const float *multipliers;  // per channel of the result, or NULL for 1
    const float *bias;         // per channel of the result, or NULL for 0
    int activation;
    float slope;          // of the leaky relu
    const float *weights;  // of the PReLU, per channel of the result
    float scale;
    ck_addend added[2];
} ck_epilogue;

static inline ck_epilogue ck_no_epilogue(void) { return (ck_epilogue){.scale = 1}; }

/// One convolution, or one of its gradients. Arrays are channels-last; weights are plain [co, ci / groups, kh, kw].
/// x_pixel and y_pixel are the floats from one pixel to the next in memory, at least the channels: more when the array
/// is a part of the channels of a wider one. Forwards and for the input gradient, w may be NULL: then the call fails
/// unless all that it needs of the weight is prepared.
typedef struct {
    ck_convolution_sizes sizes;
    int pass, precision;
    float *x, *w, *y;  // forward writes y, the input gradient x, the weight gradient w; the other two are read
    int64_t x_pixel, y_pixel;
    ck_weight_key key;
    ck_epilogue epilogue;  // of forward and input gradient
} ck_convolution;

/// The ways to do it. Those after CK_METHODS are another library's, behind functions of the same shape.
enum {
    CK_WINOGRAD = 0,      // fast filtering in tiles
    CK_DIRECT = 1,        // a matrix product without copies of the input
    CK_WHOLE_WINDOW = 2,  // one output pixel: a plain matrix product
    CK_FEW_CHANNELS = 3,  // gradients of a layer that reads images
    CK_METHODS = 4
};

/// 1 when the method can do the sizes, pass, precision and pixel strides of the call. It says nothing about the
/// epilogue: what a method cannot fuse is applied to its result.
int ck_convolution_takes(const ck_convolution *call, int method);
/// 0, or -1 without memory.
int ck_convolution_run(const ck_convolution *call, int method);

/// For methods that fuse nothing of the epilogue but, perhaps, the bias: runs the call without the rest of it, and
/// applies that.
int ck_convolution_run_plainly(const ck_convolution *call, int fuses_bias,
                               int (*run)(const ck_convolution *call, void *context), void *context);

/// Whether the epilogue leaves every sum as it is; with but_bias, whether it does so when its bias is taken away.
int ck_epilogue_is_empty(const ck_epilogue *epilogue, int but_bias);
/// y[p][c] = the epilogue of sums[p][c], which may be the same memory.
void ck_apply_epilogue(const ck_epilogue *epilogue, const float *sums, int64_t sums_pixel, float *y, int64_t y_pixel,
                       int64_t pixels, int64_t channels);

/// y[n, c, ...] += bias[c]
void ck_add_bias(float *y, const float *bias, int64_t batch, int64_t channels, int64_t plane, int layout);

/// Copies an array into the other layout.
void ck_swap_layout(const float *x, int from_layout, float *y, int64_t batch, int64_t channels, int64_t plane);

#ifdef __cplusplus
}
#endif
