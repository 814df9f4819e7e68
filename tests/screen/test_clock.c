/* The clock is moved under programs that run: by days, back, to 1970. Idle time and what is on the screen go
 * on; nothing is lost; no date is wrong that does not say so; staff are told. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "clinic.h"
#include "deposit.h"
#include "file.h"
#include "staffer.h"

enum { HOUR_S = 3600, DAY_S = 86400 };

static struct clinic_folder clinic;
static char passphrase[96];
static volatile int64_t *shift; /* seconds beside the real time, for every program that runs */
static int64_t right;           /* what makes it TEST_NOW */

static void set_up(void)
{
    char path[96];
    staffer_open(&clinic, passphrase);
    snprintf(path, sizeof path, "%s/clock", clinic.path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(fd >= 0 && ftruncate(fd, sizeof *shift) == 0);
    void *map = mmap(NULL, sizeof *shift, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    cr_assert(map != MAP_FAILED);
    close(fd);
    shift = map;
    *shift = right = STAFFER_NOW_S - (int64_t)time(NULL);
    setenv("FOYER_TEST_NOW", path, 1);
}

static void tear_down(void)
{
    clinic_close(&clinic);
}

TestSuite(clock, .init = set_up, .fini = tear_down, .timeout = 120);

static void move_to(int64_t seconds_from_right)
{
    *shift = right + seconds_from_right;
}

static void to_1970(void)
{
    *shift = HOUR_S - (int64_t)time(NULL);
}

static void foyer_says(const char *const *args, const char *want, bool there)
{
    struct buf out = BUF_INIT;
    cr_expect_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    cr_expect_eq(strstr(buf_str(&out), want) != NULL, there, "\"%s\" is %s:\n%s", want,
                 there ? "not said" : "said", buf_str(&out));
    buf_done(&out);
}
#define SAYS(want, ...)                                                                                      \
    foyer_says((const char *const[]){ __VA_ARGS__, "--passphrase-fd", "0", NULL }, want, true)
#define SAYS_NOT(want, ...)                                                                                  \
    foyer_says((const char *const[]){ __VA_ARGS__, "--passphrase-fd", "0", NULL }, want, false)

static bool logged(const char *text)
{
    char path[128];
    struct buf log = BUF_INIT;
    snprintf(path, sizeof path, "%s/kiosk.log", clinic.path);
    cr_assert_eq(file_read(path, 1 << 20, &log, NULL), 0);
    bool found = strstr(buf_str(&log), text) != NULL;
    buf_done(&log);
    return found;
}

static const char doubt[] = "not known to be right";

/* Ahead while the answers are given, in 1970 when it is signed and deposited, ahead again when it is filed.
 */
Test(clock, a_visit_through_jumps_is_filed_on_its_own_day_and_marked)
{
    char id[9];
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    move_to(40 * DAY_S);
    walk_plain_answers(t);
    SAYS("Ana Quillfeather", "close-day"); /* it is not finished, and it stays */
    to_1970();
    walk_sign(t, "Ana Quillfeather");
    term_close(t);
    cr_expect(logged("the clock was moved from 2026-11-21"));
    move_to(30 * DAY_S);
    SAYS("Ana Quillfeather", "list");
    move_to(0);
    clinic_intake(&clinic, 0, id); /* of today */
    SAYS(doubt, "show", id);
    SAYS("Asked on    2026-11-21", "show", id);
    SAYS("UNDECIDED", "close-day");
}

/* A clock that is put right before anybody has begun is no reason for doubt. */
Test(clock, a_patient_who_begins_after_it_was_moved_has_the_right_times)
{
    char id[9];
    move_to(-3 * HOUR_S);
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    move_to(0);
    walk_to_questions(t, "Ana Quillfeather");
    walk_plain_answers(t);
    walk_sign(t, "Ana Quillfeather");
    term_close(t);
    clinic_intake(&clinic, 0, id);
    SAYS("started 2026-11-21 10:", "show", id);
    SAYS_NOT(doubt, "show", id);
}

/* Between unlocking and signing. */
Test(clock, staff_unlock_again_before_they_sign_on_another_day)
{
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = staffer_review(&clinic, 24, 100);
    staffer_unlock(t, passphrase);
    press(t, "\r", "3.6 INR");
    press(t, "d", "Your decision");
    press(t, "4", "Signed by demo"); /* do not treat */
    press(t, "said aloud", "said aloud");
    move_to(2 * DAY_S);
    term_expect(t, "The clock was moved: it now says 2026-11-23 ");
    term_expect(t, "Passphrase");
    move_to(0);
    staffer_unlock(t, passphrase);
    term_expect(t, "1 unfinished text of yours is kept");
    term_close(t);
    SAYS("UNDECIDED", "close-day"); /* nothing was signed */
}
