/* doctor_units.c: does a file on this machine take back what the package's services lock? It reads the files
 * as systemd will (systemd.unit(5)) and asks nobody: a service of systemd's need not run. What already runs
 * has the settings it was started with. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "probe.h"
#include "text.h"
#include "tr.h"

#define PACKAGE "/usr/lib/systemd/system"
enum { SHOWN = 5 };

/* Where a drop-in counts for the package's units; but for the last, a whole unit goes before them. */
static const char *const folders[] = {
    "/etc/systemd/system.control",   "/run/systemd/system.control",  "/run/systemd/transient",
    "/run/systemd/generator.early",  "/etc/systemd/system",          "/etc/systemd/system.attached",
    "/run/systemd/system",           "/run/systemd/system.attached", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/run/systemd/generator.late",  PACKAGE,
};

/* The drop-ins that the packages bring: system/ in the sources. */
static const char *const brought[] = {
    PACKAGE "/foyer-.service.d/lockdown.conf",
    PACKAGE "/foyer-deposit@.service.d/needs.conf",
    PACKAGE "/foyer-kiosk-graphical.service.d/needs.conf",
    PACKAGE "/foyer-relay.service.d/needs.conf",
    PACKAGE "/getty@.service.d/foyer.conf",
};

/* The words of a drop-in with which a service can do no more than before. Any other may let it. */
static const struct {
    const char *unit, *word; /* NULL: any unit */
} harmless[] = {
    { NULL, "Description" },
    { NULL, "Documentation" },
    { NULL, "After" },
    { NULL, "Before" },
    { NULL, "Wants" },
    { NULL, "RequiresMountsFor" },
    { NULL, "TimeoutStartSec" },
    { NULL, "TimeoutStopSec" },
    { NULL, "RestartSec" },
    { NULL, "Nice" },
    { NULL, "CPUQuota" },
    { NULL, "CPUWeight" },
    { NULL, "IOWeight" },
    { NULL, "MemoryHigh" },
    { NULL, "MemoryMax" },
    { "foyer-backup.service", "ReadWritePaths" }, /* foyer-clinic(7): a place of the clinic's own */
    { "foyer-relay.service", "IPAddressAllow" },  /* foyer-pair: the clinic's address */
    { "getty@tty1.service", "TTYVTDisallocate" }, /* Raspberry Pi OS has it */
    { "getty@.service", "TTYVTDisallocate" },
};

struct look {
    bool screen; /* the login on this machine's own screen counts too */
    struct buf wrong, masked, unseen;
    int nwrong;
};

/* ---- one drop-in
 * ------------------------------------------------------------------------------------------------- */

/* One address is what foyer-pair writes; a network, or "any", is more. */
static bool is_address(const char *value)
{
    return value[strspn(value, "0123456789abcdefABCDEF.: \t")] == '\0';
}

static bool is_harmless(const char *unit, const char *word, const char *value)
{
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (strcmp(word, harmless[i].word) == 0 &&
            (harmless[i].unit == NULL || strcmp(unit, harmless[i].unit) == 0)) {
            return strcmp(word, "IPAddressAllow") != 0 || is_address(value);
        }
    }
    return false;
}

/* The first word that may let the unit do more, in `text`, which is cut up; NULL. Sections are not told
 * apart, nor what goes on from the line before: that finds rather too much than too little. */
static const char *odd_word(const char *unit, struct buf *text)
{
    for (size_t i = 0; i < text->len; i++) { /* each of them ends a line: systemd.syntax(7) */
        text->data[i] = text->data[i] == '\r' || text->data[i] == '\0' ? '\n' : text->data[i];
    }
    char *rest = text->data;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        line += strspn(line, " \t");
        if (line[0] == '\0' || strchr("#;[", line[0]) != NULL) {
            continue;
        }
        char *value = strchr(line, '=');
        if (value != NULL) {
            *value++ = '\0';
        }
        for (size_t n = strlen(line); n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t'); n--) {
            line[n - 1] = '\0';
        }
        if (value == NULL || !is_harmless(unit, line, value)) {
            return line;
        }
    }
    return NULL;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* systemd starts the login of a further console by the second name. */
