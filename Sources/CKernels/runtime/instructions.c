#include "runtime/instructions.h"
#include "CKernelsConvolution.h"

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

int ck_has_bfloat16(void) {
#if defined(__x86_64__)
    return ck_instruction_level() == 3 && __builtin_cpu_supports("avx512bf16");
#else
    return 0;
#endif
}
