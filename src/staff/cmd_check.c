/* cmd_check.c: is a form fit to be asked? Everything that is wrong with it, at once. */
#include "command.h"

#include <dirent.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "check_languages.h"
#include "file.h"
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

static int is_part(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && path_ends_in(entry->d_name, ".cfg");
}

static bool names_part(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->nparts; i++) {
        if (strcmp(form->part[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Rules in a file that form.cfg forgets would never flag anything. */
static void add_strays(struct buf *line, const char *folder, const struct form *form)
{
    struct dirent **entry = NULL;
    int n = scandir(folder, &entry, is_part, alphasort);
    for (int i = 0; i < n; i++) {
        if (!names_part(form, entry[i]->d_name)) {
            buf_addf(line, tr("%s/%s: warning: form.cfg does not name this file, so nothing in it is used."),
                     folder, entry[i]->d_name);
            buf_adds(line, "\n");
        }
        free(entry[i]);
    }
    free(entry);
}

/* Those of kiosk.conf, or every catalogue of a folder. Returns how many cannot be offered. */
static int add_languages(struct buf *line, const struct command_call *call, const char *folder,
                         const struct setting *setting)
{
    const char *locale = command_value(call, "locale");
    bool all = command_value(call, "texts") != NULL;
    struct err err = { "" };
    if (locale == NULL) {
        return setting->config ? (int)check_languages(line, folder, setting->config, setting->form, all) : 0;
    }
    int refused = check_languages_in(line, folder, locale, setting->form, all, &err);
    if (refused < 0) {
        buf_addf(line, "%s\n", err.text);
    }
    return refused;
}

/* A sound form in a line, and what may be better. */
static int describe(struct buf *line, const struct command_call *call, const char *folder,
                    const struct setting *setting)
{
    const struct form *form = setting->form;
    char hash[2 * sizeof form->hash + 1];
    sodium_bin2hex(hash, sizeof hash, form->hash, sizeof form->hash);
    buf_addf(line, "%s: %s ", folder, form->title);
    buf_addf(line, tr("version %s"), form->version);
    buf_adds(line, ": ");
    buf_addf(line, tr_n("%zu question", "%zu questions", form->nquestions), form->nquestions);
    buf_adds(line, ", ");
    buf_addf(line, tr_n("%zu rule", "%zu rules", form->nrules), form->nrules);
    buf_adds(line, ", ");
    buf_addf(line, tr_n("%zu item", "%zu items", form->nitems), form->nitems);
    buf_adds(line, ", ");
    buf_addf(line, tr("hash %s"), hash);
    struct reading *reading = reading_measure(form);
    bool hard = reading->nfindings > 0 && command_value(call, "strict") != NULL;
    add_grade(line, reading);
    add_warnings(line, folder, reading);
    reading_free(reading);
    add_strays(line, folder, form);
    bool refused = add_languages(line, call, folder, setting) != 0;
    return hard || refused ? COMMAND_FAILED : COMMAND_OK;
}

static int check(const struct command_call *call, const char *folder)
{
    struct setting setting;
    struct problems problems = PROBLEMS_INIT;
    struct buf line = BUF_INIT;
    int status = COMMAND_FAILED;
    if (!setting_load(&setting, folder, call->config_given ? call->config : NULL, &problems) &&
        setting.config) {
        config_check_forms(setting.config, &problems);
        config_check_limits(setting.config, setting.form, &problems);
    }
    if (problems.total) {
        problems_text(&problems, &line);
    } else {
        status = describe(&line, call, folder, &setting);
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
    { "texts", NULL, N_("name every text that a language lacks, however many they are") },
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
               "Where more than five are, they are counted, and named with --texts.\n"
               "A .cfg file in the folder that form.cfg does not name is a warning.\n"
               "What is hard to read for a patient is named in warnings: they change the exit status\n"
               "only with --strict. English forms are measured, others are not."),
    .min_args = 1,
    .max_args = INT_MAX,
    .option = options,
    .run = run,
};
