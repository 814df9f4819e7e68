/* file.h: whole small files, read and replaced with care. */
#ifndef FOYER_FILE_H
#define FOYER_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"

/* The part behind the last slash: "dm-0" of /dev/dm-0. */
const char *path_name(const char *path);
/* With more before the end or not: ".conf" of "kiosk.conf". */
bool path_ends_in(const char *path, const char *end);

/* Reads a regular file of at most `max` bytes into *out, in the place of what was there. Refuses anything
 * else (folder, device, too large); *out is empty then. */
int file_read(const char *path, size_t max, struct buf *out, struct err *err);

/* -1: a device or a pipe is there (/dev/null, say), which must not become a file. */
int file_may_replace(const char *path, struct err *err);

/* Writes beside, fsyncs, renames over, fsyncs the folder. mode is exact. On an error the old file is still
 * whole, or the new one is. */
int file_replace(const char *path, const void *data, size_t len, unsigned mode, struct err *err);

/* Appends the path of another program that stands in this one's folder: a build tree, or where both were
 * installed. False, and nothing appended, if there is none that may be started. */
bool file_beside_self(struct buf *out, const char *program);

/* MB free for this user on the file system a file is or will be on; -1 with errno if its folder cannot be
 * reached.
 */
long long file_free_mb(const char *path);

/* Reads or writes all of it, across EINTR and short counts. fd_read_all returns the bytes read (less
 * than len only at end of file), or -1 with errno. fd_write_all returns 0 or -1 with errno. */
long fd_read_all(int fd, void *data, size_t len);
int fd_write_all(int fd, const void *data, size_t len);

/* First thing in a main(): what of descriptors 0, 1 and 2 is closed becomes /dev/null, so that nothing else
 * gets such a number and has a message written into it. */
void fd_fill_standard(void);

#endif
