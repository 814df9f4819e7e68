/* Memory that runs out at any allocation of a deposit: nothing acknowledged that is not there, and the next
 * one goes through.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "log.h"
#include "mem.h"
#include "sql.h"

/* Foyer's own allocations are wrapped by the linker (Makefile), SQLite's by its settings. */
enum whose { OURS, SQLITES };
static enum whose failing;
static size_t fail_at, seen;

static bool fails(enum whose whose)
{
    return fail_at != 0 && whose == failing && ++seen == fail_at;
}

static void fail(enum whose whose, size_t n)
{
    failing = whose;
    fail_at = n;
    seen = 0;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__real_strdup(const char *s);
char *__wrap_strdup(const char *s);
char *__real_strndup(const char *s, size_t len);
char *__wrap_strndup(const char *s, size_t len);
char *__real_realpath(const char *name, char *out);
char *__wrap_realpath(const char *name, char *out);

void *__wrap_calloc(size_t n, size_t size)
{
    return fails(OURS) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails(OURS) ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *s)
{
    return fails(OURS) ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t len)
{
    return fails(OURS) ? NULL : __real_strndup(s, len);
}

char *__wrap_realpath(const char *name, char *out)
{
    return fails(OURS) ? NULL : __real_realpath(name, out);
}

static sqlite3_mem_methods usual;

static void *sqlite_malloc(int size)
{
    return fails(SQLITES) ? NULL : usual.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return fails(SQLITES) ? NULL : usual.xRealloc(old, size);
}

TestSuite(memory, .init = fixture_make, .fini = fixture_remove, .timeout = 120);

enum { LOOK = 16 }; /* a look at the whole database after so many failures; FOYER_CUTS: after each */

static struct frame_header nth_header(size_t n)
{
    struct frame_header header = header_of(1, 1, FRAME_FINAL);
    memcpy(header.uid, &n, sizeof n);
    return header;
}

static enum frame_status post(const struct buf *frame)
{
    struct err err = { "" };
    struct db *db = db_open(path, clock_system(), &err);
    enum frame_status status =
        db == NULL ? FRAME_TROUBLE : deposit_frame(db, frame->data, frame->len, AT_S, &err);
    db_close(db);
    return status;
}

/* What is there after an attempt that was, or was not, acknowledged; then once more without trouble. */
static void check(const struct buf *frame, size_t n, bool acknowledged)
{
    struct buf back = BUF_INIT;
    struct frame_header header = nth_header(n);
    struct db *db = open_db();
    int found = deposit_read(db, header.uid, 1, &back, NULL);
    cr_expect(found == 1 || !acknowledged, "allocation %zu: lost", n);
    cr_expect(found == 0 || (back.len == frame->len && memcmp(back.data, frame->data, back.len) == 0),
              "allocation %zu: half there", n);
    cr_expect_eq(number(db, "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'"), 0);
    db_close(db);
    buf_done(&back);
    enum frame_status again = post(frame);
    cr_expect(again == FRAME_STORED || again == FRAME_KNOWN, "allocation %zu: %d afterwards", n, (int)again);
}

/* Foyer's own end the program, so each is tried in one of its own. Returns whether there was an n-th. */
static bool own(size_t n)
{
    struct buf frame = BUF_INIT;
    struct frame_header header = nth_header(n);
    seal(&frame, &header, "");
    pid_t pid = fork();
    if (pid == 0) {
        log_to_file("/dev/null", NULL);
        fail(OURS, n);
        enum frame_status status = post(&frame);
        _exit(seen < n ? 100 : (int)status);
    }
    int status = 0;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status), "allocation %zu: status %x", n, (unsigned)status);
    int code = WEXITSTATUS(status);
    cr_expect(code == MEM_EXIT || code == FRAME_TROUBLE || code == 100 || code == FRAME_STORED,
              "allocation %zu: exit status %d", n, code);
    check(&frame, n, code == FRAME_STORED || code == 100);
    buf_done(&frame);
    return code != 100;
}

Test(memory, none_at_any_of_our_own_allocations)
{
    size_t n = 1;
    while (own(n)) {
        n++;
        cr_assert_lt(n, 1000);
    }
    cr_expect_gt(n, 5);
}

Test(memory, none_at_any_of_sqlites_allocations)
{
    struct buf frame = BUF_INIT;
    bool more = true;
    sqlite3_shutdown();
    cr_assert_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual), SQLITE_OK);
    sqlite3_mem_methods ours = usual;
    ours.xMalloc = sqlite_malloc;
    ours.xRealloc = sqlite_realloc;
    cr_assert_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours), SQLITE_OK);
    size_t n = 1;
    for (; more; n++) {
        struct frame_header header = nth_header(n);
        buf_reset(&frame);
        seal(&frame, &header, "");
        fail(SQLITES, n);
        enum frame_status status = post(&frame);
        more = seen >= n;
        fail(SQLITES, 0);
        cr_expect(status == FRAME_STORED || status == FRAME_TROUBLE, "allocation %zu: %d", n, (int)status);
        if (status == FRAME_STORED || n % LOOK == 0 || getenv("FOYER_CUTS") != NULL) {
            check(&frame, n, status == FRAME_STORED);
        }
        cr_assert_lt(n, 20000);
    }
    cr_expect_gt(n, 50);
    buf_done(&frame);
}
