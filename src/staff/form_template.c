#include "form_template.h"

#include <string.h>

#include "form_strings.h"

struct template
{
    struct buf *out;
    enum form_reader reader; /* those written this time */
};

static void put_quoted(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, "%s \"", name);
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '\n':
            buf_adds(out, "\\n");
            break;
        case '"':
        case '\\':
            buf_adds(out, "\\");
            buf_add(out, text, 1);
            break;
        default:
            buf_add(out, text, 1);
        }
    }
    buf_adds(out, "\"\n");
}

static void put_comment(struct buf *out, const char *note)
{
    while (*note != '\0') {
        size_t len = strcspn(note, "\n");
        buf_adds(out, "#. ");
        buf_add(out, note, len);
        buf_adds(out, "\n");
        note += len + (note[len] == '\n');
    }
}

static void put_string(void *arg, const struct form_string *string)
{
    const struct template *template = arg;
    struct buf *out = template->out;
    if (string->reader != template->reader) {
        return;
    }
    put_comment(out, string->reader == FORM_READER_PATIENT ? "patient" : "staff");
    if (string->note != NULL) {
        put_comment(out, string->note);
    }
    if (strchr(string->english, '{') != NULL) {
        buf_adds(out, "#, python-brace-format\n"); /* msgfmt then compares what stands in braces */
    }
    put_quoted(out, "msgctxt", string->context);
    put_quoted(out, "msgid", string->english);
    buf_adds(out, "msgstr \"\"\n\n");
}

void form_template(struct buf *out, const struct form *form)
{
    struct template template = { out, FORM_READER_PATIENT };
    form_strings(form, put_string, &template);
    template.reader = FORM_READER_STAFF;
    form_strings(form, put_string, &template);
}
