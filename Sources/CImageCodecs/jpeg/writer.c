#include "writing.h"

#include <stdio.h>  // jpeglib.h needs it first

#include <jpeglib.h>
#include <jerror.h>
#include <math.h>
#include <setjmp.h>
#include <CMemory.h>
#include <string.h>

enum { BLOCK = 65536, MAX_MARKER = 65533, MAX_PROFILE = 255 * 65519 };

typedef struct jpeg_writer {
    codec_writer base;
    codec_sink sink;
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination;
    uint8_t block[BLOCK];
    bool is_stuck;
    jmp_buf landing;
} jpeg_writer;

static jpeg_writer *writer_of(j_common_ptr jpeg) { return jpeg->client_data; }

static void on_error(j_common_ptr jpeg) { longjmp(writer_of(jpeg)->landing, 1); }

static void on_message(j_common_ptr jpeg) { (void)jpeg; }

static void begin(j_compress_ptr jpeg) {
    jpeg->dest->next_output_byte = writer_of((j_common_ptr)jpeg)->block;
    jpeg->dest->free_in_buffer = BLOCK;
}

static void take(j_compress_ptr jpeg, size_t count) {
    jpeg_writer *writer = writer_of((j_common_ptr)jpeg);
    if (writer->sink.write(writer->sink.context, writer->block, count)) return;
    writer->is_stuck = true;
    longjmp(writer->landing, 1);
}

static boolean empty(j_compress_ptr jpeg) {
    take(jpeg, BLOCK);
    begin(jpeg);
    return TRUE;
}

static void end(j_compress_ptr jpeg) { take(jpeg, BLOCK - jpeg->dest->free_in_buffer); }

static void set_density(struct jpeg_compress_struct *jpeg, double x, double y) {
    if (!(x > 0 && y > 0)) return;
    double inch_x = x * 0.0254, inch_y = y * 0.0254;
    bool whole = fabs(inch_x - round(inch_x)) < 0.02 && fabs(inch_y - round(inch_y)) < 0.02;
    double stored_x = round(whole ? inch_x : x / 100), stored_y = round(whole ? inch_y : y / 100);
    if (stored_x < 1 || stored_y < 1 || stored_x > 65535 || stored_y > 65535) return;
    jpeg->density_unit = whole ? 1 : 2;
    jpeg->X_density = (UINT16)stored_x;
    jpeg->Y_density = (UINT16)stored_y;
}

static void write_comment(struct jpeg_compress_struct *jpeg, const codec_text *text) {
    size_t prefix = strlen(text->keyword), size = text->value_size;
    if (prefix) prefix += 2;
    if (prefix + size > MAX_MARKER) size = MAX_MARKER - prefix;
    jpeg_write_m_header(jpeg, JPEG_COM, (unsigned int)(prefix + size));
    if (prefix) {
        for (const char *c = text->keyword; *c; c++) jpeg_write_m_byte(jpeg, (uint8_t)*c);
        jpeg_write_m_byte(jpeg, ':');
        jpeg_write_m_byte(jpeg, ' ');
    }
    for (size_t i = 0; i < size; i++) jpeg_write_m_byte(jpeg, (uint8_t)text->value[i]);
}

static void write_xmp(struct jpeg_compress_struct *jpeg, const char *xmp, size_t size) {
    static const char name[29] = "http://ns.adobe.com/xap/1.0/";  // with its NUL
    jpeg_write_m_header(jpeg, JPEG_APP0 + 1, (unsigned int)(sizeof name + size));
    for (size_t i = 0; i < sizeof name; i++) jpeg_write_m_byte(jpeg, (uint8_t)name[i]);
    for (size_t i = 0; i < size; i++) jpeg_write_m_byte(jpeg, (uint8_t)xmp[i]);
}

// The marker comes again where its content is too long.
static void write_resources(struct jpeg_compress_struct *jpeg, const uint8_t *bytes, size_t count) {
    static const char name[14] = "Photoshop 3.0";  // with its NUL
    for (size_t at = 0; at < count;) {
        size_t size = count - at < MAX_MARKER - sizeof name ? count - at : MAX_MARKER - sizeof name;
        jpeg_write_m_header(jpeg, JPEG_APP0 + 13, (unsigned int)(sizeof name + size));
        for (size_t i = 0; i < sizeof name; i++) jpeg_write_m_byte(jpeg, (uint8_t)name[i]);
        for (size_t i = 0; i < size; i++) jpeg_write_m_byte(jpeg, bytes[at + i]);
        at += size;
    }
}

