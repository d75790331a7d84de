#include "CKernelsConvolution.h"
#include "elementwise/bfloat16.h"
#include "layout/tiles.h"
#include "matrix/panel.h"
#include "matrix/tile_sums.h"
#include "runtime/dispatch.h"
#include "runtime/sharing.h"
#include <string.h>

// Both sides are rounded to bfloat16 and laid out once: the left one as pairs along its rows, or from step to step when
// it is stored transposed, the right one as panels of 32 columns.
enum { row_block = 96, inner_block = 512 };

typedef struct {
    const ck_product_sizes *sizes;
    const ck_tile_kernels *tiles;
    const float *left, *right;
    float *output;
    int accumulates;
    uint32_t *rows, *panels;
    int64_t pairs;  // of the sums
    int64_t row_blocks, panel_count, lefts, rights;
} product;

// Whether rows lie side by side, and steps apart: then pairs of steps are laid out as [pair][row].
static int steps_apart(const product *p) { return p->sizes->left_inner != 1 && p->sizes->left_row == 1; }

static void lay_rows(void *context, int64_t piece) {
    const product *p = context;
    const ck_product_sizes *s = p->sizes;
    int64_t matrix = piece / p->row_blocks, first = piece % p->row_blocks * row_block;
    int64_t rows = ck_smaller(row_block, s->rows - first);
    const float *left = p->left + matrix * s->left_batch + first * s->left_row;
    uint32_t *to = p->rows + (matrix * s->rows + first) * p->pairs;
    if (steps_apart(p)) {  // [pair][row] within the block
        for (int64_t k = 0; k < s->inner; k += 2, left += 2 * s->left_inner, to += rows)
            ck_pair(left, k + 1 < s->inner ? left + s->left_inner : NULL, to, rows);
        return;
    }
    for (int64_t r = 0; r < rows; r++, left += s->left_row, to += p->pairs) {
        uint16_t *halves = (uint16_t *)to;
        if (s->left_inner == 1) {
            ck_halve(left, halves, s->inner);
        } else {
            for (int64_t k = 0; k < s->inner; k++) ck_halve(left + k * s->left_inner, halves + k, 1);
        }
        if (s->inner % 2) halves[s->inner] = 0;
    }
}

// Sixteen columns that are stored as rows: pairs of steps are turned as if they were single numbers.
CK_DISPATCH static void turn_columns(const float *right, int64_t column_by, int64_t columns, int64_t inner,
                                     uint32_t *to) {
    enum { together = 32 };
    uint32_t pairs[16 * together], turned[16 * together];
    for (int64_t k = 0; k < inner; k += 2 * together) {
        int64_t steps = ck_smaller(2 * together, inner - k), count = (steps + 1) / 2;
        memset(pairs, 0, sizeof pairs);
        for (int64_t c = 0; c < columns; c++)
            ck_halve(right + c * column_by + k, (uint16_t *)(pairs + c * together), steps);
        ck_transpose_block((const float *)pairs, together, (float *)turned, 16, together);
        for (int64_t i = 0; i < count; i++) memcpy(to + (k / 2 + i) * CK_PANEL, turned + i * 16, 16 * sizeof *to);
    }
}

static void lay_panel(void *context, int64_t piece) {
    const product *p = context;
    const ck_product_sizes *s = p->sizes;
    int64_t matrix = piece / p->panel_count, column = piece % p->panel_count * CK_PANEL;
    int64_t columns = ck_smaller(CK_PANEL, s->columns - column);
    const float *right = p->right + matrix * s->right_batch + column * s->right_column;
    uint32_t *to = p->panels + piece * p->pairs * CK_PANEL;
    if (columns < CK_PANEL) memset(to, 0, sizeof *to * (size_t)(p->pairs * CK_PANEL));
    if (s->right_column == 1) {
        for (int64_t k = 0; k < s->inner; k += 2, right += 2 * s->right_inner, to += CK_PANEL)
            ck_pair(right, k + 1 < s->inner ? right + s->right_inner : NULL, to, columns);
    } else if (s->right_inner == 1) {
        for (int64_t c = 0; c < columns; c += 16)
            turn_columns(right + c * s->right_column, s->right_column, ck_smaller(16, columns - c), s->inner, to + c);
    } else {
        for (int64_t k = 0; k < s->inner; k++) {
            for (int64_t c = 0; c < columns; c++)
                ck_halve(right + k * s->right_inner + c * s->right_column,
                         (uint16_t *)(to + k / 2 * CK_PANEL + c) + k % 2, 1);
        }
        if (s->inner % 2) {
            for (int64_t c = 0; c < columns; c++) to[(p->pairs - 1) * CK_PANEL + c] &= 0xffffu;
        }
    }
}

