/* Taking over the terminal and giving it back. */
#include "ui_private.h"

#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termcap.h>
#include <termios.h>
#include <unistd.h>

#include "mem.h"

#define PASTE_ON  "\033[?2004h"
#define UTF8_ON   "\033%G" /* a console may have been left in an 8-bit character set */
#define PASTE_OFF "\033[?2004l"
/* Buttons, told in numbers rather than in bytes; what does not know that tells bytes. */
#define MOUSE_ON  "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

enum { ESCAPE_DELAY_MS = 150 };

/* --- Which terminals --- */

bool ui_term_allowed(const char *term)
{
    /* A name, or the beginning of one that goes on with '-' or '.': xterm, xterm-256color. */
    static const char *const known[] = { "linux",  "xterm",     "screen",  "tmux",    "foot",
                                         "rxvt",   "putty",     "vte",     "gnome",   "konsole",
                                         "kitty",  "alacritty", "wezterm", "st",      "mintty",
                                         "nsterm", "iterm",     "iterm2",  "vt100",   "vt102",
                                         "vt220",  "vt320",     "vt420",   "contour", "ghostty" };

    if (!term || strlen(term) > 40) {
        return false;
    }
    for (const char *c = term; *c; c++) {
        if (!isalnum((unsigned char)*c) && !strchr("-+._", *c)) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t n = strlen(known[i]);
        if (strncmp(term, known[i], n) == 0 && (term[n] == '\0' || term[n] == '-' || term[n] == '.')) {
            return true;
        }
    }
    return false;
}

/* What a terminal of this type understands too, for a machine whose terminfo does not have it. */
static const char *relative(const char *term)
{
    if (strncmp(term, "vt", 2) == 0 && isdigit((unsigned char)term[2])) {
        return "vt100";
    }
    if (strncmp(term, "screen", 6) == 0 || strncmp(term, "tmux", 4) == 0) {
        return "screen";
    }
    return strcmp(term, "linux") == 0 ? "linux" : "xterm-256color";
}

bool ui_term_here(const char *term)
{
    return ui_term_allowed(term) && (tgetent(NULL, term) == 1 || tgetent(NULL, relative(term)) == 1);
}

/* --- Giving the terminal back, whatever happens --- */

static const int fatal_signals[] = { SIGQUIT, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS };

enum { NFATAL = sizeof fatal_signals / sizeof *fatal_signals };

/* What a signal handler needs to give the terminal back. A handler gets no argument, and ncurses has one
 * screen a process: this is the one thing that cannot live in struct ui. */
static struct {
    volatile sig_atomic_t taken; /* the terminal is ours */
    volatile sig_atomic_t mouse; /* it reports clicks */
    pid_t pid;
    int fd;
    struct termios before;
    char goodbye[256];
    size_t len;
    bool at_exit; /* ui_restore is registered */
    sigset_t mask;
    struct sigaction fatal[NFATAL];
    struct sigaction stop; /* SIGTSTP */
} terminal;

static void say(int fd, const char *s, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, s, len);
        if (n <= 0) {
            break; /* the terminal is gone: nobody to tell */
        }
        s += n;
        len -= (size_t)n;
    }
}

void ui_restore(void)
{
    if (!terminal.taken || terminal.pid != getpid()) {
        return;
    }
    terminal.taken = 0;
    if (terminal.mouse) {
        say(terminal.fd, MOUSE_OFF, sizeof MOUSE_OFF - 1);
    }
    say(terminal.fd, terminal.goodbye, terminal.len);
    tcsetattr(terminal.fd, TCSANOW, &terminal.before);
}

/* Restores, puts the old handler back and lets the signal happen again. */
static void on_fatal(int number, siginfo_t *info, void *context)
{
    int saved = errno;

    (void)context;
    ui_restore();
    for (size_t i = 0; i < NFATAL; i++) {
        if (fatal_signals[i] == number) {
            sigaction(number, &terminal.fatal[i], NULL);
        }
    }
    if (info->si_code <= 0 || number == SIGSYS) {
        raise(number); /* sent by someone; a fault comes again by itself */
    }
    errno = saved;
}

/* The Linux console has none to leave. */
static bool has_second_screen(void)
{
    const char *leave = tigetstr("rmcup");

    return leave && leave != (const char *)-1;
}

/* Adds a terminfo string, without its $<5> padding. */
static void add_goodbye(const char *s)
{
    if (!s || s == (const char *)-1) {
        return;
    }
    while (*s && terminal.len < sizeof terminal.goodbye) {
        if (s[0] == '$' && s[1] == '<' && strchr(s, '>')) {
            s = strchr(s, '>') + 1;
        } else {
            terminal.goodbye[terminal.len++] = *s++;
        }
    }
}

