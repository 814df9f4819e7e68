#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "delivery.h"
#include "file.h"
#include "link.h"
#include "listener.h"
#include "log.h"
#include "mem.h"

enum {
    LINK_FD = 3,            /* the loader's end of the channel, in the loader */
    CRASH_PAUSE_MS = 2000,  /* before a loader that died is started again */
    LOAD_MS = 30000,        /* a loader that has not said anything by then hangs */
    CLOCK_MS = 60000,       /* how often a clock that was never set is looked at */
    SPACE_MS = 60000,       /* how often the room under the database is */
    LINGER_TERM_MS = 20000, /* told to end: how long sealed records are still tried. The letterbox alone may
                               wait ten seconds for its lock */
    LINGER_GONE_MS = 600000 /* the terminal went: nobody waits for us, so longer */
};

struct child {
    pid_t pid;   /* 0: none */
    int link;    /* -1: none */
    bool loaded; /* it has said READY or FAILED. What comes later may be a wizard's, which is not believed */
    int64_t hung_ms; /* not loaded by then: it hangs */
};

struct supervisor {
    const struct supervisor_setup *setup;
    struct child loader; /* serving, or about to */
    struct child fresh;  /* trying a changed file while the loader serves */
    int signals;         /* signalfd */
    int watch;           /* inotify, or -1 */
    struct listener listener;
    bool box_doubted; /* a delivery failed: is the socket still there? */
    bool asked;       /* the loader waits for LINK_GO between two patients */
    struct delivery *delivery;
    struct link_message message;
    char *socket_path, *database, *log_path, *keys;
    int64_t start_loader_ms; /* -1: not planned */
    int64_t clock_ms;        /* look at the clock then; -1: it has been set */
    int space_mb;            /* must be free under the database */
    bool full;               /* it was not, when last looked at */
    int64_t space_ms;        /* look again then */
    bool ending;
    int64_t end_ms; /* ending: not later than this */
    int status;
    struct err held; /* who else holds the letterbox */
};

static int64_t now_ms(void)
{
    return clock_mono_ms(clock_system());
}

static void told(void *arg, const struct delivery_news *news)
{
    struct supervisor *s = arg;
    char uid[2 * 4 + 1];
    sodium_bin2hex(uid, sizeof uid, news->uid, 4);
    if (news->reason != NULL) {
        log_line("record %s rev %u: %s%s", uid, (unsigned)news->rev, news->reason,
                 news->status == FRAME_TROUBLE ? "; it is kept and tried again" : "");
    }
    s->box_doubted = s->box_doubted || news->status == FRAME_TROUBLE;
    if (s->loader.link >= 0) {
        struct link_reply reply = { .rev = news->rev, .status = (uint32_t)news->status };
        memcpy(reply.uid, news->uid, sizeof reply.uid);
        (void)link_send(s->loader.link, LINK_REPLY, &reply, sizeof reply, NULL);
    }
}

static struct child start_loader(struct supervisor *s, bool beside)
{
    struct child child = { .link = -1 };
    struct err err = { "" };
    pid_t self = getpid();
    int fd[2];
    if (link_pair(fd, &err) != 0) {
        log_line("%s", err.text);
        return child;
    }
    pid_t pid = fork();
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        /* Everything the supervisor holds is closed; the log, if there is one, is opened again by the
         * loader through its own config. */
        if (fd[1] != LINK_FD) {
            dup2(fd[1], LINK_FD);
        }
        fcntl(LINK_FD, F_SETFD, FD_CLOEXEC);
        close_range(LINK_FD + 1, ~0U, 0);
        if (getppid() != self) { /* it has died since */
            _exit(LOADER_TOLD);
        }
        _exit(s->setup->loader(s->setup->arg, LINK_FD, beside));
    }
    close(fd[1]);
    if (pid < 0) {
        log_line("cannot start the loader: %s", strerror(errno));
        close(fd[0]);
        return child;
    }
    fcntl(fd[0], F_SETFL, O_NONBLOCK);
    child.pid = pid;
    child.link = fd[0];
    child.hung_ms = now_ms() + LOAD_MS;
    return child;
}

static void child_unlink(struct child *child)
{
    if (child->link >= 0) {
        close(child->link);
    }
    child->link = -1;
}

static void end_soon(struct supervisor *s, int linger_ms)
{
    int64_t end = now_ms() + linger_ms;
    if (!s->ending || end < s->end_ms) {
        s->end_ms = end;
    }
    s->ending = true;
    s->start_loader_ms = -1;
    child_unlink(&s->loader);
    child_unlink(&s->fresh);
    if (s->loader.pid > 0) {
        kill(s->loader.pid, SIGTERM);
    }
    if (s->fresh.pid > 0) {
        kill(s->fresh.pid, SIGTERM);
    }
}

