/* cmd_setup.c: one guided command from nothing to a clinic. Each answer is written down as it is given, so
 * that whatever ends it early loses nothing, and running it again asks from what is there.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup.h"
#include "backup_age.h"
#include "conf_edit.h"
#include "doctor.h"
#include "mem.h"
#include "probe.h"
#include "quote.h"
#include "session.h"
#include "setup_ask.h"
#include "setup_languages.h"
#include "text.h"
#include "tr.h"
#include "vault.h"

enum { LPSTAT_MS = 10000 };

/* ---- the clinic
 * -------------------------------------------------------------------------------------------- */

#define NOW(name, value)                                                                                     \
    static void now_##name(const struct setup *setup, struct buf *out)                                       \
    {                                                                                                        \
        buf_adds(out, setup->config->value);                                                                 \
    }
NOW(name, clinic.name)
NOW(phone, clinic.phone)
NOW(hours, clinic.hours)
NOW(after_hours, clinic.after_hours)
NOW(emergency, clinic.emergency)
NOW(privacy, clinic.privacy_contact)
NOW(url, clinic.url)
NOW(timezone, timezone)

/* A number that can be dialled: digits, and what people put between them. */
static int check_phone(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    int digits = 0;
    (void)setup;
    for (const char *c = typed; *c != '\0'; c++) {
        digits += *c >= '0' && *c <= '9';
        if ((*c < '0' || *c > '9') && strchr("+-() ./", *c) == NULL) {
            return err_set(err, "%s", tr("A phone number has digits, spaces and + - ( ) . / alone."));
        }
    }
    if (digits < 2 || digits > 20) {
        return err_set(err, "%s", tr("A phone number has 2 to 20 digits."));
    }
    quote_add(value, typed);
    return 0;
}

static int check_url(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    (void)setup;
    if ((strncmp(typed, "https://", 8) != 0 && strncmp(typed, "http://", 7) != 0) ||
        strchr(typed, ' ') != NULL) {
        return err_set(err, "%s", tr("An address on the web begins with https:// and has no space."));
    }
    quote_add(value, typed);
    return 0;
}

static const struct setup_question clinic_questions[] = {
    { "clinic.name", N_("Name of the clinic"), NULL, false, now_name, NULL },
    { "clinic.phone", N_("Phone"), NULL, false, now_phone, check_phone },
    { "clinic.hours", N_("Opening hours"), N_("As a patient reads them: \"Monday to Friday, 9 am to 5 pm\"."),
      false, now_hours, NULL },
    { "clinic.after_hours", N_("Phone after hours"), NULL, false, now_after_hours, check_phone },
    { "clinic.emergency", N_("Emergency number"), NULL, false, now_emergency, check_phone },
    { "clinic.privacy_contact", N_("Who answers questions about privacy"), NULL, false, now_privacy, NULL },
    { "clinic.url", N_("Address on the web (- for none)"), NULL, true, now_url, check_url },
};

static const struct setup_question timezone_question = {
    "timezone",
    N_("Timezone"),
    N_("Days are counted in it, and rules of a few days hang on that. `timedatectl list-timezones` lists "
       "them."),
    false,
    now_timezone,
    NULL,
};

/* ---- device and screen
 * ------------------------------------------------------------------------------------- */

/* One of the words, which ends with NULL. */
static int check_word(const char *typed, const char *const *words, struct buf *value, struct err *err)
{
    struct buf list = BUF_INIT;
    for (; *words != NULL; words++) {
        if (strcmp(typed, *words) == 0) {
            quote_add(value, typed);
            buf_done(&list);
            return 0;
        }
        buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", *words);
    }
    err_set(err, tr("Type one of: %s."), buf_str(&list));
    buf_done(&list);
    return -1;
}

static int check_number(const char *typed, long min, long max, struct buf *value, struct err *err)
{
    char *end;
    long n = strtol(typed, &end, 10);
    if (typed[0] < '0' || typed[0] > '9' || *end != '\0' || n < min || n > max) {
        return err_set(err, tr("Type millimetres: a whole number from %ld to %ld, and nothing behind it."),
                       min, max);
    }
    buf_addf(value, "%ld", n);
    return 0;
}

static void now_device(const struct setup *setup, struct buf *out)
{
    for (size_t i = 0; i < setup->config->npolicies; i++) {
        if (strcmp(setup->config->policy[i].name, "device") == 0) {
            buf_adds(out, setup->config->policy[i].value);
            return;
        }
    }
    buf_adds(out, tr("default")); /* the form's own */
}

static int check_device(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    static const char *const words[] = { "ask", "pen", "rf", "prp", NULL };
    (void)setup;
    return check_word(typed, words, value, err);
}

static const char *const displays[] = { "console", "graphical", "ssh", NULL }; /* by enum config_display */

