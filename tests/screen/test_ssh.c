/* The break-outs that are tried on a terminal one reaches over SSH, against a real sshd with the snippet that
 * is shipped. A patient, or whoever unplugs the screen and plugs in a laptop, gets the questions and nothing
 * else. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "sshd.h"

#define WELCOME "If you feel very unwell"
enum { PATIENCE_MS = 10000 };

static bool there(const struct sshd *s, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", s->clinic.path, name);
    return access(path, F_OK) == 0;
}

static void put(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(text, f);
    fclose(f);
}

/* The connection has ended, and everything that ran at its other end. */
static void expect_gone(const struct sshd *s)
{
    for (int tries = 0; sshd_kiosks(s) > 0; tries++) {
        cr_assert_lt(tries, 200, "the kiosk outlives its connection");
        poll(NULL, 0, 25);
    }
}

Test(ssh, who_connects_gets_the_questions)
{
    struct sshd s;
    sshd_open(&s, NULL);
    struct term *t = sshd_screen(&s, "xterm-256color", "", NULL);
    term_expect(t, WELCOME);
    press(t, "\r", "1");
    term_close(t);
    expect_gone(&s);
    sshd_close(&s);
}

Test(ssh, a_command_is_not_run)
{
    struct sshd s;
    struct buf out = BUF_INIT;
    char command[256];
    sshd_open(&s, NULL);
    snprintf(command, sizeof command, "touch %s/owned", s.clinic.path);
    struct term *t = sshd_screen(&s, "xterm", "", command);
    term_expect(t, WELCOME);
    term_close(t);
    snprintf(command, sizeof command, "kiosk@127.0.0.1 touch %s/owned", s.clinic.path);
    int status = sshd_run(&s, &out, PATIENCE_MS, "ssh", command);
    cr_expect_eq(status, 0, "%d: %s", status, buf_str(&out)); /* the questions, a line at a time */
    cr_expect(strstr(buf_str(&out), WELCOME) != NULL, "%s", buf_str(&out));
    cr_expect_not(there(&s, "owned"));
    buf_done(&out);
    sshd_close(&s);
}

Test(ssh, no_file_comes_or_goes)
{
    struct sshd s;
    char batch[256], args[5][320];
    sshd_open(&s, NULL);
    const char *path = s.clinic.path;
    snprintf(batch, sizeof batch, "get %s/kiosk.conf %s/taken\n", path, path);
    put(path, "batch", batch);
    snprintf(args[0], sizeof *args, "-b %s/batch kiosk@127.0.0.1", path);
    snprintf(args[1], sizeof *args, "kiosk@127.0.0.1:%s/kiosk.conf %s/taken", path, path);
    snprintf(args[2], sizeof *args, "-O kiosk@127.0.0.1:%s/kiosk.conf %s/taken", path, path);
    snprintf(args[3], sizeof *args, "%s/kiosk.conf kiosk@127.0.0.1:%s/taken", path, path);
    snprintf(args[4], sizeof *args, "-O %s/kiosk.conf kiosk@127.0.0.1:%s/taken", path, path);
    for (size_t i = 0; i < 5; i++) {
        struct buf out = BUF_INIT;
        int status = sshd_run(&s, &out, PATIENCE_MS, i == 0 ? "sftp" : "scp", args[i]);
        cr_expect(status > 0, "%s: %d %s", args[i], status, buf_str(&out));
        cr_expect_not(there(&s, "taken"), "%s", args[i]);
        buf_done(&out);
    }
    sshd_close(&s);
}

