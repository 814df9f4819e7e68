/* cmd_retention.c: what is kept no longer, by the clinic's rules.
 *
 * Without a key nobody knows who is a minor, when somebody was here last, or who is the same person. So a
 * timer discards what was never finished, and takes out signed intakes only by unseen_years, which is longer
 * than any of that; a clinician with a passphrase goes by the rest.
 *
 * All of it hangs on the clock, and what is gone is gone. So nothing goes while the clock is further ahead
 * than the audit trail vouches for (audit_vouched), until a clinician has said what day it is; and a timer
 * counts its years from as long ago as a clock may have run ahead without being found out.
 */
#include "command.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit.h"
#include "erase.h"
#include "mem.h"
#include "scratch.h"
#include "session.h"
#include "tr.h"

enum { LEFT_ALONE_S = 3600 }; /* after its last page an unfinished intake is not touched for so long */

static struct date years_before(struct date day, int years)
{
    struct date then = { (int16_t)(day.year - years), day.month, day.day };
    return date_valid(then) ? then : (struct date){ then.year, 2, 28 }; /* 29 February */
}

/* Those of an earlier day, and on the stroke of midnight not one that somebody is at. */
static int64_t drafts_before(int64_t now_s)
{
    int64_t midnight = clock_local_midnight(now_s);
    return midnight < now_s - LEFT_ALONE_S ? midnight : now_s - LEFT_ALONE_S;
}

/* 0: the clock can be believed, or *confirmed: by a person, by --today. */
static int believe_clock(struct session *session, const struct command_call *call, bool *confirmed,
                         struct err *err)
{
    const char *given = command_value(call, "today");
    int64_t now_s = clock_wall_s(call->clock), vouched_s = 0;
    struct date today = clock_local_date(now_s), said;
    char now[DATE_ISO_SIZE], then[DATE_ISO_SIZE];
    date_format_iso(today, now);
    if (given != NULL && (!date_parse_iso(given, &said) || !date_equal(said, today))) {
        return err_set(err, tr("the clock says that today is %s, not %.20s. Set the clock first"), now,
                       given);
    }
    if (audit_vouched(session->db, &vouched_s, err) != 0) {
        return -1;
    }
    *confirmed = given != NULL;
    if (given != NULL || now_s - vouched_s <= AUDIT_GAP_S) {
        return 0;
    }
    return err_set(err,
                   tr("the clock says %s, but the last that this database knows of is %s. Nothing was taken "
                      "out. If the clock is wrong, set it; if it is right, type: foyer retention --unlock "
                      "--today %s"),
                   now, date_format_iso(clock_local_date(vouched_s), then), now);
}

static void say_reach(FILE *out)
{
    fputs(tr("Not reached: older backups, exports, paper, and what a flash card keeps of old pages by "
             "itself.\n"),
          out);
}

/* ---- without a key
 * ------------------------------------------------------------------------------------------ */

static int unattended(struct session *session, const struct command_call *call, struct err *err)
{
    const struct config_retention *rule = &session->config->retention;
    bool dry = command_value(call, "dry-run") != NULL, quiet = command_value(call, "quiet") != NULL;
    int64_t now_s = clock_wall_s(call->clock), drafts = 0, doubtful = 0, purged = 0, kept = 0;
    char login[SLOT_USER], detail[64];
    bool confirmed;
    session_login(login);
    if (command_value(call, "today") != NULL) {
        return err_set(err, tr("--today needs --unlock: a clinician says it"));
    }
    if (believe_clock(session, call, &confirmed, err) != 0) {
        return -1;
    }
    if (!session->config->keep_interrupted) {
        drafts = erase_left_drafts(session->db, drafts_before(now_s), dry, login, now_s, &doubtful, err);
        session_say_doubtful(call->err, doubtful);
    }
    if (drafts >= 0 && rule->unseen_years > 0) {
        struct date limit = years_before(clock_local_date(now_s - AUDIT_GAP_S), rule->unseen_years);
        snprintf(detail, sizeof detail, "came in more than %d years ago", rule->unseen_years);
        purged = erase_unseen(session->db, clock_day_begins(limit), dry, detail, login, now_s, &kept, err);
    }
    if (drafts < 0 || purged < 0 || (!dry && scratch_sweep(session->db, err) != 0)) {
        return -1;
    }
    if (!quiet && !session->config->keep_interrupted) {
        fprintf(call->out,
                dry ? tr("Not finished, of earlier days: %lld would be discarded.\n")
                    : tr("Not finished, of earlier days: %lld were discarded.\n"),
                (long long)drafts);
    }
    if (!quiet && rule->unseen_years > 0) {
        fprintf(call->out,
                dry ? tr("Came in more than %d years ago: %lld would be taken out.\n")
                    : tr("Came in more than %d years ago: %lld were taken out.\n"),
                rule->unseen_years, (long long)purged);
    }
    if (!dry && !quiet && drafts + purged > 0) {
        say_reach(call->out);
    }
    if (kept > 0) {
        fprintf(
            call->err,
            tr_n(
                "foyer retention: %lld intake that old is not decided, or was restricted: a person has to "
                "look at it.\n",
                "foyer retention: %lld intakes that old are not decided, or were restricted: a person has to "
                "look at them.\n",
                (unsigned long)kept),
            (long long)kept);
    }
    if (!quiet && rule->years > 0) {
        fprintf(call->out,
                tr("For the rule of %d years after the last visit a passphrase is needed: "
                   "foyer retention --unlock\n"),
                rule->years);
    }
    return 0;
}

