// The fuzz targets that call the decoders in C directly: each takes one input, and aborts on a contradiction.
#pragma once

#include <stddef.h>
#include <stdint.h>

int fuzz_png(const uint8_t *bytes, size_t count);
int fuzz_jpeg(const uint8_t *bytes, size_t count);
int fuzz_webp(const uint8_t *bytes, size_t count);
int fuzz_tiff(const uint8_t *bytes, size_t count);
int fuzz_gif(const uint8_t *bytes, size_t count);
int fuzz_bmp(const uint8_t *bytes, size_t count);
int fuzz_heif(const uint8_t *bytes, size_t count);
int fuzz_jxl(const uint8_t *bytes, size_t count);
int fuzz_roundtrip(const uint8_t *bytes, size_t count);
int fuzz_gunzip(const uint8_t *bytes, size_t count);
int fuzz_inflate(const uint8_t *bytes, size_t count);

/// Makes the checksums of a PNG's chunks right; the decoder would not look any further otherwise.
void fuzz_png_repair(uint8_t *bytes, size_t count);
