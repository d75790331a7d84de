#include "elementwise/bfloat16.h"

CK_DISPATCH void ck_halve(const float *x, uint16_t *y, int64_t count) {
    CK_VECTOR_LOOP
    for (int64_t i = 0; i < count; i++) y[i] = (uint16_t)(ck_bfloat16_bits(x[i]) >> 16);
}

CK_DISPATCH static void pair_both(const float *x, const float *next, uint32_t *y, int64_t count) {
    CK_VECTOR_LOOP
    for (int64_t i = 0; i < count; i++) y[i] = ck_bfloat16_bits(x[i]) >> 16 | (ck_bfloat16_bits(next[i]) & 0xffff0000u);
}

CK_DISPATCH static void pair_one(const float *x, uint32_t *y, int64_t count) {
    CK_VECTOR_LOOP
    for (int64_t i = 0; i < count; i++) y[i] = ck_bfloat16_bits(x[i]) >> 16;
}

void ck_pair(const float *x, const float *next, uint32_t *y, int64_t count) {
    if (next) pair_both(x, next, y, count);
    else pair_one(x, y, count);
}
