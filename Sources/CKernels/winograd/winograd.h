// winograd/: convolution with fewer multiplications.
//
// Convolution by Winograd's minimal filtering on channels-last arrays: 3x3 and 4x4 filters at stride 1, 4x4 filters at
// stride 2, and the two gradients of each. Against sums in double precision, the root mean square of the error is below
// 1e-5 of the result's (about 1e-6 as a rule), and below 2e-2 in bfloat16.
#pragma once
#include "CKernelsConvolution.h"

/// Whether the call is of that kind, with channels that fill vectors (multiples of sixteen).
int ck_winograd_takes(const ck_convolution *call);
/// 0, or -1 without memory.
int ck_winograd_run(const ck_convolution *call);
