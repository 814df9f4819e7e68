#include "outbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "log.h"
#include "mem.h"

enum { NAME = 13 /* twelve digits */ };
#define SEQ_MAX INT64_C(999999999999)

static const char *name_of(int64_t seq, char out[NAME])
{
    for (int i = NAME - 2; i >= 0; i--, seq /= 10) {
        out[i] = (char)('0' + seq % 10);
    }
    out[NAME - 1] = '\0';
    return out;
}

/* -1: not a name of ours. */
static int64_t seq_of(const char *name)
{
    return strlen(name) == NAME - 1 && strspn(name, "0123456789") == NAME - 1 ? strtoll(name, NULL, 10) : -1;
}

/* ---- one file
 * ---------------------------------------------------------------------------------------------- */

static int read_file(int folder, const char *name, struct buf *out, struct err *err)
{
    struct stat st;
    /* O_NONBLOCK: a FIFO by that name must not hold the program. */
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        return err_sys(err, "%s cannot be opened", name);
    }
    int rc = -1;
    buf_reset(out);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        err_set(err, "%s is not a file", name);
    } else if (st.st_size <= 0 || st.st_size > FRAME_MAX) {
        err_set(err, "%s is empty or too long for a record", name);
    } else {
        buf_reserve(out, (size_t)st.st_size + 1);
        long n = fd_read_all(fd, out->data, (size_t)st.st_size);
        rc = n == st.st_size ? 0 : err_set(err, "%s cannot be read", name);
        out->len = rc == 0 ? (size_t)n : 0;
        out->data[out->len] = '\0';
    }
    close(fd);
    return rc;
}

static int sync_folder(int folder)
{
    return fsync(folder) != 0 && errno != EINVAL ? -1 : 0; /* some file systems cannot, and say EINVAL */
}

/* Whole and flushed under its name, or not there. */
static int write_file(int folder, const char *name, const struct buf *frame, struct err *err)
{
    (void)unlinkat(folder, "new", 0);
    int fd = openat(folder, "new", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_sys(err, "a record cannot be written to the outbox");
    }
    int rc = fd_write_all(fd, frame->data, frame->len) == 0 && fsync(fd) == 0 ? 0 : -1;
    if (rc != 0) {
        err_sys(err, "a record cannot be written to the outbox");
    }
    close(fd);
    if (rc != 0) {
        (void)unlinkat(folder, "new", 0);
        return -1;
    }
    if (renameat(folder, "new", folder, name) != 0 || sync_folder(folder) != 0) {
        err_sys(err, "a record cannot be kept in the outbox");
        (void)unlinkat(folder, "new", 0);
        (void)unlinkat(folder, name, 0);
        return -1;
    }
    return 0;
}

/* ---- the queue
 * --------------------------------------------------------------------------------------------- */

static struct outbox_entry *append(struct outbox *box, int64_t seq, const struct frame_header *header,
                                   size_t len)
{
    struct outbox_entry *entry = mem_alloc(sizeof *entry);
    entry->seq = seq;
    entry->header = *header;
    entry->len = len;
    if (box->n == box->cap) {
        box->cap = box->cap == 0 ? 64 : 2 * box->cap;
        box->entry = mem_realloc(box->entry, box->cap, sizeof *box->entry);
    }
    box->entry[box->n++] = entry;
    box->used += len;
    return entry;
}

static void drop(struct outbox *box, struct outbox_entry *entry, bool room_too)
{
    size_t i = 0;
    while (box->entry[i] != entry) {
        i++;
    }
    memmove(box->entry + i, box->entry + i + 1, (box->n - i - 1) * sizeof *box->entry);
    box->n--;
    box->used -= room_too ? entry->len : 0;
    box->nmemory -= entry->memory != NULL;
    free(entry->memory);
    free(entry);
}

