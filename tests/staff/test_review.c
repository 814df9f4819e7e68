/* The staff's screen as a state machine: what keys do, what is asked of the loop, what is kept. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "review.h"

enum { NOW_S = 1795269600 }; /* 2026-11-21 14:00 UTC */
static const uint8_t uid[QUEUE_UID] = { 0x11, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7 };
static const uint8_t other_uid[QUEUE_UID] = { 0x22, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7 };

#define ANSWER(id, code, state, value, words)                                                                \
    "{\"id\":\"" id "\",\"code\":\"" code "\",\"section\":\"a\",\"section_title\":\"A\",\"type\":\"text\","  \
    "\"state\":\"" state "\",\"value\":" value ",\"question\":\"Asked " code "?\",\"answer\":\"" words "\"," \
    "\"unit\":null,\"ms\":900,\"fast\":true,\"by\":\"patient\",\"ask_alone\":true,\"fresh\":false}"
#define FLAG(id, outcome, question, code)                                                                    \
    "{\"id\":\"" id "\",\"title\":\"Title of " id "\",\"outcome\":\"" outcome "\",\"question\":\"" question  \
    "\","                                                                                                    \
    "\"code\":\"" code "\",\"answer\":\"Yes\",\"comparison\":\"compared\",\"reason\":\"because\","           \
    "\"strength\":\"Expert\",\"sources\":[\"L1\"],\"source_titles\":[\"A source by "                         \
    "title\"],\"items\":[\"S1\"],"                                                                           \
    "\"fields\":[\"Dose\"],\"until\":null,\"alert\":false,\"from_device_list\":false}"

static const char body_text[] =
    "{\"v\":1,\"part\":\"body\",\"kind\":\"final\",\"uid\":\"11070707070707070707070707070707\",\"demo\":"
    "true,"
    "\"language\":\"en\",\"asked_on\":\"2026-11-21\",\"visit_on\":\"2026-11-21\","
    "\"form\":{\"id\":\"f\",\"title\":\"F\",\"version\":\"1\",\"hash\":\"00\",\"language\":\"en\"},"
    "\"patient\":{\"name\":\"Ana "
    "Quillfeather\",\"phone\":\"\",\"birth_date\":\"1990-05-15\"},\"helper\":null,"
    "\"answers\":[" ANSWER("meds", "Q1", "given", "\"xarelto\\nibuprofen\"", "xarelto\\nibuprofen") "," ANSWER(
        "talk", "Q2", "private", "null",
        "") "],"
            "\"assessment\":{\"class\":\"HOLD\",\"not_before\":null,\"asked_on\":\"2026-11-21\",\"visit_on\":"
            "\"2026-11-21\",\"attention\":60,\"flags\":[" FLAG("F_HOLD", "HOLD", "meds", "Q1") "," FLAG(
                "F_REVIEW", "REVIEW", "meds",
                "Q1") "," FLAG("INCOMPLETE:Q3", "REVIEW", "x",
                               "Q3") "," FLAG("INCOMPLETE:Q4", "REVIEW", "y",
                                              "Q4") "," FLAG("F_PRE", "PRECAUTION", "meds",
                                                             "Q1") "],"
                                                                   "\"alerts\":[],\"unanswered\":[],"
                                                                   "\"items\":[{\"id\":\"S1\",\"for\":"
                                                                   "\"staff\",\"from\":null,\"until\":null,"
                                                                   "\"least\":null,\"when_text\":\"before\","
                                                                   "\"text\":\"Depth\",\"sensitive\":false,"
                                                                   "\"base\":true,"
                                                                   "\"passed\":false,\"added_by\":[],"
                                                                   "\"sources\":[],\"source_titles\":[],"
                                                                   "\"fields\":[\"Depth (mm)\"]}]},"
                                                                   "\"policies\":{},\"device_list\":[],"
                                                                   "\"privacy\":[],\"consent\":[],"
                                                                   "\"attestation\":null}";

static const struct review_reason reasons[] = { { "examined", "Examined in person" },
                                                { "doctor", "Asked the doctor" } };
