#include "exif/exif.h"
#include "tiff/entries.h"
#include "tiff/stream.h"
#include "writing.h"

#include <CMemory.h>
#include <string.h>

// Rows are packed by strips of about this size.
enum { STRIP = 1 << 18 };

typedef struct tiff_writer {
    codec_writer base;
    codec_sink sink;
    codec_buffer buffer;  // the file, where the sink cannot go back
    uint64_t at, size;
    uint64_t directory;   // where the header says that it is
    TIFF *tiff;
    uint8_t *line;        // libtiff changes what it is given
    size_t stride;
    uint32_t row;
    codec_buffer tail;    // what libtiff writes at last, from tail_at on: the directory with its values
    uint64_t tail_at;
    codec_buffer fields;  // the EXIF block, which lies behind the header
    bool is_recording;
    bool is_stuck;
    char message[200];
} tiff_writer;

static tmsize_t read_bytes(thandle_t context, void *target, tmsize_t count) {
    (void)context;
    (void)target;
    (void)count;
    return 0;
}

static bool append(tiff_writer *writer, const uint8_t *bytes, size_t count) {
    if (count == 0) return true;
    if (writer->is_recording && !codec_buffer_append(&writer->tail, bytes, count)) return false;
    writer->size += count;
    return writer->sink.overwrite ? writer->sink.write(writer->sink.context, bytes, count)
                                  : codec_buffer_append(&writer->buffer, bytes, count);
}

// libtiff goes back into what has been recorded, and to the header.
static bool follow(tiff_writer *writer, const uint8_t *bytes, size_t count) {
    if (writer->at == 4 && count == 4) {
        writer->directory = tiff_number(writer->fields.bytes[0] == 'M', bytes);
    } else if (writer->at >= writer->tail_at) {
        uint64_t offset = writer->at - writer->tail_at;
        if (offset > writer->tail.count || count > writer->tail.count - offset) return false;
        memcpy(writer->tail.bytes + offset, bytes, count);
    }
    return true;
}

static bool overwrite(tiff_writer *writer, const uint8_t *bytes, size_t count) {
    if (writer->is_recording && !follow(writer, bytes, count)) return false;
    if (writer->sink.overwrite) return writer->sink.overwrite(writer->sink.context, writer->at, bytes, count);
    memcpy(writer->buffer.bytes + writer->at, bytes, count);
    return true;
}

static tmsize_t write_bytes(thandle_t context, void *bytes, tmsize_t count) {
    static const uint8_t zeros[4096];
    tiff_writer *writer = context;
    bool done = count >= 0;
    while (done && writer->at > writer->size) {
        uint64_t gap = writer->at - writer->size;
        done = append(writer, zeros, gap < sizeof zeros ? (size_t)gap : sizeof zeros);
    }
    size_t wanted = count > 0 ? (size_t)count : 0;
    uint64_t inside = writer->size - writer->at < wanted ? writer->size - writer->at : wanted;
    if (done && inside > 0) done = overwrite(writer, bytes, (size_t)inside);
    if (done) done = append(writer, (const uint8_t *)bytes + inside, wanted - (size_t)inside);
    if (!done) {
        writer->is_stuck = true;
        return 0;
    }
    writer->at += wanted;
    return count;
}

static toff_t seek(thandle_t context, toff_t offset, int from) {
    tiff_writer *writer = context;
    uint64_t base = from == SEEK_CUR ? writer->at : from == SEEK_END ? writer->size : 0;
    return writer->at = base + offset;
}

static int close_stream(thandle_t context) {
    (void)context;
    return 0;
}

static toff_t size(thandle_t context) { return ((tiff_writer *)context)->size; }

static bool report(const tiff_writer *writer, codec_status *status) {
    if (writer->is_stuck) return codec_fail(status, CODEC_OUT_OF_MEMORY, "the TIFF cannot be written");
    return codec_fail(status, CODEC_UNSUPPORTED, "%s", writer->message[0] ? writer->message : "the TIFF cannot be made");
}

