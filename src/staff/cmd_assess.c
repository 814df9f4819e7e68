/* cmd_assess.c: from a file of answers to the assessment, by the same code the kiosk runs, without terminal
 * or database. Nothing is printed until all of it has been worked out: what could not be assessed must never
 * read as clear. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "assess.h"
#include "buf.h"
#include "document.h"
#include "file.h"
#include "mem.h"
#include "setting.h"
#include "text.h"
#include "tr.h"

enum { ANSWERS_MAX = 1024 * 1024, FLAGS_MAX = 256 };

struct days {
    struct date asked, visit;
};

static int read_day(const struct command_call *call, const char *option, struct date *out)
{
    const char *value = command_value(call, option);
    if (!value || (date_parse_iso(value, out) && date_is_full(*out))) {
        return COMMAND_OK;
    }
    return command_usage(call, tr("--%s wants a day like 2026-11-21, not \"%s\""), option, value);
}

/* Either day left out is today; but a visit in the past was asked about no later than that. */
static int complete_days(const struct command_call *call, struct days *days)
{
    struct date today = clock_local_date(clock_wall_s(call->clock));
    if (!date_is_set(days->asked)) {
        days->asked = date_is_set(days->visit) && date_compare(days->visit, today) < 0 ? days->visit : today;
    }
    if (!date_is_set(days->visit)) {
        days->visit = days->asked;
    }
    if (date_compare(days->visit, days->asked) < 0) {
        return command_usage(call, "%s", tr("the visit is before the day of asking"));
    }
    return COMMAND_OK;
}

static bool is_choice(const struct form_policy *policy, const char *value)
{
    for (size_t i = 0; i < policy->nchoices; i++) {
        if (strcmp(policy->choice[i], value) == 0) {
            return true;
        }
    }
    return false;
}

/* device_list=FLAG,FLAG: the list itself, and the policy on. Takes `value` apart. */
static int set_device_list(struct setting *setting, const char *name, char *value, struct err *err)
{
    const char *flag[FLAGS_MAX];
    size_t n = 0;
    char *rest = NULL;
    for (char *word = strtok_r(value, ", ", &rest); word; word = strtok_r(NULL, ", ", &rest)) {
        if (n == FLAGS_MAX) {
            return err_set(err, tr("more than %d flags on the device list"), FLAGS_MAX);
        }
        flag[n++] = word;
    }
    if (n == 0) {
        return err_set(err, "%s", tr("device_list= names no flag; say none, listed, or flags"));
    }
    if (policies_set_device_flags(setting->policies, setting->form, flag, n, err)) {
        return -1;
    }
    return policies_set(setting->policies, setting->form, name, "listed", err);
}

static int set_policy(struct setting *setting, const char *text, struct err *err)
{
    char *name = mem_strdup(text);
    char *value = strchr(name, '=');
    int status;
    if (!value) {
        status = err_set(err, tr("--policy wants NAME=VALUE, not \"%s\""), text);
    } else {
        *value++ = '\0';
        long index = form_policy_index(setting->form, name);
        if (index >= 0 && index == setting->form->device_policy &&
            !is_choice(&setting->form->policy[index], value)) {
            status = set_device_list(setting, name, value, err);
        } else {
            status = policies_set(setting->policies, setting->form, name, value, err);
        }
    }
    free(name);
    return status;
}

static int set_policies(const struct command_call *call, struct setting *setting)
{
    for (size_t i = 0; i < call->noptions; i++) {
        struct err err;
        if (strcmp(call->given[i].option->name, "policy") == 0 &&
            set_policy(setting, call->given[i].value, &err)) {
            return command_usage(call, "%s", err.text);
        }
    }
    return COMMAND_OK;
}

