#include "check_languages.h"

#include <stdlib.h>
#include <string.h>

#include "languages.h"
#include "mem.h"
#include "text.h"
#include "tr.h"

/* More than these would fill the screen: of a new form everything is missing. */
enum { SHOWN = 5, EXCERPT = 60 };

struct report {
    const char *where, *code;
    const struct catalogue *catalogue;
    struct buf refused, warned; /* a line each */
    size_t nrefused;
};

static const char *fault_words(const struct report *report, const struct language_finding *finding)
{
    const char *context = finding->context[0] != '\0' ? finding->context : NULL;
    const char *unclean = NULL;
    switch (finding->fault) {
    case LANGUAGE_MISSING:
        unclean = catalogue_fault(report->catalogue, context, finding->english);
        return unclean != NULL ? unclean : tr("is not translated");
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
    char *english = mem_need(text_tidy(finding->english));
    report->nrefused += finding->refuses;
    buf_addf(finding->refuses ? &report->refused : &report->warned, "%s: %s: %s%s%s\"%.*s\" %s\n",
             report->where, report->code, finding->refuses ? "" : tr("warning: "), finding->context,
             finding->context[0] != '\0' ? " " : "", (int)text_fit(english, EXCERPT), english,
             fault_words(report, finding));
    free(english);
}

static void add_coverage(struct buf *out, const struct language *language, const struct language_coverage *c)
{
    buf_addf(
        out,
        tr("%s: for patients %zu of %zu texts of the form, %zu of %zu of the program; for staff %zu of %zu"),
        language->name, c->patient_form_done, c->patient_form, c->patient_program_done, c->patient_program,
        c->staff_form_done, c->staff_form);
}

/* Loads it, and says what is wrong with its file; without a form in it, it cannot be read at all. */
static bool load_sound(struct buf *out, const char *where, const struct config *config,
                       const struct form *form, const char *code, struct language *language)
{
    struct err err = { "" };
    bool loaded = language_load(language, config, form, code, &err) == 0;
    bool sound = loaded && (language->catalogue == NULL || catalogue_check(language->catalogue, &err) == 0);
    if (!sound) {
        buf_addf(out, "%s: %s: %s\n", where, code, err.text);
    }
    return sound;
}

/* Returns whether it is refused. */
static bool check_one(struct buf *out, const char *where, const struct config *config,
                      const struct form *form, const char *code, bool all)
{
    struct report report = { where, code, NULL, BUF_INIT, BUF_INIT, 0 };
    struct language language;
    bool sound = load_sound(out, where, config, form, code, &language);
    if (language.form == NULL) {
        return true;
    }
    report.catalogue = language.catalogue;
    struct language_coverage c = language_look(form, language.catalogue, add_finding, &report);
    bool shown = all || report.nrefused <= SHOWN;
    buf_addf(out, "%s%s%s: %s: ", shown ? buf_str(&report.refused) : "", buf_str(&report.warned), where,
             code);
    add_coverage(out, &language, &c);
    if (language.complete) {
        buf_adds(out, "\n");
    } else if (shown) {
        buf_adds(out, tr(": it cannot be offered\n"));
    } else {
        buf_addf(
            out,
            tr_n(": it cannot be offered, %zu text is missing or has other names in braces: --texts names "
                 "it\n",
                 ": it cannot be offered, %zu texts are missing or have other names in braces: --texts "
                 "names them\n",
                 report.nrefused),
            report.nrefused);
    }
    bool refused = !sound || !language.complete;
    language_done(&language);
    buf_done(&report.refused);
    buf_done(&report.warned);
    return refused;
}

/* Staff read English where theirs has a gap, but its file must be one. */
static bool check_own(struct buf *out, const char *where, const struct config *config,
                      const struct form *form)
{
    struct language language;
    bool sound = load_sound(out, where, config, form, config->clinic_language, &language);
    language_done(&language);
    return !sound;
}

size_t check_languages(struct buf *out, const char *where, const struct config *config,
                       const struct form *form, bool all)
{
    size_t refused = 0;
    bool own = strcmp(config->clinic_language, form->language) != 0;
    for (size_t i = 0; i < config->nlanguages; i++) {
        own = own && strcmp(config->clinic_language, config->language[i]) != 0;
        if (strcmp(config->language[i], form->language) != 0) {
            refused += check_one(out, where, config, form, config->language[i], all);
        }
    }
    return refused + (own && check_own(out, where, config, form));
}

struct check {
    struct buf *out;
    const char *where;
    const struct config *config;
    const struct form *form;
    bool all;
    int refused;
};

static void check_code(void *arg, const char *code)
{
    struct check *check = arg;
    check->refused += check_one(check->out, check->where, check->config, check->form, code, check->all);
}

int check_languages_in(struct buf *out, const char *where, const char *folder, const struct form *form,
                       bool all, struct err *err)
{
    const struct config config = { .locale_dir = folder };
    struct check check = { out, where, &config, form, all, 0 };
    return languages_in(folder, check_code, &check) < 0 ? err_sys(err, tr("cannot read %s"), folder)
                                                        : check.refused;
}
