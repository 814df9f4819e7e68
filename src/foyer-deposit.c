/* foyer-deposit.c: the letter slot. Started once for each connection, with the socket as descriptor 0. Takes
 * one sealed frame, stores it, answers, exits. It holds no key, so it cannot read what it stores.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ballast.h"
#include "buf.h"
#include "db.h"
#include "deposit.h"
#include "letterbox.h"
#include "lock.h"
#include "log.h"

enum { MAX_ALLOWED = 16, EXIT_USAGE = 2 };

struct options {
    const char *database, *log;
    uid_t allowed[MAX_ALLOWED];
    size_t nallowed;
};

static int read_uid(const char *text, uid_t *out)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || n >= UINT32_MAX) {
        return -1;
    }
    *out = (uid_t)n;
    return 0;
}

static int find_user(const char *name, uid_t *out)
{
    const struct passwd *user = getpwnam(name);
    if (user == NULL) {
        return -1;
    }
    *out = user->pw_uid;
    return 0;
}

static int usage(FILE *out, int status)
{
    fputs("Usage: foyer-deposit --database FILE [--allow-uid N]... [--allow-user NAME]... [--log FILE]\n"
          "Takes one sealed record from the socket on descriptor 0. See foyer-deposit(8).\n",
          out);
    return status;
}

/* -1: go on; else the exit status. */
static int read_options(struct options *o, int argc, char **argv)
{
    static const struct option known[] = {
        { "database", required_argument, NULL, 'd' },
        { "allow-uid", required_argument, NULL, 'u' },
        { "allow-user", required_argument, NULL, 'n' },
        { "log", required_argument, NULL, 'l' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'v' },
        { NULL, 0, NULL, 0 },
    };
    int c;
    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (c) {
        case 'd':
            o->database = optarg;
            break;
        case 'l':
            o->log = optarg;
            break;
        case 'u':
            if (o->nallowed == MAX_ALLOWED || read_uid(optarg, &o->allowed[o->nallowed]) != 0) {
                fprintf(stderr, "foyer-deposit: --allow-uid takes a user's number, at most %d times\n",
                        MAX_ALLOWED);
                return EXIT_USAGE;
            }
            o->nallowed++;
            break;
        case 'n':
            if (o->nallowed == MAX_ALLOWED || find_user(optarg, &o->allowed[o->nallowed]) != 0) {
                fprintf(
                    stderr,
                    "foyer-deposit: --allow-user %s: there is no such user here, or more than %d are named\n",
                    optarg, MAX_ALLOWED);
                return EXIT_USAGE;
            }
            o->nallowed++;
            break;
        case 'h':
            return usage(stdout, EXIT_SUCCESS);
        case 'v':
            puts("foyer-deposit " FOYER_VERSION);
            return EXIT_SUCCESS;
        default:
            return usage(stderr, EXIT_USAGE);
        }
    }
    return o->database == NULL || optind < argc ? usage(stderr, EXIT_USAGE) : -1;
}

/* What this program will never need. A write beyond a limit on file size must be an error, not a death.
 * Memory is limited well above what it takes (12 MB): one that runs away ends, and the kiosk keeps its
 * record. */
static int give_up_rights(struct err *err)
{
    const rlim_t mib = (rlim_t)1 << 20;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    umask(077);
#ifndef __SANITIZE_ADDRESS__ /* ASan's shadow is larger than any sensible limit */
    if (lock_limit(RLIMIT_AS, 256 * mib, 256 * mib, err) != 0) {
        return -1;
    }
#endif
    return lock_limit(RLIMIT_NOFILE, 32, 32, err) != 0 ||
                   lock_limit(RLIMIT_FSIZE, 65536 * mib, 65536 * mib, err) != 0 ||
                   lock_limit(RLIMIT_CPU, 20, 20, err) != 0 || lock_no_dumps(err) != 0
               ? -1
               : 0;
}

static struct db *open_database(const struct options *options, const struct clock *clock)
{
    struct err err = { "" };
    struct db *db = db_open(options->database, clock, &err);
    if (db == NULL) {
        log_line("%s", err.text);
    }
    return db;
}

static enum frame_status store(struct db *db, const struct clock *clock, const struct buf *frame,
                               struct err *err)
{
    return db == NULL ? FRAME_TROUBLE : deposit_frame(db, frame->data, frame->len, clock_wall_s(clock), err);
}

/* Reads, stores and answers. `*db` is NULL if it could not be opened: the sender is asked to keep its record.
 */
static void serve(const struct letterbox *box, const struct options *options, struct db **db)
{
    struct buf frame = BUF_INIT;
    struct err err = { "" };
    enum frame_status status = FRAME_TROUBLE;
    /* A user who may not post is told "trouble", not "refused": the usual cause is a setting, and a kiosk
     * that hears "refused" gives the record up. */
    if (letterbox_check_peer(box, STDIN_FILENO, &err) == 0) {
        status = letterbox_read(box, STDIN_FILENO, &frame, &err);
        if (status == FRAME_STORED) {
            status = store(*db, box->clock, &frame, &err);
            if (status == FRAME_TROUBLE && ballast_drop(options->database)) {
                log_line("the disk is full; the reserve beside the database is given up. Make room, then run "
                         "`foyer doctor`");
                db_close(*db); /* what it believes of the file may be wrong */
                *db = open_database(options, box->clock);
                err.text[0] = '\0';
                status = store(*db, box->clock, &frame, &err);
            }
        }
    }
    if (err.text[0] != '\0') {
        log_line("%s: %s", status == FRAME_REFUSED ? "refused" : "not stored", err.text);
    }
    if (letterbox_reply(STDIN_FILENO, status, &err) != 0) {
        log_line("%s", err.text);
    }
    buf_done(&frame);
}

int main(int argc, char **argv)
{
    struct options options = { 0 };
    int status = read_options(&options, argc, argv);
    if (status >= 0) {
        return status;
    }
    int type;
    socklen_t len = sizeof type;
    if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &len) != 0) {
        fputs("foyer-deposit: descriptor 0 is not a socket. This program is started by systemd or by "
              "foyer-kiosk, "
              "once for each record\n",
              stderr);
        return EXIT_FAILURE;
    }
    /* Descriptors 1 and 2 must not be the socket (a supervisor may have made them so), nor free for SQLite.
     */
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0) {
        return EXIT_FAILURE;
    }
    if (null > STDERR_FILENO) {
        close(null);
    }
    struct err err = { "" };
    if (give_up_rights(&err) != 0) {
        return EXIT_FAILURE;
    }
    if (options.log == NULL || log_to_file(options.log, &err) != 0) {
        log_to_syslog("foyer-deposit");
        if (options.log != NULL) {
            log_line("%s", err.text);
        }
    }
    struct letterbox box = {
        .clock = clock_system(),
        .allowed = options.allowed,
        .nallowed = options.nallowed,
    };
    struct db *db = NULL;
    if (sodium_init() < 0) {
        log_line("no random numbers to be had");
    } else {
        db = open_database(&options, box.clock);
    }
    /* Everything that needs other calls is open: what is left is the database's files and the answer. Nothing
     * a sender has written has been read yet. */
    if (lock_filter(LOCK_DEPOSIT, &err) != 0) {
        log_line("%s", err.text);
        db_close(db);
        return EXIT_FAILURE;
    }
    serve(&box, &options, &db);
    db_close(db);
    return EXIT_SUCCESS;
}
