/* cmd_form.c: a clinician signs a form's content, or takes the signature back; anyone may ask how it stands.
 * The entry in the audit trail comes first: a signature that could not be written is noted as such, and none
 * is written that is not noted.
 */
#include "command.h"

#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "approval.h"
#include "audit.h"
#include "form_template.h"
#include "languages.h"
#include "mem.h"
#include "passphrase.h"
#include "readiness.h"
#include "session.h"
#include "setting.h"
#include "slot.h"
#include "text.h"
#include "tr.h"

enum { REVIEW_MONTHS = 12, REVIEW_MOST = 24 };

/* FORM as kiosk.conf names it, or a folder. free() it. */
static char *folder_of(const struct config *config, const char *form)
{
    for (size_t i = 0; strchr(form, '/') == NULL && i < config->nforms; i++) {
        if (strcmp(config->form[i].name, form) == 0) {
            return mem_strdup(config->form[i].folder);
        }
    }
    return mem_strdup(form);
}

static int load(struct setting *setting, const struct command_call *call, const struct config *config,
                const char *form, struct err *err)
{
    struct problems problems = PROBLEMS_INIT;
    char *folder = folder_of(config, form);
    int rc = setting_load(setting, folder, call->config, &problems);
    if (rc != 0) {
        problems_err(&problems, err);
    }
    problems_done(&problems);
    free(folder);
    return rc;
}

static struct date today(const struct command_call *call)
{
    return clock_local_date(clock_wall_s(call->clock));
}

/* ---- status
 * ------------------------------------------------------------------------------------------------ */

static void add_problems(struct buf *out, const struct problems *problems)
{
    for (size_t i = 0; i < problems->n; i++) {
        buf_addf(out, "  - %s: %s\n", problems->problem[i].where, problems->problem[i].text);
    }
}

/* Each language of kiosk.conf, but for the form's own. None of them keeps the form from patients. */
static void add_languages(struct buf *out, const struct approval_view *view)
{
    struct problems problems = PROBLEMS_INIT, missing = PROBLEMS_INIT;
    char on[DATE_ISO_SIZE], until[DATE_ISO_SIZE];
    struct languages *all = languages_load(view->config, view->form, &missing);
    for (size_t i = 0; i < all->offered; i++) {
        const struct language *language = &all->language[i];
        if (strcmp(language->code, view->form->language) == 0) {
            continue;
        }
        const struct approval *review = approval_of_language(view, language, &problems);
        buf_addf(out, "  %s (%s): ", language->name, language->code);
        if (review != NULL) {
            buf_addf(out, tr("reviewed by %s on %s, to be reviewed by %s\n"), review->clinician,
                     date_format_iso(review->on, on), date_format_iso(review->review_by, until));
        } else {
            buf_adds(out, tr("not reviewed, in a demo alone\n"));
        }
    }
    for (size_t i = 0; i < view->config->nlanguages; i++) {
        const char *code = view->config->language[i];
        bool there = strcmp(code, view->form->language) == 0;
        for (size_t k = 0; k < all->offered; k++) {
            there = there || strcmp(code, all->language[k].code) == 0;
        }
        if (!there) {
            buf_addf(out, tr("  %s: not offered; `foyer check` says why\n"), code);
        }
    }
    add_problems(out, &problems);
    problems_done(&missing);
    problems_done(&problems);
    languages_free(all);
}

static struct approval_view view_of(const struct command_call *call, const struct setting *setting,
                                    const struct approvals *approvals)
{
    return (struct approval_view){
        .approvals = approvals,
        .config = setting->config,
        .form = setting->form,
        .policies = setting->policies,
        .today = today(call),
        .clock = clock_system_state(),
    };
}

/* Is it for patients? If not, `why` says all that stands against it. */
static bool in_force(const struct approval_view *view, struct problems *why)
{
    bool holds = approval_in_force(view, why) != NULL;
    return readiness_in_force(view->config, view->today, view->clock, why) && holds;
}

