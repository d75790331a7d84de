#include "direct.h"
#include "CKernels.h"
#include "direct_lattice.h"
#include "direct_tiles.h"
#include "dispatch.h"
#include "matrix_panel.h"
#include "sharing.h"
#include <string.h>

int ck_direct_takes(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    return s->dilation_height == 1 && s->dilation_width == 1 && s->groups == 1 && s->pad_top >= 0 && s->pad_left >= 0;
}

int ck_direct_fuses(const ck_convolution *call) {
    const ck_epilogue *e = &call->epilogue;
    return e->activation != CK_ACTIVATE_TANH || (!e->added[0].values && !e->added[1].values);
}

// Outputs that are summed over the same part of the weights before the next part is fetched; floats and weights of such
// a part; and memory that a band of rows may take.
enum { rows_together = 192, part_floats = 32768, band_bytes = 256 << 10 };

typedef struct {
    ck_lattices lattices;
    const ck_direct_tiles *tiles;
    const ck_lattice *lattice;
    int halves;
    // Bands of rows
    int64_t band_rows, bands;
    // Patches
    char *patches;
    int64_t patch, first_output, patch_count;  // units of a patch; the outputs whose patches are laid out
    _Atomic int failed;
} job;

// ---- Ends

static int64_t pixel_of(const ck_lattices *l, const ck_lattice *k, int64_t image, int64_t row, int64_t column) {
    return (image * l->output_height + k->first_row + row * k->step_row) * l->output_width + k->first_column +
           column * k->step_column;
}

// The end of the sums that begin at a pixel and channel of the output; 0 when there is nothing to do.
static int end_at(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t channel, ck_tile_end *end) {
    const ck_epilogue *e = &l->call->epilogue;
    if (ck_epilogue_is_empty(e, 0)) return 0;
    int tanh = e->activation == CK_ACTIVATE_TANH;
    *end = (ck_tile_end){.slope = 1, .scale = tanh ? 1 : e->scale};
    if (e->multipliers) end->multipliers = e->multipliers + channel;
    if (e->bias) end->bias = e->bias + channel;
    if (e->activation == CK_ACTIVATE_RELU) end->slope = 0;
    if (e->activation == CK_ACTIVATE_LEAKY_RELU) end->slope = e->slope;
    if (e->activation == CK_ACTIVATE_PRELU) end->weights = e->weights + channel;
    for (int i = 0; i < 2; i++) {
        if (!e->added[i].values) continue;
        end->added[i] = e->added[i].values + pixel * e->added[i].pixel + channel;
        end->added_row[i] = e->added[i].pixel * k->step_column;
        end->added_scale[i] = e->added[i].scale;
    }
    return 1;
}

// Tiles know no tanh: it is applied to a row of finished sums.
static void finish_row(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t count) {
    if (l->call->epilogue.activation != CK_ACTIVATE_TANH) return;
    ck_epilogue rest = l->call->epilogue;
    rest.multipliers = rest.bias = NULL;
    float *y = l->output + pixel * l->output_pixel;
    ck_apply_epilogue(&rest, y, l->output_pixel * k->step_column, y, l->output_pixel * k->step_column, count,
                      l->outputs);
}

// Stores the sums of `count` pixels, dense in `sums`.
static void store_dots(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t count, float *sums) {
    ck_epilogue e = l->call->epilogue;
    ck_addend added[2] = {e.added[0], e.added[1]};
    e.added[0].values = e.added[1].values = NULL;
    if (!ck_epilogue_is_empty(&e, 0)) ck_apply_epilogue(&e, sums, l->outputs, sums, l->outputs, count, l->outputs);
    for (int i = 0; i < 2; i++) {
        if (!added[i].values) continue;
        const float *from = added[i].values + pixel * added[i].pixel;
        for (int64_t p = 0; p < count; p++) {
            for (int64_t o = 0; o < l->outputs; o++)
                sums[p * l->outputs + o] += added[i].scale * from[p * k->step_column * added[i].pixel + o];
        }
    }
    float *y = l->output + pixel * l->output_pixel;
    int64_t by = l->output_pixel * k->step_column;
    if (by == l->outputs) {
        memcpy(y, sums, sizeof(float) * (size_t)(count * by));
        return;
    }
    for (int64_t p = 0; p < count; p++) {
        for (int64_t o = 0; o < l->outputs; o++) y[p * by + o] = sums[p * l->outputs + o];
    }
}

