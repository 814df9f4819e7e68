/* foyer-doctor: is this second screen ready for patients? `foyer doctor` for a machine that has no database,
 * without a program that could open one. See foyer-relay(8). */
#include <getopt.h>
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "command.h"
#include "config.h"
#include "doctor.h"
#include "file.h"
#include "problems.h"
#include "tr.h"

static const char help[] =
    "Usage: foyer-doctor [--config FILE] [--json] [--quiet]\n"
    "Is this second screen ready for patients? What is not, and how to mend it.\n"
    "\n"
    "  -c, --config FILE  the settings (default " FOYER_SYSCONFDIR "/kiosk.conf)\n"
    "  -j, --json         as JSON, for a program\n"
    "  -q, --quiet        say nothing of what is well: for a timer\n"
    "  -h, --help         this text\n"
    "  -V, --version      the version\n"
    "\n"
    "Some of it only root may see: run `sudo foyer-doctor`. The kiosk says DEMO on every page\n"
    "until the answer is yes, and believes it for 35 days. See foyer-relay(8).\n";

static int look(const char *path, bool json, bool quiet)
{
    static const struct command self = { .name = "doctor" };
    const struct command_call call = {
        .command = &self, .in = stdin, .out = stdout, .err = stderr, .clock = clock_system(), .config = path
    };
    struct problems problems = PROBLEMS_INIT;
    struct config *config = config_load(path, &problems);
    struct catalogue *spoken = command_catalogue(path);
    tr_use(spoken);
    if (config == NULL) {
        struct buf text = BUF_INIT;
        problems_text(&problems, &text);
        command_say(stderr, buf_str(&text));
        buf_done(&text);
        problems_done(&problems);
        catalogue_free(spoken);
        return COMMAND_FAILED;
    }
    problems_done(&problems);
    setenv("TZ", config->timezone, 1);
    tzset();
    struct stat st; /* a second screen has a folder there: its outbox */
    bool second = stat(config->database, &st) != 0 || !S_ISREG(st.st_mode);
    if (!second) {
        fprintf(stderr,
                tr("foyer-doctor: the intakes are here, in %s. This is no second screen: run `sudo foyer "
                   "doctor`.\n"),
                config->database);
    }
    int status = !second ? COMMAND_FAILED : doctor_run(&call, config, doctor_look_second, json, quiet);
    config_free(config);
    tr_use(NULL);
    catalogue_free(spoken);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' }, { "json", no_argument, NULL, 'j' },
        { "quiet", no_argument, NULL, 'q' },        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },      { NULL, 0, NULL, 0 },
    };
    const char *config = FOYER_SYSCONFDIR "/kiosk.conf";
    bool json = false, quiet = false;
    int c;
    fd_fill_standard();
    setlocale(LC_ALL, "C.UTF-8");
    while ((c = getopt_long(argc, argv, "c:jqhV", known, NULL)) != -1) {
        switch (c) {
        case 'c':
            config = optarg;
            break;
        case 'j':
            json = true;
            break;
        case 'q':
            quiet = true;
            break;
        case 'h':
            fputs(help, stdout);
            return COMMAND_OK;
        case 'V':
            puts("foyer-doctor " FOYER_VERSION);
            return COMMAND_OK;
        default:
            fputs("Try: foyer-doctor --help\n", stderr);
            return COMMAND_USAGE;
        }
    }
    if (optind < argc || sodium_init() < 0) {
        fputs("Try: foyer-doctor --help\n", stderr);
        return COMMAND_USAGE;
    }
    umask(022);
    return look(config, json, quiet);
}
