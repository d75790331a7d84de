#include "png/details.h"

#include <string.h>
#include <zlib.h>

enum { MAX_KEYWORD = 79, LONGEST = 1 << 30 };

static const char xmp_keyword[] = "XML:com.adobe.xmp";

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

size_t png_details_room(const codec_image *image) {
    size_t longest = image->xmp_size;
    for (size_t i = 0; i < image->text_count; i++) longest = larger(longest, image->texts[i].value_size);
    return larger(longest + MAX_KEYWORD + 16, compressBound(image->icc_size) + 16);
}

static uint8_t *put_be32(uint8_t *target, uint32_t value) {
    for (int i = 0; i < 4; i++) *target++ = (uint8_t)(value >> (24 - 8 * i));
    return target;
}

static void write_chunk(png_structp png, const char *type, const uint8_t *bytes, size_t count) {
    png_write_chunk(png, (png_const_bytep)type, bytes, count);
}

static void write_profile(png_structp png, const codec_image *image, uint8_t *scratch) {
    static const uint8_t start[5] = "icc\0";  // its name, and that it is deflated
    memcpy(scratch, start, sizeof start);
    uLongf packed = compressBound(image->icc_size);
    if (compress(scratch + sizeof start, &packed, image->icc, image->icc_size) != Z_OK)
        png_error(png, "no memory for the color profile");
    write_chunk(png, "iCCP", scratch, sizeof start + packed);
}

static void write_colorimetry(png_structp png, const codec_image *image, uint8_t *scratch) {
    const codec_colorimetry *colors = &image->colorimetry;
    if (colors->has_code_points) write_chunk(png, "cICP", colors->code_points, 4);
    if (image->icc && image->icc_size > 0 && image->icc_size <= LONGEST) {
        write_profile(png, image, scratch);
    } else if (colors->rendering_intent >= 0) {
        *scratch = (uint8_t)colors->rendering_intent;
        write_chunk(png, "sRGB", scratch, 1);
    }
    if (colors->gamma > 0) write_chunk(png, "gAMA", scratch, (size_t)(put_be32(scratch, colors->gamma) - scratch));
    if (!colors->has_chromaticities) return;
    uint8_t *end = scratch;
    for (int i = 0; i < 8; i++) end = put_be32(end, (uint32_t)colors->chromaticities[i]);
    write_chunk(png, "cHRM", scratch, (size_t)(end - scratch));
}

static void write_text(png_structp png, const char *keyword, const char *value, size_t size, bool is_utf8,
                       uint8_t *scratch) {
    if (size > LONGEST) return;
    size_t length = strnlen(keyword, MAX_KEYWORD);
    memcpy(scratch, keyword, length);
    uint8_t *end = scratch + length;
    // Of UTF-8: not packed, of no language, without a translated keyword.
    size_t zeros = is_utf8 ? 5 : 1;
    memset(end, 0, zeros);
    if (size > 0) memcpy(end + zeros, value, size);
    write_chunk(png, is_utf8 ? "iTXt" : "tEXt", scratch, length + zeros + size);
}

void png_details_write(png_structp png, const codec_image *image, uint8_t *scratch) {
    write_colorimetry(png, image, scratch);
    if (image->density_x > 0 && image->density_y > 0 && image->density_x < INT32_MAX &&
        image->density_y < INT32_MAX) {
        uint8_t *end = put_be32(put_be32(scratch, (uint32_t)(image->density_x + 0.5)),
                                (uint32_t)(image->density_y + 0.5));
        *end = PNG_RESOLUTION_METER;
        write_chunk(png, "pHYs", scratch, 9);
    }
    for (size_t i = 0; i < image->text_count; i++) {
        const codec_text *text = &image->texts[i];
        write_text(png, *text->keyword ? text->keyword : "Comment", text->value, text->value_size, text->is_utf8,
                   scratch);
    }
    if (image->exif && image->exif_size <= LONGEST) write_chunk(png, "eXIf", image->exif, image->exif_size);
    if (image->xmp) write_text(png, xmp_keyword, image->xmp, image->xmp_size, true, scratch);
}
