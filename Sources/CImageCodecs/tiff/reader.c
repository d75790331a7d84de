#include "tiff/reader.h"
#include "exif/exif.h"
#include "exif/orientation.h"
#include "tiff/bands.h"

#include <CMemory.h>
#include <math.h>
#include <string.h>

static void close_reader(codec_reader *base) {
    tiff_reader *reader = (tiff_reader *)base;
    if (reader->tiff) TIFFClose(reader->tiff);
    memory_give(reader->band);
    memory_give(reader->tile);
    memory_give(reader->line);
}

static bool is_raw(tiff_reader *reader, uint16_t photometric) {
    uint8_t mark[2] = {0};
    uint32_t kind = 0;
    uint16_t count = 0;
    void *value = NULL;
    bool is_canon = codec_file_read(&reader->stream.file, 8, mark, 2) == 2 && memcmp(mark, "CR", 2) == 0;
    bool is_preview = TIFFGetField(reader->tiff, TIFFTAG_SUBFILETYPE, &kind) && (kind & FILETYPE_REDUCEDIMAGE) &&
                      TIFFGetField(reader->tiff, TIFFTAG_SUBIFD, &count, &value) && count > 0;
    return is_canon || is_preview || photometric == 32803 || photometric == 34892 ||
           TIFFGetField(reader->tiff, TIFFTAG_DNGVERSION, &value);
}

static bool refuse(codec_status *status, const char *what) { return codec_fail(status, CODEC_UNSUPPORTED, "%s", what); }

static bool find_kind(tiff_reader *reader, codec_status *status) {
    TIFF *tiff = reader->tiff;
    tiff_layout *layout = &reader->layout;
    uint16_t photometric = layout->samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK, format = 0, inks = 0;
    TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_INKSET, &inks);
    if (is_raw(reader, photometric))
        return refuse(status, "it is a camera raw file; develop it first, to a TIFF or a PNG (darktable and RawTherapee do)");
    if (!TIFFIsCODECConfigured(reader->compression))
        return codec_fail(status, CODEC_UNSUPPORTED, "a TIFF with compression %u, which the library does not unpack",
                          reader->compression);
    switch (photometric) {
        case PHOTOMETRIC_MINISWHITE: layout->kind = TIFF_INVERTED_GRAY; break;
        case PHOTOMETRIC_MINISBLACK: case PHOTOMETRIC_MASK: layout->kind = TIFF_GRAY; break;
        case PHOTOMETRIC_RGB: layout->kind = TIFF_RGB; break;
        case PHOTOMETRIC_PALETTE: layout->kind = TIFF_PALETTE; break;
        case PHOTOMETRIC_SEPARATED:
            if (inks != INKSET_CMYK || layout->samples < 4) return refuse(status, "a TIFF with other inks than CMYK");
            layout->kind = TIFF_CMYK;
            break;
        case PHOTOMETRIC_YCBCR:
            if (reader->compression == COMPRESSION_JPEG && !layout->is_planar) {
                TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
                layout->kind = TIFF_RGB;
                break;
            }
            layout->kind = TIFF_MADE_RGB;
            break;
        case PHOTOMETRIC_CIELAB: case PHOTOMETRIC_LOGL: case PHOTOMETRIC_LOGLUV: layout->kind = TIFF_MADE_RGB; break;
        default:
            return codec_fail(status, CODEC_UNSUPPORTED, "a TIFF whose colors are of kind %u", photometric);
    }
    if (layout->kind == TIFF_MADE_RGB) {
        char reason[1024] = "";
        if (!TIFFRGBAImageOK(tiff, reason)) return codec_fail(status, CODEC_UNSUPPORTED, "%.200s", reason);
        return true;
    }
    if (format == SAMPLEFORMAT_INT) return refuse(status, "a TIFF with signed samples");
    if (format > SAMPLEFORMAT_VOID) return refuse(status, "a TIFF with complex samples");
    layout->is_float = format == SAMPLEFORMAT_IEEEFP;
    bool is_known = layout->is_float ? layout->bits == 16 || layout->bits == 32 || layout->bits == 64
                                     : (layout->bits >= 1 && layout->bits <= 16) || layout->bits == 32;
    if (!is_known || (layout->kind == TIFF_PALETTE && (layout->is_float || layout->bits > 16)))
        return codec_fail(status, CODEC_UNSUPPORTED, "a TIFF of %u bits a sample", layout->bits);
    return true;
}

