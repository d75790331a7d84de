// Decodes an image, encodes it in every format with all that it came with, and decodes it again. Whatever was read is
// written, and comes out of a PNG and a TIFF as it went in, of a lossless WebP without gray and 16 bits.
#include "CFuzzTargets.h"
#include "harness.h"

static const codec_limits limits = {512, 512, 1 << 15, 1 << 19};

static bool same_bytes(const void *a, size_t a_size, const void *b, size_t b_size) {
    return a_size == b_size && (a_size == 0 || memcmp(a, b, a_size) == 0);
}

static void check_details(const codec_image *image, const codec_info *again) {
    if (!same_bytes(image->icc, image->icc_size, again->icc, again->icc_size)) abort();
    if (!same_bytes(image->xmp, image->xmp_size, again->xmp, again->xmp_size)) abort();
    const codec_colorimetry *a = &image->colorimetry, *b = &again->colorimetry;
    if (a->gamma != b->gamma || a->has_chromaticities != b->has_chromaticities ||
        a->has_code_points != b->has_code_points)
        abort();
    if (memcmp(a->chromaticities, b->chromaticities, sizeof a->chromaticities) != 0) abort();
    size_t budget = 16 << 20;
    for (size_t i = 0; i < image->text_count; i++) {
        if (image->texts[i].value_size > budget) return;
        budget -= image->texts[i].value_size;
        if (i >= again->text_count) abort();
        if (!same_bytes(image->texts[i].value, image->texts[i].value_size, again->texts[i].value,
                        again->texts[i].value_size))
            abort();
    }
}

// Decodes what was encoded; returns the samples.
static void check_again(codec_format format, const codec_image *image, const uint8_t *bytes, size_t count) {
    // What was read from packed texts may need more room than it took.
    const codec_limits more = {512, 512, 1 << 16, 1 << 24};
    codec_status status;
    codec_reader *reader = codec_open(format, bytes, count, &more, false, &status);
    if (!reader) abort();
    const codec_info *info = codec_get_info(reader);
    int32_t channels = format == CODEC_WEBP && image->channels <= 2 ? image->channels + 2 : image->channels;
    if (info->width != image->width || info->height != image->height || info->bits != image->bits) abort();
    // A WebP whose alpha is opaque everywhere has none.
    if (info->channels != channels && !(format == CODEC_WEBP && info->channels == 3 && channels == 4)) abort();
    void *pixels = malloc(info->pixel_bytes);
    bool is_partial;
    if (!codec_decode(reader, pixels, &is_partial, &status) || is_partial) abort();
    if (info->losses.damaged_chunks[0] || info->losses.has_damaged_profile) abort();
    bool is_exact = format == CODEC_PNG || format == CODEC_TIFF ||
                    (format == CODEC_WEBP && info->channels == image->channels);
    if (is_exact && memcmp(pixels, image->pixels, info->pixel_bytes) != 0) abort();
    if (format == CODEC_PNG) check_details(image, info);
    if (format == CODEC_TIFF || format == CODEC_WEBP)
        if (!same_bytes(image->icc, image->icc_size, info->icc, info->icc_size)) abort();
    read_details(info);
    free(pixels);
    codec_close(reader);
}

static void write_png(const codec_image *image) {
    const codec_png_options options = {.compression = 1, .filter = 5};
    uint8_t *bytes;
    size_t count;
    codec_status status;
    if (!codec_encode_png(image, &options, &bytes, &count, &status)) abort();
    check_again(CODEC_PNG, image, bytes, count);
    codec_free(bytes);
}

static void write_tiff(const codec_image *image, codec_tiff_compression compression) {
    const codec_tiff_options options = {.compression = compression, .quality = 80};
    uint8_t *bytes;
    size_t count;
    codec_status status;
    if (!codec_encode_tiff(image, &options, &bytes, &count, &status)) abort();
    check_again(CODEC_TIFF, image, bytes, count);
    codec_free(bytes);
}

static void write_webp(const codec_image *source) {
    const codec_webp_options options = {.lossless = true, .effort = 0};
    codec_image image = *source;
    size_t samples = (size_t)image.width * image.height * (size_t)image.channels;
    uint8_t *narrow = malloc(samples), *bytes;
    size_t count;
    codec_status status;
    if (image.bits == 16) {
        codec_narrow(image.pixels, narrow, samples);
        image.pixels = narrow;
        image.bits = 8;
    }
    if (!codec_encode_webp(&image, &options, &bytes, &count, &status)) abort();
    check_again(CODEC_WEBP, &image, bytes, count);
    codec_free(bytes);
    free(narrow);
}

// Without alpha and in 8 bits, as a JPEG has it.
static void write_jpeg(const codec_image *source) {
    codec_image image = *source;
    size_t pixels = (size_t)image.width * image.height, samples = pixels * (size_t)image.channels;
    uint8_t *narrow = malloc(samples), *opaque = malloc(samples);
    const uint8_t background[3] = {255, 255, 255};
    if (image.bits == 16)
        codec_narrow(image.pixels, narrow, samples);
    else
        memcpy(narrow, image.pixels, samples);
    image.bits = 8;
    image.pixels = narrow;
    if (image.channels % 2 == 0) {
        codec_flatten8(narrow, opaque, pixels, image.channels, background);
        image.channels--;
        image.pixels = opaque;
    }
    const codec_jpeg_options options = {.quality = 80, .horizontal = 2, .vertical = 2};
    uint8_t *bytes;
    size_t count;
    codec_status status;
    if (!codec_encode_jpeg(&image, &options, &bytes, &count, &status)) abort();
    check_again(CODEC_JPEG, &image, bytes, count);
    codec_free(bytes);
    free(narrow);
    free(opaque);
}

int fuzz_roundtrip(const uint8_t *bytes, size_t count) {
    codec_format format = count > 0 && bytes[0] == 0xFF ? CODEC_JPEG : CODEC_PNG;
    codec_status status;
    codec_reader *reader = codec_open(format, bytes, count, &limits, true, &status);
    if (!reader) return 0;
    const codec_info *info = codec_get_info(reader);
    void *pixels = malloc(info->pixel_bytes);
    bool is_partial;
    if (codec_decode(reader, pixels, &is_partial, &status)) {
        codec_image image = {
            .pixels = pixels, .width = info->width, .height = info->height, .channels = info->channels,
            .bits = info->bits, .density_x = info->density_x, .density_y = info->density_y, .icc = info->icc,
            .icc_size = info->icc_size, .xmp = info->xmp, .xmp_size = info->xmp_size, .texts = info->texts,
            .text_count = info->text_count, .colorimetry = info->colorimetry};
        write_png(&image);
        write_jpeg(&image);
        write_tiff(&image, image.width % 2 ? CODEC_TIFF_LZW : CODEC_TIFF_DEFLATE);
        write_webp(&image);
    }
    codec_close(reader);
    free(pixels);
    return 0;
}
