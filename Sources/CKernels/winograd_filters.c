#include "matrix_panel.h"
#include "sharing.h"
#include "winograd_geometry.h"

enum { most_inputs = 128, most_outputs = 128 };

// Blocks of equal size, as far as sixteens go, so that none is left thin.
static int64_t block_of(int64_t channels, int64_t largest) {
    return ck_quotient_up(ck_quotient_up(channels, ck_quotient_up(channels, largest)), 16) * 16;
}

ck_filter_blocks ck_filter_blocks_of(int64_t inputs, int64_t outputs) {
    int64_t output_block = ck_least(ck_quotient_up(outputs, CK_PANEL) * CK_PANEL, most_outputs);
    return (ck_filter_blocks){block_of(inputs, most_inputs), output_block};
}

typedef struct {
    const ck_convolution *call;
    const ck_winograd_transforms *transforms;
    float *u;
} filter_job;

static void transform_filters(void *context, int64_t panel) {
    const filter_job *j = context;
    const ck_convolution_sizes *s = &j->call->sizes;
    int64_t ci = s->input_channels, co = s->output_channels, taps = s->kernel_height * s->kernel_width;
    int backwards = j->call->pass == CK_INPUT_GRADIENT, parities = j->transforms->r == 2 ? 4 : 1;
    int64_t inputs = backwards ? co : ci, outputs = backwards ? ci : co;
    ck_filter_blocks blocks = ck_filter_blocks_of(inputs, outputs);
    int64_t sums = backwards ? inputs : parities * inputs, padded = ck_quotient_up(outputs, CK_PANEL) * CK_PANEL;
    int64_t positions = j->transforms->n * j->transforms->n;
    int64_t block = panel * CK_PANEL / blocks.output_block * blocks.output_block;
    int64_t block_outputs = ck_least(padded - block, blocks.output_block);
    int64_t parity_by = positions * (backwards ? padded : block_outputs) * inputs;
    float *to_block = j->u + block * positions * sums;
    const float *end = j->call->w + ci * co * taps;
    for (int64_t from = 0; from < inputs; from += blocks.input_block) {
        int64_t block_inputs = ck_least(inputs - from, blocks.input_block), position_by = block_outputs * block_inputs;
        for (int64_t input = 0; input < block_inputs; input++) {
            for (int64_t half = 0; half < CK_PANEL; half += 16) {
                int64_t output = panel * CK_PANEL + half;
                float *to = to_block + from * positions * block_outputs +
                            (panel * CK_PANEL - block) * block_inputs + input * CK_PANEL + half;
                if (output < outputs) {
                    const float *w = j->call->w + taps * (backwards ? (from + input) * ci + output
                                                                    : output * ci + from + input);
                    int64_t w_by = backwards ? taps : taps * ci;
                    j->transforms->filter(w, w_by, w + 15 * w_by + 16 <= end, backwards, to, parity_by, position_by);
                    continue;
                }
                for (int parity = 0; parity < parities; parity++) {
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
    const ck_convolution_sizes *s = &j->call->sizes;
    j->u = memory;
    int64_t outputs = j->call->pass == CK_INPUT_GRADIENT ? s->input_channels : s->output_channels;
    ck_share(ck_quotient_up(outputs, CK_PANEL), transform_filters, j);
}

const float *ck_winograd_filters(const ck_convolution *call, const ck_winograd_transforms *transforms, void **handle) {
    filter_job j = {call, transforms, NULL};
    int backwards = call->pass == CK_INPUT_GRADIENT;
    int64_t ci = call->sizes.input_channels, co = call->sizes.output_channels;
    int64_t padded = ck_quotient_up(backwards ? ci : co, CK_PANEL) * CK_PANEL;
    int64_t values = transforms->n * transforms->n * (transforms->r == 2 ? 4 : 1) * padded * (backwards ? co : ci);
    uint64_t form = (uint64_t)(0x77000 + (transforms->m * 8 + transforms->r) * 2 + backwards);
    return ck_prepared_acquire(call->key, form, sizeof(float) * (size_t)values, fill_filters, &j, handle);
}