// ---- Wide images: a piece is a band of output rows

static ck_source source_of(const job *j, int64_t image) {
    const ck_lattices *l = &j->lattices;
    return (ck_source){l->source + image * l->source_height * l->source_width * l->source_pixel, l->channels,
                       l->source_pixel, j->lattice->rows, j->lattice->columns};
}

static void dots_of_row(const job *j, const ck_strip *strip, int64_t image, int64_t row, float *sums) {
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t line = ck_packed_line(l, k), first, until;
    ck_taps_met(&k->rows, row, &first, &until);
    ck_tile_sums t = {.lines = until - first, .inner = line / j->tiles->dot_step, .a_row = strip->step * strip->pixel,
                      .a_line = strip->pitch, .b_inner = k->rows.taps * line, .b_line = line};
    const char *w = (const char *)l->weights + k->weights + first * line * strip->element;
    for (int64_t from = strip->from; from < strip->until; from += rows_together) {
        int64_t count = ck_smaller(rows_together, strip->until - from);
        j->tiles->dot(&t, count, l->outputs, ck_strip_line(strip, row * k->rows.step + first, from), w, sums);
        store_dots(l, k, pixel_of(l, k, image, row, from), count, sums);
    }
}

// One panel of 32 outputs of a row, the tap rows [part, part + part_rows) of it.
static void tiles_of_row(const job *j, const ck_strip *strip, int64_t image, int64_t row, int64_t panel, int64_t part,
                         int64_t part_rows, float *sums) {
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t line = ck_packed_line(l, k), met, end_met;
    ck_taps_met(&k->rows, row, &met, &end_met);
    int64_t first = ck_larger(met, part), until = ck_smaller(end_met, part + part_rows);
    int is_first = first == met, is_last = until == end_met;
    if (until <= first) {
        if (met < end_met || part > 0) return;
        first = until = 0;
        is_first = is_last = 1;
    }
    int64_t columns = ck_smaller(CK_PANEL, l->outputs - panel * CK_PANEL), channel = panel * CK_PANEL;
    ck_tile_sums t = {.lines = until - first, .inner = line, .a_row = strip->step * strip->pixel,
                      .a_inner = j->halves ? 2 : 1, .a_line = strip->pitch, .b_inner = CK_PANEL,
                      .b_line = line * CK_PANEL};
    const char *w = (const char *)l->weights + k->weights + 4 * (panel * k->rows.taps + first) * line * CK_PANEL;
    const char *a = t.lines ? ck_strip_line(strip, row * k->rows.step + first, strip->from) : NULL;
    int64_t pixel = pixel_of(l, k, image, row, strip->from), count = strip->until - strip->from;
    t.start = is_first ? NULL : sums;
    t.start_row = CK_PANEL;
    if (!is_last) {
        t.c_row = CK_PANEL;
        j->tiles->tile(&t, count, columns > 16 ? CK_PANEL : 16, a, w, sums, NULL);
        return;
    }
    ck_tile_end end;
    t.c_row = l->output_pixel * k->step_column;
    int has_end = end_at(l, k, pixel, channel, &end);
    j->tiles->tile(&t, count, columns, a, w, l->output + pixel * l->output_pixel + channel, has_end ? &end : NULL);
}

