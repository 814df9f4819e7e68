/* doctor_store.c: the database, its keys, its room, its copies, and what leaves it on paper. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "account.h"
#include "backup_age.h"
#include "ballast.h"
#include "clock.h"
#include "db.h"
#include "examine.h"
#include "file.h"
#include "mem.h"
#include "probe.h"
#include "refused.h"
#include "tr.h"

enum { FAULTS_SHOWN = 5, OLD_JOB_S = 3600 };

/* ---- the database
 * ------------------------------------------------------------------------------------------ */

static void look_sqlite(struct doctor *d)
{
    struct examine examine;
    struct err err = { "" };
    if (examine_settings(d->db, &examine, &err) != 0) {
        doctor_say(d, "sqlite", FINDING_BAD, tr("Look at the disk, and bring the last backup back."), "%s",
                   err.text);
        return;
    }
    if (!examine.sound) {
        doctor_say(
            d, "sqlite", FINDING_BAD,
            tr("Another program has changed the database's mode. End it, and run `foyer doctor` again."),
            tr("The database is not in the mode that survives power cuts (TRUNCATE and EXTRA, no "
               "write-ahead log). SQLite %s."),
            examine.sqlite);
    } else {
        doctor_say(
            d, "sqlite", FINDING_GOOD, NULL,
            tr("SQLite %s with the rollback journal flushed to the disk; no write-ahead log, whose race "
               "loses records before 3.51.3."),
            examine.sqlite);
    }
    int64_t now_s = clock_wall_s(d->call->clock);
    if (examine.newest_s > now_s + 60) {
        char then[CLOCK_MINUTE_SIZE], now[CLOCK_MINUTE_SIZE];
        doctor_say(d, "time", FINDING_BAD, tr("Set the clock: `timedatectl`."),
                   tr("The newest record came in at %s, but the clock says %s."),
                   clock_format_minute(examine.newest_s, then), clock_format_minute(now_s, now));
    }
}

static void look_whole(struct doctor *d)
{
    struct buf faults = BUF_INIT;
    struct err err = { "" };
    if (examine_file(d->db, &faults, &err) != 0) {
        doctor_say(d, "database", FINDING_BAD, tr("Look at the disk, and bring the last backup back."), "%s",
                   err.text);
    } else if (faults.len > 0) {
        size_t end = 0;
        for (int i = 0; i < FAULTS_SHOWN && buf_str(&faults)[end] != '\0'; i++) {
            end += strcspn(buf_str(&faults) + end, "\n") + 1;
        }
        buf_cut(&faults, end < faults.len ? end : faults.len);
        doctor_say(d, "database", FINDING_BAD,
                   tr("Keep the file as it is, look at the disk, and bring the last backup back."),
                   tr("The database is damaged: %s"), buf_str(&faults));
    } else {
        doctor_say(d, "database", FINDING_GOOD, NULL, "%s", tr("The database is whole (quick_check)."));
    }
    buf_done(&faults);
}

static void look_keys(struct doctor *d)
{
    struct frame_keys keys;
    struct err err = { "" };
    char print[FRAME_FINGERPRINT];
    if (frame_keys_read(d->config->public_keys, &keys, &err) != 0) {
        doctor_say(d, "keys", FINDING_BAD, tr("Run `foyer keys write`."),
                   tr("The kiosk has no keys to seal with: %s."), err.text);
        return;
    }
    int ours = account_check_keys(d->db, &keys, &err);
    if (ours < 0) {
        doctor_say(d, "keys", FINDING_BAD,
                   tr("Stop the kiosk. Find out who changed the file; then `foyer keys write`."),
                   tr("The kiosk's keys %s are not this vault's: %s"), frame_keys_fingerprint(&keys, print),
                   err.text);
    } else {
        doctor_say(d, "keys", ours == 1 ? FINDING_GOOD : FINDING_ADVICE,
                   ours == 1 ? NULL : tr("Run `foyer keys write`."),
                   ours == 1 ? tr("The kiosk seals for this vault: %s.")
                             : tr("The kiosk seals for older keys of this vault: %s."),
                   frame_keys_fingerprint(&keys, print));
    }
}

