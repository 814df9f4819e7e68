/* command_say.c: what a command says, and in which language. Apart from the table of commands, so that a
 * program with one of them does not hold them all. */
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "buf.h"
#include "command.h"
#include "config.h"
#include "text.h"
#include "tr.h"

int command_columns(FILE *to)
{
    struct winsize size;
    return fileno(to) >= 0 && isatty(fileno(to)) && ioctl(fileno(to), TIOCGWINSZ, &size) == 0 ? size.ws_col
                                                                                              : 0;
}

/* One line; what goes on below it stands a little further in than it began. */
static void put_wrapped(FILE *to, const char *line, int columns)
{
    struct text_lines at = { 0 };
    int in = (int)strspn(line, " ") + 2;
    in = in > columns / 2 ? columns / 2 : in;
    text_wrap(line, columns, &at);
    fwrite(line, 1, at.line[0].len, to);
    if (at.n > 1) {
        line += at.line[1].start;
        text_wrap(line, columns - in, &at);
        for (size_t i = 0; i < at.n; i++) {
            fprintf(to, "\n%*s%.*s", in, "", (int)at.line[i].len, line + at.line[i].start);
        }
    }
    text_lines_done(&at);
}

/* How many stand at the end of a line: a wrapped line has none, but what is typed after a prompt keeps its
 * distance. */
static size_t blanks(const char *line)
{
    size_t len = strlen(line), n = 0;
    while (n < len && line[len - n - 1] == ' ') {
        n++;
    }
    return n;
}

/* What a person typed or a file held may have any bytes in it. */
static void put_clean(FILE *to, const char *text)
{
    enum { LEAST = 40 };
    struct buf clean = BUF_INIT;
    int columns = command_columns(to);
    text_sanitise(&clean, text, strlen(text), true);
    if (columns < LEAST) {
        fputs(buf_str(&clean), to);
    } else {
        for (char *line = clean.len > 0 ? clean.data : NULL, *end; line != NULL; line = end) {
            end = strchr(line, '\n');
            if (end != NULL) {
                *end++ = '\0';
            }
            put_wrapped(to, line, columns);
            fputs(end != NULL ? "\n" : line + strlen(line) - blanks(line), to);
        }
    }
    buf_wipe(&clean);
}

void command_say(FILE *to, const char *text)
{
    put_clean(to, text);
    fputc('\n', to);
}

void command_print(const struct command_call *call, const char *lines)
{
    put_clean(call->out, lines);
    fflush(call->out);
}

int command_complain(FILE *to, const struct command *command, const char *what)
{
    struct buf line = BUF_INIT;
    const char *name = command ? command->name : "";
    const char *gap = command ? " " : "";
    buf_addf(&line, "foyer%s%s: %s", gap, name, what);
    command_say(to, buf_str(&line));
    buf_reset(&line);
    buf_addf(&line, tr("See `foyer%s%s --help`."), gap, name);
    command_say(to, buf_str(&line));
    buf_done(&line);
    return COMMAND_USAGE;
}

int command_usage(const struct command_call *call, const char *fmt, ...)
{
    struct err what;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what.text, sizeof what.text, fmt, ap);
    va_end(ap);
    return command_complain(call->err, call->command, what.text);
}

int command_fail(const struct command_call *call, const struct err *err)
{
    struct buf line = BUF_INIT;
    buf_addf(&line, "foyer %s: %s", call->command->name, err->text);
    command_say(call->err, buf_str(&line));
    buf_done(&line);
    return COMMAND_FAILED;
}

const char *command_value(const struct command_call *call, const char *name)
{
    for (size_t i = call->noptions; i-- > 0;) {
        if (strcmp(call->given[i].option->name, name) == 0) {
            return call->given[i].value;
        }
    }
    return NULL;
}

struct catalogue *command_catalogue(const char *path)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *config = config_load(path, &problems);
    struct catalogue *found = NULL;
    struct err err;
    if (config != NULL && strcmp(config->clinic_language, "pseudo") == 0) {
        found = catalogue_pseudo();
    } else if (config != NULL && strcmp(config->clinic_language, "en") != 0) {
        struct buf file = BUF_INIT;
        buf_addf(&file, "%s/%s.mo", config->locale_dir, config->clinic_language);
        found = catalogue_load(buf_str(&file), &err);
        buf_done(&file);
    }
    config_free(config);
    problems_done(&problems);
    return found;
}
