/* disk.h: one folder on a disk, and the folders in it, that remembers what was written to it and can lose its
 * power at any moment.
 *
 * The calls by which SQLite's own VFS and the store reach the kernel (open, write, ftruncate, fsync, rename,
 * unlink and their like) are taken by functions of the same names in this test program, below the VFS, so
 * that what is recorded is what the kernel would have been asked. Elsewhere they pass through.
 *
 * What a power cut leaves. Written and then flushed (fsync of that file): there. Written and not flushed:
 * each write by itself there, not there, or torn into sectors of 512 bytes, in any order; a file may have
 * grown without its bytes. A name made, changed or removed: there once the folder is flushed, before that
 * perhaps. An fsync that failed may have lost what it was to flush, and the next one succeeds all the same.
 */
#ifndef FOYER_TESTS_STORE_DISK_H
#define FOYER_TESTS_STORE_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From now on `folder` is recorded; what lies in it is safe on the disk. One folder at a time. */
void disk_record(const char *folder);
/* Ends that. Fails the test if the record does not add up to what lies in the folder now. */
void disk_stop(void);

/* There are two records, 0 and 1: so that a power cut can be followed by another while the first is mended.
 * Between them, not while one is on. */
void disk_use(int which);

size_t disk_calls(void); /* recorded so far */
void disk_mark(void);    /* what was done up to here is acknowledged */

/* The number of the call after which something became of the file whose name ends in `suffix`: its size set
 * to 0, or its name removed. SIZE_MAX after the last. A rollback journal commits in this way. */
size_t disk_emptied(size_t from, const char *suffix);
size_t disk_last_mark(size_t before); /* the number of calls before the last mark; 0: none */

/* Writes into the folder `to` (emptied first) what is there after the power was cut before call `at`. */
void disk_cut(size_t at, uint64_t seed, const char *to);
/* The same after a mere kill: everything that was called happened. */
void disk_kill(size_t at, const char *to);

/* ---- calls that fail, in the recorded folder only; none of them has any effect ---- */

enum {
    DISK_WRITE = 1,
    DISK_SYNC = 2,
    DISK_SIZE = 4,
    DISK_OPEN = 8,
    DISK_NAME = 16, /* rename, link, unlink */
    DISK_READ = 32,
    DISK_ANY = 63,
};
/* The n-th (from 1) of these calls fails with this errno; with `on`, all after it too, as if the disk, or the
 * program, were gone. n 0: none fails. */
void disk_fail(unsigned kinds, size_t n, int error, bool on);
/* The n-th write writes half of what it should, and the next fails. */
void disk_fail_half(size_t n, int error);
bool disk_failed(void); /* since disk_fail */

/* The next number of a row that is fixed by *state. */
uint64_t dice(uint64_t *state);

#endif
