#include "CFuzzTargets.h"
#include "harness.h"

int fuzz_heif(const uint8_t *bytes, size_t count) { return fuzz_image(CODEC_HEIF, bytes, count); }
