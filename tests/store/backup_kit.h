/* backup_kit.h: the fixture's database with a folder for its backups beside it, and a clock that a test
 * moves. */
#ifndef FOYER_TESTS_STORE_BACKUP_KIT_H
#define FOYER_TESTS_STORE_BACKUP_KIT_H

#include <stdbool.h>

#include "backup.h"
#include "buf.h"
#include "fixture.h"

extern char place[96];          /* where the backups go */
extern int64_t now_s;           /* what `ours` says */
extern const struct clock ours; /* the wall is the test's, the monotonic clock is the machine's */
extern struct backup_plan plan; /* 3 days, 2 weeks, 2 months into `place` */
extern const char *const tables[];
enum { TABLES = 14 };

void backup_kit_make(void); /* fixture_make() and the folder */
void backup_kit_remove(void);

struct backup_result make_backup(struct db *db); /* fails the test if there is none */
char *path_of(const char *name);                 /* in `place`; the next call's takes its place */
struct db *open_copy(const char *name);          /* to read */
void later(int64_t seconds);                     /* so that the next backup has a name of its own */

void put_many(struct db *db, int first, int n); /* n finals, the first one's uid of bytes `first` */
struct vault *unlock(struct db *db);            /* anna's, with everything filed */
/* A note on that intake: an event, a key of its own, a summary that is rewritten. */
void note_on(struct vault *vault, uint8_t which, const char *text);

/* Each row of each table, in order, as text. What the backup itself leaves in audit and meta is left out. */
void dump(struct db *db, struct buf *out);
bool same(struct db *db, const char *name); /* the backup has each of the database's rows */
bool file_holds(const char *name, const void *bytes, size_t len);
void keep_bytes(const char *name, struct buf *out); /* the file's bytes */

#endif
