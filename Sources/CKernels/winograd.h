// Convolution with 4x4 filters, stride 2, on channels-last arrays, and its two gradients.
#pragma once
#include "CKernelsConvolution.h"

/// Whether the call is of that kind, with channels that fill vectors.
int ck_winograd_takes(const ck_convolution *call);
/// Of the epilogue only the bias is applied. 0, or -1 without memory.
int ck_winograd_run(const ck_convolution *call);
