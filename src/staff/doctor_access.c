/* doctor_access.c: who gets at this machine from outside, and at its files. */
#include "doctor.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "probe.h"
#include "tr.h"

enum { SSHD_MS = 10000 };

/* ---- sshd
 * -------------------------------------------------------------------------------------------------- */

/* What sshd -T must say for an account that reaches Foyer by SSH: sshd_config(5). */
static const struct {
    const char *line, *why; /* the exact line */
} wanted[] = {
    { "disableforwarding yes", N_("ports, agents and X11 can be forwarded through it") },
    { "permituserrc no", N_("~/.ssh/rc is run at login") },
    { "permituserenvironment no", N_("~/.ssh/environment is read at login") },
    { "maxsessions 1", N_("one connection can open several sessions") },
    { "passwordauthentication no", N_("a password can be guessed") },
    { "permittunnel no", N_("a network tunnel can be made through it") },
};

static bool has_line(const char *text, const char *line)
{
    size_t len = strlen(line);
    for (const char *at = text; (at = strstr(at, line)) != NULL; at += len) {
        if ((at == text || at[-1] == '\n') && (at[len] == '\n' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

/* The value of a line "word value"; NULL. */
static const char *line_of(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += len) {
        if ((at == text || at[-1] == '\n') && at[len] == ' ') {
            return at + len + 1;
        }
    }
    return NULL;
}

/* Whether the other end may pass more than its language, which SetEnv then replaces: Debian's own sshd_config
 * lets LANG and LC_* in for everybody, and a snippet cannot take that back. */
static bool takes_environment(const char *text)
{
    static const char word[] = "acceptenv ";
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += sizeof word - 1) {
        const char *name = at + sizeof word - 1;
        if ((at == text || at[-1] == '\n') && strncmp(name, "LANG\n", 5) != 0 &&
            strncmp(name, "LC_*\n", 5) != 0) {
            return true;
        }
    }
    return false;
}

/* Staff come in by a command that is bound to each key, which a ForceCommand would replace; what runs it lets
 * nothing else through. */
static bool has_staff_shell(const char *user)
{
    const struct passwd *entry = getpwnam(user);
    return entry != NULL && strcmp(entry->pw_shell, FOYER_LIBEXEC "/staff-shell") == 0;
}

/* Appends what is wrong for this account. False: sshd did not say. */
static bool look_user(const char *sshd, const char *user, struct buf *wrong)
{
    struct buf said = BUF_INIT, who = BUF_INIT;
    buf_addf(&who, "user=%s,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22", user);
    const char *const argv[] = { sshd, "-T", "-C", buf_str(&who), NULL };
    bool ok = probe_run(argv, SSHD_MS, &said) == 0 && line_of(buf_str(&said), "port") != NULL;
    for (size_t i = 0; ok && i < sizeof wanted / sizeof *wanted; i++) {
        if (!has_line(buf_str(&said), wanted[i].line)) {
            buf_addf(wrong, tr("  %s: %s (it should say \"%s\")"), user, tr(wanted[i].why), wanted[i].line);
            buf_adds(wrong, ".");
        }
    }
    const char *force = ok ? line_of(buf_str(&said), "forcecommand") : NULL;
    bool free_to = ok && (force == NULL || strncmp(force, "none", 4) == 0);
    if (free_to && !has_staff_shell(user)) {
        buf_addf(wrong, tr("  %s: any command can be run, for there is no ForceCommand."), user);
    }
    if (free_to && strstr(buf_str(&said), "\nsubsystem sftp internal-sftp") != NULL) {
        /* No login shell is asked for that one. */
        buf_addf(wrong,
                 tr("  %s: whoever has a key that is bound to no name reaches its files (\"Subsystem sftp "
                    "internal-sftp\" in sshd_config; Debian has /usr/lib/openssh/sftp-server there)."),
                 user);
    }
    if (ok && takes_environment(buf_str(&said))) {
        buf_addf(wrong, tr("  %s: the other end can pass environment variables (AcceptEnv)."), user);
    }
    buf_done(&said);
    buf_done(&who);
    return ok;
}

static void look_sshd(struct doctor *d)
{
    static const char *const users[] = { "kiosk", "foyer", "foyer-relay" };
    struct buf wrong = BUF_INIT, entry = BUF_INIT;
    if (!probe_there("/usr/sbin/sshd")) {
        doctor_say(d, "sshd", FINDING_GOOD, NULL, "%s", tr("There is no SSH server here."));
        return;
    }
    if (!d->root) {
        doctor_say(d, "sshd", FINDING_UNKNOWN, tr("Run `sudo foyer doctor`."), "%s",
                   tr("Only root may ask the SSH server for its settings."));
        return;
    }
    char *sshd = probe_path("/usr/sbin/sshd");
    bool asked = false, said = true;
    for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
        if (probe_user(users[i], 0, &entry)) {
            asked = true;
            said = look_user(sshd, users[i], &wrong) && said;
        }
    }
    if (!said) {
        doctor_say(d, "sshd", FINDING_UNKNOWN, tr("Run `sudo sshd -T` and read what it says."), "%s",
                   tr("The SSH server does not say what its settings are."));
    } else if (!asked) {
        doctor_say(d, "sshd", FINDING_ADVICE,
                   tr("Install Foyer's package, which makes both with their lock-down."), "%s",
                   tr("There is an SSH server, but no account \"kiosk\" or \"foyer\" to look at."));
    } else if (wrong.len > 0) {
        doctor_say(
            d, "sshd", FINDING_BAD,
            tr("Put the snippet that comes with the package back (/etc/ssh/sshd_config.d), before other "
               "files there, then `sudo systemctl reload ssh`."),
            tr("The SSH server lets more through than Foyer:%s"), buf_str(&wrong));
    } else {
        doctor_say(d, "sshd", FINDING_GOOD, NULL, "%s",
                   tr("The SSH server lets nothing through but Foyer (asked with sshd -T)."));
    }
    free(sshd);
    buf_done(&wrong);
    buf_done(&entry);
}

/* ---- permissions
 * ------------------------------------------------------------------------------------------- */

/* Appends what is wrong. `more` are mode bits that must not be there. */
static void look_file(struct buf *wrong, const char *path, mode_t more, uid_t kiosk)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT) {
            buf_addf(wrong, tr("  %s cannot be looked at."), path);
        }
        return;
    }
    /* Anybody may put files into such a folder, but only its owner takes one away: /tmp. */
    mode_t bad = S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) ? 0 : st.st_mode & more;
    if (bad & S_IWOTH) {
        buf_addf(wrong, tr("  Anybody can change %s."), path);
    } else if (bad & S_IROTH) {
        buf_addf(wrong, tr("  Anybody can read %s."), path);
    } else if (bad != 0) {
        buf_addf(wrong, tr("  The group of %s has more rights than it needs."), path);
    }
    if (kiosk != (uid_t)-1 && st.st_uid == kiosk) {
        buf_addf(wrong, tr("  %s belongs to the kiosk's user."), path);
    }
}

