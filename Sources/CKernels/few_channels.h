// The gradients of a convolution whose input has few channels (images), channels-last, through small matrices of
// patches that stay in the cache.
#pragma once
#include "CKernelsConvolution.h"

int ck_few_channels_takes(const ck_convolution *call);
/// Of the epilogue only the bias is applied. 0, or -1 without memory.
int ck_few_channels_run(const ck_convolution *call);
