// Decoding and encoding of images on top of libpng, libjpeg-turbo, libwebp, libtiff, giflib and zlib, and, where they are
// installed, libheif and libjxl.
//
// Everything works from and to memory. No function here ever leaves by a long jump: each one reports how it ended in
// a codec_status. Images are interleaved rows without padding, 8 or 16 bits a sample, 16-bit samples in the
// machine's byte order, straight alpha, upright (the EXIF orientation is applied by the decoder).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum codec_code {
    CODEC_OK = 0,
    CODEC_NOT_AN_IMAGE,
    CODEC_TRUNCATED,
    CODEC_CORRUPT,
    CODEC_UNSUPPORTED,
    CODEC_TOO_LARGE,
    CODEC_OUT_OF_MEMORY,
} codec_code;

typedef struct codec_status {
    codec_code code;
    char message[240];
} codec_status;

typedef enum codec_format {
    CODEC_PNG = 0,
    CODEC_JPEG,
    CODEC_WEBP,
    CODEC_TIFF,
    CODEC_GIF,
    CODEC_BMP,
    CODEC_HEIF,  // also AVIF
    CODEC_JXL,
} codec_format;

typedef struct codec_limits {
    uint64_t max_width;
    uint64_t max_height;
    uint64_t max_pixels;
    uint64_t max_bytes;  // pixels plus everything the decoder holds beside them
} codec_limits;

typedef struct codec_text {
    const char *keyword;  // NUL-terminated Latin-1; "" for a comment
    const char *value;    // not NUL-terminated
    size_t value_size;
    bool is_utf8;  // false: Latin-1
} codec_text;

typedef struct codec_colorimetry {
    int32_t rendering_intent;    // of an sRGB chunk, -1 when there is none
    uint32_t gamma;              // of a gAMA chunk, times 100,000, 0 when there is none
    bool has_chromaticities;     // white x, y, red x, y, green x, y, blue x, y, times 100,000
    int32_t chromaticities[8];
    bool has_code_points;        // of a cICP chunk: primaries, transfer function, matrix, range
    uint8_t code_points[4];
} codec_colorimetry;

// What a file holds beside what is decoded. Complete once the image is decoded.
typedef struct codec_losses {
    uint32_t later_frames;    // of an animation
    uint32_t further_images;  // that a JPEG lists (MPF), and pages of a TIFF, without previews
    uint32_t further_channels;  // of a TIFF, beside color and alpha
    uint32_t texts;           // too many, too long, or not to be unpacked
    bool has_gain_map;        // a JPEG says so in a marker (ISO 21496-1)
    bool is_reduced;          // samples of more than 16 bits; those that are floating-point are clamped to 0...1
    bool has_damaged_profile; // not to be unpacked or put together
    char damaged_chunks[64];  // names of optional PNG chunks with a wrong checksum: "tEXt, pHYs"
} codec_losses;

// What a decoder knows before it touches the pixels. Pointers stay valid until codec_close.
typedef struct codec_info {
    uint32_t width, height;  // upright
    int32_t channels;        // 1 gray, 2 gray + alpha, 3 RGB, 4 RGBA
    int32_t bits;            // of a decoded sample: 8 or 16
    int32_t source_bits;     // of a stored sample: 1 to 64
    int32_t orientation;     // the EXIF orientation that decoding undoes, 1 to 8
    uint64_t pixel_bytes;    // width * height * channels * bits / 8
    uint64_t decoding_bytes;  // those, and what the decoder holds beside them
    double density_x, density_y;  // pixels per metre as stored, upright; 0 when unknown
    const uint8_t *icc;
    size_t icc_size;
    const char *xmp;
    size_t xmp_size;
    const uint8_t *exif;       // a TIFF of directories; a TIFF's own lie in the file
    size_t exif_size;
    const uint8_t *resources;  // Photoshop's image resources in a JPEG
    size_t resources_size;
    const codec_text *texts;
    size_t text_count;
    codec_colorimetry colorimetry;
    codec_losses losses;
    bool in_order;  // rows can be decoded from top to bottom without the whole image in memory
} codec_info;

// A file that is read piece by piece. read fills target with the bytes from offset on and returns how many there were:
// fewer than count only at the end of the file.
typedef struct codec_source {
    size_t (*read)(void *context, uint64_t offset, uint8_t *target, size_t count);
    void *context;
    uint64_t size;
} codec_source;

typedef struct codec_reader codec_reader;

/// Whether the library for a format was there when this was built.
bool codec_reads(codec_format format);
/// Reads everything but the pixels. The bytes must stay in place until codec_close. With allow_partial, an image whose
/// data end early or are damaged comes out as far as it goes. Returns NULL on failure.
codec_reader *codec_open(codec_format format, const uint8_t *bytes, size_t count, const codec_limits *limits,
                         bool allow_partial, codec_status *status);
/// The same for a file that is read piece by piece while rows are decoded. For a PNG, chunks are its signature, header and
/// what is wanted of the chunks beside the pixels; they must stay in place until codec_close.
codec_reader *codec_open_source(codec_format format, const codec_source *source, const uint8_t *chunks,
                                size_t chunks_count, const codec_limits *limits, bool allow_partial,
                                codec_status *status);
