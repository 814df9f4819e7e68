#include "term.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "buf.h"

enum { EXPECT_MS = 20000 };

/* A failed test jumps out and leaves its terminal behind: no leak worth a page of output. The programs that
 * are tested look for their own leaks. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

struct term {
    pid_t pid;
    int fd;
    int rows, columns;
    VTerm *vterm;
    VTermScreen *screen;
    VTermPos cursor;
    bool cursor_visible;
    size_t bytes;
    struct buf text, log, answer;
    bool reaped, mute;
    int status;
};

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int on_cursor(VTermPos pos, VTermPos old, int visible, void *user)
{
    (void)old;
    (void)visible;
    ((struct term *)user)->cursor = pos;
    return 1;
}

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
    if (prop == VTERM_PROP_CURSORVISIBLE) {
        ((struct term *)user)->cursor_visible = value->boolean;
    }
    return 1;
}

/* What the terminal answers (to queries) goes back to the program. Its own buffer holds 64 bytes. */
static void on_answer(const char *bytes, size_t len, void *user)
{
    buf_add(&((struct term *)user)->answer, bytes, len);
}

static const VTermScreenCallbacks callbacks = { .movecursor = on_cursor, .settermprop = on_property };

static void (*first_run)(void);

void term_before(void (*run)(void))
{
    first_run = run;
}

struct term *term_start(char *const argv[], int rows, int columns, const char *name)
{
    struct term *t = calloc(1, sizeof *t);
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    t->rows = rows;
    t->columns = columns;
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    cr_assert_geq(t->pid, 0);
    if (t->pid == 0) {
        struct rlimit cores = { RLIM_INFINITY, RLIM_INFINITY }; /* what forbids them must be the program */
        setrlimit(RLIMIT_CORE, &cores);
        signal(SIGHUP, SIG_DFL); /* who runs the tests in the background may have them ignored */
        signal(SIGINT, SIG_DFL);
        if (name) {
            setenv("TERM", name, 1);
        } else {
            unsetenv("TERM");
        }
        setenv("TZ", "UTC", 1);
        if (first_run != NULL) {
            first_run();
        }
        execv(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    fcntl(t->fd, F_SETFD, FD_CLOEXEC); /* another program would keep this terminal open */
    t->vterm = vterm_new(rows, columns);
    vterm_set_utf8(t->vterm, 1);
    vterm_output_set_callback(t->vterm, on_answer, t);
    t->screen = vterm_obtain_screen(t->vterm);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    t->cursor_visible = true;
    return t;
}

/* Reads once. False: nothing within ms, or the other side is gone. */
static bool pump(struct term *t, int ms)
{
    char bytes[8192];
    struct pollfd fd = { t->fd, POLLIN, 0 };
    if (poll(&fd, 1, ms) <= 0) {
        return false;
    }
    ssize_t n = read(t->fd, bytes, sizeof bytes);
    if (n <= 0) {
        return false;
    }
    t->bytes += (size_t)n;
    buf_add(&t->log, bytes, (size_t)n);
    vterm_input_write(t->vterm, bytes, (size_t)n);
    if (!t->mute) {
        term_send_n(t, buf_str(&t->answer), t->answer.len);
    }
    buf_reset(&t->answer);
    return true;
}

void term_send_n(struct term *t, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(t->fd, bytes, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        cr_assert_gt(n, 0, "the program no longer reads");
        bytes += n;
        len -= (size_t)n;
    }
}

void term_send(struct term *t, const char *keys)
{
    term_send_n(t, keys, strlen(keys));
}

void term_claim(struct term *t, int rows, int columns)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    cr_assert_eq(ioctl(t->fd, TIOCSWINSZ, &size), 0);
}

void term_mute(struct term *t)
{
    t->mute = true;
}

void term_resize(struct term *t, int rows, int columns)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    t->rows = rows;
    t->columns = columns;
    vterm_set_size(t->vterm, rows, columns);
    cr_assert_eq(ioctl(t->fd, TIOCSWINSZ, &size), 0);
}

