#include "review_kit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"

const uint8_t uid[QUEUE_UID] = { 0x11, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7 };
const uint8_t other_uid[QUEUE_UID] = { 0x22, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7 };

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

const char body_text[] =
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
struct review *r;
int64_t ms;
unsigned effects, keys;
int rc_next = 1;   /* what vault_add() is going to say */
json_t *meanwhile; /* an event somebody else writes first, where rc_next is 0 */
json_t *last_event;

struct encounter *encounter_of(const char *text)
{
    struct frame_header header = { .rev = 2, .kind = FRAME_FINAL, .wall_s = NOW_S - 600 };
    json_error_t fault;
    json_t *body = json_loads(text, 0, &fault);
    cr_assert_not_null(body, "%s at %d", fault.text, fault.column);
    memcpy(header.uid, uid, sizeof header.uid);
    return encounter_new(uid, &header, body);
}

void put_row(const uint8_t *id, int64_t seq, const char *name, enum outcome class)
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

void feed(struct event *event)
{
    event->mono_ms = ms += 200;
    carry_out(review_event(r, event, NOW_S));
    keys++;
}

void key(enum event_key k)
{
    struct event event = { .type = EVENT_KEY, .key = k };
    feed(&event);
}

void type(const char *text)
{
    for (; *text != '\0'; text++) {
        struct event event = { .type = EVENT_CHAR, .len = 1, .text = { *text } };
        feed(&event);
    }
}

void wait_ms(int64_t more)
{
    struct event event = { .type = EVENT_TIMER, .mono_ms = ms += more };
    carry_out(review_event(r, &event, NOW_S));
}

void unlock(const json_t *kept)
{
    struct review_rights rights = { true, true, true };
    struct event tick = { .type = EVENT_TIMER, .mono_ms = ms };
    (void)review_event(r, &tick, NOW_S);
    effects |= review_unlocked(r, "anna", rights, kept);
}

void setup_review(void)
{
    ms = 1000;
    r = review_new(&setup, ms);
    unlock(NULL);
    put_row(uid, 1, "Ana Quillfeather", OUTCOME_HOLD);
    put_row(other_uid, 2, "Ben Other", OUTCOME_CLEAR);
    effects = keys = 0;
    rc_next = 1;
}

void teardown(void)
{
    review_free(r);
    json_decref(last_event);
    last_event = NULL;
}

/* Everything on the screen as one text. */
const char *shown(void)
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

void expect(const char *want)
{
    cr_expect(strstr(shown(), want) != NULL, "\"%s\" is not in:\n%s", want, shown());
}

void expect_not(const char *unwanted)
{
    cr_expect_null(strstr(shown(), unwanted), "\"%s\" is in:\n%s", unwanted, shown());
}

const char *event_text(const char *name)
{
    const char *text = json_string_value(json_object_get(last_event, name));
    return text == NULL ? "" : text;
}
