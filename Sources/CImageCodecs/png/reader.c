#include "png/reader.h"
#include "exif/orientation.h"
#include "png/chunks.h"

#include <png.h>
#include <setjmp.h>
#include <CMemory.h>
#include <string.h>

enum { MAX_LIBRARY_MEMORY = 64 << 20 };

typedef struct png_reader {
    codec_reader base;
    png_chunks chunks;
    png_structp png;
    png_infop details;
    size_t count, at;       // bytes in the file, and those that libpng has read
    bool started;
    bool hit_end;
    size_t memory;          // what libpng may still allocate
    bool refused_memory;
    uint32_t stored_width, stored_height;
    uint64_t rows_read;     // rows of all passes
    char message[200];
    jmp_buf landing;
} png_reader;

static void on_error(png_structp png, png_const_charp message) {
    png_reader *reader = png_get_error_ptr(png);
    strncpy(reader->message, message, sizeof reader->message - 1);
    longjmp(reader->landing, 1);
}

// "tEXt: CRC error" says that an optional chunk was passed over.
static void on_warning(png_structp png, png_const_charp message) {
    png_reader *reader = png_get_error_ptr(png);
    if (strlen(message) < 6 || strcmp(message + 4, ": CRC error") != 0) return;
    char name[5] = {message[0], message[1], message[2], message[3], 0};
    char *names = reader->base.info.losses.damaged_chunks;
    size_t used = strlen(names);
    if (strstr(names, name) || used + 7 > sizeof reader->base.info.losses.damaged_chunks) return;
    if (used > 0) strcpy(names + used, ", ");
    strcat(names, name);
}

// libpng's own allocations, bounded in total. Each block carries its size in front.
static png_voidp allocate(png_structp png, png_alloc_size_t size) {
    png_reader *reader = png_get_mem_ptr(png);
    size_t header = 16;
    if (size > reader->memory) {
        reader->refused_memory = true;
        return NULL;
    }
    size_t *block = memory_take(size + header);
    if (!block) return NULL;
    *block = size;
    reader->memory -= size;
    return (uint8_t *)block + header;
}

static void release(png_structp png, png_voidp pointer) {
    if (!pointer) return;
    png_reader *reader = png_get_mem_ptr(png);
    size_t *block = (size_t *)((uint8_t *)pointer - 16);
    reader->memory += *block;
    memory_give(block);
}

static void read_bytes(png_structp png, png_bytep target, size_t size) {
    png_reader *reader = png_get_io_ptr(png);
    const codec_source *source = reader->base.file.source;
    bool is_there = size <= reader->count - reader->at;
    if (is_there && source) is_there = source->read(source->context, reader->at, target, size) == size;
    if (!is_there) {
        reader->hit_end = true;
        png_error(png, "the file ends too early");
    }
    if (!source) memcpy(target, reader->base.file.bytes + reader->at, size);
    reader->at += size;
}

static bool report(const png_reader *reader, codec_status *status) {
    if (reader->refused_memory)
        return codec_fail(status, CODEC_TOO_LARGE, "unpacking the PNG takes more memory than allowed");
    if (reader->hit_end)
        return codec_fail(status, CODEC_TRUNCATED, "the PNG ends after %zu bytes, before its image does",
                          reader->count);
    return codec_fail(status, CODEC_CORRUPT, "%s", reader->message);
}

static void close_reader(codec_reader *base) {
    png_reader *reader = (png_reader *)base;
    if (reader->png) png_destroy_read_struct(&reader->png, &reader->details, NULL);
    png_chunks_free(&reader->chunks);
}

static void ask_for_plain_samples(png_structp png) {
    png_set_expand(png);  // palette to RGB, 1 to 4 bits to 8, tRNS to alpha
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    png_set_swap(png);
#endif
}

static void read_details(png_reader *reader) {
    const png_chunks *chunks = &reader->chunks;
    codec_info *info = &reader->base.info;
    bool has_density = chunks->density_x > 0;
    info->icc = chunks->icc;
    info->icc_size = chunks->icc_size;
    info->density_x = has_density ? chunks->density_x : chunks->exif.density_x;
    info->density_y = has_density ? chunks->density_y : chunks->exif.density_y;
    codec_turn_density(info);
    info->colorimetry = chunks->colorimetry;
    info->exif = chunks->exif_bytes;
    info->exif_size = chunks->exif_size;
    info->xmp = chunks->xmp;
    info->xmp_size = chunks->xmp_size;
    info->texts = chunks->texts;
    info->text_count = chunks->text_count;
}

