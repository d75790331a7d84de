#ifdef ATELIER_JXL
#include "jxl/reader.h"
#include "exif/exif.h"
#include "exif/orientation.h"

#include <CMemory.h>
#include <jxl/decode.h>
#include <jxl/version.h>
#include <string.h>

// Later versions take the target only.
#if JPEGXL_NUMERIC_VERSION < JPEGXL_COMPUTE_NUMERIC_VERSION(0, 9, 0)
#define PROFILE_OF(target) NULL, target
#else
#define PROFILE_OF(target) target
#endif

enum { WINDOW = 65536, MOST_BOX = 16 << 20, MOST_PROFILE = 8 << 20 };

typedef struct {
    uint8_t *bytes;
    size_t size, capacity;
    bool is_full;  // it has more than is taken
} jxl_box;

typedef struct {
    codec_reader base;
    JxlDecoder *decoder;
    uint64_t at;       // bytes that the decoder has been given
    bool is_closed;    // it has been told that they are all
    uint8_t window[WINDOW];
    jxl_box exif, xmp, *box;  // the one that is being read, NULL for none
    uint8_t *profile;
    uint32_t stored_width, stored_height;
    codec_text texts[EXIF_TEXTS];
} jxl_reader;

static void close_reader(codec_reader *base) {
    jxl_reader *reader = (jxl_reader *)base;
    JxlDecoderDestroy(reader->decoder);
    memory_give(reader->exif.bytes);
    memory_give(reader->xmp.bytes);
    memory_give(reader->profile);
}

static bool fail_at_end(const jxl_reader *reader, codec_status *status) {
    return codec_fail(status, CODEC_TRUNCATED, "the JPEG XL ends after %zu bytes, before its image does",
                      codec_file_size(&reader->base.file));
}

// Goes on to the next event, and gives the decoder the bytes that it asks for. Boxes end where it is told that the file
// does; then it takes what is missing for an error.
static JxlDecoderStatus next_event(jxl_reader *reader, bool has_boxes) {
    size_t count = codec_file_size(&reader->base.file);
    for (;;) {
        JxlDecoderStatus event = JxlDecoderProcessInput(reader->decoder);
        if (event == JXL_DEC_ERROR && reader->is_closed) return JXL_DEC_NEED_MORE_INPUT;
        if (event != JXL_DEC_NEED_MORE_INPUT || reader->is_closed) return event;
        size_t left = JxlDecoderReleaseInput(reader->decoder), got = 0;
        reader->at -= left;
        if (reader->at + left < count) got = codec_file_read(&reader->base.file, reader->at, reader->window, WINDOW);
        if (got > left) {
            if (JxlDecoderSetInput(reader->decoder, reader->window, got) != JXL_DEC_SUCCESS) return JXL_DEC_ERROR;
            reader->at += got;
        } else if (has_boxes) {
            JxlDecoderCloseInput(reader->decoder);
            reader->is_closed = true;
        } else {
            return event;
        }
    }
}

// Makes room for more of a box, up to the most that is taken.
static bool grow_box(jxl_reader *reader) {
    jxl_box *box = reader->box;
    size_t capacity = box->capacity ? box->capacity * 2 : 4096;
    uint8_t *grown = capacity <= MOST_BOX ? memory_grow(box->bytes, capacity) : NULL;
    if (!grown) return false;
    box->bytes = grown;
    box->capacity = capacity;
    return JxlDecoderSetBoxBuffer(reader->decoder, box->bytes + box->size, capacity - box->size) == JXL_DEC_SUCCESS;
}

static void end_box(jxl_reader *reader) {
    if (!reader->box) return;
    reader->box->size = reader->box->capacity - JxlDecoderReleaseBoxBuffer(reader->decoder);
    reader->box = NULL;
}

static void begin_box(jxl_reader *reader) {
    JxlBoxType type;
    end_box(reader);
    if (JxlDecoderGetBoxType(reader->decoder, type, JXL_TRUE) != JXL_DEC_SUCCESS) return;
    jxl_box *box = memcmp(type, "Exif", 4) == 0 ? &reader->exif : memcmp(type, "xml ", 4) == 0 ? &reader->xmp : NULL;
    if (!box || box->bytes) return;
    reader->box = box;
    if (!grow_box(reader)) reader->box = NULL;
}

// A box that is too long counts as none.
static void go_on_with_box(jxl_reader *reader) {
    jxl_box *box = reader->box;
    if (!box) return;
    box->size = box->capacity - JxlDecoderReleaseBoxBuffer(reader->decoder);
    if (grow_box(reader)) return;
    box->is_full = true;
    reader->box = NULL;
}

// The decoder makes the colors of the original if it can, else those of sRGB.
static void choose_colors(const jxl_reader *reader) {
    JxlColorEncoding colors = {0};
    if (JxlDecoderGetColorAsEncodedProfile(reader->decoder, PROFILE_OF(JXL_COLOR_PROFILE_TARGET_ORIGINAL), &colors) !=
        JXL_DEC_SUCCESS) {
        colors.color_space = reader->base.info.channels <= 2 ? JXL_COLOR_SPACE_GRAY : JXL_COLOR_SPACE_RGB;
        colors.white_point = JXL_WHITE_POINT_D65;
        colors.primaries = JXL_PRIMARIES_SRGB;
        colors.transfer_function = JXL_TRANSFER_FUNCTION_SRGB;
        colors.rendering_intent = JXL_RENDERING_INTENT_RELATIVE;
    }
    JxlDecoderSetPreferredColorProfile(reader->decoder, &colors);
}