static bool is_login(const char *unit)
{
    return begins(unit, "getty@") || begins(unit, "autovt@");
}

static bool is_brought(const char *path)
{
    for (size_t i = 0; i < sizeof brought / sizeof *brought; i++) {
        if (strcmp(path, brought[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A drop-in hides those of its name in folders that count less, and so takes back all that they lock. */
static bool hides_ours(const char *unit, const char *name)
{
    const char *const family = begins(unit, "foyer-") ? "foyer-.service"
                               : is_login(unit)       ? "getty@.service"
                                                      : unit;
    struct buf own = BUF_INIT, all = BUF_INIT;
    buf_addf(&own, PACKAGE "/%s.d/%s", unit, name);
    buf_addf(&all, PACKAGE "/%s.d/%s", family, name);
    bool hides = probe_there(buf_str(&own)) || probe_there(buf_str(&all));
    buf_done(&own);
    buf_done(&all);
    return hides;
}

/* ---- what lies in the folders
 * ------------------------------------------------------------------------------------ */

/* A file may have any name, and what is said of it is one line. */
static void add_path(struct buf *out, const char *path)
{
    text_sanitise(out, path, strlen(path), false);
}

static void say_wrong(struct look *look, const char *path, const char *word)
{
    enum { WORD = 40 };
    struct buf clean = BUF_INIT;
    if (look->nwrong++ >= SHOWN) {
        return;
    }
    add_path(&clean, path);
    if (word == NULL) {
        buf_addf(&look->wrong, tr("  %s takes the place of the package's own."), buf_str(&clean));
    } else {
        struct buf said = BUF_INIT;
        text_sanitise(&said, word, strnlen(word, WORD), false);
        buf_addf(&look->wrong, tr("  %s sets \"%s\"."), buf_str(&clean), buf_str(&said));
        buf_done(&said);
    }
    buf_done(&clean);
}

static void say_unseen(struct look *look, const char *path)
{
    int why = errno;
    buf_adds(&look->unseen, look->unseen.len > 0 ? ", " : "");
    add_path(&look->unseen, path);
    buf_addf(&look->unseen, " (%s)", strerror(why));
}

static void look_dropin(struct look *look, const char *unit, const char *path)
{
    struct buf text = BUF_INIT;
    if (is_brought(path)) {
        return;
    }
    if (!begins(path, PACKAGE "/") && hides_ours(unit, path_name(path))) {
        say_wrong(look, path, NULL);
    } else if (probe_read(path, &text) != 0) {
        say_unseen(look, path);
    } else if (text.len >= PROBE_READ_MAX) {
        errno = EFBIG;
        say_unseen(look, path);
    } else {
        const char *word = odd_word(unit, &text);
        if (word != NULL) {
            say_wrong(look, path, word);
        }
    }
    buf_done(&text);
}

/* A link to /dev/null, or nothing in it: systemd starts no such unit. */
static bool is_masked(const char *path)
{
    struct stat st;
    char *real = probe_path(path);
    bool masked = stat(real, &st) == 0 && (S_ISCHR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size == 0));
    free(real);
    return masked;
}

/* Another name for the login as systemd has it: a link by that name, which is all that systemd looks at. */
static bool is_another_name(const char *path)
{
    char to[128] = "", *real = probe_path(path);
    ssize_t n = readlink(real, to, sizeof to - 1);
    free(real);
    return n > 0 && strcmp(path_name(to), "getty@.service") == 0;
}

static void look_unit(struct look *look, const char *unit, const char *path)
{
    if (!is_masked(path)) {
        /* A timer starts what it always did, at another time. */
        if (!path_ends_in(unit, ".timer") && !(is_login(unit) && is_another_name(path))) {
            say_wrong(look, path, NULL);
        }
    } else if (begins(unit, "foyer-")) { /* a login that never starts is fine */
        buf_addf(&look->masked, "%s%s", look->masked.len > 0 ? " " : "", unit);
    }
}

/* A unit of the package's, an instance of it, what "foyer-.service" stands for, or the login. */
static bool is_ours(const struct look *look, const char *unit)
{
    if (!path_ends_in(unit, ".service") && !path_ends_in(unit, ".socket") && !path_ends_in(unit, ".timer")) {
        return false;
    }
    if (is_login(unit)) {
        return look->screen;
    }
    const char *end = strrchr(unit, '.'), *at = strchr(unit, '@');
    size_t stem = (size_t)((at != NULL && at < end ? at : end) - unit);
    if (!begins(unit, "foyer-") || unit[stem - 1] == '-') {
        return begins(unit, "foyer-");
    }
    struct buf path = BUF_INIT;
    buf_addf(&path, PACKAGE "/%.*s%s%s", (int)stem, unit, at != NULL && at < end ? "@" : "", end);
    bool there = probe_there(buf_str(&path));
    buf_done(&path);
    return there;
}

typedef void entry_fn(struct look *look, const char *path, const char *unit);

static void walk(struct look *look, const char *folder, const char *unit, entry_fn *fn)
{
    char *real = probe_path(folder);
    DIR *dir = opendir(real);
    if (dir == NULL && errno != ENOENT) {
        say_unseen(look, folder);
    }
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        struct buf path = BUF_INIT;
        buf_addf(&path, "%s/%s", folder, entry->d_name);
        fn(look, buf_str(&path), unit);
        buf_done(&path);
    }
    if (dir != NULL) {
        closedir(dir);
    }
    free(real);
}

static void look_conf(struct look *look, const char *path, const char *unit)
{
    if (path_ends_in(path, ".conf")) {
        look_dropin(look, unit, path);
    }
}

static void look_entry(struct look *look, const char *path, const char *unused)
{
    (void)unused;
    const char *name = path_name(path);
    if (!path_ends_in(name, ".d")) {
        if (!begins(path, PACKAGE "/") && is_ours(look, name)) {
            look_unit(look, name, path);
        }
        return;
    }
    struct buf unit = BUF_INIT;
    buf_add(&unit, name, strlen(name) - 2);
    bool all = strcmp(buf_str(&unit), "service") == 0 || strcmp(buf_str(&unit), "socket") == 0;
    if (all || (is_ours(look, buf_str(&unit)) && !path_ends_in(buf_str(&unit), ".timer"))) {
        walk(look, path, buf_str(&unit), look_conf);
    }
    buf_done(&unit);
}

void doctor_look_units(struct doctor *d)
{
    struct look look = { .screen = doctor_at_a_desk(d) };
    if (!probe_there("/run/systemd/system")) {
        return;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        walk(&look, folders[i], NULL, look_entry);
    }
    if (look.nwrong > 0) {
        doctor_say(
            d, "services", FINDING_BAD,
            tr("Delete each such file, or run `sudo systemctl revert` with the service's name. Then "
               "restart the machine, and ask again."),
            tr("Files on this machine change how Foyer, or the login on its screen, is started, and may "
               "open its locks:%s"),
            buf_str(&look.wrong));
    }
    if (look.unseen.len > 0) {
        doctor_say(d, "services", FINDING_UNKNOWN,
                   d->root ? tr("See what it is, and delete it if nobody needs it.") : doctor_as_root(d),
                   tr("It cannot be seen whether a service was changed: %s."), buf_str(&look.unseen));
    }
    if (look.masked.len > 0) {
        doctor_say(d, "services", FINDING_ADVICE,
                   tr("If nobody meant that: `sudo systemctl unmask` and its name."),
                   tr("Never started, for it is masked: %s."), buf_str(&look.masked));
    }
    if (look.nwrong == 0 && look.unseen.len == 0 && look.masked.len == 0) {
        doctor_say(d, "services", FINDING_GOOD, NULL, "%s",
                   tr("No file on this machine lets a service do more than its package does."));
    }
    buf_done(&look.wrong);
    buf_done(&look.masked);
    buf_done(&look.unseen);
}
