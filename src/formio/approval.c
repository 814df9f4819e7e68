#include "approval.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "languages.h"
#include "quote.h"
#include "reader.h"

/* --- reading --- */

static void read_hash(struct reader *reader, const config_setting_t *group, uint8_t out[32])
{
    const char *text = reader_text(reader, group, "hash", REQUIRED, ONE_LINE);
    size_t len = 0;

    if (text &&
        (strlen(text) != 64 || sodium_hex2bin(out, 32, text, 64, NULL, &len, NULL) != 0 || len != 32)) {
        reader_fault(reader, reader_member(group, "hash"), ": \"hash\" must be 64 hexadecimal digits.");
    }
}

static struct date read_day(struct reader *reader, const config_setting_t *group, const char *name)
{
    const char *text = reader_text(reader, group, name, REQUIRED, ONE_LINE);
    struct date day = { 0, 0, 0 };

    if (text && !(date_parse_iso(text, &day) && date_is_full(day))) {
        reader_fault(reader, reader_member(group, name), ": \"%s\" must be a day like 2026-11-21.", name);
    }
    return day;
}

static void read_one(struct reader *reader, const config_setting_t *group, struct approval *out)
{
    static const char *const known[] = { "form",      "language", "version", "hash",      "settings",
                                         "clinician", "user",     "on",      "review_by", NULL };

    reader_known(reader, group, known);
    out->form = reader_id(reader, group, "form", LETTER_START);
    const config_setting_t *language = reader_member(group, "language");
    out->language = language ? reader_id_of(reader, language, LETTER_START) : NULL;
    out->language = out->language ? out->language : "";
    out->version = reader_text(reader, group, "version", REQUIRED, ONE_LINE);
    read_hash(reader, group, out->hash);
    out->setting = reader_texts(reader, group, "settings", OPTIONAL, ONE_LINE, &out->nsettings);
    out->clinician = reader_text(reader, group, "clinician", REQUIRED, ONE_LINE);
    out->user = reader_text(reader, group, "user", REQUIRED, ONE_LINE);
    out->on = read_day(reader, group, "on");
    out->review_by = read_day(reader, group, "review_by");
}

static void read_all(struct reader *reader, const config_setting_t *root, struct approvals *approvals)
{
    static const char *const known[] = { "approvals", NULL };

    reader_subject(reader, "this file");
    reader_known(reader, root, known);
    const config_setting_t *list = reader_list(reader, root, "approvals", OPTIONAL);
    size_t n = list ? (size_t)config_setting_length(list) : 0;
    approvals->approval = arena_alloc(reader->arena, (n + 1) * sizeof *approvals->approval);
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        if (!reader_is_group(reader, at)) {
            continue;
        }
        struct approval *one = &approvals->approval[approvals->n];
        read_one(reader, at, one);
        if (one->form && approvals_find(approvals, one->form, one->language)) {
            reader_fault(reader, at, ": the form \"%s\"%s%s%s stands here twice.", one->form,
                         one->language[0] ? " in the language \"" : "", one->language,
                         one->language[0] ? "\"" : "");
        }
        approvals->n += one->form != NULL;
    }
}

struct approvals *approvals_load(const char *path, struct problems *problems)
{
    struct arena *arena = arena_new();
    struct approvals *approvals = arena_alloc(arena, sizeof *approvals);
    struct reader reader = { .problems = problems, .arena = arena, .braces = true };
    struct part part = { .file = path };
    struct buf text = BUF_INIT;
    struct err err;
    size_t before = problems->total;

    approvals->arena = arena;
    approvals->path = arena_strdup(arena, path);
    approvals->approval = arena_alloc(arena, sizeof *approvals->approval);
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return approvals;
    }
    if (file_read(path, APPROVALS_MAX_SIZE, &text, &err) != 0) {
        problems_add(problems, path, 0, "the signatures of clinicians cannot be read: %s.", err.text);
    } else {
        buf_reserve(&text, text.len + 2);
        if (reader_parse(&part, text.data, text.len, problems)) {
            read_all(&reader, config_root_setting(&part.config), approvals);
        }
        config_destroy(&part.config);
    }
    buf_done(&text);
    if (problems->total == before) {
        return approvals;
    }
    approvals_free(approvals);
    return NULL;
}

void approvals_free(struct approvals *approvals)
{
    if (approvals) {
        arena_free(approvals->arena);
    }
}

static bool is_of(const struct approval *approval, const char *form, const char *language)
{
    return strcmp(approval->form, form) == 0 && strcmp(approval->language, language) == 0;
}

const struct approval *approvals_find(const struct approvals *approvals, const char *form,
                                      const char *language)
{
    for (size_t i = 0; i < approvals->n; i++) {
        if (is_of(&approvals->approval[i], form, language)) {
            return &approvals->approval[i];
        }
    }
    return NULL;
}

