#pragma once

#include "CMemory.h"

enum { MEMORY_GROUPS = 16 };

typedef struct memory_group {
    char folder[1200];
    bool is_unified;  // of the second generation
} memory_group;

/// The control groups of a process that limit its memory.
typedef struct memory_groups {
    memory_group groups[MEMORY_GROUPS];
    int count;
} memory_groups;

memory_groups memory_find_groups(const char *list, const char *mount);
memory_room memory_room_in(const memory_groups *groups);