static void write_exif(struct jpeg_compress_struct *jpeg, const uint8_t *bytes, size_t count) {
    static const char name[6] = "Exif\0";
    jpeg_write_m_header(jpeg, JPEG_APP0 + 1, (unsigned int)(sizeof name + count));
    for (size_t i = 0; i < sizeof name; i++) jpeg_write_m_byte(jpeg, (uint8_t)name[i]);
    for (size_t i = 0; i < count; i++) jpeg_write_m_byte(jpeg, bytes[i]);
}

static bool report(jpeg_writer *writer, codec_status *status) {
    if (writer->is_stuck) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for the JPEG");
    char message[JMSG_LENGTH_MAX];
    writer->errors.format_message((j_common_ptr)&writer->jpeg, message);
    return codec_fail(status, CODEC_UNSUPPORTED, "%s", message);
}

static bool write_head(jpeg_writer *writer, const codec_image *image, const codec_jpeg_options *options,
                       codec_status *status) {
    struct jpeg_compress_struct *jpeg = &writer->jpeg;
    jpeg->err = jpeg_std_error(&writer->errors);
    writer->errors.error_exit = on_error;
    writer->errors.output_message = on_message;
    jpeg->client_data = writer;
    if (setjmp(writer->landing)) return report(writer, status);
    jpeg_create_compress(jpeg);
    writer->destination = (struct jpeg_destination_mgr){
        .init_destination = begin, .empty_output_buffer = empty, .term_destination = end};
    jpeg->dest = &writer->destination;
    jpeg->image_width = image->width;
    jpeg->image_height = image->height;
    jpeg->input_components = image->channels;
    jpeg->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, options->quality, TRUE);
    if (image->channels == 3) {
        jpeg->comp_info[0].h_samp_factor = options->horizontal;
        jpeg->comp_info[0].v_samp_factor = options->vertical;
    }
    jpeg->optimize_coding = options->optimized;
    if (options->progressive) jpeg_simple_progression(jpeg);
    set_density(jpeg, image->density_x, image->density_y);
    jpeg_start_compress(jpeg, TRUE);
    if (image->exif && image->exif_size <= MAX_MARKER - 6) write_exif(jpeg, image->exif, image->exif_size);
    if (image->xmp && image->xmp_size <= MAX_MARKER - 29) write_xmp(jpeg, image->xmp, image->xmp_size);
    if (image->resources) write_resources(jpeg, image->resources, image->resources_size);
    if (image->icc && image->icc_size > 0 && image->icc_size <= MAX_PROFILE)
        jpeg_write_icc_profile(jpeg, image->icc, (unsigned int)image->icc_size);
    for (size_t i = 0; i < image->text_count; i++) write_comment(jpeg, &image->texts[i]);
    return true;
}

static bool write_rows(codec_writer *base, const uint8_t *rows, uint32_t count, codec_status *status) {
    jpeg_writer *writer = (jpeg_writer *)base;
    struct jpeg_compress_struct *jpeg = &writer->jpeg;
    if (setjmp(writer->landing)) return report(writer, status);
    size_t stride = (size_t)jpeg->image_width * (size_t)jpeg->input_components;
    for (uint32_t y = 0; y < count; y++) {
        JSAMPROW row = (JSAMPROW)rows + y * stride;
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    return true;
}

static bool finish(codec_writer *base, codec_status *status) {
    jpeg_writer *writer = (jpeg_writer *)base;
    if (setjmp(writer->landing)) return report(writer, status);
    jpeg_finish_compress(&writer->jpeg);
    return true;
}

static void close_writer(codec_writer *base) {
    jpeg_writer *writer = (jpeg_writer *)base;
    jpeg_destroy_compress(&writer->jpeg);
    memory_give(writer);
}

static const codec_writer_operations operations = {.write_rows = write_rows, .finish = finish, .close = close_writer};

codec_writer *codec_open_jpeg_writer(const codec_image *image, const codec_jpeg_options *options, codec_sink sink,
                                     codec_status *status) {
    codec_succeed(status);
    jpeg_writer *writer = memory_take_zeroed(sizeof *writer);
    if (!writer) {
        codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a JPEG encoder");
        return NULL;
    }
    writer->base.operations = &operations;
    writer->sink = sink;
    if (write_head(writer, image, options, status)) return &writer->base;
    close_writer(&writer->base);
    return NULL;
}

bool codec_encode_jpeg(const codec_image *image, const codec_jpeg_options *options, uint8_t **bytes,
                       size_t *count, codec_status *status) {
    codec_buffer buffer = {0};
    codec_writer *writer = codec_open_jpeg_writer(image, options, codec_buffer_sink(&buffer), status);
    return codec_write_whole(writer, image, &buffer, bytes, count, status);
}
