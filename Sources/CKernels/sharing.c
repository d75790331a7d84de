#include "sharing.h"
#include <stdatomic.h>

extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);

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
    job j = {body, context, pieces, 0};
    if (pieces <= 1) take_pieces(&j);
    else GOMP_parallel(take_pieces, &j, 0, 0);
}
