/* foyer-kiosk: the patient's side. See foyer-kiosk(1). */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "ask.h"
#include "buf.h"
#include "file.h"
#include "loader.h"
#include "log.h"
#include "mem.h"
#include "preview.h"
#include "sandbox.h"
#include "supervisor.h"
#include "tr.h"
#include "ui.h"

enum { ASK_CHANNEL = 3 }; /* which `foyer ask` hands over */

static const char help[] =
    "Usage: foyer-kiosk [--config FILE] [--listen] [--plain]\n"
    "       foyer-kiosk --preview FORM [--config FILE] [--quiet] [--plain]\n"
    "Asks patients a clinic's questions on this terminal, one patient after another.\n"
    "\n"
    "  -c, --config FILE  the clinic's settings (default " FOYER_SYSCONFDIR "/kiosk.conf)\n"
    "  -l, --listen       hold the letterbox too: start foyer-deposit for each sealed record\n"
    "  -p, --preview FORM walk the form in this folder as a patient; nothing is kept. F10 or Ctrl-C\n"
    "                     leaves; at the end the result is printed\n"
    "  -q, --quiet        with --preview: do not print the result\n"
    "  -P, --plain        a line at a time and no escape sequences: for a braille line, a screen reader or\n"
    "                     a pipe. So it is too where TERM is \"dumb\" or not set\n"
    "      --ask          one visit that staff run; \"foyer ask\" starts it so\n"
    "  -h, --help         this text\n"
    "  -V, --version      the version\n"
    "\n"
    "It ends when its terminal goes away or when it is told to (SIGTERM). No key a patient can\n"
    "press ends it. More: foyer-kiosk(1), kiosk.conf(5).\n";

/* foyer-deposit: beside this program in a build tree, else where it was installed. free() it. */
static char *deposit_path(void)
{
    struct buf path = BUF_INIT;
    if (!file_beside_self(&path, "foyer-deposit")) {
        buf_adds(&path, FOYER_LIBEXEC "/foyer-deposit");
    }
    return buf_steal(&path);
}

/* Whoever echoes what is typed into the terminal must not be joined by us: where it is off from the start,
 * somebody sends whole lines that they have seen already. A pipe has none. */
static enum visit_screen choose_screen(bool plain, const char *term)
{
    struct termios modes;
    if (!plain && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0) {
        return SCREEN_FULL;
    }
    return tcgetattr(0, &modes) == 0 && (modes.c_lflag & ECHO) ? SCREEN_PLAIN : SCREEN_PLAIN_SILENT;
}

/* For as long as the kiosk runs, between two patients too: no key is echoed and none is a signal. */
static bool quiet_terminal(struct termios *before)
{
    if (tcgetattr(0, before) != 0) {
        return false;
    }
    struct termios quiet = *before;
    quiet.c_lflag &= ~(tcflag_t)(ISIG | ICANON | ECHO);
    return tcsetattr(0, TCSANOW, &quiet) == 0;
}

static int run_loader(void *arg, int link, bool beside)
{
    return loader_run(arg, link, beside);
}

static int run_preview(const struct preview_setup *preview)
{
    struct termios before;
    bool quiet = quiet_terminal(&before);
    int status = preview_run(preview);
    if (quiet) {
        (void)tcsetattr(0, TCSANOW, &before);
    }
    return status;
}

