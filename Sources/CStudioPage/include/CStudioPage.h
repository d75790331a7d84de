// The files of Studio's page.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct studio_file {
    const char* _Nonnull name;  // with its folders: places/draw.js
    const uint8_t* _Nonnull bytes;
    size_t count;
} studio_file;

size_t studio_file_count(void);

/// A file by its index, in the order of their names.
studio_file studio_file_at(size_t index);
