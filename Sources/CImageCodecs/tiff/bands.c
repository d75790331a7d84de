#include "tiff/bands.h"
#include "exif/orientation.h"

#include <CMemory.h>
#include <string.h>

// libtiff's own pixels lie from bottom to top.
static void keep_made(tiff_reader *reader, uint32_t x, uint32_t rows, const uint32_t *raster, uint32_t raster_width,
                      uint32_t raster_rows) {
    uint32_t width = reader->layout.width - x < raster_width ? reader->layout.width - x : raster_width;
    for (uint32_t y = 0; y < rows; y++)
        memcpy(reader->band + y * reader->row_bytes + 4ull * x, raster + (size_t)(raster_rows - 1 - y) * raster_width,
               4ull * width);
}

static bool load_made_strip(tiff_reader *reader, uint32_t rows) {
    // The strip comes out from bottom to top, and is turned in place.
    uint32_t *raster = (uint32_t *)(void *)reader->band;
    if (!TIFFReadRGBAStripExt(reader->tiff, reader->band_start, raster, 1)) return false;
    orientation_apply_in_place(4, reader->band, reader->layout.width, rows, 4);
    return true;
}

// Bytes that are not packed are copied without a look at how many belong to the strip or tile.
static bool is_short(const tiff_reader *reader, uint32_t number, uint64_t wanted) {
    return reader->compression == COMPRESSION_NONE && TIFFGetStrileByteCount(reader->tiff, number) < wanted;
}

static bool load_tiles(tiff_reader *reader, uint32_t rows) {
    const tiff_layout *layout = &reader->layout;
    uint64_t tile_row = tiff_row_bytes(layout, reader->tile_width);
    for (uint32_t x = 0; x < layout->width; x += reader->tile_width) {
        if (layout->kind == TIFF_MADE_RGB) {
            uint32_t *raster = (uint32_t *)(void *)reader->tile;
            if (!TIFFReadRGBATileExt(reader->tiff, x, reader->band_start, raster, 1)) return false;
            keep_made(reader, x, rows, raster, reader->tile_width, reader->band_rows);
        } else {
            uint32_t width = layout->width - x < reader->tile_width ? layout->width - x : reader->tile_width;
            uint64_t offset = tiff_row_bytes(layout, x), bytes = tiff_row_bytes(layout, width);
            for (uint32_t p = 0; p < tiff_planes(reader); p++) {
                uint32_t number = TIFFComputeTile(reader->tiff, x, reader->band_start, 0, (uint16_t)p);
                if (is_short(reader, number, reader->tile_bytes)) return false;
                tmsize_t got = TIFFReadEncodedTile(reader->tiff, number, reader->tile, (tmsize_t)reader->tile_bytes);
                if (got != (tmsize_t)reader->tile_bytes) return false;
                for (uint32_t y = 0; y < rows; y++)
                    memcpy(reader->band + ((uint64_t)p * reader->band_rows + y) * reader->row_bytes + offset,
                           reader->tile + y * tile_row, bytes);
            }
        }
        if (reader->tile_width > UINT32_MAX - x) break;
    }
    return true;
}

static bool load_planes(tiff_reader *reader, uint32_t rows) {
    uint64_t wanted = reader->row_bytes * rows;
    for (uint32_t p = 0; p < tiff_planes(reader); p++) {
        uint32_t number = TIFFComputeStrip(reader->tiff, reader->band_start, (uint16_t)p);
        uint8_t *target = reader->band + (uint64_t)p * reader->band_rows * reader->row_bytes;
        if (is_short(reader, number, wanted)) return false;
        if (TIFFReadEncodedStrip(reader->tiff, number, target, (tmsize_t)wanted) != (tmsize_t)wanted) return false;
    }
    return true;
}

static bool load_rows(tiff_reader *reader) {
    uint32_t left = reader->stored_height - reader->row;
    uint32_t rows = left < reader->band_rows ? left : reader->band_rows;
    reader->band_start = reader->row;
    reader->band_end = reader->row + rows;
    if (reader->is_tiled) return load_tiles(reader, rows);
    if (reader->layout.kind == TIFF_MADE_RGB) return load_made_strip(reader, rows);
    if (reader->layout.is_planar) return load_planes(reader, rows);
    return TIFFReadScanline(reader->tiff, reader->band, reader->row, 0) == 1;
}

// Some codecs report wrong codes, and go on as if they were right.
bool tiff_load_band(tiff_reader *reader) { return load_rows(reader) && !reader->stream.message[0]; }

bool tiff_begin_bands(tiff_reader *reader, codec_status *status) {
    const tiff_layout *layout = &reader->layout;
    if (reader->band) return true;
    if (!reader->is_tiled && layout->kind != TIFF_MADE_RGB &&
        TIFFScanlineSize64(reader->tiff) != reader->row_bytes)
        return codec_fail(status, CODEC_CORRUPT, "the rows of the TIFF have an unexpected size");
    if (reader->is_tiled && layout->kind != TIFF_MADE_RGB && TIFFTileSize64(reader->tiff) != reader->tile_bytes)
        return codec_fail(status, CODEC_CORRUPT, "the tiles of the TIFF have an unexpected size");
    reader->stream.message[0] = 0;
    reader->band = memory_take_zeroed(reader->row_bytes * tiff_planes(reader) * reader->band_rows);
    reader->line = memory_take(2ull * layout->width * layout->samples);
    if (reader->is_tiled) reader->tile = memory_take_zeroed(reader->tile_bytes);
    if (!reader->band || !reader->line || (reader->is_tiled && !reader->tile))
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for the rows of a TIFF");
    return true;
}
