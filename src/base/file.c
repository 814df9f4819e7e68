#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool path_ends_in(const char *path, const char *end)
{
    size_t len = strlen(path), n = strlen(end);

    return len >= n && strcmp(path + len - n, end) == 0;
}

long fd_read_all(int fd, void *data, size_t len)
{
    size_t done = 0;

    if (len > LONG_MAX) {
        len = LONG_MAX;
    }
    while (done < len) {
        ssize_t n = read(fd, (char *)data + done, len - done);

        if (n == 0) {
            break;
        }
        if (n > 0) {
            done += (size_t)n;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return (long)done;
}

int fd_write_all(int fd, const void *data, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = write(fd, (const char *)data + done, len - done);

        if (n >= 0) {
            done += (size_t)n;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return 0;
}

static int too_large(const char *path, size_t max, struct err *err)
{
    return err_set(err, "%s is too large: at most %zu bytes are read", path, max);
}

static int not_regular(const char *path, struct err *err)
{
    return err_set(err, "%s is not a regular file", path);
}

/* Takes what fd holds; one byte more than `max` shows that the file grew past it since fstat. */
static int read_fd(int fd, const char *path, size_t max, struct buf *out, struct err *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0) {
        return err_sys(err, "cannot read %s", path);
    }
    if (!S_ISREG(st.st_mode)) {
        return not_regular(path, err);
    }
    if (st.st_size > 0 && (uintmax_t)st.st_size > max) {
        return too_large(path, max, err);
    }
    buf_reserve(out, (size_t)st.st_size + 2);
    for (;;) {
        size_t room = out->cap - 1 - out->len;
        size_t want = max - out->len < room ? max - out->len + 1 : room;

        if (want > room) {
            want = room;
        }
        if (want == 0) {
            buf_reserve(out, out->cap + out->cap / 2 + 4096);
            continue;
        }
        long n = fd_read_all(fd, out->data + out->len, want);
        if (n < 0) {
            return err_sys(err, "cannot read %s", path);
        }
        out->len += (size_t)n;
        out->data[out->len] = '\0';
        if (out->len > max) {
            return too_large(path, max, err);
        }
        if ((size_t)n < want) {
            return 0;
        }
    }
}

int file_read(const char *path, size_t max, struct buf *out, struct err *err)
{
    buf_reset(out);
    /* O_NONBLOCK: a FIFO by that name must not hold the program. Links are followed: a form may be one. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        return err_sys(err, "cannot open %s", path);
    }
    int result = read_fd(fd, path, max, out, err);
    if (result != 0) {
        buf_reset(out);
    }
    close(fd);
    return result;
}

bool file_beside_self(struct buf *out, const char *program)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    size_t before = out->len;

    if (n <= 0) {
        return false;
    }
    self[n] = '\0';
    const char *slash = strrchr(self, '/');
    buf_add(out, self, slash ? (size_t)(slash - self) : 0);
    buf_addf(out, "/%s", program);
    bool found = access(buf_str(out) + before, X_OK) == 0;
    if (!found) {
        buf_cut(out, before);
    }
    return found;
}

static void folder_of(const char *path, struct buf *out)
{
    const char *slash = strrchr(path, '/');

    if (!slash) {
        buf_adds(out, ".");
    } else {
        buf_add(out, path, slash == path ? 1 : (size_t)(slash - path));
    }
}

long long file_free_mb(const char *path)
{
    struct buf folder = BUF_INIT;
    struct statvfs disk;

    folder_of(path, &folder);
    int rc = statvfs(buf_str(&folder), &disk);
    buf_done(&folder);
    return rc != 0 ? -1 : (long long)(disk.f_bavail * (disk.f_frsize / 1024) / 1024);
}

/* The rename lasts only once the folder is on the disk too. Some file systems cannot do that and say
 * EINVAL. */
static int sync_folder(const char *path)
{
    struct buf folder = BUF_INIT;

    folder_of(path, &folder);
    int fd = open(buf_str(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    buf_done(&folder);
    if (fd < 0) {
        return -1;
    }
    int result = fsync(fd) != 0 && errno != EINVAL ? -1 : 0;
    int saved = errno;
    close(fd);
    errno = saved;
    return result;
}

static int fill(int fd, const void *data, size_t len, unsigned mode)
{
    int result = fchmod(fd, (mode_t)mode) == 0 && fd_write_all(fd, data, len) == 0 && fsync(fd) == 0 ? 0 : -1;
    int saved = errno;

    if (close(fd) != 0 && result == 0) {
        return -1;
    }
    errno = saved;
    return result;
}

int file_may_replace(const char *path, struct err *err)
{
    struct stat st;

    /* rename() leaves a folder alone, and says so. */
    bool kept = stat(path, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
    return kept ? 0 : not_regular(path, err);
}

int file_replace(const char *path, const void *data, size_t len, unsigned mode, struct err *err)
{
    struct buf beside = BUF_INIT;
    int result = -1;

    if (file_may_replace(path, err) != 0) {
        return -1;
    }
    buf_addf(&beside, "%s.XXXXXX", path);
    int fd = mkostemp(beside.data, O_CLOEXEC);
    if (fd < 0) {
        err_sys(err, "cannot write beside %s", path);
    } else if (fill(fd, data, len, mode) != 0 || rename(beside.data, path) != 0) {
        err_sys(err, "cannot write %s", path);
        unlink(beside.data);
    } else if (sync_folder(path) != 0) {
        err_sys(err, "%s was written but may not outlast a power cut", path);
    } else {
        result = 0;
    }
    buf_done(&beside);
    return result;
}

void fd_fill_standard(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
}