static void prepare_goodbye(int fd, const struct termios *before)
{
    terminal.fd = fd;
    terminal.before = *before;
    terminal.pid = getpid();
    terminal.len = 0;
    terminal.mouse = 0;
    add_goodbye(PASTE_OFF);
    add_goodbye(tigetstr("rmkx"));
    add_goodbye(tigetstr("cnorm"));
    add_goodbye(tigetstr("sgr0"));
    add_goodbye(tigetstr("op"));
    add_goodbye(tigetstr(has_second_screen() ? "rmcup" : "clear"));
    add_goodbye("\r");
    if (!terminal.at_exit) {
        terminal.at_exit = atexit(ui_restore) == 0;
    }
    terminal.taken = 1;
}

static int take_signals(void)
{
    struct sigaction fatal = { .sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO };
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, &terminal.mask);
    sigemptyset(&fatal.sa_mask);
    for (size_t i = 0; i < NFATAL; i++) {
        sigaction(fatal_signals[i], &fatal, &terminal.fatal[i]);
    }
    sigaction(SIGTSTP, &ignore, &terminal.stop);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void give_signals_back(void)
{
    for (size_t i = 0; i < NFATAL; i++) {
        sigaction(fatal_signals[i], &terminal.fatal[i], NULL);
    }
    sigaction(SIGTSTP, &terminal.stop, NULL);
    sigprocmask(SIG_SETMASK, &terminal.mask, NULL);
}

void ui_mouse(struct ui *ui, bool on)
{
    if (on != (terminal.mouse != 0)) {
        terminal.mouse = on;
        say(ui->out, on ? MOUSE_ON : MOUSE_OFF, sizeof MOUSE_ON - 1);
    }
    ui->decode.mouse = on;
}

/* --- Opening and closing --- */

static SCREEN *new_screen(const struct ui_setup *setup)
{
    const char *term = setup->term;

    if (tgetent(NULL, term) != 1) { /* asked first: newterm() leaks when it fails */
        term = relative(term);
    }
    use_env(FALSE);
    use_tioctl(TRUE);
    return tgetent(NULL, term) == 1 ? newterm(term, setup->out, setup->in) : NULL;
}

struct ui *ui_open(const struct ui_setup *setup, struct err *err)
{
    struct termios before;

    if (!setup->term || !*setup->term) {
        err_set(err, "the terminal does not say what it is (TERM is not set); try TERM=xterm-256color");
        return NULL;
    }
    if (!ui_term_allowed(setup->term)) {
        err_set(err,
                "the terminal says it is of a type that is not known here (TERM); try TERM=xterm-256color");
        return NULL;
    }
    if (tcgetattr(fileno(setup->in), &before) != 0 || !isatty(fileno(setup->out))) {
        err_set(err, "this is not a terminal: input and output must both be one");
        return NULL;
    }
    SCREEN *screen = new_screen(setup);

    if (!screen) {
        err_set(err, "the terminal type \"%s\" is not in this machine's terminfo; try TERM=xterm-256color",
                setup->term);
        return NULL;
    }

    struct ui *ui = mem_alloc(sizeof *ui);

    *ui = (struct ui){ .clock = setup->clock,
                       .screen = screen,
                       .in = fileno(setup->in),
                       .out = fileno(setup->out),
                       .scheme = setup->scheme,
                       .cursor_look = -1,
                       .stale = true };
    ui->glyphs = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && strcmp(relative(setup->term), "linux") != 0 &&
                 strcmp(relative(setup->term), "vt100") != 0;
    prepare_goodbye(ui->out, &before);
    ui->signal_fd = take_signals();
    raw();
    noecho();
    nonl();
    set_escdelay(ESCAPE_DELAY_MS);
    typeahead(-1); /* a repaint is finished, then keys are read: ui_pending() decides, not chance */
    input_open(ui);
    draw_open(ui);
    say(ui->out, PASTE_ON, strlen(PASTE_ON));
    if (strcmp(relative(setup->term), "linux") == 0) {
        say(ui->out, UTF8_ON, strlen(UTF8_ON));
    }
    if (ui->signal_fd < 0) {
        err_sys(err, "cannot watch for signals");
        ui_close(ui);
        return NULL;
    }
    return ui;
}

void ui_close(struct ui *ui)
{
    if (!ui) {
        return;
    }
    if (terminal.taken) {
        ui_mouse(ui, false);
        if (!has_second_screen()) {
            werase(stdscr);
            wrefresh(stdscr);
        }
        say(ui->out, PASTE_OFF, strlen(PASTE_OFF));
        endwin();
    }
    if (terminal.taken) {
        tcsetattr(ui->out, TCSANOW, &terminal.before);
    }
    terminal.taken = 0;
    give_signals_back();
    if (ui->signal_fd >= 0) {
        close(ui->signal_fd);
    }
    input_close(ui);
    delscreen(ui->screen);
    draw_close(ui);
    free(ui);
}
