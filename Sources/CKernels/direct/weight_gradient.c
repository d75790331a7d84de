#include "direct/direct.h"
#include "direct/source.h"
#include "elementwise/bfloat16.h"
#include "layout/tiles.h"
#include "matrix/panel.h"
#include "matrix/tile_sums.h"
#include "runtime/dispatch.h"
#include "runtime/sharing.h"
#include <string.h>

// The gradients of a block are summed over bands of output rows. Where there are few blocks, the bands are dealt out to
// a fixed number of parts, whose sums are added up in order.
enum { most_wide = 8, channel_block = 64, parts_wanted = 16, band_pixels = 256, band_bytes = 256 << 10 };

typedef struct {
    const ck_convolution *call;
    const ck_tile_kernels *tiles;
    int halves, by_rows;  // by_rows: few output channels; the taps fill the vectors
    ck_reach rows, columns;
    int64_t channels, blocks, panels, parts, band_rows, bands_per_image;
    int64_t block_floats;
    float *sums;  // [panel][block][part][block_floats], or NULL when there is one part
    _Atomic int failed;
} job;

typedef struct {
    int64_t panel, block, part, channel, channels, output, outputs;
    float *sums;
} place;

static place place_of(const job *j, int64_t piece) {
    const ck_convolution_sizes *s = &j->call->sizes;
    place p = {.part = piece % j->parts, .block = piece / j->parts % j->blocks, .panel = piece / j->parts / j->blocks};
    p.channel = p.block * j->channels;
    p.channels = ck_smaller(j->channels, s->input_channels - p.channel);
    p.output = p.panel * CK_PANEL;
    p.outputs = j->by_rows ? s->output_channels : ck_smaller(CK_PANEL, s->output_channels - p.output);
    p.sums = j->sums ? j->sums + piece * j->block_floats : NULL;
    return p;
}

static int64_t line_of(const job *j, const place *p) { return j->columns.taps * p->channels; }
static int64_t wide_line(const job *j, const place *p) { return ck_pieces(line_of(j, p), 16) * 16; }

// Output rows, of [first, first + count), for which tap row t lies in the image.
static void rows_met(const ck_reach *r, int64_t t, int64_t first, int64_t count, int64_t *from, int64_t *until) {
    int64_t low = r->before - t, high = r->extent + r->before - t;
    *from = ck_larger(first, low > 0 ? ck_pieces(low, r->step) : 0);
    *until = ck_smaller(first + count, high > 0 ? ck_pieces(high, r->step) : 0);
}

// The output gradient as it is read: floats [row][column][32], pairs [row][half a column][32], or without the padding
// to 32 when the taps fill the vectors.
static void lay_gradient(const job *j, const place *p, const float *dy, int64_t rows, int64_t width, uint32_t *to) {
    int64_t pixel = j->call->y_pixel, wide = width, from = p->output;
    const int64_t columns = j->by_rows ? p->outputs : CK_PANEL;
    if (j->halves) wide = ck_pieces(width, 2);
    if (columns > p->outputs) memset(to, 0, sizeof *to * (size_t)(rows * wide * columns));
    for (int64_t r = 0; r < rows; r++, dy += width * pixel) {
        for (int64_t i = 0; i < wide; i++, to += columns) {
            const float *here = dy + i * (j->halves ? 2 : 1) * pixel + from;
            if (j->halves) ck_pair(here, 2 * i + 1 < width ? here + pixel : NULL, to, p->outputs);
            else memcpy(to, here, sizeof *to * (size_t)p->outputs);
        }
    }
}

