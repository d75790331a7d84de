// How a call ended, and blocks of bytes that grow.
#pragma once

#include "CImageCodecs.h"

bool codec_fail(codec_status *status, codec_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void codec_succeed(codec_status *status);

// A growing block of bytes.
typedef struct codec_buffer {
    uint8_t *bytes;
    size_t count, capacity;
} codec_buffer;
bool codec_buffer_append(codec_buffer *buffer, const void *bytes, size_t count);
codec_sink codec_buffer_sink(codec_buffer *buffer);
