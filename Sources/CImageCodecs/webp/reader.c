#include "webp/reader.h"
#include "exif/exif.h"
#include "exif/orientation.h"

#include <CMemory.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

typedef struct webp_reader {
    codec_reader base;
    uint8_t *block;  // the file, where it is read piece by piece
    WebPData data;
    WebPDemuxer *demuxer;
    WebPIterator frame;
    bool has_frame;
    codec_text texts[EXIF_TEXTS];
} webp_reader;

static void close_reader(codec_reader *base) {
    webp_reader *reader = (webp_reader *)base;
    if (reader->has_frame) WebPDemuxReleaseIterator(&reader->frame);
    WebPDemuxDelete(reader->demuxer);
    memory_give(reader->block);
}

static bool fail_at_end(const webp_reader *reader, codec_status *status) {
    return codec_fail(status, CODEC_TRUNCATED, "the WebP ends after %zu bytes, before its image does",
                      reader->data.size);
}

// libwebp decodes from memory only. Files are at most as large as images may be.
static bool load(webp_reader *reader, const codec_limits *limits, codec_status *status) {
    size_t count = codec_file_size(&reader->base.file);
    reader->data = (WebPData){reader->base.file.bytes, count};
    if (!reader->base.file.source) return true;
    if (count > limits->max_bytes)
        return codec_fail(status, CODEC_TOO_LARGE, "the file has %zu bytes; the limit is %llu", count,
                          (unsigned long long)limits->max_bytes);
    reader->block = memory_take(count ? count : 1);
    if (!reader->block) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for the file");
    reader->data = (WebPData){reader->block, codec_file_read(&reader->base.file, 0, reader->block, count)};
    return true;
}

// The chunk lies in the file itself; empty when there is none.
static WebPData chunk(const webp_reader *reader, const char *name) {
    WebPChunkIterator iterator;
    WebPData found = {NULL, 0};
    if (!WebPDemuxGetChunk(reader->demuxer, name, 1, &iterator)) return found;
    found = iterator.chunk;
    WebPDemuxReleaseChunkIterator(&iterator);
    return found;
}

static void read_details(webp_reader *reader) {
    codec_info *info = &reader->base.info;
    WebPData exif = chunk(reader, "EXIF"), profile = chunk(reader, "ICCP"), xmp = chunk(reader, "XMP ");
    info->orientation = exif_tell(info, exif.bytes, exif.size, reader->texts);
    codec_tell_profile(info, profile.bytes, profile.size);
    if (xmp.size > 0) {
        info->xmp = (const char *)xmp.bytes;
        info->xmp_size = xmp.size;
    }
}

