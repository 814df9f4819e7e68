/* The letter slot's rules, sentence by sentence (deposit.h). */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

static struct db *db;

static void setup(void)
{
    fixture_make();
    db = open_db();
}

static void teardown(void)
{
    db_close(db);
    fixture_remove();
}

TestSuite(deposit, .init = setup, .fini = teardown);

static int64_t rows(void)
{
    return number(db, "SELECT count(*) FROM deposit");
}

Test(deposit, what_is_stored_comes_back_byte_for_byte)
{
    struct buf frame = BUF_INIT, back = BUF_INIT;
    struct frame_header header = header_of(1, 1, FRAME_FINAL);
    seal(&frame, &header, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_STORED);
    cr_assert_eq(deposit_read(db, header.uid, 1, &back, NULL), 1);
    cr_assert_eq(back.len, frame.len);
    cr_assert_arr_eq(back.data, frame.data, frame.len);
    buf_done(&frame);
    buf_done(&back);
}

Test(deposit, same_rev_and_bytes_is_known)
{
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(1, 3, FRAME_FINAL);
    seal(&frame, &header, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_STORED);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S + 60, NULL), FRAME_KNOWN);
    cr_assert_eq(rows(), 1);
    buf_done(&frame);
}

Test(deposit, same_rev_with_other_bytes_is_refused_and_the_first_stays)
{
    struct err err = { "" };
    struct buf first = BUF_INIT, second = BUF_INIT, back = BUF_INIT;
    struct frame_header header = header_of(1, 3, FRAME_FINAL);
    seal(&first, &header, "one");
    seal(&second, &header, "two");
    cr_assert_eq(deposit_frame(db, first.data, first.len, AT_S, NULL), FRAME_STORED);
    cr_assert_eq(deposit_frame(db, second.data, second.len, AT_S, &err), FRAME_REFUSED);
    cr_assert_neq(err.text[0], '\0');
    cr_assert_eq(deposit_read(db, header.uid, 0, &back, NULL), 1);
    cr_assert_arr_eq(back.data, first.data, first.len);
    buf_done(&first);
    buf_done(&second);
    buf_done(&back);
}

Test(deposit, a_lower_rev_is_settled_and_not_stored)
{
    cr_assert_eq(put_frame(db, 1, 5, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 1, 4, FRAME_DRAFT), FRAME_SETTLED);
    cr_assert_eq(number(db, "SELECT rev FROM deposit"), 5);
    cr_assert_eq(rows(), 1);
    cr_assert_eq(put_frame(db, 2, 2, FRAME_ALERT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_ALERT), FRAME_SETTLED);
}

Test(deposit, a_draft_after_a_final_is_settled_whatever_its_rev)
{
    cr_assert_eq(put_frame(db, 1, 5, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 1, 4, FRAME_DRAFT), FRAME_SETTLED);
    cr_assert_eq(put_frame(db, 1, 6, FRAME_DRAFT), FRAME_SETTLED);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 2"), 1);
    cr_assert_eq(rows(), 1);
}

Test(deposit, one_draft_is_kept)
{
    for (uint32_t rev = 1; rev <= 4; rev++) {
        cr_assert_eq(put_frame(db, 1, rev, FRAME_DRAFT), FRAME_STORED);
    }
    cr_assert_eq(rows(), 1);
    cr_assert_eq(number(db, "SELECT rev FROM deposit"), 4);
}

Test(deposit, a_final_takes_away_its_drafts_and_no_others)
{
    cr_assert_eq(put_frame(db, 1, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 1, 2, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 1"), 1);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 2"), 1);
}

Test(deposit, a_final_is_never_acknowledged_without_being_there)
{
    struct err err = { "" };
    cr_assert_eq(put_frame(db, 1, 5, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 1, 4, FRAME_FINAL), FRAME_REFUSED);
    cr_assert_eq(put_frame(db, 2, 5, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 2, 4, FRAME_FINAL), FRAME_REFUSED);
    cr_assert_eq(put_frame(db, 2, 6, FRAME_FINAL), FRAME_REFUSED);
    cr_assert_eq(number(db, "SELECT rev FROM deposit WHERE kind = 2"), 5, "%s", err.text);
}