/* ---- room
 * -------------------------------------------------------------------------------------------------- */

static void look_space(struct doctor *d)
{
    struct err err = { "" };
    long long free_mb = file_free_mb(d->config->database);
    if (free_mb < 0) {
        doctor_say(d, "space", FINDING_UNKNOWN, tr("Is the folder of the database there?"), "%s",
                   tr("It cannot be seen how much room there is under the database."));
        return;
    }
    if (free_mb < d->config->space_mb) {
        doctor_say(
            d, "space", FINDING_BAD, tr("Make room: old logs, exports, packages (`sudo apt clean`)."),
            tr("%lld MB are free under the database, and %d must be (space_mb): new patients are sent to "
               "the desk."),
            free_mb, d->config->space_mb);
    } else {
        doctor_say(d, "space", FINDING_GOOD, NULL, tr("%lld MB are free under the database."), free_mb);
    }
    doctor_live(d);
    if (ballast_make(d->config->database, &err) != 0) {
        doctor_say(d, "ballast", FINDING_ADVICE, tr("Make room, then run `foyer doctor` again."),
                   tr("There is no reserve for a form that has begun when the disk fills: %s."), err.text);
    } else {
        doctor_say(d, "ballast", FINDING_GOOD, NULL,
                   tr("A reserve of %d MB lies beside the database, for a form that has begun when the disk "
                      "fills."),
                   BALLAST_MB);
    }
}

/* ---- copies
 * ------------------------------------------------------------------------------------------------ */

/* After a fortnight without one, what a broken card takes along can no longer be made good from memory and
 * paper. */
enum { BACKUP_OLD_DAYS = 14, DAY_S = 86400 };

static void look_backup(struct doctor *d)
{
    struct backup_state state;
    struct err err = { "" };
    struct buf age = BUF_INIT, warning = BUF_INIT;
    int64_t now_s = clock_wall_s(d->call->clock);
    if (d->config->backup.folder[0] == '\0') {
        doctor_say(d, "backup", FINDING_BAD,
                   tr("Plug in a stick and name a place on it: `foyer setup`, or \"backup\" in kiosk.conf."),
                   "%s", tr("No place for backups is named: when the card breaks, every intake is gone."));
        return;
    }
    if (backup_place_owner(d->config, &err) != 0) {
        doctor_say(d, "backup", FINDING_BAD,
                   tr("Mount the stick for that user, as foyer-clinic(7) says: \"The stick for backups\"."),
                   tr("No backup can be made: %s."), err.text);
        return;
    }
    int warn = backup_state(d->db, &state, &err) != 0
                   ? -1
                   : backup_age_warning(d->config, d->db, now_s, &warning, &err);
    if (warn < 0) {
        doctor_say(d, "backup", FINDING_UNKNOWN, NULL, "%s", err.text);
    } else if (warn > 0) {
        bool long_ago = now_s - state.made_s > (int64_t)BACKUP_OLD_DAYS * DAY_S;
        doctor_say(d, "backup", long_ago ? FINDING_BAD : FINDING_ADVICE, NULL, "%s", buf_str(&warning));
    } else {
        backup_age_words(state.made_s, now_s, &age);
        if (state.drilled_s == 0) {
            doctor_say(d, "backup", FINDING_ADVICE, tr("Practise it: `foyer restore --drill`."),
                       tr("The last backup was made %s, but bringing one back was never practised."),
                       buf_str(&age));
        } else {
            doctor_say(d, "backup", FINDING_GOOD, NULL, tr("The last backup was made %s."), buf_str(&age));
        }
    }
    buf_done(&age);
    buf_done(&warning);
}

/* ---- paper
 * ------------------------------------------------------------------------------------------------- */