static const struct review_limit limits[] = { { "S1", "Depth (mm)", 1.5 } };
static const struct review_setup setup = { .clinic = "Clinic",
                                           .user = "anna",
                                           .fingerprint = "aaaa bbbb",
                                           .reason = reasons,
                                           .nreasons = 2,
                                           .limit = limits,
                                           .nlimits = 1,
                                           .idle_s = 300,
                                           .urgent_shown = true };

/* A review, and what stands for the vault behind it. */
static struct review *r;
static int64_t ms;
static unsigned effects, keys;
static int rc_next = 1;   /* what vault_add() is going to say */
static json_t *meanwhile; /* an event somebody else writes first, where rc_next is 0 */
static json_t *last_event;

static struct encounter *encounter_of(const char *text)
{
    struct frame_header header = { .rev = 2, .kind = FRAME_FINAL, .wall_s = NOW_S - 600 };
    json_error_t fault;
    json_t *body = json_loads(text, 0, &fault);
    cr_assert_not_null(body, "%s at %d", fault.text, fault.column);
    memcpy(header.uid, uid, sizeof header.uid);
    return encounter_new(uid, &header, body);
}

static void put_row(const uint8_t *id, int64_t seq, const char *name, enum outcome class)
{
    struct queue_entry e = { .seq = seq,
                             .wall_s = NOW_S - 600,
                             .name = name,
                             .phone = "",
                             .owner = "",
                             .decision = "",
                             .progress = "",
                             .flags = "",
                             .birth_date = { 1990, 5, 15 },
                             .asked_on = { 2026, 11, 21 },
                             .visit_on = { 2026, 11, 21 },
                             .status = QUEUE_OPEN,
                             .has_class = true,
                             .class = class,
                             .decided_class = class,
                             .nflags = 5,
                             .open_flags = 4 };
    memcpy(e.uid, id, sizeof e.uid);
    queue_put(review_queue(r), &e);
    effects |= review_changed(r, NOW_S);
}

static void add_events(struct review_want *want)
{
    struct encounter *e = review_encounter(r);
    json_decref(last_event);
    last_event = json_incref(want->event[0]);
    if (rc_next == 1) {
        for (size_t i = 0; i < want->nevents; i++) {
            encounter_add(e, e->rev + 1, "anna", want->event[i]);
        }
        effects |= review_added(r, 1, NULL);
        return;
    }
    for (size_t i = 0; i < want->nevents; i++) {
        json_decref(want->event[i]);
    }
    if (rc_next == 0) {
        struct encounter *now = encounter_of(body_text);
        encounter_add(now, 1, "ben", meanwhile);
        effects |= review_opened(r, now, NULL);
    }
    int rc = rc_next;
    rc_next = 1;
    effects |= review_added(r, rc, rc < 0 ? "the disk is full" : NULL);
}

static void carry_out(unsigned given)
{
    effects |= given;
    if (!(given & REVIEW_WANT)) {
        return;
    }
    struct review_want *want = review_want(r);
    if (want->what == WANT_OPEN) {
        effects |= review_opened(r, encounter_of(body_text), NULL);
    } else if (want->what == WANT_ADD) {
        add_events(want);
    }
}

static void feed(struct event *event)
{
    event->mono_ms = ms += 200;
    carry_out(review_event(r, event, NOW_S));
    keys++;
}

static void key(enum event_key k)
{
    struct event event = { .type = EVENT_KEY, .key = k };
    feed(&event);
}

static void type(const char *text)
{
    for (; *text != '\0'; text++) {
        struct event event = { .type = EVENT_CHAR, .len = 1, .text = { *text } };
        feed(&event);
    }
}

static void wait_ms(int64_t more)
{
    struct event event = { .type = EVENT_TIMER, .mono_ms = ms += more };
    carry_out(review_event(r, &event, NOW_S));
}

static void unlock(const json_t *kept)
{
    struct review_rights rights = { true, true, true };
    struct event tick = { .type = EVENT_TIMER, .mono_ms = ms };
    (void)review_event(r, &tick, NOW_S);
    effects |= review_unlocked(r, "anna", rights, kept);
}

static void setup_review(void)
{
    ms = 1000;
    r = review_new(&setup, ms);
    unlock(NULL);
    put_row(uid, 1, "Ana Quillfeather", OUTCOME_HOLD);
    put_row(other_uid, 2, "Ben Other", OUTCOME_CLEAR);
    effects = keys = 0;
    rc_next = 1;
}

