#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "reader.h"
#include "tr.h"

/* What is read from, and the config it goes to. */
struct reading {
    struct reader reader;
    struct part part;
    const config_setting_t *root;
    struct config *config;
};

static const char *text_or(struct reading *reading, const config_setting_t *group, const char *name,
                           const char *otherwise)
{
    const char *text = reader_text(&reading->reader, group, name, OPTIONAL, ONE_LINE);

    return text ? text : otherwise;
}

static int word_or(struct reading *reading, const char *name, const char *const *words, int otherwise)
{
    const config_setting_t *at = reader_member(reading->root, name);
    int word = at ? reader_word_of(&reading->reader, at, words) : -1;

    return word < 0 ? otherwise : word;
}

/* A group of the file; messages then speak of it, until file_again(). NULL: there is none. */
static const config_setting_t *begin_group(struct reading *reading, const char *name,
                                           const char *const *known)
{
    const config_setting_t *at = reader_member(reading->root, name);

    if (!at || !reader_is_group(&reading->reader, at)) {
        return NULL;
    }
    reader_subject(&reading->reader, "%s", name);
    reader_known(&reading->reader, at, known);
    return at;
}

static void file_again(struct reading *reading)
{
    reader_subject(&reading->reader, "this file");
}

static void read_clinic(struct reading *reading)
{
    static const char *const known[] = { "name",      "phone",           "hours", "after_hours",
                                         "emergency", "privacy_contact", "url",   NULL };
    struct config_clinic *clinic = &reading->config->clinic;
    const config_setting_t *at = begin_group(reading, "clinic", known);

    *clinic = (struct config_clinic){ "", "", "", "", "", "", "" };
    if (!at) {
        return;
    }
    clinic->name = text_or(reading, at, "name", "");
    clinic->phone = text_or(reading, at, "phone", "");
    clinic->hours = text_or(reading, at, "hours", "");
    clinic->after_hours = text_or(reading, at, "after_hours", "");
    clinic->emergency = text_or(reading, at, "emergency", "");
    clinic->privacy_contact = text_or(reading, at, "privacy_contact", "");
    clinic->url = text_or(reading, at, "url", "");
    file_again(reading);
}

/* path as it is, or beside kiosk.conf. */
static const char *join(struct reading *reading, const char *folder, const char *path)
{
    struct buf joined = BUF_INIT;

    if (path[0] == '/' || strcmp(folder, ".") == 0) {
        return path;
    }
    buf_addf(&joined, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, path);
    const char *stored = arena_strdup(reading->reader.arena, buf_str(&joined));
    buf_done(&joined);
    return stored;
}

static const char *read_path(struct reading *reading, const char *name, const char *otherwise)
{
    return join(reading, reading->config->folder, text_or(reading, reading->root, name, otherwise));
}

/* The kiosk looks again when a file of that kind changes in the folder. */
static void read_approvals(struct reading *reading)
{
    const char *path = read_path(reading, "approvals", "approvals.cfg");
    size_t len = strlen(path);

    reading->config->approvals = path;
    if (len < 4 || strcmp(path + len - 4, ".cfg") != 0) {
        reader_fault(&reading->reader, reader_member(reading->root, "approvals"),
                     ": the name in \"approvals\" must end in .cfg.");
    }
    const char *slash = strrchr(path, '/');
    struct buf beside = BUF_INIT;
    buf_add(&beside, path, slash ? (size_t)(slash - path) + 1 : 0);
    buf_adds(&beside, "readiness.cfg");
    reading->config->readiness = arena_strdup(reading->reader.arena, buf_str(&beside));
    if (strcmp(path, buf_str(&beside)) == 0) {
        reader_fault(&reading->reader, reader_member(reading->root, "approvals"),
                     ": the name in \"approvals\" cannot be readiness.cfg: `foyer doctor` writes a file of "
                     "that name beside it.");
    }
    buf_done(&beside);
}

