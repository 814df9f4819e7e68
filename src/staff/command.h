/* command.h: the frame of the staff tool. One program, `foyer`, and one struct command for each thing it
 * does.
 *
 * A command says what it takes in tables; command_main() reads the command line by them, writes the help
 * and the complaints, and calls run() only with arguments that fit. A command writes to call->out what was
 * asked for and nothing else; everything said beside it goes to call->err.
 *
 * To add one: write `const struct command cmd_name` in cmd_name.c, name it in the list at the end of this
 * file and in the table in command.c.
 */
#ifndef FOYER_COMMAND_H
#define FOYER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "clock.h"
#include "err.h"
#include "tr.h"

/* Exit statuses of `foyer`. */
enum command_status {
    COMMAND_OK = 0,
    COMMAND_FAILED = 1, /* it could not be done, and why was said */
    COMMAND_USAGE = 2,  /* the command line was wrong; nothing was tried */
};

struct command_option {
    const char *name;  /* "asked" for --asked; a NULL name ends the table */
    const char *value; /* what stands after it in the help, "DATE"; NULL: a switch */
    const char *help;  /* one line, marked with N_ and shown through tr() */
};

/* The options -c/--config, -h/--help and `--` are every command's; one called "output" is also -o. An option
 * may be given more than once. */
struct command_call;
struct command {
    const char *name;    /* "assess" */
    const char *args;    /* "FORM ANSWERS.json", as shown in the help; "" for none */
    const char *summary; /* one line, for the list */
    const char *help;    /* more, for `foyer NAME --help`; NULL for none */
    size_t min_args, max_args;
    const struct command_option *option; /* NULL for none */
    bool starts; /* starts a program: it calls command_lock() itself, after that, or never */
    int (*run)(const struct command_call *call); /* an enum command_status */
};

/* One call, with the command line taken apart. Everything is borrowed and lives until run() returns. */
struct command_call {
    const struct command *command;
    FILE *in, *out, *err;
    const struct clock *clock;
    const char *config; /* the path of kiosk.conf: -c, or where it is installed */
    bool config_given;  /* by -c */
    size_t nargs;
    const char *const *arg; /* operands, options taken out */
    size_t noptions;
    const struct command_given *given; /* options in the order given */
};

struct command_given {
    const struct command_option *option;
    const char *value; /* "" for a switch */
};

/* The last value of --name; NULL if it was not given; "" for a switch. */
const char *command_value(const struct command_call *call, const char *name);

/* How wide the terminal is that this goes to; 0: it is none. */
int command_columns(FILE *to);
/* Lines on call->out, made fit for a terminal, at once: on one, they break between words. */
void command_print(const struct command_call *call, const char *lines);
/* The language of staff by these settings, for tr_use(); catalogue_free() it. NULL: English, also where the
 * settings or the catalogue cannot be read: the command itself says why. */
struct catalogue *command_catalogue(const char *config);
/* The same with one line, to anywhere. */
void command_say(FILE *to, const char *text);
/* "foyer NAME: what", and where help is. COMMAND_USAGE. `command` NULL: none was named. */
int command_complain(FILE *to, const struct command *command, const char *what);

/* "foyer NAME: text" on call->err, made fit for a terminal. Returns COMMAND_FAILED. */
int command_fail(const struct command_call *call, const struct err *err);

/* The same for a command line that makes no sense, and where help is. Returns COMMAND_USAGE. */
int command_usage(const struct command_call *call, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* What gives up starting programs for good, for a process that runs one command and ends: main() hands in
 * lock_filter(). A command that starts none is locked before it runs. Without it nothing is locked: tests run
 * many commands in one process. */
void command_use_lock(int (*lock)(struct err *err));
int command_lock(struct err *err);

/* Runs a command line. Returns the exit status: COMMAND_FAILED too if `out` could not be written. */
int command_main(int argc, char **argv, FILE *in, FILE *out, FILE *err, const struct clock *clock);

extern const struct command cmd_ask;
extern const struct command cmd_assess;
extern const struct command cmd_audit;
extern const struct command cmd_backup;
extern const struct command cmd_check;
extern const struct command cmd_closeday;
extern const struct command cmd_doctor;
extern const struct command cmd_export;
extern const struct command cmd_form;
extern const struct command cmd_handout;
extern const struct command cmd_init;
extern const struct command cmd_keys;
extern const struct command cmd_list;
extern const struct command cmd_login;
extern const struct command cmd_paper;
extern const struct command cmd_person;
extern const struct command cmd_preview;
extern const struct command cmd_recover;
extern const struct command cmd_report;
extern const struct command cmd_restore;
extern const struct command cmd_retention;
extern const struct command cmd_return;
extern const struct command cmd_setup;
extern const struct command cmd_show;
extern const struct command cmd_staff;
extern const struct command cmd_summary;
extern const struct command cmd_watch;
extern const struct command cmd_review;

#endif
