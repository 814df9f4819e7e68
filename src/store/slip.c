#include "slip.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "clock.h"
#include "mem.h"
#include "sql.h"
#include "stood.h"
#include "vault_keys.h"

enum { CODES = 10000, MOST_A_DAY = 5000, PENDING = 32 };

static void day_text(struct date day, char out[DATE_ISO_SIZE])
{
    (void)date_format_iso(day, out);
}

/* ---- giving out
 * ------------------------------------------------------------------------------------------- */

static int is_signed(struct db *db, const uint8_t uid[FRAME_UID], bool *found, struct err *err)
{
    struct sql q;
    *found = false;
    sql_prepare(&q, db, "SELECT 1 FROM deposit WHERE uid = ?1 AND kind = ?2");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_int(&q, 2, FRAME_FINAL);
    *found = sql_row(&q);
    return sql_end(&q, err);
}

/* After filing and carrying, so that what was signed late yesterday still had its slip. One that waits for a
 * form the clinic has no more is let go after a week. For a day after the clock was moved none is let go: by
 * it this morning may be long ago. */
static int forget_days(struct db *db, int64_t at_s, struct err *err)
{
    enum { DAY_S = 24 * 3600, WAIT_S = 7 * DAY_S };
    struct stood stood;
    if (stood_look(db, &stood, err) != 0) {
        return -1;
    }
    if (at_s - stood.since_s < DAY_S) {
        return 0;
    }
    char today[DATE_ISO_SIZE], week_ago[DATE_ISO_SIZE];
    bool any;
    struct sql q;
    day_text(clock_local_date(at_s), today);
    day_text(clock_local_date(at_s - WAIT_S), week_ago);
    sql_prepare(&q, db, "SELECT 1 FROM slip WHERE day < ?1 AND (used_by IS NULL OR carried = 1 OR day < ?2)");
    sql_text(&q, 1, today);
    sql_text(&q, 2, week_ago);
    any = sql_row(&q);
    int rc = sql_end(&q, err);
    if (rc != 0 || !any) {
        return rc;
    }
    if (db_begin(db, err) != 0) {
        return -1;
    }
    sql_prepare(&q, db, "DELETE FROM slip WHERE day < ?1 AND (used_by IS NULL OR carried = 1 OR day < ?2)");
    sql_text(&q, 1, today);
    sql_text(&q, 2, week_ago);
    if (sql_run(&q, err) != 0) {
        db_rollback(db);
        return -1;
    }
    return db_commit(db, err);
}

/* A bitmap of the day's numbers, then the n-th free one: no retries, however many are out. */
static int choose(struct db *db, const char *today, int *code, struct err *err)
{
    bool *out = mem_alloc(CODES * sizeof *out);
    uint32_t given = 0;
    struct sql q;
    sql_prepare(&q, db, "SELECT code FROM slip WHERE day = ?1");
    sql_text(&q, 1, today);
    while (sql_row(&q)) {
        int64_t taken = sql_get_int(&q, 0);
        given++;
        if (taken >= 0 && taken < CODES) {
            out[taken] = true;
        }
    }
    int rc = sql_end(&q, err);
    if (rc == 0 && given >= MOST_A_DAY) {
        rc = err_set(err, "%u slips were given out today: no more until tomorrow", given);
    }
    if (rc == 0) {
        uint32_t nth = randombytes_uniform(CODES - given);
        *code = 0;
        while (out[*code] || nth > 0) {
            nth -= out[*code] ? 0 : 1;
            (*code)++;
        }
    }
    free(out);
    return rc;
}

static int insert(struct vault *vault, const uint8_t uid[FRAME_UID], int64_t at_s, int code,
                  const char *today, struct err *err)
{
    struct sql q;
    struct audit_entry entry = { .at_s = at_s, .actor = vault_user(vault), .act = "slip", .uid = uid };
    sql_prepare(&q, vault->db, "INSERT INTO slip (day, code, uid) VALUES (?1, ?2, ?3)");
    sql_text(&q, 1, today);
    sql_int(&q, 2, code);
    sql_blob(&q, 3, uid, FRAME_UID);
    return sql_run(&q, err) == 0 ? audit_add(vault->db, &entry, err) : -1;
}

int slip_make(struct vault *vault, const uint8_t uid[FRAME_UID], int64_t at_s, char code[SLIP_CODE],
              struct err *err)
{
    char today[DATE_ISO_SIZE];
    bool found;
    int number = 0;
    day_text(clock_local_date(at_s), today);
    if (vault_need(vault, VAULT_DESK, err) != 0 || db_begin(vault->db, err) != 0) {
        return -1;
    }
    int rc = is_signed(vault->db, uid, &found, err);
    if (rc == 0 && !found) {
        rc = err_set(err, "a slip is given out for an intake that is signed: this one is not");
    }
    if (rc != 0 || choose(vault->db, today, &number, err) != 0 ||
        insert(vault, uid, at_s, number, today, err) != 0 || db_commit(vault->db, err) != 0) {
        db_rollback(vault->db);
        return -1;
    }
    for (size_t i = SLIP_CODE - 1; i-- > 0; number /= 10) {
        code[i] = (char)('0' + number % 10);
    }
    code[SLIP_CODE - 1] = '\0';
    return 0;
}

