#include "readiness.h"

#include <errno.h>
#include <sodium.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "quote.h"
#include "reader.h"
#include "text.h"

enum { MACHINE = 32, HEX = 2 * MACHINE + 1, MAX_SETTINGS = 8, MAX_FINDINGS = 60, MAX_FINDING = 400 };

/* As machine-id(5) asks, never the id itself. */
static void machine_name(char out[HEX])
{
    static const char context[] = "foyer readiness 1";
    uint8_t hash[MACHINE];
    struct buf id = BUF_INIT;
    struct err err;

    (void)file_read("/etc/machine-id", 256, &id, &err);
    crypto_generichash(hash, sizeof hash, (const uint8_t *)buf_str(&id), id.len, (const uint8_t *)context,
                       sizeof context - 1);
    sodium_bin2hex(out, HEX, hash, sizeof hash);
    buf_done(&id);
}

/* What doctor looked at, and what would make its word stale. */
static size_t settings(struct arena *arena, const struct config *config, const char *out[MAX_SETTINGS])
{
    const struct {
        const char *name, *value;
    } fact[] = {
        { "database", config->database },       { "socket", config->socket },
        { "public_keys", config->public_keys }, { "forms_dir", config->forms_dir },
        { "timezone", config->timezone },       { "printer", config->printer[0] },
    };
    size_t n = 0;

    for (; n < sizeof fact / sizeof *fact; n++) {
        struct buf line = BUF_INIT;
        buf_addf(&line, "%s = %s", fact[n].name, fact[n].value);
        out[n] = arena_strdup(arena, buf_str(&line));
        buf_done(&line);
    }
    return n;
}

/* ---- writing
 * ----------------------------------------------------------------------------------------------- */

/* Whatever a finding quotes, the note must be one that can be read and say why. `most` bytes of each. */
static void add_list(struct buf *out, const char *name, const char *const *text, size_t n, size_t most)
{
    struct buf clean = BUF_INIT;

    buf_addf(out, "%s = [", name);
    for (size_t i = 0; i < n; i++) {
        buf_adds(out, i > 0 ? ",\n  " : "\n  ");
        buf_reset(&clean);
        text_sanitise(&clean, text[i], strnlen(text[i], most), true);
        quote_add(out, buf_str(&clean));
    }
    buf_adds(out, " ];\n");
    buf_done(&clean);
}

int readiness_write(const struct config *config, struct date today, const char *const *finding, size_t n,
                    struct err *err)
{
    struct arena *arena = arena_new();
    const char *setting[MAX_SETTINGS];
    size_t nsettings = settings(arena, config, setting);
    char on[DATE_ISO_SIZE], until[DATE_ISO_SIZE], machine[HEX];
    struct buf text = BUF_INIT;

    machine_name(machine);
    buf_adds(&text, "# Whether this machine is ready for patients. `foyer doctor` writes this file.\n");
    buf_addf(&text, "ready = %s;\non = \"%s\";\nuntil = \"%s\";\nversion = \"%s\";\nmachine = \"%s\";\n",
             n == 0 ? "true" : "false", date_format_iso(today, on),
             date_format_iso(date_add_days(today, READINESS_DAYS), until), FOYER_VERSION, machine);
    add_list(&text, "settings", setting, nsettings, SIZE_MAX);
    add_list(&text, "findings", finding, n < MAX_FINDINGS ? n : MAX_FINDINGS, MAX_FINDING);
    int rc = file_replace(config->readiness, text.data, text.len, 0644, err);
    buf_done(&text);
    arena_free(arena);
    return rc;
}

/* ---- does it hold?
 * ----------------------------------------------------------------------------------------- */

struct note {
    bool ready;
    struct date on, until;
    const char *version, *machine;
    const char *const *setting, *const *finding;
    size_t nsettings, nfindings;
};

static struct date read_day(struct reader *reader, const config_setting_t *root, const char *name)
{
    const char *text = reader_text(reader, root, name, REQUIRED, ONE_LINE);
    struct date day = { 0, 0, 0 };

    if (text && !(date_parse_iso(text, &day) && date_is_full(day))) {
        reader_fault(reader, reader_member(root, name), ": \"%s\" must be a day like 2026-11-21.", name);
    }
    return day;
}

static void read_note(struct reader *reader, const config_setting_t *root, struct note *note)
{
    static const char *const known[] = { "ready",   "on",       "until",    "version",
                                         "machine", "settings", "findings", NULL };

    reader_subject(reader, "this file");
    reader_known(reader, root, known);
    note->ready = reader_bool(reader, root, "ready", false);
    note->on = read_day(reader, root, "on");
    note->until = read_day(reader, root, "until");
    note->version = reader_text(reader, root, "version", REQUIRED, ONE_LINE);
    note->machine = reader_text(reader, root, "machine", REQUIRED, ONE_LINE);
    note->setting = reader_texts(reader, root, "settings", OPTIONAL, ONE_LINE, &note->nsettings);
    note->finding = reader_texts(reader, root, "findings", OPTIONAL, ONE_LINE, &note->nfindings);
}

