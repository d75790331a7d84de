// Memory that may run out. Large blocks are asked for here, and refused while something can still be done: before the
// limits of the process and of its control groups are reached, with a margin for the small things that cannot fail
// softly.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum memory_limit {
    MEMORY_OF_MACHINE = 0,         // the system had no more
    MEMORY_OF_ADDRESS_SPACE = 1,   // RLIMIT_AS, as `ulimit -v` sets it
    MEMORY_OF_CONTROL_GROUP = 2,   // memory.max, or memory.limit_in_bytes
    MEMORY_OF_TEST = 3,            // memory_fail_at
} memory_limit;

/// What is left, and of which limit; both counts are INT64_MAX where there is none.
typedef struct memory_room {
    int64_t available;  // without the margin
    int64_t limit;
    memory_limit kind;
    uint64_t wanted;  // at a refusal
} memory_room;

/// Left free for small things when a large block is granted.
#define MEMORY_MARGIN ((int64_t)16 << 20)
/// Smaller blocks are granted as long as the system has them.
#define MEMORY_SMALL ((size_t)256 << 10)

/// Whether so many bytes may be taken now. Counts as a request for memory_fail_at.
bool memory_allows(size_t bytes);
/// A block, or NULL where it is refused. Under a tight limit of a control group, large blocks have their pages already:
/// the system counts pages, not blocks, and ends a program that touches one too many.
void *memory_take(size_t bytes);
void *memory_take_zeroed(size_t bytes);
/// Without pages, so that the caller can advise the system first; see memory_populate.
void *memory_take_aligned(size_t alignment, size_t bytes);
/// Like realloc: on failure, NULL, and the block stays.
void *memory_grow(void *block, size_t bytes);
void memory_give(void *block);

/// For blocks that are taken elsewhere, where the taker could not fail: between lock and unlock, a request is granted
/// only if the system has the block.
void memory_lock(void);
bool memory_is_there(size_t bytes);
void memory_unlock(void);
/// Gets the pages of a new block where memory_take would.
void memory_populate(void *block, size_t bytes);

/// Keeps freed blocks for the next ones, up to 256 MiB, in a program that takes and frees the same again and again:
/// the system clears what is new, and that takes longer than many a use of it.
void memory_keep_freed(void);

/// The tightest limit, and what is left of it.
memory_room memory_room_now(void);
/// What the last refusal ran into.
memory_room memory_room_at_refusal(void);

/// What is left to a process of the control groups that a file like /proc/self/cgroup names, mounted below a folder
/// like /sys/fs/cgroup: of both generations, from its own group up to the root.
memory_room memory_room_of_groups(const char *groups, const char *mount);

/// For tests: some requests are refused, whatever their size: the nth from now on, counted from 1, and those that
/// follow, as many as `times` says; 0 for all. An nth of 0 refuses none. Requests are counted from here on.
void memory_fail_at(uint64_t nth, uint64_t times);
uint64_t memory_requests(void);
