// A small neutral seam over oneDNN. Nothing of its headers shows here, so that either of its versions 2 and 3 can stand
// behind the same functions.
#pragma once
#include <stdint.h>
#include "CKernelsConvolution.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the library that is loaded: 10000 * major + 100 * minor + patch.
int onednn_version(void);

/// Methods beside those of CKernels.
enum {
    ONEDNN_CHANNELS_LAST = 0,  // on the arrays as they lie
    ONEDNN_BLOCKED = 1,        // on copies in the layout that the library likes best
    ONEDNN_WINOGRAD = 2,       // version 2 with AVX-512 only
    ONEDNN_METHODS = 3
};

/// As ck_convolution_takes and ck_convolution_run. Channels-last takes every call in float32.
int onednn_convolution_takes(const ck_convolution *call, int method);
int onednn_convolution_run(const ck_convolution *call, int method);

#ifdef __cplusplus
}
#endif
