// A small neutral seam over oneDNN. Nothing of its headers shows here, so that another version of the library can stand
// behind the same functions. Every function returns 0, or a negative number when the library cannot do it.
#pragma once
#include <stdint.h>
#include "CKernelsConvolution.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Major version of the library that was compiled against.
int onednn_version(void);

/// y = x * w + bias (bias may be NULL). Weights are plain [co, ci / groups, kh, kw]; layouts are CK_PLAIN or
/// CK_CHANNELS_LAST.
int onednn_convolution_forward(const ck_convolution_sizes *sizes, const float *x, int x_layout,
                               const float *w, ck_weight_key key, const float *bias, float *y, int y_layout);

/// dx = the gradient of the convolution with respect to x.
int onednn_convolution_input_gradient(const ck_convolution_sizes *sizes, const float *dy, int dy_layout,
                                      const float *w, ck_weight_key key, float *dx, int dx_layout);

/// dw = the gradient of the convolution with respect to w.
int onednn_convolution_weight_gradient(const ck_convolution_sizes *sizes, const float *x, int x_layout,
                                       const float *dy, int dy_layout, float *dw);

#ifdef __cplusplus
}
#endif
