#include "CFuzzTargets.h"
#include "harness.h"

#include "CCompression.h"

static bool take(void *context, const uint8_t *bytes, size_t count) {
    *(size_t *)context += count;
    read_all(bytes, count);
    return true;
}

int fuzz_gunzip(const uint8_t *bytes, size_t count) {
    size_t taken = 0;
    compression_result result = compression_gunzip(bytes, count, 1 << 18, (compression_sink){take, &taken});
    if (taken > 1 << 18 || taken != result.made) abort();
    return 0;
}
