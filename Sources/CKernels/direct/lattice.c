#include "direct/lattice.h"
#include "elementwise/bfloat16.h"
#include "layout/tiles.h"
#include "matrix/panel.h"
#include "matrix/tile_sums.h"
#include "runtime/sharing.h"
#include <string.h>

enum { most_dots = 8 };

static uint64_t hash(uint64_t h, const void *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) h = (h ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    return h;
}

int64_t ck_packed_line(const ck_lattices *l, const ck_lattice *lattice) {
    int halves = l->call->precision == CK_BFLOAT16;
    if (!l->by_dots) return halves ? ck_pieces(lattice->line, 2) : lattice->line;
    int64_t step = ck_tile_kernels_for(halves)->dot_step;
    return ck_pieces(lattice->line, step) * step;
}

// ---- Weights: [panel][tap row][line][32], or for dots [output][tap row][line]

typedef struct {
    int64_t unit, slot, panel;  // of the packed weights, without channel; unit < 0: this tap is met nowhere
} place;

typedef struct {
    const ck_lattices *l;
    const place *places;
    int64_t taps, run, runs, output_by, run_by;  // w[output * output_by + run * run_by + channel * taps + tap]
    void *packed;
} packing;

// Sixteen outputs: the kernels lie along rows, and are wanted along columns.
CK_DISPATCH static void pack_sixteen(void *context, int64_t piece) {
    const packing *p = context;
    const ck_lattices *l = p->l;
    const float *w = l->call->w;
    int64_t output = piece * 16, present = ck_smaller(16, l->outputs - output);
    int halves = l->call->precision == CK_BFLOAT16;
    int64_t panel = output / CK_PANEL, lane = output % CK_PANEL;
    for (int64_t run = 0; run < p->runs; run++) {
        const float *from = w + output * p->output_by + run * p->run_by;
        for (int64_t j = 0; j < p->run; j += 16) {
            float tile[16 * 16];
            int64_t length = ck_smaller(16, p->run - j);
            if (present == 16 && length == 16) {
                ck_transpose_tile(from + j, p->output_by, tile, 16, 0);
            } else {
                for (int64_t i = 0; i < length; i++) {
                    for (int64_t o = 0; o < 16; o++)
                        tile[i * 16 + o] = o < present ? from[o * p->output_by + j + i] : 0;
                }
            }
            int64_t tap = j % p->taps, channel = p->runs > 1 ? run : j / p->taps;
            for (int64_t i = 0; i < length; i++) {
                const place *to = &p->places[tap];
                if (to->unit >= 0) {
                    int64_t in_line = to->slot + channel;
                    int64_t unit = to->unit + panel * to->panel + lane;
                    if (halves) {
                        uint32_t *pairs = (uint32_t *)p->packed + unit + in_line / 2 * CK_PANEL;
                        uint16_t rounded[16];
                        ck_halve(tile + i * 16, rounded, 16);
                        for (int64_t o = 0; o < 16; o++)
                            pairs[o] = in_line % 2 ? (pairs[o] & 0xffffu) | (uint32_t)rounded[o] << 16
                                                  : (pairs[o] & 0xffff0000u) | rounded[o];
                    } else {
                        memcpy((float *)p->packed + unit + in_line * CK_PANEL, tile + i * 16, sizeof(float) * 16);
                    }
                }
                if (++tap == p->taps) {
                    tap = 0;
                    channel++;
                }
            }
        }
    }
}

// The kernel tap that stands at tap (row, column) of a lattice.
static int64_t tap_of(const ck_lattices *l, const ck_lattice *lattice, int64_t row, int64_t column) {
    return (lattice->tap_row + row * lattice->tap_row_step) * l->call->sizes.kernel_width + lattice->tap_column +
           column * lattice->tap_column_step;
}

