// direct/: convolution without copies of the input.
//
// Convolution and its gradients as matrix products whose left side is read from the arrays as they lie, or from a band
// of rows laid out anew: any kernel, stride and padding. 0, or -1 without memory.
#pragma once
#include "CKernelsConvolution.h"

int ck_direct_takes(const ck_convolution *call);
int ck_direct_run(const ck_convolution *call);
/// Whether the whole epilogue is applied.
int ck_direct_fuses(const ck_convolution *call);

int ck_direct_weight_gradient(const ck_convolution *call);
