#include "few_channels.h"
#include "whole_window.h"
#include "winograd.h"

// Which kernel does which sizes, by measurement. The choice never depends on the batch, so that a sample's result does
// not either.

int ck_convolution_forward(const ck_convolution_sizes *s, const float *x, const float *w, ck_weight_key key,
                           const float *bias, float *y) {
    if (ck_winograd_takes(s)) return ck_winograd_forward(s, x, w, key, bias, y);
    if (ck_whole_window_takes(s)) return ck_whole_window_forward(s, x, w, key, bias, y);
    return 1;
}

int ck_convolution_input_gradient(const ck_convolution_sizes *s, const float *dy, const float *w, ck_weight_key key,
                                  const float *bias, float *dx) {
    if (ck_winograd_takes(s)) return ck_winograd_input_gradient(s, dy, w, key, bias, dx);
    if (ck_whole_window_takes(s)) return ck_whole_window_input_gradient(s, dy, w, key, bias, dx);
    if (ck_few_channels_takes(s)) return ck_few_channels_input_gradient(s, dy, w, key, bias, dx);
    return 1;
}

int ck_convolution_weight_gradient(const ck_convolution_sizes *s, const float *x, const float *dy, float *dw) {
    if (ck_winograd_takes(s)) return ck_winograd_weight_gradient(s, x, dy, dw);
    if (ck_whole_window_takes(s)) return ck_whole_window_weight_gradient(s, x, dy, dw);
    if (ck_few_channels_takes(s)) return ck_few_channels_weight_gradient(s, x, dy, dw);
    return 1;
}
