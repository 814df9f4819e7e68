/* doctor_machine.c: where the machine itself could keep, lose or give away what a patient typed. */
#include "doctor.h"

#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "mem.h"
#include "probe.h"
#include "tr.h"

/* ---- swap
 * -------------------------------------------------------------------------------------------------- */

/* In memory, or encrypted. A file may be called zram as well. */
static bool swap_is_harmless(const char *device)
{
    struct buf path = BUF_INIT, text = BUF_INIT;
    bool fine = false;
    if (strncmp(device, "/dev/zram", 9) == 0) {
        buf_addf(&path, "/sys/block/%s/backing_dev", path_name(device));
        const char *backing = probe_line(buf_str(&path), &text);
        fine = backing[0] == '\0' || strcmp(backing, "none") == 0;
    } else {
        char real[PATH_MAX];
        buf_addf(&path, "/sys/block/%s/dm/uuid", path_name(realpath(device, real) != NULL ? real : device));
        fine = strncmp(probe_line(buf_str(&path), &text), "CRYPT-", 6) == 0;
    }
    buf_done(&path);
    buf_done(&text);
    return fine;
}

static void look_swap(struct doctor *d)
{
    struct buf text = BUF_INIT, bad = BUF_INIT;
    if (probe_read("/proc/swaps", &text) != 0) {
        doctor_say(d, "swap", FINDING_UNKNOWN, tr("Is /proc mounted?"), "%s",
                   tr("It cannot be seen whether memory is written to a disk."));
        buf_done(&text);
        return;
    }
    char *rest = text.data;
    (void)strsep(&rest, "\n"); /* the heading */
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        line[strcspn(line, " \t")] = '\0';
        if (line[0] != '\0' && !swap_is_harmless(line)) {
            buf_addf(&bad, "%s%s", bad.len > 0 ? ", " : "", line);
        }
    }
    if (bad.len > 0) {
        doctor_say(d, "swap", FINDING_BAD,
                   tr("Run `sudo swapoff -a`, and take it out for good: on Raspberry Pi OS `sudo apt purge "
                      "dphys-swapfile` or rpi-swap, elsewhere its line in /etc/fstab."),
                   tr("Memory is written to %s: what a patient typed can end on the disk and stay there."),
                   buf_str(&bad));
    } else {
        doctor_say(d, "swap", FINDING_GOOD, NULL, "%s", tr("No memory is written to a disk in clear."));
    }
    buf_done(&text);
    buf_done(&bad);
}

/* ---- dumps
 * ------------------------------------------------------------------------------------------------- */

/* A process that has given up dumps as the programs do, and then dies the way that makes one. */
static bool dumps_core(void)
{
    pid_t pid = fork();
    int status = 0;
    if (pid == 0) {
        static const int mine[] = { SIGABRT, SIGSEGV };
        for (size_t i = 0; i < sizeof mine / sizeof *mine; i++) {
            signal(mine[i], SIG_DFL);
        }
        if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
            setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 }) != 0) {
            _exit(1);
        }
        kill(getpid(), SIGABRT);
        _exit(1);
    }
    return pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) || WCOREDUMP(status);
}

static void look_cores(struct doctor *d)
{
    struct buf text = BUF_INIT;
    bool collected = probe_line("/proc/sys/kernel/core_pattern", &text)[0] == '|';
    if (dumps_core()) {
        doctor_say(d, "dumps", FINDING_BAD,
                   tr("Please report this: the kernel ignores what the program asks."), "%s",
                   tr("A program of Foyer that crashes leaves its memory in a file."));
    } else if (collected && strcmp(buf_str(&text), "|/bin/false") != 0) {
        doctor_say(d, "dumps", FINDING_ADVICE,
                   tr("Write kernel.core_pattern=|/bin/false into /etc/sysctl.d/60-foyer.conf, then `sudo "
                      "sysctl --system`."),
                   tr("Foyer's programs leave no memory behind when they crash, but other programs hand "
                      "theirs to %s: a terminal's holds what was on the screen."),
                   buf_str(&text) + 1);
    } else {
        doctor_say(d, "dumps", FINDING_GOOD, NULL, "%s",
                   tr("A program of Foyer that crashes leaves no memory behind (tried)."));
    }
    buf_done(&text);
}

/* ---- keys that reach past the program
 * ---------------------------------------------------------------------- */

/* sysrq.rst in the kernel's documentation: 1 is everything, 0 nothing, else bits. Syncing (16) hurts nobody.
 */
static void look_sysrq(struct doctor *d)
{
    struct buf text = BUF_INIT;
    const char *line = probe_line("/proc/sys/kernel/sysrq", &text);
    long mask = strtol(line, NULL, 10);
    if (line[0] == '\0') {
        doctor_say(d, "sysrq", FINDING_GOOD, NULL, "%s", tr("This kernel has no SysRq keys."));
    } else if ((mask & ~16L) != 0) {
        doctor_say(
            d, "sysrq", doctor_at_a_desk(d) ? FINDING_BAD : FINDING_ADVICE,
            tr("Write kernel.sysrq=0 into /etc/sysctl.d/60-foyer.conf, then `sudo sysctl --system`."),
            tr("Alt and SysRq on this machine's keyboard can end the kiosk, restart the machine or make "
               "the disk read-only (kernel.sysrq is %ld)."),
            mask);
    } else {
        doctor_say(d, "sysrq", FINDING_GOOD, NULL, "%s", tr("The SysRq keys are off."));
    }
    buf_done(&text);
}

