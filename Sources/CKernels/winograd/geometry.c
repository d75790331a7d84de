#include "winograd/geometry.h"
#include "runtime/dispatch.h"

static ck_tiles lattice_of_input(const ck_convolution *call, int64_t tile_rows, int64_t tile_columns, int64_t step,
                                 int64_t row_offset, int64_t column_offset) {
    const ck_convolution_sizes *s = &call->sizes;
    return (ck_tiles){s->input_height, s->input_width, call->x_pixel, tile_rows, tile_columns, step, row_offset,
                      column_offset, NULL};
}

static ck_tiles lattice_of_output(const ck_convolution *call, int64_t tile_rows, int64_t tile_columns,
                                  int64_t row_offset, int64_t column_offset) {
    const ck_convolution_sizes *s = &call->sizes;
    return (ck_tiles){s->output_height, s->output_width, call->y_pixel, tile_rows, tile_columns, 1, row_offset,
                      column_offset, NULL};
}

// The side of a tile's output: the larger one needs fewer multiplications unless much of the last tiles hangs over the
// edge. Transformed filters of wide layers take much memory: on small planes, their transformation and traffic cost
// more than the multiplications saved; where they lie in memory for good, on somewhat larger ones too.
static int side_of(const ck_convolution *call, int64_t height, int64_t width) {
    const ck_convolution_sizes *s = &call->sizes;
    int stride = (int)s->stride_height;
    if (s->kernel_height == 4 && stride == 1) return 3;
    int64_t few_pixels = call->key.lasts ? 256 : 16;
    if (call->pass != CK_WEIGHT_GRADIENT && s->output_height * s->output_width <= few_pixels &&
        s->input_channels * s->output_channels > 65536)
        return 2;
    int r = s->kernel_height == 3 ? 3 : 2;
    int64_t by_four = (3 + r) * (3 + r) * ck_pieces(height, 4) * ck_pieces(width, 4);
    int64_t by_two = (1 + r) * (1 + r) * ck_pieces(height, 2) * ck_pieces(width, 2);
    return 10 * by_four < 9 * by_two ? 4 : 2;
}

ck_filtering ck_filtering_of(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    int64_t ci = s->input_channels, co = s->output_channels;
    int r = s->stride_height == 2 ? 2 : (int)s->kernel_height, backwards = call->pass == CK_INPUT_GRADIENT;
    int64_t height = s->output_height, width = s->output_width;
    if (backwards && r == 2) {
        height = (s->input_height + 1) / 2;
        width = (s->input_width + 1) / 2;
    } else if (backwards) {
        height = s->input_height;
        width = s->input_width;
    }
    int side = side_of(call, height, width);
    int64_t rows = ck_pieces(height, side), columns = ck_pieces(width, side);
    ck_filtering f = {.transforms = ck_winograd_kernels(side, r), .lattices_in = 1, .lattices_out = 1,
                      .tiles = s->batch * rows * columns, .inputs = backwards ? co : ci,
                      .outputs = backwards ? ci : co};
    if (r != 2 && !backwards) {
        f.in[0] = lattice_of_input(call, rows, columns, 1, -s->pad_top, -s->pad_left);
        f.out[0] = lattice_of_output(call, rows, columns, 0, 0);
    } else if (r != 2) {
        f.in[0] = lattice_of_output(call, rows, columns, s->pad_top - r + 1, s->pad_left - r + 1);
        f.out[0] = lattice_of_input(call, rows, columns, 1, 0, 0);
    } else if (!backwards) {
        f.lattices_in = 4;
        for (int parity = 0; parity < 4; parity++)
            f.in[parity] = lattice_of_input(call, rows, columns, 2, parity / 2 - s->pad_top, parity % 2 - s->pad_left);
        f.out[0] = lattice_of_output(call, rows, columns, 0, 0);
    } else {
        f.lattices_out = 4;
        for (int parity = 0; parity < 4; parity++) {
            // Pixels of a lattice: every second one, from the first that is not padding.
            int64_t row = (s->pad_top - parity / 2 + 1) / 2, column = (s->pad_left - parity % 2 + 1) / 2;
            f.in[parity] = lattice_of_output(call, rows, columns, row - 1, column - 1);
            f.out[parity] = lattice_of_input(call, rows, columns, 2, 2 * row + parity / 2 - s->pad_top,
                                             2 * column + parity % 2 - s->pad_left);
        }
    }
    return f;
}
