/* The program foyer-relay between a kiosk and a clinic, with a network that fails in every way a test can
 * make it. */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "frames.h"
#include "slot.h"

TestSuite(relay, .init = slot_open, .fini = slot_close, .timeout = 120);

static bool log_says(const char *words)
{
    char path[128];
    struct buf log = BUF_INIT;
    in_folder(path, "log");
    bool says = file_read(path, 1 << 20, &log, NULL) == 0 && strstr(buf_str(&log), words) != NULL;
    buf_done(&log);
    return says;
}

/* Waits until so many files are left in the outbox. */
static void expect_waiting(int n)
{
    for (int tries = 0; files_in("relay/outbox") != n; tries++) {
        cr_assert_lt(tries, 3000, "%d wait", files_in("relay/outbox"));
        poll(NULL, 0, 10);
    }
}

static void expect_order(int n)
{
    cr_assert_eq(slot->n, n);
    for (int i = 1; i < n; i++) {
        cr_expect_gt(slot->number[i], slot->number[i - 1], "%d: %u after %u", i, slot->number[i],
                     slot->number[i - 1]);
    }
}

Test(relay, the_kiosk_hears_what_the_clinic_says)
{
    struct buf frame = BUF_INIT;
    relay_start(0);
    frame_of(&frame, 1, 1, FRAME_FINAL);
    cr_expect_eq(kiosk_posts_bytes(frame.data, frame.len, false), FRAME_STORED);
    cr_expect_eq(kiosk_posts_bytes(frame.data, frame.len, false), FRAME_KNOWN);
    slot->seen = true;
    cr_expect_eq(kiosk_posts_bytes(frame.data, frame.len, false), FRAME_SEEN);
    slot->refuse = 2;
    cr_expect_eq(kiosk_posts(2, 1, FRAME_FINAL), FRAME_REFUSED);
    cr_expect_eq(slot->n, 1);
    expect_waiting(0);
    cr_expect_eq(line_tries(), 1, "over one connection");
    buf_done(&frame);
}

Test(relay, without_a_network_it_holds_and_then_sends_in_order_once_each)
{
    line_cut();
    relay_start(0);
    for (uint32_t n = 1; n <= 20; n++) {
        cr_expect_eq(kiosk_posts(n, 1, FRAME_FINAL), FRAME_HELD, "%u", n);
    }
    cr_expect_eq(files_in("relay/outbox"), 20);
    cr_expect_eq(slot->posts, 0);
    line_mend();
    slot_expect(20);
    expect_waiting(0);
    expect_order(20);
    cr_expect_eq(slot->posts, 20);
    cr_expect(log_says("the clinic cannot be reached"));
}

Test(relay, a_new_record_wakes_the_line_that_was_given_up)
{
    line_cut();
    relay_start(0);
    cr_expect_eq(kiosk_posts(1, 1, FRAME_FINAL), FRAME_HELD);
    poll(NULL, 0, 4000); /* the next try is seconds away, the one after that ten */
    line_mend();
    cr_expect_neq(kiosk_posts(2, 1, FRAME_FINAL), FRAME_TROUBLE);
    slot_expect(2);
    expect_order(2);
}

Test(relay, it_waits_longer_and_longer_for_a_network_that_stays_away)
{
    line_cut();
    relay_start(0);
    cr_expect_eq(kiosk_posts(1, 1, FRAME_FINAL), FRAME_HELD);
    poll(NULL, 0, 2500);
    cr_expect_leq(line_tries(), 3);
    cr_expect_geq(line_tries(), 1);
}

Test(relay, with_nothing_to_send_nobody_is_called)
{
    relay_start(0);
    poll(NULL, 0, 300);
    cr_expect_eq(line_tries(), 0);
}

Test(relay, an_acknowledgement_that_is_lost_makes_no_second_intake)
{
    relay_start(0);
    cr_expect_eq(kiosk_posts(1, 1, FRAME_FINAL), FRAME_STORED);
    slot->silent = 2; /* stored, and the line says "not now" */
    cr_expect_eq(kiosk_posts(2, 1, FRAME_FINAL), FRAME_HELD);
    slot_expect(2);
    cr_expect_eq(kiosk_posts(3, 1, FRAME_FINAL), FRAME_STORED);
    expect_waiting(0);
    expect_order(3);
    cr_expect_eq(slot->known, 2);
}

