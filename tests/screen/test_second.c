/* A second screen: its kiosk, the relay beside it, a real sshd with the snippet that is shipped, and the
 * clinic's letter slot. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "db.h"
#include "file.h"
#include "frame.h"
#include "problems.h"
#include "sql.h"
#include "sshd.h"

enum { PATIENCE_MS = 10000 };

static struct sshd clinic;
static struct clinic_folder second;
static struct term *slot; /* the clinic's own kiosk, which holds its letter slot */
static pid_t relay;

static void sh(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void sh(const char *format, ...)
{
    char command[2048];
    va_list ap;
    va_start(ap, format);
    cr_assert_lt(vsnprintf(command, sizeof command, format, ap), (int)sizeof command);
    va_end(ap);
    cr_assert_eq(system(command), 0, "%s", command);
}

static void setup(void)
{
    sshd_open_relay(&clinic);
    clinic_open(&second);
    sh("rm %s/foyer.db && mkdir %s/relay", second.path, second.path);
}

static void teardown(void)
{
    if (relay > 0) {
        kill(relay, SIGKILL);
        waitpid(relay, NULL, 0);
    }
    if (slot != NULL) {
        term_close(slot);
    }
    sshd_close(&clinic);
    clinic_close(&second);
}

TestSuite(second, .init = setup, .fini = teardown, .timeout = 180);

static void start_slot(void)
{
    slot = clinic_kiosk(&clinic.clinic, 24, 80, "xterm-256color");
    term_expect(slot, "I have a slip");
}

static void start_relay(void)
{
    char own[96], socket_path[96], line[512], log[96];
    snprintf(own, sizeof own, "%s/relay", second.path);
    snprintf(socket_path, sizeof socket_path, "%s/foyer.sock", second.path);
    snprintf(log, sizeof log, "%s/relay.log", second.path);
    snprintf(line, sizeof line,
             "exec ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "
             "-o IdentitiesOnly=yes -o LogLevel=ERROR -i %s/key -p %d -T foyer-relay@127.0.0.1",
             clinic.clinic.path, clinic.port);
    relay = fork();
    cr_assert_geq(relay, 0);
    if (relay == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
        dup2(open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
        execl(BIN "/foyer-relay", "foyer-relay", "--folder", own, "--listen", socket_path, "--", "/bin/sh",
              "-c", line, (char *)NULL);
        _exit(127);
    }
    for (int tries = 0; access(socket_path, F_OK) != 0; tries++) {
        cr_assert_lt(tries, 500, "the relay does not listen");
        poll(NULL, 0, 10);
    }
}

static struct term *second_kiosk(void)
{
    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer-kiosk"), (char *)(uintptr_t) "-c", second.conf,
                           NULL };
    return term_start(argv, 24, 80, "xterm-256color");
}

static void walk(struct term *t, const char *name)
{
    walk_to_questions(t, name);
    walk_plain_answers(t);
    walk_sign(t, name);
}

static void expect_intakes(size_t n)
{
    for (int tries = 0; clinic_intakes(&clinic.clinic) < n; tries++) {
        cr_assert_lt(tries, 150, "%zu came", clinic_intakes(&clinic.clinic));
        poll(NULL, 0, 100);
    }
    cr_expect_eq(clinic_intakes(&clinic.clinic), n);
}

Test(second, what_a_patient_answers_there_is_saved_here)
{
    start_slot();
    start_relay();
    struct term *t = second_kiosk();
    walk(t, "Ada Lovelace");
    term_expect(t, "We will call you.");
    cr_expect_eq(clinic_intakes(&clinic.clinic), 1, "it is there when the patient reads it");
    term_close(t);
}

Test(second, without_a_network_it_is_held_and_the_patient_tells_the_desk_and_then_it_comes_once)
{
    start_slot();
    sshd_down(&clinic);
    start_relay();
    struct term *t = second_kiosk();
    walk(t, "Ada Lovelace");
    term_expect(t, "Please tell the desk that you are done.");
    cr_expect_not(term_shows(t, "We will call you."));
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic.clinic), 0);
    sshd_up(&clinic);
    expect_intakes(1);
}

Test(second, its_key_opens_nothing_but_the_hand_in)
{
    static const char *const tries[] = { "foyer-relay@127.0.0.1 id", "-tt foyer-relay@127.0.0.1 sh",
                                         "-W 127.0.0.1:22 foyer-relay@127.0.0.1",
                                         "-s foyer-relay@127.0.0.1 sftp", "-N foyer-relay@127.0.0.1" };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct buf out = BUF_INIT;
        int status = sshd_run(&clinic, &out, PATIENCE_MS, "ssh", tries[i]);
        bool greeted = out.len >= 4 && memmem(out.data, out.len, "FYRH", 4) != NULL;
        cr_expect(status != 0 || greeted, "%s: %d %s", tries[i], status, buf_str(&out));
        cr_expect(strstr(buf_str(&out), "uid=") == NULL, "%s", buf_str(&out));
        buf_done(&out);
    }
}

