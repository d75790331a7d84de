// The functions of one value x and two scalars a and b that are a single expression. CKernels.h makes a code of each
// line, elementwise/unary.c a kernel.
#define CK_UNARY_EXPRESSIONS(F)                                                                      \
    F(NEGATE, -x)                                                                                    \
    F(ABS, ck_magnitude(x))                                                                          \
    F(SIGN, x > 0.0f ? 1.0f : (x < 0.0f ? -1.0f : x))                                                \
    F(SQUARE, x * x)                                                                                 \
    F(SQRT, __builtin_elementwise_sqrt(x))                                                           \
    F(RSQRT, 1.0f / __builtin_elementwise_sqrt(x))                                                   \
    F(RECIPROCAL, 1.0f / x)                                                                          \
    F(EXP, ck_exp(x))                                                                                \
    F(LOG, ck_log(x))                                                                                \
    F(LOG1P, ck_log1p(x))                                                                            \
    F(TANH, ck_tanh(x))                                                                              \
    F(SIGMOID, ck_sigmoid(x))                                                                        \
    F(SOFTPLUS, ck_softplus(x))                                                                      \
    F(SILU, ck_silu(x))                                                                              \
    F(MISH, ck_mish(x))                                                                              \
    F(GELU, ck_gelu(x))                                                                              \
    F(NORMAL_CDF, ck_normal_cdf(x))                                                                  \
    F(RELU, x < 0.0f ? 0.0f : x)                                                                     \
    F(LEAKY_RELU, x > 0.0f ? x : x * a)                                                              \
    F(STEP, x > 0.0f ? 1.0f : 0.0f)                                                                  \
    F(LEAKY_STEP, x > 0.0f ? 1.0f : a)                                                               \
    F(CLAMP, x < a ? a : (x > b ? b : x))                                                            \
    F(INSIDE, ((a <= x) & (x <= b)) ? 1.0f : 0.0f)                                                   \
    F(AFFINE, a * x + b)                                                                             \
    F(IS_FINITE, (ck_bits(x) & 0x7f800000u) != 0x7f800000u ? 1.0f : 0.0f)
