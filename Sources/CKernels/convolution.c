#include "winograd.h"

// Which kernel does which sizes, by measurement. Forwards, the choice never depends on the batch, so that a sample's
// result does not either.

int ck_convolution_forward(const ck_convolution_sizes *s, const float *x, const float *w, ck_weight_key key,
                           const float *bias, float *y) {
    return ck_winograd_takes(s) ? ck_winograd_forward(s, x, w, key, bias, y) : 1;
}

int ck_convolution_input_gradient(const ck_convolution_sizes *s, const float *dy, const float *w, ck_weight_key key,
                                  const float *bias, float *dx) {
    return ck_winograd_takes(s) ? ck_winograd_input_gradient(s, dy, w, key, bias, dx) : 1;
}

int ck_convolution_weight_gradient(const ck_convolution_sizes *s, const float *x, const float *dy, float *dw) {
    return ck_winograd_takes(s) ? ck_winograd_weight_gradient(s, x, dy, dw) : 1;
}
