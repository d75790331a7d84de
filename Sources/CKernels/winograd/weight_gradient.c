#include "matrix/panel.h"
#include "runtime/dispatch.h"
#include "runtime/sharing.h"
#include "winograd/geometry.h"

enum { channel_block = 128, tile_block = 96 };

// Tiles summed before the transform back, which upscales rounding errors; beyond them, gradients of the taps are added.
enum { tiles_per_sum = 1056 };

// Work is cut by channels first, then by tiles, down to pieces of this many; the cuts never depend on the threads.
enum { enough_pieces = 8, fewest_tiles = 192 };

typedef struct {
    const ck_convolution *call;
    ck_filtering geometry;
    ck_matrix_panel *panel;
    ck_half_panel *half_panel;         // NULL: floats
    const ck_winograd_halves *halves;
    float *taps;      // [split][tap][input][output]
    int64_t weights;  // of one split
    int64_t input_block, output_block, input_blocks, output_blocks;
    int64_t splits, split_tiles;
    _Atomic int failed;
} job;

static void gather_block(void *context, int64_t piece) {
    job *j = context;
    const ck_filtering *f = &j->geometry;
    const ck_winograd_transforms *transforms = f->transforms;
    int64_t output = piece % j->output_blocks * j->output_block;
    piece /= j->output_blocks;
    int64_t input = piece % j->input_blocks * j->input_block;
    piece /= j->input_blocks;
    int64_t split = piece % j->splits;
    int parity = (int)(piece / j->splits);
    int64_t outputs = ck_smaller(j->output_block, f->outputs - output);
    int64_t inputs = ck_smaller(j->input_block, f->inputs - input);
    int positions = transforms->n * transforms->n;

    int64_t sums_by = inputs * outputs + CK_SET_SHIFT;
    int64_t xs_by = tile_block * inputs + CK_SET_SHIFT, ys_by = tile_block * outputs + CK_SET_SHIFT;
    int64_t paired = j->halves ? tile_block / 2 * (inputs + outputs) : 0;
    float *sums = ck_scratch_take(sizeof(float) * (size_t)(positions * (sums_by + xs_by + ys_by) + paired + CK_PANEL));
    if (!sums) {
        j->failed = 1;
        return;
    }
    float *xs = sums + positions * sums_by, *ys = xs + positions * xs_by;
    uint32_t *x_pairs = (uint32_t *)(ys + positions * ys_by), *y_pairs = x_pairs + tile_block / 2 * inputs;
    ck_winograd_values *input_values = j->halves ? j->halves->input : transforms->input;
    ck_winograd_values *output_values = j->halves ? j->halves->gradient : transforms->gradient;
    int64_t ci = f->inputs, co = f->outputs;
    float *taps = j->taps + split * j->weights + input * co + output;
    int64_t begin = split * j->split_tiles, end = ck_smaller(begin + j->split_tiles, f->tiles), summed = 0;
    for (int64_t first = begin, tiles; first < end; first += tiles) {
        tiles = ck_smaller(tile_block, end - first);
        input_values(&f->in[parity], j->call->x, first, tiles, input, inputs, xs, xs_by);
        output_values(&f->out[0], j->call->y, first, tiles, output, outputs, ys, ys_by);
        for (int p = 0; p < positions; p++) {
            float *to = sums + p * sums_by;
            if (j->halves) {
                j->halves->pair_tiles((uint16_t *)xs + p * xs_by, tiles, inputs, x_pairs);
                j->halves->pair_tiles((uint16_t *)ys + p * ys_by, tiles, outputs, y_pairs);
            }
            for (int64_t column = 0; column < outputs; column += CK_PANEL) {
                int64_t columns = ck_smaller(CK_PANEL, outputs - column);
                if (j->halves)
                    j->half_panel(inputs, columns, ck_pieces(tiles, 2), (uint16_t *)x_pairs, 2, 2 * inputs,
                                  y_pairs + column, outputs, to + column, outputs, summed > 0);
                else
                    j->panel(inputs, columns, tiles, xs + p * xs_by, 1, inputs, ys + p * ys_by + column, outputs,
                             to + column, outputs, summed > 0, NULL);
            }
        }
        summed += tiles;
        if (summed < tiles_per_sum && first + tiles < end) continue;
        int accumulate = first + tiles - begin > summed;
        for (int64_t c = 0; c < inputs; c++) {
            for (int64_t o = 0; o < outputs; o += 16)
                transforms->filter_gradient(sums + c * outputs + o, sums_by, parity, accumulate, taps + c * co + o,
                                            ci * co);
        }
        summed = 0;
    }
    ck_scratch_give(sums);
}

// Adds the splits and writes the gradients of sixteen output channels.
static void arrange(void *context, int64_t piece) {
    job *j = context;
    const ck_convolution_sizes *s = &j->call->sizes;
    int64_t ci = s->input_channels, co = s->output_channels, taps = s->kernel_height * s->kernel_width;
    for (int64_t input = 0, output = piece * 16; input < ci; input++)
        j->geometry.transforms->filters_from_taps(j->taps + input * co + output, ci * co, j->splits, j->weights,
                                                  j->call->w + taps * (output * ci + input), taps * ci);
}

int ck_winograd_weight_gradient(const ck_convolution *call) {
    job j = {.call = call, .geometry = ck_filtering_of(call), .panel = ck_matrix_panel_kernel()};
    ck_filtering *f = &j.geometry;
    if (call->precision == CK_BFLOAT16 && ck_has_bfloat16()) {
        j.halves = ck_winograd_to_halves(f->transforms);
        j.half_panel = ck_half_panel_kernel();
    }
    int64_t channels = f->inputs > f->outputs ? f->inputs : f->outputs;
    float *zeros = ck_scratch_take(sizeof(float) * (size_t)channels);
    if (!zeros) return -1;
    for (int64_t c = 0; c < channels; c++) zeros[c] = 0;
    for (int i = 0; i < 4; i++) f->in[i].missing = f->out[i].missing = zeros;
    j.input_block = ck_smaller(f->inputs, channel_block);
    j.output_block = ck_smaller(f->outputs, channel_block);
    j.input_blocks = ck_pieces(f->inputs, j.input_block);
    j.output_blocks = ck_pieces(f->outputs, j.output_block);
    int64_t blocks = f->lattices_in * j.input_blocks * j.output_blocks;
    j.splits = ck_smaller(ck_pieces(enough_pieces, blocks), ck_pieces(f->tiles, fewest_tiles));
    j.split_tiles = ck_pieces(ck_pieces(f->tiles, j.splits), tile_block) * tile_block;
    j.splits = ck_pieces(f->tiles, j.split_tiles);
    const ck_convolution_sizes *s = &call->sizes;
    j.weights = s->kernel_height * s->kernel_width * f->inputs * f->outputs;
    j.taps = ck_scratch_take(sizeof(float) * (size_t)(j.splits * j.weights));
    if (j.taps) {
        ck_share(blocks * j.splits, gather_block, &j);
        ck_share(f->outputs / 16, arrange, &j);
    } else {
        j.failed = 1;
    }
    ck_scratch_give(j.taps);
    ck_scratch_give(zeros);
    return j.failed ? -1 : 0;
}
