#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "lock.h"
#include "mem.h"
#include "printer.h"
#include "spool.h"
#include "tr.h"

enum { PAPER_MAX = 64 * 1024 * 1024 };
enum order { ORDER_PDF = 1, ORDER_SPOOL };

struct message {
    int32_t order; /* to the helper */
    int32_t rc;    /* from it */
    char text[ERR_SIZE];
};

/* One a process, as standard output is: whoever prints finds it here. */
static int channel = -1;

/* ---- a message and a document in memory
 * ----------------------------------------------------------------------- */

static int send_message(int fd, const struct message *message, int document)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { .bytes = { 0 } };
    struct iovec part = { (void *)(uintptr_t)message, sizeof *message };
    struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
    if (document >= 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = sizeof control.bytes;
        struct cmsghdr *with = CMSG_FIRSTHDR(&header);
        with->cmsg_level = SOL_SOCKET;
        with->cmsg_type = SCM_RIGHTS;
        with->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(with), &document, sizeof document);
    }
    ssize_t n;
    do {
        n = sendmsg(fd, &header, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *message ? 0 : -1;
}

/* *document is -1 where none came along. */
static int receive_message(int fd, struct message *message, int *document)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = { message, sizeof *message };
    struct msghdr header = { .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes };
    ssize_t n;
    *document = -1;
    do {
        n = recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    struct cmsghdr *with = n > 0 ? CMSG_FIRSTHDR(&header) : NULL;
    if (with != NULL && with->cmsg_level == SOL_SOCKET && with->cmsg_type == SCM_RIGHTS &&
        with->cmsg_len == CMSG_LEN(sizeof(int))) {
        memcpy(document, CMSG_DATA(with), sizeof *document);
    }
    message->text[sizeof message->text - 1] = '\0';
    return n == (ssize_t)sizeof *message ? 0 : -1;
}

/* In memory alone; -1 with errno. */
static int put_document(const struct buf *document)
{
    int fd = memfd_create("paper", MFD_CLOEXEC);
    if (fd >= 0 && (fd_write_all(fd, buf_str(document), document->len) != 0 || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int take_document(int fd, struct buf *out)
{
    off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
    if (size < 0 || size > PAPER_MAX || lseek(fd, 0, SEEK_SET) != 0) {
        return -1;
    }
    buf_reserve(out, (size_t)size + 1);
    long n = fd_read_all(fd, out->data, (size_t)size);
    out->len = n < 0 ? 0 : (size_t)n;
    out->data[out->len] = '\0';
    return n == (long)size ? 0 : -1;
}

/* ---- the helper
 * ---------------------------------------------------------------------------------------------- */

static void serve(int fd, const char *const *printer)
{
    struct message message = { 0 };
    int document;
    while (receive_message(fd, &message, &document) == 0) {
        struct buf in = BUF_INIT, out = BUF_INIT;
        struct err err = { "" };
        if (take_document(document, &in) != 0) {
            message.rc = err_set(&err, "%s", tr("nothing could be printed"));
        } else if (message.order == ORDER_PDF) {
            message.rc = printer_pdf(&in, &out, &err);
        } else if (message.order == ORDER_SPOOL && printer != NULL) {
            message.rc = spool_send(printer, &in, &err);
        } else {
            message.rc = err_set(&err, "%s", tr("nothing could be printed"));
        }
        if (document >= 0) {
            close(document);
        }
        memcpy(message.text, err.text, sizeof message.text);
        document = out.len > 0 ? put_document(&out) : -1;
        int sent = send_message(fd, &message, document);
        if (document >= 0) {
            close(document);
        }
        buf_wipe(&in);
        buf_wipe(&out);
        if (sent != 0) {
            break;
        }
    }
    _exit(0);
}

int helper_start(const char *const *printer, struct err *err)
{
    int end[2];
    if (channel >= 0) {
        return 0;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) != 0) {
        return err_sys(err, "%s", tr("nothing could be printed"));
    }
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        for (int fd = 0; fd <= STDERR_FILENO && null >= 0; fd++) {
            dup2(null, fd);
        }
        close(end[0]);
        signal(SIGINT,
               SIG_IGN); /* typed at the terminal, it is for the other process, and its end ends this one */
        (void)lock_no_dumps(err);
        serve(end[1], printer);
    }
    close(end[1]);
    if (pid < 0) {
        close(end[0]);
        return err_sys(err, "%s", tr("nothing could be printed"));
    }
    channel = end[0];
    return 0;
}

/* ---- this side
 * ---------------------------------------------------------------------------------------------- */

static int order(enum order what, const struct buf *document, struct buf *out, struct err *err)
{
    struct message message = { .order = (int32_t)what };
    int fd = put_document(document), came = -1;
    int rc =
        fd >= 0 && send_message(channel, &message, fd) == 0 && receive_message(channel, &message, &came) == 0
            ? message.rc
            : err_sys(err, "%s", tr("nothing could be printed"));
    if (rc != 0 && message.text[0] != '\0') {
        err_set(err, "%s", message.text);
    } else if (rc == 0 && out != NULL && take_document(came, out) != 0) {
        rc = err_set(err, "%s", tr("nothing could be printed"));
    }
    if (fd >= 0) {
        close(fd);
    }
    if (came >= 0) {
        close(came);
    }
    return rc == 0 ? 0 : -1;
}

int helper_pdf(const struct buf *document, struct buf *pdf, struct err *err)
{
    return channel < 0 ? printer_pdf(document, pdf, err) : order(ORDER_PDF, document, pdf, err);
}

int helper_spool(const char *const *printer, const struct buf *pdf, struct err *err)
{
    return channel < 0 ? spool_send(printer, pdf, err) : order(ORDER_SPOOL, pdf, NULL, err);
}
