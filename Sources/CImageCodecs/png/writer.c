#include "writing.h"

#include <png.h>
#include <setjmp.h>
#include <CMemory.h>
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

// libpng refuses to write a profile for another color space, and a reader would drop it.
static bool profile_fits(const codec_image *image) {
    const char *space = image->channels <= 2 ? "GRAY" : "RGB ";
    return image->icc_size >= 132 && memcmp(image->icc + 16, space, 4) == 0;
}

static void write_colorimetry(png_writer *writer, const codec_image *image) {
    const codec_colorimetry *colors = &image->colorimetry;
    if (image->icc && profile_fits(image)) {
        png_set_iCCP(writer->png, writer->details, "icc", PNG_COMPRESSION_TYPE_BASE, image->icc,
                     (png_uint_32)image->icc_size);
    } else if (colors->rendering_intent >= 0) {
        png_set_sRGB(writer->png, writer->details, colors->rendering_intent);
    } else {
        const int32_t *c = colors->chromaticities;
        if (colors->gamma > 0 && colors->gamma <= INT32_MAX)
            png_set_gAMA_fixed(writer->png, writer->details, (png_fixed_point)colors->gamma);
        if (colors->has_chromaticities)
            png_set_cHRM_fixed(writer->png, writer->details, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]);
    }
}

static void write_text(png_writer *writer, const char *keyword, const char *value, size_t size, bool is_utf8,
                       char *scratch) {
    memcpy(scratch, value, size);
    scratch[size] = 0;
    png_text text = {
        .compression = is_utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE,
        .key = (png_charp)keyword, .text = scratch, .text_length = is_utf8 ? 0 : size,
        .itxt_length = is_utf8 ? size : 0, .lang = "", .lang_key = ""};
    png_set_text(writer->png, writer->details, &text, 1);
}

static bool report(const png_writer *writer, codec_status *status) {
    return codec_fail(status, CODEC_UNSUPPORTED, "%s", writer->message);
}

static bool write_head(png_writer *writer, const codec_image *image, const codec_png_options *options,
                       char *scratch, codec_status *status) {
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
    write_colorimetry(writer, image);
    if (image->density_x > 0 && image->density_y > 0 && image->density_x < INT32_MAX &&
        image->density_y < INT32_MAX)
        png_set_pHYs(png, writer->details, (png_uint_32)(image->density_x + 0.5),
                     (png_uint_32)(image->density_y + 0.5), PNG_RESOLUTION_METER);
    for (size_t i = 0; i < image->text_count; i++) {
        const codec_text *text = &image->texts[i];
        write_text(writer, text->keyword, text->value, text->value_size, text->is_utf8, scratch);
    }
    if (image->xmp)
        write_text(writer, "XML:com.adobe.xmp", image->xmp, image->xmp_size, true, scratch);
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
    memory_give(writer);
}

static const codec_writer_operations operations = {.write_rows = write_rows, .finish = finish, .close = close_writer};

codec_writer *codec_open_png_writer(const codec_image *image, const codec_png_options *options, codec_sink sink,
                                    codec_status *status) {
    codec_succeed(status);
    size_t longest = image->xmp_size;
    for (size_t i = 0; i < image->text_count; i++)
        if (image->texts[i].value_size > longest) longest = image->texts[i].value_size;
    png_writer *writer = memory_take_zeroed(sizeof *writer);
    char *scratch = memory_take(longest + 1);
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
    memory_give(scratch);
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