static void teardown(void)
{
    review_free(r);
    json_decref(last_event);
    last_event = NULL;
}

TestSuite(review, .init = setup_review, .fini = teardown);

/* Everything on the screen as one text. */
static const char *shown(void)
{
    static char text[65536];
    const struct screen *s = review_screen(r);
    struct screen_row row = { 0 };
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < s->head.n; i++) {
        buf_addf(&out, "%s\n", s->head.at[i].text);
    }
    for (size_t i = 0; i < s->nrows && s->column != NULL; i++) {
        screen_row_reset(&row);
        review_row(r, i, &row);
        for (size_t c = 0; c < s->ncolumns; c++) {
            buf_addf(&out, "%s|", buf_str(&row.cell[c]));
        }
        buf_adds(&out, "\n");
    }
    screen_row_done(&row);
    buf_addf(&out, "%s\n", s->empty != NULL && s->nrows == 0 ? s->empty : "");
    buf_addf(&out, "%s\n", s->prompt != NULL ? s->prompt : "");
    for (size_t i = 0; i < s->prompt_text.n; i++) {
        buf_addf(&out, "%s %s\n", s->prompt_text.at[i].label, s->prompt_text.at[i].text);
    }
    for (size_t i = 0; i < s->nchoices; i++) {
        buf_addf(&out, "%s %s\n", s->choice[i].key, s->choice[i].text);
    }
    for (size_t i = 0; i < s->nfields; i++) {
        buf_addf(&out, "%s: %s\n", s->field[i].label, s->field[i].text);
    }
    for (size_t i = 0; i < s->detail.n; i++) {
        buf_addf(&out, "%s %s\n", s->detail.at[i].label, s->detail.at[i].text);
    }
    buf_addf(&out, "%s\n%s\n", s->error != NULL ? s->error : "", s->notice != NULL ? s->notice : "");
    snprintf(text, sizeof text, "%s", buf_str(&out));
    buf_done(&out);
    return text;
}

static void expect(const char *want)
{
    cr_expect(strstr(shown(), want) != NULL, "\"%s\" is not in:\n%s", want, shown());
}

static void expect_not(const char *unwanted)
{
    cr_expect_null(strstr(shown(), unwanted), "\"%s\" is in:\n%s", unwanted, shown());
}

static const char *event_text(const char *name)
{
    const char *text = json_string_value(json_object_get(last_event, name));
    return text == NULL ? "" : text;
}

Test(review, one_flag_is_decided_and_the_intake_signed_in_under_ten_keys)
{
    key(KEY_ID_ENTER); /* the worst stands first and has the focus */
    expect("Title of F_HOLD");
    expect("because");           /* the evidence is in sight ... */
    expect("A source by title"); /* ... with its sources by title */
    type("l1");
    cr_expect_str_eq(event_text("kind"), "flags");
    cr_expect_str_eq(event_text("code"), "examined");
    type("d");
    type("4"); /* do not treat */
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("kind"), "overall");
    cr_expect_str_eq(event_text("name"), "anna");
    cr_expect_lt(keys, 10);
    cr_expect_eq(review_encounter(r)->decision, DECISION_DO_NOT_TREAT);
    expect("Signed: Do not treat.");
    expect("DECIDED: Do not treat");
}

Test(review, the_programs_result_stays_beside_what_was_decided)
{
    key(KEY_ID_ENTER);
    type("l1");
    expect("Program: HOLD. As decided: REVIEW");
    expect("PRECAUTION, anna");
}

Test(review, undecided_flags_block_go_ahead_and_nothing_else)
{
    key(KEY_ID_ENTER);
    type("d");
    expect("4 flags are undecided");
    type("1");
    expect("Not yet: 4 flags are undecided");
    cr_expect_null(last_event);
    type("5");
    key(KEY_ID_ENTER);
    cr_expect_eq(review_encounter(r)->decision, DECISION_NEEDS_MORE);
    type("d3"); /* postpone asks until when */
    type("1.12.2026");
    key(KEY_ID_ENTER);
    cr_expect_eq(review_encounter(r)->decision, DECISION_POSTPONE);
    cr_expect_str_eq(event_text("until"), "2026-12-01");
}

