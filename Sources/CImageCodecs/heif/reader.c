#ifdef ATELIER_HEIF
#include "heif/reader.h"
#include "exif/exif.h"
#include "heif/boxes.h"
#include "scaling.h"

#include <CMemory.h>
#include <libheif/heif.h>
#include <string.h>

// The library's own limit; ours can only be closer.
enum { LARGEST_SIDE = 32768, MOST_METADATA = 16 << 20 };

typedef struct {
    codec_reader base;
    uint64_t at;
    bool hit_end;  // libheif asked for more than there is
    struct heif_context *context;
    struct heif_image_handle *handle;
    heif_outline outline;
    uint8_t *profile, *exif, *xmp;
    codec_text texts[EXIF_TEXTS];
} heif_file;

static void close_reader(codec_reader *base) {
    heif_file *file = (heif_file *)base;
    heif_image_handle_release(file->handle);
    heif_context_free(file->context);
    memory_give(file->profile);
    memory_give(file->exif);
    memory_give(file->xmp);
}

static int64_t position(void *context) { return (int64_t)((heif_file *)context)->at; }

static int read_bytes(void *target, size_t count, void *context) {
    heif_file *file = context;
    size_t got = codec_file_read(&file->base.file, file->at, target, count);
    file->at += got;
    if (got < count) file->hit_end = true;
    return got < count;
}

static int seek(int64_t place, void *context) {
    if (place < 0) return 1;
    ((heif_file *)context)->at = (uint64_t)place;
    return 0;
}

static enum heif_reader_grow_status reaches(int64_t size, void *context) {
    heif_file *file = context;
    if (size >= 0 && (uint64_t)size <= codec_file_size(&file->base.file)) return heif_reader_grow_status_size_reached;
    file->hit_end = true;
    return heif_reader_grow_status_size_beyond_eof;
}

static const struct heif_reader callbacks = {
    .reader_api_version = 1, .get_position = position, .read = read_bytes, .seek = seek, .wait_for_file_size = reaches};

static bool report(const heif_file *file, struct heif_error error, codec_status *status) {
    const char *words = error.message && error.message[0] ? error.message : "libheif gives no reason";
    if (error.code == heif_error_Memory_allocation_error || error.subcode == heif_suberror_Security_limit_exceeded)
        return codec_fail(status, CODEC_TOO_LARGE, "%.200s", words);
    if (error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype)
        return codec_fail(status, CODEC_UNSUPPORTED, "%.200s", words);
    if (file->hit_end || error.subcode == heif_suberror_End_of_data)
        return codec_fail(status, CODEC_TRUNCATED, "the file ends after %zu bytes, before its image does",
                          codec_file_size(&file->base.file));
    return codec_fail(status, CODEC_CORRUPT, "%.200s", words);
}

// The first item of that kind; NULL if there is none that can be read.
static uint8_t *metadata(const heif_file *file, const char *type, const char *content, size_t *size) {
    enum { MOST = 64 };
    heif_item_id ids[MOST];
    int count = heif_image_handle_get_list_of_metadata_block_IDs(file->handle, type, ids, MOST);
    for (int i = 0; i < count; i++) {
        const char *own = heif_image_handle_get_metadata_content_type(file->handle, ids[i]);
        if (content && (!own || strcmp(own, content) != 0)) continue;
        *size = heif_image_handle_get_metadata_size(file->handle, ids[i]);
        if (*size == 0 || *size > MOST_METADATA) continue;
        uint8_t *block = memory_take(*size);
        if (!block) return NULL;
        if (heif_image_handle_get_metadata(file->handle, ids[i], block).code == heif_error_Ok) return block;
        memory_give(block);
    }
    return NULL;
}

static void read_colors(heif_file *file) {
    codec_info *info = &file->base.info;
    struct heif_color_profile_nclx *points = NULL;
    size_t size = heif_image_handle_get_raw_color_profile_size(file->handle);
    if (size > 0 && size <= MOST_METADATA && (file->profile = memory_take(size)) &&
        heif_image_handle_get_raw_color_profile(file->handle, file->profile).code == heif_error_Ok)
        codec_tell_profile(info, file->profile, size);
    if (heif_image_handle_get_nclx_color_profile(file->handle, &points).code != heif_error_Ok || !points) return;
    // Primaries and curves that are looked at as sRGB's are not told.
    uint32_t primaries = points->color_primaries, curve = points->transfer_characteristics;
    if (primaries > 2 || (curve != 1 && curve != 2 && curve != 6 && curve != 13)) {
        info->colorimetry.has_code_points = true;
        memcpy(info->colorimetry.code_points, (uint8_t[]){(uint8_t)primaries, (uint8_t)curve, 0, 1}, 4);
    }
    heif_nclx_color_profile_free(points);
}

