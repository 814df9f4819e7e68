/* cmd_check.c: is a form fit to be asked? Everything that is wrong with it, at once. */
#include "command.h"

#include <limits.h>
#include <sodium.h>

#include "buf.h"
#include "check_languages.h"
#include "reading.h"
#include "setting.h"
#include "tr.h"

/* The grade ends the line of a sound form. */
static void add_grade(struct buf *line, const struct reading *reading)
{
    buf_adds(line, ", ");
    if (reading->measured) {
        buf_addf(line, tr("reading level: grade %.1f"), reading->grade);
    } else {
        buf_adds(line, tr("reading level: not measured, not English"));
    }
    buf_adds(line, "\n");
}

static void add_warnings(struct buf *line, const char *folder, const struct reading *reading)
{
    for (size_t i = 0; i < reading->nfindings; i++) {
        const struct reading_finding *finding = &reading->finding[i];
        buf_addf(line, tr("%s: warning: %s %s."), folder, finding->where, finding->what);
        buf_adds(line, "\n");
    }
}

/* Those of kiosk.conf, or every catalogue of a folder. Returns how many cannot be offered. */
static int add_languages(struct buf *line, const struct command_call *call, const char *folder,
                         const struct setting *setting)
{
    const char *locale = command_value(call, "locale");
    struct err err = { "" };
    if (locale == NULL) {
        return setting->config ? (int)check_languages(line, folder, setting->config, setting->form) : 0;
    }
    int refused = check_languages_in(line, folder, locale, setting->form, &err);
    if (refused < 0) {
        buf_addf(line, "%s\n", err.text);
    }
    return refused;
}

static int check(const struct command_call *call, const char *folder)
{
    struct setting setting;
    struct problems problems = PROBLEMS_INIT;
    struct buf line = BUF_INIT;
    int status = COMMAND_OK;
    if (!setting_load(&setting, folder, call->config_given ? call->config : NULL, &problems) &&
        setting.config) {
        config_check_forms(setting.config, &problems);
        config_check_limits(setting.config, setting.form, &problems);
    }
    if (problems.total) {
        problems_text(&problems, &line);
        status = COMMAND_FAILED;
    } else {
        const struct form *form = setting.form;
        char hash[2 * sizeof form->hash + 1];
        sodium_bin2hex(hash, sizeof hash, form->hash, sizeof form->hash);
        buf_addf(&line, "%s: %s ", folder, form->title);
        buf_addf(&line, tr("version %s"), form->version);
        buf_adds(&line, ": ");
        buf_addf(&line, tr_n("%zu question", "%zu questions", form->nquestions), form->nquestions);
        buf_adds(&line, ", ");
        buf_addf(&line, tr_n("%zu rule", "%zu rules", form->nrules), form->nrules);
        buf_adds(&line, ", ");
        buf_addf(&line, tr_n("%zu item", "%zu items", form->nitems), form->nitems);
        buf_adds(&line, ", ");
        buf_addf(&line, tr("hash %s"), hash);
        struct reading *reading = reading_measure(form);
        add_grade(&line, reading);
        add_warnings(&line, folder, reading);
        if (reading->nfindings && command_value(call, "strict")) {
            status = COMMAND_FAILED;
        }
        reading_free(reading);
        if (add_languages(&line, call, folder, &setting) != 0) {
            status = COMMAND_FAILED;
        }
    }
    setting_done(&setting);
    command_print(call, buf_str(&line));
    buf_done(&line);
    problems_done(&problems);
    return status;
}

static int run(const struct command_call *call)
{
    int status = COMMAND_OK;
    for (size_t i = 0; i < call->nargs; i++) {
        if (check(call, call->arg[i])) {
            status = COMMAND_FAILED;
        }
    }
    return status;
}

static const struct command_option options[] = {
    { "locale", "DIR", N_("look at every language in DIR, a folder of .mo files") },
    { "strict", NULL, N_("fail where the form is hard to read, too") },
    { NULL, NULL, NULL },
};

const struct command cmd_check = {
    .name = "check",
    .args = "FORM...",
    .summary = N_("say all that is wrong with a form, or that nothing is"),
    .help = N_("FORM is a form's folder. Each problem is printed with its file and line.\n"
               "With --config, that kiosk.conf is checked too: its policies against the form, and\n"
               "that the forms it names are there, and the languages it offers: how much of each is\n"
               "translated. One is not offered while a text that a patient reads is missing, or has other\n"
               "names in braces than the English. Those of the folder DIR, with --locale.\n"
               "What is hard to read for a patient is named in warnings: they change the exit status\n"
               "only with --strict. English forms are measured, others are not."),
    .min_args = 1,
    .max_args = INT_MAX,
    .option = options,
    .run = run,
};
