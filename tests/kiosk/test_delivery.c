/* Sealed frames reach the letterbox, or wait. The letterbox here is a socket the test answers by hand. */
#include <criterion/criterion.h>
#include <poll.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "delivery.h"

static char path[64];
static int listener = -1;
static struct delivery *d;
static struct delivery_news heard[128];
static size_t nheard;
static struct frame_keys keys;

static void hear(void *arg, const struct delivery_news *news)
{
    (void)arg;
    heard[nheard++ % 128] = *news;
}

static void open_box(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, path);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(listen(listener, 4), 0);
}

static void setup(void)
{
    cr_assert_geq(sodium_init(), 0);
    uint8_t secret[32];
    crypto_box_keypair(keys.desk, secret);
    crypto_box_keypair(keys.body, secret);
    keys.epoch = 1;
    snprintf(path, sizeof path, "/tmp/foyer-box-%d", (int)getpid());
    nheard = 0;
    d = delivery_new(hear, NULL);
    delivery_set_path(d, path);
}

static void teardown(void)
{
    delivery_free(d);
    if (listener >= 0) {
        close(listener);
    }
    unlink(path);
}

TestSuite(delivery, .init = setup, .fini = teardown);

static void post(uint8_t uid, uint32_t rev, enum frame_kind kind, int64_t now)
{
    struct frame_header header = { .epoch = 1, .rev = rev, .kind = (uint8_t)kind };
    memset(header.uid, uid, sizeof header.uid);
    struct buf frame = BUF_INIT;
    struct err err = { "" };
    cr_assert_eq(frame_seal(&frame, &header, &keys, "{}", 2, "{}", 2, &err), 0, "%s", err.text);
    delivery_add(d, frame.data, frame.len, now);
    buf_done(&frame);
}

/* Takes one connection, reads the frame, answers. Returns the header. */
static struct frame_header answer(enum frame_status status, int64_t now)
{
    static uint8_t frame[FRAME_MAX];
    struct pollfd ready = { listener, POLLIN, 0 };
    cr_assert_eq(poll(&ready, 1, 1000), 1, "nobody calls the letterbox");
    int fd = accept(listener, NULL, NULL);
    cr_assert_geq(fd, 0);
    cr_assert_eq(recv(fd, frame, FRAME_PREFIX, MSG_WAITALL), FRAME_PREFIX);
    size_t len = frame_length(frame);
    cr_assert_gt(len, 0);
    cr_assert_eq(recv(fd, frame + FRAME_PREFIX, len - FRAME_PREFIX, MSG_WAITALL),
                 (ssize_t)(len - FRAME_PREFIX));
    struct frame_header header;
    cr_assert_eq(frame_parse(frame, len, &header, NULL), 0);
    uint8_t reply[FRAME_REPLY];
    frame_reply_pack(reply, status);
    cr_assert_eq(send(fd, reply, sizeof reply, 0), (ssize_t)sizeof reply);
    close(fd);
    short events;
    if (delivery_fd(d, &events) >= 0) {
        delivery_step(d, true, now);
    }
    return header;
}

Test(delivery, says_stored_only_after_the_letterbox_has)
{
    open_box();
    post(1, 1, FRAME_FINAL, 0);
    cr_expect_eq(nheard, 0);
    cr_expect_eq(delivery_waiting(d), 1);
    answer(FRAME_STORED, 10);
    cr_assert_eq(nheard, 1);
    cr_expect_eq(heard[0].status, FRAME_STORED);
    cr_expect_eq(delivery_waiting(d), 0);
    cr_expect_eq(delivery_deadline(d), -1);
}

Test(delivery, keeps_a_final_while_there_is_no_letterbox_and_delivers_it_when_there_is)
{
    post(1, 1, FRAME_FINAL, 0);
    cr_assert_eq(nheard, 1);
    cr_expect_eq(heard[0].status, FRAME_TROUBLE);
    cr_expect_eq(delivery_deadline(d), 1000);
    for (int64_t now = 1000; now < 600000; now += 1000) {
        delivery_step(d, false, now);
    }
    cr_expect_eq(delivery_waiting(d), 1);
    for (size_t i = 0; i < nheard; i++) {
        cr_expect_eq(heard[i].status, FRAME_TROUBLE);
    }
    open_box();
    delivery_step(d, false, 700000);
    answer(FRAME_STORED, 700001);
    cr_expect_eq(heard[nheard - 1].status, FRAME_STORED);
}

Test(delivery, tries_again_when_the_letterbox_cannot_store_it)
{
    open_box();
    post(1, 1, FRAME_FINAL, 0);
    answer(FRAME_TROUBLE, 0);
    cr_expect_eq(heard[0].status, FRAME_TROUBLE);
    delivery_step(d, false, 999);
    short events;
    cr_expect_eq(delivery_fd(d, &events), -1, "not before the pause is over");
    delivery_step(d, false, 1000);
    answer(FRAME_STORED, 1001);
    cr_expect_eq(heard[1].status, FRAME_STORED);
}

Test(delivery, a_letterbox_that_hangs_up_or_says_nonsense_has_stored_nothing)
{
    open_box();
    post(1, 1, FRAME_FINAL, 0);
    int fd = accept(listener, NULL, NULL);
    close(fd);
    delivery_step(d, true, 5);
    cr_expect_eq(heard[0].status, FRAME_TROUBLE);
    delivery_step(d, false, 2000);
    fd = accept(listener, NULL, NULL);
    cr_assert_eq(send(fd, "GARBAGE!", 8, 0), 8);
    delivery_step(d, true, 2001);
    cr_expect_eq(heard[1].status, FRAME_TROUBLE);
    cr_expect_eq(delivery_waiting(d), 1);
    close(fd);
}

