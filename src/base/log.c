#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "file.h"
#include "text.h"

enum { LINE_SIZE = 1024 };

/* Where lines go: one place for the whole process, chosen at start. */
static struct {
    int fd;      /* -1: standard error */
    bool syslog; /* wins over fd */
} sink = { -1, false };

int log_to_file(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0640);
    struct stat st;

    if (fd < 0) {
        return err_sys(err, "cannot open the log %s", path);
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return err_set(err, "the log %s is not a regular file", path);
    }
    if (sink.fd >= 0) {
        close(sink.fd);
    }
    sink.fd = fd;
    sink.syslog = false;
    return 0;
}

void log_to_syslog(const char *program)
{
    openlog(program, LOG_PID | LOG_NDELAY, LOG_DAEMON);
    sink.syslog = true;
}

/* One write a line, so that lines of two processes do not mix. If it fails there is nobody to tell. */
static void put(const char *line)
{
    char out[LINE_SIZE * 3 + 64]; /* a byte can become U+FFFD, which is three */
    char when[32] = "";

    if (sink.syslog) {
        syslog(LOG_NOTICE, "%s", line);
        return;
    }
    if (sink.fd >= 0) {
        time_t now = (time_t)clock_wall_s(clock_system());
        struct tm tm;

        if (gmtime_r(&now, &tm)) {
            strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ ", &tm);
        }
    }
    int n = snprintf(out, sizeof out, "%s%s\n", when, line);
    if (n > 0) {
        (void)fd_write_all(sink.fd >= 0 ? sink.fd : STDERR_FILENO, out, (size_t)n);
    }
}

void log_line(const char *fmt, ...)
{
    int saved = errno;
    char line[LINE_SIZE];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    if (n < 0) {
        /* An argument could not be shown: the event still counts. */
        put("a line that could not be formatted");
    } else if (text_is_plain(line, strlen(line))) {
        put(line); /* takes no memory: this is how running out of it is reported */
    } else {
        struct buf clean = BUF_INIT;

        text_sanitise(&clean, line, strlen(line), false);
        put(buf_str(&clean));
        buf_done(&clean);
    }
    errno = saved;
}
