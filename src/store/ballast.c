#include "ballast.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#define SIZE ((off_t)BALLAST_MB * 1024 * 1024)

static void name_of(const char *database, const char *ending, struct buf *out)
{
    buf_reset(out);
    buf_addf(out, "%s.ballast%s", database, ending);
}

static bool whole(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == SIZE &&
           (off_t)st.st_blocks * 512 >= SIZE;
}

/* Written out rather than reserved: not every file system keeps what fallocate() promised. */
static int fill(int fd)
{
    static const char zeros[65536];
    int rc = posix_fallocate(fd, 0, SIZE);
    if (rc == EOPNOTSUPP || rc == EINVAL) {
        rc = 0;
        for (off_t at = 0; at < SIZE && rc == 0; at += (off_t)sizeof zeros) {
            rc = fd_write_all(fd, zeros, sizeof zeros) == 0 ? 0 : errno;
        }
    }
    errno = rc;
    return rc == 0 && fsync(fd) == 0 ? 0 : -1;
}

static int make(const char *database, const char *fresh, const char *path, struct err *err)
{
    struct stat st;
    unlink(fresh); /* of one that was cut short */
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_sys(err, "cannot make %s", path);
    }
    int rc = fill(fd) == 0 ? 0 : err_sys(err, "cannot fill %s", path);
    if (rc == 0 && geteuid() == 0 && stat(database, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) != 0) {
        rc = err_sys(err, "cannot give %s to the database's owner", path);
    }
    close(fd);
    if (rc == 0 && rename(fresh, path) != 0) {
        rc = err_sys(err, "cannot make %s", path);
    }
    if (rc != 0) {
        unlink(fresh);
    }
    return rc;
}

int ballast_make(const char *database, struct err *err)
{
    struct buf path = BUF_INIT, fresh = BUF_INIT;
    name_of(database, "", &path);
    name_of(database, ".new", &fresh);
    int rc = 0;
    if (!whole(buf_str(&path))) {
        long long free_mb = file_free_mb(database);
        rc = free_mb >= 0 && free_mb < 2LL * BALLAST_MB
                 ? err_set(err, "only %lld MB are free beside %s", free_mb, database)
                 : make(database, buf_str(&fresh), buf_str(&path), err);
    }
    buf_done(&path);
    buf_done(&fresh);
    return rc;
}

bool ballast_drop(const char *database)
{
    struct buf path = BUF_INIT;
    long long free_mb = file_free_mb(database);
    name_of(database, "", &path);
    bool dropped = free_mb >= 0 && free_mb < 1 && unlink(buf_str(&path)) == 0;
    buf_done(&path);
    return dropped;
}
