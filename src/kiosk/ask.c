#include "ask.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "link.h"
#include "loader.h"
#include "mem.h"
#include "tr.h"
#include "visit.h"

enum {
    IDLE_S = 600, /* on the telephone people pause: to look for a box of pills, say */
    WARN_S = 300,
};

struct ask {
    int link;
    json_t *wanted;
    struct answers *answers;
    const char **given_by, **entered_by;
    bool *again;
    struct wizard_staff staff;
    struct post_resume resume;
};

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static bool bytes_at(const json_t *object, const char *key, uint8_t *out, size_t size)
{
    const char *hex = text_at(object, key);
    size_t len = 0;
    return sodium_hex2bin(out, size, hex, strlen(hex), NULL, &len, NULL) == 0 && len == size;
}

static int64_t time_at(const json_t *object, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value > 0 ? (int64_t)value : 0;
}

static int fault(struct problems *problems, const char *what)
{
    problems_add(problems, "foyer ask", 0, "%s", what);
    return -1;
}

/* Whose they are stays with each answer. One that this form does not know is passed over: it was another
 * form's.
 */
static int read_answers(struct ask *ask, const struct form *form, struct problems *problems)
{
    const json_t *list = json_object_get(ask->wanted, "answers");
    struct err err = { "" };
    json_t *values = mem_need(json_object());
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *answer = json_array_get(list, i);
        long q = form_question_index(form, text_at(answer, "id"));
        if (q < 0) {
            continue;
        }
        const char *given_by = text_at(answer, "given_by"), *entered_by = text_at(answer, "entered_by");
        ask->given_by[q] = given_by[0] != '\0' ? given_by : text_at(answer, "by");
        ask->entered_by[q] = entered_by[0] != '\0' ? entered_by : NULL;
        document_add_value(values, answer);
    }
    int rc = document_read_answers(values, ask->answers, &err);
    json_decref(values);
    return rc == 0 ? 0 : fault(problems, err.text);
}

static int read_again(struct ask *ask, const struct form *form, struct problems *problems)
{
    const json_t *list = json_object_get(ask->wanted, "again");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *id = json_string_value(json_array_get(list, i));
        long q = id != NULL ? form_question_index(form, id) : FORM_NONE;
        if (q < 0 || form->question[q].type == QUESTION_INFO) {
            return fault(problems, "the form does not have a question that is to be asked again");
        }
        ask->again[q] = true;
    }
    return 0;
}

static int read_source(const json_t *wanted, enum wizard_source *out)
{
    static const char *const name[] = {
        [FROM_PATIENT] = "patient", [FROM_PHONE] = "phone", [FROM_PAPER] = "paper"
    };
    const char *source = text_at(wanted, "source");
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        if (source[0] == '\0' || strcmp(source, name[i]) == 0) {
            *out = (enum wizard_source)i;
            return 0;
        }
    }
    return -1;
}

static int prepare(struct ask *ask, struct visit_setup *visit, struct problems *problems)
{
    const json_t *wanted = ask->wanted;
    const struct form *form = visit->post.form;
    struct wizard_staff *staff = &ask->staff;
    ask->answers = answers_new(form);
    answers_set_context(ask->answers, clock_local_date(clock_wall_s(clock_system())),
                        visit->post.policies->value);
    ask->given_by = mem_alloc((form->nquestions + 1) * sizeof *ask->given_by);
    ask->entered_by = mem_alloc((form->nquestions + 1) * sizeof *ask->entered_by);
    ask->again = mem_alloc((form->nquestions + 1) * sizeof *ask->again);
    if (read_answers(ask, form, problems) != 0 || read_again(ask, form, problems) != 0) {
        return -1;
    }
    if (read_source(wanted, &staff->source) != 0 || text_at(wanted, "user")[0] == '\0') {
        return fault(problems, "it does not say who enters the answers, and how");
    }
    staff->user = text_at(wanted, "user");
    staff->again = json_object_get(wanted, "again") != NULL ? ask->again : NULL;
    staff->answers = ask->answers;
    staff->given_by = ask->given_by;
    staff->entered_by = ask->entered_by;
    staff->name = text_at(wanted, "name");
    staff->phone = text_at(wanted, "phone");
    staff->helper_name = text_at(wanted, "helper_name");
    staff->helper_relation = text_at(wanted, "helper_relation");
    staff->started_s = time_at(wanted, "started");
    staff->consented_s = time_at(wanted, "consented");
    if (json_object_get(wanted, "uid") != NULL) {
        ask->resume.rev = (uint32_t)time_at(wanted, "rev");
        if (!bytes_at(wanted, "uid", ask->resume.uid, sizeof ask->resume.uid) ||
            !bytes_at(wanted, "delete_key", ask->resume.delete_key, sizeof ask->resume.delete_key) ||
            ask->resume.rev == 0) {
            return fault(problems, "it does not say which intake is to be finished");
        }
        visit->post.resume = &ask->resume;
        staff->kept = true;
    }
    visit->staff = staff;
    visit->post.language = visit->post.staff_language;
    visit->post.nlanguages = visit->post.nstaff_languages;
    visit->post.first_language = visit->post.clinic_language;
    visit->touch = TOUCH_OFF;
    visit->idle_s = IDLE_S;
    visit->warn_s = WARN_S;
    return 0;
}

static int serve(void *arg, struct visit_setup *visit, struct problems *problems)
{
    struct ask *ask = arg;
    int status = prepare(ask, visit, problems) == 0 ? visit_run(visit, ask->link) : VISIT_FAULT;
    answers_free(ask->answers);
    free(ask->given_by);
    free(ask->entered_by);
    free(ask->again);
    return status;
}

/* What is to be asked. NULL with a problem: the other end is no `foyer ask`, or is gone. */
static json_t *hear(int link, struct problems *problems)
{
    struct link_message message = { 0 };
    struct err err = { "nobody says what to ask: this is started by \"foyer ask\"" };
    json_t *wanted = NULL;
    if (link_receive(link, &message, NULL) == 1 && message.type == LINK_ASK) {
        wanted = document_parse((const char *)message.body, message.len, &err);
    }
    if (wanted == NULL) {
        (void)fault(problems, err.text);
    }
    if (message.body != NULL) {
        explicit_bzero(message.body, message.len);
    }
    link_message_done(&message);
    return wanted;
}

int ask_run(const struct ask_setup *setup)
{
    struct problems problems = PROBLEMS_INIT;
    struct ask ask = { .link = setup->link, .wanted = hear(setup->link, &problems) };
    const struct loader_setup loader = { setup->config, setup->screen, setup->term, setup->mono, false };
    int status = ask.wanted == NULL ? VISIT_FAULT : loader_once(&loader, serve, &ask, &problems);
    if (problems.total > 0) {
        struct buf text = BUF_INIT;
        problems_text(&problems, &text);
        (void)link_send(setup->link, LINK_LOG, text.data, text.len, NULL);
        buf_done(&text);
    }
    problems_done(&problems);
    json_decref(ask.wanted);
    return status == VISIT_DONE || status == VISIT_GONE ? 0 : 1;
}
