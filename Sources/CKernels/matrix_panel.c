#include "matrix_panel.h"
#include <stddef.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define PASTE(a, b) a##_##b

#define NAME(part) PASTE(part, baseline)
#define WIDTH 4
#define ROWS 6
#define VECTORS 2
#include "matrix_panel_template.h"
#undef NAME
#undef WIDTH
#undef ROWS
#undef VECTORS

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(part) PASTE(part, avx2)
#define WIDTH 8
#define ROWS 6
#define VECTORS 2
#include "matrix_panel_template.h"
#undef NAME
#undef WIDTH
#undef ROWS
#undef VECTORS
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#define NAME(part) PASTE(part, avx512)
#define WIDTH 16
#define ROWS 12
#define VECTORS 2
#include "matrix_panel_template.h"
#undef NAME
#undef WIDTH
#undef ROWS
#undef VECTORS
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx512bf16,avx2,fma"))), apply_to = function)
#include "matrix_panel_halves.h"
#pragma clang attribute pop
#endif

static _Thread_local int allowed = 3;

void ck_limit_instructions(int level) { allowed = level; }

int ck_instruction_level(void) {
#if defined(__x86_64__)
    if (allowed > 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        return 3;
    if (allowed > 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 2;
#endif
    return 1;
}

ck_matrix_panel *ck_matrix_panel_kernel(void) {
#if defined(__x86_64__)
    int level = ck_instruction_level();
    if (level == 3) return panel_avx512;
    if (level == 2) return panel_avx2;
#endif
    return panel_baseline;
}

int ck_has_bfloat16(void) {
#if defined(__x86_64__)
    return ck_instruction_level() == 3 && __builtin_cpu_supports("avx512bf16");
#else
    return 0;
#endif
}

ck_half_panel *ck_half_panel_kernel(void) {
#if defined(__x86_64__)
    if (ck_has_bfloat16()) return half_panel;
#endif
    return NULL;
}