/* ---- with a key
 * --------------------------------------------------------------------------------------------- */

struct intake {
    uint8_t uid[FRAME_UID];
    uint8_t *links;
    size_t nlinks;
    size_t person;                     /* the number of the first intake of the same person */
    struct date last, born, born_last; /* born_last: the latest full birth date of the person */
    bool decided, restricted, finished;
};

struct everybody {
    struct intake *intake;
    size_t n;
    int64_t now_s, came_s; /* the latest so far that a kiosk's clock said */
};

static struct date later(struct date a, struct date b)
{
    return !date_is_full(a) || (date_is_full(b) && date_compare(b, a) > 0) ? b : a;
}

static int collect(void *arg, const struct vault_row *row)
{
    struct everybody *all = arg;
    const struct summary *s = &row->summary;
    /* One came in after another: where a clock was behind, it is no older than that. */
    all->came_s = s->wall_s > all->came_s && s->wall_s <= all->now_s ? s->wall_s : all->came_s;
    int64_t came_s = s->wall_s > all->came_s ? s->wall_s : all->came_s;
    all->intake = mem_realloc(all->intake, all->n + 1, sizeof *all->intake);
    struct intake *intake = &all->intake[all->n];
    *intake = (struct intake){
        .person = all->n++,
        .nlinks = s->nlinks,
        .last = later(clock_local_date(came_s), later(s->visit_on, s->postponed_to)),
        .born = s->birth_date,
        .decided = s->status == SUMMARY_DECIDED,
        .restricted = s->restricted,
        .finished = s->status != SUMMARY_UNFINISHED,
    };
    memcpy(intake->uid, row->uid, FRAME_UID);
    if (s->nlinks > 0) {
        intake->links = mem_alloc(s->nlinks * FRAME_UID);
        memcpy(intake->links, s->links, s->nlinks * FRAME_UID);
    }
    return 0;
}

static int by_uid(const void *a, const void *b)
{
    return memcmp(((const struct intake *)a)->uid, ((const struct intake *)b)->uid, FRAME_UID);
}

static size_t person_of(struct everybody *all, size_t i)
{
    while (all->intake[i].person != i) {
        i = all->intake[i].person = all->intake[all->intake[i].person].person;
    }
    return i;
}

/* One last visit, the latest, for all that staff have linked; and if one of them says a minor, all are kept.
 */
static void join_persons(struct everybody *all)
{
    if (all->n > 0) {
        qsort(all->intake, all->n, sizeof *all->intake, by_uid);
    }
    for (size_t i = 0; i < all->n; i++) {
        all->intake[i].person = i;
    }
    for (size_t i = 0; i < all->n; i++) {
        for (size_t j = 0; j < all->intake[i].nlinks; j++) {
            struct intake key = { 0 };
            memcpy(key.uid, all->intake[i].links + j * FRAME_UID, FRAME_UID);
            struct intake *to = bsearch(&key, all->intake, all->n, sizeof key, by_uid);
            if (to != NULL) {
                all->intake[person_of(all, i)].person = person_of(all, (size_t)(to - all->intake));
            }
        }
    }
    for (size_t i = 0; i < all->n; i++) {
        struct intake *first = &all->intake[person_of(all, i)];
        first->last = later(first->last, all->intake[i].last);
        first->born_last = later(first->born_last, all->intake[i].born);
    }
}

/* The whole of a day, month or year of birth must be so long ago. No date: nobody knows, so no. */
static bool grown_up(struct date born, int age, struct date today)
{
    if (age == 0) {
        return true;
    }
    return date_is_set(born) && date_ends_before(born, date_add_days(years_before(today, age), 1));
}

struct verdict {
    size_t due, undecided, restricted, minors, recent;
};