Test(review, go_ahead_comes_when_the_last_flag_is_decided)
{
    key(KEY_ID_ENTER);
    type("l1l2i1");
    cr_expect_eq(review_encounter(r)->open, 0);
    expect("No flag is left to decide");
}

Test(review, questions_left_out_are_decided_together)
{
    key(KEY_ID_ENTER);
    type("i");
    expect("2 questions that were left out");
    type("2");
    cr_expect_eq(json_array_size(json_object_get(last_event, "flags")), 2);
    cr_expect_eq(review_encounter(r)->open, 2);
}

Test(review, a_flag_is_confirmed_or_lowered_to_another_class_and_the_reason_may_be_typed)
{
    key(KEY_ID_ENTER);
    type("c");
    expect("Confirm: it stays HOLD");
    key(KEY_ID_LEFT);
    expect("Lower from HOLD to POSTPONE");
    key(KEY_ID_RIGHT);
    type("0");
    type("seen with Dr Ames");
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("reason"), "seen with Dr Ames");
    const json_t *flag = json_array_get(json_object_get(last_event, "flags"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(flag, "outcome")), "HOLD");
}

Test(review, who_comes_second_sees_both_and_loses_nothing)
{
    struct event_flag theirs = { "F_HOLD", OUTCOME_REVIEW, OUTCOME_HOLD };
    key(KEY_ID_ENTER);
    type("l0");
    type("my own long reason");
    rc_next = 0;
    meanwhile = event_flags(NOW_S, &theirs, 1, "", "theirs");
    key(KEY_ID_ENTER);
    expect("ben wrote meanwhile");
    expect("my own long reason");
    expect("REVIEW, ben");
    cr_expect(effects & REVIEW_KEEP, "what was typed is not on its way to be kept");
    key(KEY_ID_ENTER); /* again: now it is written after theirs */
    cr_expect_str_eq(event_text("reason"), "my own long reason");
    cr_expect_eq(review_encounter(r)->rev, 2);
    cr_expect_eq(review_encounter(r)->nentries, 2, "one of both is lost");
}

/* Decided by somebody else, the flag above goes down the list: the next key still means what has the focus.
 */
Test(review, anothers_decision_does_not_move_the_focus_to_another_flag)
{
    struct event_flag theirs = { "F_HOLD", OUTCOME_CLEAR, OUTCOME_HOLD };
    key(KEY_ID_ENTER);
    key(KEY_ID_DOWN);
    const struct encounter *e = review_encounter(r);
    cr_assert_str_eq(e->flag[1].id, "F_REVIEW");
    struct encounter *now = encounter_of(body_text);
    encounter_add(now, 1, "ben", event_flags(NOW_S, &theirs, 1, "", "theirs"));
    effects |= review_opened(r, now, NULL);
    type("l1");
    const json_t *flag = json_array_get(json_object_get(last_event, "flags"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(flag, "id")), "F_REVIEW");
}

Test(review, an_intake_that_was_erased_meanwhile_leaves_the_screen_with_what_was_typed_in_it)
{
    key(KEY_ID_ENTER);
    type("n");
    type("a note");
    effects |= review_gone(r, "It was erased.");
    cr_expect_null(review_encounter(r));
    cr_expect_null(review_kept(r));
    expect("It was erased.");
    expect_not("a note");
}

Test(review, a_full_disk_loses_nothing_that_was_typed)
{
    key(KEY_ID_ENTER);
    type("n");
    type("a note");
    rc_next = -1;
    key(KEY_ID_ENTER);
    expect("the disk is full");
    expect("a note");
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("text"), "a note");
}

Test(review, an_idle_screen_locks_forgets_and_offers_what_was_typed_again)
{
    key(KEY_ID_ENTER);
    type("n");
    type("half a no");
    wait_ms(299 * 1000);
    cr_expect_not(effects & REVIEW_LOCK);
    wait_ms(2000);
    cr_assert(effects & REVIEW_LOCK);
    cr_assert(effects & REVIEW_KEEP);
    json_t *kept = review_kept(r);
    cr_assert_not_null(kept);
    (void)review_locked(r);
    expect_not("half a no");
    expect_not("Quillfeather");
    cr_expect_null(review_encounter(r));
    cr_expect_null(review_kept(r));
    cr_expect_eq(queue_total(review_queue(r)), 0);

    unlock(kept);
    json_decref(kept);
    expect("1 unfinished text of yours is kept");
    put_row(uid, 1, "Ana Quillfeather", OUTCOME_HOLD);
    key(KEY_ID_ENTER);
    type("n");
    expect("half a no");
    type("te");
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("text"), "half a note");
    cr_expect_null(review_kept(r), "it is written, and still kept");
}

