// Convolution with 4x4 filters and stride 2 by Winograd's minimal filtering. The four sub-lattices of the input (even
// and odd rows and columns) each meet a 2x2 part of the filter at stride 1, so that F(4x4, 2x2) needs 25
// multiplications where the direct way needs 64, and F(2x2, 2x2) needs 9 where it needs 16. All arrays are
// channels-last.
#include "winograd.h"
#include "CKernels.h"
#include "matrix_panel.h"
#include "sharing.h"
#include "winograd_transforms.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t quotient_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

int ck_winograd_takes(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    return call->precision == CK_FLOAT32 && call->x_pixel == s->input_channels &&
           call->y_pixel == s->output_channels && s->kernel_height == 4 && s->kernel_width == 4 && s->stride_height == 2 && s->stride_width == 2 &&
           s->dilation_height == 1 && s->dilation_width == 1 && s->groups == 1 && s->input_channels % 16 == 0 &&
           s->output_channels % 16 == 0 && s->pad_top < 4 && s->pad_left < 4;
}

// The side of a tile's output: 4 needs fewer multiplications unless much of the last tiles hangs over the edge.
static int tile_side(const ck_convolution_sizes *s) {
    int64_t by_four = 25 * quotient_up(s->output_height, 4) * quotient_up(s->output_width, 4);
    int64_t by_two = 9 * quotient_up(s->output_height, 2) * quotient_up(s->output_width, 2);
    return 10 * by_four < 9 * by_two ? 4 : 2;
}

// Transformed filters take 25 / 4 of the weight's memory with side 4 and 9 / 4 with side 2: for wide layers on small
// planes, their transformation and traffic cost more than the multiplications saved.
static int filtering_side(const ck_convolution_sizes *s) {
    int64_t pixels = s->output_height * s->output_width;
    return pixels <= 16 && s->input_channels * s->output_channels > 65536 ? 2 : tile_side(s);
}

// Blocks of channels, and of tiles such that their values and products stay in a second-level cache of one megabyte.
// No sum depends on the blocks: every one runs over all inputs, or all tiles, in order.
enum { cache_floats = 235000, input_block = 128, output_block = 128, weight_block = 128, weight_tiles = 48 };

// Tiles summed before the transform back, which enlarges rounding errors; beyond them, gradients of the taps are added.
enum { tiles_per_sum = 22 * weight_tiles };

// Keeps the positions of a tile out of each other's cache sets.
enum { set_shift = 16 };

// ---- Forward and input gradient: one engine, many lattices in or many out

typedef struct {
    const ck_winograd_transforms *transforms;
    ck_matrix_panel *panel;
    int m, lattices_in, lattices_out;
    ck_tiles in[4], out[4];
    const float *x, *u, *bias;
    float *y;
    int64_t tiles, inputs, outputs;  // inputs: channels of one lattice
    int64_t tile_block, input_block, output_block, tile_blocks, output_blocks;
    _Atomic int failed;
} filtering;

static void filter_block_of_tiles(void *context, int64_t piece) {
    filtering *f = context;
    int64_t first = piece % f->tile_blocks * f->tile_block;
    int64_t output = piece / f->tile_blocks % f->output_blocks * f->output_block;
    int64_t lattice = piece / f->tile_blocks / f->output_blocks;
    int64_t tiles = smaller(f->tile_block, f->tiles - first);
    int64_t outputs = smaller(f->output_block, f->outputs - output);
    int positions = (f->m + 1) * (f->m + 1);
    int64_t sums = f->inputs * f->lattices_in, padded = quotient_up(f->outputs, CK_PANEL) * CK_PANEL;

    int64_t values_by = tiles * f->input_block + set_shift, products_by = tiles * outputs + set_shift;
    float *values = ck_scratch_take(sizeof(float) * (size_t)(positions * (values_by + products_by)));
    if (!values) {
        f->failed = 1;
        return;
    }
    float *products = values + positions * values_by;
    const float *u = f->u + (lattice * padded + output) * positions * sums;
    int64_t panels = quotient_up(outputs, CK_PANEL);
    int accumulate = 0;
    for (int part = 0; part < f->lattices_in; part++) {
        const ck_tiles *in = &f->in[f->lattices_in == 1 ? lattice : part];
        for (int64_t from = 0; from < f->inputs; from += f->input_block) {
            int64_t inputs = smaller(f->input_block, f->inputs - from);
            f->transforms->input(f->m, in, f->x, first, tiles, from, inputs, values, values_by);
            for (int p = 0; p < positions; p++) {
                for (int64_t panel = 0; panel < panels; panel++, u += inputs * CK_PANEL) {
                    int64_t column = panel * CK_PANEL;
                    f->panel(tiles, smaller(CK_PANEL, outputs - column), inputs, values + p * values_by, inputs, 1, u,
                             CK_PANEL, products + p * products_by + column, outputs, accumulate, NULL);
                }
            }
            accumulate = 1;
        }
    }
    f->transforms->output(f->m, &f->out[lattice], products, products_by, first, tiles, output, outputs, f->bias, f->y);
    ck_scratch_give(values);
}

