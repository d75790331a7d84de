#include "CKernels.h"

static _Thread_local void *release_queue;

void *ck_release_queue(void) { return release_queue; }
void ck_set_release_queue(void *queue) { release_queue = queue; }
