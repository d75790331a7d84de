#include "CFuzzTargets.h"
#include "harness.h"

int fuzz_bmp(const uint8_t *bytes, size_t count) { return fuzz_image(CODEC_BMP, bytes, count); }
