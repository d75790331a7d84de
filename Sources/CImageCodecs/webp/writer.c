#include "writing.h"

#include <CMemory.h>
#include <string.h>
#include <webp/encode.h>
#include <webp/mux.h>

typedef struct webp_writer {
    codec_writer base;
    codec_sink sink;
    WebPConfig config;
    WebPPicture picture;
    int32_t channels;
    uint32_t row;
    codec_buffer image, profile, xmp, exif;
} webp_writer;

static void close_writer(codec_writer *base) {
    webp_writer *writer = (webp_writer *)base;
    WebPPictureFree(&writer->picture);
    codec_buffer *buffers[] = {&writer->image, &writer->profile, &writer->xmp, &writer->exif};
    for (int i = 0; i < 4; i++) codec_free(buffers[i]->bytes);
    memory_give(writer);
}

static bool write_rows(codec_writer *base, const uint8_t *rows, uint32_t count, codec_status *status) {
    webp_writer *writer = (webp_writer *)base;
    WebPPicture *picture = &writer->picture;
    int32_t channels = writer->channels;
    bool has_alpha = channels % 2 == 0, is_gray = channels <= 2;
    if (count > (uint32_t)picture->height - writer->row)
        return codec_fail(status, CODEC_UNSUPPORTED, "more rows than the WebP has");
    for (uint32_t y = 0; y < count; y++) {
        uint32_t *line = picture->argb + (size_t)writer->row++ * (size_t)picture->argb_stride;
        for (int x = 0; x < picture->width; x++, rows += channels) {
            uint32_t alpha = has_alpha ? rows[channels - 1] : 255;
            line[x] = alpha << 24 | (uint32_t)rows[0] << 16 | (uint32_t)rows[is_gray ? 0 : 1] << 8 |
                      rows[is_gray ? 0 : 2];
        }
    }
    return true;
}

static int keep(const uint8_t *bytes, size_t count, const WebPPicture *picture) {
    return codec_buffer_append(picture->custom_ptr, bytes, count);
}

static bool add_chunk(WebPMux *mux, const char *name, const codec_buffer *content) {
    if (content->count == 0) return true;
    const WebPData data = {content->bytes, content->count};
    return WebPMuxSetChunk(mux, name, &data, 0) == WEBP_MUX_OK;
}

static bool emit(webp_writer *writer, const uint8_t *bytes, size_t count, codec_status *status) {
    return writer->sink.write(writer->sink.context, bytes, count) ||
           codec_fail(status, CODEC_OUT_OF_MEMORY, "the WebP cannot be written");
}

static bool finish(codec_writer *base, codec_status *status) {
    webp_writer *writer = (webp_writer *)base;
    writer->picture.writer = keep;
    writer->picture.custom_ptr = &writer->image;
    if (!WebPEncode(&writer->config, &writer->picture)) {
        bool is_short = writer->picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY ||
                        writer->picture.error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY ||
                        writer->picture.error_code == VP8_ENC_ERROR_BAD_WRITE;
        return is_short ? codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for the WebP")
                        : codec_fail(status, CODEC_UNSUPPORTED, "the WebP cannot be made (libwebp's error %d)",
                                     (int)writer->picture.error_code);
    }
    WebPPictureFree(&writer->picture);
    if (writer->profile.count + writer->xmp.count + writer->exif.count == 0)
        return emit(writer, writer->image.bytes, writer->image.count, status);
    WebPMux *mux = WebPMuxNew();
    const WebPData image = {writer->image.bytes, writer->image.count};
    WebPData whole = {NULL, 0};
    bool made = mux && WebPMuxSetImage(mux, &image, 0) == WEBP_MUX_OK && add_chunk(mux, "ICCP", &writer->profile) &&
                add_chunk(mux, "EXIF", &writer->exif) && add_chunk(mux, "XMP ", &writer->xmp) &&
                WebPMuxAssemble(mux, &whole) == WEBP_MUX_OK;
    WebPMuxDelete(mux);
    made = made ? emit(writer, whole.bytes, whole.size, status)
                : codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for the metadata of the WebP");
    WebPDataClear(&whole);
    return made;
}

static const codec_writer_operations operations = {.write_rows = write_rows, .finish = finish, .close = close_writer};

static bool begin(webp_writer *writer, const codec_image *image, const codec_webp_options *options,
                  codec_status *status) {
    if (image->width > WEBP_MAX_DIMENSION || image->height > WEBP_MAX_DIMENSION)
        return codec_fail(status, CODEC_UNSUPPORTED, "%u x %u pixels; a WebP holds %d", image->width, image->height,
                          WEBP_MAX_DIMENSION);
    if (!WebPConfigInit(&writer->config) || !WebPPictureInit(&writer->picture))
        return codec_fail(status, CODEC_UNSUPPORTED, "the library for WebP has another version");
    writer->config.method = options->effort;
    writer->config.quality = options->quality;
    if (options->lossless) {
        writer->config.lossless = 1;
        writer->config.exact = 1;  // also the colors of what is transparent
        writer->config.quality = 70;
    }
    if (!WebPValidateConfig(&writer->config)) return codec_fail(status, CODEC_UNSUPPORTED, "WebP settings out of range");
    writer->picture.use_argb = 1;
    writer->picture.width = (int)image->width;
    writer->picture.height = (int)image->height;
    if (!memory_allows((size_t)image->width * image->height * 4) || !WebPPictureAlloc(&writer->picture) ||
        !codec_buffer_append(&writer->profile, image->icc, image->icc_size) ||
        !codec_buffer_append(&writer->xmp, image->xmp, image->xmp_size) || !codec_buffer_append(&writer->exif, image->exif, image->exif_size))
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a WebP encoder");
    return true;
}

codec_writer *codec_open_webp_writer(const codec_image *image, const codec_webp_options *options, codec_sink sink,
                                     codec_status *status) {
    codec_succeed(status);
    webp_writer *writer = memory_take_zeroed(sizeof *writer);
    if (!writer) {
        codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a WebP encoder");
        return NULL;
    }
    writer->base.operations = &operations;
    writer->sink = sink;
    writer->channels = image->channels;
    if (begin(writer, image, options, status)) return &writer->base;
    close_writer(&writer->base);
    return NULL;
}

bool codec_encode_webp(const codec_image *image, const codec_webp_options *options, uint8_t **bytes, size_t *count,
                       codec_status *status) {
    codec_buffer buffer = {0};
    codec_writer *writer = codec_open_webp_writer(image, options, codec_buffer_sink(&buffer), status);
    return codec_write_whole(writer, image, &buffer, bytes, count, status);
}