static void pack_dots(const packing *p, void *memory) {
    const ck_lattices *l = p->l;
    memset(memory, 0, l->weight_bytes);
    int halves = l->call->precision == CK_BFLOAT16;
    for (int64_t i = 0; i < l->lattice_count; i++) {
        const ck_lattice *lattice = &l->lattices[i];
        int64_t line = ck_packed_line(l, lattice), at = lattice->weights / (halves ? 2 : 4);
        for (int64_t o = 0; o < l->outputs; o++) {
            for (int64_t row = 0; row < lattice->rows.taps; row++, at += line) {
                for (int64_t column = 0; column < lattice->columns.taps; column++) {
                    for (int64_t c = 0; c < l->channels; c++) {
                        const float *value = l->call->w + o * p->output_by +
                                             c * (p->runs > 1 ? p->run_by : p->taps) +
                                             tap_of(l, lattice, row, column);
                        int64_t to = at + column * l->channels + c;
                        if (halves) ck_halve(value, (uint16_t *)memory + to, 1);
                        else ((float *)memory)[to] = *value;
                    }
                }
            }
        }
    }
}

static void pack(void *context, void *memory) {
    packing *p = context;
    const ck_lattices *l = p->l;
    p->packed = memory;
    if (l->by_dots) {
        pack_dots(p, memory);
        return;
    }
    int halves = l->call->precision == CK_BFLOAT16;
    if (l->outputs % CK_PANEL || (halves && l->channels % 2)) memset(memory, 0, l->weight_bytes);
    ck_share(ck_pieces(l->outputs, 16), pack_sixteen, p);
}

static int acquire_weights(ck_lattices *l) {
    const ck_convolution_sizes *s = &l->call->sizes;
    int forward = l->call->pass == CK_FORWARD;
    int64_t taps = s->kernel_height * s->kernel_width, ci = s->input_channels, co = s->output_channels;
    packing p = {.l = l, .taps = taps};
    p.output_by = forward ? ci * taps : taps;
    p.run = forward ? ci * taps : taps;
    p.runs = forward ? 1 : co;
    p.run_by = ci * taps;
    place *places = ck_scratch_take(sizeof(place) * (size_t)taps);
    if (!places) return -1;
    for (int64_t tap = 0; tap < taps; tap++) places[tap].unit = -1;
    for (int64_t i = 0; i < l->lattice_count && !l->by_dots; i++) {
        const ck_lattice *lattice = &l->lattices[i];
        int64_t line = ck_packed_line(l, lattice);
        for (int64_t row = 0; row < lattice->rows.taps; row++) {
            for (int64_t column = 0; column < lattice->columns.taps; column++)
                places[tap_of(l, lattice, row, column)] = (place){
                    lattice->weights / 4 + row * line * CK_PANEL, column * l->channels,
                    lattice->rows.taps * line * CK_PANEL};
        }
    }
    p.places = places;
    l->weights = ck_prepared_acquire(l->call->key, l->form, l->weight_bytes, l->call->w ? pack : NULL, &p, &l->handle);
    ck_scratch_give(places);
    return l->weights ? 0 : -1;
}

// ---- Lattices

static void forward_axis(ck_reach *reach, int64_t *tap, int64_t *tap_step, int64_t outputs, int64_t stride, int64_t pad,
                         int64_t taps, int64_t extent) {
    *reach = ck_reach_of(outputs, stride, pad, taps, extent);
    *tap = reach->skipped;
    *tap_step = 1;
}

// Inputs first, first + stride, ... meet the taps that are congruent to first + pad, each a step further back.
static void backward_axis(ck_reach *reach, int64_t *tap, int64_t *tap_step, int64_t first, int64_t inputs,
                          int64_t stride, int64_t pad, int64_t taps, int64_t extent) {
    int64_t lowest = (first + pad) % stride, met = lowest < taps ? (taps - lowest + stride - 1) / stride : 0;
    int64_t count = first < inputs ? (inputs - first + stride - 1) / stride : 0;
    *reach = ck_reach_of(count, 1, met - 1 - (first + pad - lowest) / stride, met, extent);
    *tap = lowest + stride * (met - 1 - reach->skipped);
    *tap_step = -stride;
}

