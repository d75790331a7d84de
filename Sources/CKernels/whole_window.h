// Convolution whose filter covers the whole input, so that the output is one pixel: a matrix product. Channels-last.
#pragma once
#include "CKernelsConvolution.h"

int ck_whole_window_takes(const ck_convolution *call);
/// Of the epilogue only the bias is applied. 0, or -1 without memory.
int ck_whole_window_run(const ck_convolution *call);