static void now_display(const struct setup *setup, struct buf *out)
{
    buf_adds(out, displays[setup->config->screen.display]);
}

static int check_display(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    (void)setup;
    return check_word(typed, displays, value, err);
}

static const char *const touches[] = { "off", "on", "pad", NULL }; /* by enum config_touch */

/* Left out it is on there: see loader.h. */
static void now_touch(const struct setup *setup, struct buf *out)
{
    enum config_touch touch = setup->config->touch;
    bool graphical = setup->config->screen.display == DISPLAY_GRAPHICAL;
    buf_adds(out, touches[touch != CONFIG_TOUCH_UNSAID ? touch
                          : graphical                  ? CONFIG_TOUCH_ON
                                                       : CONFIG_TOUCH_OFF]);
}

static int check_touch(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    (void)setup;
    return check_word(typed, touches, value, err);
}

static void now_height(const struct setup *setup, struct buf *out)
{
    if (setup->config->screen.height_mm > 0) {
        buf_addf(out, "%d", setup->config->screen.height_mm);
    }
}

static int check_height(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    (void)setup;
    return check_number(typed, 20, 5000, value, err);
}

static void now_viewing(const struct setup *setup, struct buf *out)
{
    buf_addf(out, "%d", setup->config->screen.viewing_mm);
}

static int check_viewing(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    (void)setup;
    return check_number(typed, 200, 5000, value, err);
}

static const struct setup_question device_question = {
    "policies.device",
    N_("Device"),
    N_("The device that is planned for everybody: pen, rf (radiofrequency), prp (own blood plasma), or ask "
       "to have each patient's chosen. A clinician's signature covers it."),
    false,
    now_device,
    check_device,
};

static const struct setup_question display_question = {
    "screen.display",
    N_("Display"),
    N_("Where patients answer: console (this machine's screen and keyboard), graphical (large letters, every "
       "script) or ssh (from another machine)."),
    false,
    now_display,
    check_display,
};

static const struct setup_question touch_question = {
    "touch",
    N_("Touch"),
    N_("Do patients choose with a finger or a mouse? off, on, or pad: there is no keyboard, so that letters "
       "and digits stand on the screen."),
    false,
    now_touch,
    check_touch,
};

static const struct setup_question screen_questions[] = {
    { "screen.height_mm", N_("Height of the picture in mm"),
      N_("Measure it on the screen; nothing where the monitor says it itself. `foyer doctor` works out from "
         "it whether the letters are large enough."),
      false, now_height, check_height },
    { "screen.viewing_mm", N_("How far away the patient's eyes are, in mm"), NULL, false, now_viewing,
      check_viewing },
};

/* ---- the printer
 * -------------------------------------------------------------------------------------------- */

/* The name behind -d in the printer's command, "" where it is the default one. */
static void now_printer(const struct setup *setup, struct buf *out)
{
    const char *const *word = setup->config->printer;
    for (size_t i = 0; word[i] != NULL; i++) {
        if (strcmp(word[i], "-d") == 0 && word[i + 1] != NULL) {
            buf_adds(out, word[i + 1]);
            return;
        }
    }
    buf_adds(out, tr("default"));
}

/* The names of CUPS, a line each. */
static void list_printers(struct buf *out)
{
    char *path = probe_path("/usr/bin/lpstat");
    const char *const argv[] = { path, "-e", NULL };
    (void)probe_run(argv, LPSTAT_MS, out);
    free(path);
}

static int check_printer(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    struct buf names = BUF_INIT;
    int rc = 0;
    (void)setup;
    if (strcmp(typed, tr("default")) == 0) {
        buf_adds(value, "[ \"/usr/bin/lp\", \"-s\" ]");
        return 0;
    }
    list_printers(&names);
    if (typed[0] == '-' || !probe_has_line(buf_str(&names), typed)) {
        for (size_t i = 0; i < names.len; i++) {
            names.data[i] = names.data[i] == '\n' ? ' ' : names.data[i];
        }
        rc = err_set(err, tr("There is no printer \"%.60s\" here. There are: %s"), typed,
                     names.len > 0 ? buf_str(&names) : tr("none"));
    } else {
        buf_adds(value, "[ \"/usr/bin/lp\", \"-s\", \"-d\", ");
        quote_add(value, typed);
        buf_adds(value, " ]");
    }
    buf_done(&names);
    return rc;
}

static const struct setup_question printer_question = {
    "printer",
    N_("Printer"),
    N_("For hand-outs and summaries: a printer's name as `lpstat -e` lists it, or default."),
    false,
    now_printer,
    check_printer,
};

