// convolution/: which method takes a convolution, and the methods that are too small for a folder.
#pragma once
#include "CKernelsConvolution.h"

/// The gradients of a convolution whose input has few channels (images), channels-last, through small matrices of
/// patches that stay in the cache.
int ck_few_channels_takes(const ck_convolution *call);
/// Of the epilogue only the bias is applied. 0, or -1 without memory.
int ck_few_channels_run(const ck_convolution *call);

/// Convolution whose filter covers the whole input, so that the output is one pixel: a matrix product. Channels-last.
int ck_whole_window_takes(const ck_convolution *call);
/// Of the epilogue only the bias is applied. 0, or -1 without memory.
int ck_whole_window_run(const ck_convolution *call);
