/* doctor_access.c: who gets at this machine from outside, and at its files. */
#include "doctor.h"

#include <errno.h>
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
    { "kbdinteractiveauthentication no", N_("a password can be guessed") },
    { "permittunnel no", N_("a network tunnel can be made through it") },
};

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

/* Whether the other end may pass more than Debian's own sshd_config lets in for everybody, which a snippet
 * cannot take back: its language, which SetEnv then replaces, and from Debian 13 on what it says of colours.
 */
static bool takes_environment(const char *text)
{
    static const char word[] = "acceptenv ", *const usual[] = { "LANG", "LC_*", "COLORTERM", "NO_COLOR" };
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += sizeof word - 1) {
        const char *name = at + sizeof word - 1;
        size_t len = strcspn(name, "\n");
        bool known = at != text && at[-1] != '\n'; /* in the value of something else */
        for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
            known = known || (len == strlen(usual[i]) && strncmp(name, usual[i], len) == 0);
        }
        if (!known) {
            return true;
        }
    }
    return false;
}

/* The accounts, and what alone may run for each. */
static const struct {
    const char *user, *program;
} account[] = {
    { "kiosk", "foyer-kiosk" },
    { "foyer", "foyer" },
    { "foyer-relay", "foyer-relay --hand-in" },
};

/* Staff come in by a command that is bound to each key, which a ForceCommand would replace; what runs it lets
 * nothing else through. */
static bool has_staff_shell(const char *user)
{
    struct buf shell = BUF_INIT;
    bool has = probe_user(user, 6, &shell) && strcmp(buf_str(&shell), FOYER_LIBEXEC "/staff-shell") == 0;
    buf_done(&shell);
    return has;
}

/* What the line "forcecommand ..." has it run, whatever the client asks for. */
static bool runs(const char *said, const char *program)
{
    const char *line = line_of(said, "forcecommand");
    struct buf command = BUF_INIT;
    buf_add(&command, line, line != NULL ? strcspn(line, "\n") : 0);
    bool is = strstr(buf_str(&command), program) != NULL;
    buf_done(&command);
    return is;
}

