#include "proc.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_of(pid_t pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    return fopen(path, "re");
}

/* The number behind `key` in a file of "key: number" lines; -1: not there. */
static int64_t number_of(pid_t pid, const char *name, const char *key)
{
    FILE *f = open_of(pid, name);
    char line[256];
    int64_t number = -1;
    while (f != NULL && number < 0 && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':') {
            number = strtoll(line + strlen(key) + 1, NULL, 10);
        }
    }
    if (f != NULL) {
        fclose(f);
    }
    return number;
}

pid_t proc_child(pid_t pid)
{
    DIR *proc = opendir("/proc");
    pid_t child = 0;
    struct dirent *entry;
    while (proc != NULL && child == 0 && (entry = readdir(proc)) != NULL) {
        pid_t candidate = (pid_t)strtol(entry->d_name, NULL, 10);
        if (candidate > 0 && number_of(candidate, "status", "PPid") == pid) {
            child = candidate;
        }
    }
    if (proc != NULL) {
        closedir(proc);
    }
    if (child == 0) {
        fprintf(stderr, "bench: process %d has no child\n", (int)pid);
        exit(2);
    }
    return child;
}

int64_t proc_cpu_ns(pid_t pid)
{
    FILE *f = open_of(pid, "schedstat");
    char line[128];
    int64_t ns = -1;
    if (f != NULL && fgets(line, sizeof line, f) != NULL) {
        ns = strtoll(line, NULL, 10);
    }
    if (f != NULL) {
        fclose(f);
    }
    return ns;
}

int64_t proc_switches(pid_t pid)
{
    int64_t own = number_of(pid, "status", "voluntary_ctxt_switches");
    int64_t forced = number_of(pid, "status", "nonvoluntary_ctxt_switches");
    return own < 0 || forced < 0 ? -1 : own + forced;
}

int64_t proc_private_dirty_kb(pid_t pid)
{
    return number_of(pid, "smaps_rollup", "Private_Dirty");
}