// sRGB is not told. HDR's curves are told by their numbers, too.
static void read_colors(jxl_reader *reader) {
    codec_info *info = &reader->base.info;
    JxlColorEncoding colors = {0};
    choose_colors(reader);
    bool is_known = JxlDecoderGetColorAsEncodedProfile(
                        reader->decoder, PROFILE_OF(JXL_COLOR_PROFILE_TARGET_DATA), &colors) == JXL_DEC_SUCCESS;
    bool has_usual_white = is_known && colors.white_point == JXL_WHITE_POINT_D65;
    bool is_gray = colors.color_space == JXL_COLOR_SPACE_GRAY;
    if (has_usual_white && colors.transfer_function == JXL_TRANSFER_FUNCTION_SRGB &&
        (is_gray || colors.primaries == JXL_PRIMARIES_SRGB))
        return;
    bool is_hdr = colors.transfer_function == JXL_TRANSFER_FUNCTION_PQ ||
                  colors.transfer_function == JXL_TRANSFER_FUNCTION_HLG;
    if (has_usual_white && is_hdr && !is_gray && colors.primaries != JXL_PRIMARIES_CUSTOM) {
        // 12 are P3's primaries with the white of daylight.
        uint8_t primaries = colors.primaries == JXL_PRIMARIES_P3 ? 12 : (uint8_t)colors.primaries;
        info->colorimetry.has_code_points = true;
        memcpy(info->colorimetry.code_points, (uint8_t[]){primaries, (uint8_t)colors.transfer_function, 0, 1}, 4);
    }
    size_t size = 0;
    if (JxlDecoderGetICCProfileSize(reader->decoder, PROFILE_OF(JXL_COLOR_PROFILE_TARGET_DATA), &size) !=
            JXL_DEC_SUCCESS || size == 0 || size > MOST_PROFILE || !(reader->profile = memory_take(size)))
        return;
    if (JxlDecoderGetColorAsICCProfile(reader->decoder, PROFILE_OF(JXL_COLOR_PROFILE_TARGET_DATA), reader->profile,
                                       size) == JXL_DEC_SUCCESS)
        codec_tell_profile(info, reader->profile, size);
}

static bool has_black(const jxl_reader *reader, uint32_t channels) {
    JxlExtraChannelInfo channel;
    for (uint32_t i = 0; i < channels; i++)
        if (JxlDecoderGetExtraChannelInfo(reader->decoder, i, &channel) == JXL_DEC_SUCCESS &&
            channel.type == JXL_CHANNEL_BLACK)
            return true;
    return false;
}

static bool read_kind(jxl_reader *reader, const codec_limits *limits, codec_status *status) {
    codec_info *info = &reader->base.info;
    JxlBasicInfo basic;
    if (JxlDecoderGetBasicInfo(reader->decoder, &basic) != JXL_DEC_SUCCESS || basic.xsize == 0 || basic.ysize == 0)
        return codec_fail(status, CODEC_CORRUPT, "the header of the JPEG XL is wrong");
    if (has_black(reader, basic.num_extra_channels))
        return codec_fail(status, CODEC_UNSUPPORTED, "a JPEG XL of CMYK; convert it to RGB first");
    uint32_t alpha = basic.alpha_bits > 0;
    info->channels = (basic.num_color_channels == 1 ? 1 : 3) + (int32_t)alpha;
    info->bits = basic.bits_per_sample > 8 ? 16 : 8;
    info->source_bits = (int32_t)basic.bits_per_sample;
    info->orientation = (int32_t)basic.orientation >= 1 && (int32_t)basic.orientation <= 8 ? (int32_t)basic.orientation : 1;
    info->losses.is_reduced = basic.exponent_bits_per_sample > 0 || basic.bits_per_sample > 16;
    info->losses.further_channels = basic.num_extra_channels > alpha ? basic.num_extra_channels - alpha : 0;
    info->colorimetry.rendering_intent = -1;
    reader->stored_width = basic.xsize;
    reader->stored_height = basic.ysize;
    bool swaps = orientation_swaps_axes(info->orientation);
    info->width = swaps ? basic.ysize : basic.xsize;
    info->height = swaps ? basic.xsize : basic.ysize;
    // The library works with floating-point planes; turning takes a second image.
    uint64_t pixels = (uint64_t)basic.xsize * basic.ysize, extra;
    uint64_t pixel = 4ull * (basic.num_color_channels + (uint64_t)basic.num_extra_channels) +
                     (swaps ? (uint64_t)info->channels * (uint64_t)info->bits / 8 : 0);
    if (__builtin_mul_overflow(pixels, pixel, &extra)) extra = UINT64_MAX / 2;
    return codec_check_limits(info, extra, limits, status);
}