static void read_paths(struct reading *reading)
{
    struct config *config = reading->config;
    const char *log = text_or(reading, reading->root, "log", "");

    config->forms_dir = read_path(reading, "forms_dir", "forms");
    config->database = read_path(reading, "database", "foyer.db");
    config->socket = read_path(reading, "socket", "foyer.sock");
    config->public_keys = read_path(reading, "public_keys", "foyer.keys");
    read_approvals(reading);
    config->log = *log ? join(reading, config->folder, log) : "";
    if (strlen(config->socket) >= sizeof((struct sockaddr_un){ 0 }).sun_path) {
        const config_setting_t *at = reader_member(reading->root, "socket");

        reader_fault(&reading->reader, at ? at : reading->root,
                     ": the path of the socket is too long for the system: %.120s", config->socket);
    }
}

/* Names of folders in forms_dir, so that the patient's side opens nothing else. */
static void read_forms(struct reading *reading)
{
    struct reader *reader = &reading->reader;
    struct config *config = reading->config;
    const config_setting_t *list;
    size_t n = reader_count(reader, reading->root, "forms", REQUIRED, &list);
    struct config_form *form = arena_alloc(reader->arena, n * sizeof *form);

    for (size_t i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);

        form[i].name = reader_id_of(reader, at, LETTER_START);
        form[i].line = (int)config_setting_source_line(at);
        for (size_t j = 0; form[i].name && j < i; j++) {
            if (form[j].name && strcmp(form[i].name, form[j].name) == 0) {
                reader_fault(reader, at, ": the form \"%s\" is named twice.", form[i].name);
            }
        }
        if (form[i].name) {
            form[i].folder = join(reading, config->forms_dir, form[i].name);
        }
    }
    config->form = form;
    config->nforms = n;
}

/* Other files lie in that folder too: "leapseconds". */
static bool is_timezone_file(const char *path)
{
    enum { MAX_SIZE = 65536 };
    struct buf text = BUF_INIT;
    struct err err;
    bool is = file_read(path, MAX_SIZE, &text, &err) == 0 && strncmp(buf_str(&text), "TZif", 4) == 0;

    buf_done(&text);
    return is;
}

/* A name that TZ understands and that leads nowhere else. UTC needs no file. */
static void read_timezone(struct reading *reading)
{
    struct reader *reader = &reading->reader;
    const config_setting_t *at = reader_find(reader, reading->root, "timezone", REQUIRED);
    const char *name = at ? reader_text(reader, reading->root, "timezone", REQUIRED, ONE_LINE) : NULL;
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    char path[256];

    reading->config->timezone = "UTC";
    if (!name || strcmp(name, "UTC") == 0) {
        return;
    }
    int len = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    if (name[0] == '/' || name[strspn(name, allowed)] != '\0' || len < 0 || (size_t)len >= sizeof path ||
        !is_timezone_file(path)) {
        reader_fault(reader, at,
                     ": \"%.60s\" is no timezone this machine knows. Write one such as Europe/London; "
                     "`timedatectl list-timezones` lists them.",
                     name);
    } else {
        reading->config->timezone = name;
    }
}

/* A number as policies_set() takes it: the fewest digits that read back as the same number. */
static const char *number_text(struct arena *arena, const config_setting_t *at)
{
    char text[40];
    double value = config_setting_get_float(at);

    if (config_setting_type(at) == CONFIG_TYPE_INT) {
        snprintf(text, sizeof text, "%d", config_setting_get_int(at));
    } else if (snprintf(text, sizeof text, "%.15g", value), strtod(text, NULL) != value) {
        snprintf(text, sizeof text, "%.17g", value);
    }
    return arena_strdup(arena, text);
}

