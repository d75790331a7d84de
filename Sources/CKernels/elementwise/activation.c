#include "CKernelsConvolution.h"
#include "elementwise/float_math.h"

#define DEFINE(name, expression)                                                                     \
    CK_DISPATCH static void name(float *values, int64_t count) {                                     \
        CK_VECTOR_LOOP                                                                               \
        for (int64_t i = 0; i < count; i++) {                                                        \
            float x = values[i];                                                                     \
            values[i] = expression;                                                                  \
        }                                                                                            \
    }
DEFINE(tanh_of, ck_tanh(x))
DEFINE(sigmoid_of, ck_sigmoid(x))
DEFINE(silu_of, x * ck_sigmoid(x))
DEFINE(mish_of, ck_mish(x))
DEFINE(gelu_of, x * ck_normal_cdf(x))

void ck_activate(int activation, float *x, int64_t count) {
    static void (*const bodies[])(float *, int64_t) = {
        [CK_ACTIVATE_TANH] = tanh_of, [CK_ACTIVATE_SIGMOID] = sigmoid_of, [CK_ACTIVATE_SILU] = silu_of,
        [CK_ACTIVATE_MISH] = mish_of, [CK_ACTIVATE_GELU] = gelu_of};
    bodies[activation](x, count);
}