Test(deposit, calls_have_a_uid_of_their_own)
{
    cr_assert_eq(put_frame(db, 1, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 1, 2, FRAME_ALERT), FRAME_REFUSED);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_HELP), FRAME_STORED);
    cr_assert_eq(put_frame(db, 2, 2, FRAME_FINAL), FRAME_REFUSED);
    cr_assert_eq(put_frame(db, 3, 1, FRAME_ALERT), FRAME_STORED);
    cr_assert_eq(rows(), 3);
}

Test(deposit, calls_are_read_without_a_key_and_in_order)
{
    struct deposit_call call[8];
    int64_t last = 0;
    cr_assert_eq(put_frame(db, 7, 1, FRAME_HELP), FRAME_STORED);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 8, 1, FRAME_ALERT), FRAME_STORED);
    cr_assert_eq(deposit_calls(db, 0, 0, call, 8, &last, NULL), 2);
    cr_assert_eq(call[0].header.kind, FRAME_HELP);
    cr_assert_eq(call[1].header.kind, FRAME_ALERT);
    cr_assert(call[1].header.urgent);
    cr_assert_eq(call[1].header.about[0], 0xab);
    cr_assert_eq(deposit_calls(db, 0, last, call, 8, &last, NULL), 0);
    cr_assert_eq(deposit_calls(db, AT_S + 1, 0, call, 8, &last, NULL), 0, "not those of before");
}

/* A draft whose header names a key, and a delete frame signed with the other half of `signer`. */
static enum frame_status draft_then_delete(bool right_key, bool final_first)
{
    uint8_t public_key[32], secret[64], other_public[32], other[64];
    crypto_sign_keypair(public_key, secret);
    crypto_sign_keypair(other_public, other);
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(1, 1, final_first ? FRAME_FINAL : FRAME_DRAFT);
    memcpy(header.delete_key, public_key, sizeof header.delete_key);
    seal(&frame, &header, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_STORED);
    buf_reset(&frame);
    header.kind = FRAME_DELETE;
    header.rev = 2;
    cr_assert_eq(frame_delete(&frame, &header, right_key ? secret : other, NULL), 0);
    enum frame_status status = deposit_frame(db, frame.data, frame.len, AT_S, NULL);
    if (status == FRAME_STORED) {
        cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_KNOWN, "asked again");
    }
    buf_done(&frame);
    return status;
}

Test(deposit, a_patient_may_delete_a_draft_and_it_does_not_come_back)
{
    cr_assert_eq(draft_then_delete(true, false), FRAME_STORED);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 1"), 0);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_DRAFT), FRAME_SETTLED, "a draft that was still on its way");
    cr_assert_eq(put_frame(db, 1, 3, FRAME_DRAFT), FRAME_SETTLED);
    cr_assert_eq(put_frame(db, 1, 4, FRAME_FINAL), FRAME_REFUSED);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind <> 5"), 0);
}

Test(deposit, a_delete_signed_by_another_is_refused)
{
    cr_assert_eq(draft_then_delete(false, false), FRAME_REFUSED);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 1"), 1);
}

Test(deposit, a_delete_never_touches_a_final)
{
    cr_assert_eq(draft_then_delete(true, true), FRAME_SETTLED);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 2"), 1);
}

Test(deposit, a_delete_of_nothing_is_settled)
{
    uint8_t public_key[32], secret[64];
    crypto_sign_keypair(public_key, secret);
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(9, 1, FRAME_DELETE);
    memcpy(header.delete_key, public_key, sizeof header.delete_key);
    cr_assert_eq(frame_delete(&frame, &header, secret, NULL), 0);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_SETTLED);
    cr_assert_eq(rows(), 0);
    buf_done(&frame);
}

