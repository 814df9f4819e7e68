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

enum kind { OP_WRITE, OP_SIZE, OP_SYNC, OP_LOST, OP_NAME, OP_REMOVE, OP_RENAME, OP_FOLDER, OP_MARK };

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
    char name[NAME_LEN]; /* now; "": none */
    struct buf first;    /* what lay there when the record began */
    bool from_start;
};

static struct disk {
    bool on;
    char folder[PATH_MAX], first_names[MOST_FILES][NAME_LEN];
    struct file file[MOST_FILES];
    int nfiles, nfirst;
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

static void add_size(int file, int64_t size)
{
    struct op *op = add(OP_SIZE, file);
    op->at = size;
    memcpy(op->name, disk->file[file].name, NAME_LEN);
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
    cr_assert_lt(strlen(name), NAME_LEN);
    struct file *file = &disk->file[disk->nfiles];
    *file = (struct file){ .inode = inode };
    snprintf(file->name, sizeof file->name, "%s", name);
    return disk->nfiles++;
}

static int named(const char *name)
{
    for (int i = disk->nfiles - 1; i >= 0; i--) {
        if (strcmp(disk->file[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* -1: not of this folder. One that was made behind our back (mkostemp opens inside the C library) is found by
 * its name. */
static int file_of(int fd)
{
    struct stat st;
    char link[48], path[PATH_MAX];
    if (!disk->on || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return -1;
    }
    for (int i = disk->nfiles - 1; i >= 0; i--) {
        if (disk->file[i].inode == st.st_ino && disk->file[i].name[0] != '\0') {
            return i;
        }
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    const char *name = inside(path);
    if (name == NULL || strstr(name, " (deleted)") != NULL) {
        return -1;
    }
    int file = new_file(st.st_ino, name);
    snprintf(add(OP_NAME, file)->name, NAME_LEN, "%s", name);
    return file;
}

static bool is_folder(int fd)
{
    struct stat a, b;
    return disk->on && fstat(fd, &a) == 0 && S_ISDIR(a.st_mode) && stat(disk->folder, &b) == 0 &&
           a.st_ino == b.st_ino && a.st_dev == b.st_dev;
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
            int file = new_file(st.st_ino, name);
            snprintf(add(OP_NAME, file)->name, NAME_LEN, "%s", name);
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
    int file = file_of(fd);
    if (file < 0 && !is_folder(fd)) {
        return (int)syscall(number, fd);
    }
    if (fails(DISK_SYNC)) {
        if (file >= 0 && !disk->fail_on) {
            add(OP_LOST, file);
        }
        return -1;
    }
    add(file >= 0 ? OP_SYNC : OP_FOLDER, file);
    return 0; /* the record is what counts: no need to wait for a real disk */
}

static int take_unlink(const char *path)
{
    const char *name = inside(path);
    int file = name == NULL ? -1 : named(name);
    if (name != NULL && fails(DISK_NAME)) {
        return -1;
    }
    int rc = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (rc == 0 && name != NULL) {
        cr_assert_geq(file, 0, "%s", name);
        snprintf(add(OP_REMOVE, file)->name, NAME_LEN, "%s", name);
        disk->file[file].name[0] = '\0';
    }
    return rc;
}

static int take_rename(const char *from, const char *to)
{
    const char *old = inside(from), *new = inside(to);
    if (old != NULL && fails(DISK_NAME)) {
        return -1;
    }
    int rc = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (rc == 0 && old != NULL) {
        cr_assert_not_null(new, "%s moved out of the folder", from);
        int file = named(old), over = named(new);
        cr_assert_geq(file, 0, "%s", old);
        struct op *op = add(OP_RENAME, file);
        snprintf(op->name, NAME_LEN, "%s", old);
        snprintf(op->to, NAME_LEN, "%s", new);
        if (over >= 0) {
            disk->file[over].name[0] = '\0';
        }
        snprintf(disk->file[file].name, NAME_LEN, "%s", new);
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
    return take_unlink(path);
}

int rename(const char *from, const char *to)
{
    return take_rename(from, to);
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

static void each_file(const char *folder, void (*each)(const char *path, const char *name))
{
    DIR *dir = opendir(folder);
    cr_assert_not_null(dir, "%s", folder);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char path[PATH_MAX + NAME_LEN];
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            each(path, entry->d_name);
        }
    }
    closedir(dir);
}

static void begin_file(const char *path, const char *name)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    int file = new_file(st.st_ino, name);
    read_all(path, &disk->file[file].first);
    disk->file[file].from_start = true;
    snprintf(disk->first_names[file], NAME_LEN, "%s", name);
    disk->nfirst = disk->nfiles;
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
    disk->nfiles = disk->nfirst = 0;
    disk_fail(0, 0, 0, false);
    snprintf(disk->folder, sizeof disk->folder, "%s", folder);
    each_file(folder, begin_file);
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
    char name[MOST_FILES][NAME_LEN]; /* on the disk; "": none */
} image;                             /* one at a time; its memory stays for the next */

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

/* Is what this call did certain to be on the disk at `at`? Bytes that a failed flush may have lost stay lost:
 * the kernel takes them for written. A size is one number, and goes with the next flush. */
static bool is_safe(size_t i, size_t at)
{
    const struct op *op = &disk->op[i];
    bool name = op->kind == OP_NAME || op->kind == OP_REMOVE || op->kind == OP_RENAME;
    for (size_t k = i + 1; k < at; k++) {
        const struct op *later = &disk->op[k];
        if (name ? later->kind == OP_FOLDER : later->kind == OP_SYNC && later->file == op->file) {
            return true;
        }
        if (op->kind == OP_WRITE && later->kind == OP_LOST && later->file == op->file) {
            return false;
        }
    }
    return false;
}

static void give_name(int file, const char *name)
{
    for (int i = 0; i < disk->nfiles; i++) {
        if (strcmp(image.name[i], name) == 0) {
            image.name[i][0] = '\0';
        }
    }
    snprintf(image.name[file], NAME_LEN, "%s", name);
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
            give_name(op->file, op->name);
        }
        break;
    case OP_REMOVE:
        if (safe || keep) {
            image.name[op->file][0] = '\0';
        }
        break;
    case OP_RENAME:
        /* Names change in their order: one whose first name never came cannot take another's place. */
        if (safe || (keep && image.name[op->file][0] != '\0')) {
            give_name(op->file, op->to);
        }
        break;
    default:
        break;
    }
}

static void remove_one(const char *path, const char *name)
{
    (void)name;
    (void)unlink(path);
}

static void write_image(const char *to)
{
    each_file(to, remove_one);
    for (int i = 0; i < disk->nfiles; i++) {
        if (image.name[i][0] != '\0') {
            char path[PATH_MAX];
            snprintf(path, sizeof path, "%s/%s", to, image.name[i]);
            int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
            cr_assert_geq(fd, 0, "%s", path);
            cr_assert_eq(write(fd, buf_str(&image.content[i]), image.content[i].len),
                         (ssize_t)image.content[i].len);
            close(fd);
        }
    }
}

static void make_image(size_t at, bool power, uint64_t seed)
{
    uint64_t state = seed;
    /* Of what nobody flushed: now all, now nothing, now some. */
    uint64_t share = dice(&state) % 5;
    memset(image.name, 0, sizeof image.name);
    for (int i = 0; i < disk->nfiles; i++) {
        buf_reset(&image.content[i]);
        buf_add(&image.content[i], buf_str(&disk->file[i].first), disk->file[i].first.len);
        if (i < disk->nfirst) {
            memcpy(image.name[i], disk->first_names[i], NAME_LEN);
        }
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
    int file = named(name);
    if (file < 0) { /* one that was made and never written to, as a lock is */
        struct stat st;
        cr_assert(stat(path, &st) == 0 && st.st_size == 0, "%s was written behind the record's back", name);
        return;
    }
    read_all(path, &now);
    const struct buf *then = &image.content[file];
    cr_assert_str_eq(image.name[file], name);
    cr_assert(now.len == then->len && memcmp(buf_str(&now), buf_str(then), now.len) == 0,
              "the record of %s does not add up to what it is", name);
    buf_done(&now);
}

void disk_stop(void)
{
    cr_assert(disk->on);
    disk->on = false;
    make_image(disk->nops, false, 0);
    each_file(disk->folder, same_file);
}
