#include "CKernels.h"
#include "matrix_panel.h"
#include "sharing.h"
#include "winograd_geometry.h"

// Blocks of tiles are such that their values and products stay in a second-level cache of one megabyte. No sum depends
// on the blocks: every one runs over all inputs in order.
enum { cache_floats = 235000, rows_together = 12 };

typedef struct {
    ck_filtering geometry;
    ck_matrix_panel *panel;
    const float *x, *u;
    float *y;
    const ck_epilogue *epilogue;
    ck_filter_blocks blocks;
    int64_t tile_block, tile_blocks, output_blocks;
    _Atomic int failed;
} job;

static void filter_block_of_tiles(void *context, int64_t piece) {
    job *j = context;
    const ck_filtering *f = &j->geometry;
    const ck_winograd_transforms *transforms = f->transforms;
    int64_t first = piece % j->tile_blocks * j->tile_block;
    int64_t output = piece / j->tile_blocks % j->output_blocks * j->blocks.output_block;
    int64_t lattice = piece / j->tile_blocks / j->output_blocks;
    int64_t tiles = ck_least(j->tile_block, f->tiles - first);
    int64_t outputs = ck_least(j->blocks.output_block, f->outputs - output);
    int positions = transforms->n * transforms->n;
    int64_t sums = f->inputs * f->lattices_in, padded = ck_quotient_up(f->outputs, CK_PANEL) * CK_PANEL;

    int64_t values_by = tiles * j->blocks.input_block + CK_SET_SHIFT, products_by = tiles * outputs + CK_SET_SHIFT;
    float *values = ck_scratch_take(sizeof(float) * (size_t)(positions * (values_by + products_by)));
    if (!values) {
        j->failed = 1;
        return;
    }
    float *products = values + positions * values_by;
    const float *u = j->u + (lattice * padded + output) * positions * sums;
    int64_t panels = ck_quotient_up(outputs, CK_PANEL);
    int accumulate = 0;
    for (int part = 0; part < f->lattices_in; part++) {
        const ck_tiles *in = &f->in[f->lattices_in == 1 ? lattice : part];
        for (int64_t from = 0; from < f->inputs; from += j->blocks.input_block) {
            int64_t inputs = ck_least(j->blocks.input_block, f->inputs - from);
            transforms->input(in, j->x, first, tiles, from, inputs, values, values_by);
            for (int p = 0; p < positions; p++) {
                for (int64_t panel = 0; panel < panels; panel++, u += inputs * CK_PANEL) {
                    int64_t column = panel * CK_PANEL;
                    j->panel(tiles, ck_least(CK_PANEL, outputs - column), inputs, values + p * values_by, inputs, 1, u,
                             CK_PANEL, products + p * products_by + column, outputs, accumulate, NULL);
                }
            }
            accumulate = 1;
        }
    }
    transforms->output(&f->out[lattice], products, products_by, first, tiles, output, outputs, j->epilogue, j->y);
    ck_scratch_give(values);
}

static int64_t rounded(int64_t tiles) { return ck_quotient_up(tiles, rows_together) * rows_together; }

int ck_winograd_filter(const ck_convolution *call) {
    int is_forward = call->pass == CK_FORWARD;
    job j = {.geometry = ck_filtering_of(call), .panel = ck_matrix_panel_kernel(),
             .x = is_forward ? call->x : call->y, .y = is_forward ? call->y : call->x, .epilogue = &call->epilogue};
    ck_filtering *f = &j.geometry;
    int64_t positions = f->transforms->n * f->transforms->n;
    j.blocks = ck_filter_blocks_of(f->inputs, f->outputs);
    j.tile_block = cache_floats / (positions * (j.blocks.output_block + j.blocks.input_block)) / rows_together *
                   rows_together;
    if (j.tile_block < rows_together) j.tile_block = rows_together;
    j.output_blocks = ck_quotient_up(f->outputs, j.blocks.output_block);
    int64_t shares = ck_quotient_up(2 * ck_threads(), j.output_blocks * f->lattices_out);
    j.tile_block = ck_least(j.tile_block, rounded(ck_quotient_up(f->tiles, shares)));
    j.tile_blocks = ck_quotient_up(f->tiles, j.tile_block);

    float *zeros = ck_scratch_take(sizeof(float) * (size_t)f->inputs);
    if (!zeros) return -1;
    for (int64_t c = 0; c < f->inputs; c++) zeros[c] = 0;
    for (int i = 0; i < 4; i++) f->in[i].missing = zeros;
    void *handle;
    j.u = ck_winograd_filters(call, f->transforms, &handle);
    if (j.u) ck_share(f->lattices_out * j.tile_blocks * j.output_blocks, filter_block_of_tiles, &j);
    ck_prepared_release(handle);
    ck_scratch_give(zeros);
    return !j.u || j.failed ? -1 : 0;
}