static void close_writer(codec_writer *base) {
    tiff_writer *writer = (tiff_writer *)base;
    // TIFFClose would write a directory; nobody is there to read it.
    if (writer->tiff) TIFFCleanup(writer->tiff);
    codec_free(writer->buffer.bytes);
    codec_free(writer->tail.bytes);
    codec_free(writer->fields.bytes);
    memory_give(writer->line);
    memory_give(writer);
}

static bool write_rows(codec_writer *base, const uint8_t *rows, uint32_t count, codec_status *status) {
    tiff_writer *writer = (tiff_writer *)base;
    for (uint32_t y = 0; y < count; y++) {
        memcpy(writer->line, rows + y * writer->stride, writer->stride);
        if (TIFFWriteScanline(writer->tiff, writer->line, writer->row++, 0) != 1) return report(writer, status);
    }
    return true;
}

static bool put_at(tiff_writer *writer, uint64_t at, const uint8_t *bytes, size_t count) {
    writer->at = at;
    return write_bytes(writer, (void *)bytes, (tmsize_t)count) == (tmsize_t)count;
}

// The EXIF block has its place in the file, so that its entries fit into the file's own directory.
static bool add_fields(tiff_writer *writer) {
    const codec_buffer *tail = &writer->tail;
    codec_buffer merged = {0};
    uint64_t at = (writer->size + 1) / 2 * 2;
    uint8_t place[4];
    bool done = writer->directory >= writer->tail_at && at < UINT32_MAX / 2 &&
                tiff_entries_merge(tail->bytes, tail->count, (size_t)(writer->directory - writer->tail_at),
                                   &writer->fields, &merged);
    if (done) tiff_number_put(writer->fields.bytes[0] == 'M', place, (uint32_t)at);
    done = done && put_at(writer, at, merged.bytes, merged.count) && put_at(writer, 4, place, sizeof place);
    codec_free(merged.bytes);
    return done;
}

static bool finish(codec_writer *base, codec_status *status) {
    tiff_writer *writer = (tiff_writer *)base;
    // What is written from here on is the directory. It is written once more with the fields of EXIF.
    if (!TIFFFlushData(writer->tiff)) return report(writer, status);
    writer->is_recording = writer->fields.count > 0;
    writer->tail_at = writer->size;
    if (!TIFFWriteDirectory(writer->tiff) || writer->is_stuck) return report(writer, status);
    writer->is_recording = false;
    if (writer->fields.count > 0 && !add_fields(writer)) return report(writer, status);
    TIFFCleanup(writer->tiff);
    writer->tiff = NULL;
    const codec_buffer *buffer = &writer->buffer;
    if (buffer->count > 0 && !writer->sink.write(writer->sink.context, buffer->bytes, buffer->count))
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "the TIFF cannot be written");
    return true;
}

static const codec_writer_operations operations = {.write_rows = write_rows, .finish = finish, .close = close_writer};

static bool write_text(TIFF *tiff, const codec_text *text, codec_buffer *scratch) {
    scratch->count = 0;
    return codec_buffer_append(scratch, text->value, text->value_size) && codec_buffer_append(scratch, "", 1) &&
           TIFFSetField(tiff, exif_tag(text->keyword), scratch->bytes);
}

static bool write_details(TIFF *tiff, const codec_image *image) {
    if (exif_holds(image->density_x, image->density_y)) {
        TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
        TIFFSetField(tiff, TIFFTAG_XRESOLUTION, image->density_x * 0.0254);
        TIFFSetField(tiff, TIFFTAG_YRESOLUTION, image->density_y * 0.0254);
    }
    bool done = true;
    if (image->icc && image->icc_size > 0)
        done = TIFFSetField(tiff, TIFFTAG_ICCPROFILE, (uint32_t)image->icc_size, image->icc);
    if (done && image->xmp && image->xmp_size > 0)
        done = TIFFSetField(tiff, TIFFTAG_XMLPACKET, (uint32_t)image->xmp_size, image->xmp);
    codec_buffer scratch = {0};
    for (size_t i = 0; done && i < image->text_count; i++) done = write_text(tiff, &image->texts[i], &scratch);
    codec_free(scratch.bytes);
    return done;
}