static void read_policies(struct reading *reading)
{
    struct reader *reader = &reading->reader;
    struct config *config = reading->config;
    const config_setting_t *at = reader_member(reading->root, "policies");

    if (!at || !reader_is_group(reader, at)) {
        return;
    }
    size_t n = (size_t)config_setting_length(at);
    struct config_policy *policy = arena_alloc(reader->arena, n * sizeof *policy);
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *one = config_setting_get_elem(at, (unsigned)i);
        const char *value = NULL;

        if (config_setting_type(one) == CONFIG_TYPE_INT || config_setting_type(one) == CONFIG_TYPE_FLOAT) {
            value = number_text(reader->arena, one);
        } else if (config_setting_type(one) == CONFIG_TYPE_STRING) {
            value = reader_id_of(reader, one, LETTER_START);
        } else {
            reader_fault(reader, one, ": policy \"%s\" must be a number, or a choice in quotes.",
                         config_setting_name(one));
        }
        policy[i] = (struct config_policy){ arena_strdup(reader->arena, config_setting_name(one)), value,
                                            (int)config_setting_source_line(one) };
    }
    config->policy = policy;
    config->npolicies = n;
}

static void read_device_flags(struct reading *reading)
{
    struct reader *reader = &reading->reader;
    struct config *config = reading->config;
    const config_setting_t *list;
    size_t n = reader_count(reader, reading->root, "device_flags", OPTIONAL, &list);

    if (!list) {
        return;
    }
    const char **flag = arena_alloc(reader->arena, (n + 1) * sizeof *flag);
    for (size_t i = 0; i < n; i++) {
        flag[i] = reader_id_of(reader, config_setting_get_elem(list, (unsigned)i), LETTER_START);
    }
    config->device_flag = flag;
    config->ndevice_flags = n;
    config->device_flags_line = (int)config_setting_source_line(list);
}

/* argv of a program, named by its whole path: no shell, and no search for it. `otherwise` where it is not
 * said.
 */
static const char *const *read_program(struct reading *reading, const char *name,
                                       const char *const *otherwise)
{
    struct reader *reader = &reading->reader;
    size_t n = 0;
    const char *const *word = reader_texts(reader, reading->root, name, OPTIONAL, ONE_LINE, &n);

    if (n == 0 || !word[0]) {
        return otherwise;
    }
    const char **argv = arena_alloc(reader->arena, (n + 1) * sizeof *argv);
    for (size_t i = 0; i < n; i++) {
        argv[i] = word[i] ? word[i] : "";
    }
    if (argv[0][0] != '/') {
        reader_fault(reader, reader_member(reading->root, name),
                     ": %s must begin with the whole path of a program, not \"%.60s\".", name, argv[0]);
    }
    return argv;
}

/* What most clinics write; a clinic's own list takes their place as a whole. */
static const struct config_reason shipped_reasons[] = {
    { "examined", N_("Examined in person: no sign of it today") },
    { "asked", N_("Asked again in person: the answer was mistaken") },
    { "doctor", N_("Agreed with the patient's doctor") },
    { "area", N_("Not in the area that is treated") },
    { "plan", N_("Plan changed: area, depth or product") },
    { "informed", N_("Risk explained, and accepted by the patient") },
    { "passed", N_("The time has passed; checked with the patient") },
    { "stands", N_("Stands as it is") },
};

static void read_reasons(struct reading *reading)
{
    static const char *const known[] = { "code", "text", NULL };
    struct reader *reader = &reading->reader;
    struct config *config = reading->config;
    const config_setting_t *list = reader_list(reader, reading->root, "reasons", OPTIONAL);

    config->reason = shipped_reasons;
    config->nreasons = sizeof shipped_reasons / sizeof *shipped_reasons;
    if (!list) {
        return;
    }
    size_t n = (size_t)config_setting_length(list);
    if (n == 0 || n > CONFIG_MAX_REASONS) {
        reader_fault(reader, list, ": reasons has %zu entries; there are keys for 1 to %d.", n,
                     CONFIG_MAX_REASONS);
        return;
    }
    struct config_reason *reason = arena_alloc(reader->arena, n * sizeof *reason);
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        reader_subject(reader, "reason number %zu", i + 1);
        if (!reader_is_group(reader, at)) {
            continue;
        }
        reader_known(reader, at, known);
        reason[i].code = reader_id(reader, at, "code", LETTER_START);
        reason[i].text = reader_text(reader, at, "text", REQUIRED, ONE_LINE);
        for (size_t j = 0; reason[i].code && j < i; j++) {
            if (reason[j].code && strcmp(reason[i].code, reason[j].code) == 0) {
                reader_fault(reader, at, " has the code \"%s\", and so has number %zu.", reason[i].code,
                             j + 1);
            }
        }
    }
    file_again(reading);
    config->reason = reason;
    config->nreasons = n;
}