Test(relay, a_line_that_breaks_again_and_again_loses_and_doubles_nothing)
{
    relay_start(0);
    for (uint32_t n = 1; n <= 60; n++) {
        enum frame_status status = kiosk_posts(n, 1, FRAME_FINAL);
        cr_expect(status == FRAME_STORED || status == FRAME_HELD, "%u: %d", n, (int)status);
        if (n % 4 == 0) {
            line_cut();
            line_mend();
        }
    }
    slot_expect(60);
    expect_waiting(0);
    expect_order(60);
}

Test(relay, killed_at_random_points_nothing_acknowledged_is_lost_or_doubled)
{
    enum { ROUNDS = 80 };
    bool acknowledged[ROUNDS + 1] = { false };
    struct buf frame = BUF_INIT;
    for (uint32_t n = 1; n <= ROUNDS; n++) {
        if (n % 3 == 0) {
            line_cut();
        } else {
            line_mend();
        }
        pid_t pid = relay_start(0);
        pid_t killer = fork();
        if (killer == 0) {
            poll(NULL, 0, (int)randombytes_uniform(30));
            kill(pid, SIGKILL);
            _exit(0);
        }
        enum frame_status status = kiosk_posts(n, 1, FRAME_FINAL);
        acknowledged[n] = status == FRAME_STORED || status == FRAME_HELD;
        waitpid(killer, NULL, 0);
        relay_kill();
    }
    line_mend();
    relay_start(0);
    cr_expect_neq(kiosk_posts(ROUNDS + 1, 1, FRAME_FINAL), FRAME_TROUBLE);
    expect_waiting(0);
    int said = 0;
    for (uint32_t n = 1; n <= ROUNDS; n++) {
        int found = 0;
        for (int i = 0; i < slot->n; i++) {
            found += slot->number[i] == n;
        }
        cr_expect(found == 1 || (found == 0 && !acknowledged[n]), "record %u is there %d times", n, found);
        said += acknowledged[n];
    }
    expect_order(slot->n);
    cr_expect(said > 0 && said < ROUNDS, "%d of %d were acknowledged: that proves nothing", said, ROUNDS);
    cr_expect_eq(files_in("relay/refused"), 0, "none was torn");
    buf_done(&frame);
}

Test(relay, one_that_the_clinic_refuses_is_kept_on_both_sides_and_holds_nobody_up)
{
    line_cut();
    relay_start(0);
    for (uint32_t n = 1; n <= 5; n++) {
        cr_expect_eq(kiosk_posts(n, 1, FRAME_FINAL), FRAME_HELD);
    }
    slot->refuse = 2;
    line_mend();
    slot_expect(4);
    expect_waiting(0);
    expect_order(4);
    cr_expect_eq(files_in("relay/refused"), 1);
    cr_expect_eq(files_in("clinic/refused"), 1, "where staff are told of it");
    cr_expect(log_says("refuses it"));
}

Test(relay, one_on_which_the_line_ends_each_time_holds_the_others_up_for_a_while_only)
{
    relay_start(0);
    slot->deadly = 2;
    cr_expect_eq(kiosk_posts(1, 1, FRAME_FINAL), FRAME_STORED);
    cr_expect_eq(kiosk_posts(2, 1, FRAME_FINAL), FRAME_HELD);
    uint32_t n = 3;
    for (; slot->n < 2; n++) { /* each wakes the line */
        cr_assert_lt(n, 30, "the others wait for ever");
        cr_expect_neq(kiosk_posts(n, 1, FRAME_FINAL), FRAME_TROUBLE);
        poll(NULL, 0, 2100);
    }
    expect_waiting(1);
    slot_expect((int)n - 2);
    expect_order((int)n - 2);
    cr_expect_eq(files_in("relay/refused"), 0, "nobody has refused it: it is tried again");
}

