// Cuts a job into pieces that the threads of the pool take one after the other. Pieces must not depend on who
// does them.
#pragma once
#include <stdint.h>

/// Calls body(context, piece) for every piece in [0, pieces).
void ck_share(int64_t pieces, void (*body)(void *context, int64_t piece), void *context);
