#include "fuzz.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static void remove_folder(void)
{
    static const char *const names[] = { "form.cfg", "p.cfg", "kiosk.conf", "xx.mo" };
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

const char *fuzz_folder(void)
{
    if (folder[0] == '\0') {
        strcpy(folder,
               access("/dev/shm", W_OK) == 0 ? "/dev/shm/foyer-fuzz-XXXXXX" : "/tmp/foyer-fuzz-XXXXXX");
        must(mkdtemp(folder) != NULL);
        atexit(remove_folder);
    }
    return folder;
}

void fuzz_write(const char *name, const void *data, size_t size)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
}

size_t fuzz_split(const uint8_t *data, size_t size, size_t *rest)
{
    static const char line[] = "\n=====\n";
    const uint8_t *at = memmem(data, size, line, sizeof line - 1);
    *rest = at == NULL ? size : (size_t)(at - data) + sizeof line - 1;
    return at == NULL ? size : (size_t)(at - data) + 1;
}
