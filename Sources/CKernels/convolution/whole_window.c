#include "convolution/methods.h"

int ck_whole_window_takes(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    return call->precision == CK_FLOAT32 && call->x_pixel == s->input_channels &&
           call->y_pixel == s->output_channels && s->output_height == 1 && s->output_width == 1 &&
           s->kernel_height == s->input_height && s->kernel_width == s->input_width &&
           s->dilation_height == 1 && s->dilation_width == 1 && s->groups == 1 && s->pad_top == 0 && s->pad_left == 0;
}

typedef struct {
    const ck_convolution_sizes *sizes;
    const float *w;
} arrangement;

// The filters as the input lies, channels fastest: [output][pixel, channel].
static void arrange(void *context, void *memory) {
    const arrangement *a = context;
    ck_swap_layout(a->w, CK_PLAIN, memory, a->sizes->output_channels, a->sizes->input_channels,
                   a->sizes->kernel_height * a->sizes->kernel_width);
}

static const float *arranged(const ck_convolution_sizes *s, const float *w, ck_weight_key key, void **handle) {
    arrangement a = {s, w};
    size_t count = (size_t)(s->output_channels * s->input_channels * s->kernel_height * s->kernel_width);
    return ck_prepared_acquire(key, 0x55000, sizeof(float) * count, w ? arrange : NULL, &a, handle);
}

static int64_t window(const ck_convolution_sizes *s) {
    return s->input_height * s->input_width * s->input_channels;
}

static int forward(const ck_convolution_sizes *s, const float *x, const float *w, ck_weight_key key, const float *bias,
                   float *y) {
    void *handle;
    const float *filters = arranged(s, w, key, &handle);
    if (!filters) return -1;
    ck_product_sizes p = {.batch = 1, .rows = s->batch, .columns = s->output_channels, .inner = window(s),
                          .left_row = window(s), .left_inner = 1, .right_inner = 1, .right_column = window(s),
                          .output_row = s->output_channels};
    int status = ck_matrix_product(&p, x, filters, y, 0);
    ck_prepared_release(handle);
    if (bias && status == 0) ck_add_bias(y, bias, s->batch, s->output_channels, 1, CK_CHANNELS_LAST);
    return status;
}

static int input_gradient(const ck_convolution_sizes *s, const float *dy, const float *w, ck_weight_key key,
                          const float *bias, float *dx) {
    void *handle;
    const float *filters = arranged(s, w, key, &handle);
    if (!filters) return -1;
    ck_product_sizes p = {.batch = 1, .rows = s->batch, .columns = window(s), .inner = s->output_channels,
                          .left_row = s->output_channels, .left_inner = 1, .right_inner = window(s),
                          .right_column = 1, .output_row = window(s)};
    int status = ck_matrix_product(&p, dy, filters, dx, 0);
    ck_prepared_release(handle);
    if (bias && status == 0)
        ck_add_bias(dx, bias, s->batch, s->input_channels, s->input_height * s->input_width, CK_CHANNELS_LAST);
    return status;
}

static int weight_gradient(const ck_convolution_sizes *s, const float *x, const float *dy, float *dw) {
    float *gradient = ck_scratch_take(sizeof(float) * (size_t)(s->output_channels * window(s)));
    if (!gradient) return -1;
    ck_product_sizes p = {.batch = 1, .rows = s->output_channels, .columns = window(s), .inner = s->batch,
                          .left_row = 1, .left_inner = s->output_channels, .right_inner = window(s),
                          .right_column = 1, .output_row = window(s)};
    int status = ck_matrix_product(&p, dy, x, gradient, 0);
    if (status == 0)
        ck_swap_layout(gradient, CK_CHANNELS_LAST, dw, s->output_channels, s->input_channels,
                       s->input_height * s->input_width);
    ck_scratch_give(gradient);
    return status;
}

int ck_whole_window_run(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    if (call->pass == CK_FORWARD) return forward(s, call->x, call->w, call->key, call->epilogue.bias, call->y);
    if (call->pass == CK_INPUT_GRADIENT)
        return input_gradient(s, call->y, call->w, call->key, call->epilogue.bias, call->x);
    return weight_gradient(s, call->x, call->y, call->w);
}