const codec_info *codec_get_info(const codec_reader *reader);
/// Decodes into pixels, which must hold info->pixel_bytes. To be called once. *is_partial tells whether something is
/// missing.
bool codec_decode(codec_reader *reader, void *pixels, bool *is_partial, codec_status *status);
/// Decodes the next count rows, where info->in_order. To be called for all rows in turn, and not beside codec_decode.
bool codec_decode_rows(codec_reader *reader, void *rows, uint32_t count, bool *is_partial, codec_status *status);
/// Copies what there is of count bytes of the file from offset on, and returns how many there were.
size_t codec_read_file(const codec_reader *reader, uint64_t offset, void *target, size_t count);
void codec_close(codec_reader *reader);

/// Size, channels, depth and orientation from the few chunks of a PNG that tell them, given in the order of the file.
bool codec_png_header(const uint8_t *bytes, size_t count, codec_info *info, codec_status *status);

typedef struct codec_image {
    const void *pixels;
    uint32_t width, height;
    int32_t channels;
    int32_t bits;
    double density_x, density_y;  // pixels per metre, 0 when unknown
    const uint8_t *icc;
    size_t icc_size;
    const char *xmp;
    size_t xmp_size;
    const uint8_t *exif;  // without "Exif\0\0"; a TIFF takes in its directories
    size_t exif_size;
    const uint8_t *resources;  // Photoshop's, for a JPEG
    size_t resources_size;
    const codec_text *texts;
    size_t text_count;
    codec_colorimetry colorimetry;
} codec_image;

typedef struct codec_png_options {
    int32_t compression;  // 0 to 9
    int32_t filter;       // 0 none, 1 sub, 2 up, 3 average, 4 Paeth, 5 chosen row by row
} codec_png_options;

typedef struct codec_webp_options {
    float quality;    // 0 to 100
    bool lossless;    // every pixel as it is; quality is then not looked at
    int32_t effort;   // 0 (fast) to 6 (small)
} codec_webp_options;

typedef enum codec_tiff_compression {
    CODEC_TIFF_NONE = 0,
    CODEC_TIFF_LZW,
    CODEC_TIFF_DEFLATE,
    CODEC_TIFF_JPEG,
} codec_tiff_compression;

typedef struct codec_tiff_options {
    codec_tiff_compression compression;
    int32_t quality;  // of JPEG, 1 to 100
} codec_tiff_options;

typedef struct codec_jpeg_options {
    int32_t quality;                     // 1 to 100
    int32_t horizontal, vertical;        // luma samples per chroma sample: 1x1, 2x1, 2x2, ...
    bool progressive;
    bool optimized;                      // Huffman tables made for this image
} codec_jpeg_options;

// Takes the bytes of a file in the making; false when it cannot.
typedef struct codec_sink {
    bool (*write)(void *context, const uint8_t *bytes, size_t count);
    void *context;
    // Replaces bytes that were written before; NULL where that cannot be done.
    bool (*overwrite)(void *context, uint64_t offset, const uint8_t *bytes, size_t count);
} codec_sink;

typedef struct codec_writer codec_writer;

/// Writers that get their rows piece by piece: image->pixels is not looked at, the rest only while opening. What
/// needs the whole image (progressive and optimized JPEG) is held by the library until the end.
codec_writer *codec_open_png_writer(const codec_image *image, const codec_png_options *options, codec_sink sink,
                                    codec_status *status);
/// Takes 1 or 3 channels of 8 bits.
codec_writer *codec_open_jpeg_writer(const codec_image *image, const codec_jpeg_options *options, codec_sink sink,
                                     codec_status *status);
/// Takes 8 bits, and 1 to 4 channels. The pixels are held until the end.
codec_writer *codec_open_webp_writer(const codec_image *image, const codec_webp_options *options, codec_sink sink,
                                     codec_status *status);
/// Held in memory where the sink cannot overwrite. JPEG takes 8 bits.
codec_writer *codec_open_tiff_writer(const codec_image *image, const codec_tiff_options *options, codec_sink sink,
                                     codec_status *status);
/// Whether the TIFF is written as BigTIFF, which takes no EXIF here.
bool codec_tiff_is_big(uint32_t width, uint32_t height, int32_t channels, int32_t bits);
bool codec_write_rows(codec_writer *writer, const void *rows, uint32_t count, codec_status *status);
/// To be called after the last row.
bool codec_finish(codec_writer *writer, codec_status *status);
void codec_close_writer(codec_writer *writer);

/// On success *bytes is a block for codec_free.
bool codec_encode_png(const codec_image *image, const codec_png_options *options, uint8_t **bytes, size_t *count,
                      codec_status *status);
bool codec_encode_jpeg(const codec_image *image, const codec_jpeg_options *options, uint8_t **bytes,
                       size_t *count, codec_status *status);
bool codec_encode_webp(const codec_image *image, const codec_webp_options *options, uint8_t **bytes, size_t *count,
                       codec_status *status);
bool codec_encode_tiff(const codec_image *image, const codec_tiff_options *options, uint8_t **bytes, size_t *count,
                       codec_status *status);

/// One image of an animated GIF, at its top left corner: descriptor, palette and data. palette has 256 colors of three
/// bytes. On success *bytes is a block for codec_free.
bool codec_pack_gif_image(const uint8_t *indices, uint32_t width, uint32_t height, const uint8_t *palette,
                          uint8_t **bytes, size_t *count, codec_status *status);

void codec_free(void *block);

// Samples. 16 bits to 8 round to nearest; 8 to 16 multiply by 257.
void codec_narrow(const uint16_t *source, uint8_t *target, size_t count);
void codec_widen(const uint8_t *source, uint16_t *target, size_t count);
/// Composites gray + alpha or RGBA over an opaque background of channels - 1 values.
void codec_flatten8(const uint8_t *source, uint8_t *target, size_t pixels, int32_t channels, const uint8_t *background);