Test(review, however_much_was_typed_and_by_whichever_version_all_of_it_is_kept)
{
    enum { MANY = 300 };
    json_t *list = json_array(), *kept = json_object();
    for (int i = 0; i < MANY; i++) {
        char hex[2 * QUEUE_UID + 1];
        snprintf(hex, sizeof hex, "%032x", (unsigned)i + 1);
        json_array_append_new(list,
                              json_pack("{sssssss[s]sI}", "uid", hex, "kind", i == 7 ? "drawing" : "note",
                                        "target", "", "texts", "half a note", "at", (json_int_t)1));
    }
    json_object_set_new(kept, "kept", list);
    key(KEY_ID_ENTER);
    (void)review_locked(r);
    unlock(kept);
    json_decref(kept);
    json_t *now = review_kept(r);
    cr_expect_eq(json_array_size(json_object_get(now, "kept")), (size_t)MANY);
    json_decref(now);
}

Test(review, a_terminal_that_goes_seals_what_was_typed_and_ends)
{
    struct event gone = { .type = EVENT_HANGUP };
    key(KEY_ID_ENTER);
    type("nabc");
    feed(&gone);
    cr_expect_eq(effects & (REVIEW_KEEP | REVIEW_LOCK | REVIEW_QUIT),
                 REVIEW_KEEP | REVIEW_LOCK | REVIEW_QUIT);
}

Test(review, what_is_typed_is_sealed_soon_after_the_last_key)
{
    key(KEY_ID_ENTER);
    type("nabc");
    cr_expect_not(effects & REVIEW_KEEP);
    cr_expect_leq(review_deadline(r), ms + 2000);
    wait_ms(2000);
    cr_expect(effects & REVIEW_KEEP);
}

Test(review, escape_keeps_what_was_typed)
{
    key(KEY_ID_ENTER);
    type("nabc");
    key(KEY_ID_ESCAPE);
    expect("kept");
    type("n");
    expect("Note: abc");
}

Test(review, an_arrival_does_not_move_the_focus_from_its_row)
{
    key(KEY_ID_DOWN);
    const uint8_t third[QUEUE_UID] = { 0x33 };
    put_row(third, 3, "Third", OUTCOME_HOLD);
    cr_expect_eq(review_screen(r)->focus, 2);
    expect("Third");
    key(KEY_ID_HOME);
    const uint8_t fourth[QUEUE_UID] = { 0x44 };
    put_row(fourth, 0, "Fourth", OUTCOME_HOLD);
    cr_expect_eq(review_screen(r)->focus, 0, "at the top the worst is looked for");
}

Test(review, a_search_looks_as_one_types)
{
    type("/quill");
    cr_expect_eq(review_screen(r)->nrows, 1);
    key(KEY_ID_BACKSPACE);
    type("zz");
    expect("Nobody is found");
    key(KEY_ID_ESCAPE);
    cr_expect_eq(review_screen(r)->nrows, 2);
    type("/other");
    key(KEY_ID_ENTER);
    cr_expect_not_null(review_encounter(r), "the only one found is opened");
}

Test(review, a_depth_above_the_limit_needs_a_reason)
{
    key(KEY_ID_ENTER);
    type("3e");
    expect("Depth (mm)");
    type("2,0");
    key(KEY_ID_ENTER);
    expect("above the device's limit of 1.5");
    cr_expect_null(last_event);
    type("deep scar");
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("kind"), "item");
    cr_expect_str_eq(event_text("reason"), "deep scar");
}

Test(review, ticks_carry_initials)
{
    key(KEY_ID_ENTER);
    type("3t");
    cr_expect_str_eq(event_text("initials"), "AN");
    expect("[x]|S1");
    type("t");
    expect("[ ]|S1");
}