static void add_cell(struct buf *line, const VTermScreenCell *cell)
{
    if (cell->chars[0] == 0) {
        buf_adds(line, " ");
        return;
    }
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++) {
        uint32_t c = cell->chars[i];
        char out[5] = "";
        if (c < 0x80) {
            out[0] = (char)c;
        } else if (c < 0x800) {
            out[0] = (char)(0xc0 | c >> 6);
            out[1] = (char)(0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
            out[0] = (char)(0xe0 | c >> 12);
            out[1] = (char)(0x80 | (c >> 6 & 0x3f));
            out[2] = (char)(0x80 | (c & 0x3f));
        } else {
            out[0] = (char)(0xf0 | c >> 18);
            out[1] = (char)(0x80 | (c >> 12 & 0x3f));
            out[2] = (char)(0x80 | (c >> 6 & 0x3f));
            out[3] = (char)(0x80 | (c & 0x3f));
        }
        buf_adds(line, out);
    }
}

const char *term_text(struct term *t)
{
    buf_reset(&t->text);
    for (int row = 0; row < t->rows; row++) {
        struct buf line = BUF_INIT;
        for (int column = 0; column < t->columns;) {
            VTermScreenCell cell;
            vterm_screen_get_cell(t->screen, (VTermPos){ row, column }, &cell);
            add_cell(&line, &cell);
            column += cell.width > 0 ? cell.width : 1;
        }
        size_t len = line.len;
        while (len > 0 && line.data[len - 1] == ' ') {
            len--;
        }
        buf_add(&t->text, line.data, len);
        buf_adds(&t->text, "\n");
        buf_done(&line);
    }
    return buf_str(&t->text);
}

/* The same text with every run of white space as one space, for searching. */
static char *squeezed(const char *s)
{
    char *out = malloc(strlen(s) + 1), *at = out;
    bool space = true;
    for (; *s != '\0'; s++) {
        bool is = *s == ' ' || *s == '\n';
        if (!is || !space) {
            *at++ = is ? ' ' : *s;
        }
        space = is;
    }
    *at = '\0';
    return out;
}

bool term_shows(struct term *t, const char *text)
{
    char *have = squeezed(term_text(t)), *want = squeezed(text);
    bool found = strstr(have, want) != NULL;
    free(have);
    free(want);
    return found;
}

void term_expect(struct term *t, const char *text)
{
    term_expect_within(t, text, EXPECT_MS);
}

void term_expect_within(struct term *t, const char *text, int ms)
{
    long end = now_ms() + ms;
    while (!term_shows(t, text)) {
        int left = (int)(end - now_ms());
        if (left <= 0 || (!pump(t, left) && now_ms() < end && term_ended(t, 0, NULL))) {
            cr_assert_fail("did not see \"%s\". The screen:\n%s", text, term_text(t));
        }
    }
}

void term_expect_gone(struct term *t, const char *text)
{
    long end = now_ms() + EXPECT_MS;
    while (term_shows(t, text)) {
        int left = (int)(end - now_ms());
        if (left <= 0 || (!pump(t, left) && now_ms() < end && term_ended(t, 0, NULL))) {
            cr_assert_fail("\"%s\" is still on the screen:\n%s", text, term_text(t));
        }
    }
}

void term_settle(struct term *t, int ms)
{
    while (pump(t, ms)) {
    }
}

bool term_ended(struct term *t, int ms, int *status)
{
    long end = now_ms() + ms;
    while (!t->reaped) {
        pid_t pid = waitpid(t->pid, &t->status, WNOHANG);
        if (pid == t->pid) {
            t->reaped = true;
            break;
        }
        if (now_ms() >= end) {
            return false;
        }
        pump(t, 5);
    }
    if (status != NULL) {
        *status = t->status;
    }
    return true;
}

void term_close(struct term *t)
{
    close(t->fd);
    long end = now_ms() + 5000;
    while (!t->reaped && now_ms() < end) {
        t->reaped = waitpid(t->pid, &t->status, WNOHANG) == t->pid;
        if (!t->reaped) {
            poll(NULL, 0, 5);
        }
    }
    bool outlived = !t->reaped;
    if (outlived) {
        kill(t->pid, SIGKILL);
        waitpid(t->pid, NULL, 0);
    }
    term_forget(t);
    cr_assert_not(outlived, "the program outlived its terminal");
}

void term_hang_up(struct term *t)
{
    close(t->fd);
    t->fd = -1;
}

