#include "codec.h"

#include <stdarg.h>
#include <stdio.h>
#include <CMemory.h>
#include <string.h>

bool codec_fail(codec_status *status, codec_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    status->code = code;
    vsnprintf(status->message, sizeof status->message, format, arguments);
    va_end(arguments);
    return false;
}

void codec_succeed(codec_status *status) {
    status->code = CODEC_OK;
    status->message[0] = 0;
}

bool codec_buffer_append(codec_buffer *buffer, const void *bytes, size_t count) {
    if (count == 0) return true;
    if (count > buffer->capacity - buffer->count) {
        size_t capacity = buffer->capacity ? buffer->capacity : 65536;
        while (capacity - buffer->count < count) {
            if (capacity > SIZE_MAX / 2) return false;
            capacity *= 2;
        }
        uint8_t *grown = memory_grow(buffer->bytes, capacity);
        if (!grown) return false;
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return true;
}

static bool append_to_buffer(void *context, const uint8_t *bytes, size_t count) {
    return codec_buffer_append(context, bytes, count);
}

static bool overwrite_in_buffer(void *context, uint64_t offset, const uint8_t *bytes, size_t count) {
    codec_buffer *buffer = context;
    if (offset > buffer->count || count > buffer->count - offset) return false;
    memcpy(buffer->bytes + offset, bytes, count);
    return true;
}

codec_sink codec_buffer_sink(codec_buffer *buffer) {
    return (codec_sink){append_to_buffer, buffer, overwrite_in_buffer};
}

void codec_free(void *block) { memory_give(block); }
