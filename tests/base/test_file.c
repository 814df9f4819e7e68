#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "log.h"
#include "text.h"

static char folder[64];

static void enter_folder(void)
{
    strcpy(folder, "/tmp/foyer-base-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
    DIR *dir = opendir(folder);

    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] != '.' && unlinkat(dirfd(dir), entry->d_name, 0) != 0) {
            unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
        }
    }
    closedir(dir);
    rmdir(folder);
}

TestSuite(file, .init = enter_folder, .fini = leave_folder);
TestSuite(log, .init = enter_folder, .fini = leave_folder);

static void put(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    cr_assert_geq(fd, 0);
    cr_assert_eq(fd_write_all(fd, data, len), 0);
    close(fd);
}

static size_t count_files(void)
{
    DIR *dir = opendir(".");
    size_t n = 0;

    for (struct dirent *entry; (entry = readdir(dir));) {
        n += entry->d_name[0] != '.';
    }
    closedir(dir);
    return n;
}

Test(file, reads_up_to_its_limit_and_no_more)
{
    struct buf buf = BUF_INIT;
    struct err err;
    char data[10000];

    memset(data, 'x', sizeof data);
    put("f", data, sizeof data);
    buf_adds(&buf, "old");
    cr_assert_eq(file_read("f", sizeof data, &buf, &err), 0);
    cr_assert_eq(buf.len, sizeof data);
    cr_assert_eq(memcmp(buf.data, data, sizeof data), 0);
    cr_assert_eq(buf.data[buf.len], '\0');
    cr_assert_eq(file_read("f", sizeof data - 1, &buf, &err), -1);
    cr_assert_eq(buf.len, 0);
    cr_assert_not_null(strstr(err.text, "f is too large"));
    put("f", "", 0);
    cr_assert_eq(file_read("f", 0, &buf, &err), 0);
    cr_assert_eq(buf.len, 0);
    put("f", "1", 1);
    cr_assert_eq(file_read("f", 0, &buf, &err), -1);
    buf_done(&buf);
}

Test(file, the_limit_holds_for_a_file_that_shows_no_size)
{
    struct buf buf = BUF_INIT;
    struct err err;

    /* A regular file whose size is 0 for fstat, as one is that grows while it is read. */
    cr_assert_eq(file_read("/proc/self/maps", 1 << 20, &buf, &err), 0, "%s", err.text);
    cr_assert_gt(buf.len, 1000);
    cr_assert_eq(file_read("/proc/self/maps", 100, &buf, &err), -1);
    cr_assert_not_null(strstr(err.text, "too large"));
    buf_done(&buf);
}

Test(file, only_regular_files_are_read, .timeout = 10)
{
    struct buf buf = BUF_INIT;
    struct err err;

    cr_assert_eq(file_read(".", 100, &buf, &err), -1);
    cr_assert_eq(file_read("/dev/zero", 100, &buf, &err), -1);
    cr_assert_not_null(strstr(err.text, "not a regular file"));
    cr_assert_eq(mkfifo("pipe", 0600), 0);
    cr_assert_eq(file_read("pipe", 100, &buf, &err), -1);
    cr_assert_eq(file_read("missing", 100, &buf, &err), -1);
    cr_assert_not_null(strstr(err.text, "missing"));
    cr_assert_not_null(strstr(err.text, "No such file"));
    put("real", "form", 4);
    cr_assert_eq(symlink("real", "link"), 0);
    cr_assert_eq(file_read("link", 100, &buf, &err), 0, "a form may be a link");
    cr_assert_str_eq(buf_str(&buf), "form");
    buf_done(&buf);
}

