#include "gif/reader.h"

#include <CMemory.h>
#include <gif_lib.h>
#include <string.h>

enum { MAX_COMMENTS = 16, MAX_TEXT = 1 << 16 };

typedef struct gif_reader {
    codec_reader base;
    uint64_t at;                // bytes that giflib has read
    bool hit_end;
    GifFileType *gif;
    bool found;                 // the first image's descriptor has been read
    int transparent;            // the index that is, -1 for none
    uint8_t *indices;           // of the first image: all rows where they are interlaced, else one
    uint32_t row;               // the next one of the canvas
    codec_buffer comments;
    codec_text texts[MAX_COMMENTS];
    size_t starts[MAX_COMMENTS];
} gif_reader;

static void close_reader(codec_reader *base) {
    gif_reader *reader = (gif_reader *)base;
    if (reader->gif) DGifCloseFile(reader->gif, NULL);
    memory_give(reader->indices);
    codec_free(reader->comments.bytes);
}

static int read_bytes(GifFileType *gif, GifByteType *target, int count) {
    gif_reader *reader = gif->UserData;
    size_t wanted = count > 0 ? (size_t)count : 0, got = codec_file_read(&reader->base.file, reader->at, target, wanted);
    if (got < wanted) reader->hit_end = true;
    reader->at += got;
    return (int)got;
}

static bool report(const gif_reader *reader, int code, codec_status *status) {
    if (code == D_GIF_ERR_NOT_ENOUGH_MEM) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a GIF");
    if (reader->hit_end || code == D_GIF_ERR_EOF_TOO_SOON)
        return codec_fail(status, CODEC_TRUNCATED, "the GIF ends after %zu bytes, before its image does",
                          codec_file_size(&reader->base.file));
    const char *words = GifErrorString(code);
    return codec_fail(status, CODEC_CORRUPT, "%s", words ? words : "the GIF is damaged");
}

// Passes over a chain of blocks, or keeps them. 0 at the end of the file.
static uint64_t pass_blocks(gif_reader *reader, uint64_t at, codec_buffer *kept) {
    uint8_t block[256];
    for (;;) {
        if (codec_file_read(&reader->base.file, at, block, 1) < 1) return 0;
        size_t count = block[0];
        at += 1 + count;
        if (count == 0) return at;
        if (kept && kept->count + count <= MAX_TEXT &&
            codec_file_read(&reader->base.file, at - count, block, count) == count)
            codec_buffer_append(kept, block, count);
    }
}

// Counts the images and collects the comments, without unpacking anything.
static void look_through(gif_reader *reader) {
    uint8_t bytes[13];
    codec_info *info = &reader->base.info;
    if (codec_file_read(&reader->base.file, 0, bytes, 13) < 13) return;
    uint64_t at = 13 + (bytes[10] & 0x80 ? 3ull << ((bytes[10] & 7) + 1) : 0);
    uint32_t images = 0;
    size_t comments = 0;
    while (at > 0 && codec_file_read(&reader->base.file, at, bytes, 10) > 1) {
        if (bytes[0] == 0x2C) {
            images++;
            at += 10 + (bytes[9] & 0x80 ? 3ull << ((bytes[9] & 7) + 1) : 0) + 1;
            at = pass_blocks(reader, at, NULL);
        } else if (bytes[0] == 0x21) {
            bool is_comment = bytes[1] == 0xFE && comments < MAX_COMMENTS;
            if (is_comment) reader->starts[comments++] = reader->comments.count;
            at = pass_blocks(reader, at + 2, is_comment ? &reader->comments : NULL);
        } else {
            break;
        }
    }
    info->losses.later_frames = images > 1 ? images - 1 : 0;
    info->texts = reader->texts;
    info->text_count = comments;
    for (size_t i = 0; i < comments; i++) {
        size_t start = reader->starts[i], end = i + 1 < comments ? reader->starts[i + 1] : reader->comments.count;
        reader->texts[i] = (codec_text){.keyword = "", .value = (const char *)reader->comments.bytes + start,
                                        .value_size = end - start, .is_utf8 = true};
        if (!reader->comments.bytes) reader->texts[i].value = "";
    }
}

