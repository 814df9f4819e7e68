/* Printing from a process that can start nothing itself: by the helper that was started before. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "helper.h"
#include "lock.h"

static char folder[64], script[96], paper[96];

static void setup(void)
{
    struct buf text = BUF_INIT;
    strcpy(folder, "/tmp/foyer-helper-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(script, sizeof script, "%s/printer", folder);
    snprintf(paper, sizeof paper, "%s/paper", folder);
    buf_addf(&text, "#!/bin/sh\ncat > %s\nif [ \"$1\" = fail ]; then echo out of paper; exit 1; fi\n", paper);
    cr_assert_eq(file_replace(script, text.data, text.len, 0755, NULL), 0);
    buf_done(&text);
}

static void teardown(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_expect_eq(system(command), 0);
}

TestSuite(helper, .init = setup, .fini = teardown, .timeout = 60);

/* What `print` returns in a process that has given up starting anything. */
static int locked(const char *const *printer, int (*print)(void))
{
    struct err err = { "" };
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        if (helper_start(printer, &err) != 0 || lock_filter(LOCK_STAFF, &err) != 0 || fork() != -1 ||
            errno != EPERM) {
            _exit(100);
        }
        _exit(print());
    }
    waitpid(pid, &status, 0);
    cr_assert(WIFEXITED(status), "killed by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

static int print_twice(void)
{
    struct buf document = BUF_INIT;
    struct err err = { "" };
    buf_adds(&document, "%PDF of a patient");
    /* Whatever program is named now: the helper runs the one it was started with. */
    const char *const other[] = { "/bin/false", NULL };
    for (int i = 0; i < 2; i++) {
        if (helper_spool(other, &document, &err) != 0) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
    }
    return 0;
}

Test(helper, a_locked_process_prints_by_it_and_by_no_other_program)
{
    const char *const printer[] = { script, NULL };
    struct buf out = BUF_INIT;
    cr_assert_eq(locked(printer, print_twice), 0);
    cr_assert_eq(file_read(paper, 4096, &out, NULL), 0);
    cr_expect_str_eq(buf_str(&out), "%PDF of a patient");
    buf_done(&out);
}

static int fails_with_reason(void)
{
    struct buf document = BUF_INIT, pdf = BUF_INIT;
    struct err err = { "" };
    buf_adds(&document, "paper");
    if (helper_spool(NULL, &document, &err) == 0 || strstr(err.text, "out of paper") == NULL) {
        return 1;
    }
    err.text[0] = '\0';
    return helper_pdf(&document, &pdf, &err) == 0 || strstr(err.text, "PDF could not be made") == NULL;
}

Test(helper, what_goes_wrong_there_is_told_here)
{
    const char *const printer[] = { script, "fail", NULL };
    cr_expect_eq(locked(printer, fails_with_reason), 0);
}