/* `problems` holds what is wrong with the file of approvals, if anything is. */
static bool add_status(struct buf *out, const struct command_call *call, const struct setting *setting,
                       const struct approvals *approvals, const struct problems *wrong)
{
    struct problems why = PROBLEMS_INIT;
    char on[DATE_ISO_SIZE], until[DATE_ISO_SIZE];
    const struct approval_view view = view_of(call, setting, approvals);
    const struct approval *found = approvals ? approvals_find(approvals, setting->form->id, "") : NULL;
    bool holds = in_force(&view, &why);
    buf_addf(out, tr("%s, version %s: "), setting->form->title, setting->form->version);
    buf_addf(out, "%s\n", holds ? tr("signed, for patients") : tr("DEMO, not for patients"));
    if (found != NULL) {
        buf_addf(out, tr("  Signed by %s (%s) on %s, to be reviewed by %s.\n"), found->clinician, found->user,
                 date_format_iso(found->on, on), date_format_iso(found->review_by, until));
    }
    add_problems(out, wrong);
    add_problems(out, &why);
    add_languages(out, &view);
    problems_done(&why);
    return holds;
}

static int status(const struct command_call *call)
{
    struct err err = { "" };
    struct problems wrong = PROBLEMS_INIT;
    struct buf text = BUF_INIT;
    struct config *config = session_config(call, &err);
    if (config == NULL) {
        return command_fail(call, &err);
    }
    struct approvals *approvals = approvals_load(config->approvals, &wrong);
    bool one = call->nargs > 1;
    int result = COMMAND_OK;
    for (size_t i = 0; i < (one ? 1 : config->nforms); i++) {
        struct setting setting;
        if (load(&setting, call, config, one ? call->arg[1] : config->form[i].name, &err) != 0) {
            result = command_fail(call, &err);
            continue;
        }
        if (!add_status(&text, call, &setting, approvals, &wrong)) {
            result = COMMAND_FAILED;
        }
        setting_done(&setting);
    }
    command_print(call, buf_str(&text));
    buf_done(&text);
    approvals_free(approvals);
    problems_done(&wrong);
    config_free(config);
    return result;
}

/* ---- sign and withdraw
 * ------------------------------------------------------------------------------------ */

/* The signature of a form is a clinician's, and by name: the recovery key is nobody's. */
static int unlock_clinician(struct session *session, const struct command_call *call, struct err *err)
{
    struct slot slot;
    if (session_unlock(session, call, err) != 0) {
        return -1;
    }
    const char *user = vault_user(session->vault);
    int found = slot_load(session->db, user, &slot, err);
    bool clinician = found == 1 && strcmp(slot.role, "clinician") == 0;
    sodium_memzero(&slot, sizeof slot);
    if (found == 1 && !clinician) {
        return err_set(err, tr("%s is not a clinician; only a clinician signs a form"), user);
    }
    return found == 1 ? 0 : found == 0 ? err_set(err, tr("there is no user %s"), user) : -1;
}

static int note(struct session *session, const struct command_call *call, const char *act, const char *detail,
                struct err *err)
{
    const struct audit_entry entry = {
        .at_s = clock_wall_s(call->clock),
        .actor = vault_user(session->vault),
        .act = act,
        .detail = detail,
    };
    return audit_note(session->db, &entry, err);
}

/* Two who sign two forms at once would write over each other. */
static int lock_folder(const char *path, struct err *err)
{
    char *copy = mem_strdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        err_sys(err, tr("cannot lock the folder of %s"), path);
        if (fd >= 0) {
            close(fd);
        }
        fd = -1;
    }
    free(copy);
    return fd;
}

