#include "sshd.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int sshd_listener(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 4) == 0 &&
              getsockname(fd, (struct sockaddr *)&address, &len) == 0);
    *port = ntohs(address.sin_port);
    return fd;
}

int sshd_free_port(void)
{
    int port;
    close(sshd_listener(&port));
    return port;
}

static bool answers(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool up = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return up;
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...)
{
    char command[2048];
    va_list ap;
    va_start(ap, format);
    cr_assert_lt(vsnprintf(command, sizeof command, format, ap), (int)sizeof command);
    va_end(ap);
    cr_assert_eq(system(command), 0, "%s", command);
}

/* The shipped snippet with the paths of this clinic, in a configuration such as Debian's, which is laxer. */
static void write_config(const struct sshd *s, const char *forced)
{
    const char *without = getenv("FOYER_SSHD_WITHOUT"), *path = s->clinic.path;
    const char *kind = strcmp(s->user, "foyer") == 0   ? "staff"
                       : strcmp(s->user, "kiosk") == 0 ? "kiosk"
                                                       : "relay";
    shell("sed -e 's|/etc/foyer/ssh/[a-z]*$|%s/keys|' -e 's|ForceCommand exec .*|ForceCommand %s|' "
          "-e 's|UnusedConnectionTimeout .*|UnusedConnectionTimeout 1s|' system/sshd-%s.conf | "
          "grep -vE '%s' > %s/snippet",
          path, forced, kind, without != NULL ? without : "^$", path);
    shell("cat > %s/sshd_config <<END\n"
          "Include %s/snippet\nPort %d\nListenAddress 127.0.0.1\nHostKey %s/host\nPidFile none\nUsePAM no\n"
          "StrictModes no\nAuthorizedKeysFile %s/keys\nAcceptEnv LANG LC_*\nX11Forwarding yes\n"
          "AllowAgentForwarding yes\nSubsystem sftp /usr/lib/openssh/sftp-server\nEND\n",
          path, path, s->port, path, path);
}

/* A shell, in a group of its own. */
static pid_t spawn(const char *command, int out)
{
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that fails leaves nothing behind */
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(out >= 0 ? out : null, 1);
        dup2(out >= 0 ? out : null, 2);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    setpgid(pid, pid);
    return pid;
}

/* `line`: the shell command that writes the line for the key in key.pub. */
static void start(struct sshd *s, const char *forced, const char *login_shell, const char *line)
{
    const char *path = s->clinic.path;
    snprintf(s->home, sizeof s->home, "%s/home", path);
    cr_assert(mkdir(s->home, 0700) == 0);
    s->port = sshd_free_port();
    shell("ssh-keygen -q -t ed25519 -N '' -f %s/host && ssh-keygen -q -t ed25519 -N '' -f %s/key && %s > "
          "%s/keys",
          path, path, line, path);
    shell("{ echo '%s:x:%d:%d::%s:%s' && echo 'sshd:x:65533:65533::/run/sshd:/usr/sbin/nologin'; } > "
          "%s/passwd && "
          "echo '%s:x:%d:' > %s/group",
          s->user, (int)getuid(), (int)getgid(), s->home, login_shell, path, s->user, (int)getgid(), path);
    if (getuid() == 0) {
        shell("mkdir -p /run/sshd"); /* where sshd, as root, locks its unprivileged half in */
    }
    write_config(s, forced);
    sshd_up(s);
}

void sshd_up(struct sshd *s)
{
    char command[512];
    const char *path = s->clinic.path;
    snprintf(command, sizeof command,
             "LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD=%s/passwd NSS_WRAPPER_GROUP=%s/group "
             "exec /usr/sbin/sshd -D -e -f %s/sshd_config 2> %s/sshd.log",
             path, path, path, path);
    s->pid = spawn(command, -1);
    for (long end = now_ms() + 5000; !answers(s->port);) {
        if (now_ms() > end || waitpid(s->pid, NULL, WNOHANG) == s->pid) {
            shell("cat %s/sshd.log >&2", path);
            cr_assert_fail("sshd does not start");
        }
        poll(NULL, 0, 10);
    }
}

void sshd_open(struct sshd *s, const char *forced)
{
    char root[256], kiosk[512], line[128];
    s->user = "kiosk";
    clinic_open(&s->clinic);
    cr_assert_not_null(getcwd(root, sizeof root));
    snprintf(kiosk, sizeof kiosk, "exec %s/" BIN "/foyer-kiosk -c %s", root, s->clinic.conf);
    snprintf(line, sizeof line, "cat %s/key.pub", s->clinic.path);
    start(s, forced != NULL ? forced : kiosk, "/bin/sh", line);
}

/* The shipped login shell, and a foyer that has this clinic's settings. */
void sshd_open_staff(struct sshd *s, bool bound)
{
    char root[256], line[512], shell_path[96];
    const char *path = s->clinic.path;
    s->user = "foyer";
    clinic_open(&s->clinic);
    cr_assert_not_null(getcwd(root, sizeof root));
    snprintf(shell_path, sizeof shell_path, "%s/staff-shell", path);
    shell("sed 's|/usr/bin/foyer|%s/foyer|g' system/staff-shell > %s && "
          "printf '#!/bin/sh\\nexec %s/" BIN "/foyer -c %s \"$@\"\\n' > %s/foyer && chmod +x %s %s/foyer",
          path, shell_path, root, s->clinic.conf, path, shell_path, path);
    if (bound) {
        snprintf(line, sizeof line,
                 BIN "/foyer login --user demo --key %s/key.pub | sed 's|/usr/bin/foyer|%s/foyer|'", path,
                 path);
    } else {
        snprintf(line, sizeof line, "cat %s/key.pub", path);
    }
    start(s, "", shell_path, line);
}

