#define _GNU_SOURCE
#include "runtime/dispatch.h"
#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The run-time library of GNU OpenMP, called directly: the compiler needs no OpenMP support of its own.
void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_in_parallel(void);
int omp_get_num_procs(void);
void omp_set_num_threads(int threads);

static atomic_int chosen_threads;
static _Thread_local int announced_threads;
static _Thread_local int limit;

/// The CPU time this control group may use, in whole CPUs; INT_MAX when unlimited.
static int quota_of_file(const char *quota_path, const char *period_path) {
    long long quota = -1, period = 100000;
    char text[64] = "";
    FILE *file = fopen(quota_path, "r");
    if (!file) return INT_MAX;
    if (fgets(text, sizeof text, file)) sscanf(text, "%lld %lld", &quota, &period);
    fclose(file);
    if (period_path && (file = fopen(period_path, "r"))) {
        if (fscanf(file, "%lld", &period) != 1) period = 100000;
        fclose(file);
    }
    if (quota <= 0 || period <= 0) return INT_MAX;
    long long cpus = (quota + period - 1) / period;
    return cpus > INT_MAX ? INT_MAX : (int)cpus;
}

static int smaller(int a, int b) { return a < b ? a : b; }

/// The tightest limit from this process's control group up to the root, in both generations of cgroups.
static int quota(void) {
    int limit = smaller(quota_of_file("/sys/fs/cgroup/cpu.max", NULL),
                        quota_of_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"));
    FILE *file = fopen("/proc/self/cgroup", "r");
    if (!file) return limit;
    char line[1024], path[1200], period[1200];
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *group = strrchr(line, ':');
        if (!group) continue;
        int unified = strncmp(line, "0::", 3) == 0;
        if (!unified && !strstr(line, ":cpu,") && !strstr(line, ":cpu:") && !strstr(line, ",cpu:")) continue;
        for (group++; strlen(group) > 1; *strrchr(group, '/') = 0) {
            if (group[0] != '/') break;
            if (unified) {
                snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
                limit = smaller(limit, quota_of_file(path, NULL));
            } else {
                snprintf(path, sizeof path, "/sys/fs/cgroup/cpu%s/cpu.cfs_quota_us", group);
                snprintf(period, sizeof period, "/sys/fs/cgroup/cpu%s/cpu.cfs_period_us", group);
                limit = smaller(limit, quota_of_file(path, period));
            }
        }
    }
    fclose(file);
    return limit;
}

static int topology(int cpu, const char *name) {
    char path[128];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/%s", cpu, name);
    FILE *file = fopen(path, "r");
    int value = -1;
    if (!file) return value;
    if (fscanf(file, "%d", &value) != 1) value = -1;
    fclose(file);
    return value;
}

/// Cores, not their hardware threads, among the CPUs that this process may run on.
static int physical_cores(void) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
    // With OMP_PROC_BIND the library has tied this thread to one core already, and knows what there was before.
    if (omp_get_num_procs() > CPU_COUNT(&allowed)) return omp_get_num_procs();
    static int core[CPU_SETSIZE], package[CPU_SETSIZE];
    int count = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed)) continue;
        int c = topology(cpu, "core_id"), p = topology(cpu, "physical_package_id"), seen = 0;
        for (int i = 0; i < count && c >= 0 && !seen; i++) seen = core[i] == c && package[i] == p;
        if (seen) continue;
        core[count] = c;
        package[count++] = p;
    }
    return count > 0 ? count : 1;
}

static int default_threads(void) {
    const char *asked = getenv("OMP_NUM_THREADS");
    if (asked) {
        int threads = atoi(asked);
        if (threads > 0) return smaller(threads, 1024);
    }
    return smaller(physical_cores(), quota());
}

void ck_set_threads(int threads) {
    if (threads < 1) threads = 1;
    atomic_store(&chosen_threads, threads);
    announced_threads = threads;
    omp_set_num_threads(threads);
}

int ck_limit_threads(int threads) {
    int before = limit;
    limit = threads > 0 ? threads : 0;
    return before;
}

int ck_threads(void) {
    int threads = atomic_load_explicit(&chosen_threads, memory_order_relaxed);
    if (threads == 0) {
        int none = 0;
        threads = default_threads();
        if (!atomic_compare_exchange_strong(&chosen_threads, &none, threads)) threads = none;
    }
    if (limit > 0 && threads > limit) threads = limit;
    // OpenMP keeps this setting per calling thread, and oneDNN reads it there.
    if (announced_threads != threads) {
        announced_threads = threads;
        omp_set_num_threads(threads);
    }
    return threads;
}

typedef struct {
    int64_t count, grain, pieces;
    void (*body)(void *, int64_t, int64_t);
    void *context;
} region;

static void run_pieces(const region *r, int64_t first, int64_t last) {
    for (int64_t piece = first; piece < last; piece++) {
        int64_t begin = piece * r->grain;
        r->body(r->context, begin, ck_smaller(begin + r->grain, r->count));
    }
}

static void run_share(void *data) {
    const region *r = data;
    int64_t thread = omp_get_thread_num(), threads = omp_get_num_threads();
    run_pieces(r, r->pieces * thread / threads, r->pieces * (thread + 1) / threads);
}

void ck_parallel(int64_t count, int64_t grain, void (*body)(void *, int64_t, int64_t), void *context) {
    if (count <= 0) return;
    if (grain < 1) grain = 1;
    region r = {count, grain, ck_pieces(count, grain), body, context};
    int threads = r.pieces == 1 ? 1 : ck_threads();
    if (threads > r.pieces) threads = (int)r.pieces;
    if (threads == 1 || omp_in_parallel()) run_pieces(&r, 0, r.pieces);
    else GOMP_parallel(run_share, &r, (unsigned)threads, 0);
}

void ck_parallel_work(int64_t work, int64_t count, int64_t grain, void (*body)(void *, int64_t, int64_t),
                      void *context) {
    if (work > CK_SERIAL) {
        ck_parallel(count, grain, body, context);
    } else if (count > 0) {
        region r = {count, grain, ck_pieces(count, grain), body, context};
        run_pieces(&r, 0, r.pieces);
    }
}
