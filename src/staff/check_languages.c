#include "check_languages.h"

#include <stdlib.h>
#include <string.h>

#include "languages.h"
#include "text.h"
#include "tr.h"

/* A language of which nothing is there would fill the screen. */
enum { SHOWN = 20, EXCERPT = 60 };

struct report {
    struct buf *out;
    const char *where, *code;
    size_t errors, hidden;
};

static const char *fault_words(enum language_fault fault)
{
    switch (fault) {
    case LANGUAGE_MISSING:
        return tr("is not translated");
    case LANGUAGE_BRACES:
        return tr("has other names in braces than the English");
    case LANGUAGE_LONG:
        break;
    }
    return tr("is too long for a screen of 40 columns and 12 rows");
}

static void add_finding(void *arg, const struct language_finding *finding)
{
    struct report *report = arg;
    report->errors += finding->refuses;
    if (finding->refuses && report->errors > SHOWN) {
        report->hidden++;
        return;
    }
    buf_addf(report->out, "%s: %s: %s%s%s\"%.*s\" %s\n", report->where, report->code,
             finding->refuses ? "" : tr("warning: "), finding->context,
             finding->context[0] != '\0' ? " " : "", (int)text_fit(finding->english, EXCERPT),
             finding->english, fault_words(finding->fault));
}

/* Returns whether it is refused. */
static bool check_one(struct buf *out, const char *where, const struct config *config,
                      const struct form *form, const char *code)
{
    struct report report = { out, where, code, 0, 0 };
    struct language language;
    struct err err = { "" };
    if (language_load(&language, config, form, code, &err) != 0) {
        buf_addf(out, "%s: %s: %s\n", where, code, err.text);
        return true;
    }
    bool unclean = language.catalogue != NULL && catalogue_check(language.catalogue, &err) != 0;
    if (unclean) {
        buf_addf(out, "%s: %s: %s\n", where, code, err.text);
    }
    struct language_coverage c = language_look(form, language.catalogue, add_finding, &report);
    if (report.hidden > 0) {
        buf_addf(out,
                 tr_n("%s: %s: and %zu more like it\n", "%s: %s: and %zu more like these\n", report.hidden),
                 where, code, report.hidden);
    }
    buf_addf(out, "%s: %s: ", where, code);
    buf_addf(
        out,
        tr("%s: for patients %zu of %zu texts of the form, %zu of %zu of the program; for staff %zu of %zu"),
        language.name, c.patient_form_done, c.patient_form, c.patient_program_done, c.patient_program,
        c.staff_form_done, c.staff_form);
    buf_adds(out, language.complete ? "\n" : tr(": it cannot be offered\n"));
    bool refused = unclean || !language.complete;
    language_done(&language);
    return refused;
}

size_t check_languages(struct buf *out, const char *where, const struct config *config,
                       const struct form *form)
{
    size_t refused = 0;
    for (size_t i = 0; i < config->nlanguages; i++) {
        if (strcmp(config->language[i], form->language) != 0) {
            refused += check_one(out, where, config, form, config->language[i]);
        }
    }
    return refused;
}

struct check {
    struct buf *out;
    const char *where;
    const struct config *config;
    const struct form *form;
    int refused;
};

static void check_code(void *arg, const char *code)
{
    struct check *check = arg;
    check->refused += check_one(check->out, check->where, check->config, check->form, code);
}

int check_languages_in(struct buf *out, const char *where, const char *folder, const struct form *form,
                       struct err *err)
{
    const struct config config = { .locale_dir = folder };
    struct check check = { out, where, &config, form, 0 };
    return languages_in(folder, check_code, &check) < 0 ? err_sys(err, tr("cannot read %s"), folder)
                                                        : check.refused;
}