/* The codes of a list. */
static const char **language_codes(struct reading *reading, const char *name, size_t *count,
                                   const config_setting_t **found)
{
    struct reader *reader = &reading->reader;
    const config_setting_t *list;
    size_t n = reader_count(reader, reading->root, name, OPTIONAL, &list);
    const char **code = arena_alloc(reader->arena, (n + 1) * sizeof *code);

    for (size_t i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        code[i] = reader_id_of(reader, at, LETTER_START);
        for (size_t j = 0; code[i] && j < i; j++) {
            if (code[j] && strcmp(code[i], code[j]) == 0) {
                reader_fault(reader, at, ": the language \"%s\" is named twice.", code[i]);
            }
        }
    }
    *count = n;
    *found = list;
    return code;
}

static void read_always(struct reading *reading)
{
    struct config *config = reading->config;
    const config_setting_t *list;
    const char **code = language_codes(reading, "languages_always", &config->nalways, &list);

    for (size_t i = 0; i < config->nalways; i++) {
        bool offered = false;
        for (size_t j = 0; code[i] && j < config->nlanguages; j++) {
            offered = offered || (config->language[j] && strcmp(code[i], config->language[j]) == 0);
        }
        if (code[i] && !offered) {
            reader_fault(&reading->reader, list, ": languages_always names \"%s\", and languages does not.",
                         code[i]);
        }
    }
    config->always = code;
}

static void read_languages(struct reading *reading)
{
    static const char *const english[] = { "en" };
    struct reader *reader = &reading->reader;
    struct config *config = reading->config;
    const config_setting_t *list;
    size_t n;
    const char **code = language_codes(reading, "languages", &n, &list);

    if (n > CONFIG_MAX_LANGUAGES) {
        reader_fault(reader, list, ": languages has %zu entries; at most %d can be offered.", n,
                     CONFIG_MAX_LANGUAGES);
    }
    config->language = n > 0 ? code : english;
    config->nlanguages = n > 0 ? n : 1;
    read_always(reading);
    config->languages_line = list ? (int)config_setting_source_line(list) : 0;
    const config_setting_t *own = reader_member(reading->root, "language");
    const char *clinic = own ? reader_id_of(reader, own, LETTER_START) : NULL;
    config->clinic_language = clinic ? clinic : "en";
    config->clinic_language_line = own ? (int)config_setting_source_line(own) : 0;
    config->locale_dir = read_path(reading, "locale_dir", FOYER_DATADIR "/locale");
}

static bool is_same_limit(const struct config_limit *a, const struct config_limit *b)
{
    return a->item && b->item && a->field && b->field && strcmp(a->item, b->item) == 0 &&
           strcmp(a->field, b->field) == 0;
}

static void read_limits(struct reading *reading)
{
    static const char *const known[] = { "item", "field", "max", NULL };
    struct reader *reader = &reading->reader;
    const config_setting_t *list = reader_list(reader, reading->root, "limits", OPTIONAL);

    if (!list) {
        return;
    }
    size_t n = (size_t)config_setting_length(list);
    struct config_limit *limit = arena_alloc(reader->arena, (n + 1) * sizeof *limit);
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        reader_subject(reader, "limit number %zu", i + 1);
        if (!reader_is_group(reader, at)) {
            continue;
        }
        reader_known(reader, at, known);
        limit[i].item = reader_id(reader, at, "item", LETTER_START);
        limit[i].field = reader_text(reader, at, "field", REQUIRED, ONE_LINE);
        limit[i].max = reader_number(reader, at, "max", 0, 1e6);
        limit[i].line = (int)config_setting_source_line(at);
        for (size_t j = 0; j < i; j++) {
            if (is_same_limit(&limit[i], &limit[j])) {
                reader_fault(reader, at, " is on \"%s\" of item %s, and so is number %zu. Keep one of them.",
                             limit[i].field, limit[i].item, j + 1);
            }
        }
    }
    file_again(reading);
    reading->config->limit = limit;
    reading->config->nlimits = n;
}