static int connect_to(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* What comes of a connection that a client would forward: true if it arrives, false if it is closed. */
static bool arrives(int inside, int fd)
{
    for (;;) {
        struct pollfd wait[2] = { { inside, POLLIN, 0 }, { fd, POLLIN, 0 } };
        char bytes[64];
        cr_assert_gt(poll(wait, 2, PATIENCE_MS), 0, "neither arrived nor closed");
        if (wait[0].revents != 0) {
            close(accept(inside, NULL, NULL));
            return true;
        }
        if (read(fd, bytes, sizeof bytes) <= 0) {
            return false;
        }
    }
}

Test(ssh, nothing_is_forwarded_into_the_clinics_network)
{
    struct sshd s;
    struct buf out = BUF_INIT;
    char args[512];
    int port;
    sshd_open(&s, NULL);
    int inside = sshd_listener(&port); /* the clinic's printer, router, files */
    snprintf(args, sizeof args, "-W 127.0.0.1:%d kiosk@127.0.0.1", port);
    cr_expect_eq(sshd_run(&s, &out, PATIENCE_MS, "ssh", args), 255, "%s", buf_str(&out));
    cr_expect_lt(accept(inside, NULL, NULL), 0, "-W: %s", buf_str(&out));
    buf_done(&out);

    int local = sshd_free_port(), socks = sshd_free_port();
    snprintf(args, sizeof args, "-L %d:127.0.0.1:%d -D %d", local, port, socks);
    struct term *t = sshd_screen(&s, "xterm", args, NULL);
    term_expect(t, WELCOME);
    int fd = connect_to(local);
    cr_expect_not(arrives(inside, fd), "-L");
    close(fd);
    fd = connect_to(socks);
    char ask[] = { 5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (char)(port >> 8), (char)port };
    cr_assert_eq(write(fd, ask, sizeof ask), (ssize_t)sizeof ask);
    cr_expect_not(arrives(inside, fd), "-D");
    close(fd);
    term_close(t);
    close(inside);
    sshd_close(&s);
}

Test(ssh, nothing_listens_in_the_clinic_for_somebody_outside)
{
    struct sshd s;
    sshd_open(&s, NULL);
    for (int i = 0; i < 3; i++) { /* a port, a socket in a folder, a proxy */
        struct buf out = BUF_INIT;
        char what[256], args[512];
        int port = sshd_free_port();
        if (i == 1) {
            snprintf(what, sizeof what, "-R %s/socket:127.0.0.1:9", s.clinic.path);
        } else {
            snprintf(what, sizeof what, i == 0 ? "-R %d:127.0.0.1:9" : "-R %d", port);
        }
        snprintf(args, sizeof args, "-o ExitOnForwardFailure=yes %s kiosk@127.0.0.1", what);
        int status = sshd_run(&s, &out, PATIENCE_MS, "ssh", args);
        cr_expect_eq(status, 255, "%s: %d %s", what, status, buf_str(&out));
        cr_expect(strstr(buf_str(&out), "remote port forwarding failed") != NULL, "%s", buf_str(&out));
        buf_done(&out);
    }
    sshd_close(&s);
}

Test(ssh, a_connection_without_a_screen_is_closed)
{
    struct sshd s;
    struct buf out = BUF_INIT;
    sshd_open(&s, NULL);
    int status = sshd_run(&s, &out, PATIENCE_MS, "ssh", "-N kiosk@127.0.0.1");
    cr_expect_eq(status, 255, "%d %s", status, buf_str(&out));
    cr_expect_eq(sshd_kiosks(&s), 0);
    buf_done(&out);
    sshd_close(&s);
}

Test(ssh, one_connection_has_one_screen)
{
    struct sshd s;
    struct buf out = BUF_INIT;
    char args[256];
    sshd_open(&s, NULL);
    snprintf(args, sizeof args, "-M -S %s/mux", s.clinic.path);
    struct term *t = sshd_screen(&s, "xterm", args, NULL);
    term_expect(t, WELCOME);
    int before = sshd_kiosks(&s);
    /* A client whose second session is refused would connect anew: it has no key to do it with. */
    snprintf(args, sizeof args,
             "-S %s/mux -o IdentityFile=none -o BatchMode=yes -o ProxyCommand=false kiosk@127.0.0.1",
             s.clinic.path);
    cr_expect_neq(sshd_run(&s, &out, PATIENCE_MS, "ssh", args), 1, "%s", buf_str(&out));
    cr_expect(strstr(buf_str(&out), "refused") != NULL, "%s", buf_str(&out));
    cr_expect_eq(sshd_kiosks(&s), before);
    buf_done(&out);
    term_close(t);
    sshd_close(&s);
}

Test(ssh, the_other_end_passes_no_variable_but_its_language_no_agent_and_no_screen)
{
    struct sshd s;
    struct buf out = BUF_INIT;
    char home[100];
    sshd_open(&s, "exec env");
    snprintf(home, sizeof home, "%s/.ssh", s.home);
    cr_assert_eq(mkdir(home, 0700), 0);
    put(home, "environment", "FROM_A_FILE=1\n");
    snprintf(home, sizeof home, "%s/agent", s.clinic.path);
    int agent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", home);
    cr_assert(bind(agent, (struct sockaddr *)&address, sizeof address) == 0 && listen(agent, 1) == 0);
    setenv("LC_ALL", "tr_TR.UTF-8", 1);
    setenv("DISPLAY", "127.0.0.1:7", 1);
    char args[512];
    snprintf(args, sizeof args,
             "-o IdentityAgent=none -o ForwardAgent=%s -o ForwardX11=yes -o ForwardX11Trusted=yes -o "
             "SendEnv=LC_ALL -o SetEnv='LD_PRELOAD=/tmp/x.so "
             "ENV=/tmp/x BASH_ENV=/tmp/x "
             "TERMINFO=/tmp/x LINES=9' kiosk@127.0.0.1",
             home);
    int status = sshd_run(&s, &out, PATIENCE_MS, "ssh", args);
    cr_assert_eq(status, 0, "%d %s", status, buf_str(&out));
    static const char *const none[] = { "LD_PRELOAD", "ENV=/",         "TERMINFO",    "LINES",
                                        "tr_TR",      "SSH_AUTH_SOCK", "FROM_A_FILE", "DISPLAY" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        cr_expect(strstr(buf_str(&out), none[i]) == NULL, "%s:\n%s", none[i], buf_str(&out));
    }
    cr_expect(strstr(buf_str(&out), "LC_ALL=C.UTF-8\n") != NULL, "%s", buf_str(&out));
    close(agent);
    buf_done(&out);
    sshd_close(&s);
}

Test(ssh, files_at_home_are_not_heeded)
{
    struct sshd s;
    char folder[160];
    sshd_open(&s, NULL);
    snprintf(folder, sizeof folder, "%s/.ssh", s.home);
    cr_assert_eq(mkdir(folder, 0700), 0);
    put(folder, "rc", "touch ../rc-was-run\n");
    put(s.home, ".profile", "touch ../rc-was-run\n");
    snprintf(folder, sizeof folder, "%s/.terminfo", s.home);
    cr_assert_eq(mkdir(folder, 0700), 0);
    snprintf(folder, sizeof folder, "%s/.terminfo/x", s.home);
    cr_assert_eq(mkdir(folder, 0700), 0);
    put(folder, "xterm", "no description of a terminal\n");
    struct term *t = sshd_screen(&s, "xterm", "", NULL);
    term_expect(t, WELCOME);
    term_close(t);
    cr_expect_not(there(&s, "rc-was-run"));
    sshd_close(&s);
}

Test(ssh, a_terminal_nobody_knows_is_sent_to_the_desk)
{
    static const char *const kinds[] = { "../../tmp/x", "xterm/../../x", "evil" };
    struct sshd s;
    sshd_open(&s, NULL);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int status;
        struct term *t = sshd_screen(&s, kinds[i], "", NULL);
        term_expect(t, "Please go to the desk.");
        cr_expect(term_ended(t, PATIENCE_MS, &status), "%s", kinds[i]);
        term_expect_gone(t, WELCOME);
        term_forget(t);
    }
    sshd_close(&s);
}