/* --- files that change --- */

static void watch_folders(struct supervisor *s, char *folders)
{
    if (s->watch >= 0) {
        close(s->watch);
    }
    s->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (s->watch < 0) {
        return; /* changes are then seen between patients only */
    }
    char *rest = folders;
    for (char *folder = strsep(&rest, "\n"); folder != NULL; folder = strsep(&rest, "\n")) {
        (void)inotify_add_watch(s->watch, folder, IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE);
    }
}

/* Database, log and socket may lie in a watched folder; only what a loader reads is a change. */
static bool is_read(const struct supervisor *s, const char *name)
{
    return path_ends_in(name, ".cfg") || path_ends_in(name, ".conf") || strcmp(name, path_name(s->keys)) == 0;
}

static void files_changed(struct supervisor *s)
{
    char events[4096] __attribute__((aligned(8)));
    bool changed = false;
    ssize_t n;
    while ((n = read(s->watch, events, sizeof events)) > 0) {
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *event = (const void *)(events + at);
            changed = changed || (event->len > 0 && is_read(s, event->name));
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
    if (changed && s->loader.link >= 0) {
        (void)link_send(s->loader.link, LINK_RELOAD, NULL, 0, NULL);
    }
}

/* --- what the children say --- */

/* The next of the strings in a LINK_READY; "" when there are no more. */
static char *next_string(char **at, char *end)
{
    char *s = *at;
    if (s >= end) {
        return end; /* the NUL behind the body */
    }
    *at = s + strlen(s) + 1;
    return s;
}

static void replace(char **slot, const char *value)
{
    free(*slot);
    *slot = mem_strdup(value);
}

static void say_go(struct supervisor *s)
{
    s->asked = false;
    (void)link_send(s->loader.link, LINK_GO, NULL, 0, NULL);
}

static void use_log(struct supervisor *s, const char *path)
{
    struct err err = { "" };
    if (s->log_path != NULL && strcmp(s->log_path, path) == 0) {
        return;
    }
    replace(&s->log_path, path);
    if (path[0] != '\0' && log_to_file(path, &err) != 0) {
        log_line("%s", err.text);
    }
}

/* The old one has died, or is waiting between patients: without its channel it ends. */
static void take_over(struct supervisor *s)
{
    child_unlink(&s->loader);
    s->loader = s->fresh;
    s->fresh = (struct child){ .link = -1 };
}

static void loader_ready(struct supervisor *s, struct child *from)
{
    char *at = (char *)s->message.body, *end = at + s->message.len;
    const char *socket_path = next_string(&at, end);
    const char *database = next_string(&at, end);
    const char *log_path = next_string(&at, end);
    const char *keys = next_string(&at, end);
    s->space_mb = atoi(next_string(&at, end));
    char *folders = next_string(&at, end);
    from->loaded = true;
    use_log(s, log_path);
    replace(&s->keys, keys);
    replace(&s->database, database);
    if (s->socket_path == NULL || strcmp(s->socket_path, socket_path) != 0) {
        bool first = s->socket_path == NULL;
        replace(&s->socket_path, socket_path);
        delivery_set_path(s->delivery, socket_path);
        if (s->setup->deposit != NULL) {
            listener_open(&s->listener, socket_path, &s->held);
        }
        if (first && s->held.text[0] != '\0') {
            log_line("%s", s->held.text);
            s->status = EXIT_FAILURE;
            end_soon(s, LINGER_TERM_MS);
            return;
        }
    }
    watch_folders(s, folders);
    if (from == &s->fresh) {
        take_over(s);
        log_line("the changed files are in use");
    }
    say_go(s);
}

static void loader_failed(struct supervisor *s, struct child *from)
{
    bool serving = from == &s->fresh;
    char *rest = (char *)s->message.body, *end = rest + s->message.len;
    from->loaded = true;
    use_log(s, next_string(&rest, end));
    log_line("%s", serving ? "the changed files are not used, the old ones stay:"
                           : "patients are sent to the desk:");
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (line[0] != '\0') {
            log_line("  %s", line);
        }
    }
    if (serving) {
        say_go(s);
    }
}