static int change(const char *path, const char *form, const char *language, const struct approval *fresh,
                  struct err *err)
{
    struct problems problems = PROBLEMS_INIT;
    int lock = lock_folder(path, err);
    if (lock < 0) {
        return -1;
    }
    struct approvals *approvals = approvals_load(path, &problems);
    int rc = -1;
    if (approvals == NULL) {
        problems_err(&problems, err);
    } else if (fresh == NULL && approvals_find(approvals, form, language) == NULL) {
        if (language[0] != '\0') {
            err_set(err, tr("nobody has reviewed the language \"%s\" for the form \"%s\""), language, form);
        } else {
            err_set(err, tr("no clinician has signed the form \"%s\""), form);
        }
    } else {
        approvals_set(approvals, form, language, fresh);
        rc = approvals_write(approvals, err);
    }
    approvals_free(approvals);
    problems_done(&problems);
    close(lock);
    return rc;
}

static int note_and_change(struct session *session, const struct command_call *call, const char *act,
                           const char *detail, const char *form, const char *language,
                           const struct approval *fresh, struct err *err)
{
    struct err second = { "" };
    struct buf failed = BUF_INIT;
    if (note(session, call, act, detail, err) != 0) {
        return -1;
    }
    int rc = change(session->config->approvals, form, language, fresh, err);
    if (rc != 0) {
        buf_addf(&failed, "%s failed", act);
        if (note(session, call, buf_str(&failed), form, &second) != 0) {
            err_prefix(err, "%s", second.text);
        }
        buf_done(&failed);
    }
    return rc;
}

/* An option, or asked for on the terminal. Tidied; free() it. */
static char *given_or_asked(const struct command_call *call, const char *option, const char *prompt,
                            struct err *err)
{
    const char *given = command_value(call, option);
    char *typed = given == NULL ? passphrase_ask(prompt, true, err) : NULL;
    if (given == NULL && typed == NULL) {
        err_prefix(err, "--%s", option);
        return NULL;
    }
    const char *text = given != NULL ? given : typed;
    char *tidy = text_check(text, strlen(text), false) == TEXT_OK ? text_tidy(text) : NULL;
    if (tidy == NULL) {
        err_set(err, tr("--%s: this is not a line of text"), option);
    }
    sodium_free(typed);
    return tidy;
}

static char *read_clinician(const struct command_call *call, struct err *err)
{
    char *name =
        given_or_asked(call, "clinician", tr("Your full name and registration, as to be shown: "), err);
    if (name != NULL && (name[0] == '\0' || strlen(name) > APPROVAL_CLINICIAN)) {
        err_set(err, tr("the clinician's name must be there, and have at most %d bytes"), APPROVAL_CLINICIAN);
        free(name);
        name = NULL;
    }
    return name;
}

static int read_review(const struct command_call *call, struct date on, struct date *out, struct err *err)
{
    const char *given = command_value(call, "review-by");
    *out = date_add_months(on, REVIEW_MONTHS);
    if (given == NULL) {
        return 0;
    }
    if (!date_parse_iso(given, out) || !date_is_full(*out)) {
        return err_set(err, tr("--review-by wants a day like 2026-11-21, not \"%s\""), given);
    }
    if (date_compare(*out, on) < 0) {
        return err_set(err, "%s", tr("the review date is before today"));
    }
    return date_compare(*out, date_add_months(on, REVIEW_MOST)) > 0
               ? err_set(err, "%s", tr("a signature holds for two years at most: what is known changes"))
               : 0;
}

static void add_counts(struct buf *out, const struct form *form)
{
    buf_addf(out, tr_n("%zu question", "%zu questions", form->nquestions), form->nquestions);
    buf_adds(out, ", ");
    buf_addf(out, tr_n("%zu rule", "%zu rules", form->nrules), form->nrules);
    buf_adds(out, ", ");
    buf_addf(out, tr_n("%zu item", "%zu items", form->nitems), form->nitems);
}