static bool ask_printer(struct setup *setup)
{
    setup_head(setup, tr("The printer"));
    if (strcmp(setup->config->printer[0], "/usr/bin/lp") != 0) {
        setup_say(setup, tr("kiosk.conf names a program of your own; it stays."));
        return true;
    }
    if (!probe_there("/usr/bin/lp")) {
        setup_say(setup,
                  tr("There is no print system here (package cups). Hand-outs can be read on the screen, or "
                     "written to a file."));
        return true;
    }
    return setup_ask(setup, &printer_question);
}

/* ---- backups
 * ------------------------------------------------------------------------------------------------- */

static void now_backup(const struct setup *setup, struct buf *out)
{
    buf_adds(out, setup->config->backup.folder);
}

static int check_backup(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    const struct backup_plan plan = { .folder = typed, .stick = true, .daily = 1 };
    struct buf trial = BUF_INIT;
    if (typed[0] != '/') {
        return err_set(err, "%s", tr("Type the whole path of a folder, from / on."));
    }
    if (backup_make_place(&plan, setup->config->database, err) != 0) {
        return -1; /* on the same disk, one broken card takes both */
    }
    buf_addf(&trial, "%s/foyer-XXXXXX", typed);
    int fd = mkostemp(trial.data, O_CLOEXEC);
    int rc = fd >= 0 ? 0 : err_sys(err, tr("Nothing can be written to %s"), typed);
    if (fd >= 0) {
        close(fd);
        unlink(trial.data);
        quote_add(value, typed);
    }
    buf_done(&trial);
    return rc;
}

static const struct setup_question backup_question = {
    "backup.folder",
    N_("Place for backups"),
    N_("A folder on another disk than the database's: plug a stick in and type where it is mounted. Nothing "
       "for now: "
       "`foyer doctor` will ask for it."),
    false,
    now_backup,
    check_backup,
};

static bool ask_backup(struct setup *setup)
{
    struct err err = { "" }, owner = { "" };
    char *before = mem_strdup(setup->config->backup.folder);
    setup_head(setup, tr("Backups"));
    bool done = setup_ask(setup, &backup_question);
    if (done && strcmp(before, setup->config->backup.folder) != 0 && !setup->config->backup.stick &&
        conf_edit_file(setup->call->config, "backup.stick", "true", &err) != 0) {
        setup_say(setup, err.text);
    }
    if (done && setup->config->backup.folder[0] != '\0' && backup_place_owner(setup->config, &owner) != 0) {
        setup_say(setup, owner.text); /* doctor says what to do */
    }
    free(before);
    return done;
}

/* ---- keys and people
 * --------------------------------------------------------------------------------------- */

/* `foyer init` with what is said here in the place of its options. */
static int init(const struct setup *setup, const char *user)
{
    struct command_given given[2];
    size_t n = 0;
    const char *fd = command_value(setup->call, "passphrase-fd");
    for (const struct command_option *o = cmd_init.option; o->name != NULL; o++) {
        if (strcmp(o->name, "user") == 0) {
            given[n++] = (struct command_given){ o, user };
        } else if (strcmp(o->name, "passphrase-fd") == 0 && fd != NULL) {
            given[n++] = (struct command_given){ o, fd };
        }
    }
    struct command_call call = *setup->call;
    call.command = &cmd_init;
    call.given = given;
    call.noptions = n;
    call.nargs = 0;
    return cmd_init.run(&call);
}

/* The name stays with all that this person signs. free() it; NULL at the end of the answers. */
static char *ask_user(struct setup *setup, const char *login)
{
    const char *now = strcmp(login, "root") == 0 ? "" : login; /* nobody's name */
    for (;;) {
        char *typed = setup_line(setup, tr("User name of the first clinician"), now);
        if (typed == NULL) {
            return NULL;
        }
        if (typed[0] == '\0') {
            free(typed);
            typed = mem_strdup(now);
        }
        if (vault_is_name(typed) && !setup_is_yes_or_no(typed)) {
            return typed;
        }
        free(typed);
        setup_say(setup, tr("Please type a name, such as anna."));
    }
}

/* False: it stops here. */
static bool make_vault(struct setup *setup)
{
    char login[SLOT_USER];
    struct stat st;
    setup_head(setup, tr("Keys and the first clinician"));
    if (lstat(setup->config->database, &st) == 0) {
        struct buf line = BUF_INIT;
        buf_addf(&line, tr("The vault %s is there and stays as it is. More people: `foyer staff add`."),
                 setup->config->database);
        setup_say(setup, buf_str(&line));
        buf_done(&line);
        return true;
    }
    setup_say(
        setup,
        tr("Whoever is named here reads and decides about intakes. The passphrase is asked for twice, and "
           "the recovery key is shown once: have paper and a pen ready."));
    char *user = ask_user(setup, session_login(login));
    bool made = user != NULL && init(setup, user) == COMMAND_OK;
    free(user);
    return made;
}

