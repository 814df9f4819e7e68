/* What is promised of the file itself. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "sql.h"

TestSuite(db, .init = fixture_make, .fini = fixture_remove);

Test(db, rollback_journal_and_full_flushing)
{
    struct db *db = open_db();
    struct sql q;
    sql_prepare(&q, db, "PRAGMA journal_mode");
    cr_assert(sql_row(&q));
    cr_assert_str_eq(sql_get_text(&q, 0), "truncate");
    cr_assert_eq(sql_end(&q, NULL), 0);
    cr_assert_eq(number(db, "PRAGMA synchronous"), 3, "EXTRA");
    cr_assert_eq(number(db, "PRAGMA foreign_keys"), 1);
    cr_assert_eq(number(db, "PRAGMA trusted_schema"), 0);
    cr_assert_eq(number(db, "PRAGMA secure_delete"), 1);
    cr_assert_eq(sql_do(db, "PRAGMA writable_schema = ON", NULL), 0);
    cr_assert_eq(sql_do(db, "DELETE FROM sqlite_schema", NULL), -1, "defensive");
    db_close(db);
}

Test(db, nobody_else_can_read_the_file)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
}

Test(db, an_existing_file_is_left_as_it_is)
{
    struct err err = { "" };
    cr_assert_null(db_create(path, clock_system(), &err));
    cr_assert_not_null(strstr(err.text, "already there"));
    struct db *db = open_db();
    cr_assert_eq(number(db, "SELECT count(*) FROM slot"), 2);
    db_close(db);
}

Test(db, a_newer_schema_is_refused)
{
    struct err err = { "" };
    edit("PRAGMA user_version = 4");
    cr_assert_null(db_open(path, clock_system(), &err));
    cr_assert_not_null(strstr(err.text, "newer"), "%s", err.text);
    edit("PRAGMA user_version = 0");
    cr_assert_null(db_open(path, clock_system(), &err), "nor one there never was");
}

static void write_file(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

Test(db, what_is_not_a_foyer_database_is_refused)
{
    char other[96];
    struct err err = { "" };
    snprintf(other, sizeof other, "%s/other", folder);
    cr_assert_null(db_open(other, clock_system(), &err), "not there");
    cr_assert_not_null(strstr(err.text, "foyer init"));
    write_file(other, "");
    cr_assert_null(db_open(other, clock_system(), &err), "empty");
    write_file(other, "Dear diary, this is a text of more than sixteen bytes.\n");
    cr_assert_null(db_open(other, clock_system(), &err), "text");
    edit("PRAGMA application_id = 1");
    cr_assert_null(db_open(path, clock_system(), &err), "another program's");
    cr_assert_null(db_open(folder, clock_system(), &err), "a folder");
    cr_assert_null(db_open("", clock_system(), &err), "no name");
}

Test(db, a_symbolic_link_is_refused_but_one_above_it_is_not)
{
    char link[96], above[160];
    struct err err = { "" };
    snprintf(link, sizeof link, "%s/link.db", folder);
    cr_assert_eq(symlink(path, link), 0);
    cr_assert_null(db_open(link, clock_system(), &err));
    unlink(link);
    cr_assert_eq(symlink(folder, link), 0);
    snprintf(above, sizeof above, "%s/vault.db", link);
    struct db *db = db_open(above, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_str_eq(db_path(db), path);
    db_close(db);
}

/* A clock that jumps past the gate's deadline, so that the test need not wait. */
static int64_t leap_ms(void *arg)
{
    int64_t *now = arg;
    return *now += 1000;
}

static int64_t no_wall(void *arg)
{
    (void)arg;
    return AT_S;
}

Test(db, a_held_gate_is_trouble_and_not_a_wait_without_end)
{
    int64_t now = 0;
    struct clock clock = { no_wall, leap_ms, &now };
    struct err err = { "" };
    struct db *holder = open_db();
    cr_assert_eq(db_begin(holder, NULL), 0);
    struct db *db = db_open(path, &clock, &err);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_TROUBLE);
    db_rollback(holder);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    db_close(db);
    db_close(holder);
}