/* All of a stream, which is no regular file, up to ANSWERS_MAX. */
static int read_stream(FILE *in, struct buf *out, struct err *err)
{
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, in)) > 0) {
        buf_add(out, part, n);
        if (out->len > ANSWERS_MAX) {
            return err_set(err, tr("the answers are too long: more than %d bytes"), ANSWERS_MAX);
        }
    }
    return ferror(in) ? err_sys(err, "%s", tr("the answers could not be read")) : 0;
}

static int read_answers(const struct command_call *call, struct answers *answers, struct err *err)
{
    const char *path = call->arg[1];
    struct buf text = BUF_INIT;
    int status =
        strcmp(path, "-") == 0 ? read_stream(call->in, &text, err) : file_read(path, ANSWERS_MAX, &text, err);
    if (!status) {
        json_t *object = document_parse(buf_str(&text), text.len, err);
        status = object ? document_read_answers(object, answers, err) : -1;
        json_decref(object);
        if (status) {
            err_prefix(err, "%s", path);
        }
    }
    buf_wipe(&text);
    return status;
}

/* Indented, for people. */
static int print_json(FILE *out, const struct buf *document, struct err *err)
{
    json_t *json = document_parse(buf_str(document), document->len, err);
    if (!json) {
        return -1;
    }
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, text, strlen(text), true);
    fprintf(out, "%s\n", buf_str(&clean));
    buf_wipe(&clean);
    mem_wipe_free(text);
    json_decref(json);
    return 0;
}

static int assess_answers(const struct command_call *call, const struct setting *setting,
                          const struct days *days)
{
    struct err err;
    struct answers *answers = answers_new(setting->form);
    int status = COMMAND_OK;
    answers_set_context(answers, days->visit, setting->policies->value);
    if (read_answers(call, answers, &err)) {
        status = command_fail(call, &err);
    } else {
        struct assessment *result = assessment_new();
        assess(result, answers, setting->policies, days->asked, days->visit);
        struct buf document = BUF_INIT;
        const char *fact[PLACEHOLDERS];
        config_facts(setting->config, fact);
        document_assessment(&document, NULL, result, answers, setting->policies, fact, NULL,
                            command_value(call, "trace") != NULL);
        if (print_json(call->out, &document, &err)) {
            status = command_fail(call, &err);
        }
        buf_wipe(&document);
        assessment_free(result);
    }
    answers_free(answers);
    return status;
}

static int run(const struct command_call *call)
{
    struct days days = { { 0 }, { 0 } };
    struct setting setting;
    struct problems problems = PROBLEMS_INIT;
    int status = read_day(call, "asked", &days.asked);
    if (!status) {
        status = read_day(call, "visit", &days.visit);
    }
    if (status) {
        return status;
    }
    if (setting_load(&setting, call->arg[0], call->config_given ? call->config : NULL, &problems)) {
        struct err err;
        problems_err(&problems, &err);
        problems_done(&problems);
        return command_fail(call, &err);
    }
    status = complete_days(call, &days); /* only now is the clinic's timezone known */
    if (!status) {
        status = set_policies(call, &setting);
    }
    if (!status) {
        status = assess_answers(call, &setting, &days);
    }
    setting_done(&setting);
    return status;
}

static const struct command_option options[] = {
    { "asked", "DATE", N_("the day the questions were asked; today if left out") },
    { "visit", "DATE", N_("the day of the visit; the day of asking if left out") },
    { "policy", "NAME=VALUE", N_("set one of the form's policies; may be given again") },
    { "trace", NULL, N_("also say which rules did not fire, and why") },
    { NULL, NULL, NULL },
};

const struct command cmd_assess = {
    .name = "assess",
    .args = "FORM ANSWERS.json",
    .summary = N_("assess a file of answers and print the result as JSON"),
    .help =
        N_("FORM is a form's folder. ANSWERS.json is { \"question\": \"answer\", ... }; - reads it from the\n"
           "standard input. Policies are the form's own, or with --config the clinic's.\n"
           "--policy device_list=FLAG,FLAG names the flags on the device list and turns it on."),
    .min_args = 2,
    .max_args = 2,
    .option = options,
    .run = run,
};