int slip_claim(struct db *db, struct date day, const char *code, const uint8_t uid[FRAME_UID],
               struct err *err)
{
    char text[DATE_ISO_SIZE];
    struct sql q;
    if (!date_is_full(day) || strlen(code) != SLIP_CODE - 1 || strspn(code, "0123456789") != SLIP_CODE - 1) {
        return 0;
    }
    day_text(day, text);
    sql_prepare(
        &q, db,
        "UPDATE slip SET used_by = ?3 WHERE day = ?1 AND code = ?2 AND used_by IS NULL AND uid <> ?3");
    sql_text(&q, 1, text);
    sql_int(&q, 2, atoi(code));
    sql_blob(&q, 3, uid, FRAME_UID);
    return sql_run(&q, err);
}

/* ---- carrying over
 * ---------------------------------------------------------------------------------------- */

struct pending {
    uint8_t uid[FRAME_UID], used_by[FRAME_UID];
};

static int read_pending(struct db *db, struct pending out[PENDING], size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(&q, db,
                "SELECT uid, used_by FROM slip WHERE used_by IS NOT NULL AND carried = 0 ORDER BY day, code");
    while (*n < PENDING && sql_row(&q)) {
        sql_get_exact(&q, 0, out[*n].uid, FRAME_UID);
        sql_get_exact(&q, 1, out[(*n)++].used_by, FRAME_UID);
    }
    return sql_end(&q, err);
}

static int mark_carried(struct db *db, const struct pending *one, struct err *err)
{
    struct sql q;
    if (db_begin(db, err) != 0) {
        return -1;
    }
    sql_prepare(&q, db, "UPDATE slip SET carried = 1 WHERE used_by = ?1");
    sql_blob(&q, 1, one->used_by, FRAME_UID);
    if (sql_run(&q, err) != 0 || db_commit(db, err) != 0) {
        db_rollback(db);
        return -1;
    }
    return 0;
}

struct carrying {
    const struct form *form;
    const struct encounter *from;
    struct encounter *to;
    int months;
    bool *carried; /* one an answer of `from` */
    size_t n;
};

static bool was_left(const struct encounter *e, const char *id)
{
    for (size_t i = 0; i < e->nanswers; i++) {
        if (strcmp(e->answer[i].id, id) == 0) {
            return strcmp(e->answer[i].state, "not_asked") == 0;
        }
    }
    return false;
}

/* Does the question still read as it did? As it stands in the new intake; a follow-up does not, and is read
 * with the form's own numbers. */
static bool reads_as_then(const struct carrying *c, size_t q, const struct encounter_answer *answer)
{
    for (size_t i = 0; i < c->to->nanswers; i++) {
        if (strcmp(c->to->answer[i].id, answer->id) == 0) {
            return strcmp(c->to->answer[i].clinic_question, answer->clinic_question) == 0;
        }
    }
    struct buf words = BUF_INIT;
    policies_fill(&words, c->form, NULL, c->form->question[q].text);
    bool same = strcmp(buf_str(&words), answer->clinic_question) == 0;
    buf_done(&words);
    return same;
}

/* Follow-ups were not asked either: they go with their main question. */
static bool may_carry(const struct carrying *c, const struct encounter_answer *answer)
{
    long q = form_question_index(c->form, answer->id);
    if (q < 0 || strcmp(answer->state, "given") != 0 || answer->to_check) {
        return false;
    }
    const struct form_question *question = &c->form->question[q];
    return was_left(c->to, c->form->question[question->main].id) &&
           !form_question_fresh(c->form, (size_t)q) && reads_as_then(c, (size_t)q, answer) &&
           date_is_full(answer->on) && date_compare(answer->on, c->to->asked_on) <= 0 &&
           date_compare(date_add_months(answer->on, c->months), c->to->asked_on) >= 0;
}

static void choose_carried(struct carrying *c)
{
    for (size_t i = 0; i < c->from->nanswers; i++) {
        c->carried[i] = may_carry(c, &c->from->answer[i]);
        c->n += c->carried[i];
    }
}