static bool read_all(jxl_reader *reader, const codec_limits *limits, codec_status *status) {
    uint32_t frames = 0;
    bool has_colors = false;
    for (;;) {
        JxlDecoderStatus event = next_event(reader, true);
        switch (event) {
            case JXL_DEC_BASIC_INFO:
                if (!read_kind(reader, limits, status)) return false;
                break;
            case JXL_DEC_COLOR_ENCODING:
                read_colors(reader);
                has_colors = true;
                break;
            case JXL_DEC_FRAME: frames++; break;
            case JXL_DEC_BOX: begin_box(reader); break;
            case JXL_DEC_BOX_NEED_MORE_OUTPUT: go_on_with_box(reader); break;
            case JXL_DEC_SUCCESS: case JXL_DEC_NEED_MORE_INPUT: {
                end_box(reader);
                if (event == JXL_DEC_NEED_MORE_INPUT && !(reader->base.allow_partial && has_colors))
                    return fail_at_end(reader, status);
                if (!has_colors) return codec_fail(status, CODEC_CORRUPT, "the JPEG XL holds no image");
                reader->base.info.losses.later_frames = frames > 1 ? frames - 1 : 0;
                return true;
            }
            default:
                // What follows the image may be damaged where as much as there is will do.
                end_box(reader);
                if (reader->base.allow_partial && has_colors) return true;
                return codec_fail(status, CODEC_CORRUPT, "the data of the JPEG XL are wrong");
        }
    }
}

static void read_details(jxl_reader *reader) {
    codec_info *info = &reader->base.info;
    jxl_box *exif = &reader->exif, *xmp = &reader->xmp;
    info->losses.texts = (exif->is_full ? 1 : 0) + (xmp->is_full ? 1 : 0);
    if (exif->size > 0 && !exif->is_full) {
        size_t start = exif_start(exif->bytes, exif->size);
        // What it says of the orientation counts for nothing: the image's header does.
        exif_tell(info, exif->bytes + start, exif->size - start, reader->texts);
        codec_turn_density(info);
    }
    if (xmp->size > 0 && !xmp->is_full) {
        info->xmp = (const char *)xmp->bytes;
        info->xmp_size = xmp->size;
    }
}

static bool open_image(codec_reader *base, const codec_limits *limits, codec_status *status) {
    jxl_reader *reader = (jxl_reader *)base;
    JxlDecoder *decoder = reader->decoder = JxlDecoderCreate(NULL);
    if (!decoder || JxlDecoderSetKeepOrientation(decoder, JXL_TRUE) != JXL_DEC_SUCCESS ||
        JxlDecoderSetUnpremultiplyAlpha(decoder, JXL_TRUE) != JXL_DEC_SUCCESS ||
        JxlDecoderSubscribeEvents(decoder, JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FRAME | JXL_DEC_BOX) !=
            JXL_DEC_SUCCESS)
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a JPEG XL decoder");
    JxlDecoderSetDecompressBoxes(decoder, JXL_TRUE);
    if (!read_all(reader, limits, status)) return false;
    read_details(reader);
    return true;
}

// All rows as they are stored, because groups of pixels come in any order.
static bool decode_rows(codec_reader *base, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *status) {
    jxl_reader *reader = (jxl_reader *)base;
    const codec_info *info = &base->info;
    const JxlPixelFormat format = {
        .num_channels = (uint32_t)info->channels, .data_type = info->bits == 16 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8,
        .endianness = JXL_NATIVE_ENDIAN, .align = 0};
    JxlDecoderRewind(reader->decoder);
    reader->at = 0;
    reader->is_closed = false;
    if (JxlDecoderSubscribeEvents(reader->decoder, JXL_DEC_COLOR_ENCODING | JXL_DEC_FULL_IMAGE) != JXL_DEC_SUCCESS)
        return codec_fail(status, CODEC_CORRUPT, "the JPEG XL cannot be read again");
    for (;;) {
        size_t size = 0;
        switch (next_event(reader, false)) {
            case JXL_DEC_COLOR_ENCODING: choose_colors(reader); break;
            case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
                if (JxlDecoderImageOutBufferSize(reader->decoder, &format, &size) != JXL_DEC_SUCCESS ||
                    size != info->pixel_bytes ||
                    JxlDecoderSetImageOutBuffer(reader->decoder, &format, rows, size) != JXL_DEC_SUCCESS)
                    return codec_fail(status, CODEC_CORRUPT, "the first frame is not of the kind that the header tells");
                break;
            case JXL_DEC_FULL_IMAGE: *read = count; return true;
            case JXL_DEC_NEED_MORE_INPUT:
                if (base->allow_partial && JxlDecoderFlushImage(reader->decoder) == JXL_DEC_SUCCESS) *read = count;
                return fail_at_end(reader, status);
            default: return codec_fail(status, CODEC_CORRUPT, "the data of the JPEG XL are wrong");
        }
    }
}

const codec_operations jxl_reading = {
    .name = "JPEG XL", .size = sizeof(jxl_reader), .open = open_image, .decode = codec_decode_by_rows,
    .read_rows = decode_rows, .close = close_reader};
#endif