/* --- writing --- */

static struct approval copy_of(struct arena *arena, const struct approval *from)
{
    struct approval copy = *from;
    const char **setting = arena_alloc(arena, (from->nsettings + 1) * sizeof *setting);

    for (size_t i = 0; i < from->nsettings; i++) {
        setting[i] = arena_strdup(arena, from->setting[i]);
    }
    copy.setting = setting;
    copy.form = arena_strdup(arena, from->form);
    copy.language = from->language ? arena_strdup(arena, from->language) : "";
    copy.version = arena_strdup(arena, from->version);
    copy.clinician = arena_strdup(arena, from->clinician);
    copy.user = arena_strdup(arena, from->user);
    return copy;
}

void approvals_set(struct approvals *approvals, const char *form, const char *language,
                   const struct approval *fresh)
{
    struct approval *all = arena_alloc(approvals->arena, (approvals->n + 1) * sizeof *all);
    size_t n = 0;

    for (size_t i = 0; i < approvals->n; i++) {
        if (!is_of(&approvals->approval[i], form, language)) {
            all[n++] = approvals->approval[i];
        }
    }
    if (fresh) {
        all[n++] = copy_of(approvals->arena, fresh);
    }
    approvals->approval = all;
    approvals->n = n;
}

static void add_member(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, "    %s = ", name);
    quote_add(out, text);
    buf_adds(out, ";\n");
}

static void add_approval(struct buf *out, const struct approval *approval)
{
    char hash[2 * sizeof approval->hash + 1], day[DATE_ISO_SIZE];

    buf_adds(out, "  {\n");
    add_member(out, "form", approval->form);
    if (approval->language[0]) {
        add_member(out, "language", approval->language);
    }
    add_member(out, "version", approval->version);
    sodium_bin2hex(hash, sizeof hash, approval->hash, sizeof approval->hash);
    add_member(out, "hash", hash);
    buf_adds(out, "    settings = [");
    for (size_t i = 0; i < approval->nsettings; i++) {
        buf_adds(out, i > 0 ? ",\n      " : "\n      ");
        quote_add(out, approval->setting[i]);
    }
    buf_adds(out, " ];\n");
    add_member(out, "clinician", approval->clinician);
    add_member(out, "user", approval->user);
    add_member(out, "on", date_format_iso(approval->on, day));
    add_member(out, "review_by", date_format_iso(approval->review_by, day));
    buf_adds(out, "  }");
}

int approvals_write(const struct approvals *approvals, struct err *err)
{
    struct buf text = BUF_INIT;

    buf_adds(&text,
             "# Which forms a clinician has signed. `foyer form approve` and `foyer form withdraw` write "
             "this file.\n# A change by hand signs nothing: it is in no audit trail.\napprovals = (\n");
    for (size_t i = 0; i < approvals->n; i++) {
        buf_adds(&text, i > 0 ? ",\n" : "");
        add_approval(&text, &approvals->approval[i]);
    }
    buf_adds(&text, "\n);\n");
    int rc = file_replace(approvals->path, text.data, text.len, 0644, err);
    buf_done(&text);
    return rc;
}

/* --- what is signed --- */

static void add_number(struct buf *out, double value)
{
    char text[40];

    if (snprintf(text, sizeof text, "%.15g", value), strtod(text, NULL) != value) {
        snprintf(text, sizeof text, "%.17g", value);
    }
    buf_adds(out, text);
}

const char *const *approval_settings(struct arena *arena, const struct form *form,
                                     const struct policies *policies, size_t *n)
{
    const char **setting = arena_alloc(arena, (form->npolicies + 1) * sizeof *setting);
    struct buf line = BUF_INIT;

    *n = 0;
    for (size_t i = 0; i < form->npolicies; i++) {
        const struct form_policy *policy = &form->policy[i];
        buf_reset(&line);
        buf_addf(&line, "%s = ", policy->id);
        if (policy->choice) {
            buf_adds(&line, policy->choice[(size_t)policies->value[i]]);
        } else {
            add_number(&line, policies->value[i]);
        }
        setting[(*n)++] = arena_strdup(arena, buf_str(&line));
    }
    if (policies_device_listed(policies, form)) {
        buf_reset(&line);
        buf_adds(&line, "device_flags =");
        for (size_t i = 0; i < form->nrules; i++) {
            if (policies->device_flag[i]) {
                buf_addf(&line, " %s", form->rule[i].flag);
            }
        }
        setting[(*n)++] = arena_strdup(arena, buf_str(&line));
    }
    buf_done(&line);
    return setting;
}

/* --- does it hold? --- */

