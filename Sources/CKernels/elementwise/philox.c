// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).

// The same numbers on every processor: no fused multiplications, whose results differ from separate ones.
#pragma STDC FP_CONTRACT OFF
#include "elementwise/float_math.h"

enum { LANES = 16, BATCH = 4 * LANES };

typedef struct {
    uint64_t seed, stream, offset;
    void *y;
} philox_task;

/// The 16 blocks from `block` on, four words each, in order.
CK_INLINE void philox_batch(uint64_t seed, uint64_t stream, uint64_t block, uint32_t *words) {
    CK_VECTOR_ROW
    for (int lane = 0; lane < LANES; lane++) {
        uint64_t counter = block + (uint64_t)lane;
        uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32);
        uint32_t c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
        uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
        for (int round = 0; round < 10; round++) {
            uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
            uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint32_t)p1;
            c3 = (uint32_t)p0;
            c0 = n0;
            c2 = n2;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        words[4 * lane] = c0;
        words[4 * lane + 1] = c1;
        words[4 * lane + 2] = c2;
        words[4 * lane + 3] = c3;
    }
}

CK_INLINE float unit_of(uint32_t bits) { return (float)(int32_t)(bits >> 8) * 5.9604644775390625e-8f; }

/// Two words into two independent normal numbers (Box and Muller, 1958), for a whole batch.
CK_INLINE void normal_batch(const uint32_t *words, float *values) {
    CK_VECTOR_ROW
    for (int pair = 0; pair < BATCH / 2; pair++) {
        uint32_t first = words[2 * pair], second = words[2 * pair + 1];
        // (0, 1]: the low byte is kept where it counts, near zero, for the tails.
        float u = (float)(int32_t)(first >> 8) * 5.9604644775390625e-8f
            + (float)(int32_t)((first & 0xffu) + 1u) * 2.3283064365386963e-10f;
        float radius = __builtin_elementwise_sqrt(-2.0f * ck_log_of_normal(u, 0.0f));
        // A turn of four quarters; what remains after the nearest quarter is exact.
        float turn = unit_of(second) * 4.0f;
        float shifted = turn + CK_ROUNDER;
        float angle = (turn - (shifted - CK_ROUNDER)) * 1.57079632679f;
        uint32_t quarter = ck_bits(shifted);
        values[2 * pair] = radius * ck_sine_of_turn(angle, quarter + 1);
        values[2 * pair + 1] = radius * ck_sine_of_turn(angle, quarter);
    }
}

#define PHILOX(name, type, fill)                                                                              \
    CK_DISPATCH static void name##_some(void *context, int64_t begin, int64_t end) {                          \
        const philox_task *t = context;                                                                       \
        type *y = t->y;                                                                                       \
        uint64_t at = t->offset + (uint64_t)begin;                                                            \
        for (int64_t i = begin; i < end;) {                                                                   \
            uint32_t words[BATCH];                                                                            \
            type values[BATCH];                                                                               \
            int64_t skip = (int64_t)(at & 3u), many = ck_smaller(BATCH - skip, end - i);                      \
            philox_batch(t->seed, t->stream, at >> 2, words);                                                 \
            fill;                                                                                             \
            for (int64_t k = 0; k < many; k++) y[i + k] = values[skip + k];                                   \
            i += many;                                                                                        \
            at += (uint64_t)many;                                                                             \
        }                                                                                                     \
    }                                                                                                         \
    void name(uint64_t seed, uint64_t stream, uint64_t offset, type *y, int64_t count) {                      \
        philox_task task = {seed, stream, offset, y};                                                         \
        ck_parallel_work(4 * count, count, CK_GRAIN, name##_some, &task);                                     \
    }

PHILOX(ck_philox_bits, uint32_t, for (int k = 0; k < BATCH; k++) values[k] = words[k])
PHILOX(ck_philox_uniform, float, for (int k = 0; k < BATCH; k++) values[k] = unit_of(words[k]))
PHILOX(ck_philox_normal, float, normal_batch(words, values))
