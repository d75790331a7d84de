// Forward convolution and its input gradient as the same kind of sum: every output of a lattice is a product of taps
// and a patch of the source. Forward has one lattice, all pixels of y. The input gradient with stride s has s * s of
// them, those pixels of x that meet the same taps of the kernel.
#pragma once
#include "CKernelsConvolution.h"
#include "direct/source.h"

typedef struct {
    ck_reach rows, columns;
    int64_t first_row, first_column, step_row, step_column;  // of the lattice's pixels in the output
    int64_t tap_row, tap_column, tap_row_step, tap_column_step;  // kernel tap of tap 0, and from tap to tap
    int64_t line;     // factors of one row of taps: columns.taps * channels
    int64_t weights;  // where its packed weights begin, in bytes
} ck_lattice;

typedef struct {
    const ck_convolution *call;
    int64_t channels, outputs;  // channels of the source and of the result
    int64_t source_height, source_width, source_pixel, output_height, output_width, output_pixel;
    const float *source;
    float *output;
    int by_dots;  // few outputs: sums run along the vectors
    int64_t lattice_count;
    ck_lattice *lattices;
    size_t weight_bytes;
    uint64_t form;
    const void *weights;
    void *handle;  // of the weights
} ck_lattices;

/// Describes the call and packs its weights. 0, or -1 without memory; ck_lattices_end in either case.
int ck_lattices_begin(const ck_convolution *call, ck_lattices *l);
void ck_lattices_end(ck_lattices *l);

/// Units (floats, or pairs of bfloat16) of 32 in a packed line; for dots, elements of a line.
int64_t ck_packed_line(const ck_lattices *l, const ck_lattice *lattice);
