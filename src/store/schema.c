#include "schema.h"

#include <assert.h>

/* Nothing about a patient stands in clear in any table: uid, rev, kind and times are all a thief of the file
 * sees. Every blob that could be long stands last in its row, so that reading the rest stays cheap. */
static const char *const step[DB_VERSION] = {
    "CREATE TABLE meta ("
    "  name TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    /* A pair of clinic keys. The secret halves are sealed under the two master keys. */
    "CREATE TABLE epoch ("
    "  number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 4294967295),"
    "  made_s INTEGER NOT NULL,"
    "  desk_public BLOB NOT NULL CHECK (length(desk_public) = 32),"
    "  body_public BLOB NOT NULL CHECK (length(body_public) = 32),"
    "  desk_secret BLOB NOT NULL,"
    "  body_secret BLOB NOT NULL"
    ") STRICT;"

    /* Who can open the vault: the master keys, wrapped under a key made from a passphrase. */
    "CREATE TABLE slot ("
    "  user TEXT PRIMARY KEY,"
    "  role TEXT NOT NULL CHECK (role IN ('clinician', 'desk', 'viewer', 'auditor', 'recovery')),"
    "  made_s INTEGER NOT NULL,"
    "  passes INTEGER NOT NULL,"
    "  memory INTEGER NOT NULL,"
    "  salt BLOB NOT NULL CHECK (length(salt) = 16),"
    "  desk_key BLOB,"
    "  body_key BLOB"
    ") STRICT;"

    /* What came through the slot, byte for byte: the three parts of record/frame.h, to be put together again.
     * AUTOINCREMENT: a seq is never used twice, so that copies that go on from the last seq miss nothing. */
    "CREATE TABLE deposit ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  uid BLOB NOT NULL CHECK (length(uid) = 16),"
    "  rev INTEGER NOT NULL CHECK (rev BETWEEN 1 AND 4294967295),"
    "  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),"
    "  received_s INTEGER NOT NULL,"
    "  header BLOB NOT NULL,"
    "  seals BLOB NOT NULL,"
    "  bodies BLOB NOT NULL,"
    "  UNIQUE (uid, rev)"
    ") STRICT;"
    "CREATE INDEX deposit_call ON deposit (received_s, seq) WHERE kind IN (3, 4);"

    /* What a key holder wrote down about a deposit when first opening it. It goes with its draft. Filed in
     * the order of seq, so that the highest seq here says where to go on. */
    "CREATE TABLE filing ("
    "  seq INTEGER PRIMARY KEY REFERENCES deposit (seq) ON DELETE CASCADE,"
    "  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),"
    "  rev INTEGER NOT NULL,"
    "  desk_key BLOB,"
    "  body_key BLOB,"
    "  summary_rev INTEGER NOT NULL,"
    "  summary BLOB NOT NULL"
    ") STRICT;"

    /* What staff add: sealed, appended, never overwritten. */
    "CREATE TABLE event ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  uid BLOB NOT NULL CHECK (length(uid) = 16),"
    "  rev INTEGER NOT NULL,"
    "  actor TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  body BLOB NOT NULL,"
    "  UNIQUE (uid, rev)"
    ") STRICT;"

    "CREATE TABLE audit ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  at_s INTEGER NOT NULL,"
    "  actor TEXT NOT NULL,"
    "  act TEXT NOT NULL,"
    "  uid BLOB,"
    "  detail TEXT NOT NULL,"
    "  hash BLOB NOT NULL CHECK (length(hash) = 32)"
    ") STRICT;",

    /* 2: accounts, what staff add, and a queue that is read by what changed. */

    /* The key under which an intake's events are sealed, itself sealed under the body master key. Of its own:
     * a draft's key goes with the draft. */
    "CREATE TABLE casekey ("
    "  uid BLOB PRIMARY KEY CHECK (length(uid) = 16),"
    "  key BLOB NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    /* The last time an intake's row in the queue became another. AUTOINCREMENT: a reader that goes on from
     * the last change misses nothing. */
    "CREATE TABLE touched ("
    "  change INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16)"
    ") STRICT;"

    /* Calls that a person has acknowledged. */
    "CREATE TABLE seen ("
    "  uid BLOB PRIMARY KEY CHECK (length(uid) = 16),"
    "  at_s INTEGER NOT NULL,"
    "  actor TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    /* Intakes that were erased: nothing is taken in under such a uid, and a restored backup is gone through
     * by this list. */
    "CREATE TABLE tombstone ("
    "  uid BLOB PRIMARY KEY CHECK (length(uid) = 16),"
    "  at_s INTEGER NOT NULL,"
    "  actor TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    /* Accounts that wait for somebody with the keys. */
    "CREATE TABLE proposal ("
    "  user TEXT PRIMARY KEY,"
    "  role TEXT NOT NULL CHECK (role IN ('clinician', 'desk', 'viewer', 'auditor')),"
    "  actor TEXT NOT NULL,"
    "  at_s INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    /* Wrong passphrases in a row. */
    "CREATE TABLE failure ("
    "  user TEXT PRIMARY KEY,"
    "  count INTEGER NOT NULL,"
    "  last_s INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;",

    /* 3: slips of returning patients, for one day each (slip.h). */
    "CREATE TABLE slip ("
    "  day TEXT NOT NULL,"
    "  code INTEGER NOT NULL CHECK (code BETWEEN 0 AND 9999),"
    "  uid BLOB NOT NULL CHECK (length(uid) = 16),"
    "  used_by BLOB CHECK (length(used_by) = 16),"
    "  carried INTEGER NOT NULL DEFAULT 0,"
    "  PRIMARY KEY (day, code)"
    ") STRICT, WITHOUT ROWID;",
};

const char *schema_step(int version)
{
    assert(version >= 1 && version <= DB_VERSION);
    return step[version - 1];
}