void term_forget(struct term *t)
{
    vterm_free(t->vterm);
    buf_done(&t->text);
    buf_done(&t->log);
    buf_done(&t->answer);
    free(t);
}

pid_t term_pid(const struct term *t)
{
    return t->pid;
}

pid_t term_child(pid_t pid)
{
    char path[64];
    long child = 0;

    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid, (long)pid);
    FILE *children = fopen(path, "r");
    cr_assert_not_null(children);
    cr_assert_eq(fscanf(children, "%ld", &child), 1);
    fclose(children);
    return (pid_t)child;
}

static void rgb(const struct term *t, VTermColor color, int out[3])
{
    vterm_screen_convert_color_to_rgb(t->screen, &color);
    out[0] = color.rgb.red;
    out[1] = color.rgb.green;
    out[2] = color.rgb.blue;
}

void term_cell(const struct term *t, int row, int column, char text[8], int fg[3], int bg[3])
{
    VTermScreenCell cell;
    struct buf out = BUF_INIT;
    vterm_screen_get_cell(t->screen, (VTermPos){ row, column }, &cell);
    add_cell(&out, &cell);
    snprintf(text, 8, "%s", buf_str(&out));
    buf_done(&out);
    if (fg != NULL) {
        rgb(t, cell.fg, fg);
    }
    if (bg != NULL) {
        rgb(t, cell.bg, bg);
    }
}

void term_cursor(const struct term *t, int *row, int *column, bool *visible)
{
    *row = t->cursor.row;
    *column = t->cursor.col;
    *visible = t->cursor_visible;
}

size_t term_bytes(const struct term *t)
{
    return t->bytes;
}

const char *term_log(const struct term *t)
{
    return buf_str(&t->log);
}

static void mask(char *text, const char *label)
{
    char *at = strstr(text, label);
    for (at = at == NULL ? NULL : at + strlen(label); at != NULL && *at != '\0' && *at != '\n'; at++) {
        *at = (char)(*at == ' ' ? ' ' : '#');
    }
}

int term_find(struct term *t, const char *text, int *column)
{
    int row = 0;
    for (const char *at = term_text(t); *at != '\0'; row++) {
        size_t n = strcspn(at, "\n");
        const char *found = memmem(at, n, text, strlen(text));
        if (found != NULL) {
            int before = 0;
            for (const char *c = at; c < found; c++) {
                before += ((unsigned char)*c & 0xC0) != 0x80; /* one cell each */
            }
            if (column != NULL) {
                *column = before;
            }
            return row;
        }
        at += n + (at[n] != '\0');
    }
    return -1;
}

void term_click(struct term *t, int row, int column)
{
    char bytes[64];
    snprintf(bytes, sizeof bytes, "\x1b[<0;%d;%dM\x1b[<0;%d;%dm", column + 1, row + 1, column + 1, row + 1);
    term_send(t, bytes);
}

void term_golden(struct term *t, const char *name)
{
    term_golden_but(t, name, NULL);
}

void term_golden_but(struct term *t, const char *name, const char *label)
{
    char path[256];
    snprintf(path, sizeof path, "tests/screen/golden/%s.txt", name);
    term_settle(t, 60); /* the rest of the frame in which the expected text stood */
    struct buf now = BUF_INIT;
    buf_adds(&now, term_text(t));
    if (label != NULL) {
        mask(now.data, label);
    }
    buf_addf(&now, "-- cursor at row %d, column %d, %s\n", t->cursor.row + 1, t->cursor.col + 1,
             t->cursor_visible ? "visible" : "hidden");
    const char *mode = getenv("FOYER_GOLDEN");
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *f = fopen(path, "w");
        cr_assert_not_null(f, "%s", path);
        fputs(buf_str(&now), f);
        fclose(f);
        buf_done(&now);
        return;
    }
    char was[65536] = "";
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f, "%s is missing: make golden writes it", path);
    was[fread(was, 1, sizeof was - 1, f)] = '\0';
    fclose(f);
    cr_expect(strcmp(was, buf_str(&now)) == 0, "%s differs. Was:\n%s\nIs:\n%s", path, was, buf_str(&now));
    buf_done(&now);
}
