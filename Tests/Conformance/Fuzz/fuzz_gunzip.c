#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    uint8_t *output = NULL;
    size_t output_count = 0;
    codec_status status;
    if (codec_gunzip(bytes, count, 1 << 18, &output, &output_count, &status)) {
        if (output_count > 1 << 18) abort();
        read_all(output, output_count);
        codec_free(output);
    } else if (status.code == CODEC_OK || !status.message[0]) {
        abort();
    }
    return 0;
}
