#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "put.h"
#include "readiness.h"
#include "text.h"
#include "tr.h"

enum { INDENT = 20, WIDTH = 78 };

void doctor_say(struct doctor *d, const char *name, enum finding_state state, const char *mend,
                const char *fmt, ...)
{
    char *what = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&what, fmt, ap) < 0) {
        what = NULL;
    }
    va_end(ap);
    if (d->n == d->cap) {
        d->cap = d->cap == 0 ? 32 : 2 * d->cap;
        d->finding = mem_realloc(d->finding, d->cap, sizeof *d->finding);
    }
    d->finding[d->n++] = (struct finding){
        .name = name, .state = state, .what = mem_need(what), .mend = mem_strdup(mend != NULL ? mend : "")
    };
}

void doctor_live(struct doctor *d)
{
    d->finding[d->n - 1].live = true;
}

const char *doctor_as_root(const struct doctor *d)
{
    return d->second ? tr("Run `sudo foyer-doctor`.") : tr("Run `sudo foyer doctor`.");
}

bool doctor_at_a_desk(const struct doctor *d)
{
    return d->config->screen.display != DISPLAY_SSH;
}

void doctor_done(struct doctor *d)
{
    for (size_t i = 0; i < d->n; i++) {
        free(d->finding[i].what);
        free(d->finding[i].mend);
    }
    free(d->finding);
    d->finding = NULL;
    d->n = d->cap = 0;
}

static bool stops(const struct finding *finding)
{
    return finding->state == FINDING_BAD || finding->state == FINDING_UNKNOWN;
}

bool doctor_ready(const struct doctor *d, bool live)
{
    for (size_t i = 0; i < d->n; i++) {
        if (stops(&d->finding[i]) && (live || !d->finding[i].live)) {
            return false;
        }
    }
    return true;
}

int doctor_note(const struct doctor *d, struct err *err)
{
    const char **line = mem_alloc((d->n + 1) * sizeof *line);
    size_t n = 0;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < d->n; i++) {
        if (stops(&d->finding[i]) && !d->finding[i].live) {
            struct buf text = BUF_INIT;
            buf_addf(&text, "%s: %s", d->finding[i].name, d->finding[i].what);
            line[n++] = arena_strdup(arena, buf_str(&text));
            buf_done(&text);
        }
    }
    int rc = readiness_write(d->config, clock_local_date(clock_wall_s(d->call->clock)), line, n, err);
    arena_free(arena);
    free(line);
    return rc;
}

/* ---- printing
 * ---------------------------------------------------------------------------------------------- */

static const char *word_of(enum finding_state state)
{
    switch (state) {
    case FINDING_GOOD:
        return tr("ok");
    case FINDING_ADVICE:
        return tr("advice");
    case FINDING_UNKNOWN:
        return tr("not seen");
    case FINDING_BAD:
        break;
    }
    return tr("MEND");
}

static void add_padded(struct buf *out, const char *text, int columns)
{
    buf_adds(out, text);
    for (int i = text_width(text); i < columns; i++) {
        buf_adds(out, " ");
    }
}

/* The first line stands where `out` is; the others are indented. */
static void add_wrapped(struct buf *out, const char *text)
{
    struct text_lines lines = { 0 };
    text_wrap(text, WIDTH - INDENT, &lines);
    for (size_t i = 0; i < lines.n; i++) {
        if (i > 0) {
            add_padded(out, "", INDENT);
        }
        buf_add(out, text + lines.line[i].start, lines.line[i].len);
        buf_adds(out, "\n");
    }
    text_lines_done(&lines);
}

static void add_finding(struct buf *out, const struct finding *finding)
{
    add_padded(out, "", 1);
    add_padded(out, word_of(finding->state), 9);
    add_padded(out, finding->name, INDENT - 10);
    struct buf text = BUF_INIT;
    buf_adds(&text, finding->what);
    while (text.len > 0 && text.data[text.len - 1] == '\n') {
        buf_cut(&text, text.len - 1);
    }
    add_wrapped(out, buf_str(&text));
    if (finding->mend[0] != '\0') {
        buf_reset(&text);
        buf_addf(&text, tr("To mend it: %s"), finding->mend);
        add_padded(out, "", INDENT);
        add_wrapped(out, buf_str(&text));
    }
    buf_done(&text);
}