static bool find_channels(tiff_reader *reader, codec_status *status) {
    tiff_layout *layout = &reader->layout;
    codec_info *info = &reader->base.info;
    layout->alpha = -1;
    if (layout->kind == TIFF_MADE_RGB) {
        layout->channels = 3;
        layout->result_bits = 8;
        return true;
    }
    bool is_gray = layout->kind == TIFF_GRAY || layout->kind == TIFF_INVERTED_GRAY;
    uint32_t colors = layout->kind == TIFF_RGB ? 3 : layout->kind == TIFF_CMYK ? 4 : 1;
    if (layout->samples < colors)
        return codec_fail(status, CODEC_CORRUPT, "the TIFF has too few samples for its colors");
    uint16_t extras = 0, *kinds = NULL;
    TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_EXTRASAMPLES, &extras, &kinds);
    for (uint32_t i = 0; i < extras && colors + i < layout->samples && layout->alpha < 0; i++)
        if (kinds[i] == EXTRASAMPLE_ASSOCALPHA || kinds[i] == EXTRASAMPLE_UNASSALPHA) {
            layout->alpha = (int)(colors + i);
            layout->is_associated = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
        }
    uint32_t used = colors + (layout->alpha >= 0 ? 1 : 0);
    info->losses.further_channels = layout->samples - used;
    info->losses.is_reduced = layout->is_float || layout->bits > 16;
    layout->channels = (is_gray ? 1 : 3) + (layout->alpha >= 0 ? 1 : 0);
    layout->result_bits = layout->bits > 8 && layout->kind != TIFF_PALETTE ? 16 : 8;
    if (layout->kind != TIFF_PALETTE) return true;
    uint16_t **palette = (uint16_t **)layout->palette;
    if (!TIFFGetField(reader->tiff, TIFFTAG_COLORMAP, &palette[0], &palette[1], &palette[2]))
        return codec_fail(status, CODEC_CORRUPT, "the TIFF has no palette");
    return true;
}

static void read_texts(tiff_reader *reader) {
    static const uint32_t tags[EXIF_TEXTS] = {TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_SOFTWARE, TIFFTAG_ARTIST,
                                              TIFFTAG_COPYRIGHT};
    codec_info *info = &reader->base.info;
    info->texts = reader->texts;
    for (size_t i = 0; i < EXIF_TEXTS; i++) {
        char *value = NULL;
        if (!TIFFGetField(reader->tiff, tags[i], &value) || !value || !value[0]) continue;
        reader->texts[info->text_count++] = (codec_text){
            .keyword = exif_keyword(tags[i]), .value = value, .value_size = strlen(value), .is_utf8 = true};
    }
}

static void read_details(tiff_reader *reader) {
    TIFF *tiff = reader->tiff;
    codec_info *info = &reader->base.info;
    uint16_t orientation = 1, unit = RESUNIT_INCH;
    uint32_t count = 0;
    void *bytes = NULL;
    float x = 0, y = 0;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
    info->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
    double per_metre = unit == RESUNIT_INCH ? 1 / 0.0254 : unit == RESUNIT_CENTIMETER ? 100 : 0;
    if (TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x) && TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y) && x > 0 && y > 0 &&
        isfinite(x) && isfinite(y)) {
        info->density_x = (double)x * per_metre;
        info->density_y = (double)y * per_metre;
    }
    if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &count, &bytes)) codec_tell_profile(info, bytes, count);
    if (TIFFGetField(tiff, TIFFTAG_XMLPACKET, &count, &bytes) && count > 0) {
        info->xmp = bytes;
        info->xmp_size = strnlen(bytes, count);
    }
    read_texts(reader);
    info->losses.further_images = tiff_further_pages(&reader->stream.file);
    // What libtiff makes of the pixels itself would be turned strip by strip.
    if (reader->layout.kind == TIFF_MADE_RGB) TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
}

// The most that a byte of such data becomes; 0 where there is no bound that helps.
static uint64_t largest_ratio(uint16_t compression) {
    switch (compression) {
        case COMPRESSION_NONE: return 1;
        case COMPRESSION_PACKBITS: return 128;
        case COMPRESSION_LZW: return 4096;
        case COMPRESSION_ADOBE_DEFLATE: case COMPRESSION_DEFLATE: return 1040;
        default: return 0;
    }
}

