#define _GNU_SOURCE
#include "CMemory.h"
#include "control_groups.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static memory_groups groups;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t refusing = PTHREAD_MUTEX_INITIALIZER;
static memory_room at_refusal = {INT64_MAX, INT64_MAX, MEMORY_OF_MACHINE, 0};

static atomic_bool counts;
static atomic_uint_fast64_t requests, first_refused, refused;

void memory_fail_at(uint64_t nth, uint64_t times) {
    atomic_store(&requests, 0);
    atomic_store(&first_refused, nth);
    atomic_store(&refused, times);
    atomic_store(&counts, true);
}

uint64_t memory_requests(void) { return atomic_load(&requests); }

static bool is_chosen_to_fail(void) {
    if (!atomic_load_explicit(&counts, memory_order_relaxed)) return false;
    uint64_t request = atomic_fetch_add(&requests, 1) + 1;
    uint64_t first = atomic_load(&first_refused), count = atomic_load(&refused);
    return first > 0 && request >= first && (count == 0 || request - first < count);
}

static void find_groups(void) { groups = memory_find_groups("/proc/self/cgroup", "/sys/fs/cgroup"); }

static int64_t virtual_size(void) {
    long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    if (fscanf(file, "%lld", &pages) != 1) pages = 0;
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

memory_room memory_room_now(void) {
    pthread_once(&once, find_groups);
    memory_room room = {INT64_MAX, INT64_MAX, MEMORY_OF_MACHINE, 0};
    if (groups.count > 0) room = memory_room_in(&groups);
    struct rlimit own;
    if (getrlimit(RLIMIT_AS, &own) == 0 && own.rlim_cur != RLIM_INFINITY) {
        int64_t left = (int64_t)own.rlim_cur - virtual_size();
        if (left < room.available)
            room = (memory_room){left < 0 ? 0 : left, (int64_t)own.rlim_cur, MEMORY_OF_ADDRESS_SPACE, 0};
    }
    if (room.available == INT64_MAX) return room;
    room.available = room.available > MEMORY_MARGIN ? room.available - MEMORY_MARGIN : 0;
    return room;
}

memory_room memory_room_at_refusal(void) {
    pthread_mutex_lock(&refusing);
    memory_room room = at_refusal;
    pthread_mutex_unlock(&refusing);
    return room;
}

static bool refuse(memory_room room, size_t bytes) {
    room.wanted = bytes;
    pthread_mutex_lock(&refusing);
    at_refusal = room;
    pthread_mutex_unlock(&refusing);
    return false;
}

bool memory_allows(size_t bytes) {
    if (is_chosen_to_fail()) return refuse((memory_room){.kind = MEMORY_OF_TEST, .limit = INT64_MAX}, bytes);
    if (bytes < MEMORY_SMALL) return true;
    memory_room room = memory_room_now();
    return bytes <= INT64_MAX && (int64_t)bytes <= room.available ? true : refuse(room, bytes);
}

void memory_populate(void *block, size_t bytes) {
    if (bytes < MEMORY_SMALL || groups.count == 0) return;
    memory_room room = memory_room_in(&groups);
    if (room.available == INT64_MAX || (int64_t)bytes < room.available / 8) return;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t at = 0; at < bytes; at += page) ((volatile char *)block)[at] = 0;
}

static void *noted(void *block, size_t bytes) {
    if (!block) refuse((memory_room){.kind = MEMORY_OF_MACHINE, .limit = INT64_MAX}, bytes);
    return block;
}

void *memory_take(size_t bytes) {
    void *block = memory_allows(bytes) ? noted(malloc(bytes), bytes) : NULL;
    if (block) memory_populate(block, bytes);
    return block;
}

void *memory_take_zeroed(size_t bytes) {
    void *block = memory_allows(bytes) ? noted(calloc(1, bytes), bytes) : NULL;
    if (block) memory_populate(block, bytes);
    return block;
}

void *memory_take_aligned(size_t alignment, size_t bytes) {
    void *block = NULL;
    if (!memory_allows(bytes)) return NULL;
    return noted(posix_memalign(&block, alignment, bytes) ? NULL : block, bytes);
}

void *memory_grow(void *block, size_t bytes) {
    return memory_allows(bytes) ? noted(realloc(block, bytes), bytes) : NULL;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void memory_lock(void) { pthread_mutex_lock(&lock); }

void memory_unlock(void) { pthread_mutex_unlock(&lock); }

bool memory_is_there(size_t bytes) {
    void *block = memory_allows(bytes) ? noted(malloc(bytes), bytes) : NULL;
    free(block);
    return block != NULL;
}

void memory_give(void *block) { free(block); }

void memory_keep_freed(void) {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that there can be
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
}