Test(delivery, a_silent_letterbox_is_given_up_after_half_a_minute)
{
    open_box();
    post(1, 1, FRAME_FINAL, 0);
    delivery_step(d, false, 29999);
    cr_expect_eq(nheard, 0);
    delivery_step(d, false, 30000);
    cr_assert_eq(nheard, 1);
    cr_expect_eq(heard[0].status, FRAME_TROUBLE);
}

Test(delivery, alerts_go_before_finals_and_finals_before_drafts)
{
    post(1, 1, FRAME_DRAFT, 0);
    post(2, 1, FRAME_FINAL, 0);
    post(3, 1, FRAME_ALERT, 0);
    open_box();
    delivery_step(d, false, 60000);
    cr_expect_eq(answer(FRAME_STORED, 60000).kind, FRAME_ALERT);
    cr_expect_eq(answer(FRAME_STORED, 60000).kind, FRAME_FINAL);
    cr_expect_eq(answer(FRAME_STORED, 60000).kind, FRAME_DRAFT);
}

Test(delivery, of_one_intake_only_the_newest_draft_waits_and_none_beside_its_final)
{
    post(1, 1, FRAME_DRAFT, 0);
    post(1, 2, FRAME_DRAFT, 0);
    post(2, 1, FRAME_DRAFT, 0);
    post(1, 3, FRAME_FINAL, 0);
    open_box();
    delivery_step(d, false, 60000);
    struct frame_header header = answer(FRAME_STORED, 60000);
    cr_expect_eq(header.uid[0], 1);
    cr_expect_eq(header.rev, 3);
    header = answer(FRAME_STORED, 60000);
    cr_expect_eq(header.uid[0], 2);
    cr_expect_eq(delivery_deadline(d), -1);
}

Test(delivery, what_is_no_frame_is_refused)
{
    delivery_add(d, "no frame", 8, 0);
    cr_assert_eq(nheard, 1);
    cr_expect_eq(heard[0].status, FRAME_REFUSED);
    cr_expect_eq(delivery_waiting(d), 0);
}

Test(delivery, memory_is_bounded_and_the_patient_is_told)
{
    for (uint8_t i = 1; i <= 65; i++) {
        post(i, 1, FRAME_FINAL, 0);
    }
    cr_expect_eq(delivery_waiting(d), 64);
    cr_expect_eq(heard[nheard - 1].status, FRAME_REFUSED);
}

/* ---- seen by a person
 * ----------------------------------------------------------------------------------------- */

Test(delivery, a_call_is_asked_after_until_a_person_has_seen_it)
{
    open_box();
    post(1, 1, FRAME_ALERT, 0);
    answer(FRAME_STORED, 10);
    cr_assert_eq(nheard, 1);
    cr_expect_eq(delivery_waiting(d), 0, "it is there: nothing is lost if the kiosk ends now");
    cr_assert_eq(delivery_deadline(d), 3010);
    delivery_step(d, false, 3010);
    answer(FRAME_KNOWN, 3020);
    cr_expect_eq(nheard, 1, "not yet");
    delivery_step(d, false, 6020);
    answer(FRAME_TROUBLE, 6030);
    cr_expect_eq(nheard, 1, "a question that went unheard is no trouble");
    delivery_step(d, false, 9030);
    answer(FRAME_SEEN, 9040);
    cr_assert_eq(nheard, 2);
    cr_expect_eq(heard[1].status, FRAME_SEEN);
    cr_expect_eq(delivery_deadline(d), -1, "and no more");
}

Test(delivery, what_a_relay_holds_is_kept_no_longer_here_and_a_call_is_asked_after)
{
    open_box();
    post(1, 1, FRAME_FINAL, 0);
    answer(FRAME_HELD, 10);
    cr_assert_eq(nheard, 1);
    cr_expect_eq(heard[0].status, FRAME_HELD);
    cr_expect_eq(delivery_deadline(d), -1);
    post(2, 1, FRAME_ALERT, 100);
    answer(FRAME_HELD, 110);
    cr_expect_eq(heard[1].status, FRAME_HELD);
    cr_expect_eq(delivery_waiting(d), 0);
    cr_assert_eq(delivery_deadline(d), 3110);
    delivery_step(d, false, 3110);
    answer(FRAME_HELD, 3120);
    delivery_step(d, false, 6120);
    answer(FRAME_SEEN, 6130);
    cr_expect_eq(heard[nheard - 1].status, FRAME_SEEN);
}

Test(delivery, only_the_newest_call_is_asked_after_and_not_for_ever)
{
    open_box();
    post(1, 1, FRAME_ALERT, 0);
    answer(FRAME_STORED, 0);
    post(2, 1, FRAME_HELP, 1000);
    answer(FRAME_STORED, 1000);
    delivery_step(d, false, 4000);
    cr_expect_eq(answer(FRAME_KNOWN, 4000).uid[0], 2);
    int64_t now = 4000, asked = 1;
    while (delivery_deadline(d) >= 0) {
        now = delivery_deadline(d);
        delivery_step(d, false, now);
        answer(FRAME_KNOWN, now);
        asked++;
    }
    cr_expect_leq(asked, 201);
    cr_expect_geq(now, 600000);
    cr_expect_eq(nheard, 2);
}

Test(delivery, a_final_does_not_wait_for_a_question_to_be_asked)
{
    open_box();
    post(1, 1, FRAME_ALERT, 0);
    answer(FRAME_STORED, 0);
    post(3, 1, FRAME_FINAL, 100);
    cr_expect_eq(answer(FRAME_STORED, 100).kind, FRAME_FINAL);
    delivery_step(d, false, 3000);
    cr_expect_eq(answer(FRAME_SEEN, 3000).kind, FRAME_ALERT);
    cr_expect_eq(heard[nheard - 1].status, FRAME_SEEN);
}