/* Reads one message. False: the channel is closed. */
static bool hear(struct supervisor *s, struct child *from)
{
    int rc = link_receive(from->link, &s->message, NULL);
    if (rc == 0) {
        child_unlink(from);
        return false;
    }
    if (rc < 0) {
        return false;
    }
    if ((s->message.type == LINK_READY || s->message.type == LINK_FAILED) && from->loaded) {
        log_line("the patient's screen speaks as if it were the loader; it is not believed");
        return true;
    }
    switch (s->message.type) {
    case LINK_READY:
        loader_ready(s, from);
        break;
    case LINK_FAILED:
        loader_failed(s, from);
        break;
    case LINK_STALE:
        s->asked = true;
        if (s->fresh.pid == 0) {
            s->fresh = start_loader(s, true);
        }
        if (s->fresh.pid == 0) {
            say_go(s);
        }
        break;
    case LINK_FRAME:
        delivery_add(s->delivery, s->message.body, s->message.len, now_ms());
        break;
    case LINK_LOG:
        log_line("%s", (const char *)s->message.body);
        break;
    default:
        log_line("the patient's screen sent something unknown (%d)", (int)s->message.type);
        break;
    }
    return true;
}

/* All that is there, so that what a child said before it died is heard. */
static void hear_all(struct supervisor *s, struct child *from)
{
    while (from->link >= 0 && hear(s, from)) {
    }
}

static void loader_ended(struct supervisor *s, int status)
{
    hear_all(s, &s->loader);
    child_unlink(&s->loader);
    s->loader.pid = 0;
    s->asked = false;
    if (s->ending) {
        return;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == LOADER_GONE) {
        end_soon(s, LINGER_GONE_MS);
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == LOADER_RETRY) {
        s->start_loader_ms = now_ms();
    } else {
        log_line("the loader ended unexpectedly (%s %d)", WIFSIGNALED(status) ? "signal" : "status",
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        if (s->fresh.pid > 0) { /* that one follows it; two would fight for the terminal */
            take_over(s);
        } else {
            s->start_loader_ms = now_ms() + CRASH_PAUSE_MS;
        }
    }
}

static void reap(struct supervisor *s)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == s->fresh.pid) {
            hear_all(s, &s->fresh); /* its last word may be that it is ready: then it is the loader now */
        }
        if (pid == s->loader.pid) {
            loader_ended(s, status);
        } else if (pid == s->fresh.pid) {
            if (!s->fresh.loaded) {
                log_line(
                    "the changed files are not used, the old ones stay: reading them failed without a word");
            }
            child_unlink(&s->fresh);
            s->fresh.pid = 0;
            if (s->asked && s->loader.link >= 0) {
                say_go(s);
            }
        }
    }
}

static void take_signal(struct supervisor *s)
{
    struct signalfd_siginfo info;
    if (read(s->signals, &info, sizeof info) != (ssize_t)sizeof info) {
        return;
    }
    if (info.ssi_signo == SIGCHLD) {
        reap(s);
    } else {
        end_soon(s, info.ssi_signo == SIGHUP ? LINGER_GONE_MS : LINGER_TERM_MS);
    }
}

