#include "CFuzzTargets.h"
#include "harness.h"

#include "CCompression.h"

// The first two bytes say how much is announced; the block ends right behind it, so that any overrun is seen.
int fuzz_inflate(const uint8_t *bytes, size_t count) {
    if (count < 2) return 0;
    size_t announced = (size_t)bytes[0] << 8 | bytes[1];
    uint8_t *output = malloc(announced ? announced : 1);
    compression_result result = compression_inflate(bytes + 2, count - 2, output, announced);
    if (result.made > announced) abort();
    read_all(output, result.made);
    sink = (uint8_t)compression_crc32(0, bytes, count);
    free(output);
    return 0;
}
