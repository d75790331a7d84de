#include "winograd/winograd.h"
#include "winograd/geometry.h"

int ck_winograd_takes(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    int kernel = (int)s->kernel_height, stride = (int)s->stride_height;
    int is_known = (kernel == 3 && stride == 1) || (kernel == 4 && (stride == 1 || stride == 2));
    return is_known && s->kernel_width == kernel && s->stride_width == stride &&
           s->dilation_height == 1 && s->dilation_width == 1 && s->groups == 1 && s->input_channels % 16 == 0 &&
           s->output_channels % 16 == 0 && s->pad_top < kernel && s->pad_left < kernel;
}

int ck_winograd_run(const ck_convolution *call) {
    return call->pass == CK_WEIGHT_GRADIENT ? ck_winograd_weight_gradient(call) : ck_winograd_filter(call);
}