static void look_ctrl_alt_del(struct doctor *d)
{
    static const char *const unit[] = { "/etc/systemd/system/ctrl-alt-del.target",
                                        "/run/systemd/system/ctrl-alt-del.target" };
    if (!doctor_at_a_desk(d) || !probe_there("/run/systemd/system")) {
        return;
    }
    bool masked = false;
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
        char *path = probe_path(unit[i]);
        char to[32] = "";
        ssize_t n = readlink(path, to, sizeof to - 1);
        masked = masked || (n > 0 && strcmp(to, "/dev/null") == 0);
        free(path);
    }
    doctor_say(d, "restart", masked ? FINDING_GOOD : FINDING_ADVICE,
               masked ? NULL : tr("Run `sudo systemctl mask ctrl-alt-del.target`."), "%s",
               masked ? tr("Ctrl-Alt-Delete does nothing, unless it is pressed again and again.")
                      : tr("Ctrl-Alt-Delete on this machine's keyboard restarts it."));
}

/* ---- the disk
 * ---------------------------------------------------------------------------------------------- */

static bool one_of(const char *word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(word, *list) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_option(const char *options, const char *option)
{
    size_t len = strlen(option);
    for (const char *at = options; (at = strstr(at, option)) != NULL; at++) {
        if ((at == options || at[-1] == ',') && (at[len] == ',' || at[len] == '\0' || at[len] == '=')) {
            return true;
        }
    }
    return false;
}

static void look_mount(struct doctor *d, char *folder)
{
    static const char *const fleeting[] = { "tmpfs", "ramfs", "overlay", "aufs", NULL };
    static const char *const far[] = { "nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", NULL };
    static const char *const loose[] = { "vfat", "exfat", "msdos", "ntfs3", "fuseblk", NULL };
    static const char *const barrier[] = { "nobarrier", "barrier=0", NULL };
    struct probe_mount mount;
    if (!probe_mount_of(folder, &mount)) {
        doctor_say(d, "disk", FINDING_UNKNOWN, tr("Is the folder there, and is /proc mounted?"),
                   tr("It cannot be seen what %s is on."), folder);
        return;
    }
    bool flushes = true;
    for (size_t i = 0; barrier[i] != NULL; i++) {
        const char *at = strstr(mount.options, barrier[i]);
        flushes = flushes && at == NULL;
    }
    if (one_of(mount.kind, fleeting)) {
        doctor_say(d, "disk", FINDING_BAD,
                   tr("Put the database on a disk or card: \"database\" in kiosk.conf."),
                   tr("%s is kept in memory (%s): every intake is gone with the power."), folder, mount.kind);
    } else if (one_of(mount.kind, far)) {
        doctor_say(d, "disk", FINDING_BAD,
                   tr("Put the database on a disk of this machine: \"database\" in kiosk.conf."),
                   tr("%s is on another machine (%s): its locks and flushes cannot be relied on."), folder,
                   mount.kind);
    } else if (one_of(mount.kind, loose)) {
        doctor_say(d, "disk", FINDING_BAD, tr("Put the database on ext4: \"database\" in kiosk.conf."),
                   tr("%s is on %s, which has no owners and loses files when the power goes."), folder,
                   mount.kind);
    } else if (!flushes) {
        doctor_say(d, "disk", FINDING_BAD, tr("Take it out of /etc/fstab and restart the machine."),
                   tr("%s is mounted with %s: a saved intake can be lost when the power goes."), folder,
                   mount.options);
    } else {
        doctor_say(d, "disk", FINDING_GOOD, NULL, tr("The database is on %s (%s)."), mount.device,
                   mount.kind);
    }

    bool trims = has_option(mount.options, "discard") ||
                 probe_there("/etc/systemd/system/timers.target.wants/fstrim.timer");
    if (has_option(mount.options, "nodiscard")) {
        trims = trims && probe_there("/etc/systemd/system/timers.target.wants/fstrim.timer");
    }
    doctor_say(d, "erasing", trims ? FINDING_GOOD : FINDING_ADVICE,
               trims ? NULL : tr("Run `sudo systemctl enable --now fstrim.timer`."), "%s",
               trims
                   ? tr("What is deleted is given back to the card (TRIM). Its controller may keep old pages "
                        "for a while: only destroying the card is certain.")
                   : tr("What is deleted is not given back to the card (TRIM): a card then keeps old pages "
                        "longer. Sealed records stay sealed there."));
}

/* ---- the clock
 * --------------------------------------------------------------------------------------------- */

static void look_clock(struct doctor *d)
{
    enum clock_state state = clock_system_state();
    if (state == CLOCK_UNKNOWN) {
        doctor_say(
            d, "clock", FINDING_BAD,
            tr("Connect the machine to a time server (`timedatectl set-ntp true`), or give it a hardware "
               "clock."),
            "%s",
            tr("The clock has not been set since the machine started: nobody knows which day it is, and "
               "rules of one to three days hang on it."));
    } else if (state == CLOCK_RTC) {
        doctor_say(d, "clock", FINDING_ADVICE, tr("Run `timedatectl set-ntp true` if there is a network."),
                   "%s", tr("The day comes from the hardware clock alone: look at it now and then."));
    } else {
        doctor_say(d, "clock", FINDING_GOOD, NULL, "%s", tr("The clock is set by a time server."));
    }
    doctor_live(d);
}

void doctor_look_machine(struct doctor *d)
{
    look_swap(d);
    look_cores(d);
    look_sysrq(d);
    look_ctrl_alt_del(d);
    char *copy = mem_strdup(d->config->database), *slash = strrchr(copy, '/');
    if (slash != NULL) {
        slash[slash == copy] = '\0';
    }
    look_mount(d, slash != NULL ? copy : (char *)(uintptr_t) ".");
    free(copy);
    look_clock(d);
}