Test(ssh, no_key_leaves_the_questions)
{
    struct sshd s;
    sshd_open(&s, NULL);
    struct term *t = sshd_screen(&s, "xterm", "", NULL);
    term_expect(t, WELCOME);
    for (const char *key = "\003\032\034\004\021\023\033[24~\033\033"; *key != '\0'; key++) {
        char one[2] = { *key, '\0' };
        term_send(t, one);
        term_settle(t, 60);
    }
    cr_expect_not(term_ended(t, 0, NULL));
    press(t, "\r", "1");
    term_expect_gone(t, "$");
    term_close(t);
    sshd_close(&s);
}

Test(ssh, the_escape_keys_open_nothing)
{
    struct sshd s;
    int port;
    char line[64];
    sshd_open(&s, NULL);
    int inside = sshd_listener(&port), local = sshd_free_port();
    struct term *t = sshd_screen(&s, "xterm", "-o EnableEscapeCommandline=yes", NULL);
    term_expect(t, WELCOME);
    term_settle(t, 60);
    term_send(t, "\r~C");
    term_expect(t, "ssh>");
    snprintf(line, sizeof line, "-L %d:127.0.0.1:%d\r", local, port);
    term_send(t, line);
    term_expect(t, "Forwarding port");
    int fd = connect_to(local);
    cr_expect_not(arrives(inside, fd), "-L");
    close(fd);
    term_send(t, "\r~.");
    cr_expect(term_ended(t, PATIENCE_MS, NULL));
    term_forget(t);
    expect_gone(&s);
    close(inside);
    sshd_close(&s);
}