static void read_screen(struct reading *reading)
{
    static const char *const known[] = { "display", "height_mm", "rows", "viewing_mm", NULL };
    static const char *const displays[] = { "console", "graphical", "ssh", NULL }; /* by enum */
    struct reader *reader = &reading->reader;
    struct config_screen *screen = &reading->config->screen;
    const config_setting_t *at = begin_group(reading, "screen", known);

    *screen = (struct config_screen){ .viewing_mm = 600 };
    if (!at) {
        return;
    }
    const config_setting_t *display = reader_member(at, "display");
    int word = display ? reader_word_of(reader, display, displays) : -1;
    screen->display = word < 0 ? DISPLAY_CONSOLE : (enum config_display)word;
    screen->height_mm = reader_int(reader, at, "height_mm", 20, 5000, 0);
    screen->rows = reader_int(reader, at, "rows", 12, 500, 0);
    screen->viewing_mm = reader_int(reader, at, "viewing_mm", 200, 5000, 600);
    file_again(reading);
}

static void read_backup(struct reading *reading)
{
    static const char *const known[] = { "folder", "stick", "daily", "weekly", "monthly", "warn_days", NULL };
    struct reader *reader = &reading->reader;
    struct config_backup *backup = &reading->config->backup;
    const config_setting_t *at = begin_group(reading, "backup", known);

    *backup = (struct config_backup){ .folder = "", .daily = 7, .weekly = 4, .monthly = 12, .warn_days = 2 };
    if (!at) {
        return;
    }
    const char *folder = reader_text(reader, at, "folder", REQUIRED, ONE_LINE);
    backup->folder = folder ? join(reading, reading->config->folder, folder) : "";
    backup->stick = reader_bool(reader, at, "stick", false);
    backup->daily = reader_int(reader, at, "daily", 1, 366, backup->daily);
    backup->weekly = reader_int(reader, at, "weekly", 0, 520, backup->weekly);
    backup->monthly = reader_int(reader, at, "monthly", 0, 120, backup->monthly);
    backup->warn_days = reader_int(reader, at, "warn_days", 1, 60, backup->warn_days);
    file_again(reading);
}

static void read_retention(struct reading *reading)
{
    static const char *const known[] = { "years", "minor_until", "unseen_years", NULL };
    struct reader *reader = &reading->reader;
    struct config_retention *keep = &reading->config->retention;
    const config_setting_t *at = begin_group(reading, "retention", known);

    *keep = (struct config_retention){ 0, 0, 0 };
    if (!at) {
        return;
    }
    keep->years = reader_int(reader, at, "years", 0, 100, 0);
    keep->minor_until = reader_int(reader, at, "minor_until", 0, 100, 0);
    keep->unseen_years = reader_int(reader, at, "unseen_years", 0, 120, 0);
    /* Who came in as a newborn child is by then as old as minor_until says. */
    if (keep->unseen_years > 0 &&
        (keep->unseen_years < keep->years || keep->unseen_years < keep->minor_until)) {
        reader_fault(reader, reader_member(at, "unseen_years"),
                     ": \"unseen_years\" must not be less than \"years\" or \"minor_until\": nobody looks at "
                     "what it removes.");
    }
    file_again(reading);
}