/* What the patient said today to the form's entry `since`: its object, if that is "no". */
static const json_t *said_no(const struct encounter *e, const struct form_since *since)
{
    const json_t *list = json_object_get(json_object_get(e->body, "returning"), "since");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *id = json_string_value(json_object_get(one, "id"));
        const char *answer = json_string_value(json_object_get(one, "answer"));
        if (id != NULL && answer != NULL && strcmp(id, since->id) == 0 && strcmp(answer, "no") == 0) {
            return one;
        }
    }
    return NULL;
}

/* Who answered today, as far as the intake tells. */
static const char *given_today_by(const struct encounter *e)
{
    return e->helper[0] != '\0' ? "helper" : "patient";
}

/* The earlier answer with today's in its place: its words, and who gave it. */
static json_t *answered_no(const struct carrying *c, const struct form_question *question,
                           const json_t *earlier, const json_t *said)
{
    const struct form_option *no = &question->option[form_option_index(question, "no")];
    json_t *answer = mem_need(json_deep_copy(earlier)), *words = json_object_get(said, "text");
    const char *const gone[] = { "language", "clinic_question", "clinic_answer", "ms", "fast", "ask_alone",
                                 "by",       "entered_by" };
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        (void)json_object_del(answer, gone[i]);
    }
    if (json_object_set_new(answer, "state", json_string("given")) != 0 ||
        json_object_set_new(answer, "value", json_string(no->id)) != 0 ||
        json_object_set(answer, "question", words) != 0 ||
        json_object_set_new(answer, "answer", json_string(no->text)) != 0 ||
        json_object_set_new(answer, "given_by", json_string(given_today_by(c->to))) != 0) {
        mem_need(NULL);
    }
    return answer;
}

/* Follow-ups about today, of questions that are carried, that a "no" of today answers. */
static json_t *answers_of_today(const struct carrying *c, const json_t *earlier)
{
    json_t *list = mem_need(json_array());
    for (size_t s = 0; s < c->form->nsince; s++) {
        const struct form_since *since = &c->form->since[s];
        const json_t *said = said_no(c->to, since);
        for (size_t k = 0; said != NULL && k < since->nno; k++) {
            const struct form_question *question = &c->form->question[since->no[k]];
            const char *main = c->form->question[question->main].id;
            const json_t *before = NULL;
            bool carried = false;
            for (size_t i = 0; i < c->from->nanswers; i++) {
                carried = carried || (c->carried[i] && strcmp(c->from->answer[i].id, main) == 0);
                before = strcmp(c->from->answer[i].id, question->id) == 0 &&
                                 strcmp(c->from->answer[i].state, "hidden") != 0
                             ? json_array_get(earlier, i)
                             : before;
            }
            if (carried && before != NULL) {
                mem_need(json_array_append_new(list, answered_no(c, question, before, said)) == 0 ? list
                                                                                                  : NULL);
            }
        }
    }
    return list;
}

/* With its language, which the earlier record may say for all its answers at once. */
static json_t *carried_answer(const struct encounter_answer *answer, json_t *raw)
{
    json_t *carried = mem_need(json_copy(raw));
    if (answer->language[0] != '\0' &&
        json_object_set_new(carried, "language", json_string(answer->language)) != 0) {
        mem_need(NULL);
    }
    return carried;
}

static void append(json_t *list, json_t *value)
{
    mem_need(json_array_append(list, value) == 0 ? list : NULL);
}

/* One event for each day on which answers were given, and for each who gave them; the last brings the result
 * with all of them in it. There is room for one an answer of `from`, and one more. */
static size_t answer_events(struct carrying *c, int64_t at_s, json_t **event)
{
    json_t *raw = encounter_answers(c->from), *all = mem_need(json_array());
    json_t *today = answers_of_today(c, raw);
    struct err err = { "" };
    size_t n = 0, left = c->n;
    if (json_array_size(today) > 0) {
        mem_need(json_array_extend(all, today) == 0 ? all : NULL);
        event[n++] = event_answers(at_s, c->to->asked_on, c->from->uid, given_today_by(c->to), today, NULL);
    } else {
        json_decref(today);
    }
    for (size_t i = 0; i < c->from->nanswers; i++) {
        if (c->carried[i]) {
            append(all, json_array_get(raw, i));
        }
    }
    for (size_t i = 0; i < c->from->nanswers; i++) {
        const struct encounter_answer *first = &c->from->answer[i];
        if (!c->carried[i]) {
            continue;
        }
        json_t *list = mem_need(json_array());
        for (size_t k = i; k < c->from->nanswers; k++) {
            const struct encounter_answer *other = &c->from->answer[k];
            if (c->carried[k] && date_equal(other->on, first->on) &&
                strcmp(other->given_by, first->given_by) == 0) {
                mem_need(json_array_append_new(list, carried_answer(other, json_array_get(raw, k))) == 0
                             ? list
                             : NULL);
                c->carried[k] = false;
                left--;
            }
        }
        json_t *result = left == 0 ? encounter_assess(c->to, c->form, c->to->visit_on, all, &err) : NULL;
        event[n++] = event_answers(at_s, first->on, c->from->uid, first->given_by, list, result);
    }
    json_decref(raw);
    json_decref(all);
    return n;
}

