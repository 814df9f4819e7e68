#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "tr.h"

bool outfile_is_there(const char *path, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        return false;
    }
    err_set(err, tr("%s is there already: give another name, or say --force"), path);
    return true;
}

static char *name_beside(const char *path)
{
    struct buf name = BUF_INIT;
    buf_addf(&name, "%s.XXXXXX", path);
    return buf_steal(&name);
}

int outfile_open(struct outfile *out, const char *path, bool force, struct err *err)
{
    *out = (struct outfile){ .force = force };
    if (force ? file_may_replace(path, err) != 0 : outfile_is_there(path, err)) {
        return -1;
    }
    out->beside = name_beside(path);
    out->path = mem_strdup(path);
    int fd = mkostemp(out->beside, O_CLOEXEC); /* 0600 */
    out->file = fd < 0 ? NULL : fdopen(fd, "w");
    if (out->file == NULL) {
        err_sys(err, tr("cannot write beside %s"), path);
        if (fd >= 0) {
            close(fd);
            unlink(out->beside);
        }
        free(out->beside);
        free(out->path);
        *out = (struct outfile){ 0 };
        return -1;
    }
    return 0;
}

static int sync_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash == NULL ? mem_strdup(".") : mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    int rc = fd < 0 ? -1 : fsync(fd) != 0 && errno != EINVAL ? -1 : 0;
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

/* Some file systems know no rename that leaves alone what is there. */
static int put_in_place(const char *from, const char *to, bool replace)
{
    if (replace) {
        return rename(from, to);
    }
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    return errno == EINVAL || errno == ENOSYS ? rename(from, to) : -1;
}

int outfile_commit(struct outfile *out, struct err *err)
{
    bool written = fflush(out->file) == 0 && !ferror(out->file) && fsync(fileno(out->file)) == 0;
    int rc = 0;
    if (fclose(out->file) != 0) {
        written = false;
    }
    out->file = NULL;
    if (!written || put_in_place(out->beside, out->path, out->force) != 0) {
        rc = err_sys(err, tr("cannot write %s"), out->path);
        unlink(out->beside);
    } else if (sync_parent(out->path) != 0) {
        rc = err_sys(err, tr("%s was written but may not outlast a power cut"), out->path);
    }
    free(out->beside);
    free(out->path);
    *out = (struct outfile){ 0 };
    return rc;
}

void outfile_drop(struct outfile *out)
{
    if (out->file != NULL) {
        fclose(out->file);
        unlink(out->beside);
    }
    free(out->beside);
    free(out->path);
    *out = (struct outfile){ 0 };
}

int outfile_write(const char *path, const struct buf *data, bool force, struct err *err)
{
    struct outfile out;
    if (outfile_open(&out, path, force, err) != 0) {
        return -1;
    }
    /* A short count is found again by ferror() in the commit. */
    (void)fwrite(buf_str(data), 1, data->len, out.file);
    return outfile_commit(&out, err);
}

int outfile_folder(const char *path, char **beside, struct err *err)
{
    struct buf clean = BUF_INIT;
    buf_adds(&clean, path);
    while (clean.len > 1 && clean.data[clean.len - 1] == '/') {
        buf_cut(&clean, clean.len - 1);
    }
    *beside = NULL;
    struct stat st;
    int rc = 0;
    if (lstat(buf_str(&clean), &st) == 0) {
        rc = err_set(err, tr("%s is there already: give another name"), path);
    } else {
        *beside = name_beside(buf_str(&clean));
        if (mkdtemp(*beside) == NULL) {
            rc = err_sys(err, tr("cannot make a folder beside %s"), path);
            free(*beside);
            *beside = NULL;
        }
    }
    buf_done(&clean);
    return rc;
}

int outfile_folder_commit(const char *path, const char *beside, struct err *err)
{
    struct buf clean = BUF_INIT;
    buf_adds(&clean, path);
    while (clean.len > 1 && clean.data[clean.len - 1] == '/') {
        buf_cut(&clean, clean.len - 1);
    }
    int rc = put_in_place(beside, buf_str(&clean), false) != 0 ? err_sys(err, tr("cannot make %s"), path)
             : sync_parent(buf_str(&clean)) != 0
                 ? err_sys(err, tr("%s was written but may not outlast a power cut"), path)
                 : 0;
    buf_done(&clean);
    return rc;
}