/* The folders a path leads through: who may write to one can put another file there. */
static void look_folders(struct buf *wrong, const char *path, uid_t kiosk)
{
    char *real = realpath(path, NULL);
    for (char *slash; real != NULL && (slash = strrchr(real, '/')) != NULL && slash != real;) {
        *slash = '\0';
        look_file(wrong, real, S_IWOTH, kiosk);
    }
    free(real);
}

static void look_permissions(struct doctor *d)
{
    const struct config *config = d->config;
    const struct {
        const char *path;
        mode_t more;
    } file[] = {
        { config->database, S_IRWXG | S_IRWXO },
        { config->public_keys, S_IWGRP | S_IWOTH },
        { config->path, S_IWOTH },
        { config->approvals, S_IWOTH },
        { config->readiness, S_IWOTH },
        { config->forms_dir, S_IWOTH },
        { config->form[0].folder, S_IWOTH },
        { config->socket, S_IWOTH },
    };
    struct buf wrong = BUF_INIT, entry = BUF_INIT;
    uid_t kiosk = (uid_t)-1;
    if (probe_user("kiosk", 2, &entry)) {
        kiosk = (uid_t)strtoul(buf_str(&entry), NULL, 10);
    }
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        /* The letterbox's socket is the kiosk's way in, and looks at who is there. */
        bool box = file[i].path == config->socket;
        look_file(&wrong, file[i].path, file[i].more, box ? (uid_t)-1 : kiosk);
    }
    look_folders(&wrong, config->database, kiosk);
    look_folders(&wrong, config->path, kiosk);
    look_folders(&wrong, config->public_keys, kiosk);
    if (probe_user("kiosk", 5, &entry)) {
        struct stat st;
        char *home = probe_path(buf_str(&entry));
        if (entry.len > 1 && stat(home, &st) == 0 && (st.st_uid == kiosk || (st.st_mode & S_IWOTH))) {
            buf_addf(&wrong, tr("  The kiosk's user has a home it can write to, %s."), buf_str(&entry));
        }
        free(home);
    }
    if (wrong.len > 0) {
        doctor_say(
            d, "files", FINDING_BAD,
            tr("Change owner and mode with chown and chmod: the database 0600 and the foyer user's, the "
               "rest root's and writable by nobody else."),
            tr("Files can be changed or read by who should not:%s"), buf_str(&wrong));
    } else {
        doctor_say(d, "files", FINDING_GOOD, NULL, "%s",
                   tr("Only who should can read the database, and change settings, forms and keys."));
    }
    buf_done(&wrong);
    buf_done(&entry);
}

void doctor_look_access(struct doctor *d)
{
    look_sshd(d);
    look_permissions(d);
}