static int add(struct vault *vault, struct encounter *to, json_t **event, size_t n, int64_t at_s,
               struct err *err)
{
    int added = vault_add(vault, to, event, n, at_s, err);
    return added == 0 ? err_set(err, "somebody else is writing to this intake") : added < 0 ? -1 : 0;
}

static int add_note(struct vault *vault, struct encounter *to, const char *text, int64_t at_s,
                    struct err *err)
{
    json_t *event = event_note(at_s, text);
    return add(vault, to, &event, 1, at_s, err);
}

static bool is_linked(const struct encounter *e, const uint8_t uid[FRAME_UID])
{
    for (size_t i = 0; i < e->nlinks; i++) {
        if (memcmp(e->link[i].uid, uid, FRAME_UID) == 0) {
            return true;
        }
    }
    return false;
}

static int carry(struct vault *vault, struct carrying *c, int64_t at_s, struct err *err)
{
    size_t n = 0;
    const struct encounter *from = c->from;
    if (from->damaged || from->draft || c->to->damaged || !date_is_full(from->birth_date) ||
        !date_equal(from->birth_date, c->to->birth_date)) {
        return add_note(
            vault, c->to,
            "The slip belongs to an intake with another birth date, or one that cannot be read: nothing "
            "was carried over. Look who this is, and ask what was not asked.",
            at_s, err);
    }
    json_t **event = mem_alloc((from->nanswers + 3) * sizeof *event);
    /* In this one alone: with a side in each the audit trail would say for good, in clear, which two a slip
     * tied together. Whoever opens the earlier one finds the other by name and birth date. */
    event[n++] = event_link(at_s, from->uid, true);
    if (from->name[0] != '\0') {
        event[n] = event_correct(at_s, from->name, (struct date){ 0, 0, 0 },
                                 from->phone[0] != '\0' ? from->phone : NULL);
        if (event_check(event[n], NULL) == 0) {
            n++;
        } else { /* no name that anybody could type: the one of today stays */
            json_decref(event[n]);
        }
    }
    c->carried = mem_alloc((from->nanswers + 1) * sizeof *c->carried);
    choose_carried(c);
    n += answer_events(c, at_s, event + n);
    free(c->carried);
    int rc = add(vault, c->to, event, n, at_s, err);
    free(event);
    if (rc != 0) {
        return -1;
    }
    return c->n > 0
               ? 0
               : add_note(
                     vault, c->to,
                     "The last visit is too long ago, or its questions have changed: nothing was carried "
                     "over. Ask what was not asked.",
                     at_s, err);
}

/* 1: seen to; 0: it waits for its form; -1. */
static int carry_one(struct vault *vault, const struct pending *one, slip_form_fn *form, void *arg,
                     int months, int64_t at_s, struct err *err)
{
    struct encounter *from = NULL, *to = NULL;
    struct form *loaded = NULL;
    int rc = vault_encounter(vault, one->used_by, &to, err);
    if (rc == 1 && !is_linked(to, one->uid)) {
        rc = vault_encounter(vault, one->uid, &from, err);
        loaded = rc == 1 ? form(arg, to->form_hash) : NULL;
        if (rc == 1 && loaded != NULL) {
            struct carrying c = { .form = loaded, .from = from, .to = to, .months = months };
            rc = carry(vault, &c, at_s, err) == 0 ? 1 : -1;
        } else if (rc == 1) {
            rc = 2;
        }
    }
    encounter_free(from);
    encounter_free(to);
    form_free(loaded);
    if (rc < 0 || rc == 2) {
        return rc < 0 ? -1 : 0;
    }
    return mark_carried(vault->db, one, err) == 0 ? 1 : -1; /* one that is gone waits for nothing either */
}

int slip_carry(struct vault *vault, slip_form_fn *form, void *arg, int months, int64_t at_s, struct err *err)
{
    struct pending pending[PENDING];
    size_t n = 0;
    int done = 0;
    if (!vault_may(vault, VAULT_WRITE)) {
        return 0;
    }
    if (read_pending(vault->db, pending, &n, err) != 0) {
        return -1;
    }
    bool all = true;
    for (size_t i = 0; i < n; i++) {
        struct err later;
        int rc = carry_one(vault, &pending[i], form, arg, months, at_s, all ? err : &later);
        all = all && rc >= 0;
        done += rc > 0;
    }
    return !all || forget_days(vault->db, at_s, err) != 0 ? -1 : done;
}
