/* probe.h: what `foyer doctor` and `foyer setup` read from the machine. A test build takes FOYER_TEST_ROOT
 * for the root of it, so that a test can be any machine. */
#ifndef FOYER_PROBE_H
#define FOYER_PROBE_H

#include <stdbool.h>

#include "buf.h"
#include "err.h"

/* Where a path of the machine really is. free() it. */
char *probe_path(const char *path);

bool probe_there(const char *path);

enum { PROBE_READ_MAX = 65536 };
/* At most that many bytes of a file, into the place of what was in `out`. -1: not there, or may not be read
 * (errno).
 */
int probe_read(const char *path, struct buf *out);
/* Its first line alone, without the new line; "" if it cannot be read. */
const char *probe_line(const char *path, struct buf *out);

/* The machine's own timezone, such as "Europe/London", by the link that localtime(5) tells of; "" if it
 * cannot be seen. */
const char *probe_zone(struct buf *out);

/* The value of "field" in /etc/passwd's line of a user, 0 the name, 5 the home: false if there is none. */
bool probe_user(const char *user, int field, struct buf *out);

/* Where a file lies: kind of file system, device and options of the mount that holds it, "" if unknown. */
struct probe_mount {
    char kind[32], device[128], options[512];
};
bool probe_mount_of(const char *path, struct probe_mount *out);

/* Is this one of the lines of the text? */
bool probe_has_line(const char *text, const char *line);

/* Runs a program without a shell, its standard input empty, and reads what it writes to its standard output,
 * for `ms` at most. Returns its exit status, or -1. */
int probe_run(const char *const *argv, int ms, struct buf *out);

#endif