Test(second, the_rest_of_its_snippet_holds)
{
    static const char *const lines[] = { "disableforwarding yes\n",
                                         "permittty no\n",
                                         "permituserrc no\n",
                                         "permituserenvironment no\n",
                                         "maxsessions 1\n",
                                         "passwordauthentication no\n",
                                         "permittunnel no\n",
                                         "kbdinteractiveauthentication no\n",
                                         "authorizedkeyscommand none\n",
                                         "clientaliveinterval 20\n" };
    struct buf out = BUF_INIT;
    sshd_settings(&clinic, &out);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        cr_expect(strstr(buf_str(&out), lines[i]) != NULL, "%s", lines[i]);
    }
    buf_done(&out);
}

/* ---- many frames, and a network that breaks in the middle of them
 * ---------------------------------------------------- */

static void seal(struct buf *frame, const struct frame_keys *keys, uint32_t n)
{
    struct frame_header header = { .rev = n, .kind = FRAME_FINAL, .wall_s = 1795255200 };
    memset(header.uid, 7, sizeof header.uid);
    memcpy(header.uid, &n, sizeof n);
    cr_assert_eq(frame_seal(frame, &header, keys, "{}", 2, "{}", 2, NULL), 0);
}

/* Posts a frame to the relay as a kiosk does. */
static enum frame_status post(const struct buf *frame)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    uint8_t reply[FRAME_REPLY] = { 0 };
    snprintf(address.sun_path, sizeof address.sun_path, "%s/foyer.sock", second.path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool there = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    for (size_t sent = 0; there && sent < frame->len;) {
        ssize_t n = send(fd, frame->data + sent, frame->len - sent, MSG_NOSIGNAL);
        there = n > 0;
        sent += there ? (size_t)n : 0;
    }
    ssize_t got = there ? recv(fd, reply, sizeof reply, MSG_WAITALL) : -1;
    close(fd);
    return got == FRAME_REPLY ? frame_reply_parse(reply) : FRAME_TROUBLE;
}

/* What the vault holds: how many, and whether one came before an earlier one. Their revs are their numbers.
 */
static int stored(bool *in_order)
{
    char path[96];
    struct err err = { "" };
    struct sql q;
    int n = 0;
    int64_t before = 0;
    snprintf(path, sizeof path, "%s/foyer.db", clinic.clinic.path);
    struct db *db = db_open(path, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    *in_order = true;
    sql_prepare(&q, db, "SELECT rev FROM deposit ORDER BY seq");
    while (sql_row(&q)) {
        *in_order = *in_order && sql_get_int(&q, 0) > before;
        before = sql_get_int(&q, 0);
        n++;
    }
    cr_assert_eq(sql_end(&q, &err), 0, "%s", err.text);
    db_close(db);
    return n;
}

Test(second, through_a_network_that_breaks_again_and_again_the_vault_has_each_once_and_in_order)
{
    enum { FRAMES = 24 };
    struct frame_keys keys;
    struct err err;
    char path[96];
    bool in_order;
    snprintf(path, sizeof path, "%s/foyer.keys", clinic.clinic.path);
    cr_assert_eq(frame_keys_read(path, &keys, &err), 0, "%s", err.text);
    start_slot();
    start_relay();
    for (uint32_t n = 1; n <= FRAMES; n++) {
        if (n % 8 == 4) {
            sshd_down(&clinic);
        } else if (n % 8 == 6) {
            sshd_up(&clinic);
        }
        struct buf frame = BUF_INIT;
        seal(&frame, &keys, n);
        enum frame_status status = post(&frame);
        buf_done(&frame);
        cr_expect(status == FRAME_STORED || status == FRAME_HELD || status == FRAME_KNOWN, "%u: %d", n,
                  (int)status);
    }
    for (int tries = 0; stored(&in_order) < FRAMES; tries++) {
        cr_assert_lt(tries, 1000, "%d are there", stored(&in_order));
        poll(NULL, 0, 100);
    }
    cr_expect_eq(stored(&in_order), FRAMES);
    cr_expect(in_order);
}

/* Whether a process runs one of the programs on the way, for this test: its command line names the folders.
 */
static bool is_on_the_way(const char *pid)
{
    char path[64], line[2048] = "", name[32] = "";
    snprintf(path, sizeof path, "/proc/%.20s/comm", pid);
    FILE *comm = fopen(path, "re");
    snprintf(path, sizeof path, "/proc/%.20s/cmdline", pid);
    FILE *cmdline = fopen(path, "re");
    bool is = comm != NULL && cmdline != NULL && fgets(name, sizeof name, comm) != NULL;
    size_t n = is ? fread(line, 1, sizeof line - 1, cmdline) : 0;
    if (comm != NULL) {
        fclose(comm);
    }
    if (cmdline != NULL) {
        fclose(cmdline);
    }
    return is &&
           (strcmp(name, "foyer-relay\n") == 0 || strcmp(name, "foyer-deposit\n") == 0 ||
            strcmp(name, "ssh\n") == 0) &&
           (memmem(line, n, clinic.clinic.path, strlen(clinic.clinic.path)) != NULL ||
            memmem(line, n, second.path, strlen(second.path)) != NULL);
}

/* Any one of them: the relay's two processes, ssh, the hand-in, the one that stores. */
static void kill_one(void)
{
    pid_t found = 0;
    uint32_t n = 0;
    DIR *dir = opendir("/proc");
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && is_on_the_way(entry->d_name) &&
            randombytes_uniform(++n) == 0) {
            found = atoi(entry->d_name);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    if (found > 1) {
        kill(found, SIGKILL);
    }
}

static pid_t start_killer(void)
{
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            poll(NULL, 0, (int)randombytes_uniform(300));
            kill_one();
        }
    }
    return pid;
}