/* Does not return: this process is the sandboxed wizard itself, and what runs at exit may not. */
static void run_ask(const struct ask_setup *ask)
{
    struct termios before;
    bool quiet = quiet_terminal(&before);
    int status = ask_run(ask);
    if (quiet) {
        (void)tcsetattr(0, TCSANOW, &before);
    }
    _exit(status);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' },
        { "listen", no_argument, NULL, 'l' },
        { "preview", required_argument, NULL, 'p' },
        { "quiet", no_argument, NULL, 'q' },
        { "ask", no_argument, NULL, 'a' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { "plain", no_argument, NULL, 'P' },
        { NULL, 0, NULL, 0 },
    };
    fd_fill_standard();
    struct err err = { "" };
    const char *config = NULL, *form = NULL;
    bool listen = false, hush = false, staff = false, plain = false;
    int option;
    while ((option = getopt_long(argc, argv, "c:lp:qPhV", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            config = optarg;
            break;
        case 'l':
            listen = true;
            break;
        case 'p':
            form = optarg;
            break;
        case 'q':
            hush = true;
            break;
        case 'P':
            plain = true;
            break;
        case 'a':
            staff = true;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        case 'V':
            puts("foyer-kiosk " FOYER_VERSION);
            return 0;
        default:
            fputs("Try: foyer-kiosk --help\n", stderr);
            return 2;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "foyer-kiosk: I do not know what to do with \"%s\". Try: foyer-kiosk --help\n",
                argv[optind]);
        return 2;
    }
    if (form != NULL ? listen : hush) {
        fputs(form != NULL ? "foyer-kiosk: a preview has no letterbox: leave --listen out.\n"
                           : "foyer-kiosk: --quiet goes with --preview.\n",
              stderr);
        return 2;
    }
    struct stat channel;
    if (staff &&
        (form != NULL || listen || fstat(ASK_CHANNEL, &channel) != 0 || !S_ISSOCK(channel.st_mode))) {
        fputs("foyer-kiosk: --ask is for \"foyer ask\", which starts this program: see foyer(1).\n", stderr);
        return 2;
    }
    bool ssh = getenv("SSH_CONNECTION") != NULL;
    if (sandbox_scrub(staff ? ASK_CHANNEL + 1 : ASK_CHANNEL, &err) != 0 || sodium_init() < 0) {
        fprintf(stderr, "foyer-kiosk: %s\n", err.text[0] != '\0' ? err.text : "no random numbers to be had");
        return 1;
    }
    setlocale(LC_ALL, "C.UTF-8");
    const char *term = getenv("TERM");
    enum visit_screen screen = choose_screen(plain, term);
    if (screen == SCREEN_FULL && (!isatty(0) || !isatty(1))) {
        fputs("foyer-kiosk: this needs a terminal: a screen and a keyboard, not a file or a pipe. Or "
              "--plain.\n",
              stderr);
        return 1;
    }
    if (screen == SCREEN_FULL && !ui_term_allowed(term)) {
        puts("Please go to the desk.");
        fprintf(stderr,
                "foyer-kiosk: this terminal says it is \"%.40s\", which is not on the list of those known "
                "to work. Try --plain. See foyer-kiosk(1).\n",
                term);
        return 1;
    }
    json_object_seed(0); /* while /dev/urandom can still be opened */
    if (staff) {
        struct ask_setup ask = { config != NULL ? config : FOYER_SYSCONFDIR "/kiosk.conf", screen, term,
                                 getenv("NO_COLOR") != NULL, ASK_CHANNEL };
        run_ask(&ask);
    }
    if (form != NULL) {
        struct preview_setup preview = { form, config, screen, term, getenv("NO_COLOR") != NULL, ssh, hush };
        return run_preview(&preview);
    }
    log_to_syslog("foyer-kiosk"); /* standard error is the patient's screen */
    struct termios before;
    bool quiet = quiet_terminal(&before);
    struct loader_setup loader = { config != NULL ? config : FOYER_SYSCONFDIR "/kiosk.conf", screen, term,
                                   getenv("NO_COLOR") != NULL, ssh };
    char *deposit = listen ? deposit_path() : NULL;
    struct supervisor_setup setup = { deposit, run_loader, &loader };
    int status = supervisor_run(&setup, &err);
    if (quiet) {
        (void)tcsetattr(0, TCSANOW, &before);
    }
    if (err.text[0] != '\0') {
        fprintf(stderr, "foyer-kiosk: %s\n", err.text);
    }
    free(deposit);
    return status;
}
