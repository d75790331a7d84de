#include "CKernels.h"
#include <CMemory.h>
#include <sys/mman.h>

// Pages of two megabytes: a large block touched for the first time costs 512 times fewer page faults, and the processor
// looks addresses up in far fewer entries. Only whole such pages inside the block are asked for.
enum { HUGE_PAGE = 2 << 20, LARGE = 2 * HUGE_PAGE };

void *ck_block_take(size_t bytes) {
    void *block = memory_take_aligned(bytes >= LARGE ? HUGE_PAGE : 64, bytes);
    if (!block) return NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= LARGE) madvise(block, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    memory_populate(block, bytes);
    return block;
}

void ck_block_give(void *block) { memory_give(block); }