static int filter(filtering *f) {
    int positions = (f->m + 1) * (f->m + 1);
    f->transforms = ck_winograd_kernels();
    f->panel = ck_matrix_panel_kernel();
    f->output_block = smaller(f->outputs, output_block);
    f->input_block = smaller(f->inputs, input_block);
    f->tile_block = cache_floats / (positions * (f->output_block + f->input_block)) / 12 * 12;
    if (f->tile_block < 12) f->tile_block = 12;
    f->output_blocks = quotient_up(f->outputs, f->output_block);
    int64_t shares = quotient_up(2 * ck_threads(), f->output_blocks * f->lattices_out);
    f->tile_block = smaller(f->tile_block, quotient_up(quotient_up(f->tiles, shares), 12) * 12);
    f->tile_blocks = quotient_up(f->tiles, f->tile_block);
    int64_t channels = f->in[0].channels;
    float *zeros = ck_scratch_take(sizeof(float) * (size_t)channels);
    if (!zeros) return -1;
    for (int64_t c = 0; c < channels; c++) zeros[c] = 0;
    for (int i = 0; i < 4; i++) f->in[i].missing = zeros;
    ck_share(f->lattices_out * f->tile_blocks * f->output_blocks, filter_block_of_tiles, f);
    ck_scratch_give(zeros);
    return f->failed ? -1 : 0;
}

// ---- Transformed filters, in the order of use:
// u[lattice out][block of outputs][lattice in][block of inputs][position][panel of 32 outputs][input][32]

typedef struct {
    const ck_winograd_transforms *transforms;
    const ck_convolution_sizes *sizes;
    const float *w;
    float *u;
    int m, backwards;
} filter_job;

static void transform_filters(void *context, int64_t panel) {
    const filter_job *j = context;
    int64_t ci = j->sizes->input_channels, co = j->sizes->output_channels;
    int64_t inputs = j->backwards ? co : ci, outputs = j->backwards ? ci : co;
    int64_t sums = j->backwards ? inputs : 4 * inputs, padded = quotient_up(outputs, CK_PANEL) * CK_PANEL;
    int64_t positions = (j->m + 1) * (j->m + 1), parity_by = positions * padded * inputs;
    int64_t block = panel * CK_PANEL / output_block * output_block;
    int64_t block_outputs = smaller(padded - block, output_block);
    float *to_block = j->u + block * positions * sums;
    if (!j->backwards) parity_by = positions * block_outputs * inputs;
    for (int64_t from = 0; from < inputs; from += input_block) {
        int64_t block_inputs = smaller(inputs - from, input_block), position_by = block_outputs * block_inputs;
        for (int64_t input = 0; input < block_inputs; input++) {
            for (int64_t half = 0; half < CK_PANEL; half += 16) {
                int64_t output = panel * CK_PANEL + half;
                float *to = to_block + from * positions * block_outputs +
                            (panel * CK_PANEL - block) * block_inputs + input * CK_PANEL + half;
                if (output < outputs) {
                    const float *w = j->w + 16 * (j->backwards ? (from + input) * ci + output
                                                               : output * ci + from + input);
                    j->transforms->filter(j->m, w, j->backwards ? 16 : 16 * ci, j->backwards, to, parity_by,
                                          position_by);
                    continue;
                }
                for (int parity = 0; parity < 4; parity++) {
                    for (int p = 0; p < positions; p++) {
                        for (int i = 0; i < 16; i++) to[parity * parity_by + p * position_by + i] = 0;
                    }
                }
            }
        }
    }
}

static void fill_filters(void *context, void *memory) {
    filter_job *j = context;
    j->u = memory;
    int64_t outputs = j->backwards ? j->sizes->input_channels : j->sizes->output_channels;
    ck_share(quotient_up(outputs, CK_PANEL), transform_filters, j);
}

static const float *filters(const ck_convolution_sizes *s, int m, int backwards, const float *w, ck_weight_key key,
                            void **handle) {
    filter_job j = {ck_winograd_kernels(), s, w, NULL, m, backwards};
    int64_t ci = s->input_channels, co = s->output_channels;
    int64_t padded = quotient_up(backwards ? ci : co, CK_PANEL) * CK_PANEL;
    size_t bytes = sizeof(float) * (size_t)((m + 1) * (m + 1) * 4 * padded * (backwards ? co : ci));
    return ck_prepared_acquire(key, (uint64_t)(0x77000 + m * 2 + backwards), bytes, fill_filters, &j, handle);
}

