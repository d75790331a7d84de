#include "direct/direct.h"
#include "direct/job.h"

int ck_direct_takes(const ck_convolution *call) {
    const ck_convolution_sizes *s = &call->sizes;
    return s->dilation_height == 1 && s->dilation_width == 1 && s->groups == 1 && s->pad_top >= 0 && s->pad_left >= 0;
}

int ck_direct_fuses(const ck_convolution *call) {
    const ck_epilogue *e = &call->epilogue;
    return !ck_is_smooth(e->activation) || (!e->added[0].values && !e->added[1].values);
}

// By the sizes of one image alone, so that the batch changes no result.
static int wants_patches(const ck_lattices *l, const ck_lattice *k) {
    if (l->by_dots || k->line == 0) return 0;
    return k->columns.count < 8 || (k->line * k->rows.taps >= 2048 && l->outputs >= 192);
}

int ck_direct_run(const ck_convolution *call) {
    if (call->pass == CK_WEIGHT_GRADIENT) return ck_direct_weight_gradient(call);
    ck_direct_job j = {.halves = call->precision == CK_BFLOAT16};
    j.tiles = ck_tile_kernels_for(j.halves);
    int failed = ck_lattices_begin(call, &j.lattices);
    for (int64_t i = 0; i < j.lattices.lattice_count && !failed; i++) {
        j.lattice = &j.lattices.lattices[i];
        if (wants_patches(&j.lattices, j.lattice)) failed = ck_direct_by_patches(&j);
        else ck_direct_by_bands(&j);
    }
    ck_lattices_end(&j.lattices);
    return failed || j.failed ? -1 : 0;
}
