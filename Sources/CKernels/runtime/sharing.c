#include "runtime/sharing.h"
#include "CKernels.h"
#include <stdatomic.h>

extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_in_parallel(void);

typedef struct {
    void (*body)(void *context, int64_t piece);
    void *context;
    int64_t pieces;
    _Atomic int64_t next;
} job;

static void take_pieces(void *data) {
    job *j = data;
    int64_t piece;
    while ((piece = atomic_fetch_add_explicit(&j->next, 1, memory_order_relaxed)) < j->pieces) {
        j->body(j->context, piece);
    }
}

void ck_share(int64_t pieces, void (*body)(void *context, int64_t piece), void *context) {
    if (pieces <= 0) return;
    job j = {body, context, pieces, 0};
    int64_t threads = pieces == 1 ? 1 : ck_threads();
    if (threads > pieces) threads = pieces;
    if (threads == 1 || omp_in_parallel()) take_pieces(&j);
    else GOMP_parallel(take_pieces, &j, (unsigned)threads, 0);
}
