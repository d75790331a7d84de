// The innermost sums of direct convolution and of products in bfloat16, one version per instruction set and arithmetic.
// Arrays on the side that is spread over rows ("a") hold floats, or bfloat16; arrays on the side that fills vectors
// ("b") hold floats, or pairs of bfloat16 that lie one after the other, the earlier factor first. Sums are float32.
#pragma once
#include <stdint.h>

/// What becomes of the sums of a tile before they are stored, one value per column:
/// scale * (s > 0 ? s : slope * s) + added[0] + added[1], where s = multiplier * sum + bias.
typedef struct {
    const float *multipliers, *bias, *weights;  // at the tile's first column, or NULL
    float slope;            // 1 without an activation; read without `weights`
    float scale;
    const float *added[2];  // at the tile's corner, or NULL
    int64_t added_row[2];
    float added_scale[2];
} ck_tile_end;

/// Sums run over `lines` lines of `inner` steps. A step is one factor, or a pair of bfloat16 factors; strides of `a`
/// count its elements (floats or single bfloat16), strides of `b` floats or pairs, strides of `c` floats.
typedef struct {
    int64_t lines, inner;
    int64_t a_row, a_inner, a_line;
    int64_t b_inner, b_line;
    int64_t c_row;
    const float *start;  // earlier sums, readable for as many columns as b; NULL for zeros
    int64_t start_row;
    int64_t ahead;  // how far from b to fetch in advance; 0 for nowhere
} ck_tile_sums;

typedef struct {
    /// c[r][0..<columns], r < rows, any number of rows; at most 32 columns, and b readable for 32 of them (16 when
    /// there are no more).
    void (*tile)(const ck_tile_sums *sums, int64_t rows, int64_t columns, const void *a, const void *b, float *c,
                 const ck_tile_end *end);
    /// The same for at most 8 rows and many columns, rounded up to a multiple of 16: sums are added to c, and
    /// start_row is c_row.
    void (*wide)(const ck_tile_sums *sums, int64_t rows, int64_t columns, const void *a, const void *b, float *c);
    /// c[p][o] = the product of line pieces of a and w, both read along the line in whole vectors of `dot_step`
    /// elements: `inner` of them per line. a_row: from one p to the next; w: b_inner from one o to the next, b_line.
    /// c is dense and has room for sixteen more; at most 8 outputs.
    void (*dot)(const ck_tile_sums *sums, int64_t rows, int64_t outputs, const void *a, const void *w, float *c);
    /// Elements of a vector of `dot`: 16 floats or 32 bfloat16.
    int64_t dot_step;
} ck_tile_kernels;

/// The version for this processor; `bfloat16` != 0 for pairs of bfloat16.
const ck_tile_kernels *ck_tile_kernels_for(int bfloat16);
