/* fixture.h: a vault in a folder of its own, and records to put into it. */
#ifndef FOYER_TESTS_STORE_FIXTURE_H
#define FOYER_TESTS_STORE_FIXTURE_H

#include <stdint.h>

#include "buf.h"
#include "db.h"
#include "deposit.h"
#include "frame.h"
#include "vault.h"

#define PATIENT    "Zephyrine Quillfeather"
#define PASSPHRASE "correct horse battery staple"
#define AT_S       1795000000

extern char folder[64], path[96];
extern struct frame_keys keys;
extern uint8_t recovery[RECOVERY_KEY];
extern const struct slot_cost cheap; /* a passphrase that costs nothing to try */

void fixture_make(void); /* folder, vault, keys; the database is closed again */
void fixture_remove(void);

struct db *open_db(void); /* fails the test if it cannot */
struct frame_header header_of(uint8_t uid, uint32_t rev, enum frame_kind kind);
/* A sealed record. The body holds PATIENT; `mark` makes bytes differ. */
void seal(struct buf *out, const struct frame_header *header, const char *mark);
/* The same with a body that names another uid. */
void seal_naming(struct buf *out, const struct frame_header *header, const uint8_t uid[FRAME_UID],
                 const char *mark);
enum frame_status put_frame(struct db *db, uint8_t uid, uint32_t rev, enum frame_kind kind);

int64_t number(struct db *db, const char *query); /* the first column of the first row, or -1 */
void edit(const char *statement);                 /* with plain SQLite, as a thief of the file would */

#endif