// Goes up to the first image.
static bool find_image(gif_reader *reader, codec_status *status) {
    GifFileType *gif = reader->gif;
    reader->transparent = -1;
    for (;;) {
        GifRecordType type;
        if (DGifGetRecordType(gif, &type) != GIF_OK) return report(reader, gif->Error, status);
        if (type == TERMINATE_RECORD_TYPE) return codec_fail(status, CODEC_CORRUPT, "the GIF holds no image");
        if (type == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(gif) == GIF_OK || report(reader, gif->Error, status);
        int code;
        GifByteType *block;
        if (DGifGetExtension(gif, &code, &block) != GIF_OK) return report(reader, gif->Error, status);
        while (block) {
            GraphicsControlBlock control;
            if (code == GRAPHICS_EXT_FUNC_CODE && block[0] == 4 && DGifExtensionToGCB(4, block + 1, &control) == GIF_OK)
                reader->transparent = control.TransparentColor;
            if (DGifGetExtensionNext(gif, &block) != GIF_OK) return report(reader, gif->Error, status);
        }
    }
}

static const ColorMapObject *palette(const gif_reader *reader) {
    return reader->gif->Image.ColorMap ? reader->gif->Image.ColorMap : reader->gif->SColorMap;
}

static bool open_image(codec_reader *base, const codec_limits *limits, codec_status *status) {
    gif_reader *reader = (gif_reader *)base;
    int code = 0;
    reader->gif = DGifOpen(reader, read_bytes, &code);
    if (!reader->gif) return report(reader, code, status);
    if (!find_image(reader, status)) return false;
    GifFileType *gif = reader->gif;
    const GifImageDesc *image = &gif->Image;
    if (!palette(reader)) return codec_fail(status, CODEC_CORRUPT, "the GIF has no palette");
    if (image->Width <= 0 || image->Height <= 0 || image->Left < 0 || image->Top < 0)
        return codec_fail(status, CODEC_CORRUPT, "the first image of the GIF has no pixels");
    codec_info *info = &base->info;
    // Some files give no size for the whole, or one that is too small.
    info->width = (uint32_t)(image->Left + image->Width > gif->SWidth ? image->Left + image->Width : gif->SWidth);
    info->height = (uint32_t)(image->Top + image->Height > gif->SHeight ? image->Top + image->Height : gif->SHeight);
    bool is_part = (uint32_t)image->Width < info->width || (uint32_t)image->Height < info->height;
    info->channels = reader->transparent >= 0 || is_part ? 4 : 3;
    info->bits = 8;
    info->source_bits = 8;
    info->orientation = 1;
    info->colorimetry.rendering_intent = -1;
    info->in_order = !image->Interlace;
    uint64_t rows = image->Interlace ? (uint64_t)image->Height : 1;
    if (!codec_check_limits(info, rows * (uint64_t)image->Width, limits, status)) return false;
    // LZW codes of 12 bits stand for 4096 pixels at most.
    uint64_t count = codec_file_size(&base->file), pixels = (uint64_t)image->Width * (uint64_t)image->Height;
    if (!base->allow_partial && pixels / 4096 > count)
        return codec_fail(status, CODEC_TRUNCATED, "%llu bytes cannot hold %d x %d pixels", (unsigned long long)count,
                          image->Width, image->Height);
    look_through(reader);
    return true;
}

static void take_row(const gif_reader *reader, const uint8_t *indices, uint8_t *target) {
    const GifImageDesc *image = &reader->gif->Image;
    const ColorMapObject *colors = palette(reader);
    int channels = reader->base.info.channels;
    target += (size_t)image->Left * (size_t)channels;
    for (int x = 0; x < image->Width; x++, target += channels) {
        int index = indices[x];
        GifColorType color = index < colors->ColorCount ? colors->Colors[index] : (GifColorType){0, 0, 0};
        bool is_clear = index == reader->transparent;
        // As a PNG that was made of it has it, the color stays under what is transparent.
        target[0] = color.Red;
        target[1] = color.Green;
        target[2] = color.Blue;
        if (channels == 4) target[3] = is_clear ? 0 : 255;
    }
}

// All rows of an interlaced image, in their places. *whole says how many passes have come far enough to be shown.
static bool read_interlaced(gif_reader *reader, uint32_t *lines) {
    static const int starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
    const GifImageDesc *image = &reader->gif->Image;
    for (int pass = 0; pass < 4; pass++)
        for (int y = starts[pass]; y < image->Height; y += steps[pass], ++*lines)
            if (DGifGetLine(reader->gif, reader->indices + (size_t)y * (size_t)image->Width, image->Width) != GIF_OK)
                return false;
    return true;
}

static bool read_next_rows(codec_reader *base, uint8_t *rows, uint32_t count, uint32_t *read, codec_status *status) {
    gif_reader *reader = (gif_reader *)base;
    const GifImageDesc *image = &reader->gif->Image;
    size_t width = (size_t)image->Width, stride = (size_t)base->info.width * (size_t)base->info.channels;
    uint32_t top = (uint32_t)image->Top, lines = 0;
    bool complete = true;
    if (!reader->indices) {
        reader->indices = memory_take_zeroed(width * (image->Interlace ? (size_t)image->Height : 1));
        if (!reader->indices) return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for the rows of a GIF");
        if (image->Interlace) complete = read_interlaced(reader, &lines);
        // Without the first pass there is nothing to be seen.
        if (!complete && lines == 0) return report(reader, reader->gif->Error, status);
    }
    for (; *read < count; ++*read, reader->row++) {
        uint8_t *row = rows + *read * stride;
        bool is_inside = reader->row >= top && reader->row - top < (uint32_t)image->Height;
        if (is_inside && !image->Interlace && DGifGetLine(reader->gif, reader->indices, image->Width) != GIF_OK)
            return report(reader, reader->gif->Error, status);
        if (base->info.channels == 4) memset(row, 0, stride);
        if (is_inside)
            take_row(reader, reader->indices + (image->Interlace ? (reader->row - top) * width : 0), row);
    }
    return complete || report(reader, reader->gif->Error, status);
}

const codec_operations gif_reading = {
    .name = "GIF", .size = sizeof(gif_reader), .open = open_image, .decode = codec_decode_by_rows,
    .read_rows = read_next_rows, .close = close_reader};
