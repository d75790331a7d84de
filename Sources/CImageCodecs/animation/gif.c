#include "codec.h"

#include <CMemory.h>
#include <gif_lib.h>
#include <string.h>

// What giflib writes before the first image: the version and the screen without a palette.
enum { START = 13 };

static int take_bytes(GifFileType *gif, const GifByteType *bytes, int count) {
    return codec_buffer_append(gif->UserData, bytes, (size_t)count) ? count : 0;
}

static bool write_image(GifFileType *gif, const uint8_t *indices, uint32_t width, uint32_t height,
                        const ColorMapObject *colors) {
    EGifSetGifVersion(gif, true);
    if (EGifPutScreenDesc(gif, (int)width, (int)height, 8, 0, NULL) != GIF_OK) return false;
    if (EGifPutImageDesc(gif, 0, 0, (int)width, (int)height, false, colors) != GIF_OK) return false;
    for (uint32_t y = 0; y < height; y++)
        // giflib only looks at the row.
        if (EGifPutLine(gif, (GifPixelType *)(uintptr_t)(indices + (size_t)y * width), (int)width) != GIF_OK) return false;
    return true;
}

bool codec_pack_gif_image(const uint8_t *indices, uint32_t width, uint32_t height, const uint8_t *palette,
                          uint8_t **bytes, size_t *count, codec_status *status) {
    codec_succeed(status);
    codec_buffer buffer = {0};
    int error = 0;
    GifColorType entries[256];
    for (int i = 0; i < 256; i++) entries[i] = (GifColorType){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]};
    ColorMapObject *colors = GifMakeMapObject(256, entries);
    GifFileType *gif = colors ? EGifOpen(&buffer, take_bytes, &error) : NULL;
    bool written = gif && write_image(gif, indices, width, height, colors);
    if (gif && EGifCloseFile(gif, &error) != GIF_OK) written = false;
    GifFreeMapObject(colors);
    if (!written || buffer.count < START + 2) {
        codec_free(buffer.bytes);
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a frame of a GIF");
    }
    // Without the start and the mark of the end.
    buffer.count -= START + 1;
    memmove(buffer.bytes, buffer.bytes + START, buffer.count);
    *bytes = buffer.bytes;
    *count = buffer.count;
    return true;
}