static bool is_gain_map(const struct heif_image_handle *image) {
    const char *type = NULL;
    if (heif_image_handle_get_auxiliary_type(image, &type).code != heif_error_Ok || !type) return false;
    bool found = strstr(type, "gainmap") != NULL;
    heif_image_handle_free_auxiliary_types(image, &type);
    return found;
}

static void count_images(heif_file *file) {
    enum { MOST = 16 };
    codec_losses *losses = &file->base.info.losses;
    heif_item_id ids[MOST];
    int filter = LIBHEIF_AUX_IMAGE_FILTER_OMIT_ALPHA;
    int others = heif_image_handle_get_list_of_auxiliary_image_IDs(file->handle, filter, ids, MOST);
    for (int i = 0; i < others; i++) {
        struct heif_image_handle *image = NULL;
        if (heif_image_handle_get_auxiliary_image_handle(file->handle, ids[i], &image).code != heif_error_Ok) continue;
        losses->has_gain_map |= is_gain_map(image);
        heif_image_handle_release(image);
    }
    int images = heif_context_get_number_of_top_level_images(file->context) - 1 + others;
    losses->further_images = images > 0 ? (uint32_t)images : 0;
    losses->later_frames = file->outline.frames > 1 ? file->outline.frames - 1 : 0;
}

static void read_details(heif_file *file) {
    codec_info *info = &file->base.info;
    size_t size = 0;
    info->colorimetry.rendering_intent = -1;
    read_colors(file);
    if ((file->exif = metadata(file, "Exif", NULL, &size))) {
        size_t start = exif_start(file->exif, size);
        // What it says of the orientation counts for nothing: the boxes do.
        exif_tell(info, file->exif + start, size - start, file->texts);
        codec_turn_density(info);
    }
    if ((file->xmp = metadata(file, "mime", "application/rdf+xml", &size))) {
        info->xmp = (const char *)file->xmp;
        info->xmp_size = size;
    }
    count_images(file);
}

static bool open_image(codec_reader *base, const codec_limits *limits, codec_status *status) {
    heif_file *file = (heif_file *)base;
    codec_info *info = &base->info;
    file->context = heif_context_alloc();
    if (!file->context) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a HEIF decoder");
    uint64_t side = limits->max_width > limits->max_height ? limits->max_width : limits->max_height;
    heif_context_set_maximum_image_size_limit(file->context, side < LARGEST_SIDE ? (int)side : LARGEST_SIDE);
    heif_context_set_max_decoding_threads(file->context, 0);
    struct heif_error error = heif_context_read_from_reader(file->context, &callbacks, file, NULL);
    if (error.code == heif_error_Ok) error = heif_context_get_primary_image_handle(file->context, &file->handle);
    if (error.code != heif_error_Ok) return report(file, error, status);
    heif_outline_read(&base->file, &file->outline);
    int width = heif_image_handle_get_width(file->handle), height = heif_image_handle_get_height(file->handle);
    int bits = heif_image_handle_get_luma_bits_per_pixel(file->handle);
    if (width <= 0 || height <= 0 || bits < 1 || bits > 16)
        return codec_fail(status, CODEC_CORRUPT, "the header does not say how large the image is");
    info->width = (uint32_t)width;
    info->height = (uint32_t)height;
    info->channels = (file->outline.is_gray ? 1 : 3) + (heif_image_handle_has_alpha_channel(file->handle) ? 1 : 0);
    info->bits = bits > 8 ? 16 : 8;
    info->source_bits = bits;
    info->orientation = file->outline.orientation;
    // Beside the result, there are its planes, the same upright, and the decoder's own.
    uint64_t sample = bits > 8 ? 2 : 1, planes = (uint64_t)width * (uint64_t)height * (uint64_t)info->channels * sample;
    if (!codec_check_limits(info, 4 * planes, limits, status)) return false;
    read_details(file);
    return true;
}

// A limited range begins at 16 and ends at 235, in units of 8 bits. libheif leaves gray as it is.
static bool is_limited(const struct heif_image *image) {
    struct heif_color_profile_nclx *points = NULL;
    if (heif_image_get_nclx_color_profile(image, &points).code != heif_error_Ok || !points) return false;
    bool is_full = points->full_range_flag;
    heif_nclx_color_profile_free(points);
    return !is_full;
}

static uint32_t sample_at(const uint8_t *row, size_t index, bool is_wide) {
    uint16_t value;
    if (!is_wide) return row[index];
    memcpy(&value, row + 2 * index, sizeof value);
    return value;
}

static uint32_t widened(uint32_t value, int bits) {
    uint32_t low = 16u << (bits - 8), range = 219u << (bits - 8), most = (1u << bits) - 1;
    uint32_t above = value < low ? 0 : value - low > range ? range : value - low;
    return codec_scaled(above, range, most);
}