Test(second, whatever_on_the_way_is_killed_the_vault_has_each_acknowledged_frame_once_and_in_order)
{
    enum { FRAMES = 24 };
    struct frame_keys keys;
    struct err err;
    char path[96];
    bool in_order;
    int heard[FRAME_HELD + 1] = { 0 };
    snprintf(path, sizeof path, "%s/foyer.keys", clinic.clinic.path);
    cr_assert_eq(frame_keys_read(path, &keys, &err), 0, "%s", err.text);
    start_slot();
    start_relay();
    pid_t killer = start_killer();
    for (uint32_t n = 1; n <= FRAMES; n++) {
        struct buf frame = BUF_INIT;
        enum frame_status status = FRAME_TROUBLE;
        seal(&frame, &keys, n);
        for (int tries = 0; (status = post(&frame)) == FRAME_TROUBLE; tries++) {
            cr_assert_lt(tries, 1000, "%u", n);
            if (waitpid(relay, NULL, WNOHANG) == relay) {
                start_relay();
            }
            poll(NULL, 0, 20);
        }
        cr_assert_leq((int)status, (int)FRAME_HELD);
        heard[status]++;
        buf_done(&frame);
    }
    kill(killer, SIGKILL);
    waitpid(killer, NULL, 0);
    for (int tries = 0; stored(&in_order) < FRAMES; tries++) {
        cr_assert_lt(tries, 900, "%d are there", stored(&in_order));
        if (waitpid(relay, NULL, WNOHANG) == relay) {
            start_relay();
        }
        poll(NULL, 0, 100);
    }
    cr_expect_eq(stored(&in_order), FRAMES);
    cr_expect(in_order);
    cr_expect_eq(heard[FRAME_REFUSED] + heard[FRAME_SETTLED], 0);
}

/* ---- foyer-pair
 * --------------------------------------------------------------------------------------------- */

/* The shipped script with this test's folders; what it said is in `out`. */
static int pair(const char *args, const char *answers, struct buf *out)
{
    const char *at = clinic.clinic.path;
    char path[96], command[1024];
    sh("mkdir -p %s/pi/etc/ssh %s/pi/public %s/pi/relay && "
       "sed -e 's|^conf=.*|conf=%s/pi/etc|' -e 's|^public=.*|public=%s/pi/public|' "
       "-e 's|^outbox=.*|outbox=%s/pi/relay|' -e 's|^vault=.*|vault=%s/none|' -e "
       "'s|^dropins=.*|dropins=%s/pi/units|' "
       "-e 's|/run/systemd/system|%s/none|' system/pair > %s/pair",
       at, at, at, at, at, at, at, at, at, at);
    snprintf(
        command, sizeof command,
        "printf '%s' | LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD=%s/passwd NSS_WRAPPER_GROUP=%s/group "
        "sh %s/pair %s > %s/said 2>&1",
        answers, at, at, at, args, at);
    int status = system(command);
    snprintf(path, sizeof path, "%s/said", at);
    cr_assert_eq(file_read(path, 1 << 20, out, NULL), 0);
    return WEXITSTATUS(status);
}

static bool pi_has(const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/pi/%s", clinic.clinic.path, name);
    return access(path, F_OK) == 0;
}

