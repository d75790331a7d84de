#include "direct/job.h"
#include <string.h>

int ck_direct_end(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t channel, ck_tile_end *end) {
    const ck_epilogue *e = &l->call->epilogue;
    if (ck_epilogue_is_empty(e, 0)) return 0;
    *end = (ck_tile_end){.slope = 1, .scale = ck_is_smooth(e->activation) ? 1 : e->scale};
    if (e->multipliers) end->multipliers = e->multipliers + channel;
    if (e->bias) end->bias = e->bias + channel;
    if (e->activation == CK_ACTIVATE_RELU) end->slope = 0;
    if (e->activation == CK_ACTIVATE_LEAKY_RELU) end->slope = e->slope;
    if (e->activation == CK_ACTIVATE_PRELU) end->weights = e->weights + channel;
    for (int i = 0; i < 2; i++) {
        if (!e->added[i].values) continue;
        end->added[i] = e->added[i].values + pixel * e->added[i].pixel + channel;
        end->added_row[i] = e->added[i].pixel * k->step_column;
        end->added_scale[i] = e->added[i].scale;
    }
    return 1;
}

void ck_direct_finish_row(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t count) {
    if (!ck_is_smooth(l->call->epilogue.activation)) return;
    ck_epilogue rest = l->call->epilogue;
    rest.multipliers = rest.bias = NULL;
    float *y = l->output + pixel * l->output_pixel;
    ck_apply_epilogue(&rest, y, l->output_pixel * k->step_column, y, l->output_pixel * k->step_column, count,
                      l->outputs);
}

void ck_direct_store_dots(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t count, float *sums) {
    ck_epilogue e = l->call->epilogue;
    ck_addend added[2] = {e.added[0], e.added[1]};
    e.added[0].values = e.added[1].values = NULL;
    if (!ck_epilogue_is_empty(&e, 0)) ck_apply_epilogue(&e, sums, l->outputs, sums, l->outputs, count, l->outputs);
    for (int i = 0; i < 2; i++) {
        if (!added[i].values) continue;
        const float *from = added[i].values + pixel * added[i].pixel;
        for (int64_t p = 0; p < count; p++) {
            for (int64_t o = 0; o < l->outputs; o++)
                sums[p * l->outputs + o] += added[i].scale * from[p * k->step_column * added[i].pixel + o];
        }
    }
    float *y = l->output + pixel * l->output_pixel;
    int64_t by = l->output_pixel * k->step_column;
    if (by == l->outputs) {
        memcpy(y, sums, sizeof(float) * (size_t)(count * by));
        return;
    }
    for (int64_t p = 0; p < count; p++) {
        for (int64_t o = 0; o < l->outputs; o++) y[p * by + o] = sums[p * l->outputs + o];
    }
}
