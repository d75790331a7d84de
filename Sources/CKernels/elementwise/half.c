#include "elementwise/bfloat16.h"

CK_INLINE uint16_t half_of(float x) {
    uint32_t bits = ck_bits(x), sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
    // Rounded to nearest, ties to even; a carry out of the mantissa moves on to the next exponent, up to infinity.
    uint32_t normal = (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
    // Below 2^-14, the addition of 1/2 lines the mantissa up with the half's subnormals and rounds it.
    uint32_t subnormal = ck_bits(ck_from_bits(magnitude) + 0.5f) - 0x3f000000u;
    uint32_t special = magnitude > 0x7f800000u ? (0x7e00u | (magnitude >> 13 & 0x3ffu)) : 0x7c00u;
    uint32_t half = magnitude < 0x38800000u ? subnormal : normal;
    half = magnitude >= 0x477ff000u ? special : half;
    return (uint16_t)(sign | half);
}

CK_INLINE float float_of(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16, magnitude = half & 0x7fffu;
    uint32_t normal = (magnitude << 13) + 0x38000000u;
    uint32_t special = (magnitude << 13) | 0x7f800000u;
    uint32_t subnormal = ck_bits((float)(int32_t)magnitude * 5.9604644775390625e-8f);
    uint32_t bits = magnitude < 0x0400u ? subnormal : (magnitude >= 0x7c00u ? special : normal);
    return ck_from_bits(sign | bits);
}

#define CONVERSION(name, from, to, expression)                                      \
    CK_DISPATCH static void name##_some(void *context, int64_t begin, int64_t end) {\
        const conversion_task *t = context;                                         \
        const from *in = t->x;                                                      \
        to *out = t->y;                                                             \
        CK_VECTOR_LOOP                                                              \
        for (int64_t i = begin; i < end; i++) {                                     \
            from x = in[i];                                                         \
            out[i] = expression;                                                    \
        }                                                                           \
    }                                                                               \
    void name(const from *x, to *y, int64_t count) {                                \
        conversion_task task = {x, y};                                              \
        ck_parallel_work(count, count, CK_GRAIN, name##_some, &task);               \
    }

typedef struct {
    const void *x;
    void *y;
} conversion_task;

CONVERSION(ck_float_to_half, float, uint16_t, half_of(x))
CONVERSION(ck_half_to_float, uint16_t, float, float_of(x))
CONVERSION(ck_float_to_bfloat16, float, uint16_t, (uint16_t)(ck_bfloat16_bits(x) >> 16))
CONVERSION(ck_bfloat16_to_float, uint16_t, float, ck_from_bits((uint32_t)x << 16))
