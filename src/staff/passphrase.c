#include "passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "file.h"
#include "tr.h"

/* The signal that came while the terminal had no echo. A handler can reach nothing else. */
static volatile sig_atomic_t caught;

static void catch (int number)
{
    caught = number;
}

/* Not SIGTTIN and SIGTTOU: in the background the program stops before it has touched the terminal. */
static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGTSTP };
enum { NSIGNALS = sizeof signals / sizeof *signals };

/* Goes on to the next line where the text needs one. `line`: where this one begins. */
static bool goes_on(int fd, const struct passphrase_line *what, bool asks, char *text, size_t *len,
                    size_t *line)
{
    text[*len] = '\0';
    if (what->lacks == NULL || *len == *line || *len + 1 >= PASSPHRASE_SIZE || what->lacks(text) == 0) {
        return false;
    }
    text[(*len)++] = ' ';
    *line = *len;
    if (asks) {
        (void)fd_write_all(fd, what->next, strlen(what->next));
    }
    return true;
}

/* Reads into `text`. `mask`: the signals that are let in while waiting, and only then; NULL: no wait, and
 * nobody to be asked. A signal just before a plain read() would be noted and the read go on for ever. */
static int read_line(int fd, const sigset_t *mask, const struct passphrase_line *what, char *text,
                     struct err *err)
{
    size_t len = 0, line = 0;
    for (;;) {
        char c;
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        ssize_t n = mask != NULL && ppoll(&wait, 1, NULL, mask) < 0 ? -1 : read(fd, &c, 1);
        if (n < 0) {
            return errno == EINTR ? err_set(err, "%s", tr("interrupted"))
                                  : err_sys(err, "%s", tr("what was typed could not be read"));
        }
        if (n == 0 || c == '\n') {
            if (n == 0 && len == 0) {
                return err_set(err, "%s", what->nothing);
            }
            if (n > 0 && goes_on(fd, what, mask != NULL, text, &len, &line)) {
                continue;
            }
            break;
        }
        if (len + 1 >= PASSPHRASE_SIZE || c == '\0') {
            return err_set(err, tr("what is typed here is one line of text, of at most %d bytes"),
                           PASSPHRASE_SIZE - 1);
        }
        text[len++] = c;
    }
    if (len > 0 && text[len - 1] == '\r') {
        len--;
    }
    text[len] = '\0';
    return 0;
}

static char *read_secret(int fd, const sigset_t *mask, const struct passphrase_line *what, struct err *err)
{
    char *text = sodium_malloc(PASSPHRASE_SIZE);
    if (text == NULL) {
        err_set(err, "%s", tr("not enough memory"));
    } else if (read_line(fd, mask, what, text, err) != 0) {
        sodium_free(text); /* overwrites */
        text = NULL;
    }
    return text;
}

char *passphrase_read_line(int fd, const struct passphrase_line *line, struct err *err)
{
    return read_secret(fd, NULL, line, err);
}

char *passphrase_read(int fd, struct err *err)
{
    return read_secret(fd, NULL, &(struct passphrase_line){ .nothing = tr("no passphrase was given") }, err);
}

int passphrase_fd(const char *value, struct err *err)
{
    char *end;
    errno = 0;
    long fd = strtol(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || fd > 65535 ||
        fcntl((int)fd, F_GETFD) < 0) {
        return err_set(err, tr("--passphrase-fd %s: not an open descriptor"), value);
    }
    return (int)fd;
}

static char *ask(const struct passphrase_line *line, bool echo, struct err *err)
{
    struct termios before, during;
    struct sigaction action = { .sa_handler = catch }, old[NSIGNALS];
    sigset_t ours, mask;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0 || tcgetattr(tty, &before) != 0) {
        if (tty >= 0) {
            close(tty);
        }
        err_set(err, "%s", tr("there is no terminal to ask on"));
        return NULL;
    }
    /* A signal ends the wait, the terminal is put back, and only then is it let through. */
    caught = 0;
    sigemptyset(&ours);
    for (int i = 0; i < NSIGNALS; i++) {
        sigaddset(&ours, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &ours, &mask);
    for (int i = 0; i < NSIGNALS; i++) {
        sigaction(signals[i], &action, &old[i]);
    }
    during = before;
    if (!echo) {
        during.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    }
    (void)tcsetattr(tty, TCSAFLUSH, &during); /* what was typed before the question is dropped */
    (void)fd_write_all(tty, line->prompt, strlen(line->prompt));
    char *text = read_secret(tty, &mask, line, err);
    if (!echo) {
        (void)fd_write_all(tty, "\n", 1);
    }
    (void)tcsetattr(tty, TCSAFLUSH, &before);
    for (int i = 0; i < NSIGNALS; i++) {
        sigaction(signals[i], &old[i], NULL);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
    close(tty);
    if (caught != 0) {
        sodium_free(text);
        text = NULL;
        err_set(err, "%s", tr("interrupted"));
        raise(caught);
    }
    return text;
}

char *passphrase_ask(const char *prompt, bool echo, struct err *err)
{
    return ask(&(struct passphrase_line){ .prompt = prompt, .nothing = tr("no passphrase was given") }, echo,
               err);
}

char *passphrase_ask_line(const struct passphrase_line *line, struct err *err)
{
    return ask(line, true, err);
}
