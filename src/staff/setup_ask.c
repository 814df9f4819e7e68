#include "setup_ask.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf_edit.h"
#include "mem.h"
#include "quote.h"
#include "text.h"
#include "tr.h"

enum { LINE_MAX_BYTES = 1000, WIDTH = 76, NARROWEST = 20 };

void setup_say(const struct setup *setup, const char *text)
{
    struct text_lines lines = { 0 };
    struct buf out = BUF_INIT;
    int columns = command_columns(setup->call->out);
    text_wrap(text, columns < NARROWEST || columns > WIDTH ? WIDTH : columns, &lines);
    for (size_t i = 0; i < lines.n; i++) {
        buf_add(&out, text + lines.line[i].start, lines.line[i].len);
        buf_adds(&out, "\n");
    }
    command_print(setup->call, buf_str(&out));
    text_lines_done(&lines);
    buf_done(&out);
}

void setup_head(const struct setup *setup, const char *text)
{
    struct buf out = BUF_INIT;
    buf_addf(&out, "\n%s\n", text);
    for (int i = text_width(text); i > 0; i--) {
        buf_adds(&out, "-");
    }
    buf_adds(&out, "\n");
    command_print(setup->call, buf_str(&out));
    buf_done(&out);
}

/* One line without its end; NULL at the end of the input. */
static char *read_line(struct setup *setup)
{
    struct buf line = BUF_INIT;
    int c;
    while ((c = fgetc(setup->call->in)) != EOF && c != '\n') {
        if (line.len < LINE_MAX_BYTES && c != '\0') {
            buf_add(&line, &(char){ (char)c }, 1);
        }
    }
    if (c == EOF && line.len == 0) {
        setup->stopped = true;
        buf_done(&line);
        return NULL;
    }
    return buf_steal(&line);
}

char *setup_line(struct setup *setup, const char *ask, const char *now)
{
    for (;;) {
        struct buf prompt = BUF_INIT;
        buf_addf(&prompt, now[0] != '\0' ? "%s [%s]: " : "%s: ", ask, now);
        command_print(setup->call, buf_str(&prompt));
        buf_done(&prompt);
        char *typed = read_line(setup);
        if (typed == NULL) {
            command_print(setup->call, "\n");
            return NULL;
        }
        char *tidy = text_check(typed, strlen(typed), false) == TEXT_OK ? text_tidy(typed) : NULL;
        free(typed);
        if (tidy != NULL) {
            return tidy;
        }
        setup_say(setup, tr("This is not a line of text. Please type it again."));
    }
}

static bool write_down(struct setup *setup, const char *setting, const char *value)
{
    struct problems problems = PROBLEMS_INIT;
    struct err err = { "" };
    if (conf_edit_file(setup->call->config, setting, value, &err) != 0) {
        setup_say(setup, err.text);
        return false;
    }
    struct config *fresh = config_load(setup->call->config, &problems);
    problems_done(&problems);
    if (fresh == NULL) { /* somebody else is writing to it */
        setup_say(setup, tr("kiosk.conf changed while it was written. Please type it again."));
        return false;
    }
    config_free(setup->config);
    setup->config = fresh;
    return true;
}

bool setup_is_yes_or_no(const char *typed)
{
    static const char *const words[] = { "y", "yes", "n", "no", "ok" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(typed, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* False: ask again; why was said. */
static bool take(struct setup *setup, const struct setup_question *question, const char *typed)
{
    struct buf value = BUF_INIT;
    struct err err = { "" };
    bool none = question->optional && strcmp(typed, "-") == 0;
    int rc = 0;
    if (none) {
        ;
    } else if (question->check == NULL && setup_is_yes_or_no(typed)) {
        rc = err_set(&err, tr("Please type the words themselves, not \"%s\"."), typed);
    } else if (question->check == NULL) {
        quote_add(&value, typed);
    } else {
        rc = question->check(setup, typed, &value, &err);
    }
    if (rc != 0) {
        setup_say(setup, err.text);
    } else if (!write_down(setup, question->setting, none ? NULL : buf_str(&value))) {
        rc = -1;
    }
    buf_done(&value);
    return rc == 0;
}

bool setup_ask(struct setup *setup, const struct setup_question *question)
{
    bool done = false;
    if (question->hint != NULL) {
        setup_say(setup, tr(question->hint));
    }
    while (!done && !setup->stopped) {
        struct buf now = BUF_INIT;
        question->now(setup, &now);
        char *typed = setup_line(setup, tr(question->ask), buf_str(&now));
        done = typed != NULL &&
               (typed[0] == '\0' || strcmp(typed, buf_str(&now)) == 0 || take(setup, question, typed));
        free(typed);
        buf_done(&now);
    }
    return done;
}