static bool open_image(webp_reader *reader, const codec_limits *limits, codec_status *status) {
    WebPDemuxState state = WEBP_DEMUX_PARSING_HEADER;
    reader->demuxer = WebPDemuxPartial(&reader->data, &state);
    if (!reader->demuxer || state == WEBP_DEMUX_PARSE_ERROR || state == WEBP_DEMUX_PARSING_HEADER)
        return state == WEBP_DEMUX_PARSING_HEADER ? fail_at_end(reader, status)
                                                  : codec_fail(status, CODEC_CORRUPT, "the parts of the WebP are wrong");
    if (state != WEBP_DEMUX_DONE && !reader->base.allow_partial) return fail_at_end(reader, status);
    reader->has_frame = WebPDemuxGetFrame(reader->demuxer, 1, &reader->frame);
    if (!reader->has_frame) return fail_at_end(reader, status);
    const WebPIterator *frame = &reader->frame;
    WebPBitstreamFeatures features;
    VP8StatusCode code = WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &features);
    if (code == VP8_STATUS_NOT_ENOUGH_DATA) return fail_at_end(reader, status);
    if (code != VP8_STATUS_OK || features.width != frame->width || features.height != frame->height)
        return codec_fail(status, CODEC_CORRUPT, "the header of the WebP's image is wrong");
    codec_info *info = &reader->base.info;
    uint32_t width = WebPDemuxGetI(reader->demuxer, WEBP_FF_CANVAS_WIDTH);
    uint32_t height = WebPDemuxGetI(reader->demuxer, WEBP_FF_CANVAS_HEIGHT);
    bool is_animated = WebPDemuxGetI(reader->demuxer, WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG;
    bool is_part = (uint32_t)frame->width < width || (uint32_t)frame->height < height;
    if (frame->x_offset < 0 || frame->y_offset < 0 || (uint32_t)(frame->x_offset + frame->width) > width ||
        (uint32_t)(frame->y_offset + frame->height) > height)
        return codec_fail(status, CODEC_CORRUPT, "the first frame of the WebP lies outside of its image");
    info->bits = 8;
    info->source_bits = 8;
    info->channels = features.has_alpha || is_part ? 4 : 3;
    info->colorimetry.rendering_intent = -1;
    uint32_t frames = WebPDemuxGetI(reader->demuxer, WEBP_FF_FRAME_COUNT);
    if (is_animated && frames > 1) info->losses.later_frames = frames - 1;
    read_details(reader);
    bool swaps = orientation_swaps_axes(info->orientation);
    info->width = swaps ? height : width;
    info->height = swaps ? width : height;
    codec_turn_density(info);
    uint64_t pixels = (uint64_t)width * height;
    // Lossless images are unpacked to words first, alpha to bytes.
    uint64_t extra = (reader->block ? reader->data.size : 0) + (features.format == 2 ? pixels * 4 : width * 64ull) +
                     (features.has_alpha ? pixels : 0) + (swaps ? pixels * (uint64_t)info->channels : 0);
    return codec_check_limits(info, extra, limits, status);
}

static bool open_reader(codec_reader *base, const codec_limits *limits, codec_status *status) {
    webp_reader *reader = (webp_reader *)base;
    return load(reader, limits, status) && open_image(reader, limits, status);
}

// Rows of the canvas as it is stored. All of them, because libwebp fills a whole image.
static bool decode_rows(codec_reader *base, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *status) {
    webp_reader *reader = (webp_reader *)base;
    const WebPIterator *frame = &reader->frame;
    size_t pixel = (size_t)base->info.channels, width = WebPDemuxGetI(reader->demuxer, WEBP_FF_CANVAS_WIDTH);
    size_t stride = width * pixel, start = (size_t)frame->y_offset * stride + (size_t)frame->x_offset * pixel;
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config))
        return codec_fail(status, CODEC_UNSUPPORTED, "the library for WebP has another version");
    if ((size_t)frame->width < width || (uint32_t)frame->height < count) memset(rows, 0, stride * count);
    config.output.colorspace = pixel == 4 ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = (WebPRGBABuffer){rows + start, (int)stride, stride * count - start};
    WebPIDecoder *decoder = WebPIDecode(NULL, 0, &config);
    if (!decoder) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a WebP decoder");
    VP8StatusCode code = WebPIUpdate(decoder, frame->fragment.bytes, frame->fragment.size);
    int last = 0;
    if (code == VP8_STATUS_OK)
        *read = count;
    else if (WebPIDecGetRGB(decoder, &last, NULL, NULL, NULL) && last > 0)
        *read = (uint32_t)(frame->y_offset + last);
    WebPIDelete(decoder);
    switch (code) {
        case VP8_STATUS_OK: return true;
        case VP8_STATUS_OUT_OF_MEMORY:
            return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory to unpack the WebP");
        case VP8_STATUS_SUSPENDED: case VP8_STATUS_NOT_ENOUGH_DATA: return fail_at_end(reader, status);
        case VP8_STATUS_UNSUPPORTED_FEATURE:
            return codec_fail(status, CODEC_UNSUPPORTED, "a WebP with features that the library does not know");
        default: return codec_fail(status, CODEC_CORRUPT, "the data of the WebP are wrong");
    }
}

const codec_operations webp_reading = {
    .name = "WebP", .size = sizeof(webp_reader), .open = open_reader, .decode = codec_decode_by_rows,
    .read_rows = decode_rows, .close = close_reader};
