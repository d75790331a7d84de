#include "control_groups.h"

#include <stdio.h>
#include <string.h>

enum { PATH = 1200 };

// Numbers beyond this stand for no limit: the first generation rounds its largest one down to whole pages.
static const int64_t NO_LIMIT = INT64_MAX / 2;

static bool read_number(const char *folder, const char *name, int64_t *number) {
    char path[PATH + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    long long value;
    bool found = fscanf(file, "%lld", &value) == 1;
    fclose(file);
    if (found) *number = value;
    return found;
}

// Pages of files, which the system takes back before it refuses memory.
static int64_t reclaimable(const memory_group *group) {
    char path[PATH + 64], name[64];
    snprintf(path, sizeof path, "%s/memory.stat", group->folder);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    const char *prefix = group->is_unified ? "" : "total_";
    int64_t bytes = 0;
    long long value;
    while (fscanf(file, "%63s %lld", name, &value) == 2) {
        if (strncmp(name, prefix, strlen(prefix))) continue;
        const char *what = name + strlen(prefix);
        if (!strcmp(what, "inactive_file") || !strcmp(what, "active_file")) bytes += value;
    }
    fclose(file);
    return bytes;
}

static void add(memory_groups *groups, const char *folder, bool is_unified) {
    int64_t limit;
    if (groups->count == MEMORY_GROUPS) return;
    if (!read_number(folder, is_unified ? "memory.max" : "memory.limit_in_bytes", &limit) || limit >= NO_LIMIT) return;
    memory_group *group = &groups->groups[groups->count++];
    snprintf(group->folder, sizeof group->folder, "%s", folder);
    group->is_unified = is_unified;
}

memory_groups memory_find_groups(const char *list, const char *mount) {
    memory_groups found = {.count = 0};
    FILE *file = fopen(list, "r");
    if (!file) return found;
    char line[1024], folder[PATH];
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        // A number, the controllers, and the path, which may have colons, too: container runtimes put some there.
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(++controllers, ':') : NULL;
        if (!group) continue;
        *group++ = 0;
        bool is_unified = !*controllers, is_first = false;
        for (char *rest, *name = strtok_r(controllers, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
            is_first = is_first || !strcmp(name, "memory");
        if ((!is_unified && !is_first) || *group != '/') continue;
        const char *controller = is_unified ? "" : "/memory";
        if (strlen(mount) + strlen(group) + 16 > sizeof folder) continue;
        // In a container, the path may be that of the host; its own group is then the root of the mount.
        while (true) {
            snprintf(folder, sizeof folder, "%s%s%s", mount, controller, group[1] ? group : "");
            add(&found, folder, is_unified);
            char *last = strrchr(group, '/');
            if (!group[1] || !last) break;
            last[last == group ? 1 : 0] = 0;
        }
    }
    fclose(file);
    return found;
}

memory_room memory_room_in(const memory_groups *groups) {
    memory_room room = {INT64_MAX, INT64_MAX, MEMORY_OF_CONTROL_GROUP, 0};
    for (int i = 0; i < groups->count; i++) {
        const memory_group *group = &groups->groups[i];
        int64_t limit, usage;
        if (!read_number(group->folder, group->is_unified ? "memory.max" : "memory.limit_in_bytes", &limit) ||
            !read_number(group->folder, group->is_unified ? "memory.current" : "memory.usage_in_bytes", &usage))
            continue;
        int64_t left = limit - usage;
        if (left < room.available) left += reclaimable(group);
        if (left >= room.available) continue;
        room.available = left < 0 ? 0 : left;
        room.limit = limit;
    }
    return room;
}

memory_room memory_room_of_groups(const char *groups, const char *mount) {
    memory_groups found = memory_find_groups(groups, mount);
    return memory_room_in(&found);
}