static void describe(struct buf *out, const struct setting *setting, const struct approval *approval)
{
    const struct form *form = setting->form;
    const char *fact[CONFIG_CLINIC_FACTS];
    char hash[2 * sizeof form->hash + 1], day[DATE_ISO_SIZE];
    size_t missing = config_missing(setting->config, fact);
    sodium_bin2hex(hash, sizeof hash, form->hash, sizeof form->hash);
    buf_addf(out, tr("You are about to sign\n\n  %s, version %s: "), form->title, form->version);
    add_counts(out, form);
    buf_addf(out, tr("\n  content %s\n\nwith the clinic's settings\n\n"), hash);
    for (size_t i = 0; i < approval->nsettings; i++) {
        buf_addf(out, "  %s\n", approval->setting[i]);
    }
    buf_addf(out, tr("\nas  %s\non  %s, "), approval->clinician, date_format_iso(approval->on, day));
    buf_addf(out, tr("to be reviewed by %s.\n\n"), date_format_iso(approval->review_by, day));
    for (size_t i = 0; i < missing; i++) {
        buf_addf(out, "%s%s%s", i == 0 ? tr("Still a demo until kiosk.conf says the clinic's ") : ", ",
                 fact[i], i + 1 == missing ? ".\n\n" : "");
    }
    buf_adds(out, tr("A signature says that you have read every question, rule, item and text of\n"
                     "this form, and that they are right for this clinic's patients. It ends with\n"
                     "any change to the form or to these settings.\n"));
}

static int confirm(const struct command_call *call, struct err *err)
{
    if (command_value(call, "yes") != NULL) {
        return 0;
    }
    char *typed = passphrase_ask(tr("Type yes to sign: "), true, err);
    int rc = typed == NULL ? -1 : 0;
    if (rc == 0 && strcmp(typed, tr("yes")) != 0) {
        rc = err_set(err, "%s", tr("nothing was signed"));
    }
    sodium_free(typed);
    return rc;
}

static void describe_language(struct buf *out, const struct setting *setting, const struct language *language,
                              const struct approval *approval)
{
    const struct form *form = setting->form;
    char hash[2 * sizeof approval->hash + 1], day[DATE_ISO_SIZE];
    struct language_coverage coverage = language_look(form, language->catalogue, NULL, NULL);
    sodium_bin2hex(hash, sizeof hash, approval->hash, sizeof approval->hash);
    buf_addf(out, tr("You are about to sign the language\n\n  %s (%s)\n  for %s, version %s\n"),
             language->name, language->code, form->title, form->version);
    buf_addf(out, tr("  texts that a patient reads: %zu of the form, %zu of the program\n  content %s\n"),
             coverage.patient_form, coverage.patient_program, hash);
    buf_addf(out, tr("\nas reviewed by  %s\non  %s, "), approval->clinician,
             date_format_iso(approval->on, day));
    buf_addf(out, tr("to be reviewed by %s.\n\n"), date_format_iso(approval->review_by, day));
    buf_adds(out, tr("A signature says that somebody who speaks the language and knows the treatment has\n"
                     "read every text that a patient reads in it, beside the English, and that they say\n"
                     "the same. It ends with any change to one of them.\n"));
}

static void add_detail(struct buf *out, const struct form *form, const struct approval *approval)
{
    char hash[2 * sizeof form->hash + 1], day[DATE_ISO_SIZE];
    buf_addf(out, "%s version %s%s%s hash %s", form->id, form->version,
             approval->language[0] != '\0' ? " language " : "", approval->language,
             sodium_bin2hex(hash, sizeof hash, approval->hash, sizeof approval->hash));
    buf_addf(out, " by %s, review by %s", approval->clinician, date_format_iso(approval->review_by, day));
    for (size_t i = 0; i < approval->nsettings; i++) {
        buf_addf(out, "%s%s", i == 0 ? "; " : ", ", approval->setting[i]);
    }
}

