/* command.c: reads the command line by each command's tables. */
#include "command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "config.h"
#include "mem.h"
#include "text.h"
#include "tr.h"

static const struct command *const commands[] = {
    &cmd_init,     &cmd_review, &cmd_list,    &cmd_show,    &cmd_return,  &cmd_ask,       &cmd_watch,
    &cmd_closeday, &cmd_person, &cmd_audit,   &cmd_summary, &cmd_handout, &cmd_export,    &cmd_report,
    &cmd_staff,    &cmd_keys,   &cmd_recover, &cmd_check,   &cmd_preview, &cmd_assess,    &cmd_form,
    &cmd_paper,    &cmd_doctor, &cmd_login,   &cmd_backup,  &cmd_restore, &cmd_retention, &cmd_setup,
};
enum { NCOMMANDS = sizeof commands / sizeof *commands };

/* Every command's. */
static const struct command_option common[] = {
    { "config", "FILE", N_("the clinic's settings, if not the installed kiosk.conf") },
    { "help", NULL, N_("say this and exit") },
    { NULL, NULL, NULL },
};

/* The options that have a letter too. */
static const char *long_name(char letter)
{
    switch (letter) {
    case 'c':
        return "config";
    case 'h':
        return "help";
    case 'o':
        return "output";
    default:
        return "";
    }
}

static int usage(FILE *to, const struct command *command, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int usage(FILE *to, const struct command *command, const char *fmt, ...)
{
    struct err what;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what.text, sizeof what.text, fmt, ap);
    va_end(ap);
    return command_complain(to, command, what.text);
}

static void print_option(FILE *out, const struct command_option *option)
{
    char left[64];
    static const char letters[] = "cho";
    char letter = 0;
    for (size_t i = 0; letters[i] != '\0'; i++) {
        letter = strcmp(option->name, long_name(letters[i])) == 0 ? letters[i] : letter;
    }
    if (letter) {
        snprintf(left, sizeof left, "-%c, --%s%s%s", letter, option->name, option->value ? " " : "",
                 option->value ? option->value : "");
    } else {
        snprintf(left, sizeof left, "--%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
    }
    fprintf(out, "  %-24s %s\n", left, tr(option->help));
}

static void print_help(FILE *out)
{
    fprintf(out, "%s\n\n", tr("Usage: foyer COMMAND [options]"));
    fprintf(out, "%s\n\n",
            tr("Reads what patients answered at the kiosk, and looks after the clinic's forms."));
    for (size_t i = 0; i < NCOMMANDS; i++) {
        fprintf(out, "  %-10s %s\n", commands[i]->name, tr(commands[i]->summary));
    }
    fputc('\n', out);
    print_option(out, &common[0]);
    print_option(out, &common[1]);
    fprintf(out, "  %-24s %s\n", "--version", tr("say which version this is and exit"));
    fprintf(out, "\n%s\n", tr("`foyer COMMAND --help` says more about one command."));
}

static void print_command_help(FILE *out, const struct command *command)
{
    fprintf(out, tr("Usage: foyer %s %s"), command->name, command->args);
    fprintf(out, "%s%s\n\n%s\n", *command->args ? " " : "", tr("[options]"), tr(command->summary));
    if (command->help) {
        fprintf(out, "\n%s\n", tr(command->help));
    }
    fputc('\n', out);
    for (const struct command_option *o = command->option; o && o->name; o++) {
        print_option(out, o);
    }
    print_option(out, &common[0]);
    print_option(out, &common[1]);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < NCOMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static const struct command_option *find_option(const struct command_option *option, const char *name,
                                                size_t len)
{
    for (; option && option->name; option++) {
        if (strlen(option->name) == len && strncmp(option->name, name, len) == 0) {
            return option;
        }
    }
    return NULL;
}

/* The command line as it is taken apart. */
struct line {
    const struct command *command;
    const char **arg;
    size_t nargs;
    struct command_given *given;
    size_t ngiven;
    const char *config;
    bool help, version;
};

/* One word that begins with '-'. `*i` moves on where the value is the next word. */
static int read_option(struct line *line, int argc, char **argv, int *i, FILE *err)
{
    const char *word = argv[*i];
    const char *name = word + 2;
    size_t len = strcspn(name, "=");
    const char *value = name[len] ? name + len + 1 : NULL;
    if (word[1] != '-') { /* -c FILE, -cFILE, -h */
        name = long_name(word[1]);
        len = strlen(name);
        value = word[2] ? word + 2 : NULL;
    }
    if (word[1] == '-' && !line->command && strcmp(name, "version") == 0) {
        line->version = true;
        return 0;
    }
    const struct command_option *option = find_option(common, name, len);
    if (!option && line->command) {
        option = find_option(line->command->option, name, len);
    }
    if (!option) {
        return usage(err, line->command, tr("there is no option %s"), word);
    }
    if (!option->value && value) {
        return usage(err, line->command, tr("--%s takes no value"), option->name);
    }
    if (option->value && !value) {
        if (*i + 1 >= argc) {
            return usage(err, line->command, tr("--%s needs a value: --%s %s"), option->name, option->name,
                         option->value);
        }
        value = argv[++*i];
    }
    if (option == &common[0]) {
        line->config = value;
    } else if (option == &common[1]) {
        line->help = true;
    } else {
        line->given[line->ngiven++] = (struct command_given){ option, value ? value : "" };
    }
    return 0;
}

static int read_line(struct line *line, int argc, char **argv, FILE *err)
{
    bool options = true;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && word[0] == '-' && word[1]) {
            int status = read_option(line, argc, argv, &i, err);
            if (status) {
                return status;
            }
        } else if (!line->command) {
            line->command = find_command(word);
            if (!line->command) {
                return usage(err, NULL, tr("there is no command \"%s\""), word);
            }
        } else {
            line->arg[line->nargs++] = word;
        }
    }
    return 0;
}