Test(review, practitioners_fields_stand_beside_the_flag)
{
    key(KEY_ID_ENTER);
    expect("Dose: ______");
    type("e");
    type("5 mg");
    key(KEY_ID_ENTER);
    expect("Dose: 5 mg");
}

Test(review, notes_are_amended_and_never_changed)
{
    key(KEY_ID_ENTER);
    type("n");
    type("first");
    key(KEY_ID_ENTER);
    type("5a");
    type("second");
    key(KEY_ID_ENTER);
    cr_expect_eq(review_encounter(r)->nnotes, 2);
    expect("first");
    expect("second");
}

Test(review, private_talk_fast_answers_and_ask_alone_are_marked)
{
    key(KEY_ID_ENTER);
    expect("1 answer in private");
    expect("2 to ask again alone");
    expect("2 answers took under a second each");
    type("2");
    expect("fast alone");
    expect("Asked to tell in private");
}

Test(review, what_is_new_since_another_intake_is_said_entry_by_entry)
{
    struct review_want *want = review_want(r);
    put_row(other_uid, 2, "Quillfeather Ana", OUTCOME_CLEAR);
    key(KEY_ID_ENTER);
    type("6");
    cr_assert_eq(want->what, WANT_COMPARE);
    char *before = strdup(body_text), *at = strstr(before, "xarelto\\nibuprofen");
    memcpy(at, "xarelto", 7);
    memset(at + 7, ' ', strlen("\\nibuprofen"));
    at = strstr(at + 17, "xarelto\\nibuprofen");
    memset(at + 7, ' ', strlen("\\nibuprofen"));
    struct encounter *other = encounter_of(before);
    effects |= review_compare(r, other, NULL);
    expect("new: ibuprofen");
    encounter_free(other);
    free(before);
}

Test(review, links_are_confirmed_and_undone)
{
    put_row(other_uid, 2, "Quillfeather Ana", OUTCOME_CLEAR);
    key(KEY_ID_ENTER);
    type("6");
    expect("perhaps|Quillfeather Ana");
    type("c");
    cr_expect_eq(review_encounter(r)->nlinks, 1);
    expect("confirmed|Quillfeather Ana");
    type("u");
    cr_expect_eq(review_encounter(r)->nlinks, 0);
}

Test(review, a_viewer_reads_and_cannot_write)
{
    struct review_rights rights = { true, false, true };
    effects |= review_unlocked(r, "vera", rights, NULL);
    key(KEY_ID_ENTER);
    type("l1");
    expect("You may read this intake");
    cr_expect_null(last_event);
}

Test(review, the_desk_sees_who_is_here_and_no_health_answer)
{
    struct review_rights rights = { false, false, true };
    struct review_card card = {
        .at_s = NOW_S, .name = "Ana Quillfeather", .progress = "part 2 of 5", .help = "Help reading"
    };
    (void)review_locked(r);
    effects |= review_unlocked(r, "desk", rights, NULL);
    review_cards_begin(r);
    review_card(r, &card);
    expect("Ana Quillfeather|part 2 of 5|Help reading|");
    expect_not("HOLD");
    key(KEY_ID_ENTER);
    type("/fld1");
    cr_expect_null(review_encounter(r));
    cr_expect_not(effects & REVIEW_WANT, "the desk's keys asked for something");
}

Test(review, a_name_that_is_proposed_is_typed_over)
{
    (void)review_locked(r);
    key(KEY_ID_TAB);
    type("annabel");
    key(KEY_ID_TAB);
    type("open sesame");
    key(KEY_ID_ENTER);
    cr_assert_eq(review_want(r)->what, WANT_UNLOCK);
    cr_expect_str_eq(review_want(r)->user, "annabel");
}

Test(review, the_desk_reads_whose_call_it_is_and_escape_does_not_lock)
{
    struct review_rights rights = { false, false, true };
    struct review_card card = {
        .uid = { 0x11 }, .at_s = NOW_S, .name = "Ana Quillfeather", .progress = "", .help = ""
    };
    struct review_call call = { .uid = { 1 }, .about = { 0x11 }, .at_s = NOW_S };
    (void)review_locked(r);
    effects = review_call(r, &call, true);
    expect_not("Quillfeather");
    effects = review_unlocked(r, "desk", rights, NULL);
    review_cards_begin(r);
    review_card(r, &card);
    expect("HELP: the patient calls for staff  intake 11000000 (Ana Quillfeather)");
    key(KEY_ID_ESCAPE);
    cr_expect_not(effects & REVIEW_LOCK);
    type("q");
    cr_expect(effects & REVIEW_LOCK);
    (void)review_locked(r);
    expect_not("Quillfeather");
}