Test(relay, a_clinic_that_cannot_store_now_is_asked_again)
{
    relay_start(0);
    slot->trouble = true;
    cr_expect_eq(kiosk_posts(1, 1, FRAME_FINAL), FRAME_HELD);
    cr_expect_eq(files_in("relay/outbox"), 1);
    slot->trouble = false;
    slot_expect(1);
    expect_waiting(0);
}

Test(relay, with_a_full_disk_it_passes_on_what_the_clinic_takes_at_once)
{
    relay_start(600);
    cr_expect_eq(kiosk_posts(1, 1, FRAME_FINAL), FRAME_TROUBLE, "no line yet, and no disk");
    line_cut();
    relay_kill();
    relay_start(0);
    cr_expect_eq(kiosk_posts(2, 1, FRAME_FINAL), FRAME_HELD);
    relay_kill();
    line_mend();
    relay_start(600); /* what waits brings the line up */
    slot_expect(1);
    cr_expect_eq(kiosk_posts(3, 1, FRAME_FINAL), FRAME_STORED);
    line_cut();
    cr_expect_eq(kiosk_posts(4, 1, FRAME_FINAL), FRAME_TROUBLE,
                 "it never says held of what it does not hold");
    cr_expect_eq(slot->n, 2);
}

Test(relay, of_one_intake_only_the_newest_draft_waits_and_none_beside_its_final)
{
    line_cut();
    relay_start(0);
    cr_expect_eq(kiosk_posts(1, 1, FRAME_DRAFT), FRAME_HELD);
    cr_expect_eq(kiosk_posts(1, 2, FRAME_DRAFT), FRAME_HELD);
    cr_expect_eq(kiosk_posts(2, 1, FRAME_DRAFT), FRAME_HELD);
    cr_expect_eq(files_in("relay/outbox"), 2);
    cr_expect_eq(kiosk_posts(1, 3, FRAME_FINAL), FRAME_HELD);
    cr_expect_eq(files_in("relay/outbox"), 2);
    line_mend();
    slot_expect(2);
    cr_expect_eq(slot->number[0], 2);
    cr_expect_eq(slot->number[1], 1);
    cr_expect_eq(slot->rev[1], 3);
}

Test(relay, a_call_that_is_asked_after_lies_there_once)
{
    struct buf call = BUF_INIT;
    line_cut();
    relay_start(0);
    frame_of(&call, 1, 1, FRAME_ALERT);
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(kiosk_posts_bytes(call.data, call.len, false), FRAME_HELD,
                     "nobody has been told, and nobody says so");
    }
    cr_expect_eq(files_in("relay/outbox"), 1);
    line_mend();
    slot_expect(1);
    slot->seen = true;
    cr_expect_eq(kiosk_posts_bytes(call.data, call.len, false), FRAME_SEEN);
    buf_done(&call);
}

Test(relay, what_is_no_record_is_refused_and_not_kept)
{
    uint8_t noise[3000];
    struct buf frame = BUF_INIT;
    line_cut();
    relay_start(0);
    randombytes_buf(noise, sizeof noise);
    noise[0] = 'X';
    cr_expect_eq(kiosk_posts_bytes(noise, sizeof noise, false), FRAME_REFUSED);
    frame_of(&frame, 1, 1, FRAME_FINAL);
    cr_expect_eq(kiosk_posts_bytes(frame.data, frame.len - 1, true), FRAME_TROUBLE, "cut short");
    frame.data[8] = 0x7f; /* a length of 2 GiB */
    cr_expect_eq(kiosk_posts_bytes(frame.data, frame.len, false), FRAME_REFUSED);
    frame.data[8] = 0;
    frame.data[13] = 0x70; /* reserved bits */
    cr_expect_eq(kiosk_posts_bytes(frame.data, frame.len, false), FRAME_REFUSED);
    cr_expect_eq(files_in("relay/outbox"), 0);
    buf_done(&frame);
}

Test(relay, forty_silent_screens_do_not_keep_a_patient_from_being_heard)
{
    relay_start(0);
    char path[128];
    in_folder(path, "kiosk.sock");
    pid_t crowd = fork();
    if (crowd == 0) {
        for (int i = 0; i < 40; i++) {
            if (fork() == 0) {
                (void)kiosk_posts_bytes("FOYR", 4, false);
                _exit(0);
            }
        }
        _exit(0);
    }
    waitpid(crowd, NULL, 0);
    poll(NULL, 0, 200);
    cr_expect_eq(kiosk_posts(1, 1, FRAME_FINAL), FRAME_STORED);
}