static bool holds(const char *const *list, size_t n, const char *line)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] && strcmp(list[i], line) == 0) {
            return true;
        }
    }
    return false;
}

/* A second screen has one of its own, and no `foyer`: what foyer-pair wrote is the sign. foyer-relay(8). */
static const char *doctor_of(const struct config *config)
{
    const char *slash = strrchr(config->path, '/');
    struct buf way = BUF_INIT;

    buf_add(&way, config->path, slash ? (size_t)(slash + 1 - config->path) : 0);
    buf_adds(&way, "ssh/relay-to");
    bool second = access(buf_str(&way), F_OK) == 0;
    buf_done(&way);
    return second ? "foyer-doctor" : "foyer doctor";
}

static void compare(const struct config *config, const struct note *note, struct arena *arena,
                    struct date today, enum clock_state clock, struct problems *why)
{
    const char *path = config->readiness, *doctor = doctor_of(config), *now[MAX_SETTINGS];
    size_t n = settings(arena, config, now);
    char machine[HEX], day[DATE_ISO_SIZE];

    if (!note->machine || !note->version) { /* the reader has said so */
        return;
    }
    machine_name(machine);
    if (!note->ready) {
        problems_add(why, path, 0,
                     "`%s` found this machine not ready for patients on %s. Mend what it names, "
                     "then run it again.",
                     doctor, date_format_iso(note->on, day));
        for (size_t i = 0; i < note->nfindings; i++) {
            problems_add(why, path, 0, "%s", note->finding[i]);
        }
    }
    if (strcmp(note->machine, machine) != 0) {
        problems_add(why, path, 0, "`%s` looked at another machine. Run `%s` again.", doctor, doctor);
    }
    if (strcmp(note->version, FOYER_VERSION) != 0) {
        problems_add(why, path, 0, "Foyer %s has looked at this machine; this is %s. Run `%s` again.",
                     note->version, FOYER_VERSION, doctor);
    }
    for (size_t i = 0; i < n; i++) {
        if (!holds(note->setting, note->nsettings, now[i])) {
            problems_add(why, path, 0, "\"%s\" is new since `%s` looked at this machine. Run `%s` again.",
                         now[i], doctor, doctor);
        }
    }
    if (clock != CLOCK_UNKNOWN && date_is_full(today) &&
        (date_compare(today, note->until) > 0 || date_compare(today, note->on) < 0)) {
        problems_add(why, path, 0, "`%s` last looked at this machine on %s, for %d days. Run `%s` again.",
                     doctor, date_format_iso(note->on, day), READINESS_DAYS, doctor);
    }
}

/* The note as it stands there, its text in `arena`. False: it cannot be read, and `why` says so. */
static bool load(const struct config *config, struct arena *arena, struct note *note, struct problems *why)
{
    const char *path = config->readiness;
    size_t before = why->total;
    struct reader reader = { .problems = why, .arena = arena, .braces = true };
    struct part part = { .file = path };
    struct buf text = BUF_INIT;
    struct err err;

    if (access(path, F_OK) != 0 && errno == ENOENT) {
        problems_add(why, path, 0, "nobody has asked whether this machine is ready. Run `%s`.",
                     doctor_of(config));
    } else if (file_read(path, READINESS_MAX_SIZE, &text, &err) != 0) {
        problems_add(why, path, 0, "it cannot be read: %s. Run `%s` again.", err.text, doctor_of(config));
    } else {
        buf_reserve(&text, text.len + 2);
        if (reader_parse(&part, text.data, text.len, why)) {
            read_note(&reader, config_root_setting(&part.config), note);
        }
        config_destroy(&part.config);
    }
    buf_done(&text);
    return why->total == before;
}

bool readiness_in_force(const struct config *config, struct date today, enum clock_state clock,
                        struct problems *why)
{
    size_t before = why->total;
    struct arena *arena = arena_new();
    struct note note = { 0 };

    if (load(config, arena, &note, why)) {
        compare(config, &note, arena, today, clock, why);
    }
    arena_free(arena);
    return why->total == before;
}

bool readiness_days(const struct config *config, struct date *on, struct date *until)
{
    struct problems unsaid = PROBLEMS_INIT;
    struct arena *arena = arena_new();
    struct note note = { 0 };
    bool ready = load(config, arena, &note, &unsaid) && note.ready;

    *on = note.on;
    *until = note.until;
    problems_done(&unsaid);
    arena_free(arena);
    return ready;
}
