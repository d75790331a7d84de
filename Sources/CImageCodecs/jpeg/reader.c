#include "jpeg/reader.h"
#include "exif/orientation.h"
#include "jpeg/markers.h"

#include <jerror.h>
#include <setjmp.h>
#include <CMemory.h>
#include <string.h>

enum { MAX_SCANS = 100, BLOCK = 65536 };

typedef struct jpeg_reader {
    codec_reader base;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    bool hit_end;          // the decoder asked for more bytes than there are
    bool lost_data;        // it had to make up part of the image
    bool too_many_scans;
    char warning[JMSG_LENGTH_MAX];
    size_t count;
    uint64_t at;               // bytes that have been read of it
    uint8_t *block;
    JSAMPARRAY line;           // a row of CMYK
    bool started;
    jpeg_markers markers;
    jmp_buf landing;
} jpeg_reader;

static jpeg_reader *reader_of(j_common_ptr jpeg) { return jpeg->client_data; }

static void on_error(j_common_ptr jpeg) { longjmp(reader_of(jpeg)->landing, 1); }

static void on_message(j_common_ptr jpeg) { (void)jpeg; }

// Below zero: a warning. Some are about style, these mean that pixels are wrong.
static void on_emit(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    jpeg->err->num_warnings++;
    jpeg_reader *reader = reader_of(jpeg);
    switch (jpeg->err->msg_code) {
        case JWRN_HIT_MARKER: case JWRN_HUFF_BAD_CODE: case JWRN_MUST_RESYNC: case JWRN_ARITH_BAD_CODE:
            if (!reader->lost_data) jpeg->err->format_message(jpeg, reader->warning);
            reader->lost_data = true;
    }
}