static size_t count(const struct doctor *d, enum finding_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) {
        n += d->finding[i].state == state;
    }
    return n;
}

static void add_verdict(struct buf *out, const struct doctor *d)
{
    size_t bad = count(d, FINDING_BAD), unseen = count(d, FINDING_UNKNOWN);
    if (doctor_ready(d, true)) {
        buf_addf(out, "%s\n", tr("Ready for patients: yes"));
        return;
    }
    buf_adds(out, tr("Ready for patients: no"));
    buf_adds(out, " (");
    if (bad > 0) {
        buf_addf(out, tr_n("%zu to mend", "%zu to mend", bad), bad);
    }
    if (unseen > 0) {
        buf_adds(out, bad > 0 ? ", " : "");
        buf_addf(out, tr_n("%zu not seen", "%zu not seen", unseen), unseen);
    }
    buf_adds(out, ")\n");
}

static void add_text(struct buf *out, const struct doctor *d, bool quiet)
{
    for (size_t i = 0; i < d->n; i++) {
        if (!quiet || stops(&d->finding[i])) {
            add_finding(out, &d->finding[i]);
        }
    }
    buf_adds(out, "\n");
    add_verdict(out, d);
}

static void add_json(struct buf *out, const struct doctor *d)
{
    static const char *const word[] = { "ok", "advice", "not_seen", "mend" }; /* by enum */
    put_open(out, NULL, '{');
    put_bool(out, "ready", doctor_ready(d, true));
    put_text(out, "version", FOYER_VERSION);
    put_open(out, "findings", '[');
    for (size_t i = 0; i < d->n; i++) {
        put_open(out, NULL, '{');
        put_text(out, "name", d->finding[i].name);
        put_text(out, "state", word[d->finding[i].state]);
        put_text(out, "what", d->finding[i].what);
        put_text(out, "mend", d->finding[i].mend);
        put_close(out, '}');
    }
    put_close(out, ']');
    put_close(out, '}');
    buf_adds(out, "\n");
}

/* Who may not see everything takes no earlier "yes" away. Adds a line that says so. */
static bool stays(const struct doctor *d, struct buf *out)
{
    for (size_t i = 0; i < d->n; i++) {
        if (d->finding[i].state == FINDING_BAD && !d->finding[i].live) {
            return false;
        }
    }
    struct problems why = PROBLEMS_INIT;
    struct date on, until, today = clock_local_date(clock_wall_s(d->call->clock));
    char day[DATE_ISO_SIZE];
    bool kept = !doctor_ready(d, false) && readiness_days(d->config, &on, &until) &&
                readiness_in_force(d->config, today, clock_system_state(), &why);
    if (kept) {
        buf_addf(out, tr("What was not seen counts as it was found on %s."), date_format_iso(on, day));
        buf_adds(out, "\n");
    }
    problems_done(&why);
    return kept;
}

int doctor_run(const struct command_call *call, const struct config *config, doctor_look_fn *look, bool json,
               bool quiet)
{
    struct doctor doctor = { .call = call, .config = config };
    struct buf text = BUF_INIT, kept = BUF_INIT;
    struct err err = { "" };
    doctor.root = geteuid() == 0;
    look(&doctor);
    bool ready = doctor_ready(&doctor, true);
    bool told = stays(&doctor, &kept) || doctor_note(&doctor, &err) == 0;
    if (json) {
        add_json(&text, &doctor);
    } else if (!quiet || !ready) {
        add_text(&text, &doctor, quiet);
        buf_adds(&text, buf_str(&kept));
    }
    command_print(call, buf_str(&text));
    buf_done(&text);
    buf_done(&kept);
    doctor_done(&doctor);
    if (!told) {
        err_prefix(&err, "%s", tr("the kiosk could not be told, and stays as it was"));
        return command_fail(call, &err);
    }
    return ready ? COMMAND_OK : COMMAND_FAILED;
}
