#include "winograd_transforms.h"
#include "matrix_panel.h"
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define PASTE(a, b) a##_##b

#define NAME(part) PASTE(part, baseline)
#define WIDTH 4
#include "winograd_template.h"
#undef NAME
#undef WIDTH

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(part) PASTE(part, avx2)
#define WIDTH 8
#include "winograd_template.h"
#undef NAME
#undef WIDTH
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#define NAME(part) PASTE(part, avx512)
#define WIDTH 16
#include "winograd_template.h"
#undef NAME
#undef WIDTH
#pragma clang attribute pop
#endif

const ck_winograd_transforms *ck_winograd_kernels(int m, int r) {
    int index = r == 4 ? 2 : r == 3 ? m == 2 : m == 4 ? 3 : 4;
#if defined(__x86_64__)
    int level = ck_instruction_level();
    if (level == 3) return &transforms_avx512[index];
    if (level == 2) return &transforms_avx2[index];
#endif
    return &transforms_baseline[index];
}