/* A clinic without one is not ready. Where it cannot be made, `foyer backup` has said why, and doctor says it
 * again. */
static void first_backup(const struct setup *setup)
{
    struct err err = { "" };
    struct backup_state state = { 0 };
    if (setup->config->backup.folder[0] == '\0') {
        return;
    }
    struct db *db = db_open(setup->config->database, setup->call->clock, &err);
    bool known = db != NULL && backup_state(db, &state, &err) == 0;
    db_close(db);
    if (known && state.made_s == 0) {
        setup_head(setup, tr("The first backup"));
        struct command_call call = *setup->call;
        call.command = &cmd_backup;
        call.given = NULL;
        call.noptions = 0;
        call.nargs = 0;
        (void)cmd_backup.run(&call);
    }
}

/* ---- all of it
 * ---------------------------------------------------------------------------------------------- */

static bool ask_all(struct setup *setup)
{
    setup_head(setup, tr("The clinic: what patients are told"));
    for (size_t i = 0; i < sizeof clinic_questions / sizeof *clinic_questions; i++) {
        if (!setup_ask(setup, &clinic_questions[i])) {
            return false;
        }
    }
    setup_head(setup, tr("Days and device"));
    struct buf zone = BUF_INIT, line = BUF_INIT;
    const char *machine = probe_zone(&zone);
    if (machine[0] != '\0' && strcmp(machine, setup->config->timezone) != 0) {
        buf_addf(&line, tr("This machine itself is set to %s."), machine);
        setup_say(setup, buf_str(&line));
    }
    buf_done(&zone);
    buf_done(&line);
    if (!setup_ask(setup, &timezone_question) || !setup_ask(setup, &device_question)) {
        return false;
    }
    setup_head(setup, tr("The patient's screen"));
    if (!setup_ask(setup, &display_question)) {
        return false;
    }
    if (setup->config->screen.display != DISPLAY_CONSOLE && !setup_ask(setup, &touch_question)) {
        return false;
    }
    for (size_t i = 0; setup->config->screen.display != DISPLAY_SSH && i < 2; i++) {
        if (!setup_ask(setup, &screen_questions[i])) {
            return false;
        }
    }
    if (!setup_languages(setup) || !ask_printer(setup) || !ask_backup(setup) || !make_vault(setup)) {
        return false;
    }
    first_backup(setup);
    return true;
}

/* It is written anew beside, so its folder counts too. */
static bool can_change(const char *path)
{
    char *real = realpath(path, NULL);
    bool can = real != NULL && access(real, W_OK) == 0 && access(dirname(real), W_OK | X_OK) == 0;
    int why = errno;
    free(real);
    errno = why;
    return can;
}

static int run(const struct command_call *call)
{
    struct err err = { "" };
    struct setup setup = { .call = call };
    umask(022);
    if (sodium_init() < 0) {
        err_set(&err, "%s", tr("no random numbers to be had"));
        return command_fail(call, &err);
    }
    setup.config = session_config(call, &err);
    if (setup.config == NULL) {
        return command_fail(call, &err);
    }
    if (!can_change(call->config)) {
        err_sys(&err, tr("%s cannot be changed; try `sudo foyer setup`"), call->config);
        config_free(setup.config);
        return command_fail(call, &err);
    }
    setup_say(
        &setup,
        tr("Enter keeps what stands in brackets. Each answer is written to kiosk.conf at once; end with "
           "Ctrl-C and go on another time."));
    bool all = ask_all(&setup);
    if (!all) {
        setup_say(&setup, tr("Not finished. What you answered is kept; run `foyer setup` again to go on."));
    } else {
        setup_head(&setup, tr("Is this machine ready?"));
        (void)doctor_run(call, setup.config, doctor_look_clinic, false, false);
        setup_say(&setup,
                  tr("\nNext: mend what is marked, have a clinician sign the content (`foyer form approve`), "
                     "then ask again with `foyer doctor`."));
    }
    config_free(setup.config);
    return all ? COMMAND_OK : COMMAND_FAILED;
}

static const struct command_option options[] = {
    { "passphrase-fd", "N", N_("read the first clinician's passphrase from descriptor N, one line") },
    { NULL, NULL, NULL },
};

const struct command cmd_setup = {
    .name = "setup",
    .args = "",
    .summary = N_("set a clinic up, step by step: facts, screen, printer, keys, first staff"),
    .help = N_("Asks one thing a line, with what is there in brackets, and writes each answer to kiosk.conf "
               "at once,\n"
               "keeping its comments (the file as it was: kiosk.conf.before). Makes the vault if there is "
               "none. Ends\n"
               "with `foyer doctor`. Safe to run again: it changes only what you change."),
    .option = options,
    .starts = true,
    .run = run,
};