/* What comes of the signature: nothing yet, where anything else keeps the kiosk a demo. */
static void add_outcome(struct buf *out, const struct command_call *call, const struct setting *setting)
{
    struct problems why = PROBLEMS_INIT;
    struct approvals *approvals = approvals_load(setting->config->approvals, &why);
    const struct approval_view view = view_of(call, setting, approvals);
    buf_addf(out, tr("Signed, in %s.\n"), setting->config->approvals);
    if (approvals != NULL && in_force(&view, &why)) {
        buf_adds(out, tr("The kiosk knows it with the next patient.\n"));
    } else {
        buf_adds(out, tr("The kiosk stays a demo all the same, until this is mended:\n"));
        add_problems(out, &why);
    }
    approvals_free(approvals);
    problems_done(&why);
}

static int sign(struct session *session, const struct command_call *call, const struct setting *setting,
                const struct language *language, struct approval *approval, struct err *err)
{
    struct buf text = BUF_INIT;
    if (language != NULL) {
        describe_language(&text, setting, language, approval);
    } else {
        describe(&text, setting, approval);
    }
    command_print(call, buf_str(&text));
    buf_reset(&text);
    int rc = confirm(call, err);
    if (rc == 0) {
        add_detail(&text, setting->form, approval);
        rc = note_and_change(session, call, "form approve", buf_str(&text), setting->form->id,
                             approval->language, approval, err);
    }
    if (rc == 0) {
        buf_reset(&text);
        add_outcome(&text, call, setting);
        command_print(call, buf_str(&text));
    }
    buf_done(&text);
    return rc;
}

/* What nobody could be shown is not signed. */
static int load_language(struct language *language, const struct setting *setting, const char *code,
                         struct err *err)
{
    if (strcmp(code, setting->form->language) == 0) {
        return err_set(err, tr("\"%s\" is the form's own language: sign the form, without --language"), code);
    }
    if (strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(code)) {
        return err_set(err, tr("\"%s\" is no language: say es, or zh_CN"), code);
    }
    if (language_load(language, setting->config, setting->form, code, err) != 0) {
        return -1;
    }
    return language->complete
               ? 0
               : err_set(err, tr("texts are missing in the language \"%s\": `foyer check` says which"), code);
}

static int approve(struct session *session, const struct command_call *call, struct err *err)
{
    struct setting setting;
    struct approval approval = { .on = today(call) };
    if (!date_is_full(approval.on)) {
        return err_set(err, "%s", tr("this machine's clock is wrong; set it first"));
    }
    if (read_review(call, approval.on, &approval.review_by, err) != 0 ||
        load(&setting, call, session->config, call->arg[1], err) != 0) {
        return -1;
    }
    struct language language = { .code = "" };
    const char *code = command_value(call, "language");
    int rc = code != NULL ? load_language(&language, &setting, code, err) : 0;
    rc = rc == 0 ? unlock_clinician(session, call, err) : rc;
    char *clinician = rc == 0 ? read_clinician(call, err) : NULL;
    if (clinician != NULL) {
        struct arena *arena = arena_new();
        approval.form = setting.form->id;
        approval.language = "";
        approval.version = setting.form->version;
        approval.clinician = clinician;
        approval.user = vault_user(session->vault);
        if (code != NULL) {
            approval.language = code;
            memcpy(approval.hash, language.hash, sizeof approval.hash);
        } else {
            memcpy(approval.hash, setting.form->hash, sizeof approval.hash);
            approval.setting = approval_settings(arena, setting.form, setting.policies, &approval.nsettings);
        }
        rc = sign(session, call, &setting, code != NULL ? &language : NULL, &approval, err);
        arena_free(arena);
    } else {
        rc = -1;
    }
    free(clinician);
    language_done(&language);
    setting_done(&setting);
    return rc;
}

