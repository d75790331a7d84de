#include "direct/job.h"
#include "elementwise/bfloat16.h"
#include "matrix/panel.h"
#include "runtime/dispatch.h"
#include "runtime/sharing.h"
#include <string.h>

static void place_of(const ck_direct_job *j, int64_t i, int64_t *image, int64_t *row, int64_t *column) {
    int64_t width = j->lattice->columns.count, plane = j->lattice->rows.count * width, output = j->first_output + i;
    *image = output / plane;
    *row = output % plane / width;
    *column = output % width;
}

static void lay_patch(void *context, int64_t piece) {
    ck_direct_job *j = context;
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t image, row, column;
    place_of(j, piece, &image, &row, &column);
    int64_t line = ck_packed_line(l, k), size = j->halves ? 2 : 4, units = line * (j->halves ? 2 : 1);
    char *to = j->patches + piece * j->patch * size;
    const float *pixels = l->source + image * l->source_height * l->source_width * l->source_pixel;
    for (int64_t t = 0; t < k->rows.taps; t++, to += units * size) {
        int64_t y = row * k->rows.step - k->rows.before + t, x = column * k->columns.step - k->columns.before;
        if (y < 0 || y >= l->source_height) {
            memset(to, 0, (size_t)(units * size));
            continue;
        }
        for (int64_t i = 0; i < k->columns.taps; i++) {
            char *here = to + i * l->channels * size;
            const float *from = pixels + (y * l->source_width + x + i) * l->source_pixel;
            if (x + i < 0 || x + i >= l->source_width) memset(here, 0, (size_t)(l->channels * size));
            else if (j->halves) ck_halve(from, (uint16_t *)here, l->channels);
            else memcpy(here, from, sizeof(float) * (size_t)l->channels);
        }
        for (int64_t i = k->line; i < units; i++) memset(to + i * size, 0, (size_t)size);
    }
}

// Stores sums[output][32] on a lattice.
static void store_panel(const ck_direct_job *j, int64_t channel, int64_t columns, const float *sums) {
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    ck_epilogue e = l->call->epilogue;
    if (e.multipliers) e.multipliers += channel;
    if (e.bias) e.bias += channel;
    if (e.weights) e.weights += channel;
    for (int64_t i = 0, count; i < j->patch_count; i += count) {
        int64_t image, row, column;
        place_of(j, i, &image, &row, &column);
        count = ck_smaller(k->columns.count - column, j->patch_count - i);
        int64_t pixel = ck_direct_pixel(l, k, image, row, column);
        ck_epilogue here = e;
        for (int a = 0; a < 2; a++) {
            if (here.added[a].values) here.added[a].values += pixel * here.added[a].pixel + channel;
            here.added[a].pixel *= k->step_column;
        }
        ck_apply_epilogue(&here, sums + i * CK_PANEL, CK_PANEL, l->output + pixel * l->output_pixel + channel,
                          l->output_pixel * k->step_column, count, columns);
    }
}

static void multiply_panel(void *context, int64_t panel) {
    ck_direct_job *j = context;
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t steps = k->rows.taps * ck_packed_line(l, k), part = CK_PART_FLOATS / CK_PANEL, channel = panel * CK_PANEL;
    int64_t columns = ck_smaller(CK_PANEL, l->outputs - channel), size = j->halves ? 2 : 4;
    const char *w = (const char *)l->weights + k->weights + 4 * panel * steps * CK_PANEL;
    float *sums = ck_scratch_take(sizeof(float) * (size_t)(j->patch_count * CK_PANEL));
    if (!sums) {
        j->failed = 1;
        return;
    }
    for (int64_t step = 0; step == 0 || step < steps; step += part) {
        ck_tile_sums t = {.lines = 1, .inner = ck_smaller(part, steps - step), .a_row = j->patch,
                          .a_inner = j->halves ? 2 : 1, .b_inner = CK_PANEL, .start = step ? sums : NULL,
                          .start_row = CK_PANEL, .c_row = CK_PANEL, .ahead = part * CK_PANEL};
        const char *a = j->patches + step * t.a_inner * size, *b = w + 4 * step * CK_PANEL;
        if (step + part < steps) {
            j->tiles->tile(&t, j->patch_count, columns > 16 ? CK_PANEL : 16, a, b, sums, NULL);
            continue;
        }
        if (k->step_row == 1 && k->step_column == 1) {  // All pixels in a row: the sums go where they belong.
            ck_tile_end end;
            int has_end = ck_direct_end(l, k, j->first_output, channel, &end);
            t.c_row = l->output_pixel;
            j->tiles->tile(&t, j->patch_count, columns, a, b, l->output + j->first_output * l->output_pixel + channel,
                           has_end ? &end : NULL);
        } else {
            j->tiles->tile(&t, j->patch_count, columns > 16 ? CK_PANEL : 16, a, b, sums, NULL);
            store_panel(j, channel, columns, sums);
        }
    }
    ck_scratch_give(sums);
}

int ck_direct_by_patches(ck_direct_job *j) {
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t outputs = l->call->sizes.batch * k->rows.count * k->columns.count;
    j->patch = k->rows.taps * ck_packed_line(l, k) * (j->halves ? 2 : 1) + 16;
    // As many as keep patches and results, which are visited panel by panel, in the caches.
    int64_t together = ck_smaller(384, ck_smaller((1 << 20) / j->patch, (1 << 16) / l->outputs));
    together = ck_smaller(outputs, ck_larger(48, together));
    j->patches = ck_scratch_take((size_t)((j->halves ? 2 : 4) * together * j->patch));
    if (!j->patches) return -1;
    for (j->first_output = 0; j->first_output < outputs; j->first_output += together) {
        j->patch_count = ck_smaller(together, outputs - j->first_output);
        ck_share(j->patch_count, lay_patch, j);
        ck_share(ck_pieces(l->outputs, CK_PANEL), multiply_panel, j);
        if (k->step_row == 1 && k->step_column == 1) ck_direct_finish_row(l, k, j->first_output, j->patch_count);
    }
    ck_scratch_give(j->patches);
    return 0;
}
