#include "winograd/transforms.h"
#include "runtime/instructions.h"
#include "runtime/versions.h"
#include <string.h>

#define NAME(part) PASTE(part, baseline)
#define WIDTH 4
#define HALVES 0
#include "winograd/transforms_template.h"
#undef NAME
#undef WIDTH

#if defined(__x86_64__)
#pragma clang attribute push(CK_AVX2, apply_to = function)
#define NAME(part) PASTE(part, avx2)
#define WIDTH 8
#include "winograd/transforms_template.h"
#undef NAME
#undef WIDTH
#pragma clang attribute pop

#pragma clang attribute push(CK_AVX512, apply_to = function)
#define NAME(part) PASTE(part, avx512)
#define WIDTH 16
#include "winograd/transforms_template.h"
#undef NAME
#undef WIDTH
#undef HALVES
#pragma clang attribute pop

#pragma clang attribute push(CK_AVX512_BFLOAT16, apply_to = function)
#define NAME(part) PASTE(part, halves)
#define WIDTH 16
#define HALVES 1
#include "winograd/transforms_template.h"
#undef NAME
#undef WIDTH
#undef HALVES
#pragma clang attribute pop
#endif

static int index_of(int m, int r) { return r == 4 ? 2 : r == 3 ? m == 2 : m == 4 ? 3 : 4; }

const ck_winograd_transforms *ck_winograd_kernels(int m, int r) {
    int index = index_of(m, r);
#if defined(__x86_64__)
    int level = ck_instruction_level();
    if (level == 3) return &transforms_avx512[index];
    if (level == 2) return &transforms_avx2[index];
#endif
    return &transforms_baseline[index];
}

const ck_winograd_halves *ck_winograd_to_halves(const ck_winograd_transforms *transforms) {
#if defined(__x86_64__)
    if (ck_has_bfloat16()) return &transforms_halves[index_of(transforms->m, transforms->r)];
#endif
    return NULL;
}