Test(deposit, a_record_for_a_key_that_does_not_exist_is_refused)
{
    struct err err = { "" };
    struct buf frame = BUF_INIT;
    keys.epoch++;
    struct frame_header header = header_of(1, 1, FRAME_FINAL);
    seal(&frame, &header, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_REFUSED);
    cr_assert_not_null(strstr(err.text, "key epoch"));
    cr_assert_eq(rows(), 0);
    buf_done(&frame);
}

Test(deposit, hostile_frames_are_refused_and_nothing_is_stored)
{
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(1, 1, FRAME_FINAL);
    seal(&frame, &header, "");
    for (size_t cut = 0; cut < frame.len; cut += cut < 400 ? 1 : 97) {
        cr_assert_eq(deposit_frame(db, frame.data, cut, AT_S, NULL), FRAME_REFUSED, "cut at %zu", cut);
    }
    /* Any byte of the first sixteen changed: magic, version, length, reserved bits, kind. Where the change
     * makes another well-formed header, it is another record, sealed for nobody. */
    for (size_t at = 0; at < 12; at++) {
        for (int bit = 0; bit < 8; bit++) {
            frame.data[at] = (char)(frame.data[at] ^ 1 << bit);
            cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_REFUSED, "byte %zu", at);
            frame.data[at] = (char)(frame.data[at] ^ 1 << bit);
        }
    }
    uint8_t noise[4096];
    for (int i = 0; i < 200; i++) {
        randombytes_buf(noise, sizeof noise);
        memcpy(noise, "FOYR", 4);
        cr_assert_eq(deposit_frame(db, noise, sizeof noise, AT_S, NULL), FRAME_REFUSED);
    }
    cr_assert_eq(rows(), 0);
    buf_done(&frame);
}

Test(deposit, an_intake_is_found_by_the_beginning_of_its_number)
{
    uint8_t uid[3][FRAME_UID];
    cr_assert_eq(put_frame(db, 0x1a, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 0x1b, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 0x1c, 1, FRAME_HELP), FRAME_STORED);
    cr_assert_eq(deposit_find(db, "1a1a", uid, 3, NULL), 1);
    cr_assert_eq(uid[0][15], 0x1a);
    cr_assert_eq(deposit_find(db, "1", uid, 3, NULL), 2, "calls are not intakes");
    cr_assert_eq(deposit_find(db, "1A1A1", uid, 3, NULL), 1);
    cr_assert_eq(deposit_find(db, "2", uid, 3, NULL), 0);
    cr_assert_eq(deposit_find(db, "xy", uid, 3, NULL), -1);
    cr_assert_eq(deposit_find(db, "", uid, 3, NULL), -1);
    cr_assert_eq(deposit_find(db, "000000000000000000000000000000000", uid, 3, NULL), -1);
}

Test(deposit, an_intake_is_found_by_how_its_number_begins)
{
    struct err err = { "" };
    uint8_t found[4][FRAME_UID];
    cr_assert_eq(put_frame(db, 0x0f, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 0x10, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 0x11, 1, FRAME_ALERT), FRAME_STORED);
    cr_expect_eq(deposit_find(db, "0f0F", found, 4, &err), 1, "%s", err.text);
    cr_expect_eq(found[0][0], 0x0f);
    cr_expect_eq(deposit_find(db, "1", found, 4, &err), 1, "a call is no intake");
    cr_expect_eq(found[0][0], 0x10);
    cr_expect_eq(deposit_find(db, "2", found, 4, &err), 0);
    cr_expect_eq(deposit_find(db, "", found, 4, &err), -1);
    cr_expect_not_null(strstr(err.text, "foyer list"));
    cr_expect_eq(deposit_find(db, "xy", found, 4, &err), -1);
}

