#include "elementwise/float_math.h"
#include "matrix/panel.h"
#include "runtime/sharing.h"
#include "winograd/geometry.h"

enum { most_inputs = 128, most_outputs = 128, many_tiles = 512 };

// Blocks of equal size, as far as sixteens go, so that none is left thin.
static int64_t block_of(int64_t channels, int64_t largest) {
    return ck_pieces(ck_pieces(channels, ck_pieces(channels, largest)), 16) * 16;
}

ck_filter_blocks ck_filter_blocks_of(int64_t inputs, int64_t outputs) {
    int64_t output_block = ck_smaller(ck_pieces(outputs, CK_PANEL) * CK_PANEL, most_outputs);
    return (ck_filter_blocks){block_of(inputs, most_inputs), output_block};
}

typedef struct {
    const ck_convolution *call;
    const ck_winograd_transforms *transforms;
    int parities, positions, halves;
    uint32_t *u;  // floats or pairs of bfloat16
} filter_job;

CK_INLINE uint32_t rounded(float value) {
    uint32_t bits = ck_bits(value);
    return value != value ? 0x7fc00000u : bits + 0x7fffu + (bits >> 16 & 1);
}

// Sixteen values of two inputs for every position -> pairs.
CK_DISPATCH static void pair_up(const float *first, const float *second, int positions, uint32_t *to,
                                int64_t position_by) {
    for (int p = 0; p < positions; p++) {
        for (int i = 0; i < 16; i++)
            to[p * position_by + i] = rounded(first[16 * p + i]) >> 16 | (rounded(second[16 * p + i]) & 0xffff0000u);
    }
}

// The filters from one input (or, as pairs, two) to sixteen outputs.
static void transform(const filter_job *j, int64_t input, int64_t output, uint32_t *to, int64_t parity_by,
                      int64_t position_by) {
    const ck_convolution_sizes *s = &j->call->sizes;
    int64_t ci = s->input_channels, co = s->output_channels, taps = s->kernel_height * s->kernel_width;
    int backwards = j->call->pass == CK_INPUT_GRADIENT;
    int64_t w_by = backwards ? taps : taps * ci, input_by = backwards ? taps * ci : taps;
    const float *w = j->call->w + input * input_by + output * w_by, *end = j->call->w + ci * co * taps;
    if (output >= (backwards ? ci : co)) {
        for (int part = 0; part < j->parities * j->positions; part++) {
            uint32_t *place = to + part / j->positions * parity_by + part % j->positions * position_by;
            for (int i = 0; i < 16; i++) place[i] = 0;
        }
    } else if (j->halves) {
        float values[2][4 * 36 * 16];
        for (int i = 0; i < 2; i++, w += input_by)
            j->transforms->filter(w, w_by, w + 15 * w_by + 16 <= end, backwards, values[i], 16 * j->positions, 16);
        for (int parity = 0; parity < j->parities; parity++) {
            int from = 16 * parity * j->positions;
            pair_up(values[0] + from, values[1] + from, j->positions, to + parity * parity_by, position_by);
        }
    } else {
        j->transforms->filter(w, w_by, w + 15 * w_by + 16 <= end, backwards, (float *)to, parity_by, position_by);
    }
}

static void transform_panel(void *context, int64_t panel) {
    const filter_job *j = context;
    const ck_convolution_sizes *s = &j->call->sizes;
    int backwards = j->call->pass == CK_INPUT_GRADIENT, step = j->halves ? 2 : 1;
    int64_t inputs = backwards ? s->output_channels : s->input_channels;
    int64_t outputs = backwards ? s->input_channels : s->output_channels;
    ck_filter_blocks blocks = ck_filter_blocks_of(inputs, outputs);
    int64_t padded = ck_pieces(outputs, CK_PANEL) * CK_PANEL;
    int64_t block = panel * CK_PANEL / blocks.output_block * blocks.output_block;
    int64_t block_outputs = ck_smaller(padded - block, blocks.output_block);
    // Counted in values; pairs take half of them.
    int64_t parity_by = j->positions * (backwards ? padded : block_outputs) * inputs;
    int64_t to_block = block * j->positions * (backwards ? inputs : j->parities * inputs);
    for (int64_t from = 0; from < inputs; from += blocks.input_block) {
        int64_t block_inputs = ck_smaller(inputs - from, blocks.input_block);
        int64_t to = to_block + from * j->positions * block_outputs + (panel * CK_PANEL - block) * block_inputs;
        for (int64_t input = 0; input < block_inputs; input += step) {
            for (int64_t half = 0; half < CK_PANEL; half += 16)
                transform(j, from + input, panel * CK_PANEL + half, j->u + (to + input * CK_PANEL) / step + half,
                          parity_by / step, block_outputs * block_inputs / step);
        }
    }
}

static void fill_filters(void *context, void *memory) {
    filter_job *j = context;
    const ck_convolution_sizes *s = &j->call->sizes;
    j->u = memory;
    ck_share(ck_pieces(j->call->pass == CK_INPUT_GRADIENT ? s->input_channels : s->output_channels, CK_PANEL),
             transform_panel, j);
}

const void *ck_winograd_filters(const ck_convolution *call, const ck_filtering *filtering, int halves, void **handle) {
    const ck_winograd_transforms *transforms = filtering->transforms;
    int positions = transforms->n * transforms->n, backwards = call->pass == CK_INPUT_GRADIENT;
    filter_job j = {call, transforms, transforms->r == 2 ? 4 : 1, positions, halves, NULL};
    int64_t ci = call->sizes.input_channels, co = call->sizes.output_channels;
    int64_t padded = ck_pieces(backwards ? ci : co, CK_PANEL) * CK_PANEL;
    size_t bytes = (size_t)(j.parities * positions * padded * (backwards ? co : ci)) * (halves ? 2 : 4);
    uint64_t form = (uint64_t)(0x77000 + (transforms->m * 8 + transforms->r) * 4 + 2 * halves + backwards);
    ck_weight_key key = filtering->tiles / call->sizes.batch >= many_tiles ? (ck_weight_key){0} : call->key;
    return ck_prepared_acquire(key, form, bytes, call->w ? fill_filters : NULL, &j, handle);
}