static void sum_band(const job *j, const place *p, const ck_strip *strip, int64_t row, int64_t rows, const float *dy,
                     const uint32_t *laid) {
    const ck_convolution_sizes *s = &j->call->sizes;
    int64_t width = s->output_width, line = line_of(j, p), pixel = j->call->y_pixel, count = strip->until - strip->from;
    int64_t steps = j->halves ? 2 : 1, units = j->halves ? ck_pieces(width, 2) : width;
    for (int64_t t = 0; t < j->rows.taps; t++) {
        int64_t from, until;
        rows_met(&j->rows, t, row, rows, &from, &until);
        if (from >= until) continue;
        const void *x = ck_strip_line(strip, from * j->rows.step + t, strip->from);
        ck_tile_sums sums = {.lines = until - from, .inner = ck_pieces(count, steps)};
        int64_t x_inner = steps * strip->step * strip->pixel, x_line = j->rows.step * strip->pitch;
        if (!j->by_rows) {
            float *to = p->sums + t * line * CK_PANEL;
            sums.a_row = steps;
            sums.a_inner = steps * x_inner;
            sums.a_line = steps * x_line;
            sums.b_inner = CK_PANEL;
            sums.b_line = units * CK_PANEL;
            sums.c_row = sums.start_row = CK_PANEL;
            sums.start = to;
            const uint32_t *b = laid + ((from - row) * units + strip->from) * CK_PANEL;
            j->tiles->tile(&sums, line, p->outputs > 16 ? CK_PANEL : 16, x, b, to, NULL);
            continue;
        }
        const void *a = dy + ((from - row) * width + strip->from) * pixel + p->output;
        sums.a_row = 1;
        sums.a_inner = pixel;
        sums.a_line = width * pixel;
        if (j->halves) {
            a = laid + (from - row) * units * p->outputs;
            sums.a_row = 2;
            sums.a_inner = 2 * p->outputs;
            sums.a_line = 2 * units * p->outputs;
        }
        sums.b_inner = x_inner;
        sums.b_line = x_line;
        sums.c_row = sums.start_row = wide_line(j, p);
        j->tiles->wide(&sums, p->outputs, line, a, x, p->sums + t * p->outputs * sums.c_row);
    }
}

// ---- From sums to dw[output][channel][tap]

CK_DISPATCH static void add_parts(float *sums, int64_t floats, int64_t parts) {
    for (int64_t part = 1; part < parts; part++) {
        const float *more = sums + part * floats;
        CK_VECTOR_LOOP
        for (int64_t i = 0; i < floats; i++) sums[i] += more[i];
    }
}

// From [tap row][tap column][channel][32].
CK_DISPATCH static void store_block(const job *j, const place *p) {
    const ck_convolution_sizes *s = &j->call->sizes;
    int64_t taps = s->kernel_height * s->kernel_width, met = j->rows.taps * j->columns.taps;
    for (int64_t half = 0; half < p->outputs; half += 16) {
        int64_t outputs = ck_smaller(16, p->outputs - half);
        for (int64_t c = 0; c < p->channels; c++) {
            float *dw = j->call->w + ((p->output + half) * s->input_channels + p->channel + c) * taps;
            const float *from = p->sums + c * CK_PANEL + half;
            if (met < taps) {
                for (int64_t o = 0; o < outputs; o++)
                    memset(dw + o * s->input_channels * taps, 0, sizeof(float) * (size_t)taps);
            }
            for (int64_t t = 0; t < met; t += 16) {
                float tile[16 * 16];
                int64_t count = ck_smaller(16, met - t);
                ck_transpose_tile(from + t * p->channels * CK_PANEL, p->channels * CK_PANEL, tile, 16, 0);
                for (int64_t o = 0; o < outputs; o++) {
                    float *to = dw + o * s->input_channels * taps;
                    if (met == taps) {
                        memcpy(to + t, tile + o * 16, sizeof(float) * (size_t)count);
                        continue;
                    }
                    for (int64_t i = t; i < t + count; i++) {
                        int64_t row = j->rows.skipped + i / j->columns.taps;
                        to[row * s->kernel_width + j->columns.skipped + i % j->columns.taps] = tile[o * 16 + i - t];
                    }
                }
            }
        }
    }
}

// From [tap row][output][tap column, channel].
static void store_rows(const job *j, const place *p) {
    const ck_convolution_sizes *s = &j->call->sizes;
    int64_t taps = s->kernel_height * s->kernel_width, line = wide_line(j, p), ci = s->input_channels;
    memset(j->call->w, 0, sizeof(float) * (size_t)(s->output_channels * ci * taps));
    for (int64_t row = 0; row < j->rows.taps; row++) {
        for (int64_t o = 0; o < s->output_channels; o++) {
            for (int64_t column = 0; column < j->columns.taps; column++) {
                const float *from = p->sums + (row * s->output_channels + o) * line + column * ci;
                float *to = j->call->w + o * ci * taps + (j->rows.skipped + row) * s->kernel_width +
                            j->columns.skipped + column;
                for (int64_t c = 0; c < ci; c++) to[c * taps] = from[c];
            }
        }
    }
}

static void store(const job *j, const place *p) {
    if (j->by_rows) store_rows(j, p);
    else store_block(j, p);
}

static void add_and_store(void *context, int64_t piece) {
    const job *j = context;
    place p = place_of(j, piece * j->parts);
    add_parts(p.sums, j->block_floats, j->parts);
    store(j, &p);
}

// ---- Pieces