Test(relay, who_answers_there_and_is_no_hand_in_is_not_believed)
{
    static const char *const line[] = {
        "echo 'Welcome to Debian'; exec sleep 60", /* a machine's greeting */
        "printf 'FYR1\\1\\0\\0\\0FYR1\\1\\0\\0\\0'; exec sleep 60",
        "printf 'FYRH\\1\\0\\0\\0FYR1\\1\\0\\0\\0'; exec sleep 60", /* stored, before it can have it */
        "printf 'FYRH\\1\\0\\0\\0'; head -c 2440 > /dev/null; printf 'FYR1\\7\\0\\0\\0'; exec sleep 60",
    };
    for (uint32_t i = 0; i < sizeof line / sizeof *line; i++) {
        line_is(line[i]);
        relay_start(0);
        enum frame_status status = kiosk_posts(i + 1, 1, FRAME_FINAL);
        cr_expect_eq(status, FRAME_HELD, "%d: %s", (int)status, line[i]);
        cr_expect_eq(files_in("relay/outbox"), (int)i + 1, "%s", line[i]);
        relay_kill();
    }
}

Test(relay, a_file_in_the_sockets_place_is_left_alone)
{
    char command[512], path[128];
    struct buf text = BUF_INIT;
    in_folder(path, "file");
    cr_assert_eq(file_replace(path, "kept", 4, 0600, NULL), 0);
    snprintf(command, sizeof command,
             "timeout 5 " BIN "/foyer-relay --folder %s --listen %s -- /bin/true 2> %s/log", folder, path,
             folder);
    cr_expect_eq(WEXITSTATUS(system(command)), 1);
    cr_expect(log_says("no socket"));
    cr_expect_eq(file_read(path, 64, &text, NULL), 0);
    cr_expect_str_eq(buf_str(&text), "kept");
    buf_done(&text);
}

/* ---- the hand-in by itself
 * ------------------------------------------------------------------------------------------ */

static int hand_in(const char *input, struct buf *out)
{
    char command[1024], path[128];
    snprintf(command, sizeof command,
             "%s | " BIN "/foyer-relay --hand-in --socket %s/clinic/slot --folder %s/clinic/refused > %s/out",
             input, folder, folder, folder);
    int status = system(command);
    in_folder(path, "out");
    cr_assert_eq(file_read(path, 1 << 20, out, NULL), 0);
    return WEXITSTATUS(status);
}

Test(relay, the_hand_in_greets_and_ends_when_the_other_end_does)
{
    struct buf out = BUF_INIT;
    cr_expect_eq(hand_in("true", &out), 0);
    cr_assert_eq(out.len, 8);
    cr_expect_eq(memcmp(out.data, "FYRH\1\0\0\0", 8), 0);
    buf_done(&out);
}

Test(relay, the_hand_in_posts_nothing_that_is_no_record_and_runs_no_command)
{
    struct buf out = BUF_INIT;
    cr_expect_neq(hand_in("echo 'touch /tmp/owned; GET / HTTP/1.0'", &out), 0);
    cr_expect_neq(hand_in("head -c 1000000 /dev/zero", &out), 0);
    cr_expect_neq(hand_in("printf 'FOYR\\0\\1\\0\\0\\0\\0\\1\\0'", &out), 0);
    cr_expect_eq(slot->posts, 0);
    setenv("SSH_ORIGINAL_COMMAND", "id; sh -c id", 1);
    cr_expect_eq(hand_in("true", &out), 0);
    cr_expect_eq(out.len, 8);
    buf_done(&out);
}

Test(relay, a_clinic_without_a_letter_slot_is_trouble_and_not_refusal)
{
    char path[128];
    relay_start(0);
    in_folder(path, "clinic/slot");
    unlink(path);
    cr_expect_eq(kiosk_posts(1, 1, FRAME_FINAL), FRAME_HELD);
    expect_waiting(1);
    cr_expect_eq(files_in("relay/refused"), 0);
}