/* The file itself goes to refused/, under its own name: none there has it, for both folders count on. */
static void move_aside(struct outbox *box, const char *name, const char *why)
{
    if (renameat(box->folder, name, box->refused, name) != 0) {
        log_line("outbox: %s: %s; and it cannot be set aside: %s", name, why, strerror(errno));
        return;
    }
    (void)sync_folder(box->refused);
    (void)sync_folder(box->folder);
    box->nrefused++;
    log_line("outbox: %s is set aside in the folder \"refused\": %s", name, why);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The numbers in a folder, in order; free() them. -1: it cannot be read. */
static long numbers_in(int folder, int64_t **out)
{
    long n = 0, cap = 0;
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    *out = NULL;
    if (dir == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        int64_t seq = seq_of(entry->d_name);
        if (seq < 0) {
            if (entry->d_name[0] != '.' && strcmp(entry->d_name, "new") != 0) {
                log_line("outbox: %.60s is none of its files; it is left alone", entry->d_name);
            }
            continue;
        }
        if (n == cap) {
            cap = cap == 0 ? 64 : 2 * cap;
            *out = mem_realloc(*out, (size_t)cap, sizeof **out);
        }
        (*out)[n++] = seq;
    }
    closedir(dir);
    if (n > 0) {
        qsort(*out, (size_t)n, sizeof **out, by_number);
    }
    return n;
}

static int look_at_refused(struct outbox *box, struct err *err)
{
    int64_t *seq;
    long n = numbers_in(box->refused, &seq);
    for (long i = 0; i < n; i++) {
        char name[NAME];
        struct stat st;
        if (fstatat(box->refused, name_of(seq[i], name), &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode)) {
            box->used += (size_t)st.st_size;
        }
        box->last = seq[i] > box->last ? seq[i] : box->last;
        box->nrefused++;
    }
    free(seq);
    return n < 0 ? err_sys(err, "the folder of refused records cannot be read") : 0;
}

static int look_at_outbox(struct outbox *box, struct err *err)
{
    int64_t *seq;
    struct buf frame = BUF_INIT;
    long n = numbers_in(box->folder, &seq);
    for (long i = 0; i < n; i++) {
        char name[NAME];
        struct frame_header header;
        struct err why = { "" };
        box->last = seq[i] > box->last ? seq[i] : box->last;
        if (read_file(box->folder, name_of(seq[i], name), &frame, &why) != 0 ||
            frame_parse(frame.data, frame.len, &header, &why) != 0) {
            move_aside(box, name, why.text);
        } else {
            append(box, seq[i], &header, frame.len);
        }
    }
    buf_done(&frame);
    free(seq);
    return n < 0 ? err_sys(err, "the outbox cannot be read") : 0;
}

static int open_folder(int at, const char *path, mode_t mode)
{
    if (mkdirat(at, path, mode) != 0 && errno != EEXIST) {
        return -1;
    }
    return openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int outbox_open(struct outbox *box, const char *path, size_t room, struct err *err)
{
    *box = (struct outbox){ .folder = -1, .refused = -1, .room = room };
    int at = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) {
        return err_sys(err, "%s", path);
    }
    box->folder = open_folder(at, "outbox", 0700);
    box->refused = open_folder(at, "refused", 0755);
    int rc = box->folder < 0 || box->refused < 0 || sync_folder(at) != 0 ? err_sys(err, "%s", path) : 0;
    close(at);
    if (rc != 0) {
        return rc;
    }
    /* Two relays would send everything twice, and each would take the other's file for a torn one. */
    if (flock(box->folder, LOCK_EX | LOCK_NB) != 0) {
        return err_set(err, "%s: another foyer-relay uses this folder", path);
    }
    (void)unlinkat(box->folder, "new", 0);
    /* A relay that was killed may have given a name and not flushed it. What is found counts as held. */
    if (sync_folder(box->folder) != 0) {
        return err_sys(err, "the outbox cannot be flushed to the disk");
    }
    return look_at_refused(box, err) != 0 || look_at_outbox(box, err) != 0 ? -1 : 0;
}

void outbox_close(struct outbox *box)
{
    while (box->n > 0) {
        drop(box, box->entry[box->n - 1], true);
    }
    free(box->entry);
    if (box->folder >= 0) {
        close(box->folder);
    }
    if (box->refused >= 0) {
        close(box->refused);
    }
    *box = (struct outbox){ .folder = -1, .refused = -1 };
}

struct outbox_entry *outbox_keep(struct outbox *box, const struct buf *frame,
                                 const struct frame_header *header)
{
    if (box->nmemory == OUTBOX_MEMORY) {
        return NULL;
    }
    struct outbox_entry *entry = append(box, ++box->last, header, frame->len);
    box->nmemory++;
    entry->memory = mem_alloc(frame->len);
    memcpy(entry->memory, frame->data, frame->len);
    return entry;
}

struct outbox_entry *outbox_add(struct outbox *box, const struct buf *frame,
                                const struct frame_header *header, struct err *err)
{
    char name[NAME];
    size_t room = header->kind == FRAME_DRAFT ? box->room / 2 : box->room;
    if (box->used + frame->len > room || box->n >= OUTBOX_FRAMES || box->last >= SEQ_MAX) {
        err_set(err,
                "the outbox is full: %zu records wait for the clinic, %zu were refused, %zu MB in all. "
                "Mend the connection to the clinic, and look at the folder \"refused\"",
                box->n, box->nrefused, box->used >> 20);
        return NULL;
    }
    if (write_file(box->folder, name_of(box->last + 1, name), frame, err) != 0) {
        return NULL;
    }
    return append(box, ++box->last, header, frame->len);
}

struct outbox_entry *outbox_find(const struct outbox *box, const struct buf *frame,
                                 const struct frame_header *header)
{
    struct buf there = BUF_INIT;
    struct outbox_entry *found = NULL;
    for (size_t i = 0; i < box->n && found == NULL; i++) {
        struct outbox_entry *entry = box->entry[i];
        if (entry->len == frame->len && entry->header.rev == header->rev &&
            memcmp(entry->header.uid, header->uid, FRAME_UID) == 0 &&
            outbox_read(box, entry, &there, NULL) == 0 &&
            memcmp(buf_str(&there), frame->data, frame->len) == 0) {
            found = entry;
        }
    }
    buf_done(&there);
    return found;
}

static bool same_intake(const struct frame_header *a, const struct frame_header *b)
{
    return memcmp(a->uid, b->uid, FRAME_UID) == 0;
}

struct outbox_entry *outbox_old_draft(const struct outbox *box, const struct frame_header *header,
                                      const struct outbox_entry *sending)
{
    for (size_t i = 0; i < box->n && (header->kind == FRAME_DRAFT || header->kind == FRAME_FINAL); i++) {
        struct outbox_entry *entry = box->entry[i];
        if (entry != sending && entry->header.kind == FRAME_DRAFT && entry->header.rev < header->rev &&
            same_intake(&entry->header, header)) {
            return entry;
        }
    }
    return NULL;
}

static bool is_call(const struct outbox_entry *entry)
{
    return entry->header.kind == FRAME_HELP || entry->header.kind == FRAME_ALERT;
}

static bool has_earlier(const struct outbox *box, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (same_intake(&box->entry[i]->header, &box->entry[at]->header)) {
            return true;
        }
    }
    return false;
}

