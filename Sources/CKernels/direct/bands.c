#include "CKernels.h"
#include "direct/job.h"
#include "matrix/panel.h"
#include "runtime/dispatch.h"
#include "runtime/sharing.h"

// Outputs that are summed over the same part of the weights before the next part is fetched, and memory that a band of
// rows may take.
enum { rows_together = 192, band_bytes = 256 << 10 };

static ck_source source_of(const ck_direct_job *j, int64_t image) {
    const ck_lattices *l = &j->lattices;
    return (ck_source){l->source + image * l->source_height * l->source_width * l->source_pixel, l->channels,
                       l->source_pixel, j->lattice->rows, j->lattice->columns};
}

static void dots_of_row(const ck_direct_job *j, const ck_strip *strip, int64_t image, int64_t row, float *sums) {
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t line = ck_packed_line(l, k), first, until;
    ck_taps_met(&k->rows, row, &first, &until);
    ck_tile_sums t = {.lines = until - first, .inner = line / j->tiles->dot_step, .a_row = strip->step * strip->pixel,
                      .a_line = strip->pitch, .b_inner = k->rows.taps * line, .b_line = line};
    const char *w = (const char *)l->weights + k->weights + first * line * strip->element;
    for (int64_t from = strip->from; from < strip->until; from += rows_together) {
        int64_t count = ck_smaller(rows_together, strip->until - from);
        j->tiles->dot(&t, count, l->outputs, ck_strip_line(strip, row * k->rows.step + first, from), w, sums);
        ck_direct_store_dots(l, k, ck_direct_pixel(l, k, image, row, from), count, sums);
    }
}

// One panel of 32 outputs of a row, the tap rows [part, part + part_rows) of it.
static void tiles_of_row(const ck_direct_job *j, const ck_strip *strip, int64_t image, int64_t row, int64_t panel,
                         int64_t part, int64_t part_rows, float *sums) {
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t line = ck_packed_line(l, k), met, end_met;
    ck_taps_met(&k->rows, row, &met, &end_met);
    int64_t first = ck_larger(met, part), until = ck_smaller(end_met, part + part_rows);
    int is_first = first == met, is_last = until == end_met;
    if (until <= first) {
        if (met < end_met || part > 0) return;
        first = until = 0;
        is_first = is_last = 1;
    }
    int64_t columns = ck_smaller(CK_PANEL, l->outputs - panel * CK_PANEL), channel = panel * CK_PANEL;
    ck_tile_sums t = {.lines = until - first, .inner = line, .a_row = strip->step * strip->pixel,
                      .a_inner = j->halves ? 2 : 1, .a_line = strip->pitch, .b_inner = CK_PANEL,
                      .b_line = line * CK_PANEL};
    const char *w = (const char *)l->weights + k->weights + 4 * (panel * k->rows.taps + first) * line * CK_PANEL;
    const char *a = t.lines ? ck_strip_line(strip, row * k->rows.step + first, strip->from) : NULL;
    int64_t pixel = ck_direct_pixel(l, k, image, row, strip->from), count = strip->until - strip->from;
    t.start = is_first ? NULL : sums;
    t.start_row = CK_PANEL;
    if (!is_last) {
        t.c_row = CK_PANEL;
        j->tiles->tile(&t, count, columns > 16 ? CK_PANEL : 16, a, w, sums, NULL);
        return;
    }
    ck_tile_end end;
    t.c_row = l->output_pixel * k->step_column;
    int has_end = ck_direct_end(l, k, pixel, channel, &end);
    j->tiles->tile(&t, count, columns, a, w, l->output + pixel * l->output_pixel + channel, has_end ? &end : NULL);
}

static void band(void *context, int64_t piece) {
    ck_direct_job *j = context;
    const ck_lattices *l = &j->lattices;
    const ck_lattice *k = j->lattice;
    int64_t image = piece / j->bands, row = piece % j->bands * j->band_rows;
    int64_t rows = ck_smaller(j->band_rows, k->rows.count - row), width = k->columns.count;
    int kind = j->halves ? CK_SOURCE_HALVES : CK_SOURCE_FLOATS;
    ck_source source = source_of(j, image);
    size_t source_bytes = (ck_strips_bytes(&source, j->band_rows, kind) + 63) / 64 * 64;
    size_t sum_floats = l->by_dots ? rows_together * (size_t)l->outputs + 16 : (size_t)(rows * width * CK_PANEL);
    char *memory = ck_scratch_take(source_bytes + sizeof(float) * sum_floats);
    if (!memory) {
        j->failed = 1;
        return;
    }
    float *sums = (float *)(memory + source_bytes);
    int64_t whole = l->by_dots ? j->tiles->dot_step : j->halves ? 2 : 1;
    ck_strip strips[3] = {{.until = width}};
    int count = k->line ? ck_strips_make(&source, row, rows, kind, whole, memory, strips) : 1;
    if (l->by_dots) {
        for (int i = 0; i < count; i++) {
            for (int64_t r = row; r < row + rows; r++) dots_of_row(j, &strips[i], image, r, sums);
        }
    } else {
        int64_t line = ck_packed_line(l, k), part_rows = ck_larger(1, CK_PART_FLOATS / ck_larger(1, line * CK_PANEL));
        for (int64_t panel = 0; panel < ck_pieces(l->outputs, CK_PANEL); panel++) {
            for (int64_t part = 0; part == 0 || part < k->rows.taps; part += part_rows) {
                for (int64_t r = row; r < row + rows; r++) {
                    for (int i = 0; i < count; i++)
                        tiles_of_row(j, &strips[i], image, r, panel, part, part_rows,
                                     sums + ((r - row) * width + strips[i].from) * CK_PANEL);
                }
            }
        }
        for (int64_t r = row; r < row + rows; r++)
            ck_direct_finish_row(l, k, ck_direct_pixel(l, k, image, r, 0), width);
    }
    ck_scratch_give(memory);
}

void ck_direct_by_bands(ck_direct_job *j) {
    const ck_lattices *l = &j->lattices;
    int64_t rows = j->lattice->rows.count;
    ck_source source = source_of(j, 0);
    int kind = j->halves ? CK_SOURCE_HALVES : CK_SOURCE_FLOATS;
    int64_t enough = ck_pieces(4 * ck_threads(), l->call->sizes.batch);
    j->band_rows = ck_larger(1, ck_smaller(16, rows / enough));
    while (j->band_rows > 1 && ck_strips_bytes(&source, j->band_rows, kind) > band_bytes) j->band_rows /= 2;
    j->bands = ck_pieces(rows, j->band_rows);
    ck_share(l->call->sizes.batch * j->bands, band, j);
}
