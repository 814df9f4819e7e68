#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"

enum {
    ROOM_SPARE = 4 * 1024 * 1024,
    COPY_CHUNK = 256 * 1024,
};

char *place_path(const char *folder, const char *name)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s", folder, name);
    return buf_steal(&path);
}

int place_check_room(const char *file, const char *folder, struct err *err)
{
    struct stat st;
    struct statvfs fs;
    if (stat(file, &st) != 0 || statvfs(folder, &fs) != 0) {
        return err_sys(err, "cannot tell how much room there is in %s", folder);
    }
    uint64_t needed = (uint64_t)st.st_size + ROOM_SPARE, room = (uint64_t)fs.f_bavail * fs.f_frsize;
    if (room < needed) {
        return err_set(err, "%s is too full: %llu MB are needed and %llu are free", folder,
                       (unsigned long long)(needed >> 20), (unsigned long long)(room >> 20));
    }
    return 0;
}

/* Made by root and left root's, the timer's user could not go on from it. */
static void give_away(int fd, const char *like)
{
    struct stat st;
    if (geteuid() == 0 && stat(like, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) != 0) {
        return; /* where there are no owners, there is nothing to give */
    }
}

void place_give(const char *folder, const char *like)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) {
        give_away(fd, like);
        close(fd);
    }
}

static int make_empty(const char *path, const char *like, struct err *err)
{
    unlink(path); /* of one that was cut short */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_sys(err, "cannot write to %s", path);
    }
    give_away(fd, like);
    return fd;
}

static int copy_bytes(const char *name, int from, const char *path, int to, struct err *err)
{
    char *chunk = mem_alloc(COPY_CHUNK);
    long n;
    int rc = 0;
    while (rc == 0 && (n = fd_read_all(from, chunk, COPY_CHUNK)) != 0) {
        rc = n < 0                                     ? err_sys(err, "cannot read %s", name)
             : fd_write_all(to, chunk, (size_t)n) != 0 ? err_sys(err, "cannot write to %s", path)
                                                       : 0;
    }
    free(chunk);
    return rc;
}

int place_start(const char *path, const char *earlier, const char *like, struct err *err)
{
    int to = make_empty(path, like, err), rc = to < 0 ? -1 : 0;
    if (rc == 0 && earlier != NULL) {
        int from = open(earlier, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        rc = from < 0 ? err_sys(err, "cannot read %s", earlier) : copy_bytes(earlier, from, path, to, err);
        if (from >= 0) {
            close(from);
        }
    }
    if (to >= 0 && close(to) != 0 && rc == 0) {
        rc = err_sys(err, "cannot write to %s", path);
    }
    return rc;
}

int place_flush(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int rc = fd >= 0 && fsync(fd) == 0 ? 0 : err_sys(err, "%s did not reach the disk", path);
    if (fd >= 0) {
        (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
        close(fd);
    }
    return rc;
}

int place_flush_folder(const char *folder, struct err *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL)
                 ? 0
                 : err_sys(err, "the folder %s did not reach the disk", folder);
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

/* Not file_replace(): a stick's file system may refuse a mode. */
int place_write(const char *path, const struct buf *text, const char *like, struct err *err)
{
    struct buf beside = BUF_INIT;
    buf_addf(&beside, "%s.new", path);
    int fd = make_empty(buf_str(&beside), like, err), rc = fd < 0 ? -1 : 0;
    if (rc == 0 && (fd_write_all(fd, buf_str(text), text->len) != 0 || fsync(fd) != 0)) {
        rc = err_sys(err, "cannot write %s", path);
    }
    if (fd >= 0) {
        close(fd);
    }
    if (rc == 0 && rename(buf_str(&beside), path) != 0) {
        rc = err_sys(err, "cannot write %s", path);
    }
    if (rc == 0) {
        char *copy = mem_strdup(path);
        rc = place_flush_folder(dirname(copy), err);
        free(copy);
    }
    buf_done(&beside);
    return rc;
}
