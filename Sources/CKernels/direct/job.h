// One lattice of a direct convolution at work: its sums by bands of rows or by patches, and where they end.
#pragma once
#include "direct/lattice.h"
#include "matrix/tile_sums.h"

/// Floats of a part of the weights over which some outputs are summed before the next part is fetched.
enum { CK_PART_FLOATS = 32768 };

typedef struct {
    ck_lattices lattices;
    const ck_tile_kernels *tiles;
    const ck_lattice *lattice;
    int halves;
    // Bands of rows
    int64_t band_rows, bands;
    // Patches
    char *patches;
    int64_t patch, first_output, patch_count;  // units of a patch; the outputs whose patches are laid out
    _Atomic int failed;
} ck_direct_job;

/// Wide images: a piece is a band of output rows.
void ck_direct_by_bands(ck_direct_job *j);
/// Small images with many channels: patches of some outputs, then a piece is a panel of 32 output channels, whose
/// weights are read once, in order. 0, or -1 without memory.
int ck_direct_by_patches(ck_direct_job *j);

static inline int64_t ck_direct_pixel(const ck_lattices *l, const ck_lattice *k, int64_t image, int64_t row,
                                      int64_t column) {
    return (image * l->output_height + k->first_row + row * k->step_row) * l->output_width + k->first_column +
           column * k->step_column;
}

/// The end of the sums that begin at a pixel and channel of the output; 0 when there is nothing to do.
int ck_direct_end(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t channel, ck_tile_end *end);
/// Tiles know no smooth activation: it is applied to a row of finished sums.
void ck_direct_finish_row(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t count);
/// Stores the sums of `count` pixels, dense in `sums`.
void ck_direct_store_dots(const ck_lattices *l, const ck_lattice *k, int64_t pixel, int64_t count, float *sums);