static bool is_due(struct everybody *all, const struct intake *intake, const struct config_retention *rule,
                   struct date today, struct verdict *verdict)
{
    const struct intake *person = &all->intake[person_of(all, (size_t)(intake - all->intake))];
    struct date last = person->last;
    if (!intake->finished) {
        return false;
    }
    if (!date_is_full(last) || date_compare(last, years_before(today, rule->years)) >= 0) {
        verdict->recent++;
    } else if (!intake->decided) {
        verdict->undecided++;
    } else if (intake->restricted) {
        verdict->restricted++;
    } else if (!grown_up(intake->born, rule->minor_until, today) ||
               (date_is_full(person->born_last) && !grown_up(person->born_last, rule->minor_until, today))) {
        verdict->minors++;
    } else {
        verdict->due++;
        return true;
    }
    return false;
}

static void say_verdict(const struct command_call *call, const struct config_retention *rule,
                        const struct verdict *verdict)
{
    fprintf(call->out, tr("Last visit less than %d years ago, kept: %zu\n"), rule->years, verdict->recent);
    if (rule->minor_until > 0) {
        fprintf(call->out, tr("Not yet %d years old, or no birth date, kept: %zu\n"), rule->minor_until,
                verdict->minors);
    }
    fprintf(call->out, tr("Restricted, kept: %zu\n"), verdict->restricted);
    fprintf(call->out, tr("Not decided or not readable, kept: %zu\n"), verdict->undecided);
    fprintf(call->out, tr("Older than the rule: %zu\n"), verdict->due);
}

static int purge(struct session *session, const struct command_call *call, struct everybody *all,
                 struct err *err)
{
    const struct config_retention *rule = &session->config->retention;
    int64_t now_s = clock_wall_s(call->clock);
    struct date today = clock_local_date(now_s);
    bool yes = command_value(call, "yes") != NULL && command_value(call, "dry-run") == NULL;
    struct verdict verdict = { 0 };
    char detail[64];
    size_t gone = 0;
    snprintf(detail, sizeof detail, "%d years after the last visit", rule->years);
    for (size_t i = 0; i < all->n; i++) {
        if (is_due(all, &all->intake[i], rule, today, &verdict) && yes) {
            if (erase_purge(session->vault, all->intake[i].uid, detail, now_s, err) < 0) {
                return -1;
            }
            gone++;
        }
    }
    say_verdict(call, rule, &verdict);
    if (yes) {
        fprintf(call->out, tr("Taken out: %zu. A tombstone with the number and the time stays.\n"), gone);
        say_reach(call->out);
    } else if (verdict.due > 0) {
        fprintf(call->out, "%s\n", tr("Nothing was taken out. If these are to go for good, say --yes too."));
    }
    return 0;
}

static int with_key(struct session *session, const struct command_call *call, struct err *err)
{
    struct everybody all = { .now_s = clock_wall_s(call->clock) };
    if (session->config->retention.years == 0) {
        return err_set(err, tr("%s says no number of years to keep intakes: retention = { years = 8; };"),
                       session->config->path);
    }
    bool confirmed = false;
    int rc = believe_clock(session, call, &confirmed, err) == 0 && session_unlock(session, call, err) == 0 &&
                     vault_need(session->vault, VAULT_KEYS, err) == 0
                 ? 0
                 : -1;
    if (rc == 0 && confirmed) {
        struct audit_entry entry = { .at_s = clock_wall_s(call->clock),
                                     .actor = vault_user(session->vault),
                                     .act = AUDIT_CLOCK };
        rc = audit_note(session->db, &entry, err);
    }
    if (rc == 0) {
        struct audit_entry entry = { .at_s = clock_wall_s(call->clock),
                                     .actor = vault_user(session->vault),
                                     .act = "retention" };
        rc = audit_note(session->db, &entry, err) == 0 && vault_each(session->vault, collect, &all, err) == 0
                 ? 0
                 : -1;
    }
    if (rc == 0) {
        join_persons(&all);
        rc = purge(session, call, &all, err);
    }
    for (size_t i = 0; i < all.n; i++) {
        free(all.intake[i].links);
    }
    free(all.intake);
    return rc;
}

static int run(const struct command_call *call)
{
    return session_run(call, command_value(call, "unlock") != NULL ? with_key : unattended);
}

static const struct command_option options[] = {
    { "unlock", NULL, N_("go by last visit and age too: needs a clinician's passphrase") },
    { "yes", NULL, N_("unlock: take them out for good") },
    { "today", "YYYY-MM-DD", N_("unlock: what day it is, when the clock is not believed") },
    { "dry-run", NULL, N_("only say how many") },
    { "quiet", NULL, N_("say nothing unless a person has to look") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_retention = {
    .name = "retention",
    .args = "",
    .summary = N_("discards what nobody finished, and takes out what the clinic's rules keep no longer"),
    .help =
        N_("The rules are in kiosk.conf. Without a passphrase nobody knows ages and last visits: then only "
           "unfinished\n"
           "intakes of earlier days go, and signed ones by unseen_years. What is not decided, or restricted, "
           "never goes by\n"
           "itself. Each goes into the audit trail; a tombstone stays, so that no backup brings it back."),
    .option = options,
    .run = run,
};
