#include "disk.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"

enum { MOST_FILES = 64, NAME_LEN = 96, SECTOR = 512 };

enum kind { OP_WRITE, OP_SIZE, OP_SYNC, OP_LOST, OP_NAME, OP_REMOVE, OP_RENAME, OP_LINK, OP_FOLDER, OP_MARK };

struct op {
    enum kind kind;
    int file;
    int64_t at; /* WRITE: offset; SIZE: the new size */
    size_t len;
    uint8_t *data;
    char name[NAME_LEN], to[NAME_LEN];
};

/* A file is one inode; names come and go. */
struct file {
    ino_t inode;
    struct buf first; /* what lay there when the record began */
};

struct names {
    struct {
        char name[NAME_LEN];
        int file;
    } of[MOST_FILES];
    int n;
};

static struct disk {
    bool on;
    char folder[PATH_MAX];
    struct names first, now;
    struct file file[MOST_FILES];
    int nfiles;
    struct op *op;
    size_t nops, cap;
    unsigned fail_kinds;
    size_t fail_at, fail_seen;
    int fail_errno;
    bool fail_on, fail_half, failed;
} disks[2], *disk = disks;

void disk_use(int which)
{
    cr_assert_not(disk->on);
    disk = &disks[which];
}

uint64_t dice(uint64_t *state)
{
    /* splitmix64, Sebastiano Vigna, public domain: https://prng.di.unimi.it/splitmix64.c */
    uint64_t z = (*state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* ---- names ---- */

static int names_at(const struct names *names, const char *name)
{
    for (int i = 0; i < names->n; i++) {
        if (strcmp(names->of[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* -1: no file has it. */
static int named(const struct names *names, const char *name)
{
    int i = names_at(names, name);
    return i < 0 ? -1 : names->of[i].file;
}

static void take_name(struct names *names, const char *name)
{
    int i = names_at(names, name);
    if (i >= 0) {
        names->of[i] = names->of[--names->n];
    }
}

static void give_name(struct names *names, int file, const char *name)
{
    take_name(names, name);
    cr_assert_lt(names->n, MOST_FILES);
    cr_assert_lt(strlen(name), NAME_LEN);
    names->of[names->n].file = file;
    strcpy(names->of[names->n++].name, name);
}

/* One of a file's names; NULL: it has none. */
static const char *name_of(const struct names *names, int file)
{
    for (int i = 0; i < names->n; i++) {
        if (names->of[i].file == file) {
            return names->of[i].name;
        }
    }
    return NULL;
}

/* ---- recording ---- */

static struct op *add(enum kind kind, int file)
{
    if (disk->nops == disk->cap) {
        disk->cap = disk->cap == 0 ? 256 : disk->cap * 2;
        disk->op = mem_realloc(disk->op, disk->cap, sizeof *disk->op);
    }
    struct op *op = &disk->op[disk->nops++];
    *op = (struct op){ .kind = kind, .file = file };
    return op;
}

static void add_name(enum kind kind, int file, const char *name)
{
    snprintf(add(kind, file)->name, NAME_LEN, "%s", name);
}

static void add_size(int file, int64_t size)
{
    add_name(OP_SIZE, file, name_of(&disk->now, file));
    disk->op[disk->nops - 1].at = size;
}

/* The name inside the folder, or NULL: the path is elsewhere. */
static const char *inside(const char *path)
{
    size_t len = strlen(disk->folder);
    return disk->on && strncmp(path, disk->folder, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

static int new_file(ino_t inode, const char *name)
{
    cr_assert_lt(disk->nfiles, MOST_FILES);
    disk->file[disk->nfiles] = (struct file){ .inode = inode };
    give_name(&disk->now, disk->nfiles, name);
    return disk->nfiles++;
}

static bool path_of(int fd, char path[PATH_MAX])
{
    char link[48];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    path[n > 0 ? n : 0] = '\0';
    return n > 0;
}

/* -1: not of this folder. One that was made behind our back (mkostemp opens inside the C library) is found by
 * its name. */
static int file_of(int fd)
{
    struct stat st;
    char path[PATH_MAX];
    if (!disk->on || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return -1;
    }
    for (int i = disk->nfiles - 1; i >= 0; i--) {
        if (disk->file[i].inode == st.st_ino && name_of(&disk->now, i) != NULL) {
            return i;
        }
    }
    const char *name = path_of(fd, path) ? inside(path) : NULL;
    if (name == NULL || strstr(name, " (deleted)") != NULL) {
        return -1;
    }
    int file = new_file(st.st_ino, name);
    add_name(OP_NAME, file, name);
    return file;
}

/* "": the folder itself; the name of one in it; NULL: neither. */
static const char *folder_of(int fd, char path[PATH_MAX])
{
    struct stat st;
    if (!disk->on || fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode) || !path_of(fd, path)) {
        return NULL;
    }
    return strcmp(path, disk->folder) == 0 ? "" : inside(path);
}

/* ---- failing ---- */

void disk_fail(unsigned kinds, size_t n, int error, bool on)
{
    disk->fail_kinds = kinds;
    disk->fail_at = n;
    disk->fail_seen = 0;
    disk->fail_errno = error;
    disk->fail_on = on;
    disk->fail_half = disk->failed = false;
}

void disk_fail_half(size_t n, int error)
{
    disk_fail(DISK_WRITE, n, error, false);
    disk->fail_half = true;
}

bool disk_failed(void)
{
    return disk->failed;
}

static bool fails(unsigned kind)
{
    if (disk->fail_at == 0 || (disk->fail_kinds & kind) == 0) {
        return false;
    }
    size_t n = ++disk->fail_seen;
    if (n != disk->fail_at && !(disk->fail_on && n > disk->fail_at)) {
        return false;
    }
    disk->failed = true;
    errno = disk->fail_errno;
    return true;
}

/* ---- the calls ---- */

static int take_open(const char *path, int flags, unsigned mode)
{
    const char *name = inside(path);
    if (name != NULL && fails(DISK_OPEN)) {
        return -1;
    }
    bool there = name == NULL || access(path, F_OK) == 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd < 0 || name == NULL) {
        return fd;
    }
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        if (!there) {
            add_name(OP_NAME, new_file(st.st_ino, name), name);
        } else if ((flags & O_TRUNC) != 0) {
            add_size(file_of(fd), 0);
        }
    }
    return fd;
}

static ssize_t take_write(int fd, const void *data, size_t len, int64_t at)
{
    int file = file_of(fd);
    if (file >= 0 && fails(DISK_WRITE)) {
        if (!disk->fail_half || len < 2) {
            return -1;
        }
        disk->fail_half = false;
        disk->fail_at++; /* the rest of this write, which SQLite tries by itself */
        len /= 2;
    }
    if (file >= 0 && at < 0) {
        at = lseek(fd, 0, SEEK_CUR);
        struct stat st;
        if ((fcntl(fd, F_GETFL) & O_APPEND) != 0 && fstat(fd, &st) == 0) {
            at = st.st_size;
        }
        ssize_t n = syscall(SYS_write, fd, data, len);
        len = n > 0 ? (size_t)n : 0;
    } else if (file < 0) {
        return at < 0 ? syscall(SYS_write, fd, data, len) : syscall(SYS_pwrite64, fd, data, len, at);
    } else {
        ssize_t n = syscall(SYS_pwrite64, fd, data, len, at);
        len = n > 0 ? (size_t)n : 0;
    }
    struct op *op = add(OP_WRITE, file);
    op->at = at;
    op->len = len;
    op->data = mem_alloc(len);
    memcpy(op->data, data, len);
    return (ssize_t)len;
}

static int take_size(int fd, int64_t size)
{
    int file = file_of(fd);
    if (file >= 0 && fails(DISK_SIZE)) {
        return -1;
    }
    int rc = (int)syscall(SYS_ftruncate, fd, size);
    if (rc == 0 && file >= 0) {
        add_size(file, size);
    }
    return rc;
}

static int take_sync(int fd, long number)
{
    char path[PATH_MAX];
    int file = file_of(fd);
    const char *in = folder_of(fd, path);
    if (file < 0 && in == NULL) {
        return (int)syscall(number, fd);
    }
    if (fails(DISK_SYNC)) {
        if (file >= 0 && !disk->fail_on) {
            add(OP_LOST, file);
        }
        return -1;
    }
    add_name(file >= 0 ? OP_SYNC : OP_FOLDER, file, file >= 0 ? "" : in);
    return 0; /* the record is what counts: no need to wait for a real disk */
}

static int take_unlink(const char *path, int flags)
{
    const char *name = inside(path);
    if (name != NULL && fails(DISK_NAME)) {
        return -1;
    }
    int rc = (int)syscall(SYS_unlinkat, AT_FDCWD, path, flags);
    if (rc == 0 && name != NULL && flags == 0) {
        cr_assert_geq(named(&disk->now, name), 0, "%s", name);
        add_name(OP_REMOVE, named(&disk->now, name), name);
        take_name(&disk->now, name);
    }
    return rc;
}

/* Another name for a file, in the place of the old one or beside it. */
static int take_name_over(enum kind kind, const char *from, const char *to, unsigned flags)
{
    const char *old = inside(from), *new = inside(to);
    if (old != NULL && fails(DISK_NAME)) {
        return -1;
    }
    int rc = (int)(kind == OP_LINK ? syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0)
                                   : syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags));
    if (rc == 0 && old != NULL) {
        cr_assert_not_null(new, "%s went out of the folder", from);
        int file = named(&disk->now, old);
        cr_assert_geq(file, 0, "%s", old);
        add_name(kind, file, old);
        snprintf(disk->op[disk->nops - 1].to, NAME_LEN, "%s", new);
        if (kind == OP_RENAME) {
            take_name(&disk->now, old);
        }
        give_name(&disk->now, file, new);
    }
    return rc;
}

static ssize_t take_read(int fd, void *to, size_t len, int64_t at)
{
    if (disk->on && disk->fail_at != 0 && (disk->fail_kinds & DISK_READ) != 0 && file_of(fd) >= 0 &&
        fails(DISK_READ)) {
        return -1;
    }
    return at < 0 ? syscall(SYS_read, fd, to, len) : syscall(SYS_pread64, fd, to, len, at);
}

/* The names themselves: a program's own come before the C library's, also for the libraries it loads. */
int open(const char *path, int flags, ...);
int open64(const char *path, int flags, ...);
int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    unsigned mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, unsigned) : 0;
    va_end(rest);
    return take_open(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    unsigned mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, unsigned) : 0;
    va_end(rest);
    return take_open(path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t len)
{
    return take_write(fd, data, len, -1);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
    return take_write(fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
    return take_write(fd, data, len, at);
}

ssize_t read(int fd, void *to, size_t len)
{
    return take_read(fd, to, len, -1);
}

ssize_t pread(int fd, void *to, size_t len, off_t at)
{
    return take_read(fd, to, len, at);
}

ssize_t pread64(int fd, void *to, size_t len, off64_t at)
{
    return take_read(fd, to, len, at);
}

int ftruncate(int fd, off_t size)
{
    return take_size(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return take_size(fd, size);
}

int fsync(int fd)
{
    return take_sync(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return take_sync(fd, SYS_fdatasync);
}

int unlink(const char *path)
{
    return take_unlink(path, 0);
}

int unlinkat(int dir, const char *name, int flags)
{
    char path[PATH_MAX];
    if (!disk->on || name[0] == '/' || dir == AT_FDCWD) {
        return disk->on ? take_unlink(name, flags) : (int)syscall(SYS_unlinkat, dir, name, flags);
    }
    struct buf full = BUF_INIT;
    cr_assert(path_of(dir, path));
    buf_addf(&full, "%s/%s", path, name);
    int rc = take_unlink(buf_str(&full), flags);
    buf_done(&full);
    return rc;
}

int rmdir(const char *path)
{
    return take_unlink(path, AT_REMOVEDIR);
}

int rename(const char *from, const char *to)
{
    return take_name_over(OP_RENAME, from, to, 0);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    return disk->on && from[0] == '/' && to[0] == '/'
               ? take_name_over(OP_RENAME, from, to, flags)
               : (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

int link(const char *from, const char *to)
{
    return take_name_over(OP_LINK, from, to, 0);
}

/* ---- a record, from its first state to its last ---- */

static void read_all(const char *path, struct buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char part[16384];
    ssize_t n;
    cr_assert_geq(fd, 0, "%s", path);
    while ((n = read(fd, part, sizeof part)) > 0) {
        buf_add(out, part, (size_t)n);
    }
    close(fd);
}

/* And those of folders in it: "folder/file". A folder comes after what is in it. */
static void each_file(const char *folder, const char *below, void (*each)(const char *path, const char *name))
{
    DIR *dir = opendir(folder);
    cr_assert_not_null(dir, "%s", folder);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct stat st;
        struct buf path = BUF_INIT, name = BUF_INIT;
        if (entry->d_name[0] == '.') {
            continue;
        }
        buf_addf(&path, "%s/%s", folder, entry->d_name);
        buf_addf(&name, "%s%s", below, entry->d_name);
        cr_assert_eq(lstat(buf_str(&path), &st), 0);
        if (S_ISDIR(st.st_mode)) {
            struct buf in = BUF_INIT;
            buf_addf(&in, "%s/", buf_str(&name));
            each_file(buf_str(&path), buf_str(&in), each);
            buf_done(&in);
        }
        each(buf_str(&path), S_ISDIR(st.st_mode) ? NULL : buf_str(&name));
        buf_done(&path);
        buf_done(&name);
    }
    closedir(dir);
}

static void begin_file(const char *path, const char *name)
{
    struct stat st;
    if (name != NULL) {
        cr_assert_eq(stat(path, &st), 0);
        read_all(path, &disk->file[new_file(st.st_ino, name)].first);
    }
}

void disk_record(const char *folder)
{
    cr_assert_not(disk->on);
    for (size_t i = 0; i < disk->nops; i++) {
        free(disk->op[i].data);
    }
    for (int i = 0; i < disk->nfiles; i++) {
        buf_done(&disk->file[i].first);
    }
    disk->nops = 0;
    disk->nfiles = disk->now.n = 0;
    disk_fail(0, 0, 0, false);
    snprintf(disk->folder, sizeof disk->folder, "%s", folder);
    each_file(folder, "", begin_file);
    disk->first = disk->now;
    disk->on = true;
}

size_t disk_calls(void)
{
    return disk->nops;
}

void disk_mark(void)
{
    add(OP_MARK, -1);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t a = strlen(name), b = strlen(suffix);
    return a >= b && strcmp(name + a - b, suffix) == 0;
}

size_t disk_emptied(size_t from, const char *suffix)
{
    for (size_t i = from; i < disk->nops; i++) {
        const struct op *op = &disk->op[i];
        if (((op->kind == OP_SIZE && op->at == 0) || op->kind == OP_REMOVE) && ends_in(op->name, suffix)) {
            return i + 1;
        }
    }
    return SIZE_MAX;
}

size_t disk_last_mark(size_t before)
{
    while (before > 0 && disk->op[before - 1].kind != OP_MARK) {
        before--;
    }
    return before;
}

/* ---- what a cut leaves ---- */

static struct image {
    struct buf content[MOST_FILES];
    struct names names;
} image; /* one at a time; its memory stays for the next */

/* Everything there up to `at` + len; what was not there before is zeros, or what the sectors held before. */
static void grow(struct buf *content, size_t size, bool garbage, uint64_t *state)
{
    while (content->len < size) {
        char part[SECTOR] = { 0 };
        size_t n = size - content->len < SECTOR ? size - content->len : SECTOR;
        for (size_t i = 0; garbage && i + 8 <= sizeof part; i += 8) {
            uint64_t value = dice(state);
            memcpy(part + i, &value, 8);
        }
        buf_add(content, part, n);
    }
}

static void write_part(struct buf *content, const struct op *op, size_t from, size_t len)
{
    grow(content, (size_t)op->at + from + len, false, NULL);
    memcpy(content->data + op->at + from, op->data + from, len);
}

static void put_write(struct buf *content, const struct op *op, bool safe, uint64_t *state)
{
    uint64_t way = safe ? 0 : dice(state) % 6;
    if (way < 2) {
        write_part(content, op, 0, op->len);
        return;
    }
    if (way < 4) { /* in sectors, each by itself */
        for (size_t from = 0; from < op->len;) {
            size_t len = SECTOR - ((size_t)op->at + from) % SECTOR;
            len = op->len - from < len ? op->len - from : len;
            if (dice(state) & 1) {
                write_part(content, op, from, len);
            }
            from += len;
        }
    }
    if (way == 5) { /* the size is there, the bytes are not */
        grow(content, (size_t)op->at + op->len, dice(state) & 1, state);
    }
}

static void put_size(struct buf *content, size_t size)
{
    if (size < content->len) {
        buf_cut(content, size);
    } else {
        grow(content, size, false, NULL);
    }
}

static bool stands_in(const char *name, const char *in)
{
    const char *slash = strrchr(name, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - name);
    return strlen(in) == len && strncmp(name, in, len) == 0;
}

/* Is what this call did certain to be on the disk at `at`? Bytes that a failed flush may have lost stay lost:
 * the kernel takes them for written. A size is one number, and goes with the next flush. */
static bool is_safe(size_t i, size_t at)
{
    const struct op *op = &disk->op[i];
    const char *name = op->kind == OP_NAME || op->kind == OP_REMOVE   ? op->name
                       : op->kind == OP_RENAME || op->kind == OP_LINK ? op->to
                                                                      : NULL;
    for (size_t k = i + 1; k < at; k++) {
        const struct op *later = &disk->op[k];
        if (name != NULL ? later->kind == OP_FOLDER && stands_in(name, later->name)
                         : later->kind == OP_SYNC && later->file == op->file) {
            return true;
        }
        if (op->kind == OP_WRITE && later->kind == OP_LOST && later->file == op->file) {
            return false;
        }
    }
    return false;
}

static void put(size_t i, bool safe, bool keep, uint64_t *state)
{
    const struct op *op = &disk->op[i];
    struct buf *content = op->file < 0 ? NULL : &image.content[op->file];
    switch (op->kind) {
    case OP_WRITE:
        if (safe || keep) {
            put_write(content, op, safe, state);
        } else {
            (void)dice(state);
        }
        break;
    case OP_SIZE:
        if (safe || keep) {
            put_size(content, (size_t)op->at);
        }
        break;
    case OP_NAME:
        if (safe || keep) {
            give_name(&image.names, op->file, op->name);
        }
        break;
    case OP_REMOVE:
        if (safe || keep) {
            take_name(&image.names, op->name);
        }
        break;
    case OP_RENAME:
    case OP_LINK:
        /* Names change in their order: one whose first name never came cannot take another's place. */
        if (safe || (keep && named(&image.names, op->name) == op->file)) {
            if (op->kind == OP_RENAME) {
                take_name(&image.names, op->name);
            }
            give_name(&image.names, op->file, op->to);
        }
        break;
    default:
        break;
    }
}

static void remove_one(const char *path, const char *name)
{
    (void)name;
    (void)remove(path);
}

static void write_image(const char *to)
{
    each_file(to, "", remove_one);
    for (int i = 0; i < image.names.n; i++) {
        struct buf path = BUF_INIT;
        const char *name = image.names.of[i].name, *slash = strrchr(name, '/');
        const struct buf *content = &image.content[image.names.of[i].file];
        if (slash != NULL) { /* a folder that is there: without it, nothing of it would be */
            buf_addf(&path, "%s/%.*s", to, (int)(slash - name), name);
            (void)mkdir(buf_str(&path), 0700);
            buf_reset(&path);
        }
        buf_addf(&path, "%s/%s", to, name);
        int fd = open(buf_str(&path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        cr_assert_geq(fd, 0, "%s", buf_str(&path));
        cr_assert_eq(write(fd, buf_str(content), content->len), (ssize_t)content->len);
        close(fd);
        buf_done(&path);
    }
}

static void make_image(size_t at, bool power, uint64_t seed)
{
    uint64_t state = seed;
    /* Of what nobody flushed: now all, now nothing, now some. */
    uint64_t share = dice(&state) % 5;
    image.names = disk->first;
    for (int i = 0; i < disk->nfiles; i++) {
        buf_reset(&image.content[i]);
        buf_add(&image.content[i], buf_str(&disk->file[i].first), disk->file[i].first.len);
    }
    for (size_t i = 0; i < at; i++) {
        bool safe = !power || is_safe(i, at);
        put(i, safe, dice(&state) % 4 < share, &state);
    }
}

void disk_cut(size_t at, uint64_t seed, const char *to)
{
    make_image(at, true, seed);
    write_image(to);
}

void disk_kill(size_t at, const char *to)
{
    make_image(at, false, 0);
    write_image(to);
}

static void same_file(const char *path, const char *name)
{
    struct buf now = BUF_INIT;
    int file = name == NULL ? -1 : named(&disk->now, name);
    if (file < 0) { /* a folder, or one that was made and never written to, as a lock is */
        struct stat st;
        cr_assert(stat(path, &st) == 0 && (name == NULL || st.st_size == 0),
                  "%s was written behind the record's back", path);
        return;
    }
    read_all(path, &now);
    const struct buf *then = &image.content[file];
    cr_assert_eq(named(&image.names, name), file);
    cr_assert(now.len == then->len && memcmp(buf_str(&now), buf_str(then), now.len) == 0,
              "the record of %s does not add up to what it is", name);
    buf_done(&now);
}

void disk_stop(void)
{
    cr_assert(disk->on);
    disk->on = false;
    make_image(disk->nops, false, 0);
    each_file(disk->folder, "", same_file);
}
