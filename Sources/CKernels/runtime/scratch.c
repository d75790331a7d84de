#include "CKernels.h"
#include "CKernelsConvolution.h"
#include <pthread.h>

// Each block is preceded by its size; freed blocks wait in a short list, oldest first, and the best fit is reused. Those
// that have waited longest go back to the system when there are too many.
enum { header_bytes = 64, kept_blocks = 64, kept_limit = 192 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *kept[kept_blocks];
static int kept_count;
static size_t kept_bytes;

static size_t *size_of(void *memory) { return (size_t *)((char *)memory - header_bytes); }

static void *take_kept(int index) {
    void *memory = kept[index];
    kept_count--;
    for (int i = index; i < kept_count; i++) kept[i] = kept[i + 1];
    kept_bytes -= *size_of(memory);
    return memory;
}

void *ck_scratch_take(size_t bytes) {
    if (bytes == 0) bytes = 64;
    pthread_mutex_lock(&lock);
    int best = -1;
    for (int i = 0; i < kept_count; i++) {
        size_t size = *size_of(kept[i]);
        // A block more than four times too large is left for a larger request.
        if (size < bytes || size / 4 > bytes + 65536) continue;
        if (best < 0 || size < *size_of(kept[best])) best = i;
    }
    void *found = best >= 0 ? take_kept(best) : NULL;
    pthread_mutex_unlock(&lock);
    if (found) return found;

    size_t rounded = (bytes + 4095) & ~(size_t)4095;
    void *raw = rounded < bytes ? NULL : ck_block_take(rounded + header_bytes);
    if (!raw) return NULL;
    void *memory = (char *)raw + header_bytes;
    *size_of(memory) = rounded;
    return memory;
}

void ck_scratch_give(void *memory) {
    if (!memory) return;
    void *surplus[kept_blocks];
    int surplus_count = 0;
    pthread_mutex_lock(&lock);
    if (kept_count == kept_blocks) surplus[surplus_count++] = take_kept(0);
    kept[kept_count++] = memory;
    kept_bytes += *size_of(memory);
    while (kept_bytes > kept_limit && kept_count > 1) surplus[surplus_count++] = take_kept(0);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < surplus_count; i++) ck_block_give((char *)surplus[i] - header_bytes);
}

void ck_scratch_trim(void) {
    pthread_mutex_lock(&lock);
    while (kept_count > 0) ck_block_give((char *)take_kept(kept_count - 1) - header_bytes);
    pthread_mutex_unlock(&lock);
}