static bool check_size(tiff_reader *reader, const codec_limits *limits, codec_status *status) {
    tiff_layout *layout = &reader->layout;
    codec_info *info = &reader->base.info;
    uint32_t rows_per_strip = reader->stored_height, tile_height = 0;
    TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_ROWSPERSTRIP, &rows_per_strip);
    if (rows_per_strip > reader->stored_height) rows_per_strip = reader->stored_height;
    reader->is_tiled = TIFFIsTiled(reader->tiff);
    if (reader->is_tiled) {
        if (!TIFFGetField(reader->tiff, TIFFTAG_TILEWIDTH, &reader->tile_width) ||
            !TIFFGetField(reader->tiff, TIFFTAG_TILELENGTH, &tile_height) || reader->tile_width == 0 ||
            tile_height == 0)
            return codec_fail(status, CODEC_CORRUPT, "the tiles of the TIFF have no size");
    }
    bool is_made = layout->kind == TIFF_MADE_RGB;
    bool is_whole = reader->is_tiled || layout->is_planar || is_made;
    reader->band_rows = reader->is_tiled ? tile_height : is_whole ? rows_per_strip : 1;
    if (reader->band_rows == 0) return codec_fail(status, CODEC_CORRUPT, "the strips of the TIFF have no rows");
    reader->row_bytes = is_made ? 4ull * layout->width : tiff_row_bytes(layout, layout->width);
    uint64_t tile_row = is_made ? 4ull * reader->tile_width : tiff_row_bytes(layout, reader->tile_width), band;
    if (!is_made && reader->is_tiled && tile_row * 8 != (uint64_t)reader->tile_width * layout->bits *
                                                            (layout->is_planar ? 1 : layout->samples))
        return refuse(status, "a TIFF whose tiles end within a byte");
    if (__builtin_mul_overflow(reader->row_bytes * tiff_planes(reader), reader->band_rows, &band) ||
        __builtin_mul_overflow(tile_row, tile_height, &reader->tile_bytes))
        band = reader->tile_bytes = UINT64_MAX / 4;
    uint64_t strip = 0, pixels = (uint64_t)layout->width * reader->stored_height;
    // These codecs unpack a whole strip or tile into memory of their own.
    if (reader->compression > COMPRESSION_PACKBITS) strip = reader->is_tiled ? reader->tile_bytes : 0;
    bool swaps = orientation_swaps_axes(info->orientation);
    uint64_t extra = strip + 2ull * layout->width * layout->samples, pixel = (uint64_t)layout->channels *
                                                                          (uint64_t)layout->result_bits / 8;
    if (swaps) extra += pixels * pixel;
    if (__builtin_add_overflow(extra, band, &extra) || __builtin_add_overflow(extra, reader->tile_bytes, &extra))
        extra = UINT64_MAX / 2;
    info->width = swaps ? reader->stored_height : layout->width;
    info->height = swaps ? layout->width : reader->stored_height;
    if (!codec_check_limits(info, extra, limits, status)) return false;
    uint64_t ratio = largest_ratio(reader->compression), count = codec_file_size(&reader->stream.file);
    if (!is_made && ratio > 0 && !reader->base.allow_partial &&
        reader->row_bytes * tiff_planes(reader) * reader->stored_height / ratio > count)
        return codec_fail(status, CODEC_TRUNCATED, "%llu bytes cannot hold %u x %u pixels", (unsigned long long)count,
                          layout->width, reader->stored_height);
    return true;
}

static bool open_image(codec_reader *base, const codec_limits *limits, codec_status *status) {
    tiff_reader *reader = (tiff_reader *)base;
    reader->stream.file = base->file;
    reader->tiff = tiff_stream_open(&reader->stream, limits);
    if (!reader->tiff) return tiff_stream_report(&reader->stream, status);
    TIFF *tiff = reader->tiff;
    tiff_layout *layout = &reader->layout;
    codec_info *info = &base->info;
    uint16_t bits = 1, samples = 1, planar = PLANARCONFIG_CONTIG;
    if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout->width) ||
        !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &reader->stored_height) || layout->width == 0 ||
        reader->stored_height == 0)
        return codec_fail(status, CODEC_CORRUPT, "the TIFF does not say how large its image is");
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &reader->compression);
    if (samples == 0 || samples > 64) return codec_fail(status, CODEC_UNSUPPORTED, "a TIFF with %u samples", samples);
    layout->bits = bits;
    layout->samples = samples;
    layout->is_planar = planar == PLANARCONFIG_SEPARATE && samples > 1;
    if (!find_kind(reader, status) || !find_channels(reader, status)) return false;
    info->channels = layout->channels;
    info->bits = layout->result_bits;
    info->source_bits = bits;
    info->colorimetry.rendering_intent = -1;
    read_details(reader);
    codec_turn_density(info);
    info->in_order = info->orientation <= 2;
    return check_size(reader, limits, status);
}

static void take_made_row(const tiff_reader *reader, const uint8_t *row, uint8_t *target) {
    for (uint32_t x = 0; x < reader->layout.width; x++, row += 4) {
        uint32_t value;
        memcpy(&value, row, sizeof value);
        *target++ = TIFFGetR(value);
        *target++ = TIFFGetG(value);
        *target++ = TIFFGetB(value);
    }
}

static bool read_next_rows(codec_reader *base, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *status) {
    tiff_reader *reader = (tiff_reader *)base;
    const tiff_layout *layout = &reader->layout;
    size_t stride = (size_t)layout->width * (size_t)layout->channels * (size_t)layout->result_bits / 8;
    if (!tiff_begin_bands(reader, status)) return false;
    for (; *read < count; ++*read, reader->row++) {
        if (reader->row >= reader->band_end && !tiff_load_band(reader)) return tiff_stream_report(&reader->stream, status);
        const uint8_t *row = reader->band + (reader->row - reader->band_start) * reader->row_bytes;
        uint8_t *target = rows + *read * stride;
        if (layout->kind == TIFF_MADE_RGB)
            take_made_row(reader, row, target);
        else
            tiff_row_convert(layout, row, reader->band_rows * reader->row_bytes, reader->line, target);
    }
    return true;
}

const codec_operations tiff_reading = {
    .name = "TIFF", .size = sizeof(tiff_reader), .open = open_image, .decode = codec_decode_by_rows,
    .read_rows = read_next_rows, .close = close_reader};
