// The entries of a TIFF's directory, as bytes.
#pragma once

#include "codec.h"

uint32_t tiff_number(bool big_endian, const uint8_t bytes[4]);
void tiff_number_put(bool big_endian, uint8_t bytes[4], uint32_t value);
// A directory with the entries of the one that lies at an offset, and those of a block's first directory that it has
// not. Both have the byte order that the block begins with. False where the directories are not whole, or memory is
// short.
bool tiff_entries_merge(const uint8_t *bytes, size_t count, size_t offset, const codec_buffer *block,
                        codec_buffer *merged);
