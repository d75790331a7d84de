#include "CKernels.h"
#include "CKernelsConvolution.h"
#include <CMemory.h>
#include <pthread.h>

typedef struct entry {
    struct entry *next;
    ck_weight_key key;
    uint64_t form;
    size_t bytes;
    void *memory;  // NULL: given back, see is_passing
    uint64_t last_use;
    int users;
    int uses, past_uses;  // of these values and of those before; 0: there were none
    int kept;             // still in the table
    int lasts;            // see ck_weight_key
    int is_block;         // memory of its own size; else scratch
} entry;

enum { bucket_count = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static entry *buckets[bucket_count];
static size_t total_bytes;
static size_t limit_bytes = (size_t)512 << 20;
static uint64_t uses;

static size_t bucket_of(uint64_t identity) { return (identity * 0x9e3779b97f4a7c15u) >> 54; }

static int take_memory(entry *e) {
    e->is_block = e->lasts;
    e->memory = e->is_block ? ck_block_take(e->bytes) : ck_scratch_take(e->bytes);
    return e->memory != NULL;
}

static void drop_memory(entry *e) {
    if (e->is_block) ck_block_give(e->memory);
    else ck_scratch_give(e->memory);
    e->memory = NULL;
}

static void destroy(entry *e) {
    drop_memory(e);
    memory_give(e);
}

static void unlink_entry(entry **link) {
    entry *e = *link;
    *link = e->next;
    e->kept = 0;
    if (e->memory) total_bytes -= e->bytes;
    if (e->users == 0) destroy(e);
}

// Used once so far, as the values before were, if there were any: a weight in training, whose values change before this
// form of them is asked for again, or one of a network that is used once. Others can have its memory.
static int is_passing(const entry *e) { return e->kept && !e->lasts && e->past_uses <= 1 && e->uses == 1; }

static void give_memory(entry *e) {
    drop_memory(e);
    total_bytes -= e->bytes;
}

static void make_room(void) {
    while (total_bytes > limit_bytes) {
        entry *oldest = NULL;
        for (int b = 0; b < bucket_count; b++) {
            for (entry *e = buckets[b]; e; e = e->next) {
                if (e->users == 0 && e->memory && (!oldest || e->last_use < oldest->last_use)) oldest = e;
            }
        }
        if (!oldest) return;
        give_memory(oldest);
    }
}

// What nobody will ask for again needs no place in the table.
static entry *made(ck_weight_key key, uint64_t form, size_t bytes) {
    entry *e = memory_take_zeroed(sizeof *e);
    if (!e) return NULL;
    e->key = key;
    e->form = form;
    e->bytes = bytes;
    e->lasts = key.identity && key.lasts;
    if (take_memory(e)) return e;
    memory_give(e);
    return NULL;
}

const void *ck_prepared_acquire(ck_weight_key key, uint64_t form, size_t bytes,
                                void (*fill)(void *context, void *memory), void *context, void **handle) {
    *handle = NULL;
    if (!key.identity) {
        entry *e = fill ? made(key, form, bytes) : NULL;
        if (!e) return NULL;
        fill(context, e->memory);
        e->users = 1;
        *handle = e;
        return e->memory;
    }
    pthread_mutex_lock(&lock);
    entry *e = NULL;
    entry **link = &buckets[bucket_of(key.identity)];
    while (*link) {
        entry *candidate = *link;
        if (candidate->key.identity == key.identity && candidate->form == form && candidate->bytes == bytes) {
            int is_current = candidate->key.version == key.version;
            if (is_current && candidate->memory) {
                e = candidate;
                break;
            }
            if (candidate->users == 0 && fill) {  // The same weight with older values: its memory is filled anew.
                if (!candidate->memory) {
                    candidate->lasts |= key.lasts;
                    if (!take_memory(candidate)) break;
                    total_bytes += bytes;
                }
                if (!is_current) {
                    candidate->past_uses = candidate->uses;
                    candidate->uses = 0;
                    candidate->key.version = key.version;
                }
                fill(context, candidate->memory);
                e = candidate;
                break;
            }
        }
        link = &candidate->next;
    }
    if (!e) {
        e = fill ? made(key, form, bytes) : NULL;
        if (!e) {
            pthread_mutex_unlock(&lock);
            return NULL;
        }
        fill(context, e->memory);
        entry **bucket = &buckets[bucket_of(key.identity)];
        e->next = *bucket;
        *bucket = e;
        e->kept = 1;
        total_bytes += bytes;
    }
    e->lasts |= key.lasts;
    e->users++;
    e->uses++;
    e->last_use = ++uses;
    make_room();
    pthread_mutex_unlock(&lock);
    *handle = e;
    return e->memory;
}

void ck_prepared_release(void *handle) {
    entry *e = handle;
    if (!e) return;
    pthread_mutex_lock(&lock);
    if (--e->users == 0) {
        if (!e->kept) {
            destroy(e);
        } else if (is_passing(e)) {
            give_memory(e);
        }
    }
    pthread_mutex_unlock(&lock);
}

void ck_prepared_forget(uint64_t identity) {
    pthread_mutex_lock(&lock);
    entry **link = &buckets[bucket_of(identity)];
    while (*link) {
        if ((*link)->key.identity == identity) unlink_entry(link);
        else link = &(*link)->next;
    }
    pthread_mutex_unlock(&lock);
}

void ck_prepared_set_limit(size_t bytes) {
    pthread_mutex_lock(&lock);
    limit_bytes = bytes;
    make_room();
    pthread_mutex_unlock(&lock);
}

size_t ck_prepared_bytes(void) {
    pthread_mutex_lock(&lock);
    size_t bytes = total_bytes;
    pthread_mutex_unlock(&lock);
    return bytes;
}
