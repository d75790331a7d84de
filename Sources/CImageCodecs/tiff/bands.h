// A TIFF that is being read, and the rows of it that are unpacked at a time.
#pragma once

#include "exif/exif.h"
#include "reading.h"
#include "tiff/samples.h"
#include "tiff/stream.h"

typedef struct tiff_reader {
    codec_reader base;
    tiff_stream stream;
    TIFF *tiff;
    tiff_layout layout;
    uint32_t stored_height;
    uint16_t compression;
    bool is_tiled;
    uint32_t tile_width, band_rows;  // rows that are unpacked at a time
    uint64_t row_bytes, tile_bytes;
    uint8_t *band, *tile;
    uint16_t *line;
    uint32_t band_start, band_end;   // the rows in the band
    uint32_t row;                    // the next one
    codec_text texts[EXIF_TEXTS];
} tiff_reader;

static inline uint32_t tiff_planes(const tiff_reader *reader) {
    return reader->layout.is_planar ? reader->layout.samples : 1;
}

// Takes the memory of a band, unless it is there.
bool tiff_begin_bands(tiff_reader *reader, codec_status *status);
// Unpacks the band that begins with the next row. False where the file is damaged.
bool tiff_load_band(tiff_reader *reader);