static void read_all(struct reading *reading)
{
    static const char *const known[] = {
        "clinic",           "forms",        "forms_dir",     "database",
        "socket",           "public_keys",  "approvals",     "log",
        "timezone",         "theme",        "screen",        "touch",
        "space_mb",         "idle_seconds", "warn_seconds",  "urgent_before_unlock",
        "keep_interrupted", "policies",     "device_flags",  "lock_seconds",
        "return_months",    "reasons",      "alert_command", "printer",
        "limits",           "backup",       "retention",     "languages",
        "languages_always", "language",     "locale_dir",    NULL
    };
    static const char *const shipped_printer[] = { "/usr/bin/lp", "-s", NULL };
    static const char *const themes[] = { "normal", "contrast", "mono", NULL }; /* by enum */
    static const char *const touches[] = { "off", "on", "pad", NULL };          /* likewise */
    struct reader *reader = &reading->reader;
    struct config *config = reading->config;

    file_again(reading);
    reader_known(reader, reading->root, known);
    read_clinic(reading);
    read_paths(reading);
    read_forms(reading);
    read_timezone(reading);
    config->theme = (enum config_theme)word_or(reading, "theme", themes, THEME_NORMAL);
    read_screen(reading);
    config->touch = (enum config_touch)word_or(reading, "touch", touches, CONFIG_TOUCH_UNSAID);
    config->space_mb = reader_int(reader, reading->root, "space_mb", 0, 1000000, 64);
    config->idle_s = reader_int(reader, reading->root, "idle_seconds", 30, 600, 120);
    config->warn_s = reader_int(reader, reading->root, "warn_seconds", 10, 120, 30);
    config->urgent_before_unlock = reader_bool(reader, reading->root, "urgent_before_unlock", true);
    config->keep_interrupted = reader_bool(reader, reading->root, "keep_interrupted", false);
    config->return_months = reader_int(reader, reading->root, "return_months", 1, 60, 12);
    config->lock_s = reader_int(reader, reading->root, "lock_seconds", 10, 1800, 300);
    read_policies(reading);
    read_device_flags(reading);
    config->alert_command = read_program(reading, "alert_command", NULL);
    config->printer = read_program(reading, "printer", shipped_printer);
    read_reasons(reading);
    read_limits(reading);
    read_backup(reading);
    read_retention(reading);
    read_languages(reading);
}

static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash) {
        return ".";
    }
    return slash == path ? "/" : arena_strndup(arena, path, (size_t)(slash - path));
}

struct config *config_load(const char *path, struct problems *problems)
{
    struct arena *arena = arena_new();
    struct config *config = arena_alloc(arena, sizeof *config);
    struct reading reading = { .reader = { .problems = problems, .arena = arena, .braces = true },
                               .config = config };
    size_t before = problems->total;
    struct buf text = BUF_INIT;
    struct err err;

    config->arena = arena;
    config->path = arena_strdup(arena, path);
    config->folder = folder_of(arena, path);
    reading.part.file = config->path;
    if (file_read(path, CONFIG_MAX_SIZE, &text, &err) != 0) {
        problems_add(problems, path, 0, "the clinic's settings cannot be used: %s.", err.text);
    } else {
        buf_reserve(&text, text.len + 2);
        if (reader_parse(&reading.part, text.data, text.len, problems)) {
            reading.root = config_root_setting(&reading.part.config);
            read_all(&reading);
        }
        config_destroy(&reading.part.config);
    }
    buf_done(&text);
    if (problems->total == before) {
        return config;
    }
    config_free(config);
    return NULL;
}

void config_free(struct config *config)
{
    if (config) {
        arena_free(config->arena);
    }
}

void config_facts(const struct config *config, const char *fact[PLACEHOLDERS])
{
    static const struct config_clinic unknown = { "", "", "", "", "", "", "" };
    const struct config_clinic *clinic = config ? &config->clinic : &unknown;

    fact[PLACEHOLDER_CLINIC] = clinic->name;
    fact[PLACEHOLDER_PHONE] = clinic->phone;
    fact[PLACEHOLDER_HOURS] = clinic->hours;
    fact[PLACEHOLDER_AFTER_HOURS] = clinic->after_hours;
    fact[PLACEHOLDER_EMERGENCY] = clinic->emergency;
    fact[PLACEHOLDER_PRIVACY_CONTACT] = clinic->privacy_contact;
}

size_t config_missing(const struct config *config, const char *fact[CONFIG_CLINIC_FACTS])
{
    const char *value[PLACEHOLDERS];
    size_t n = 0;

    config_facts(config, value);
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        if (*value[i] == '\0') {
            fact[n++] = i == PLACEHOLDER_CLINIC ? "name" : placeholder_name[i];
        }
    }
    return n;
}
