// How a convolution is cut into lattices, tiles and blocks. Everything is either "filtering" (forward, and the input
// gradient, which is a correlation with the flipped filters) or the weight gradient.
#pragma once
#include "winograd/transforms.h"

/// At stride 2 the four sub-lattices of the input (even and odd rows and columns) each meet a 2x2 part of the 4x4
/// filter at stride 1. Forward sums over four lattices; the input gradient writes four.
typedef struct {
    const ck_winograd_transforms *transforms;
    int lattices_in, lattices_out;
    ck_tiles in[4], out[4];
    int64_t tiles;
    int64_t inputs, outputs;  // channels of one lattice
} ck_filtering;

/// Of forward or input gradient; of forward for the weight gradient, too.
ck_filtering ck_filtering_of(const ck_convolution *call);

/// Blocks of channels that filters are stored by; they depend on nothing but the channels.
typedef struct {
    int64_t input_block, output_block;
} ck_filter_blocks;

ck_filter_blocks ck_filter_blocks_of(int64_t inputs, int64_t outputs);

/// The transformed filters in the order of use:
/// [lattice out][block of outputs][lattice in][block of inputs][position][panel of 32 outputs][input][32].
/// With halves, two inputs make a pair of bfloat16. Where every filter meets many tiles they are made anew for each
/// call: that takes hardly any of its time, and they are several times as large as the weight.
const void *ck_winograd_filters(const ck_convolution *call, const ck_filtering *filtering, int halves, void **handle);

/// 0, or -1 without memory.
int ck_winograd_filter(const ck_convolution *call);
int ck_winograd_weight_gradient(const ck_convolution *call);

/// Keeps the positions of a tile out of each other's cache sets.
enum { CK_SET_SHIFT = 16 };
