#include "CKernelsConvolution.h"
#include <pthread.h>
#include <stdlib.h>

typedef struct entry {
    struct entry *next;
    ck_weight_key key;
    uint64_t form;
    size_t bytes;
    void *memory;
    uint64_t last_use;
    int users;
    int kept;  // still in the table
} entry;

enum { bucket_count = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static entry *buckets[bucket_count];
static size_t total_bytes;
static size_t limit_bytes = (size_t)512 << 20;
static uint64_t uses;

static size_t bucket_of(uint64_t identity) { return (identity * 0x9e3779b97f4a7c15u) >> 54; }

static void destroy(entry *e) {
    ck_scratch_give(e->memory);
    free(e);
}

static void unlink_entry(entry **link) {
    entry *e = *link;
    *link = e->next;
    e->kept = 0;
    total_bytes -= e->bytes;
    if (e->users == 0) destroy(e);
}

static void make_room(void) {
    while (total_bytes > limit_bytes) {
        entry **oldest = NULL;
        for (int b = 0; b < bucket_count; b++) {
            for (entry **link = &buckets[b]; *link; link = &(*link)->next) {
                if ((*link)->users == 0 && (!oldest || (*link)->last_use < (*oldest)->last_use)) oldest = link;
            }
        }
        if (!oldest) return;
        unlink_entry(oldest);
    }
}

const void *ck_prepared_acquire(ck_weight_key key, uint64_t form, size_t bytes,
                                void (*fill)(void *context, void *memory), void *context, void **handle) {
    pthread_mutex_lock(&lock);
    entry *e = NULL;
    if (key.identity) {
        entry **link = &buckets[bucket_of(key.identity)];
        while (*link) {
            entry *candidate = *link;
            if (candidate->key.identity == key.identity && candidate->form == form && candidate->bytes == bytes) {
                if (candidate->key.version == key.version) {
                    e = candidate;
                    break;
                }
                if (candidate->users == 0) {  // The same weight with older values: its memory is filled anew.
                    candidate->key.version = key.version;
                    fill(context, candidate->memory);
                    e = candidate;
                    break;
                }
            }
            link = &candidate->next;
        }
    }
    if (!e) {
        e = calloc(1, sizeof *e);
        if (e && !(e->memory = ck_scratch_take(bytes))) {
            free(e);
            e = NULL;
        }
        if (!e) {
            pthread_mutex_unlock(&lock);
            *handle = NULL;
            return NULL;
        }
        e->key = key;
        e->form = form;
        e->bytes = bytes;
        fill(context, e->memory);
        if (key.identity) {
            entry **bucket = &buckets[bucket_of(key.identity)];
            e->next = *bucket;
            *bucket = e;
            e->kept = 1;
            total_bytes += bytes;
        }
    }
    e->users++;
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
    if (--e->users == 0 && !e->kept) destroy(e);
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
