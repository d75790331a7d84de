#include "CKernels.h"
#include "CKernelsConvolution.h"
#include <pthread.h>

// Each block is preceded by its size; freed blocks wait in a short list and the best fit is reused.
enum { header_bytes = 64, kept_blocks = 64 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *kept[kept_blocks];
static int kept_count;

static size_t *size_of(void *memory) { return (size_t *)((char *)memory - header_bytes); }

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
    void *found = NULL;
    if (best >= 0) {
        found = kept[best];
        kept[best] = kept[--kept_count];
    }
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
    void *surplus = memory;
    pthread_mutex_lock(&lock);
    if (kept_count < kept_blocks) {
        kept[kept_count++] = memory;
        surplus = NULL;
    } else {
        int smallest = 0;
        for (int i = 1; i < kept_count; i++) {
            if (*size_of(kept[i]) < *size_of(kept[smallest])) smallest = i;
        }
        if (*size_of(kept[smallest]) < *size_of(memory)) {
            surplus = kept[smallest];
            kept[smallest] = memory;
        }
    }
    pthread_mutex_unlock(&lock);
    if (surplus) ck_block_give((char *)surplus - header_bytes);
}

void ck_scratch_trim(void) {
    pthread_mutex_lock(&lock);
    while (kept_count > 0) ck_block_give((char *)kept[--kept_count] - header_bytes);
    pthread_mutex_unlock(&lock);
}
