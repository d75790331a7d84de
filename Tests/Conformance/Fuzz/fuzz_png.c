#include "harness.h"
#include "png_checksums.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t most);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) { return fuzz_image(CODEC_PNG, bytes, count); }

// Mutated bytes with the checksums of their chunks made right, seven times in eight.
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned int seed) {
    count = LLVMFuzzerMutate(bytes, count, most);
    if (seed % 8 != 0) make_checksums_right(bytes, count);
    return count;
}
