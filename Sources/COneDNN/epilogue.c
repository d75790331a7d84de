#include "primitives.h"

static const dnnl_alg_kind_t activations[] = {
    [CK_ACTIVATE_RELU] = dnnl_eltwise_relu,       [CK_ACTIVATE_LEAKY_RELU] = dnnl_eltwise_relu,
    [CK_ACTIVATE_TANH] = dnnl_eltwise_tanh,       [CK_ACTIVATE_SIGMOID] = dnnl_eltwise_logistic,
    [CK_ACTIVATE_SILU] = dnnl_eltwise_swish,      [CK_ACTIVATE_MISH] = dnnl_eltwise_mish,
    [CK_ACTIVATE_GELU] = dnnl_eltwise_gelu_erf};

int onednn_append_epilogue(dnnl_primitive_attr_t attributes, const ck_epilogue *e) {
    dnnl_post_ops_t steps = NULL;
    if (dnnl_post_ops_create(&steps)) return -1;
    int failed = 0;
    if (e->activation == CK_ACTIVATE_PRELU) failed = 1;
    else if (e->activation != CK_ACTIVATE_NONE) {
        float alpha = e->activation == CK_ACTIVATE_LEAKY_RELU ? e->slope : e->activation == CK_ACTIVATE_SILU;
        failed = onednn_append_activation(steps, activations[e->activation], alpha, 0);
    }
    if (!failed && e->scale != 1) failed = onednn_append_activation(steps, dnnl_eltwise_linear, e->scale, 0);
    if (!failed && e->added[0].values) failed = onednn_append_sum(steps, e->added[0].scale);
    if (!failed) failed = dnnl_primitive_attr_set_post_ops(attributes, steps);
    dnnl_post_ops_destroy(steps);
    return failed ? -1 : 0;
}