static bool is_loading(const struct child *child)
{
    return child->pid > 0 && !child->loaded;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int timeout_ms(const struct supervisor *s)
{
    int64_t next = sooner(delivery_deadline(s->delivery), s->start_loader_ms);
    next = sooner(next, s->ending ? s->end_ms : -1);
    next = sooner(next, s->clock_ms);
    next = sooner(next, s->database == NULL ? -1 : s->space_ms);
    next = sooner(next, is_loading(&s->loader) ? s->loader.hung_ms : -1);
    next = sooner(next, is_loading(&s->fresh) ? s->fresh.hung_ms : -1);
    if (next < 0) {
        return -1;
    }
    int64_t left = next - now_ms();
    return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left + 1;
}

static bool finished(const struct supervisor *s)
{
    if (!s->ending) {
        return false;
    }
    bool alone = s->loader.pid == 0 && s->fresh.pid == 0;
    return (alone && delivery_waiting(s->delivery) == 0) || now_ms() >= s->end_ms;
}

/* A Pi learns the time minutes after it starts. A first page that waits for its patient does not know it yet:
 * records would say so, and a signed form be a demo. */
static void look_at_clock(struct supervisor *s)
{
    if (s->clock_ms < 0 || now_ms() < s->clock_ms) {
        return;
    }
    s->clock_ms = clock_system_state() == CLOCK_UNKNOWN ? now_ms() + CLOCK_MS : -1;
    if (s->clock_ms < 0 && s->loader.link >= 0) {
        (void)link_send(s->loader.link, LINK_RELOAD, NULL, 0, NULL);
    }
}

/* A welcome page may stand for hours while the disk fills: it makes way for one that says so, and back. A
 * patient who has begun is left alone. */
static void look_at_space(struct supervisor *s)
{
    if (s->database == NULL || now_ms() < s->space_ms) {
        return;
    }
    s->space_ms = now_ms() + SPACE_MS;
    long long free_mb = file_free_mb(s->database);
    bool full = free_mb >= 0 && free_mb < s->space_mb;
    if (full != s->full && s->loader.link >= 0) {
        (void)link_send(s->loader.link, LINK_RELOAD, NULL, 0, NULL);
    }
    s->full = full;
}

static void end_hung(struct child *child)
{
    if (is_loading(child) && now_ms() >= child->hung_ms) {
        log_line("reading the clinic's files takes too long; given up");
        kill(child->pid, SIGKILL);
        child->hung_ms = INT64_MAX;
    }
}

static void loop(struct supervisor *s)
{
    while (!finished(s)) {
        if (s->start_loader_ms >= 0 && now_ms() >= s->start_loader_ms) {
            s->start_loader_ms = -1;
            s->loader = start_loader(s, false);
            if (s->loader.pid == 0) {
                s->start_loader_ms = now_ms() + CRASH_PAUSE_MS;
            }
        }
        look_at_clock(s);
        look_at_space(s);
        end_hung(&s->loader);
        end_hung(&s->fresh);
        if (s->box_doubted && s->setup->deposit != NULL && s->socket_path != NULL &&
            !listener_stands(&s->listener, s->socket_path)) {
            listener_open(&s->listener, s->socket_path, &s->held);
        }
        s->box_doubted = false;
        short delivery_events;
        int delivery = delivery_fd(s->delivery, &delivery_events);
        enum { SIGNALS, LOADER, FRESH, DELIVERY, LISTENER, WATCH, FDS };
        struct pollfd fds[FDS] = {
            [SIGNALS] = { s->signals, POLLIN, 0 },      [LOADER] = { s->loader.link, POLLIN, 0 },
            [FRESH] = { s->fresh.link, POLLIN, 0 },     [DELIVERY] = { delivery, delivery_events, 0 },
            [LISTENER] = { s->listener.fd, POLLIN, 0 }, [WATCH] = { s->watch, POLLIN, 0 },
        };
        int n = poll(fds, FDS, timeout_ms(s));
        if (n < 0 && errno != EINTR) {
            log_line("cannot wait for events: %s", strerror(errno));
            return;
        }
        /* What the children said comes before the news of their end. */
        if (fds[LOADER].revents != 0 && s->loader.link == fds[LOADER].fd) {
            (void)hear(s, &s->loader);
        }
        if (fds[FRESH].revents != 0 && s->fresh.link == fds[FRESH].fd) {
            (void)hear(s, &s->fresh);
        }
        if (fds[LISTENER].revents != 0) {
            listener_answer(&s->listener, s->setup->deposit, s->database, s->log_path);
        }
        if (fds[WATCH].revents != 0) {
            files_changed(s);
        }
        delivery_step(s->delivery, delivery >= 0 && fds[DELIVERY].revents != 0, now_ms());
        if (fds[SIGNALS].revents != 0) {
            take_signal(s);
        }
    }
}

int supervisor_run(const struct supervisor_setup *setup, struct err *err)
{
    struct supervisor s = {
        .setup = setup,
        .loader = { .link = -1 },
        .fresh = { .link = -1 },
        .watch = -1,
        .listener = { .fd = -1 },
        .clock_ms = clock_system_state() == CLOCK_UNKNOWN ? 0 : -1,
    };
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    s.signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (s.signals < 0) {
        log_line("cannot wait for signals: %s", strerror(errno));
        return 1;
    }
    s.delivery = delivery_new(told, &s);
    s.start_loader_ms = now_ms();
    loop(&s);

    size_t lost = delivery_waiting(s.delivery);
    if (lost > 0) {
        log_line("ended; sealed records the letterbox has not taken: %zu", lost);
    }
    listener_close(&s.listener, s.socket_path);
    delivery_free(s.delivery);
    link_message_done(&s.message);
    free(s.socket_path);
    free(s.database);
    free(s.log_path);
    free(s.keys);
    if (s.watch >= 0) {
        close(s.watch);
    }
    close(s.signals);
    child_unlink(&s.loader);
    child_unlink(&s.fresh);
    *err = s.status == 0 ? *err : s.held;
    return s.status;
}