Test(file, replace_is_whole_exact_in_mode_and_leaves_nothing_beside)
{
    struct buf buf = BUF_INIT;
    struct err err;
    struct stat st;

    umask(077);
    cr_assert_eq(file_replace("f", "first", 5, 0644, &err), 0, "%s", err.text);
    cr_assert_eq(stat("f", &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0644);
    cr_assert_eq(file_replace("f", "second", 6, 0600, &err), 0);
    cr_assert_eq(stat("f", &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0600);
    cr_assert_eq(file_read("f", 100, &buf, &err), 0);
    cr_assert_str_eq(buf_str(&buf), "second");
    cr_assert_eq(count_files(), 1);
    buf_done(&buf);
}

Test(file, a_replace_that_fails_leaves_what_was_there)
{
    struct err err;

    cr_assert_eq(mkdir("f", 0700), 0);
    cr_assert_eq(file_replace("f", "x", 1, 0600, &err), -1);
    cr_assert_not_null(strstr(err.text, "cannot write f"));
    cr_assert_eq(count_files(), 1);
    cr_assert_eq(file_replace("missing/f", "x", 1, 0600, &err), -1);
    cr_assert_not_null(strstr(err.text, "missing/f"));
}

static void *write_slowly(void *arg)
{
    int fd = *(int *)arg;

    for (int i = 0; i < 50; i++) {
        cr_assert_eq(fd_write_all(fd, "0123456789", 10), 0);
        usleep(200);
    }
    close(fd);
    return NULL;
}

Test(file, a_device_or_a_pipe_does_not_become_a_file)
{
    struct err err = { "" };
    struct stat st;

    cr_assert_eq(mkfifo("pipe", 0600), 0);
    cr_assert_eq(symlink("pipe", "link"), 0); /* as /dev/stdout is one */
    cr_expect_eq(file_replace("pipe", "x", 1, 0600, &err), -1);
    cr_expect_str_eq(err.text, "pipe is not a regular file");
    cr_expect_eq(file_replace("link", "x", 1, 0600, &err), -1);
    cr_expect(lstat("pipe", &st) == 0 && S_ISFIFO(st.st_mode));
    cr_expect(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
}

Test(file, read_all_gathers_short_reads)
{
    char data[1000];
    int ends[2];
    pthread_t writer;

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(pthread_create(&writer, NULL, write_slowly, &ends[1]), 0);
    cr_assert_eq(fd_read_all(ends[0], data, 500), 500);
    cr_assert_eq(fd_read_all(ends[0], data, sizeof data), 0, "end of file");
    cr_assert_eq(memcmp(data + 490, "0123456789", 10), 0);
    pthread_join(writer, NULL);
    close(ends[0]);
    cr_assert_eq(fd_read_all(ends[0], data, 1), -1);
    cr_assert_eq(errno, EBADF);
    cr_assert_eq(fd_write_all(ends[0], data, 1), -1);
    cr_assert_eq(errno, EBADF);
}

Test(log, a_line_has_a_time_and_one_line)
{
    struct buf buf = BUF_INIT;
    struct err err;
    struct stat st;

    umask(0);
    setenv("FOYER_TEST_NOW", "1795303800", 1);
    cr_assert_eq(log_to_file("log", &err), 0, "%s", err.text);
    errno = EPIPE;
    log_line("deposit refused: %s", "bad frame");
    cr_assert_eq(errno, EPIPE);
    log_line("two\nlines \x1b[31m caf\xc3\xa9 \xff \xe2\x80\xae");
    cr_assert_eq(file_read("log", 1000, &buf, &err), 0);
    const char *second = strchr(buf_str(&buf), '\n') + 1;
    cr_assert_eq(memcmp(buf.data, "2026-11-21T23:30:0", 18), 0, "%s", buf.data);
    cr_assert_eq(memcmp(buf.data + 19, "Z deposit refused: bad frame\n", 29), 0, "%s", buf.data);
    cr_assert_str_eq(second + 21, "two\uFFFDlines \uFFFD[31m café \uFFFD \uFFFD\n");
    cr_assert_eq(stat("log", &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0640);
    buf_done(&buf);
}

Test(log, a_long_line_is_cut_and_stays_text)
{
    struct buf buf = BUF_INIT;
    struct err err;
    char text[3001];

    for (size_t i = 0; i < 3000; i += 3) {
        memcpy(text + i, "今", 3);
    }
    text[3000] = '\0';
    cr_assert_eq(log_to_file("log", &err), 0);
    log_line("%s", text);
    cr_assert_eq(file_read("log", 10000, &buf, &err), 0);
    cr_assert_lt(buf.len, 1100);
    cr_assert(text_is_utf8(buf.data, buf.len));
    cr_assert_eq(buf.data[buf.len - 1], '\n');
    buf_done(&buf);
}

Test(log, no_link_and_no_folder_is_written_to)
{
    struct err err;

    put("real", "", 0);
    cr_assert_eq(symlink("real", "link"), 0);
    cr_assert_eq(log_to_file("link", &err), -1);
    cr_assert_eq(log_to_file(".", &err), -1);
    cr_assert_eq(log_to_file("missing/log", &err), -1);
    cr_assert_not_null(strstr(err.text, "missing/log"));
}

Test(log, appends)
{
    struct buf buf = BUF_INIT;
    struct err err;

    put("log", "before\n", 7);
    cr_assert_eq(log_to_file("log", &err), 0);
    log_line("after");
    cr_assert_eq(file_read("log", 1000, &buf, &err), 0);
    cr_assert_eq(memcmp(buf.data, "before\n", 7), 0);
    cr_assert_not_null(strstr(buf.data, "Z after\n"));
    buf_done(&buf);
}

Test(file, a_program_beside_this_one_is_found_and_no_other)
{
    struct buf path = BUF_INIT;

    buf_adds(&path, "start ");
    cr_expect_not(file_beside_self(&path, "no-such-program"));
    cr_expect_str_eq(buf_str(&path), "start ");
    cr_expect(file_beside_self(&path, "base"), "the suites stand beside each other");
    cr_expect_eq(strncmp(buf_str(&path), "start /", 7), 0);
    cr_expect_eq(access(buf_str(&path) + 6, X_OK), 0, "%s", buf_str(&path));
    buf_done(&path);
}
