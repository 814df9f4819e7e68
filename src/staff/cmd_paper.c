/* cmd_paper.c: a form on paper, as text or as a PDF. No patient's data is in it: nothing is unlocked. */
#include "command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "approval.h"
#include "file.h"
#include "helper.h"
#include "languages.h"
#include "questionnaire.h"
#include "setting.h"
#include "tr.h"

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcasecmp(text + n - m, end) == 0;
}

/* Without a kiosk.conf nobody can have signed. */
static bool is_demo(const struct command_call *call, const struct setting *setting,
                    const struct language *language)
{
    struct problems problems = PROBLEMS_INIT;
    if (setting->config == NULL) {
        return true;
    }
    struct approvals *approvals = approvals_load(setting->config->approvals, &problems);
    const struct approval_view view = {
        .approvals = approvals,
        .config = setting->config,
        .form = setting->form,
        .policies = setting->policies,
        .today = clock_local_date(clock_wall_s(call->clock)),
        .clock = clock_system_state(),
    };
    bool own = strcmp(language->code, setting->form->language) == 0;
    bool demo = approval_in_force(&view, &problems) == NULL ||
                (!own && approval_of_language(&view, language, &problems) == NULL);
    approvals_free(approvals);
    problems_done(&problems);
    return demo;
}

static int write_out(const struct command_call *call, const struct buf *text, const char *path,
                     struct err *err)
{
    if (path != NULL) {
        return file_replace(path, text->data, text->len, 0644, err);
    }
    fwrite(buf_str(text), 1, text->len, call->out);
    return 0;
}

static int make(const struct command_call *call, const struct questionnaire *q, struct err *err)
{
    const char *path = command_value(call, "output");
    bool pdf = path != NULL && ends_with(path, ".pdf") && command_value(call, "text") == NULL;
    struct buf document = BUF_INIT, file = BUF_INIT;
    enum print_as as = pdf ? PRINT_STREAM : PRINT_TEXT;
    if (command_value(call, "handout") != NULL) {
        questionnaire_handout(&document, as, q);
    } else {
        questionnaire_print(&document, as, q);
    }
    int rc = pdf ? helper_pdf(&document, &file, err) : 0;
    if (rc == 0) {
        rc = write_out(call, pdf ? &file : &document, path, err);
    }
    buf_done(&document);
    buf_done(&file);
    return rc;
}

static int read_size(const struct command_call *call, enum print_size *out)
{
    const char *given = command_value(call, "size");
    *out = PRINT_A4;
    if (given == NULL || strcasecmp(given, "A4") == 0) {
        return COMMAND_OK;
    }
    if (strcasecmp(given, "letter") != 0) {
        return command_usage(call, tr("--size is A4 or Letter, not \"%s\""), given);
    }
    *out = PRINT_LETTER;
    return COMMAND_OK;
}

/* On paper too a form is in one language, or not at all: the one asked for, or else the clinic's if all of it
 * is there, or else the form's own. */
static int load_language(struct language *language, const struct setting *setting, const char *code,
                         struct err *err)
{
    const struct config shipped = { .locale_dir = FOYER_DATADIR "/locale" };
    if (code == NULL) {
        const char *clinic = setting->config ? setting->config->clinic_language : setting->form->language;
        if (language_load(language, setting->config, setting->form, clinic, err) == 0 && language->complete) {
            return 0;
        }
        language_done(language);
        return language_load(language, setting->config, setting->form, setting->form->language, err);
    }
    if (strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(code)) {
        return err_set(err, tr("\"%s\" is no language: say es, or zh_CN"), code);
    }
    if (language_load(language, setting->config ? setting->config : &shipped, setting->form, code, err) !=
        0) {
        return -1;
    }
    if (language->complete) {
        return 0;
    }
    language_done(language);
    return err_set(err, tr("texts are missing in the language \"%s\": `foyer check` says which"), code);
}

static int run(const struct command_call *call)
{
    struct questionnaire q = { .large = command_value(call, "large") != NULL };
    struct problems problems = PROBLEMS_INIT;
    struct setting setting;
    struct err err = { "" };
    int status = read_size(call, &q.size);
    if (status != COMMAND_OK) {
        return status;
    }
    /* The installed kiosk.conf too, so that the clinic's name is on its paper; a form alone needs none. */
    const char *config = call->config_given || access(call->config, R_OK) == 0 ? call->config : NULL;
    if (setting_load(&setting, call->arg[0], config, &problems) != 0) {
        problems_err(&problems, &err);
        problems_done(&problems);
        return command_fail(call, &err);
    }
    struct language language = { .code = "" };
    if (load_language(&language, &setting, command_value(call, "language"), &err) != 0) {
        setting_done(&setting);
        return command_fail(call, &err);
    }
    if (helper_start(NULL, &err) != 0 || command_lock(&err) != 0) {
        language_done(&language);
        setting_done(&setting);
        return command_fail(call, &err);
    }
    const struct catalogue *before = tr_used();
    tr_use(language.catalogue);
    config_facts(setting.config, q.fact);
    q.form = language.form;
    q.policies = setting.policies;
    q.demo = is_demo(call, &setting, &language);
    int rc = make(call, &q, &err);
    tr_use(before);
    status = rc == 0 ? COMMAND_OK : command_fail(call, &err);
    language_done(&language);
    setting_done(&setting);
    return status;
}

static const struct command_option options[] = {
    { "output", "FILE", N_("write to FILE; a name that ends in .pdf gives a PDF") },
    { "language", "CODE", N_("in that language, not in the clinic's") },
    { "large", NULL, N_("large print: letters of 20 points, not 14") },
    { "size", "PAPER", N_("A4 (which it is if left out) or Letter") },
    { "handout", NULL, N_("not the questions: what a patient may read and take home") },
    { "text", NULL, N_("plain text, whatever the file is called") },
    { NULL, NULL, NULL },
};

const struct command cmd_paper = {
    .name = "paper",
    .args = "FORM",
    .summary = N_("a form on paper, for who cannot or will not use a screen"),
    .help = N_("FORM is a form's folder. The same questions as on the screen, with boxes and lines, and\n"
               "\"If you ticked ...\" before the follow-ups. Without -o, as plain text.\n"
               "Every page says DEMO until a clinician has signed the form (see `foyer form`)."),
    .min_args = 1,
    .max_args = 1,
    .option = options,
    .starts = true,
    .run = run,
};