Test(ssh, a_window_of_60000_by_60000_is_survived)
{
    struct sshd s;
    sshd_open(&s, NULL);
    struct term *t = sshd_screen(&s, "xterm", "", NULL);
    term_expect(t, WELCOME);
    term_claim(t, 60000, 60000);
    term_settle(t, 300);
    cr_expect_not(term_ended(t, 0, NULL));
    term_resize(t, 30, 90);
    term_expect(t, WELCOME);
    press(t, "\r", "1");
    term_close(t);
    sshd_close(&s);
}

Test(ssh, a_paste_bomb_is_survived)
{
    enum { BOMB = 1 << 20 };
    struct sshd s;
    sshd_open(&s, NULL);
    struct term *t = sshd_screen(&s, "xterm", "", NULL);
    term_expect(t, WELCOME);
    char *bomb = malloc(BOMB);
    memset(bomb, 'A', BOMB);
    memcpy(bomb, "\033[200~", 6);
    term_send_n(t, bomb, BOMB); /* and no end of it */
    term_send_n(t, bomb + 6, BOMB - 6);
    term_send(t, "\033[201~");
    free(bomb);
    term_settle(t, 100);
    cr_expect(term_shows(t, WELCOME));
    press(t, "\r", "1");
    term_close(t);
    sshd_close(&s);
}

Test(ssh, a_connection_that_breaks_leaves_nothing_behind)
{
    struct sshd s;
    sshd_open(&s, NULL);
    struct term *t = sshd_screen(&s, "xterm", "", NULL);
    term_expect(t, WELCOME);
    cr_expect_gt(sshd_kiosks(&s), 0);
    kill(term_pid(t), SIGKILL);
    cr_expect(term_ended(t, PATIENCE_MS, NULL));
    term_forget(t);
    expect_gone(&s);
    sshd_close(&s);
}

/* What no break-out above can show: PermitUserRC is held by the forced command as well, and the rest takes a
 * wrong password, a pulled cable, or a server whose own settings are lax. */
Test(ssh, the_rest_of_the_snippet_holds)
{
    static const char *const lines[] = {
        "permituserrc no\n",
        "permituserenvironment no\n",
        "passwordauthentication no\n",
        "kbdinteractiveauthentication no\n",
        "authenticationmethods publickey\n",
        "clientaliveinterval 20\n",
        "clientalivecountmax 2\n",
        "permittunnel no\n",
    };
    struct sshd s;
    struct buf out = BUF_INIT;
    sshd_open(&s, NULL);
    sshd_settings(&s, &out);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        cr_expect(strstr(buf_str(&out), lines[i]) != NULL, "%s", lines[i]);
    }
    buf_done(&out);
    sshd_close(&s);
}