static ck_tiles lattice_of_input(const ck_convolution_sizes *s, int64_t tile_rows, int64_t tile_columns,
                                 int64_t row_offset, int64_t column_offset) {
    return (ck_tiles){s->input_height, s->input_width, s->input_channels, tile_rows, tile_columns, 2, row_offset,
                      column_offset, NULL};
}

static ck_tiles lattice_of_output(const ck_convolution_sizes *s, int64_t tile_rows, int64_t tile_columns,
                                  int64_t row_offset, int64_t column_offset) {
    return (ck_tiles){s->output_height, s->output_width, s->output_channels, tile_rows, tile_columns, 1, row_offset,
                      column_offset, NULL};
}

static int forward(const ck_convolution_sizes *s, const float *x, const float *w, ck_weight_key key, const float *bias,
                   float *y) {
    filtering f = {.m = filtering_side(s), .lattices_in = 4, .lattices_out = 1, .x = x, .bias = bias, .y = y,
                   .inputs = s->input_channels, .outputs = s->output_channels};
    int64_t rows = quotient_up(s->output_height, f.m), columns = quotient_up(s->output_width, f.m);
    for (int parity = 0; parity < 4; parity++)
        f.in[parity] = lattice_of_input(s, rows, columns, parity / 2 - s->pad_top, parity % 2 - s->pad_left);
    f.out[0] = lattice_of_output(s, rows, columns, 0, 0);
    f.tiles = s->batch * rows * columns;
    void *handle;
    f.u = filters(s, f.m, 0, w, key, &handle);
    int failed = !f.u || filter(&f);
    ck_prepared_release(handle);
    return failed ? -1 : 0;
}

static int input_gradient(const ck_convolution_sizes *s, const float *dy, const float *w, ck_weight_key key,
                          const float *bias, float *dx) {
    filtering f = {.m = filtering_side(s), .lattices_in = 1, .lattices_out = 4, .x = dy, .bias = bias, .y = dx,
                   .inputs = s->output_channels, .outputs = s->input_channels};
    // Pixels of a lattice: every second one, from the first that is not padding.
    int64_t first_row[2], first_column[2];
    for (int parity = 0; parity < 2; parity++) {
        first_row[parity] = (s->pad_top - parity + 1) / 2;
        first_column[parity] = (s->pad_left - parity + 1) / 2;
    }
    int64_t rows = quotient_up((s->input_height + 1) / 2, f.m), columns = quotient_up((s->input_width + 1) / 2, f.m);
    for (int parity = 0; parity < 4; parity++) {
        int64_t row = first_row[parity / 2], column = first_column[parity % 2];
        f.in[parity] = lattice_of_output(s, rows, columns, row - 1, column - 1);
        f.out[parity] = lattice_of_input(s, rows, columns, 2 * row + parity / 2 - s->pad_top,
                                         2 * column + parity % 2 - s->pad_left);
    }
    f.tiles = s->batch * rows * columns;
    void *handle;
    f.u = filters(s, f.m, 1, w, key, &handle);
    int failed = !f.u || filter(&f);
    ck_prepared_release(handle);
    return failed ? -1 : 0;
}

// ---- Weight gradient

typedef struct {
    const ck_winograd_transforms *transforms;
    ck_matrix_panel *panel;
    int m;
    ck_tiles in[4], out;
    const ck_convolution_sizes *sizes;
    const float *x, *dy;
    float *taps, *dw;
    int64_t tiles, tile_block, input_block, output_block, input_blocks, output_blocks;
    _Atomic int failed;
} weight_job;

