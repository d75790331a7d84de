#include "winograd_transforms.h"
#include "matrix_panel.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define PASTE(a, b) a##_##b

#define NAME(part) PASTE(part, baseline)
#include "winograd_template.h"
#undef NAME

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(part) PASTE(part, avx2)
#include "winograd_template.h"
#undef NAME
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#define NAME(part) PASTE(part, avx512)
#include "winograd_template.h"
#undef NAME
#pragma clang attribute pop
#endif

const ck_winograd_transforms *ck_winograd_kernels(void) {
#if defined(__x86_64__)
    int level = ck_instruction_level();
    if (level == 3) return &transforms_avx512;
    if (level == 2) return &transforms_avx2;
#endif
    return &transforms_baseline;
}
