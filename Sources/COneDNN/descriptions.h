// What differs between versions 2 and 3 of the library: the descriptions of arrays, convolutions and what is fused
// with them. One file for each version.
#pragma once
#include "CKernelsConvolution.h"
#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t array_description;
#else
typedef const dnnl_memory_desc_t *array_description;
#endif

/// An array of the given strides, or of any that the library likes (strides NULL). NULL without memory.
array_description onednn_describe_array(int rank, const int64_t *dims, dnnl_data_type_t type, const int64_t *strides);
void onednn_forget_array(array_description array);
/// The same number for the same arrangement in memory.
uint64_t onednn_form_of(array_description array);

typedef struct {
    int pass;
    dnnl_alg_kind_t algorithm;
    array_description x, w, bias, y;  // bias NULL: none
    dnnl_dims_t strides, dilates, pad_before, pad_after;
    dnnl_primitive_attr_t attributes;
} convolution_description;

/// 0 when the library has a primitive for it.
int onednn_describe_convolution(const convolution_description *convolution, dnnl_engine_t engine,
                                dnnl_primitive_desc_t *result);

int onednn_append_activation(dnnl_post_ops_t steps, dnnl_alg_kind_t kind, float alpha, float beta);
int onednn_append_sum(dnnl_post_ops_t steps, float scale);
