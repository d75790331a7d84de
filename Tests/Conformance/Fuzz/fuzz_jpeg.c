#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) { return fuzz_image(CODEC_JPEG, bytes, count); }
