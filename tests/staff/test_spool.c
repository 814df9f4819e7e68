/* A document to the printer's program. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "spool.h"

static struct buf document(void)
{
    struct buf document = BUF_INIT;
    for (int i = 0; i < 20000; i++) {
        buf_adds(&document, "a line of the document\n");
    }
    return document;
}

Test(spool, the_program_gets_the_whole_document_and_nothing_else)
{
    char path[] = "/tmp/foyer-spool-XXXXXX", command[160];
    close(mkstemp(path));
    snprintf(command, sizeof command, "cat > %s; env | grep -c . >> %s; echo \"$FOYER_SECRET\" >> %s", path,
             path, path);
    setenv("FOYER_SECRET", "not for printers", 1);
    const char *const argv[] = { "/bin/sh", "-c", command, NULL };
    struct buf sent = document(), got = BUF_INIT;
    struct err err = { "" };
    cr_assert_eq(spool_send(argv, &sent, &err), 0, "%s", err.text);
    cr_assert_eq(file_read(path, 1024 * 1024, &got, NULL), 0);
    cr_expect_eq(memcmp(got.data, sent.data, sent.len), 0);
    cr_expect_null(strstr(buf_str(&got), "not for printers"));
    unlink(path);
    buf_done(&sent);
    buf_done(&got);
}

Test(spool, what_the_program_says_is_told)
{
    const char *const argv[] = { "/bin/sh", "-c", "echo no such printer >&2; exit 1", NULL };
    struct buf sent = document();
    struct err err = { "" };
    cr_expect_eq(spool_send(argv, &sent, &err), -1);
    cr_expect_not_null(strstr(err.text, "no such printer"), "%s", err.text);
    buf_done(&sent);
}

Test(spool, a_program_that_is_not_there_is_told)
{
    const char *const argv[] = { "/nonexistent/lp", NULL };
    struct buf sent = document();
    struct err err = { "" };
    cr_expect_eq(spool_send(argv, &sent, &err), -1);
    cr_expect_not_null(strstr(err.text, "/nonexistent/lp did not print"), "%s", err.text);
    buf_done(&sent);
}
