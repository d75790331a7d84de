#include "descriptions.h"

#if DNNL_VERSION_MAJOR == 2
#include <stdlib.h>

array_description onednn_describe_array(int rank, const int64_t *dims, dnnl_data_type_t type, const int64_t *strides) {
    dnnl_memory_desc_t *array = malloc(sizeof *array);
    if (!array) return NULL;
    int failed = strides ? dnnl_memory_desc_init_by_strides(array, rank, dims, type, strides)
                         : dnnl_memory_desc_init_by_tag(array, rank, dims, type, dnnl_format_tag_any);
    if (!failed) return array;
    free(array);
    return NULL;
}

void onednn_forget_array(array_description array) { free((void *)array); }

uint64_t onednn_form_of(array_description array) {
    const unsigned char *bytes = (const unsigned char *)array;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < sizeof *array; i++) hash = (hash ^ bytes[i]) * 0x100000001b3u;
    return hash;
}

int onednn_describe_convolution(const convolution_description *c, dnnl_engine_t engine,
                                dnnl_primitive_desc_t *result) {
    dnnl_convolution_desc_t forward, operation;
    int failed = dnnl_dilated_convolution_forward_desc_init(
        &forward, c->pass == CK_FORWARD ? dnnl_forward_inference : dnnl_forward_training, c->algorithm, c->x, c->w,
        c->bias, c->y, c->strides, c->dilates, c->pad_before, c->pad_after);
    operation = forward;
    if (!failed && c->pass == CK_INPUT_GRADIENT)
        failed = dnnl_dilated_convolution_backward_data_desc_init(&operation, c->algorithm, c->x, c->w, c->y,
                                                                  c->strides, c->dilates, c->pad_before,
                                                                  c->pad_after);
    if (!failed && c->pass == CK_WEIGHT_GRADIENT)
        failed = dnnl_dilated_convolution_backward_weights_desc_init(&operation, c->algorithm, c->x, c->w, NULL, c->y,
                                                                     c->strides, c->dilates, c->pad_before,
                                                                     c->pad_after);
    return failed ? -1 : (int)dnnl_primitive_desc_create(result, &operation, c->attributes, engine, NULL);
}

int onednn_append_activation(dnnl_post_ops_t steps, dnnl_alg_kind_t kind, float alpha, float beta) {
    return (int)dnnl_post_ops_append_eltwise(steps, 1, kind, alpha, beta);
}

int onednn_append_sum(dnnl_post_ops_t steps, float scale) { return (int)dnnl_post_ops_append_sum(steps, scale); }
#endif
