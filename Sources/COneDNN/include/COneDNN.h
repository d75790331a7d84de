// A small neutral seam over oneDNN. Nothing of its headers shows here, so that another version of the library can
// stand behind the same functions.
#pragma once
#include <stdint.h>
#include "CKernelsConvolution.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Major version of the library that was compiled against.
int onednn_version(void);

/// Methods, beside those of CKernels.
enum { ONEDNN_CHANNELS_LAST = 0 };

/// As ck_convolution_takes and ck_convolution_run.
int onednn_convolution_takes(const ck_convolution *call, int method);
int onednn_convolution_run(const ck_convolution *call, int method);

#ifdef __cplusplus
}
#endif
