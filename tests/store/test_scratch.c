/* What was typed and not yet added: sealed, one place a session, handed on when the session is gone. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "erase.h"
#include "file.h"
#include "fixture.h"
#include "scratch.h"

static struct db *db;
static struct vault *vault;

static void setup(void)
{
    struct err err = { "" };
    fixture_make();
    db = open_db();
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_FINAL), FRAME_STORED);
}

static void teardown(void)
{
    vault_lock(vault);
    db_close(db);
    fixture_remove();
}

TestSuite(scratch, .init = setup, .fini = teardown);

/* About the intake whose uid is all `uid`; "": nothing any more. */
static void save_about(struct scratch *s, uint8_t uid, const char *text)
{
    struct err err = { "" };
    struct scratch_text one = { .text = text };
    memset(one.uid, uid, sizeof one.uid);
    cr_assert_eq(scratch_save(s, vault, &one, *text != '\0', &err), 0, "%s", err.text);
}

static void save(struct scratch *s, const char *text)
{
    save_about(s, 1, text);
}

/* Files that hold what somebody typed. */
static int files(void)
{
    char count[160];
    snprintf(count, sizeof count, "exit $(ls %s | grep -c typed-)", folder);
    return WEXITSTATUS(system(count));
}

static void expect_left(struct scratch *s, const char *const *texts)
{
    struct buf text = BUF_INIT;
    for (; *texts != NULL; texts++) {
        cr_assert_eq(scratch_left(s, vault, &text, NULL), 1, "\"%s\" was not left", *texts);
        cr_expect_str_eq(buf_str(&text), *texts);
        buf_wipe(&text);
    }
    cr_expect_eq(scratch_left(s, vault, &text, NULL), 0);
    buf_wipe(&text);
}
#define LEFT(s, ...) expect_left(s, (const char *const[]){ __VA_ARGS__, NULL })

Test(scratch, text_is_left_to_the_next_session_and_goes_when_it_is_written)
{
    struct scratch s;
    cr_assert_eq(scratch_open(&s, vault, NULL), 0);
    cr_expect_eq(scratch_left(&s, vault, NULL, NULL), 0);
    save(&s, "half a note");
    save(&s, "half a note more");
    scratch_close(&s);
    cr_assert_eq(scratch_open(&s, vault, NULL), 0);
    LEFT(&s, "half a note more");
    save(&s, "");
    scratch_close(&s);
    cr_assert_eq(scratch_open(&s, vault, NULL), 0);
    cr_expect_eq(scratch_left(&s, vault, NULL, NULL), 0);
    scratch_close(&s);
}

Test(scratch, two_windows_of_one_person_do_not_write_over_each_other)
{
    struct scratch a, b, c;
    cr_assert_eq(scratch_open(&a, vault, NULL), 0);
    save(&a, "first");
    cr_assert_eq(scratch_open(&b, vault, NULL), 0);
    cr_expect_eq(scratch_left(&b, vault, NULL, NULL), 0, "the text of a window that is open is its own");
    save(&b, "second");
    scratch_close(&a);
    scratch_close(&b);
    cr_assert_eq(scratch_open(&c, vault, NULL), 0);
    LEFT(&c, "first", "second");
    save(&c, "both");
    cr_expect_eq(files(), 1);
    scratch_close(&c);
    cr_assert_eq(scratch_open(&a, vault, NULL), 0);
    LEFT(&a, "both");
    scratch_close(&a);
}

Test(scratch, text_that_was_changed_on_the_disk_is_refused_and_kept)
{
    struct scratch s;
    struct err err = { "" };
    struct buf text = BUF_INIT;
    char found[160];
    cr_assert_eq(scratch_open(&s, vault, NULL), 0);
    save(&s, "zanzibar");
    scratch_close(&s);
    snprintf(found, sizeof found, "ls %s/*.typed-* > %s/name", folder, folder);
    cr_assert_eq(system(found), 0);
    snprintf(found, sizeof found, "%s/name", folder);
    cr_assert_eq(file_read(found, 256, &text, NULL), 0);
    snprintf(found, sizeof found, "%.*s", (int)strcspn(buf_str(&text), "\n"), buf_str(&text));
    cr_assert_eq(file_read(found, 4096, &text, NULL), 0);
    cr_expect_null(memmem(text.data, text.len, "zanzibar", 8), "clear on the disk");
    text.data[text.len - 1] ^= 1;
    cr_assert_eq(file_replace(found, text.data, text.len, 0600, NULL), 0);
    buf_done(&text);
    cr_assert_eq(scratch_open(&s, vault, NULL), 0);
    cr_expect_eq(scratch_left(&s, vault, &text, &err), -1);
    cr_expect(strstr(err.text, "cannot be opened") != NULL, "%s", err.text);
    cr_expect_eq(scratch_left(&s, vault, &text, NULL), 0);
    scratch_close(&s);
    buf_done(&text);
}

Test(scratch, what_was_typed_about_an_erased_intake_goes_with_it)
{
    struct scratch s, other;
    struct err err = { "" };
    struct buf list = BUF_INIT;
    uint8_t first[FRAME_UID], second[FRAME_UID];
    memset(first, 1, sizeof first);
    memset(second, 2, sizeof second);
    struct scratch_text text[2] = { { .text = "about one" }, { .text = "about two" } };
    memcpy(text[0].uid, first, FRAME_UID);
    memcpy(text[1].uid, second, FRAME_UID);
    cr_assert_eq(scratch_open(&s, vault, NULL), 0);
    cr_assert_eq(scratch_save(&s, vault, text, 2, &err), 0, "%s", err.text);
    cr_assert_eq(scratch_open(&other, vault, NULL), 0);
    save_about(&other, 1, "another window, the same intake");
    scratch_close(&other);
    cr_expect_eq(files(), 3);
    cr_assert_eq(erase_intake(vault, first, "asked for it", AT_S, &err), 1, "%s", err.text);
    cr_expect_eq(files(), 1);
    /* The window that has the text does not bring it back. */
    cr_assert_eq(scratch_save(&s, vault, text, 2, &err), 0, "%s", err.text);
    cr_expect_eq(files(), 1);
    scratch_close(&s);
    cr_assert_eq(scratch_open(&s, vault, NULL), 0);
    LEFT(&s, "about two");
    scratch_close(&s);
    /* After a restore nobody unlocks. */
    cr_assert_eq(erase_list(db, &list, &err), 0);
    deposit_long(second, list.data);
    list.data[DEPOSIT_LONG - 1] = ' ';
    cr_assert_eq(erase_again(db, buf_str(&list), "root", AT_S, &err), 1, "%s", err.text);
    cr_expect_eq(files(), 0);
    buf_done(&list);
}
