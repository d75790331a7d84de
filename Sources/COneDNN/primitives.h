// Primitives of the library, made once per geometry, method and epilogue and then kept, with what it takes to bring
// the caller's arrays into the layout they want.
#pragma once
#include "descriptions.h"

/// One array of a convolution: how the caller gives it, and how the primitive wants it.
typedef struct {
    array_description given, wanted;
    dnnl_primitive_t passage;  // from one to the other, in the direction of use; NULL when they are the same
} port;

typedef struct {
    dnnl_primitive_t convolution;
    port x, w, y;
    array_description bias, scratchpad;
    uint64_t form;  // names the packing of the weights
} primitive;

/// What is asked to be part of the primitive: of the epilogue only the bias of a forward pass, or all of it.
typedef enum { BIAS_ONLY, WHOLE_EPILOGUE } fused_part;

/// The primitive, to be given back; NULL when the library has none that deserves the name.
const primitive *onednn_find(const ck_convolution *call, int method, fused_part fused);
void onednn_let_go(const primitive *p);

/// Runs a primitive on memories that lie at the given addresses.
typedef struct {
    int name;
    array_description array;
    const void *memory;
} argument;
int onednn_execute(dnnl_primitive_t primitive, int count, const argument *arguments);

/// Brings an array from the caller's layout into the primitive's.
int onednn_bring_in(const port *p, const void *from, void *to);
/// Brings an array from the primitive's layout into the caller's.
int onednn_bring_out(const port *p, const void *from, void *to);

/// Activation, scale and sum, in the order in which the library has to apply them; 0, or -1 for an activation that it
/// does not know.
int onednn_append_epilogue(dnnl_primitive_attr_t attributes, const ck_epilogue *epilogue);
