// Convolution whose filter covers the whole input, so that the output is one pixel: a matrix product. Channels-last.
#pragma once
#include "CKernelsConvolution.h"

int ck_whole_window_takes(const ck_convolution_sizes *sizes);

int ck_whole_window_forward(const ck_convolution_sizes *sizes, const float *x, const float *w, ck_weight_key key,
                            const float *bias, float *y);
int ck_whole_window_input_gradient(const ck_convolution_sizes *sizes, const float *dy, const float *w,
                                   ck_weight_key key, const float *bias, float *dx);
int ck_whole_window_weight_gradient(const ck_convolution_sizes *sizes, const float *x, const float *dy, float *dw);