Test(review, the_passphrase_is_not_shown_and_calls_ring_before_unlock)
{
    struct review_call call = { .uid = { 1 }, .about = { 0x11 }, .at_s = NOW_S, .alert = true };
    (void)review_locked(r);
    effects = review_call(r, &call, true);
    cr_expect(effects & REVIEW_BELL);
    effects = review_call(r, &call, true);
    cr_expect_not(effects & REVIEW_BELL, "the same call rings twice");
    expect("ALERT: see this patient now");
    expect("1 alert");
    expect("aaaa bbbb");
    type("open sesame");
    expect_not("sesame");
    expect("***********");
    key(KEY_ID_F1 + 4);
    cr_expect_eq(review_want(r)->what, WANT_SEEN);
    cr_expect_eq(review_want(r)->uid[0], 1);
    (void)review_seen(r, call.uid, NULL);
    expect("0 alerts");
    key(KEY_ID_ENTER);
    cr_assert_eq(review_want(r)->what, WANT_UNLOCK);
    cr_expect_str_eq(review_want(r)->passphrase, "open sesame");
    (void)review_refused(r, "the passphrase does not fit");
    expect("does not fit");
    expect_not("***");
}

Test(review, a_call_that_comes_late_rings_and_says_when_it_was_made)
{
    struct review_call call = {
        .uid = { 1 }, .about = { 0x11 }, .at_s = NOW_S, .made_s = NOW_S - 7200, .alert = true
    };
    (void)review_locked(r);
    effects = review_call(r, &call, true);
    cr_expect(effects & REVIEW_BELL);
    expect("LATE ALERT of");
    expect_not("see this patient now");
}

Test(review, a_damaged_record_is_shown_with_its_number_and_time)
{
    struct encounter *damaged = encounter_new(uid, NULL, NULL);
    effects |= review_opened(r, damaged, NULL);
    expect("DAMAGED");
    expect("11070707070707070707070707070707");
    type("l1d1");
    cr_expect_null(last_event);
}

Test(review, a_record_of_a_newer_version_says_so)
{
    struct encounter *newer = encounter_new(uid, NULL, NULL);
    encounter_set_fault(newer, DOCUMENT_NEWER);
    effects |= review_opened(r, newer, NULL);
    expect("NEWER VERSION");
    expect("11070707070707070707070707070707");
    expect_not("DAMAGED");
}

Test(review, every_screen_shows_its_keys_and_help)
{
    cr_expect_gt(review_screen(r)->nkeys, 3);
    type("?");
    expect("find by name");
    type(" ");
    key(KEY_ID_ENTER);
    for (char tab = '1'; tab <= '7'; tab++) {
        type((char[]){ tab, '\0' });
        cr_expect_gt(review_screen(r)->nkeys, 3);
    }
    type("?");
    expect("lower or confirm the flag");
}

/* Anything at all, in any order: nothing breaks, and the screen can always be drawn. */
Test(review, no_row_of_keys_breaks_it, .timeout = 60)
{
    static const enum event_key special[] = { KEY_ID_ENTER, KEY_ID_TAB,     KEY_ID_UP,     KEY_ID_DOWN,
                                              KEY_ID_LEFT,  KEY_ID_ESCAPE,  KEY_ID_END,    KEY_ID_PAGE_DOWN,
                                              KEY_ID_HOME,  KEY_ID_PAGE_UP, KEY_ID_F1 + 4, KEY_ID_BACKSPACE };
    unsigned random = 12345;
    for (int i = 0; i < 6000; i++) {
        random = random * 1103515245U + 12345U;
        unsigned n = random >> 16;
        if (n % 3 == 0) {
            key(special[n / 3 % (sizeof special / sizeof *special)]);
        } else {
            type((char[]){ (char)(' ' + n % 95), '\0' });
        }
        rc_next = n % 17 == 0 ? -1 : 1;
        if (review_screen(r)->nrows > 0) {
            (void)shown();
        }
    }
}