Test(db, a_gate_that_cannot_be_made_is_trouble)
{
    char gate[112];
    struct db *db = open_db();
    snprintf(gate, sizeof gate, "%s.gate", path);
    unlink(gate);
    cr_assert_eq(mkdir(gate, 0700), 0);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_TROUBLE);
    rmdir(gate);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    db_close(db);
}

Test(db, what_root_leaves_beside_the_database_is_its_owners)
{
    char gate[112];
    struct stat st;
    if (geteuid() != 0) {
        cr_skip_test("needs root");
    }
    snprintf(gate, sizeof gate, "%s.gate", path);
    unlink(gate);
    cr_assert_eq(chown(path, 12345, 12346), 0);
    struct db *db = open_db();
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    db_close(db);
    cr_assert_eq(stat(gate, &st), 0);
    cr_assert_eq(st.st_uid, 12345);
    snprintf(gate, sizeof gate, "%s-journal", path);
    cr_assert_eq(stat(gate, &st), 0);
    cr_assert_eq(st.st_uid, 12345);
}

Test(db, a_database_with_no_room_left_is_trouble_and_stays_whole)
{
    struct db *db = open_db();
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_geq(number(db, "PRAGMA max_page_count = 1"), 1); /* no fewer than there are */
    struct buf frame = BUF_INIT;
    struct err err = { "" };
    struct frame_header header = header_of(2, 1, FRAME_FINAL);
    seal(&frame, &header, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_TROUBLE);
    cr_assert_not_null(strstr(err.text, "full"), "%s", err.text);
    cr_assert_geq(number(db, "PRAGMA max_page_count = 100000"), 1);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_STORED);
    db_close(db);
    buf_done(&frame);
}

/* In a child: writes fail from the journal on. Returns the child's status. */
static int in_child(int (*body)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(body());
    }
    int status = 0;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status), "status %x", (unsigned)status);
    return WEXITSTATUS(status);
}

static int deposit_with_no_writes(void)
{
    struct db *db = db_open(path, clock_system(), NULL);
    struct rlimit limit = { 600, 600 };
    signal(SIGXFSZ, SIG_IGN);
    if (db == NULL || setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
        put_frame(db, 2, 1, FRAME_FINAL) != FRAME_TROUBLE) {
        return 1;
    }
    /* An I/O error is the end of this db, even if the disk is well again. */
    int after = put_frame(db, 3, 1, FRAME_FINAL) == FRAME_TROUBLE ? 0 : 2;
    db_close(db);
    return after;
}

Test(db, after_a_failed_write_nothing_is_acknowledged_and_nothing_is_lost)
{
    struct db *db = open_db();
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(in_child(deposit_with_no_writes), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 1);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_FINAL), FRAME_STORED, "another process goes on");
    db_close(db);
}

enum { WRITERS = 8, EACH = 12 };

Test(db, eight_writers_at_once_lose_nothing)
{
    pid_t pid[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        pid[i] = fork();
        if (pid[i] == 0) {
            struct db *db = db_open(path, clock_system(), NULL);
            int bad = db == NULL;
            for (uint32_t rev = 1; !bad && rev <= EACH; rev++) {
                bad = put_frame(db, (uint8_t)(i + 1), rev, rev < EACH ? FRAME_DRAFT : FRAME_FINAL) !=
                      FRAME_STORED;
            }
            db_close(db);
            _exit(bad);
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = 0;
        waitpid(pid[i], &status, 0);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "writer %d: %x", i, (unsigned)status);
    }
    struct db *db = open_db();
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), WRITERS);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 2"), WRITERS);
    cr_assert_eq(number(db, "SELECT max(seq) FROM deposit"), WRITERS * EACH, "no seq twice");
    db_close(db);
}

Test(db, a_change_by_another_is_seen)
{
    struct db *db = open_db(), *other = open_db();
    int64_t before = db_data_version(db, NULL);
    cr_assert_eq(db_data_version(db, NULL), before);
    cr_assert_eq(put_frame(other, 1, 1, FRAME_HELP), FRAME_STORED);
    cr_assert_neq(db_data_version(db, NULL), before);
    db_close(db);
    db_close(other);
}