static void band(void *context, int64_t piece) {
    job *j = context;
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t image = piece / j->bands, row = piece % j->bands * j->band_rows;
    int64_t rows = ck_smaller(j->band_rows, k->rows.count - row), width = k->columns.count;
    int kind = j->halves ? CK_SOURCE_HALVES : CK_SOURCE_FLOATS;
    ck_source source = source_of(j, image);
    size_t source_bytes = (ck_strips_bytes(&source, j->band_rows, kind) + 63) / 64 * 64;
    size_t sum_floats = l->by_dots ? rows_together * (size_t)l->outputs + 16 : (size_t)(rows * width * CK_PANEL);
    char *memory = ck_scratch_take(source_bytes + sizeof(float) * sum_floats);
    if (!memory) {
        j->failed = 1;
        return;
    }
    float *sums = (float *)(memory + source_bytes);
    int64_t whole = l->by_dots ? j->tiles->dot_step : j->halves ? 2 : 1;
    ck_strip strips[3] = {{.until = width}};
    int count = k->line ? ck_strips_make(&source, row, rows, kind, whole, memory, strips) : 1;
    if (l->by_dots) {
        for (int i = 0; i < count; i++) {
            for (int64_t r = row; r < row + rows; r++) dots_of_row(j, &strips[i], image, r, sums);
        }
    } else {
        int64_t line = ck_packed_line(l, k), part_rows = ck_larger(1, part_floats / ck_larger(1, line * CK_PANEL));
        for (int64_t panel = 0; panel < ck_pieces(l->outputs, CK_PANEL); panel++) {
            for (int64_t part = 0; part == 0 || part < k->rows.taps; part += part_rows) {
                for (int64_t r = row; r < row + rows; r++) {
                    for (int i = 0; i < count; i++)
                        tiles_of_row(j, &strips[i], image, r, panel, part, part_rows,
                                     sums + ((r - row) * width + strips[i].from) * CK_PANEL);
                }
            }
        }
        for (int64_t r = row; r < row + rows; r++) finish_row(l, k, pixel_of(l, k, image, r, 0), width);
    }
    ck_scratch_give(memory);
}

static void by_bands(job *j) {
    const ck_lattices *l = &j->lattices;
    int64_t rows = j->lattice->rows.count;
    ck_source source = source_of(j, 0);
    int kind = j->halves ? CK_SOURCE_HALVES : CK_SOURCE_FLOATS;
    int64_t enough = ck_pieces(4 * ck_threads(), l->call->sizes.batch);
    j->band_rows = ck_larger(1, ck_smaller(16, rows / enough));
    while (j->band_rows > 1 && ck_strips_bytes(&source, j->band_rows, kind) > band_bytes) j->band_rows /= 2;
    j->bands = ck_pieces(rows, j->band_rows);
    ck_share(l->call->sizes.batch * j->bands, band, j);
}

// ---- Small images with many channels: patches of some outputs, then a piece is a panel of 32 output channels,
// whose weights are read once, in order

static void place_of(const job *j, int64_t i, int64_t *image, int64_t *row, int64_t *column) {
    int64_t width = j->lattice->columns.count, plane = j->lattice->rows.count * width, output = j->first_output + i;
    *image = output / plane;
    *row = output % plane / width;
    *column = output % width;
}

static void lay_patch(void *context, int64_t piece) {
    job *j = context;
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t image, row, column;
    place_of(j, piece, &image, &row, &column);
    int64_t line = ck_packed_line(l, k), size = j->halves ? 2 : 4, units = line * (j->halves ? 2 : 1);
    char *to = j->patches + piece * j->patch * size;
    const float *pixels = l->source + image * l->source_height * l->source_width * l->source_pixel;
    for (int64_t t = 0; t < k->rows.taps; t++, to += units * size) {
        int64_t y = row * k->rows.step - k->rows.before + t, x = column * k->columns.step - k->columns.before;
        if (y < 0 || y >= l->source_height) {
            memset(to, 0, (size_t)(units * size));
            continue;
        }
        for (int64_t i = 0; i < k->columns.taps; i++) {
            char *here = to + i * l->channels * size;
            const float *from = pixels + (y * l->source_width + x + i) * l->source_pixel;
            if (x + i < 0 || x + i >= l->source_width) memset(here, 0, (size_t)(l->channels * size));
            else if (j->halves) ck_halve(from, (uint16_t *)here, l->channels);
            else memcpy(here, from, sizeof(float) * (size_t)l->channels);
        }
        for (int64_t i = k->line; i < units; i++) memset(to + i * size, 0, (size_t)size);
    }
}

// Stores sums[output][32] on a lattice.
static void store_panel(const job *j, int64_t channel, int64_t columns, const float *sums) {
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    ck_epilogue e = l->call->epilogue;
    if (e.multipliers) e.multipliers += channel;
    if (e.bias) e.bias += channel;
    if (e.weights) e.weights += channel;
    for (int64_t i = 0, count; i < j->patch_count; i += count) {
        int64_t image, row, column;
        place_of(j, i, &image, &row, &column);
        count = ck_smaller(k->columns.count - column, j->patch_count - i);
        int64_t pixel = pixel_of(l, k, image, row, column);
        ck_epilogue here = e;
        for (int a = 0; a < 2; a++) {
            if (here.added[a].values) here.added[a].values += pixel * here.added[a].pixel + channel;
            here.added[a].pixel *= k->step_column;
        }
        ck_apply_epilogue(&here, sums + i * CK_PANEL, CK_PANEL, l->output + pixel * l->output_pixel + channel,
                          l->output_pixel * k->step_column, count, columns);
    }
}

