/* foyer-relay: a second screen's letter slot, and its hand-in at the clinic. See foyer-relay(8). */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "handin.h"
#include "line.h"
#include "lock.h"
#include "log.h"
#include "outbox.h"
#include "relay.h"

enum {
    EXIT_USAGE = 2,
    SYSTEMD_FD = 3,
    FAULT_MS = 3000 /* a screen that waits has systemd start it again at once */
};

static const char help[] =
    "Usage: foyer-relay --folder DIR [--listen SOCKET] -- PROGRAM [ARGUMENT]...\n"
    "       foyer-relay --hand-in --socket SOCKET [--folder DIR]\n"
    "Carries sealed records from a second screen to the clinic's letter slot. See foyer-relay(8).\n"
    "\n"
    "      --folder DIR     where records wait (the second screen), or what was refused is kept (--hand-in)\n"
    "      --listen SOCKET  listen here; left out, systemd has opened the socket\n"
    "      --hand-in        at the clinic, started by sshd: from standard input to the letter slot\n"
    "      --socket SOCKET  the letter slot\n"
    "  -h, --help           this text\n"
    "  -V, --version        the version\n"
    "\n"
    "PROGRAM, by its whole path, connects its standard input and output to --hand-in at the clinic: ssh.\n";

struct options {
    const char *folder, *listen, *socket;
    bool hand_in;
    char *const *command;
};

static int wrong(const char *why)
{
    fprintf(stderr, "foyer-relay: %s. Try: foyer-relay --help\n", why);
    return EXIT_USAGE;
}

/* -1: go on; else the exit status. */
static int read_options(struct options *o, int argc, char **argv)
{
    static const struct option known[] = {
        { "folder", required_argument, NULL, 'f' },
        { "listen", required_argument, NULL, 'l' },
        { "socket", required_argument, NULL, 's' },
        { "hand-in", no_argument, NULL, 'i' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    int c;
    while ((c = getopt_long(argc, argv, "+hV", known, NULL)) != -1) {
        switch (c) {
        case 'f':
            o->folder = optarg;
            break;
        case 'l':
            o->listen = optarg;
            break;
        case 's':
            o->socket = optarg;
            break;
        case 'i':
            o->hand_in = true;
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        case 'V':
            puts("foyer-relay " FOYER_VERSION);
            return EXIT_SUCCESS;
        default:
            fputs("Try: foyer-relay --help\n", stderr);
            return EXIT_USAGE;
        }
    }
    o->command = argv + optind;
    if (o->hand_in) {
        return o->socket == NULL || o->listen != NULL || optind < argc
                   ? wrong("--hand-in takes --socket, and --folder if there is one")
                   : -1;
    }
    if (o->folder == NULL || o->socket != NULL || optind == argc) {
        return wrong("--folder and the program that connects to the clinic are needed");
    }
    return o->command[0][0] != '/' ? wrong("name the program that connects by its whole path") : -1;
}

/* What neither will ever need. The relay holds a frame for each screen, and one on its way. */
static int give_up_rights(struct err *err)
{
    const rlim_t mib = (rlim_t)1 << 20;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    umask(022);              /* the folders may be listed; each file says 0600 itself */
#ifndef __SANITIZE_ADDRESS__ /* ASan's shadow is larger than any sensible limit */
    if (lock_limit(RLIMIT_AS, 256 * mib, 256 * mib, err) != 0) {
        return -1;
    }
#endif
    return lock_limit(RLIMIT_NOFILE, 64, 64, err) != 0 || lock_limit(RLIMIT_FSIZE, mib, mib, err) != 0 ||
                   lock_no_dumps(err) != 0
               ? -1
               : 0;
}

static int fail(const struct err *err)
{
    log_line("%s", err->text);
    return EXIT_FAILURE;
}

/* ---- at the clinic
 * ----------------------------------------------------------------------------------------- */

/* What a second screen needs of the clinic, all of it public: the keys to seal with, the signatures, the
 * settings and the questions. */
static int give_settings(void)
{
    static char *const argv[] = { (char *)"tar",
                                  (char *)"-c",
                                  (char *)"--ignore-failed-read",
                                  (char *)"-C",
                                  (char *)"/",
                                  (char *)"etc/foyer/kiosk.conf",
                                  (char *)"etc/foyer/forms",
                                  (char *)"var/lib/foyer-kiosk",
                                  NULL };
    execv("/usr/bin/tar", argv);
    perror("foyer-relay: /usr/bin/tar");
    return EXIT_FAILURE;
}

static int hand_in(const struct options *o)
{
    const char *asked = getenv("SSH_ORIGINAL_COMMAND");
    struct err err = { "" };
    if (asked != NULL && strcmp(asked, "settings") == 0) {
        return give_settings();
    }
    struct handin_setup setup = { STDIN_FILENO, STDOUT_FILENO, o->socket, -1, clock_system() };
    log_to_syslog("foyer-relay"); /* standard error leads to the other machine */
    if (o->folder != NULL) {
        setup.refused = open(o->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (give_up_rights(&err) != 0 || lock_filter(LOCK_HAND_IN, &err) != 0) {
        return fail(&err);
    }
    return handin_run(&setup, &err) == 0 ? EXIT_SUCCESS : fail(&err);
}

/* ---- on the second screen
 * ---------------------------------------------------------------------------------- */

/* systemd's, or one of our own. */
static int open_listener(const char *path, struct err *err)
{
    int fd = SYSTEMD_FD;
    if (path != NULL) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        if (strlen(path) >= sizeof address.sun_path) {
            return err_set(err, "%s: this path is too long for a socket (107 bytes at most)", path);
        }
        memcpy(address.sun_path, path, strlen(path) + 1);
        struct stat st;
        if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode)) {
            return err_set(err, "%s: this is no socket, so it is left alone. Give --listen another path",
                           path);
        }
        (void)unlink(path);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0) {
            return err_sys(err, "%s: cannot listen", path);
        }
    } else {
        const char *n = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
        if (n == NULL || strcmp(n, "1") != 0 || pid == NULL || strtol(pid, NULL, 10) != (long)getpid()) {
            return err_set(err, "no socket: it is started by systemd (foyer-relay.socket), or with --listen");
        }
    }
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        return err_sys(err, "the socket cannot be used");
    }
    return fd;
}