/* CUPS keeps what was printed for a day unless it is told not to: cupsd.conf(5), PreserveJobFiles. -1: its
 * file may not be read. */
static int spool_keeps(void)
{
    struct buf text = BUF_INIT;
    int keeps = 1;
    if (probe_read("/etc/cups/cupsd.conf", &text) != 0) {
        return errno == ENOENT ? 0 : -1;
    }
    char *rest = text.data;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        char name[64], value[64];
        if (sscanf(line, " %63s %63s", name, value) == 2 && strcasecmp(name, "PreserveJobFiles") == 0) {
            keeps = strcasecmp(value, "no") != 0 && strcasecmp(value, "off") != 0 && strcmp(value, "0") != 0;
        }
    }
    buf_done(&text);
    return keeps;
}

/* Documents that have lain in the spool for longer than it takes to print them. -1: it may not be read. */
static int old_jobs(void)
{
    char *folder = probe_path("/var/spool/cups");
    DIR *dir = opendir(folder);
    int n = dir == NULL && errno != ENOENT ? -1 : 0;
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        struct stat st;
        n += entry->d_name[0] == 'd' && strchr(entry->d_name, '-') != NULL &&
             fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
             time(NULL) - st.st_mtime > OLD_JOB_S;
    }
    if (dir != NULL) {
        closedir(dir);
    }
    free(folder);
    return n;
}

static void look_paper(struct doctor *d)
{
    if (!probe_there(d->config->printer[0])) {
        doctor_say(d, "paper", FINDING_GOOD, NULL, tr("Nothing is printed here: there is no %s."),
                   d->config->printer[0]);
        return;
    }
    int keeps = spool_keeps(), old = old_jobs();
    if (keeps < 0 || old < 0) {
        doctor_say(d, "paper", FINDING_UNKNOWN, doctor_as_root(d), "%s",
                   tr("Only root may look into the print spool."));
    } else if (keeps != 0 || old > 0) {
        doctor_say(
            d, "paper", FINDING_BAD,
            tr("Write \"PreserveJobFiles No\" into /etc/cups/cupsd.conf, `sudo systemctl restart cups`, "
               "and `sudo cancel -a -x`."),
            tr("The print spool keeps what was printed (%d documents older than an hour): patients' "
               "papers, in clear."),
            old);
    } else {
        doctor_say(d, "paper", FINDING_GOOD, NULL, "%s", tr("The print spool keeps no document."));
    }
}

/* ---- second screens
 * -------------------------------------------------------------------------------------------- */

static void look_refused(struct doctor *d)
{
    struct buf text = BUF_INIT;
    int n = refused_warning(&text);
    if (n < 0) {
        doctor_say(d, "refused", FINDING_UNKNOWN, doctor_as_root(d), "%s",
                   tr("It cannot be seen whether records of a second screen were refused."));
    } else if (n > 0) {
        doctor_say(d, "refused", FINDING_BAD,
                   tr("Find out why: `journalctl -t foyer-deposit`. What to do then is in foyer-relay(8)."),
                   "%s", buf_str(&text));
    }
    if (n != 0) {
        doctor_live(d); /* patients on this machine's own screen are served all the same */
    }
    buf_done(&text);
}

void doctor_look_clinic(struct doctor *d)
{
    struct err err = { "" };
    d->db = db_open(d->config->database, d->call->clock, &err);
    doctor_look_machine(d);
    doctor_look_locks(d);
    doctor_look_units(d);
    doctor_look_access(d);
    doctor_look_screen(d);
    if (d->db == NULL) {
        doctor_say(d, "database", FINDING_BAD,
                   tr("Run `foyer setup` or `foyer init`, or look at who may read it."), "%s.", err.text);
    } else {
        look_sqlite(d);
        look_whole(d);
        look_keys(d);
        look_backup(d);
    }
    look_space(d);
    look_paper(d);
    look_refused(d);
    doctor_look_content(d);
    db_close(d->db);
    d->db = NULL;
}