/* Appends what is wrong for this account. False: sshd did not say. */
static bool look_user(const char *sshd, const char *user, const char *program, struct buf *wrong)
{
    struct buf said = BUF_INIT, who = BUF_INIT;
    buf_addf(&who, "user=%s,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22", user);
    const char *const argv[] = { sshd, "-T", "-C", buf_str(&who), NULL };
    bool ok = probe_run(argv, SSHD_MS, &said) == 0 && line_of(buf_str(&said), "port") != NULL;
    for (size_t i = 0; ok && i < sizeof wanted / sizeof *wanted; i++) {
        if (!probe_has_line(buf_str(&said), wanted[i].line)) {
            buf_addf(wrong, tr("  %s: %s (it should say \"%s\")"), user, tr(wanted[i].why), wanted[i].line);
            buf_adds(wrong, ".");
        }
    }
    const char *force = ok ? line_of(buf_str(&said), "forcecommand") : NULL;
    bool free_to = ok && (force == NULL || strncmp(force, "none", 4) == 0);
    if (ok && !runs(buf_str(&said), program) && !has_staff_shell(user)) {
        buf_addf(wrong, tr("  %s: something else than Foyer can be run (ForceCommand should name %s)."), user,
                 program);
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
    struct buf wrong = BUF_INIT, entry = BUF_INIT;
    if (!probe_there("/usr/sbin/sshd")) {
        doctor_say(d, "sshd", FINDING_GOOD, NULL, "%s", tr("There is no SSH server here."));
        return;
    }
    if (!d->root) {
        doctor_say(d, "sshd", FINDING_UNKNOWN, doctor_as_root(d), "%s",
                   tr("Only root may ask the SSH server for its settings."));
        return;
    }
    char *sshd = probe_path("/usr/sbin/sshd");
    bool asked = false, said = true;
    for (size_t i = 0; i < sizeof account / sizeof *account; i++) {
        if (probe_user(account[i].user, 0, &entry)) {
            asked = true;
            said = look_user(sshd, account[i].user, account[i].program, &wrong) && said;
        }
    }
    if (!said) {
        doctor_say(d, "sshd", FINDING_UNKNOWN, tr("Run `sudo sshd -T` and read what it says."), "%s",
                   tr("The SSH server does not say what its settings are."));
    } else if (!asked) {
        doctor_say(d, "sshd", FINDING_ADVICE,
                   tr("Install Foyer's package, which makes them with their lock-down."), "%s",
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

struct rights {
    bool kiosk; /* there is such a user */
    uid_t uid;
    gid_t gid;
    struct buf wrong, unseen;
};

/* Adds what is wrong. `more` are mode bits that must not be there. */
static void look_file(struct rights *rights, const char *path, mode_t more)
{
    struct stat st;
    struct buf *wrong = &rights->wrong;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT) {
            buf_addf(&rights->unseen, "%s%s", rights->unseen.len > 0 ? ", " : "", path);
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
    if (rights->kiosk && st.st_uid == rights->uid) {
        buf_addf(wrong, tr("  %s belongs to the kiosk's user."), path);
    } else if (rights->kiosk && st.st_gid == rights->gid && (st.st_mode & S_IWGRP)) {
        buf_addf(wrong, tr("  The kiosk's user can change %s."), path);
    }
}

/* The folders a path leads through: who may write to one can put another file there. */
static void look_folders(struct rights *rights, const char *path)
{
    char *real = realpath(path, NULL);
    for (char *slash; real != NULL && (slash = strrchr(real, '/')) != NULL && slash != real;) {
        *slash = '\0';
        look_file(rights, real, S_IWOTH);
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
    };
    struct rights rights = { .wrong = BUF_INIT };
    struct buf entry = BUF_INIT;
    /* The letterbox's socket is the kiosk's way in, and looks at who is there. */
    look_file(&rights, config->socket, S_IWOTH);
    rights.kiosk = probe_user("kiosk", 2, &entry);
    rights.uid = (uid_t)strtoul(buf_str(&entry), NULL, 10);
    (void)probe_user("kiosk", 3, &entry);
    rights.gid = (gid_t)strtoul(buf_str(&entry), NULL, 10);
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        look_file(&rights, file[i].path, file[i].more);
    }
    look_folders(&rights, config->database);
    look_folders(&rights, config->path);
    look_folders(&rights, config->public_keys);
    if (probe_user("kiosk", 5, &entry)) {
        struct stat st;
        char *home = probe_path(buf_str(&entry));
        if (entry.len > 1 && stat(home, &st) == 0 && (st.st_uid == rights.uid || (st.st_mode & S_IWOTH))) {
            buf_addf(&rights.wrong, tr("  The kiosk's user has a home it can write to, %s."),
                     buf_str(&entry));
        }
        free(home);
    }
    if (rights.wrong.len > 0) {
        doctor_say(
            d, "files", FINDING_BAD,
            tr("Change owner and mode with chown and chmod: the database 0600 and the foyer user's, the "
               "rest root's and writable by nobody else."),
            tr("Files can be changed or read by who should not:%s"), buf_str(&rights.wrong));
    } else if (rights.unseen.len > 0) {
        doctor_say(d, "files", FINDING_UNKNOWN, doctor_as_root(d),
                   tr("It cannot be seen who may read and change %s."), buf_str(&rights.unseen));
    } else {
        doctor_say(d, "files", FINDING_GOOD, NULL, "%s",
                   tr("Only who should can read the database, and change settings, forms and keys."));
    }
    buf_done(&rights.wrong);
    buf_done(&rights.unseen);
    buf_done(&entry);
}

void doctor_look_access(struct doctor *d)
{
    look_sshd(d);
    look_permissions(d);
}