static int run_worker(const struct options *o, int listener, int keeper)
{
    struct err err = { "" };
    const struct relay_setup setup = { listener, keeper, o->folder, OUTBOX_ROOM, clock_system() };
    /* Nothing that a screen, the network or the folder holds has been read yet. */
    if (give_up_rights(&err) != 0 || lock_filter(LOCK_RELAY, &err) != 0 || relay_run(&setup, &err) != 0) {
        int status = fail(&err);
        (void)poll(NULL, 0, FAULT_MS);
        return status;
    }
    return EXIT_SUCCESS;
}

static int relay(const struct options *o)
{
    struct err err = { "" };
    int pair[2], status = 0, listener = open_listener(o->listen, &err);
    pid_t self = getpid();
    if (listener < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return listener < 0 ? fail(&err) : (err_sys(&err, "cannot start"), fail(&err));
    }
    pid_t worker = fork();
    if (worker == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(pair[0]);
        if (getppid() != self) { /* it has died since */
            return EXIT_FAILURE;
        }
        return run_worker(o, listener, pair[1]);
    }
    close(pair[1]);
    close(listener);
    if (worker < 0) {
        err_sys(&err, "cannot start");
        return fail(&err);
    }
    line_keep(pair[0], o->command);
    close(pair[0]); /* if it has not ended yet, it does now */
    while (waitpid(worker, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct options options = { 0 };
    fd_fill_standard();
    int status = read_options(&options, argc, argv);
    if (status >= 0) {
        return status;
    }
    if (sodium_init() < 0) {
        fputs("foyer-relay: no random numbers to be had\n", stderr);
        return EXIT_FAILURE;
    }
    return options.hand_in ? hand_in(&options) : relay(&options);
}