/* The shipped forced command with this clinic's paths; what a second screen asks for once is this clinic's.
 */
void sshd_open_relay(struct sshd *s)
{
    char root[256], forced[512], line[128];
    s->user = "foyer-relay";
    clinic_open(&s->clinic);
    const char *path = s->clinic.path;
    cr_assert_not_null(getcwd(root, sizeof root));
    shell("mkdir -p %s/refused %s/give/etc/foyer %s/give/var/lib/foyer-kiosk && "
          "ln -s %s/forms %s/give/etc/foyer/forms && cp %s/foyer.keys %s/give/var/lib/foyer-kiosk && "
          "cp kiosk.conf %s/give/etc/foyer",
          path, path, path, root, path, path, path, path);
    shell("{ echo '#!/bin/sh' && "
          "echo '[ \"$SSH_ORIGINAL_COMMAND\" = settings ] && exec tar -c -h -C %s/give etc var' && "
          "sed -n 's|.*ForceCommand \\(.*\\)|\\1|p' system/sshd-relay.conf | "
          "sed -e 's|/usr/libexec/foyer|%s/" BIN "|' -e 's|/run/foyer/deposit.sock|%s/foyer.sock|' "
          "-e 's|/var/lib/foyer-relay|%s|'; } > %s/hand-in && chmod +x %s/hand-in",
          path, root, path, path, path, path);
    snprintf(forced, sizeof forced, "%s/hand-in", path);
    snprintf(line, sizeof line, "cat %s/key.pub", path);
    start(s, forced, "/bin/sh", line);
}

void sshd_settings(const struct sshd *s, struct buf *out)
{
    char command[256];
    int fd[2];
    snprintf(command, sizeof command,
             "/usr/sbin/sshd -T -f %s/sshd_config -C "
             "user=%s,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22",
             s->clinic.path, s->user);
    cr_assert_eq(pipe2(fd, O_CLOEXEC), 0);
    pid_t pid = spawn(command, fd[1]);
    close(fd[1]);
    char bytes[4096];
    for (ssize_t n; (n = read(fd[0], bytes, sizeof bytes)) > 0;) {
        buf_add(out, bytes, (size_t)n);
    }
    close(fd[0]);
    waitpid(pid, NULL, 0);
}

void sshd_down(struct sshd *s)
{
    kill(-s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
}

void sshd_close(struct sshd *s)
{
    sshd_down(s);
    clinic_close(&s->clinic);
}

/* Options for whichever client; %s the folder. */
static void client(struct buf *out, const struct sshd *s, const char *program)
{
    buf_addf(out,
             "%s -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes "
             "-o LogLevel=INFO -i %s/key %s %d ",
             program, s->clinic.path, strcmp(program, "ssh") == 0 ? "-p" : "-P", s->port);
}

struct term *sshd_screen(const struct sshd *s, const char *term, const char *args, const char *command)
{
    struct buf line = BUF_INIT;
    buf_adds(&line, "exec ");
    client(&line, s, "ssh");
    buf_addf(&line, "-tt %s %s@127.0.0.1 %s", args, s->user, command != NULL ? command : "");
    char *const argv[] = { (char *)"/bin/sh", (char *)"-c", buf_steal(&line), NULL };
    struct term *t = term_start(argv, 24, 80, term);
    free(argv[2]);
    return t;
}

int sshd_run(const struct sshd *s, struct buf *out, int ms, const char *program, const char *args)
{
    struct buf line = BUF_INIT;
    int fd[2], status = -1;
    client(&line, s, program);
    buf_adds(&line, args);
    cr_assert_eq(pipe2(fd, O_CLOEXEC), 0);
    pid_t pid = spawn(buf_str(&line), fd[1]);
    close(fd[1]);
    buf_done(&line);
    long end = now_ms() + ms;
    for (;;) {
        char bytes[4096];
        struct pollfd wait = { fd[0], POLLIN, 0 };
        int left = (int)(end - now_ms());
        ssize_t n = left > 0 && poll(&wait, 1, left) > 0 ? read(fd[0], bytes, sizeof bytes) : -1;
        if (n <= 0) {
            bool late = n < 0;
            kill(-pid, late ? SIGKILL : 0);
            waitpid(pid, &status, 0);
            close(fd[0]);
            return late || !WIFEXITED(status) ? -1 : WEXITSTATUS(status);
        }
        buf_add(out, bytes, (size_t)n);
    }
}

int sshd_kiosks(const struct sshd *s)
{
    int n = 0;
    DIR *proc = opendir("/proc");
    cr_assert_not_null(proc);
    for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        char path[300], line[512] = "";
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        int fd = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t len = fd >= 0 ? read(fd, line, sizeof line - 1) : 0;
        if (fd >= 0) {
            close(fd);
        }
        size_t first = strlen(line);
        n += len > 0 && first > 11 && strcmp(line + first - 11, "foyer-kiosk") == 0 &&
             memmem(line, (size_t)len, s->clinic.conf, strlen(s->clinic.conf)) != NULL;
    }
    closedir(proc);
    return n;
}
