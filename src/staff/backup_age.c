#include "backup_age.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "mem.h"
#include "tr.h"

enum { DAY_S = 86400, AHEAD_S = 3600 };

struct backup_plan backup_age_plan(const struct config *config)
{
    const struct config_backup *from = &config->backup;
    return (struct backup_plan){ .folder = from->folder,
                                 .stick = from->stick,
                                 .daily = from->daily,
                                 .weekly = from->weekly,
                                 .monthly = from->monthly };
}

void backup_age_words(int64_t then_s, int64_t now_s, struct buf *out)
{
    struct date then = clock_local_date(then_s), now = clock_local_date(now_s);
    int days = date_is_full(then) && date_is_full(now) ? date_to_days(now) - date_to_days(then) : 0;
    if (days < 0) {
        buf_adds(out, tr("on a day that is still to come"));
    } else if (days == 0) {
        buf_adds(out, tr("today"));
    } else if (days == 1) {
        buf_adds(out, tr("yesterday"));
    } else {
        buf_addf(out, tr_n("%d day ago", "%d days ago", (unsigned long)days), days);
    }
}

int backup_age_warning(const struct config *config, struct db *db, int64_t now_s, struct buf *out,
                       struct err *err)
{
    struct backup_state state;
    struct buf age = BUF_INIT;
    if (config->backup.folder[0] == '\0') {
        return 0;
    }
    if (backup_state(db, &state, err) != 0) {
        return -1;
    }
    if (state.made_s == 0) {
        buf_adds(out, tr("There is no backup yet. Run `foyer backup`."));
        return 1;
    }
    if (state.made_s > now_s + AHEAD_S) {
        buf_adds(out, tr("The last backup bears a date that is still to come. Look at the clock, then run "
                         "`foyer backup`."));
        return 1;
    }
    if (now_s - state.made_s <= (int64_t)config->backup.warn_days * DAY_S) {
        return 0;
    }
    backup_age_words(state.made_s, now_s, &age);
    buf_addf(out, tr("The last backup was made %s. Run `foyer backup` and see what it says."), buf_str(&age));
    buf_done(&age);
    return 1;
}

static _Noreturn void try_as(const struct passwd *owner, const char *folder)
{
    bool become = initgroups(owner->pw_name, owner->pw_gid) == 0 && setgid(owner->pw_gid) == 0 &&
                  setuid(owner->pw_uid) == 0;
    _exit(become && access(folder, W_OK | X_OK) != 0 ? errno : 0);
}

int backup_place_owner(const struct config *config, struct err *err)
{
    const char *folder = config->backup.folder;
    char *copy = mem_strdup(config->database);
    struct stat st;
    /* The folder tells the owner before there is a database. */
    const struct passwd *owner =
        geteuid() == 0 && stat(dirname(copy), &st) == 0 && st.st_uid != 0 ? getpwuid(st.st_uid) : NULL;
    int status = 0;
    free(copy);
    if (owner == NULL) {
        return 0;
    }
    pid_t pid = fork();
    if (pid == 0) {
        try_as(owner, folder);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) == 0 ||
        WEXITSTATUS(status) == ENOENT) {
        return 0;
    }
    errno = WEXITSTATUS(status);
    return err_sys(err, tr("the user %s, who makes the backups at night, cannot write to %s"), owner->pw_name,
                   folder);
}
