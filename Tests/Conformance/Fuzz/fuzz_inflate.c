#include "harness.h"

// The first two bytes say how much is announced; the block ends right behind it, so that any overrun is seen.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    if (count < 2) return 0;
    size_t announced = (size_t)bytes[0] << 8 | bytes[1];
    uint8_t *output = malloc(announced ? announced : 1);
    codec_status status;
    if (codec_inflate(bytes + 2, count - 2, output, announced, &status)) {
        read_all(output, announced);
    } else if (status.code == CODEC_OK || !status.message[0]) {
        abort();
    }
    sink = (uint8_t)codec_crc32(bytes, count);
    free(output);
    return 0;
}