static void source_begin(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean source_fill(j_decompress_ptr jpeg) {
    static const JOCTET end[2] = {0xFF, JPEG_EOI};
    jpeg_reader *reader = reader_of((j_common_ptr)jpeg);
    if (reader->block) {
        size_t got = codec_file_read(&reader->base.file, reader->at, reader->block, BLOCK);
        reader->at += got;
        jpeg->src->next_input_byte = reader->block;
        jpeg->src->bytes_in_buffer = got;
        if (got > 0) return TRUE;
    }
    reader->hit_end = true;
    jpeg->src->next_input_byte = end;
    jpeg->src->bytes_in_buffer = sizeof end;
    return TRUE;
}

static void source_skip(j_decompress_ptr jpeg, long count) {
    if (count <= 0) return;
    if ((size_t)count > jpeg->src->bytes_in_buffer) {
        reader_of((j_common_ptr)jpeg)->at += (size_t)count - jpeg->src->bytes_in_buffer;
        source_fill(jpeg);
    } else {
        jpeg->src->next_input_byte += count;
        jpeg->src->bytes_in_buffer -= (size_t)count;
    }
}

static void on_progress(j_common_ptr jpeg) {
    if (!jpeg->is_decompressor || ((j_decompress_ptr)jpeg)->input_scan_number <= MAX_SCANS) return;
    reader_of(jpeg)->too_many_scans = true;
    longjmp(reader_of(jpeg)->landing, 1);
}

static bool report(jpeg_reader *reader, codec_status *status) {
    if (reader->too_many_scans)
        return codec_fail(status, CODEC_UNSUPPORTED, "the JPEG has more than %d scans", MAX_SCANS);
    char message[JMSG_LENGTH_MAX];
    reader->errors.format_message((j_common_ptr)&reader->jpeg, message);
    switch (reader->errors.msg_code) {
        case JERR_NO_SOI:
            return codec_fail(status, CODEC_NOT_AN_IMAGE, "it does not begin like a JPEG");
        case JERR_BAD_PRECISION: case JERR_SOF_UNSUPPORTED: case JERR_ARITH_NOTIMPL: case JERR_NOT_COMPILED:
        case JERR_CONVERSION_NOTIMPL: case JERR_COMPONENT_COUNT: case JERR_CCIR601_NOTIMPL:
        case JERR_FRACT_SAMPLE_NOTIMPL:
            return codec_fail(status, CODEC_UNSUPPORTED, "%s", message);
        case JERR_OUT_OF_MEMORY: case JERR_NO_BACKING_STORE: case JERR_IMAGE_TOO_BIG: case JERR_WIDTH_OVERFLOW:
            return codec_fail(status, CODEC_TOO_LARGE, "unpacking the JPEG takes more memory than allowed");
    }
    if (reader->hit_end)
        return codec_fail(status, CODEC_TRUNCATED, "the JPEG ends after %zu bytes, before its image does",
                          reader->count);
    return codec_fail(status, CODEC_CORRUPT, "%s", message);
}

static void close_reader(codec_reader *base) {
    jpeg_reader *reader = (jpeg_reader *)base;
    jpeg_destroy_decompress(&reader->jpeg);
    memory_give(reader->markers.profile);
    memory_give(reader->markers.resources.bytes);
    memory_give(reader->block);
}

static bool check_size(jpeg_reader *reader, const codec_limits *limits, codec_status *status) {
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    codec_info *info = &reader->base.info;
    bool swaps = orientation_swaps_axes(info->orientation);
    uint64_t blocks = 0;
    for (int i = 0; i < jpeg->num_components; i++)
        blocks += (uint64_t)jpeg->comp_info[i].width_in_blocks * jpeg->comp_info[i].height_in_blocks;
    uint64_t extra = swaps ? (uint64_t)jpeg->image_width * jpeg->image_height * (uint64_t)info->channels : 0;
    bool keeps_coefficients = jpeg_has_multiple_scans(jpeg);
    if (keeps_coefficients) extra += blocks * 64 * sizeof(JCOEF) * 5 / 4;  // rounded up to whole units
    info->width = swaps ? jpeg->image_height : jpeg->image_width;
    info->height = swaps ? jpeg->image_width : jpeg->image_height;
    if (!codec_check_limits(info, extra, limits, status)) return false;
    uint64_t left = limits->max_bytes - info->pixel_bytes;
    jpeg->mem->max_memory_to_use = left > INT64_MAX ? INT64_MAX : (long)left;
    // A Huffman code takes at least one bit a block.
    if (!jpeg->arith_code && !reader->base.allow_partial && blocks / 8 > reader->count)
        return codec_fail(status, CODEC_TRUNCATED, "%zu bytes cannot hold %u x %u pixels", reader->count,
                          jpeg->image_width, jpeg->image_height);
    return true;
}

static bool read_header(jpeg_reader *reader, const codec_limits *limits, codec_status *status) {
    const codec_bytes *file = &reader->base.file;
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    jpeg->err = jpeg_std_error(&reader->errors);
    reader->errors.error_exit = on_error;
    reader->errors.output_message = on_message;
    reader->errors.emit_message = on_emit;
    jpeg->client_data = reader;
    if (setjmp(reader->landing)) return report(reader, status);
    jpeg_create_decompress(jpeg);
    reader->source = (struct jpeg_source_mgr){
        .next_input_byte = file->source ? NULL : file->bytes, .bytes_in_buffer = file->source ? 0 : file->count,
        .init_source = source_begin,
        .fill_input_buffer = source_fill, .skip_input_data = source_skip,
        .resync_to_restart = jpeg_resync_to_restart, .term_source = source_begin};
    jpeg->src = &reader->source;
    reader->progress.progress_monitor = on_progress;
    jpeg->progress = &reader->progress;
    jpeg_save_markers(jpeg, JPEG_COM, 0xFFFF);
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_save_markers(jpeg, JPEG_APP0 + 2, 0xFFFF);
    jpeg_save_markers(jpeg, JPEG_APP0 + 13, 0xFFFF);
    jpeg_read_header(jpeg, TRUE);
    codec_info *info = &reader->base.info;
    switch (jpeg->num_components) {
        case 1: jpeg->out_color_space = JCS_GRAYSCALE; info->channels = 1; break;
        case 3: jpeg->out_color_space = JCS_RGB; info->channels = 3; break;
        case 4: jpeg->out_color_space = JCS_CMYK; info->channels = 3; break;
        default:
            return codec_fail(status, CODEC_UNSUPPORTED, "a JPEG with %d components", jpeg->num_components);
    }
    info->bits = 8;
    info->source_bits = 8;
    info->colorimetry.rendering_intent = -1;
    jpeg_markers_read(jpeg, info, &reader->markers);
    info->in_order = info->orientation <= 2 && !jpeg_has_multiple_scans(jpeg);
    return check_size(reader, limits, status);
}

// Adobe's programs store CMYK upside down and say so with their marker.
static void convert_cmyk(const uint8_t *source, uint8_t *target, size_t width, bool inverted) {
    uint8_t flip = inverted ? 0 : 255;
    for (size_t x = 0; x < width; x++, source += 4, target += 3) {
        uint32_t black = source[3] ^ flip;
        for (int c = 0; c < 3; c++) target[c] = (uint8_t)(((source[c] ^ flip) * black + 127) / 255);
    }
}

static bool read_next_rows(codec_reader *base, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *status) {
    jpeg_reader *reader = (jpeg_reader *)base;
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    if (setjmp(reader->landing)) return report(reader, status);
    // Only a Huffman decoder notices in the middle of a scan that its data have ended, and only within one scan.
    bool notices_the_end = !jpeg_has_multiple_scans(jpeg) && !jpeg->arith_code;
    if (!reader->started) {
        reader->started = true;
        jpeg_start_decompress(jpeg);
        if (jpeg->out_color_space == JCS_CMYK)
            reader->line = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1);
    }
    size_t stride = (size_t)jpeg->output_width * (size_t)base->info.channels;
    for (; *read < count; ++*read) {
        JSAMPROW row = rows + *read * stride;
        jpeg_read_scanlines(jpeg, reader->line ? reader->line : &row, 1);
        if (reader->line) convert_cmyk(reader->line[0], row, jpeg->output_width, jpeg->saw_Adobe_marker);
    }
    // jpeg_finish_decompress would free the markers that info points into. Files of several scans are read to their
    // end by now.
    if (reader->hit_end && (reader->lost_data || !notices_the_end))
        return codec_fail(status, CODEC_TRUNCATED, "the JPEG ends after %zu bytes, before its image does",
                          reader->count);
    if (reader->lost_data) return codec_fail(status, CODEC_CORRUPT, "%s", reader->warning);
    return true;
}

static bool open_reader(codec_reader *base, const codec_limits *limits, codec_status *status) {
    jpeg_reader *reader = (jpeg_reader *)base;
    base->missing = 128;
    reader->count = codec_file_size(&base->file);
    if (base->file.source) reader->block = memory_take(BLOCK);
    if (base->file.source && !reader->block)
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a JPEG decoder");
    return read_header(reader, limits, status);
}

const codec_operations jpeg_reading = {
    .name = "JPEG", .size = sizeof(jpeg_reader), .open = open_reader, .decode = codec_decode_by_rows,
    .read_rows = read_next_rows, .close = close_reader};