/* The setting of the same name ("inr_max = 3.5"), or NULL. */
static const char *same_setting(const char *const *list, size_t n, const char *setting)
{
    size_t len = strcspn(setting, "=");

    for (size_t i = 0; i < n; i++) {
        if (strncmp(list[i], setting, len) == 0 && list[i][len] == '=') {
            return list[i];
        }
    }
    return NULL;
}

static void compare_settings(const struct approval_view *view, const struct approval *approval,
                             struct problems *why)
{
    static const char again[] = "Set it back, or have the form signed again.";
    const char *path = view->config->path;
    struct arena *arena = arena_new();
    size_t n;
    const char *const *now = approval_settings(arena, view->form, view->policies, &n);

    for (size_t i = 0; i < n; i++) {
        const char *then = same_setting(approval->setting, approval->nsettings, now[i]);
        if (!then) {
            problems_add(why, path, 0, "\"%s\" is new since the form was signed. %s", now[i], again);
        } else if (strcmp(then, now[i]) != 0) {
            problems_add(why, path, 0, "\"%s\" was signed, but now it is \"%s\". %s", then, now[i], again);
        }
    }
    for (size_t i = 0; i < approval->nsettings; i++) {
        if (!same_setting(now, n, approval->setting[i])) {
            problems_add(why, path, 0, "\"%s\" was signed, but is no longer in force. %s",
                         approval->setting[i], again);
        }
    }
    arena_free(arena);
}

static void compare_days(const struct approval_view *view, const struct approval *approval,
                         struct problems *why)
{
    const char *path = view->approvals->path;
    char day[DATE_ISO_SIZE], today[DATE_ISO_SIZE];

    if (view->clock == CLOCK_UNKNOWN || !date_is_full(view->today)) {
        problems_add(why, path, 0,
                     "this machine's clock has not been set since it started, so it is not known whether the "
                     "review date has passed. Connect it to a time server, or give it a hardware clock.");
        return;
    }
    const char *what = approval->language[0] ? "the language" : "the form";
    date_format_iso(view->today, today);
    if (date_compare(view->today, approval->on) < 0) {
        problems_add(why, path, 0, "%s was signed on %s, but this machine's clock says %s. Set the clock.",
                     what, date_format_iso(approval->on, day), today);
    }
    if (date_compare(view->today, approval->review_by) > 0) {
        problems_add(why, path, 0, "%s was to be reviewed by %s. Have it signed again.", what,
                     date_format_iso(approval->review_by, day));
    }
}

static const struct approval *compare(const struct approval_view *view, struct problems *why)
{
    const struct approval *approval = approvals_find(view->approvals, view->form->id, "");

    if (!approval) {
        problems_add(why, view->approvals->path, 0,
                     "no clinician has signed the form \"%s\". See `foyer form approve --help`.",
                     view->form->id);
        return NULL;
    }
    if (memcmp(approval->hash, view->form->hash, sizeof approval->hash) != 0) {
        problems_add(
            why, view->approvals->path, 0,
            "the form \"%s\" was changed after %s signed it (version %s then, %s now). Have it signed "
            "again.",
            view->form->id, approval->clinician, approval->version, view->form->version);
    }
    compare_settings(view, approval, why);
    compare_days(view, approval, why);
    return approval;
}

const struct approval *approval_in_force(const struct approval_view *view, struct problems *why)
{
    const char *fact[CONFIG_CLINIC_FACTS];
    size_t before = why->total, missing = config_missing(view->config, fact);
    const struct approval *approval = view->approvals ? compare(view, why) : NULL;

    for (size_t i = 0; i < missing; i++) {
        problems_add(why, view->config->path, 0, "\"clinic\" does not say \"%s\". Fill it in.", fact[i]);
    }
    return why->total == before ? approval : NULL;
}

const struct approval *approval_of_language(const struct approval_view *view, const struct language *language,
                                            struct problems *why)
{
    size_t before = why->total;
    const struct approval *approval =
        view->approvals ? approvals_find(view->approvals, view->form->id, language->code) : NULL;

    if (!view->approvals) {
        return NULL; /* why has been said */
    }
    if (!approval) {
        problems_add(
            why, view->approvals->path, 0,
            "the language \"%s\" awaits the review of somebody who speaks it. See `foyer form approve "
            "--help`.",
            language->code);
        return NULL;
    }
    if (!language->unread && memcmp(approval->hash, language->hash, sizeof approval->hash) != 0) {
        problems_add(
            why, view->approvals->path, 0,
            "the texts of the language \"%s\" were changed after %s reviewed them. Have them reviewed "
            "again.",
            language->code, approval->clinician);
    }
    compare_days(view, approval, why);
    return why->total == before ? approval : NULL;
}
