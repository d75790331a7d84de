// What the processor can do, for the kernels that choose between versions themselves.
#pragma once

/// 3: AVX-512, 2: AVX2 with FMA, 1: anything.
int ck_instruction_level(void);
/// Whether the processor multiplies pairs of bfloat16 by itself.
int ck_has_bfloat16(void);