Test(ssh, a_key_bound_to_a_name_has_the_staffs_screen_and_its_commands)
{
    struct sshd s;
    struct buf out = BUF_INIT;
    sshd_open_staff(&s, true);
    struct term *t = sshd_screen(&s, "xterm-256color", "", NULL);
    term_expect(t, "Passphrase");
    cr_expect(term_shows(t, "demo"), "%s", term_text(t));
    term_close(t);
    cr_expect_eq(sshd_run(&s, &out, PATIENCE_MS, "ssh", "foyer@127.0.0.1 staff list"), 0, "%s",
                 buf_str(&out));
    cr_expect(strstr(buf_str(&out), "clinician") != NULL, "%s", buf_str(&out));
    buf_reset(&out);
    cr_expect_eq(sshd_run(&s, &out, PATIENCE_MS, "ssh", "foyer@127.0.0.1 'staff list; id'"), 2, "%s",
                 buf_str(&out));
    cr_expect(strstr(buf_str(&out), "uid=") == NULL, "%s", buf_str(&out));
    buf_done(&out);
    sshd_close(&s);
}

/* One table comes over the connection; a file or a folder would be written on the clinic's machine. */
Test(ssh, an_export_over_a_staff_key_is_what_can_be_printed)
{
    static const char *const tries[][2] = {
        { "foyer@127.0.0.1 export sqlite --reason review", "-o FILE" },
        { "foyer@127.0.0.1 export sqlite --reason review -o out.db", "leave -o out" },
        { "foyer@127.0.0.1 export csv --reason review --output=out", "leave --output=out out" },
    };
    struct sshd s;
    char path[128];
    struct buf out = BUF_INIT;
    sshd_open_staff(&s, true);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        cr_expect_neq(sshd_run(&s, &out, PATIENCE_MS, "ssh", tries[i][0]), 0, "%s", tries[i][0]);
        cr_expect(strstr(buf_str(&out), tries[i][1]) != NULL, "%s: %s", tries[i][0], buf_str(&out));
        buf_reset(&out);
    }
    snprintf(path, sizeof path, "%s/passphrase", s.clinic.path);
    cr_assert_eq(file_read(path, 90, &out, NULL), 0);
    struct term *t = sshd_screen(&s, "xterm-256color", "", "export csv --table patient --reason review");
    term_expect(t, "Passphrase");
    term_send(t, buf_str(&out)); /* with its line end */
    term_expect(t, "birth_date");
    term_close(t);
    buf_done(&out);
    sshd_close(&s);
}

Test(ssh, a_key_without_a_name_leads_nowhere)
{
    static const char *const tries[] = { "foyer@127.0.0.1", "foyer@127.0.0.1 id",
                                         "foyer@127.0.0.1 'foyer login --user demo; id'" };
    struct sshd s;
    sshd_open_staff(&s, false);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct buf out = BUF_INIT;
        cr_expect_eq(sshd_run(&s, &out, PATIENCE_MS, "ssh", tries[i]), 1, "%s: %s", tries[i], buf_str(&out));
        cr_expect(strstr(buf_str(&out), "not bound to anybody's name") != NULL, "%s: %s", tries[i],
                  buf_str(&out));
        cr_expect(strstr(buf_str(&out), "uid=") == NULL, "%s", buf_str(&out));
        buf_done(&out);
    }
    struct buf out = BUF_INIT;
    cr_expect_eq(sshd_run(&s, &out, PATIENCE_MS, "ssh", "-s foyer@127.0.0.1 sftp"), 1, "%s", buf_str(&out));
    buf_done(&out);
    sshd_close(&s);
}