Test(second, one_command_brings_keys_settings_and_questions_and_shows_whose_they_are)
{
    struct buf out = BUF_INIT;
    struct frame_keys keys;
    struct err err;
    char print[FRAME_FINGERPRINT], path[160], args[64];
    snprintf(args, sizeof args, "127.0.0.1 %d", clinic.port);
    sh("mkdir -p %s/pi/etc && printf 'screen = {\n height_mm = 100;\n rows = 24;\n};\n' > "
       "%s/pi/etc/kiosk.conf",
       clinic.clinic.path, clinic.clinic.path);
    sh("sed -i 's|^# database = .*|  database=\"/srv/foyer.db\";|' %s/give/etc/foyer/kiosk.conf && "
       "printf 'screen :\n{ height_mm = 200;\n};\n' >> %s/give/etc/foyer/kiosk.conf",
       clinic.clinic.path, clinic.clinic.path);
    cr_expect_neq(pair(args, "", &out), 0);
    cr_expect(strstr(buf_str(&out), "sudo tee -a /etc/foyer/ssh/relay") != NULL, "%s", buf_str(&out));
    sh("sed 's/^/restrict /' %s/pi/relay/key.pub >> %s/keys", clinic.clinic.path, clinic.clinic.path);

    cr_expect_neq(pair(args, "no\\n", &out), 0);
    cr_expect(strstr(buf_str(&out), "nothing is changed") != NULL, "%s", buf_str(&out));
    cr_expect_not(pi_has("public/foyer.keys"));
    cr_expect_not(pi_has("etc/ssh/relay-to"));

    cr_expect_eq(pair(args, "yes\\n", &out), 0, "%s", buf_str(&out));
    snprintf(path, sizeof path, "%s/pi/public/foyer.keys", clinic.clinic.path);
    cr_assert_eq(frame_keys_read(path, &keys, &err), 0, "%s", err.text);
    cr_expect(strstr(buf_str(&out), frame_keys_fingerprint(&keys, print)) != NULL, "%s: %s", print,
              buf_str(&out));
    cr_expect(pi_has("etc/forms/microneedling/form.cfg"));
    cr_expect(pi_has("units/foyer-relay.service.d/clinic.conf"));
    sh("grep -q '^ height_mm = 100' %s/pi/etc/kiosk.conf && ! grep 'height_mm = 200' %s/pi/etc/kiosk.conf",
       clinic.clinic.path, clinic.clinic.path);
    sh("test \"$(grep '^ *database' %s/pi/etc/kiosk.conf)\" = 'database = \"%s/pi/relay/outbox\";'",
       clinic.clinic.path, clinic.clinic.path);

    struct problems problems = PROBLEMS_INIT;
    snprintf(path, sizeof path, "%s/pi/etc/kiosk.conf", clinic.clinic.path);
    struct config *config = config_load(path, &problems);
    cr_assert_not_null(config, "what it wrote can be read");
    config_free(config);
    problems_done(&problems);

    cr_expect_eq(pair("", "yes\\n", &out), 0, "again, from then on: %s", buf_str(&out));
    sh("rm %s/host %s/host.pub && ssh-keygen -q -t ed25519 -N '' -f %s/host", clinic.clinic.path,
       clinic.clinic.path, clinic.clinic.path);
    sshd_down(&clinic);
    sshd_up(&clinic);
    cr_expect_neq(pair("", "yes\\n", &out), 0, "another machine under that address");
    cr_expect(strstr(buf_str(&out), "not the machine it was") != NULL, "%s", buf_str(&out));
    buf_done(&out);
}

/* Root runs it, and the relay's user can write where its key is. */
Test(second, a_link_in_the_place_of_its_key_is_not_followed)
{
    struct buf out = BUF_INIT;
    char args[64];
    snprintf(args, sizeof args, "127.0.0.1 %d", clinic.port);
    sh("mkdir -p %s/pi/relay && ln -s %s/elsewhere %s/pi/relay/key", clinic.clinic.path, clinic.clinic.path,
       clinic.clinic.path);
    cr_expect_neq(pair(args, "", &out), 0);
    cr_expect(strstr(buf_str(&out), "is a link") != NULL, "%s", buf_str(&out));
    sh("test ! -e %s/elsewhere", clinic.clinic.path);
    buf_done(&out);
}

Test(second, who_answers_without_end_does_not_fill_the_disk)
{
    struct buf out = BUF_INIT;
    char args[64];
    snprintf(args, sizeof args, "127.0.0.1 %d", clinic.port);
    sh("printf '#!/bin/sh\\nexec head -c 40000000 /dev/zero\\n' > %s/hand-in", clinic.clinic.path);
    cr_expect_neq(pair(args, "", &out), 0); /* it makes its key */
    sh("sed 's/^/restrict /' %s/pi/relay/key.pub >> %s/keys", clinic.clinic.path, clinic.clinic.path);
    cr_expect_neq(pair(args, "yes\\n", &out), 0);
    cr_expect(strstr(buf_str(&out), "cannot be reached, or is not the machine it was") != NULL, "%s",
              buf_str(&out));
    cr_expect_not(pi_has("etc/ssh/relay-to"));
    buf_done(&out);
}
