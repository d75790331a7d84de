#include "matrix/panel.h"
#include "runtime/dispatch.h"
#include "runtime/sharing.h"
#include "winograd/geometry.h"

// Blocks of tiles are such that their values and products stay in a second-level cache of one megabyte. No sum depends
// on the blocks: every one runs over all inputs in order.
enum { cache_bytes = 940000, rows_together = 12 };

typedef struct {
    ck_filtering geometry;
    ck_winograd_values *input;
    ck_matrix_panel *panel;
    ck_half_panel *half_panel;  // NULL: floats
    const float *x;
    const char *u;
    float *y;
    const ck_epilogue *epilogue;
    ck_filter_blocks blocks;
    int64_t value_bytes, tile_block, tile_blocks, output_blocks;
    _Atomic int failed;
} job;

static void multiply(const job *j, int64_t tiles, int64_t outputs, int64_t inputs, const char *values, const char *u,
                     float *products, int64_t products_row, int accumulate) {
    if (j->half_panel)
        j->half_panel(tiles, outputs, inputs / 2, (const uint16_t *)values, inputs, 2, (const uint32_t *)u, CK_PANEL,
                      products, products_row, accumulate);
    else
        j->panel(tiles, outputs, inputs, (const float *)values, inputs, 1, (const float *)u, CK_PANEL, products,
                 products_row, accumulate, NULL);
}

static void filter_block_of_tiles(void *context, int64_t piece) {
    job *j = context;
    const ck_filtering *f = &j->geometry;
    int64_t first = piece % j->tile_blocks * j->tile_block;
    int64_t output = piece / j->tile_blocks % j->output_blocks * j->blocks.output_block;
    int64_t lattice = piece / j->tile_blocks / j->output_blocks;
    int64_t tiles = ck_smaller(j->tile_block, f->tiles - first);
    int64_t outputs = ck_smaller(j->blocks.output_block, f->outputs - output);
    int positions = f->transforms->n * f->transforms->n;
    int64_t sums = f->inputs * f->lattices_in, padded = ck_pieces(f->outputs, CK_PANEL) * CK_PANEL;

    int64_t values_by = tiles * j->blocks.input_block + CK_SET_SHIFT, products_by = tiles * outputs + CK_SET_SHIFT;
    char *values = ck_scratch_take((size_t)(positions * (j->value_bytes * values_by + 4 * products_by)));
    if (!values) {
        j->failed = 1;
        return;
    }
    float *products = (float *)(values + j->value_bytes * positions * values_by);
    const char *u = j->u + j->value_bytes * (lattice * padded + output) * positions * sums;
    int accumulate = 0;
    for (int part = 0; part < f->lattices_in; part++) {
        const ck_tiles *in = &f->in[f->lattices_in == 1 ? lattice : part];
        for (int64_t from = 0; from < f->inputs; from += j->blocks.input_block) {
            int64_t inputs = ck_smaller(j->blocks.input_block, f->inputs - from);
            j->input(in, j->x, first, tiles, from, inputs, values, values_by);
            for (int p = 0; p < positions; p++) {
                for (int64_t column = 0; column < outputs; column += CK_PANEL) {
                    multiply(j, tiles, ck_smaller(CK_PANEL, outputs - column), inputs,
                             values + j->value_bytes * p * values_by, u, products + p * products_by + column, outputs,
                             accumulate);
                    u += j->value_bytes * inputs * CK_PANEL;
                }
            }
            accumulate = 1;
        }
    }
    f->transforms->output(&f->out[lattice], products, products_by, first, tiles, output, outputs, j->epilogue, j->y);
    ck_scratch_give(values);
}

static int64_t rounded(int64_t tiles) { return ck_pieces(tiles, rows_together) * rows_together; }

int ck_winograd_filter(const ck_convolution *call) {
    int is_forward = call->pass == CK_FORWARD;
    job j = {.geometry = ck_filtering_of(call), .panel = ck_matrix_panel_kernel(), .value_bytes = 4,
             .x = is_forward ? call->x : call->y, .y = is_forward ? call->y : call->x, .epilogue = &call->epilogue};
    ck_filtering *f = &j.geometry;
    j.input = f->transforms->input;
    if (call->precision == CK_BFLOAT16 && ck_has_bfloat16()) {
        j.input = ck_winograd_to_halves(f->transforms)->input;
        j.half_panel = ck_half_panel_kernel();
        j.value_bytes = 2;
    }
    int64_t positions = f->transforms->n * f->transforms->n;
    j.blocks = ck_filter_blocks_of(f->inputs, f->outputs);
    int64_t tile_bytes = positions * (4 * j.blocks.output_block + j.value_bytes * j.blocks.input_block);
    j.output_blocks = ck_pieces(f->outputs, j.blocks.output_block);
    j.tile_block = ck_larger(cache_bytes / tile_bytes / rows_together, 1) * rows_together;
    int64_t shares = ck_pieces(2 * ck_threads(), j.output_blocks * f->lattices_out);
    j.tile_block = ck_smaller(j.tile_block, rounded(ck_pieces(f->tiles, shares)));
    j.tile_blocks = ck_pieces(f->tiles, j.tile_block);

    float *zeros = ck_scratch_take(sizeof(float) * (size_t)f->inputs);
    if (!zeros) return -1;
    for (int64_t c = 0; c < f->inputs; c++) zeros[c] = 0;
    for (int i = 0; i < 4; i++) f->in[i].missing = zeros;
    void *handle;
    j.u = ck_winograd_filters(call, f, j.half_panel != NULL, &handle);
    if (j.u) ck_share(f->lattices_out * j.tile_blocks * j.output_blocks, filter_block_of_tiles, &j);
    ck_prepared_release(handle);
    ck_scratch_give(zeros);
    return !j.u || j.failed ? -1 : 0;
}