int ck_lattices_begin(const ck_convolution *call, ck_lattices *l) {
    const ck_convolution_sizes *s = &call->sizes;
    int forward = call->pass == CK_FORWARD;
    *l = (ck_lattices){.call = call};
    l->channels = forward ? s->input_channels : s->output_channels;
    l->outputs = forward ? s->output_channels : s->input_channels;
    l->source_height = forward ? s->input_height : s->output_height;
    l->source_width = forward ? s->input_width : s->output_width;
    l->output_height = forward ? s->output_height : s->input_height;
    l->output_width = forward ? s->output_width : s->input_width;
    l->source = forward ? call->x : call->y;
    l->output = forward ? call->y : call->x;
    l->source_pixel = forward ? call->x_pixel : call->y_pixel;
    l->output_pixel = forward ? call->y_pixel : call->x_pixel;
    l->by_dots = l->outputs <= most_dots;
    int64_t rows = forward ? 1 : s->stride_height, columns = forward ? 1 : s->stride_width;
    l->lattices = ck_scratch_take(sizeof(ck_lattice) * (size_t)(rows * columns));
    if (!l->lattices) return -1;
    memset(l->lattices, 0, sizeof(ck_lattice) * (size_t)(rows * columns));
    size_t bytes = 0;
    int halves = call->precision == CK_BFLOAT16;
    for (int64_t i = 0; i < rows * columns; i++) {
        ck_lattice lattice = {.first_row = i / columns, .first_column = i % columns, .step_row = rows,
                              .step_column = columns};
        if (forward) {
            forward_axis(&lattice.rows, &lattice.tap_row, &lattice.tap_row_step, s->output_height, s->stride_height,
                         s->pad_top, s->kernel_height, s->input_height);
            forward_axis(&lattice.columns, &lattice.tap_column, &lattice.tap_column_step, s->output_width,
                         s->stride_width, s->pad_left, s->kernel_width, s->input_width);
        } else {
            backward_axis(&lattice.rows, &lattice.tap_row, &lattice.tap_row_step, lattice.first_row, s->input_height,
                          s->stride_height, s->pad_top, s->kernel_height, s->output_height);
            backward_axis(&lattice.columns, &lattice.tap_column, &lattice.tap_column_step, lattice.first_column,
                          s->input_width, s->stride_width, s->pad_left, s->kernel_width, s->output_width);
        }
        if (lattice.rows.count == 0 || lattice.columns.count == 0) continue;
        if (lattice.rows.taps == 0 || lattice.columns.taps == 0) lattice.rows.taps = lattice.columns.taps = 0;
        lattice.line = lattice.columns.taps * l->channels;
        lattice.weights = (int64_t)bytes;
        int64_t lines = l->by_dots ? l->outputs : ck_pieces(l->outputs, CK_PANEL) * CK_PANEL;
        bytes += (size_t)(lines * lattice.rows.taps * ck_packed_line(l, &lattice) * (l->by_dots && halves ? 2 : 4));
        bytes = (bytes + 63) / 64 * 64;
        l->lattices[l->lattice_count++] = lattice;
    }
    l->weight_bytes = bytes + 64;
    int64_t all[] = {call->pass, call->precision, l->by_dots, l->outputs, l->channels};
    l->form = hash(0xcbf29ce484222325u, all, sizeof all);
    for (int64_t i = 0; i < l->lattice_count; i++) {
        const ck_lattice *k = &l->lattices[i];
        int64_t each[] = {k->tap_row, k->tap_row_step, k->rows.taps, k->tap_column, k->tap_column_step,
                          k->columns.taps};
        l->form = hash(l->form, each, sizeof each);
    }
    return acquire_weights(l);
}

void ck_lattices_end(ck_lattices *l) {
    ck_prepared_release(l->handle);
    ck_scratch_give(l->lattices);
}
