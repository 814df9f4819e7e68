/* foyer-print.c: from a document on the standard input (see print/stream.h) to a PDF on the standard output.
 * A program of its own: what draws letters is a hundred thousand lines of other people's code, and must not
 * stand in the process that holds the clinic's keys.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "file.h"
#include "lock.h"
#include "pdf.h"

#ifdef __SANITIZE_ADDRESS__
/* What fontconfig and glib keep until the end is theirs, not a leak of ours. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

enum { CPU_S = 120, PDF_MAX = 64 * 1024 * 1024 };

static void limit(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    setrlimit(RLIMIT_CPU, &(struct rlimit){ CPU_S, CPU_S });
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 64, 64 });
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    signal(SIGPIPE, SIG_IGN);
}

static int read_all(struct buf *in, struct err *err)
{
    buf_reserve(in, STREAM_MAX + 2);
    long n = fd_read_all(STDIN_FILENO, in->data, STREAM_MAX + 1);
    if (n < 0) {
        return err_sys(err, "what is to be printed could not be read");
    }
    in->len = (size_t)n;
    return 0;
}

static int print(struct err *err)
{
    struct buf in = BUF_INIT, out = BUF_INIT;
    int rc = read_all(&in, err);
    struct stream *stream = rc == 0 ? stream_read(in.data, in.len, err) : NULL;
    rc = stream == NULL ? -1 : pdf_write(stream, &out, err);
    if (rc == 0 && out.len > PDF_MAX) {
        rc = err_set(err, "the PDF would be too large");
    }
    if (rc == 0 && fd_write_all(STDOUT_FILENO, out.data, out.len) != 0) {
        rc = err_sys(err, "the PDF could not be written");
    }
    stream_free(stream);
    buf_wipe(&in);
    buf_wipe(&out);
    return rc;
}

int main(int argc, char **argv)
{
    struct err err = { "" };
    fd_fill_standard();
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("foyer-print " FOYER_VERSION);
        return 0;
    }
    if (argc > 1) {
        bool help = strcmp(argv[1], "--help") == 0;
        fputs("Usage: foyer-print < DOCUMENT > FILE.pdf\n"
              "Lays out a document that `foyer` made. See foyer-print(8).\n",
              help ? stdout : stderr);
        return help ? 0 : 2;
    }
    limit();
    setlocale(LC_ALL, "C.UTF-8");
    /* Nothing that a patient wrote has been read yet. */
    if (lock_filter(LOCK_PRINT, &err) != 0 || print(&err) != 0) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    return 0;
}
