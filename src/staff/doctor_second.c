/* doctor_second.c: a second screen (foyer-relay(8)). There is no database to look at, and no program here
 * that could open one: what counts is the way to the clinic, and what has not gone it. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "frame.h"
#include "probe.h"
#include "refused.h"
#include "tr.h"

#define WAY    "/etc/foyer/ssh/relay-to"
#define OUTBOX "/var/lib/foyer-relay/outbox"
enum { LINE_MS = 20000 };

/* ---- the way to the clinic
 * ----------------------------------------------------------------------------------------- */

static void look_way(struct doctor *d)
{
    char *ssh = probe_path("/usr/bin/ssh"), *way = probe_path(WAY);
    struct buf said = BUF_INIT;
    /* -E: what it has to say goes where the answer comes. */
    const char *const argv[] = { ssh, "-n", "-E", "/dev/stdout", "-F", way, "-T", "clinic", NULL };
    if (access(way, F_OK) != 0) {
        doctor_say(d, "clinic", FINDING_BAD, tr("Run `sudo foyer-pair ADDRESS`: see foyer-clinic(7)."), "%s",
                   tr("This machine does not know where to hand in what patients answer."));
    } else if (!d->root) {
        doctor_say(d, "clinic", FINDING_UNKNOWN, doctor_as_root(d), "%s",
                   tr("Only root may try the way to the clinic."));
    } else if (probe_run(argv, LINE_MS, &said) == 0 && strstr(buf_str(&said), "FYRH") != NULL) {
        doctor_say(d, "clinic", FINDING_GOOD, NULL, "%s",
                   tr("The clinic's machine takes what is handed in."));
    } else if (strstr(buf_str(&said), "Host key verification failed") != NULL) {
        doctor_say(
            d, "clinic", FINDING_BAD,
            tr("Was the clinic's machine set up anew? Then run `sudo foyer-pair ADDRESS`. If not, look "
               "at who answers there in its place."),
            "%s",
            tr("What answers in the clinic's place has another key than it had, so nothing is handed "
               "in. What patients answer is kept here."));
    } else if (strstr(buf_str(&said), "Permission denied") != NULL) {
        doctor_say(d, "clinic", FINDING_BAD,
                   tr("Run `sudo foyer-pair`, which says what to type on the clinic's machine."), "%s",
                   tr("The clinic's machine does not let this one in, so nothing is handed in. What patients "
                      "answer is kept here."));
    } else {
        doctor_say(
            d, "clinic", FINDING_ADVICE,
            tr("Look at the network, and at the clinic's machine. Where its address has changed: `sudo "
               "foyer-pair "
               "ADDRESS`."),
            "%s",
            tr("The clinic's machine does not answer. What patients answer is kept here until it does."));
    }
    free(ssh);
    free(way);
    buf_done(&said);
}

static void look_slot(struct doctor *d)
{
    struct stat st;
    if (stat(d->config->socket, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        doctor_say(d, "relay", FINDING_BAD,
                   tr("Run `sudo systemctl enable --now foyer-relay.socket foyer-relay`."),
                   tr("Nobody takes what the kiosk seals: there is no socket %s."), d->config->socket);
    } else {
        doctor_say(d, "relay", FINDING_GOOD, NULL, "%s", tr("The relay takes what the kiosk seals."));
    }
}

/* ---- what has not gone it
 * ------------------------------------------------------------------------------------------ */

/* How many, and when the first came; -1. */
static int waiting(int64_t *since)
{
    char *path = probe_path(OUTBOX);
    DIR *dir = opendir(path);
    int n = dir == NULL && errno != ENOENT ? -1 : 0;
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        struct stat st;
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
            *since = n == 0 || st.st_mtime < *since ? st.st_mtime : *since;
            n++;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    free(path);
    return n;
}

static void look_outbox(struct doctor *d)
{
    int64_t since = 0;
    char when[CLOCK_MINUTE_SIZE];
    int n = waiting(&since), refused = refused_count();
    if (n < 0 || refused < 0) {
        doctor_say(d, "outbox", FINDING_UNKNOWN, doctor_as_root(d), "%s",
                   tr("Only root may look into the outbox."));
        return;
    }
    if (n > 0) {
        doctor_say(d, "outbox", FINDING_ADVICE,
                   tr("They go by themselves once the clinic can be reached: `journalctl -u foyer-relay`."),
                   tr_n("%d record waits for the clinic, since %s.",
                        "%d records wait for the clinic, since %s.", (unsigned long)n),
                   n, clock_format_minute(since, when));
    } else {
        doctor_say(d, "outbox", FINDING_GOOD, NULL, "%s", tr("Nothing waits for the clinic."));
    }
    if (refused > 0) {
        doctor_say(d, "refused", FINDING_BAD, tr("See foyer-relay(8). Until then more may be refused."),
                   tr_n("%d record was refused by the clinic, or is none; it is kept.",
                        "%d records were refused by the clinic, or are none; they are kept.",
                        (unsigned long)refused),
                   refused);
    }
}

static void look_room(struct doctor *d)
{
    long long free_mb = file_free_mb(d->config->database);
    if (free_mb < 0) {
        doctor_say(d, "space", FINDING_BAD,
                   tr("Run `sudo foyer-pair`, which sets \"database\" in kiosk.conf."), "%s",
                   tr("It cannot be seen how much room there is for what waits."));
    } else if (free_mb < d->config->space_mb) {
        doctor_say(d, "space", FINDING_BAD, tr("Make room: old logs, packages (`sudo apt clean`)."),
                   tr("%lld MB are free for what waits, and %d must be (space_mb): new patients are sent to "
                      "the desk."),
                   free_mb, d->config->space_mb);
    } else {
        doctor_say(d, "space", FINDING_GOOD, NULL, tr("%lld MB are free for what waits."), free_mb);
    }
    doctor_live(d);
}

static void look_public_keys(struct doctor *d)
{
    struct frame_keys keys;
    struct err err = { "" };
    char print[FRAME_FINGERPRINT];
    if (frame_keys_read(d->config->public_keys, &keys, &err) != 0) {
        doctor_say(d, "keys", FINDING_BAD, tr("Run `sudo foyer-pair`."),
                   tr("The kiosk has no keys to seal with: %s."), err.text);
    } else {
        doctor_say(d, "keys", FINDING_GOOD, NULL,
                   tr("The kiosk seals for the keys %s. At the clinic `foyer keys show` must name the same."),
                   frame_keys_fingerprint(&keys, print));
    }
}

void doctor_look_second(struct doctor *d)
{
    d->second = true;
    doctor_look_machine(d);
    doctor_look_locks(d);
    doctor_look_units(d);
    doctor_look_access(d);
    doctor_look_screen(d);
    look_way(d);
    look_slot(d);
    look_outbox(d);
    look_room(d);
    look_public_keys(d);
    doctor_look_content(d);
}
