#include "png/details.h"
#include "writing.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef struct png_writer {
    codec_writer base;
    codec_sink sink;
    size_t stride;
    png_structp png;
    png_infop details;
    char message[200];
    jmp_buf landing;
} png_writer;

static void on_error(png_structp png, png_const_charp message) {
    png_writer *writer = png_get_error_ptr(png);
    strncpy(writer->message, message, sizeof writer->message - 1);
    longjmp(writer->landing, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
    png_writer *writer = png_get_io_ptr(png);
    if (!writer->sink.write(writer->sink.context, bytes, count)) png_error(png, "the PNG cannot be written");
}

static void flush(png_structp png) { (void)png; }

static bool report(const png_writer *writer, codec_status *status) {
    return codec_fail(status, CODEC_UNSUPPORTED, "%s", writer->message);
}

static bool write_head(png_writer *writer, const codec_image *image, const codec_png_options *options,
                       uint8_t *scratch, codec_status *status) {
    static const int color_types[5] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                       PNG_COLOR_TYPE_RGB_ALPHA};
    static const int filters[6] = {PNG_FILTER_NONE, PNG_FILTER_SUB, PNG_FILTER_UP, PNG_FILTER_AVG,
                                   PNG_FILTER_PAETH, PNG_ALL_FILTERS};
    if (setjmp(writer->landing)) return report(writer, status);
    png_structp png = writer->png;
    png_set_write_fn(png, writer, write_bytes, flush);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(png, writer->details, image->width, image->height, image->bits,
                 color_types[image->channels], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, options->compression);
    png_set_compression_buffer_size(png, 65536);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, filters[options->filter]);
    png_write_info_before_PLTE(png, writer->details);
    png_details_write(png, image, scratch);
    png_write_info(png, writer->details);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (image->bits == 16) png_set_swap(png);
#endif
    writer->stride = (size_t)image->width * (size_t)image->channels * (size_t)image->bits / 8;
    return true;
}

static bool write_rows(codec_writer *base, const uint8_t *rows, uint32_t count, codec_status *status) {
    png_writer *writer = (png_writer *)base;
    if (setjmp(writer->landing)) return report(writer, status);
    for (uint32_t y = 0; y < count; y++) png_write_row(writer->png, rows + y * writer->stride);
    return true;
}

static bool finish(codec_writer *base, codec_status *status) {
    png_writer *writer = (png_writer *)base;
    if (setjmp(writer->landing)) return report(writer, status);
    png_write_end(writer->png, writer->details);
    return true;
}

static void close_writer(codec_writer *base) {
    png_writer *writer = (png_writer *)base;
    if (writer->png) png_destroy_write_struct(&writer->png, &writer->details);
    free(writer);
}

static const codec_writer_operations operations = {.write_rows = write_rows, .finish = finish, .close = close_writer};

codec_writer *codec_open_png_writer(const codec_image *image, const codec_png_options *options, codec_sink sink,
                                    codec_status *status) {
    codec_succeed(status);
    png_writer *writer = calloc(1, sizeof *writer);
    uint8_t *scratch = malloc(png_details_room(image));
    bool opened = false;
    if (writer && scratch) {
        writer->base.operations = &operations;
        writer->sink = sink;
        writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, on_error, on_warning);
        if (writer->png) writer->details = png_create_info_struct(writer->png);
    }
    if (writer && writer->details)
        opened = write_head(writer, image, options, scratch, status);
    else
        codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a PNG encoder");
    free(scratch);
    if (opened) return &writer->base;
    if (writer) close_writer(&writer->base);
    return NULL;
}

bool codec_encode_png(const codec_image *image, const codec_png_options *options, uint8_t **bytes, size_t *count,
                      codec_status *status) {
    codec_buffer buffer = {0};
    codec_writer *writer = codec_open_png_writer(image, options, codec_buffer_sink(&buffer), status);
    return codec_write_whole(writer, image, &buffer, bytes, count, status);
}
