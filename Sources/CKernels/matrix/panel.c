#include "matrix/panel.h"
#include "runtime/instructions.h"
#include "runtime/versions.h"
#include <stddef.h>

#define NAME(part) PASTE(part, baseline)
#define WIDTH 4
#define ROWS 6
#define VECTORS 2
#include "matrix/panel_template.h"

#if defined(__x86_64__)
#pragma clang attribute push(CK_AVX2, apply_to = function)
#define NAME(part) PASTE(part, avx2)
#define WIDTH 8
#define ROWS 6
#define VECTORS 2
#include "matrix/panel_template.h"
#pragma clang attribute pop

#pragma clang attribute push(CK_AVX512, apply_to = function)
#define NAME(part) PASTE(part, avx512)
#define WIDTH 16
#define ROWS 12
#define VECTORS 2
#include "matrix/panel_template.h"
#pragma clang attribute pop

#pragma clang attribute push(CK_AVX512_BFLOAT16, apply_to = function)
#include "matrix/panel_halves.h"
#pragma clang attribute pop
#endif

ck_matrix_panel *ck_matrix_panel_kernel(void) {
#if defined(__x86_64__)
    int level = ck_instruction_level();
    if (level == 3) return panel_avx512;
    if (level == 2) return panel_avx2;
#endif
    return panel_baseline;
}

ck_half_panel *ck_half_panel_kernel(void) {
#if defined(__x86_64__)
    if (ck_has_bfloat16()) return half_panel;
#endif
    return NULL;
}
