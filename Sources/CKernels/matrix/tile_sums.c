#include "matrix/tile_sums.h"
#include "CKernelsConvolution.h"
#include "runtime/instructions.h"
#include "runtime/versions.h"
#include <stddef.h>

#pragma clang diagnostic ignored "-Wpsabi"
// Keeps a pointer as a variable of its own: derived from each other, they would wait for each other.
#define KEPT(pointer) __asm__("" : "+r"(pointer))

#define WIDTH 4
#define ROWS 6
#define SUMS 12
#define PAIRS 0
#define NAME(part) PASTE(part, baseline)
#include "matrix/tile_sums_template.h"
#undef NAME
#undef PAIRS
#define PAIRS 1
#define NAME(part) PASTE(part, pairs_baseline)
#include "matrix/tile_sums_template.h"
#undef NAME
#undef PAIRS
#undef WIDTH

#if defined(__x86_64__)
#pragma clang attribute push(CK_AVX2, apply_to = function)
#define WIDTH 8
#define PAIRS 0
#define NAME(part) PASTE(part, avx2)
#include "matrix/tile_sums_template.h"
#undef NAME
#undef PAIRS
#define PAIRS 1
#define NAME(part) PASTE(part, pairs_avx2)
#include "matrix/tile_sums_template.h"
#undef NAME
#undef PAIRS
#undef WIDTH
#undef ROWS
#undef SUMS
#pragma clang attribute pop

#pragma clang attribute push(CK_AVX512, apply_to = function)
#define WIDTH 16
#define ROWS 12
#define SUMS 24
#define PAIRS 0
#define NAME(part) PASTE(part, avx512)
#include "matrix/tile_sums_template.h"
#undef NAME
#undef PAIRS
#define PAIRS 1
#define NAME(part) PASTE(part, pairs_avx512)
#include "matrix/tile_sums_template.h"
#undef NAME
#undef PAIRS
#pragma clang attribute pop

#pragma clang attribute push(CK_AVX512_BFLOAT16, apply_to = function)
typedef float sums16_bf16 __attribute__((vector_size(64)));
typedef __bf16 halves_bf16 __attribute__((vector_size(64)));
#define PAIRS 2
#define NAME(part) PASTE(part, bf16)
#include "matrix/tile_sums_template.h"
#undef NAME
#undef PAIRS
#undef WIDTH
#pragma clang attribute pop
#endif
#undef ROWS
#undef SUMS

const ck_tile_kernels *ck_tile_kernels_for(int bfloat16) {
#if defined(__x86_64__)
    int level = ck_instruction_level();
    if (bfloat16) return ck_has_bfloat16() ? &tiles_bf16 : level == 3 ? &tiles_pairs_avx512
                         : level == 2 ? &tiles_pairs_avx2 : &tiles_pairs_baseline;
    if (level == 3) return &tiles_avx512;
    if (level == 2) return &tiles_avx2;
#endif
    return bfloat16 ? &tiles_pairs_baseline : &tiles_baseline;
}