typedef struct {
    const uint8_t *samples;
    int stride, bits;
} plane;

static bool find_plane(const struct heif_image *image, enum heif_channel channel, const codec_info *info, plane *found) {
    found->samples = heif_image_get_plane_readonly(image, channel, &found->stride);
    found->bits = heif_image_get_bits_per_pixel_range(image, channel);
    return found->samples && found->bits >= 1 && found->bits <= 16 &&
           heif_image_get_width(image, channel) == (int)info->width &&
           heif_image_get_height(image, channel) == (int)info->height;
}

// Rows of pixels that lie in one plane, or in one for gray and one for alpha.
static bool copy_pixels(const heif_file *file, const struct heif_image *image, uint8_t *target) {
    const codec_info *info = &file->base.info;
    plane color, alpha;
    bool is_gray = info->channels <= 2, has_alpha = info->channels % 2 == 0;
    // Some decoders make three equal planes of gray.
    bool is_tripled = is_gray && heif_image_get_colorspace(image) == heif_colorspace_RGB;
    enum heif_channel channel = is_tripled ? heif_channel_G : is_gray ? heif_channel_Y : heif_channel_interleaved;
    if (!find_plane(image, channel, info, &color)) return false;
    alpha = color;
    if (is_gray && has_alpha && !find_plane(image, heif_channel_Alpha, info, &alpha)) return false;
    bool is_premultiplied = has_alpha && heif_image_handle_is_premultiplied_alpha(file->handle);
    bool expands = is_gray && color.bits >= 8 && is_limited(image);
    size_t channels = (size_t)info->channels, colors = channels - (has_alpha ? 1 : 0);
    uint32_t most = info->bits == 16 ? 65535 : 255;
    for (uint32_t y = 0; y < info->height; y++) {
        const uint8_t *row = color.samples + (size_t)y * (size_t)color.stride;
        const uint8_t *alphas = alpha.samples + (size_t)y * (size_t)alpha.stride;
        for (size_t x = 0; x < info->width; x++) {
            uint32_t value[4];
            for (size_t c = 0; c < channels; c++) {
                bool is_apart = is_gray && c == 1;
                int bits = is_apart ? alpha.bits : color.bits;
                value[c] = sample_at(is_apart ? alphas : row, is_gray ? x : x * channels + c, bits > 8);
                if (expands && c == 0) value[c] = widened(value[c], bits);
                value[c] = codec_scaled(value[c] & ((1u << bits) - 1), (1u << bits) - 1, most);
            }
            for (size_t c = 0; is_premultiplied && c < colors; c++)
                value[c] = codec_straight(value[c], value[colors], most);
            for (size_t c = 0; c < channels; c++) {
                uint16_t wide = (uint16_t)value[c];
                if (most == 255)
                    *target++ = (uint8_t)wide;
                else
                    target = (uint8_t *)memcpy(target, &wide, sizeof wide) + sizeof wide;
            }
        }
    }
    return true;
}

static bool decode(codec_reader *base, void *pixels, bool *is_partial, codec_status *status) {
    heif_file *file = (heif_file *)base;
    const codec_info *info = &base->info;
    static const enum heif_chroma narrow[] = {heif_chroma_interleaved_RGB, heif_chroma_interleaved_RGBA};
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    static const enum heif_chroma wide[] = {heif_chroma_interleaved_RRGGBB_LE, heif_chroma_interleaved_RRGGBBAA_LE};
#else
    static const enum heif_chroma wide[] = {heif_chroma_interleaved_RRGGBB_BE, heif_chroma_interleaved_RRGGBBAA_BE};
#endif
    bool is_gray = info->channels <= 2;
    size_t kind = info->channels == 4 ? 1 : 0;
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    if (!options) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a HEIF decoder");
    options->strict_decoding = !base->allow_partial;
    struct heif_image *image = NULL;
    struct heif_error error = heif_decode_image(
        file->handle, &image, is_gray ? heif_colorspace_undefined : heif_colorspace_RGB,
        is_gray ? heif_chroma_undefined : (info->bits == 8 ? narrow : wide)[kind], options);
    heif_decoding_options_free(options);
    if (error.code != heif_error_Ok || !image) return report(file, error, status);
    bool copied = copy_pixels(file, image, pixels);
    if (!copied) codec_fail(status, CODEC_CORRUPT, "the image is not of the kind that the header tells");
    int warnings = heif_image_get_decoding_warnings(image, 0, &error, 1);
    bool usable = copied && (warnings == 0 || base->allow_partial || report(file, error, status));
    *is_partial = usable && warnings > 0;
    heif_image_release(image);
    return usable;
}

const codec_operations heif_reading = {
    .name = "HEIF", .size = sizeof(heif_file), .open = open_image, .decode = decode, .close = close_reader};
#endif