static int (*lock_down)(struct err *err); /* main's, once */

void command_use_lock(int (*lock)(struct err *err))
{
    lock_down = lock;
}

int command_lock(struct err *err)
{
    return lock_down == NULL ? 0 : lock_down(err);
}

static int run(const struct line *line, FILE *in, FILE *out, FILE *err, const struct clock *clock)
{
    const struct command *command = line->command;
    if (line->version) {
        fprintf(out, "foyer %s\n", FOYER_VERSION);
        return COMMAND_OK;
    }
    if (line->help) {
        if (command) {
            print_command_help(out, command);
        } else {
            print_help(out);
        }
        return COMMAND_OK;
    }
    if (!command) {
        return usage(err, NULL, "%s", tr("say what to do"));
    }
    if (line->nargs < command->min_args) {
        return usage(err, command, tr("something is missing: foyer %s %s"), command->name, command->args);
    }
    if (line->nargs > command->max_args) {
        return usage(err, command, tr("\"%s\" is one word too many"), line->arg[command->max_args]);
    }
    struct command_call call = {
        .command = command,
        .in = in,
        .out = out,
        .err = err,
        .clock = clock,
        .config = line->config ? line->config : FOYER_SYSCONFDIR "/kiosk.conf",
        .config_given = line->config != NULL,
        .nargs = line->nargs,
        .arg = line->arg,
        .noptions = line->ngiven,
        .given = line->given,
    };
    struct err locked = { "" };
    if (!command->starts && command_lock(&locked) != 0) {
        return command_fail(&call, &locked);
    }
    return command->run(&call);
}

int command_main(int argc, char **argv, FILE *in, FILE *out, FILE *err, const struct clock *clock)
{
    struct catalogue *spoken = NULL;
    size_t words = argc > 0 ? (size_t)argc : 1;
    struct line line = {
        .arg = mem_alloc(words * sizeof *line.arg),
        .given = mem_alloc(words * sizeof *line.given),
    };
    int status = read_line(&line, argc, argv, err);
    if (!status) {
        const char *path = line.config ? line.config : FOYER_SYSCONFDIR "/kiosk.conf";
        spoken = access(path, R_OK) == 0 ? command_catalogue(path) : NULL;
        tr_use(spoken);
        status = run(&line, in, out, err, clock);
    }
    if ((fflush(out) || ferror(out)) && status == COMMAND_OK) {
        struct err what;
        err_sys(&what, "%s", tr("foyer: the output could not be written"));
        command_say(err, what.text);
        status = COMMAND_FAILED;
    }
    tr_use(NULL);
    catalogue_free(spoken);
    free(line.arg);
    free(line.given);
    return status;
}
