#include "descriptions.h"

#if DNNL_VERSION_MAJOR >= 3

array_description onednn_describe_array(int rank, const int64_t *dims, dnnl_data_type_t type, const int64_t *strides) {
    dnnl_memory_desc_t array = NULL;
    int failed = strides ? dnnl_memory_desc_create_with_strides(&array, rank, dims, type, strides)
                         : dnnl_memory_desc_create_with_tag(&array, rank, dims, type, dnnl_format_tag_any);
    return failed ? NULL : array;
}

void onednn_forget_array(array_description array) {
    if (array) dnnl_memory_desc_destroy((dnnl_memory_desc_t)array);
}

static uint64_t mix(uint64_t hash, int64_t number) { return (hash ^ (uint64_t)number) * 0x100000001b3u; }

uint64_t onednn_form_of(array_description array) {
    const dnnl_dims_t *strides, *blocks, *block_axes;
    int rank, block_count;
    dnnl_data_type_t type;
    uint64_t hash = 0xcbf29ce484222325u;
    if (dnnl_memory_desc_query(array, dnnl_query_ndims_s32, &rank) ||
        dnnl_memory_desc_query(array, dnnl_query_strides, &strides) ||
        dnnl_memory_desc_query(array, dnnl_query_data_type, &type) ||
        dnnl_memory_desc_query(array, dnnl_query_inner_nblks_s32, &block_count) ||
        dnnl_memory_desc_query(array, dnnl_query_inner_blks, &blocks) ||
        dnnl_memory_desc_query(array, dnnl_query_inner_idxs, &block_axes))
        return hash;
    hash = mix(mix(mix(hash, rank), type), block_count);
    for (int i = 0; i < rank; i++) hash = mix(hash, (*strides)[i]);
    for (int i = 0; i < block_count; i++) hash = mix(mix(hash, (*blocks)[i]), (*block_axes)[i]);
    return hash;
}

int onednn_describe_convolution(const convolution_description *c, dnnl_engine_t engine,
                                dnnl_primitive_desc_t *result) {
    if (c->pass == CK_FORWARD)
        return (int)dnnl_convolution_forward_primitive_desc_create(
            result, engine, dnnl_forward_inference, c->algorithm, c->x, c->w, c->bias, c->y, c->strides, c->dilates,
            c->pad_before, c->pad_after, c->attributes);
    if (c->pass == CK_INPUT_GRADIENT)
        return (int)dnnl_convolution_backward_data_primitive_desc_create(
            result, engine, c->algorithm, c->x, c->w, c->y, c->strides, c->dilates, c->pad_before, c->pad_after, NULL,
            c->attributes);
    return (int)dnnl_convolution_backward_weights_primitive_desc_create(
        result, engine, c->algorithm, c->x, c->w, NULL, c->y, c->strides, c->dilates, c->pad_before, c->pad_after,
        NULL, c->attributes);
}

int onednn_append_activation(dnnl_post_ops_t steps, dnnl_alg_kind_t kind, float alpha, float beta) {
    return (int)dnnl_post_ops_append_eltwise(steps, kind, alpha, beta);
}

int onednn_append_sum(dnnl_post_ops_t steps, float scale) {
    return (int)dnnl_post_ops_append_sum(steps, scale, 0, dnnl_data_type_undef);
}
#endif