/* By its name, so that a form that no longer loads can be withdrawn too. */
static int withdraw(struct session *session, const struct command_call *call, struct err *err)
{
    char *copy = mem_strdup(call->arg[1]);
    const char *form = basename(copy);
    const char *language = command_value(call, "language");
    language = language != NULL ? language : "";
    int rc = unlock_clinician(session, call, err);
    if (rc == 0) {
        struct buf detail = BUF_INIT;
        buf_addf(&detail, "%s%s%s", form, language[0] != '\0' ? " language " : "", language);
        rc = note_and_change(session, call, "form withdraw", buf_str(&detail), form, language, NULL, err);
        buf_done(&detail);
    }
    if (rc == 0) {
        struct buf text = BUF_INIT;
        if (language[0] != '\0') {
            buf_addf(&text,
                     tr("The signature under the language \"%s\" is withdrawn. From the next patient it is "
                        "shown in a demo alone.\n"),
                     language);
        } else {
            buf_addf(&text,
                     tr("The signature under \"%s\" is withdrawn. From the next patient it is a demo.\n"),
                     form);
        }
        command_print(call, buf_str(&text));
        buf_done(&text);
    }
    free(copy);
    return rc;
}

/* ---- strings
 * ----------------------------------------------------------------------------------------------- */

/* Needs no kiosk.conf: `make pot` runs it on the forms as they stand here. */
static int strings(const struct command_call *call)
{
    struct problems problems = PROBLEMS_INIT;
    struct err err = { "" };
    struct form *form = form_load(call->arg[1], &problems);
    int result = COMMAND_OK;
    if (form != NULL) {
        struct buf text = BUF_INIT;
        form_template(&text, form);
        command_print(call, buf_str(&text));
        buf_done(&text);
    } else {
        problems_err(&problems, &err);
        result = command_fail(call, &err);
    }
    problems_done(&problems);
    form_free(form);
    return result;
}

static int run(const struct command_call *call)
{
    const char *verb = call->arg[0];
    bool approving = strcmp(verb, "approve") == 0;
    if (strcmp(verb, "status") == 0) {
        return status(call);
    }
    bool listing = strcmp(verb, "strings") == 0;
    if (!approving && !listing && strcmp(verb, "withdraw") != 0) {
        return command_usage(call, tr("say approve, status, withdraw or strings, not \"%s\""), verb);
    }
    if (call->nargs < 2) {
        return command_usage(call, tr("say which form: foyer form %s FORM"), verb);
    }
    if (listing) {
        return strings(call);
    }
    return session_run(call, approving ? approve : withdraw);
}

static const struct command_option options[] = {
    { "language", "CODE", N_("approve, withdraw: not the form, but its texts in that language") },
    { "clinician", "NAME", N_("approve: full name and registration, as to be shown") },
    { "review-by", "DATE", N_("approve: the last day it holds; a year from today if left out") },
    { "yes", NULL, N_("approve: sign without asking again") },
    { "user", "NAME", N_("whose passphrase it is; not needed where there is one user") },
    { "passphrase-fd", "N", N_("read the passphrase from descriptor N, one line") },
    { NULL, NULL, NULL },
};

const struct command cmd_form = {
    .name = "form",
    .args = "approve|status|withdraw|strings [FORM]",
    .summary = N_("sign a form's content as a clinician, or ask whether it is signed"),
    .help =
        N_("FORM is a form's name in kiosk.conf, or its folder.\n"
           "approve   shows what is signed, asks for a clinician's passphrase and name, and for \"yes\".\n"
           "          With --language, the texts that a patient reads in it: NAME is who reviewed them.\n"
           "status    what is signed, by whom, until when, and what keeps the kiosk a demo. Without FORM:\n"
           "          every form of kiosk.conf. Exits with 1 where one is a demo.\n"
           "withdraw  takes the signature back.\n"
           "strings   every text of the form in FORM, a folder, for translators, as in a .pot file.\n"
           "A signature covers the form and the settings that change what it finds (policies, device list).\n"
           "After a change of either, or past the review date, the kiosk is a demo again. A language that\n"
           "nobody has reviewed is shown in a demo alone."),
    .min_args = 1,
    .max_args = 2,
    .option = options,
    .run = run,
};