static void gather_weight_block(void *context, int64_t piece) {
    weight_job *j = context;
    int64_t output = piece % j->output_blocks * j->output_block;
    int64_t input = piece / j->output_blocks % j->input_blocks * j->input_block;
    int parity = (int)(piece / j->output_blocks / j->input_blocks);
    int64_t outputs = smaller(j->output_block, j->sizes->output_channels - output);
    int64_t inputs = smaller(j->input_block, j->sizes->input_channels - input);
    int positions = (j->m + 1) * (j->m + 1);

    int64_t sums_by = inputs * outputs + set_shift;
    int64_t xs_by = j->tile_block * inputs + set_shift, ys_by = j->tile_block * outputs + set_shift;
    float *sums = ck_scratch_take(sizeof(float) * (size_t)(positions * (sums_by + xs_by + ys_by) + CK_PANEL));
    if (!sums) {
        j->failed = 1;
        return;
    }
    float *xs = sums + positions * sums_by, *ys = xs + positions * xs_by;
    int64_t ci = j->sizes->input_channels, co = j->sizes->output_channels;
    for (int64_t first = 0; first < j->tiles; first += j->tile_block) {
        int64_t tiles = smaller(j->tile_block, j->tiles - first);
        int accumulate = first % tiles_per_sum != 0;
        j->transforms->input(j->m, &j->in[parity], j->x, first, tiles, input, inputs, xs, xs_by);
        j->transforms->gradient(j->m, &j->out, j->dy, first, tiles, output, outputs, ys, ys_by);
        for (int p = 0; p < positions; p++) {
            for (int64_t column = 0; column < outputs; column += CK_PANEL) {
                j->panel(inputs, smaller(CK_PANEL, outputs - column), tiles, xs + p * xs_by, 1, inputs,
                         ys + p * ys_by + column, outputs, sums + p * sums_by + column, outputs, accumulate, NULL);
            }
        }
        if ((first + tiles) % tiles_per_sum != 0 && first + tiles < j->tiles) continue;
        for (int64_t c = 0; c < inputs; c++) {
            for (int64_t o = 0; o < outputs; o += 16)
                j->transforms->filter_gradient(j->m, sums + c * outputs + o, sums_by, parity, first >= tiles_per_sum,
                                               j->taps + (input + c) * co + output + o, ci * co);
        }
    }
    ck_scratch_give(sums);
}

// Writes the gradients of sixteen output channels from taps[tap][input][output].
static void arrange_weight_gradient(void *context, int64_t piece) {
    weight_job *j = context;
    int64_t ci = j->sizes->input_channels, co = j->sizes->output_channels, output = piece * 16;
    for (int64_t input = 0; input < ci; input++)
        j->transforms->filters_from_taps(j->taps + input * co + output, ci * co, j->dw + 16 * (output * ci + input),
                                         16 * ci);
}

static int weight_gradient(const ck_convolution_sizes *s, const float *x, const float *dy, float *dw) {
    weight_job j = {.transforms = ck_winograd_kernels(), .panel = ck_matrix_panel_kernel(), .m = tile_side(s),
                    .sizes = s, .x = x, .dy = dy, .dw = dw};
    int64_t rows = quotient_up(s->output_height, j.m), columns = quotient_up(s->output_width, j.m);
    int64_t channels = s->input_channels > s->output_channels ? s->input_channels : s->output_channels;
    float *zeros = ck_scratch_take(sizeof(float) * (size_t)channels);
    if (!zeros) return -1;
    for (int64_t c = 0; c < channels; c++) zeros[c] = 0;
    for (int parity = 0; parity < 4; parity++) {
        j.in[parity] = lattice_of_input(s, rows, columns, parity / 2 - s->pad_top, parity % 2 - s->pad_left);
        j.in[parity].missing = zeros;
    }
    j.out = lattice_of_output(s, rows, columns, 0, 0);
    j.out.missing = zeros;
    j.tiles = s->batch * rows * columns;
    j.input_block = smaller(s->input_channels, weight_block);
    j.output_block = smaller(s->output_channels, weight_block);
    j.tile_block = weight_tiles;
    do {
        j.input_blocks = quotient_up(s->input_channels, j.input_block);
        j.output_blocks = quotient_up(s->output_channels, j.output_block);
        if (4 * j.input_blocks * j.output_blocks >= 2 * ck_threads()) break;
        if (j.output_block >= j.input_block) j.output_block = quotient_up(j.output_block, 2 * 16) * 16;
        else j.input_block = quotient_up(j.input_block, 2 * 16) * 16;
    } while (j.input_block > 16);
    j.taps = ck_scratch_take(sizeof(float) * (size_t)(16 * s->input_channels * s->output_channels));
    if (j.taps) {
        ck_share(4 * j.input_blocks * j.output_blocks, gather_weight_block, &j);
        ck_share(s->output_channels / 16, arrange_weight_gradient, &j);
    } else {
        j.failed = 1;
    }
    ck_scratch_give(j.taps);
    ck_scratch_give(zeros);
    return j.failed ? -1 : 0;
}

int ck_winograd_run(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    if (call->pass == CK_FORWARD) return forward(s, call->x, call->w, call->key, call->epilogue.bias, call->y);
    if (call->pass == CK_INPUT_GRADIENT)
        return input_gradient(s, call->y, call->w, call->key, call->epilogue.bias, call->x);
    return weight_gradient(s, call->x, call->y, call->w);
}
