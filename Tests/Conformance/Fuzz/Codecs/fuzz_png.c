#include "CFuzzTargets.h"
#include "harness.h"
#include "png_checksums.h"

int fuzz_png(const uint8_t *bytes, size_t count) { return fuzz_image(CODEC_PNG, bytes, count); }

void fuzz_png_repair(uint8_t *bytes, size_t count) { make_checksums_right(bytes, count); }