struct outbox_entry *outbox_next(const struct outbox *box, int64_t now_ms, int64_t *when)
{
    *when = -1;
    for (int calls = 1; calls >= 0; calls--) {
        for (size_t i = 0; i < box->n; i++) {
            struct outbox_entry *entry = box->entry[i];
            if (is_call(entry) != (calls == 1)) {
                continue;
            }
            if (entry->not_before_ms > now_ms) {
                *when = *when < 0 || entry->not_before_ms < *when ? entry->not_before_ms : *when;
            } else if (!has_earlier(box, i)) {
                return entry;
            }
        }
    }
    return NULL;
}

int outbox_read(const struct outbox *box, const struct outbox_entry *entry, struct buf *frame,
                struct err *err)
{
    char name[NAME];
    struct frame_header header;
    if (entry->memory != NULL) {
        buf_reset(frame);
        buf_add(frame, entry->memory, entry->len);
        return 0;
    }
    if (read_file(box->folder, name_of(entry->seq, name), frame, err) != 0 ||
        frame_parse(frame->data, frame->len, &header, err) != 0) {
        return -1;
    }
    return frame->len == entry->len && header.rev == entry->header.rev && header.kind == entry->header.kind &&
                   same_intake(&header, &entry->header)
               ? 0
               : err_set(err, "%s is not the record that was put there", name);
}

void outbox_remove(struct outbox *box, struct outbox_entry *entry)
{
    char name[NAME];
    if (entry->memory == NULL && unlinkat(box->folder, name_of(entry->seq, name), 0) != 0) {
        /* It is sent again after the next start, and known there. */
        log_line("outbox: %s cannot be taken away: %s", name, strerror(errno));
    }
    drop(box, entry, true);
}

void outbox_set_aside(struct outbox *box, struct outbox_entry *entry, const char *why)
{
    char name[NAME], uid[9];
    sodium_bin2hex(uid, sizeof uid, entry->header.uid, 4);
    log_line("record %s rev %u: %s", uid, (unsigned)entry->header.rev, why);
    bool there = entry->memory == NULL;
    if (there) {
        move_aside(box, name_of(entry->seq, name), why);
    }
    drop(box, entry, !there);
}