Test(deposit, an_alert_is_acknowledged_as_a_call_for_help_is)
{
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    cr_assert_eq(put_frame(db, 0x21, 1, FRAME_ALERT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 0x22, 1, FRAME_FINAL), FRAME_STORED);
    memset(uid, 0x21, sizeof uid);
    cr_expect_eq(deposit_acknowledge(db, uid, "anna", AT_S, &err), 1, "%s", err.text);
    memset(uid, 0x22, sizeof uid);
    cr_expect_eq(deposit_acknowledge(db, uid, "anna", AT_S, &err), 0, "an intake is no call");
}

Test(deposit, a_call_made_again_is_stored_beside_the_one_before)
{
    cr_assert_eq(put_frame(db, 7, 1, FRAME_HELP), FRAME_STORED);
    cr_assert_eq(put_frame(db, 7, 2, FRAME_HELP), FRAME_STORED);
    cr_assert_eq(put_frame(db, 7, 3, FRAME_ALERT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 7, 2, FRAME_HELP), FRAME_REFUSED, "other bytes under the same number");
    cr_assert_eq(rows(), 3);
}

Test(deposit, a_longer_record_does_not_pass_for_the_one_that_is_there)
{
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(1, 1, FRAME_FINAL);
    char mark[2000];
    memset(mark, 'm', sizeof mark - 1);
    mark[sizeof mark - 1] = '\0';
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    seal(&frame, &header, mark);
    cr_expect_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_REFUSED);
    cr_expect_eq(rows(), 1);
    buf_done(&frame);
}

Test(deposit, what_was_damaged_is_not_read_as_a_call_and_its_key_deletes_nothing)
{
    struct deposit_call call[2];
    int64_t last = 0;
    uint8_t public_key[32], secret[64];
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(1, 1, FRAME_DRAFT);
    crypto_sign_keypair(public_key, secret);
    memcpy(header.delete_key, public_key, sizeof public_key);
    seal(&frame, &header, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 7, 1, FRAME_HELP), FRAME_STORED);
    cr_assert_eq(put_frame(db, 8, 1, FRAME_HELP), FRAME_STORED);
    edit("UPDATE deposit SET header = zeroblob(152) WHERE seq < 3");
    cr_expect_eq(deposit_calls(db, 0, 0, call, 2, &last, NULL), 1);
    cr_expect_eq(call[0].header.uid[0], 8, "the one after it is shown");
    buf_reset(&frame);
    header.rev = 2;
    cr_assert_eq(frame_delete(&frame, &header, secret, NULL), 0);
    cr_expect_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_REFUSED);
    cr_expect_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 1"), 1);
    buf_done(&frame);
}

/* Each step of it in its turn finds its table gone, as in a file that was damaged. */
Test(deposit, a_delete_that_fails_half_way_takes_nothing_away)
{
    static const char *const tables[] = { "event", "casekey", "touched" };
    uint8_t public_key[32], secret[64];
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(1, 1, FRAME_DRAFT);
    crypto_sign_keypair(public_key, secret);
    memcpy(header.delete_key, public_key, sizeof public_key);
    seal(&frame, &header, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_STORED);
    edit("INSERT INTO event (uid, rev, actor, kind, body) SELECT uid, 1, 'anna', 'note', x'00' FROM deposit");
    buf_reset(&frame);
    header.rev = 2;
    cr_assert_eq(frame_delete(&frame, &header, secret, NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        char gone[96], back[96];
        snprintf(gone, sizeof gone, "ALTER TABLE %s RENAME TO elsewhere", tables[i]);
        snprintf(back, sizeof back, "ALTER TABLE elsewhere RENAME TO %s", tables[i]);
        edit(gone);
        cr_expect_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_TROUBLE, "%s", tables[i]);
        edit(back);
        cr_expect_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 1"), 1, "%s", tables[i]);
        cr_expect_eq(number(db, "SELECT count(*) FROM event"), 1, "%s", tables[i]);
    }
    cr_expect_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_STORED);
    cr_expect_eq(number(db, "SELECT count(*) FROM event"), 0);
    buf_done(&frame);
}