static bool open_image(png_reader *reader, const codec_limits *limits, codec_status *status) {
    if (reader->chunks.is_transparency_damaged && !reader->base.allow_partial)
        return codec_fail(status, CODEC_CORRUPT,
                          "the checksum of the tRNS chunk is wrong, which says what is transparent");
    reader->base.info.losses = reader->chunks.losses;
    reader->memory = MAX_LIBRARY_MEMORY;
    reader->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning, reader, allocate,
                                           release);
    reader->details = reader->png ? png_create_info_struct(reader->png) : NULL;
    if (!reader->details) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a PNG decoder");
    if (setjmp(reader->landing)) return report(reader, status);
    png_structp png = reader->png;
    png_set_read_fn(png, reader, read_bytes);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    // What is asked for in one piece is lost in one piece where the file ends.
    png_set_compression_buffer_size(png, reader->base.allow_partial ? 64 : 65536);
    // Everything but IHDR, PLTE, tRNS and IDAT has been read already.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(png, reader->details);
    ask_for_plain_samples(png);

    png_chunks_describe(&reader->chunks, &reader->base.info);
    codec_info *info = &reader->base.info;
    bool has_alpha = png_get_valid(png, reader->details, PNG_INFO_tRNS) || reader->chunks.color_type & 4;
    info->channels = (reader->chunks.color_type & 2 ? 3 : 1) + (has_alpha ? 1 : 0);
    reader->stored_width = reader->chunks.width;
    reader->stored_height = reader->chunks.height;
    uint64_t pixel = (uint64_t)info->channels * (uint64_t)info->bits / 8;
    // libpng keeps two rows; exchanging the axes takes a second image.
    uint64_t extra = 2 * (pixel * reader->stored_width + 64);
    if (orientation_swaps_axes(info->orientation))
        extra += pixel * (uint64_t)reader->stored_width * reader->stored_height;
    if (!codec_check_limits(info, extra, limits, status)) return false;
    reader->memory += extra + pixel * reader->stored_width;
    read_details(reader);
    return true;
}

static bool read_rows(png_reader *reader, uint8_t *pixels, size_t stride, codec_status *status) {
    if (setjmp(reader->landing)) return report(reader, status);
    png_structp png = reader->png;
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, reader->details);
    if (png_get_rowbytes(png, reader->details) != stride) png_error(png, "the rows have an unexpected size");
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < reader->stored_height; y++) {
            png_read_row(png, pixels + y * stride, NULL);
            reader->rows_read++;
        }
    png_read_end(png, NULL);
    return true;
}

// Deflate cannot pack tighter than 1,032 to 1: a huge header on a small file is refused before memory is touched.
static bool can_hold_image(const png_reader *reader, codec_status *status) {
    uint64_t packed_row = ((uint64_t)reader->stored_width * (uint64_t)reader->chunks.bit_depth + 7) / 8;
    if (reader->base.allow_partial || packed_row * reader->stored_height / 1040 <= reader->count) return true;
    return codec_fail(status, CODEC_TRUNCATED, "%zu bytes cannot hold %u x %u pixels", reader->count,
                      reader->stored_width, reader->stored_height);
}

static bool read_next_rows(codec_reader *base, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *status) {
    png_reader *reader = (png_reader *)base;
    size_t stride = (size_t)base->info.channels * (size_t)base->info.bits / 8 * reader->stored_width;
    if (!reader->started && !can_hold_image(reader, status)) return false;
    if (setjmp(reader->landing)) return report(reader, status);
    if (!reader->started) {
        reader->started = true;
        png_read_update_info(reader->png, reader->details);
        if (png_get_rowbytes(reader->png, reader->details) != stride)
            png_error(reader->png, "the rows have an unexpected size");
    }
    for (; *read < count; ++*read) {
        png_read_row(reader->png, rows + *read * stride, NULL);
        reader->rows_read++;
    }
    if (reader->rows_read == reader->stored_height) png_read_end(reader->png, NULL);
    return true;
}

static bool decode(codec_reader *base, void *pixels, bool *is_partial, codec_status *status) {
    png_reader *reader = (png_reader *)base;
    const codec_info *info = &base->info;
    size_t pixel = (size_t)info->channels * (size_t)info->bits / 8;
    size_t stride = pixel * reader->stored_width;
    bool swaps = orientation_swaps_axes(info->orientation);
    if (!can_hold_image(reader, status)) return false;
    uint8_t *rows = swaps ? memory_take(info->pixel_bytes) : pixels;
    if (!rows) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory to turn the image");
    if (base->allow_partial || png_get_interlace_type(reader->png, reader->details) != PNG_INTERLACE_NONE)
        memset(rows, 0, info->pixel_bytes);
    bool complete = read_rows(reader, rows, stride, status);
    bool usable = complete || (base->allow_partial && reader->rows_read > 0 && !reader->refused_memory);
    if (usable && swaps)
        orientation_apply_swapping(info->orientation, rows, pixels, reader->stored_width, reader->stored_height,
                                   pixel);
    else if (usable && info->orientation != 1)
        orientation_apply_in_place(info->orientation, rows, reader->stored_width, reader->stored_height, pixel);
    if (swaps) memory_give(rows);
    *is_partial = usable && !complete;
    return usable;
}

static bool open_reader(codec_reader *base, const codec_limits *limits, codec_status *status) {
    png_reader *reader = (png_reader *)base;
    reader->count = codec_file_size(&base->file);
    return png_chunks_read(base->file.bytes, base->file.count, true, &reader->chunks, status) &&
           open_image(reader, limits, status);
}

const codec_operations png_reading = {
    .name = "PNG", .size = sizeof(png_reader), .open = open_reader, .decode = decode,
    .read_rows = read_next_rows, .close = close_reader};
