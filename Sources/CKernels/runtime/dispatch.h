// runtime/: how kernels are compiled, and the threads and memory that they share.
//
// How every kernel is compiled: once per instruction set, chosen when the program is loaded. With CK_SINGLE_VERSION
// there is only the version for the target that the compiler was given, which is how the others are tested.
#pragma once
#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__) && !defined(CK_SINGLE_VERSION)
#define CK_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_DISPATCH
#endif

/// Inlined into each version of a kernel, so that it is compiled for that version's instruction set.
#define CK_INLINE static inline __attribute__((always_inline))

/// Elements are independent: an output may be the same buffer as an input, but not a shifted one.
#define CK_VECTOR_LOOP _Pragma("clang loop vectorize(assume_safety) vectorize_width(16) interleave_count(2)")
#define CK_VECTOR_ROW _Pragma("clang loop vectorize(assume_safety) vectorize_width(16) interleave_count(1)")

// Explicit vectors; without AVX-512 the compiler splits them. Functions that pass them are always inlined, so how they
// would be passed does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
typedef float ck_float16 __attribute__((vector_size(64), aligned(4)));
typedef double ck_double16 __attribute__((vector_size(128), aligned(8)));

CK_INLINE ck_float16 ck_load(const float *x) { return *(const ck_float16 *)x; }

CK_INLINE int64_t ck_smaller(int64_t a, int64_t b) { return a < b ? a : b; }
CK_INLINE int64_t ck_larger(int64_t a, int64_t b) { return a > b ? a : b; }
CK_INLINE int64_t ck_pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }

/// Elements per piece of flat work, and the size under which a second thread costs more than it brings.
enum { CK_GRAIN = 8192, CK_SERIAL = 32768 };

/// ck_parallel, kept on the calling thread when `work` (elements touched) is small.
void ck_parallel_work(int64_t work, int64_t count, int64_t grain,
                      void (*body)(void *context, int64_t begin, int64_t end), void *context);