static void sum_piece(void *context, int64_t piece) {
    job *j = context;
    const ck_convolution_sizes *s = &j->call->sizes;
    place p = place_of(j, piece);
    int kind = j->halves ? CK_SOURCE_PAIRS : CK_SOURCE_FLOATS;
    ck_source source = {NULL, p.channels, j->call->x_pixel, j->rows, j->columns};
    size_t source_bytes = (ck_strips_bytes(&source, j->band_rows, kind) + 63) / 64 * 64;
    int64_t width = s->output_width;
    size_t gradient_bytes = sizeof(float) * (size_t)(j->band_rows * (width + 1) * CK_PANEL);
    size_t sum_bytes = p.sums ? 0 : sizeof(float) * (size_t)j->block_floats;
    char *memory = ck_scratch_take(source_bytes + gradient_bytes + sum_bytes);
    if (!memory) {
        j->failed = 1;
        return;
    }
    uint32_t *laid = (uint32_t *)(memory + source_bytes);
    if (!p.sums) p.sums = (float *)(memory + source_bytes + gradient_bytes);
    memset(p.sums, 0, sizeof(float) * (size_t)j->block_floats);
    int64_t bands = s->batch * j->bands_per_image;
    for (int64_t b = bands * p.part / j->parts; b < bands * (p.part + 1) / j->parts; b++) {
        int64_t image = b / j->bands_per_image, row = b % j->bands_per_image * j->band_rows;
        int64_t rows = ck_smaller(j->band_rows, s->output_height - row);
        source.values = j->call->x + image * s->input_height * s->input_width * j->call->x_pixel + p.channel;
        const float *dy = j->call->y + (image * s->output_height + row) * width * j->call->y_pixel;
        if (!j->by_rows || j->halves) lay_gradient(j, &p, dy, rows, width, laid);
        ck_strip strips[3];
        int count = ck_strips_make(&source, row, rows, kind, j->by_rows ? 16 : 1, memory, strips);
        for (int i = 0; i < count; i++) sum_band(j, &p, &strips[i], row, rows, dy, laid);
    }
    if (!j->sums) store(j, &p);
    ck_scratch_give(memory);
}

int ck_direct_weight_gradient(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    job j = {.call = call, .halves = call->precision == CK_BFLOAT16};
    j.tiles = ck_tile_kernels_for(j.halves);
    j.by_rows = s->output_channels <= most_wide;
    j.rows = ck_reach_of(s->output_height, s->stride_height, s->pad_top, s->kernel_height, s->input_height);
    j.columns = ck_reach_of(s->output_width, s->stride_width, s->pad_left, s->kernel_width, s->input_width);
    if (j.rows.taps == 0 || j.columns.taps == 0) {
        int64_t count = s->output_channels * s->input_channels * s->kernel_height * s->kernel_width;
        memset(call->w, 0, sizeof(float) * (size_t)count);
        return 0;
    }
    int few = s->input_channels < 2 * channel_block;
    j.channels = j.by_rows || few ? s->input_channels : channel_block;
    j.blocks = ck_pieces(s->input_channels, j.channels);
    j.panels = j.by_rows ? 1 : ck_pieces(s->output_channels, CK_PANEL);

    ck_source source = {NULL, j.channels, call->x_pixel, j.rows, j.columns};
    int kind = j.halves ? CK_SOURCE_PAIRS : CK_SOURCE_FLOATS;
    j.band_rows = ck_larger(1, ck_smaller(s->output_height, band_pixels / s->output_width));
    while (j.band_rows > 1 && ck_strips_bytes(&source, j.band_rows, kind) > band_bytes) j.band_rows /= 2;
    j.bands_per_image = ck_pieces(s->output_height, j.band_rows);
    int64_t bands = s->batch * j.bands_per_image;
    j.parts = ck_larger(1, ck_smaller(bands, parts_wanted / (j.blocks * j.panels)));

    // Sixteen rows of 32 more, which the way out of the sums may read.
    place whole = {.channels = j.channels};
    j.block_floats = j.by_rows ? j.rows.taps * s->output_channels * wide_line(&j, &whole)
                               : (j.rows.taps * line_of(&j, &whole) + 16 * j.channels) * CK_PANEL;
    int64_t pieces = j.panels * j.blocks * j.parts;
    if (j.parts > 1 && !(j.sums = ck_scratch_take(sizeof(float) * (size_t)(pieces * j.block_floats)))) return -1;
    ck_share(pieces, sum_piece, &j);
    if (j.sums && !j.failed) ck_share(j.panels * j.blocks, add_and_store, &j);
    ck_scratch_give(j.sums);
    return j.failed ? -1 : 0;
}