static void multiply(void *context, int64_t piece) {
    const product *p = context;
    const ck_product_sizes *s = p->sizes;
    int64_t first = piece % p->row_blocks * row_block, panel = piece / p->row_blocks % p->panel_count;
    int64_t matrix = piece / p->row_blocks / p->panel_count, column = panel * CK_PANEL;
    int64_t rows = ck_smaller(row_block, s->rows - first), columns = ck_smaller(CK_PANEL, s->columns - column);
    const uint32_t *left = p->rows + ((s->left_batch ? matrix : 0) * s->rows + first) * p->pairs;
    const uint32_t *right = p->panels + ((s->right_batch ? matrix : 0) * p->panel_count + panel) * p->pairs * CK_PANEL;
    float *output = p->output + matrix * s->output_batch + first * s->output_row + column;
    float sums[row_block * CK_PANEL];
    int64_t width = columns > 16 ? CK_PANEL : 16;
    ck_tile_sums t = {.lines = 1, .b_inner = CK_PANEL, .start_row = CK_PANEL, .c_row = CK_PANEL};
    t.a_row = steps_apart(p) ? 2 : 2 * p->pairs;
    t.a_inner = steps_apart(p) ? 2 * rows : 2;
    for (int64_t r = 0; p->accumulates && r < rows; r++)
        memcpy(sums + r * CK_PANEL, output + r * s->output_row, sizeof(float) * (size_t)columns);
    if (p->accumulates) t.start = sums;
    for (int64_t k = 0; k < p->pairs; k += inner_block) {
        t.inner = ck_smaller(inner_block, p->pairs - k);
        const uint16_t *a = (const uint16_t *)left + k * t.a_inner;
        const uint32_t *b = right + k * CK_PANEL;
        if (k + t.inner < p->pairs) {
            p->tiles->tile(&t, rows, width, a, b, sums, NULL);
        } else {
            t.c_row = s->output_row;
            p->tiles->tile(&t, rows, columns, a, b, output, NULL);
        }
        t.start = sums;
    }
}

int ck_matrix_product_bfloat16(const ck_product_sizes *s, const float *left, const float *right, float *output,
                               int accumulates) {
    if (s->inner == 0) return ck_matrix_product(s, left, right, output, accumulates);
    product p = {s, ck_tile_kernels_for(1), left, right, output, accumulates, NULL, NULL, (s->inner + 1) / 2,
                 ck_pieces(s->rows, row_block), ck_pieces(s->columns, CK_PANEL), s->left_batch ? s->batch : 1,
                 s->right_batch ? s->batch : 1};
    p.rows = ck_scratch_take(sizeof *p.rows * (size_t)(p.lefts * s->rows * p.pairs));
    p.panels = ck_scratch_take(sizeof *p.panels * (size_t)(p.rights * p.panel_count * p.pairs * CK_PANEL));
    int has_memory = p.rows && p.panels;
    if (has_memory) {
        ck_share(p.lefts * p.row_blocks, lay_rows, &p);
        ck_share(p.rights * p.panel_count, lay_panel, &p);
        ck_share(s->batch * p.panel_count * p.row_blocks, multiply, &p);
    }
    ck_scratch_give(p.rows);
    ck_scratch_give(p.panels);
    return has_memory ? 0 : -1;
}