static bool write_head(tiff_writer *writer, const codec_image *image, const codec_tiff_options *options) {
    static const uint16_t schemes[] = {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_JPEG};
    TIFF *tiff = writer->tiff;
    bool is_jpeg = options->compression == CODEC_TIFF_JPEG, is_color = image->channels >= 3;
    bool is_ycc = is_jpeg && image->channels == 3;
    uint32_t rows = (uint32_t)(STRIP / writer->stride);
    rows = rows < 16 ? 16 : rows / 16 * 16;
    bool done = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, image->width) &&
                TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, image->height) &&
                TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, image->bits) &&
                TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, image->channels) &&
                TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) &&
                TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT) &&
                TIFFSetField(tiff, TIFFTAG_COMPRESSION, schemes[options->compression]) &&
                TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                             is_ycc ? PHOTOMETRIC_YCBCR : is_color ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK) &&
                TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rows < image->height ? rows : image->height);
    const uint16_t alpha = EXTRASAMPLE_UNASSALPHA;
    if (done && image->channels % 2 == 0) done = TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &alpha);
    if (done && is_jpeg) {
        done = TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, options->quality) &&
               (!is_ycc || TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB));
    } else if (done && options->compression != CODEC_TIFF_NONE) {
        done = TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
    }
    return done && write_details(tiff, image);
}

static bool begin(tiff_writer *writer, const codec_image *image, const codec_tiff_options *options,
                  codec_status *status) {
    writer->stride = (size_t)image->width * (size_t)image->channels * (size_t)image->bits / 8;
    writer->line = memory_take(writer->stride);
    TIFFOpenOptions *quiet = tiff_quiet_options(writer->message);
    bool is_big = codec_tiff_is_big(image->width, image->height, image->channels, image->bits);
    bool has_fields = image->exif && image->exif_size > 8 && !is_big;
    const char *mode = is_big ? "w8" : !has_fields ? "w" : image->exif[0] == 'M' ? "wb" : "wl";
    if (quiet && writer->line)
        writer->tiff = TIFFClientOpenExt("TIFF", mode, writer, read_bytes, write_bytes, seek,
                                         close_stream, size, NULL, NULL, quiet);
    if (quiet) TIFFOpenOptionsFree(quiet);
    if (!writer->tiff) {
        if (writer->is_stuck || writer->message[0]) return report(writer, status);
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a TIFF encoder");
    }
    if (has_fields && (!codec_buffer_append(&writer->fields, image->exif, image->exif_size) ||
                       !put_at(writer, 8, image->exif + 8, image->exif_size - 8)))
        return codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for the EXIF");
    return write_head(writer, image, options) || report(writer, status);
}

bool codec_tiff_is_big(uint32_t width, uint32_t height, int32_t channels, int32_t bits) {
    // A file of more than 4 GB needs offsets of 64 bits; packed data may be a little larger than the pixels.
    return (double)width * height * channels * bits / 8 * 1.02 > 4.0e9;
}

codec_writer *codec_open_tiff_writer(const codec_image *image, const codec_tiff_options *options, codec_sink sink,
                                     codec_status *status) {
    codec_succeed(status);
    tiff_writer *writer = memory_take_zeroed(sizeof *writer);
    if (!writer) {
        codec_fail(status, CODEC_OUT_OF_MEMORY, "no memory for a TIFF encoder");
        return NULL;
    }
    writer->base.operations = &operations;
    writer->sink = sink;
    if (begin(writer, image, options, status)) return &writer->base;
    close_writer(&writer->base);
    return NULL;
}

bool codec_encode_tiff(const codec_image *image, const codec_tiff_options *options, uint8_t **bytes, size_t *count,
                       codec_status *status) {
    codec_buffer buffer = {0};
    codec_writer *writer = codec_open_tiff_writer(image, options, codec_buffer_sink(&buffer), status);
    return codec_write_whole(writer, image, &buffer, bytes, count, status);
}
