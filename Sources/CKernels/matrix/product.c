#include "CKernelsConvolution.h"
#include "matrix/panel.h"
#include "runtime/sharing.h"
#include <string.h>

// Sums run over blocks of `inner_block`; the order of additions is that of the inner index, whatever the blocks.
enum { inner_block = 256, row_block = 96, panels_per_piece = 4, row_aside = inner_block + 16 };

typedef struct {
    const ck_product_sizes *sizes;
    const float *left, *right;
    float *output;
    float *packed;  // right[batch][panel][inner][32], or NULL when it is used as it lies
    ck_matrix_panel *panel;
    int64_t rows_per_piece, row_pieces, panels, panel_pieces;
    int accumulate;
} product;

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// Copies columns [column, column + 32) of `count` rows; missing columns become zero.
static void pack_panel(const ck_product_sizes *s, const float *right, int64_t first, int64_t count, int64_t column,
                       float *to) {
    int64_t columns = smaller(CK_PANEL, s->columns - column);
    if (columns < CK_PANEL) memset(to, 0, sizeof(float) * (size_t)(count * CK_PANEL));
    const float *from = right + first * s->right_inner + column * s->right_column;
    if (s->right_column == 1) {
        for (int64_t k = 0; k < count; k++)
            memcpy(to + k * CK_PANEL, from + k * s->right_inner, sizeof(float) * (size_t)columns);
        return;
    }
    for (int64_t k0 = 0; k0 < count; k0 += 16) {
        int64_t until = smaller(k0 + 16, count);
        for (int64_t j = 0; j < columns; j++) {
            for (int64_t k = k0; k < until; k++)
                to[k * CK_PANEL + j] = from[k * s->right_inner + j * s->right_column];
        }
    }
}

static void pack_piece(void *context, int64_t piece) {
    const product *p = context;
    int64_t matrix = piece / p->panels, panel = piece % p->panels;
    pack_panel(p->sizes, p->right + matrix * p->sizes->right_batch, 0, p->sizes->inner, panel * CK_PANEL,
               p->packed + piece * p->sizes->inner * CK_PANEL);
}

static void multiply_piece(void *context, int64_t piece) {
    const product *p = context;
    const ck_product_sizes *s = p->sizes;
    int64_t row = piece % p->row_pieces * p->rows_per_piece;
    int64_t panel = piece / p->row_pieces % p->panel_pieces * panels_per_piece;
    int64_t matrix = piece / p->row_pieces / p->panel_pieces;
    int64_t rows = smaller(p->rows_per_piece, s->rows - row), last = smaller(panel + panels_per_piece, p->panels);
    const float *left = p->left + matrix * s->left_batch + row * s->left_row;
    const float *right = p->right + matrix * s->right_batch;
    float *output = p->output + matrix * s->output_batch + row * s->output_row;
    float rows_aside[row_block * row_aside] __attribute__((aligned(64)));
    float panel_aside[inner_block * CK_PANEL] __attribute__((aligned(64)));

    for (int64_t k = 0; k < s->inner; k += inner_block) {
        int64_t inner = smaller(inner_block, s->inner - k);
        const float *a = left + k * s->left_inner;
        int64_t a_row = s->left_row, a_inner = s->left_inner;
        if (a_inner != 1) {
            for (int64_t i = 0; i < inner; i++) {
                for (int64_t r = 0; r < rows; r++) rows_aside[i * rows + r] = a[r * a_row + i * a_inner];
            }
            a = rows_aside;
            a_row = 1;
            a_inner = rows;
        } else if (a_row % 512 == 0 && p->panels > 1) {
            // Rows a multiple of 2048 bytes apart fall on each other in the cache.
            for (int64_t r = 0; r < rows; r++)
                memcpy(rows_aside + r * row_aside, a + r * a_row, sizeof(float) * (size_t)inner);
            a = rows_aside;
            a_row = row_aside;
        }
        for (int64_t j = panel; j < last; j++) {
            int64_t columns = smaller(CK_PANEL, s->columns - j * CK_PANEL);
            const float *b;
            int64_t b_inner = CK_PANEL;
            if (p->packed) {
                int64_t shared = s->right_batch == 0 ? 0 : matrix;
                b = p->packed + ((shared * p->panels + j) * s->inner + k) * CK_PANEL;
            } else if (columns == CK_PANEL && s->right_column == 1) {
                b = right + k * s->right_inner + j * CK_PANEL;
                b_inner = s->right_inner;
            } else {
                pack_panel(s, right, k, inner, j * CK_PANEL, panel_aside);
                b = panel_aside;
            }
            p->panel(rows, columns, inner, a, a_row, a_inner, b, b_inner, output + j * CK_PANEL, s->output_row,
                     k > 0 || p->accumulate, NULL);
        }
    }
}

int ck_matrix_product(const ck_product_sizes *s, const float *left, const float *right, float *output,
                      int accumulate) {
    product p = {s, left, right, output, NULL, ck_matrix_panel_kernel(), row_block, 0, 0, 0, accumulate};
    if (s->inner == 0) {
        for (int64_t b = 0; b < s->batch && !accumulate; b++) {
            for (int64_t r = 0; r < s->rows; r++)
                memset(output + b * s->output_batch + r * s->output_row, 0, sizeof(float) * (size_t)s->columns);
        }
        return 0;
    }
    p.panels = (s->columns + CK_PANEL - 1) / CK_PANEL;
    p.panel_pieces = (p.panels + panels_per_piece - 1) / panels_per_piece;
    while (p.rows_per_piece > 24 &&
           s->batch * p.panel_pieces * ((s->rows + p.rows_per_piece - 1) / p.rows_per_piece) < 8)
        p.rows_per_piece /= 2;
    p.row_pieces = (s->rows + p.rows_per_piece - 1) / p.rows_per_piece;
    int64_t matrices = s->right_batch == 0 ? 1 : s->batch;
    // Packing pays when the panel is met by more than one block of rows.
    if (s->rows > (s->right_column == 1 ? 96 : 24) || matrices < s->batch) {
        p.packed = ck_scratch_take(sizeof(float) * (size_t)(matrices * p.panels * s->inner * CK_PANEL));
        if (!p.packed) return -1;
        ck_share(matrices * p.panels, pack_piece, &p);
    }
    int64_t pieces = s->batch * p.row_pieces * p.panel_pieces;
    int64_t products = s->batch * s->rows * s->columns * s->inner;
    if (products < 100000) {
        for (int64_t piece = 0; piece < pieces; piece++) multiply_piece(&p, piece);
    } else {
        ck_share(pieces, multiply_piece, &p);
    }
    ck_scratch_give(p.packed);
    return 0;
}