static void multiply_panel(void *context, int64_t panel) {
    job *j = context;
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t steps = k->rows.taps * ck_packed_line(l, k), part = part_floats / CK_PANEL, channel = panel * CK_PANEL;
    int64_t columns = ck_smaller(CK_PANEL, l->outputs - channel), size = j->halves ? 2 : 4;
    const char *w = (const char *)l->weights + k->weights + 4 * panel * steps * CK_PANEL;
    float *sums = ck_scratch_take(sizeof(float) * (size_t)(j->patch_count * CK_PANEL));
    if (!sums) {
        j->failed = 1;
        return;
    }
    for (int64_t step = 0; step == 0 || step < steps; step += part) {
        ck_tile_sums t = {.lines = 1, .inner = ck_smaller(part, steps - step), .a_row = j->patch,
                          .a_inner = j->halves ? 2 : 1, .b_inner = CK_PANEL, .start = step ? sums : NULL,
                          .start_row = CK_PANEL, .c_row = CK_PANEL, .ahead = part * CK_PANEL};
        const char *a = j->patches + step * t.a_inner * size, *b = w + 4 * step * CK_PANEL;
        if (step + part < steps) {
            j->tiles->tile(&t, j->patch_count, columns > 16 ? CK_PANEL : 16, a, b, sums, NULL);
            continue;
        }
        if (k->step_row == 1 && k->step_column == 1) {  // All pixels in a row: the sums go where they belong.
            ck_tile_end end;
            int has_end = end_at(l, k, j->first_output, channel, &end);
            t.c_row = l->output_pixel;
            j->tiles->tile(&t, j->patch_count, columns, a, b, l->output + j->first_output * l->output_pixel + channel,
                           has_end ? &end : NULL);
        } else {
            j->tiles->tile(&t, j->patch_count, columns > 16 ? CK_PANEL : 16, a, b, sums, NULL);
            store_panel(j, channel, columns, sums);
        }
    }
    ck_scratch_give(sums);
}

static int by_patches(job *j) {
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t outputs = l->call->sizes.batch * k->rows.count * k->columns.count;
    j->patch = k->rows.taps * ck_packed_line(l, k) * (j->halves ? 2 : 1) + 16;
    // As many as keep patches and results, which are visited panel by panel, in the caches.
    int64_t together = ck_smaller(384, ck_smaller((1 << 20) / j->patch, (1 << 16) / l->outputs));
    together = ck_smaller(outputs, ck_larger(48, together));
    j->patches = ck_scratch_take((size_t)((j->halves ? 2 : 4) * together * j->patch));
    if (!j->patches) return -1;
    for (j->first_output = 0; j->first_output < outputs; j->first_output += together) {
        j->patch_count = ck_smaller(together, outputs - j->first_output);
        ck_share(j->patch_count, lay_patch, j);
        ck_share(ck_pieces(l->outputs, CK_PANEL), multiply_panel, j);
        if (k->step_row == 1 && k->step_column == 1) finish_row(l, k, j->first_output, j->patch_count);
    }
    ck_scratch_give(j->patches);
    return 0;
}

// By the sizes of one image alone, so that the batch changes no result.
static int wants_patches(const ck_lattices *l, const ck_lattice *k) {
    if (l->by_dots || k->line == 0) return 0;
    return k->columns.count < 8 || (k->line * k->rows.taps >= 2048 && l->outputs >= 192);
}

int ck_direct_run(const ck_convolution *call) {
    if (call->pass == CK_WEIGHT_GRADIENT) return ck_direct_weight_gradient(call);
    job j = {.halves = call->precision == CK_BFLOAT16};
    j.tiles = ck_direct_tiles_for(j.halves);
    int failed = ck_lattices_begin(call, &j.lattices);
    for (int64_t i = 0; i < j.lattices.lattice_count && !failed; i++) {
        j.lattice = &j.lattices.lattices[i];
        if (wants_patches(&j.lattices, j.lattice)) failed = by_patches(&j);
        else by_bands(&j);
    }
    ck_lattices_end(&j.lattices);
    return failed || j.failed ? -1 : 0;
}
