// The gradients of a convolution whose input has few channels (pictures), channels-last, through small matrices of
// patches that stay in the cache. 0, or -1 without memory.
#pragma once
#include "CKernelsConvolution.h"

int ck_few_channels_takes(const ck_convolution_sizes *sizes);

int ck_few_channels_input_gradient(const ck_convolution_sizes *sizes, const float *dy, const float *w,
                                   ck_weight_key key, const float *bias, float *dx);
int ck_few_channels_weight_gradient(const ck_convolution_sizes *sizes, const float *x, const float *dy, float *dw);
