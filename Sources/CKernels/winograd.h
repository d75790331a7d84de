// Convolution with 4x4 filters, stride 2, on channels-last arrays, and its two gradients. 0, or -1 without memory.
#pragma once
#include "CKernelsConvolution.h"

/// Whether the sizes are of that kind, with channels that fill vectors.
int ck_winograd_takes(const ck_convolution_sizes *sizes);

int ck_winograd_forward(const ck_convolution_sizes *sizes, const float *x, const float *w, ck_weight_key key,
                        const float *bias, float *y);
int ck_winograd_input_gradient(const ck_convolution_sizes *sizes, const float *dy, const float *w, ck_weight_key key,
                               const float *bias, float *dx);
int ck_winograd_weight_gradient(const ck_convolution_sizes *sizes, const float *x, const float *dy, float *dw);
