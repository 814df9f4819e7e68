#include "conf_edit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"

/* ---- what each byte is
 * ---------------------------------------------------------------------------------------- */

enum { CODE = 'c', TEXT = 't', COMMENT = '#' };

/* One letter for each byte of the text. free() it. */
static char *kinds_of(const char *s, size_t len)
{
    char *kind = mem_alloc(len + 1);
    memset(kind, CODE, len);
    for (size_t i = 0; i < len;) {
        size_t end = i + 1;
        char is = CODE;
        if (s[i] == '#' || (s[i] == '/' && i + 1 < len && s[i + 1] == '/')) {
            is = COMMENT;
            while (end < len && s[end] != '\n') {
                end++;
            }
        } else if (s[i] == '/' && i + 1 < len && s[i + 1] == '*') {
            is = COMMENT;
            for (end = i + 2; end < len && !(s[end - 1] == '*' && s[end] == '/' && end > i + 2); end++) {
            }
            end += end < len;
        } else if (s[i] == '"') {
            is = TEXT;
            while (end < len && s[end] != '"') {
                end += s[end] == '\\' && end + 1 < len ? 2 : 1;
            }
            end += end < len;
        }
        memset(kind + i, is, end - i);
        i = end;
    }
    return kind;
}

/* ---- where a setting stands
 * ----------------------------------------------------------------------------------- */

struct range {
    size_t start, end;
};
struct place {
    size_t name;
    struct range value;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '*';
}

/* Where one value ends: its last bracket, the last of the strings that stand side by side, or a word's end.
 * The semicolon behind it may be missing. */
static size_t value_end(const char *s, const char *kind, size_t at, size_t end)
{
    size_t last = at;
    if (at < end && kind[at] == CODE && strchr("{([", s[at]) != NULL) {
        for (int depth = 0; at < end; at++) {
            depth += kind[at] == CODE && strchr("{([", s[at]) != NULL;
            depth -= kind[at] == CODE && strchr("})]", s[at]) != NULL;
            if (depth == 0) {
                return at + 1;
            }
        }
        return end;
    }
    if (at < end && kind[at] == TEXT) {
        for (; at < end && (kind[at] != CODE || isspace((unsigned char)s[at])); at++) {
            last = kind[at] == TEXT ? at + 1 : last;
        }
        return last;
    }
    while (at < end && kind[at] == CODE && !isspace((unsigned char)s[at]) && strchr(";,})]", s[at]) == NULL) {
        at++;
    }
    return at;
}

/* The setting `name` (len bytes) in code, on the outermost level of `in`: *value is what stands behind its =.
 */
static bool find_setting(const char *s, const char *kind, struct range in, const char *name, size_t len,
                         struct place *out)
{
    int depth = 0;
    for (size_t i = in.start; i < in.end; i++) {
        if (kind[i] != CODE) {
            continue;
        }
        depth += s[i] == '{' || s[i] == '(' || s[i] == '[';
        depth -= s[i] == '}' || s[i] == ')' || s[i] == ']';
        if (depth != 0 || i + len > in.end || strncmp(s + i, name, len) != 0 ||
            (i > in.start && kind[i - 1] == CODE && is_word(s[i - 1])) ||
            (i + len < in.end && is_word(s[i + len]))) {
            continue;
        }
        size_t at = i + len;
        while (at < in.end && (kind[at] == COMMENT || isspace((unsigned char)s[at]))) {
            at++;
        }
        if (at >= in.end || kind[at] != CODE || (s[at] != '=' && s[at] != ':')) {
            continue;
        }
        at++;
        while (at < in.end && isspace((unsigned char)s[at])) {
            at++;
        }
        *out = (struct place){ i, { at, value_end(s, kind, at, in.end) } };
        return true;
    }
    return false;
}

/* "   # name = ..." as a line of its own: the whole line. Only where the = follows, so that prose is left
 * alone, and not within a comment of several lines, where it would stay one. */
static bool find_comment(const char *s, const char *kind, struct range in, const char *name, size_t len,
                         struct range *line, size_t *indent)
{
    for (size_t i = in.start; i < in.end;) {
        size_t end = i;
        while (end < in.end && s[end] != '\n') {
            end++;
        }
        size_t at = i;
        while (at < end && (s[at] == ' ' || s[at] == '\t')) {
            at++;
        }
        *indent = at - i;
        bool comment = at < end && s[at] == '#' && (at == 0 || kind[at - 1] == CODE);
        at += comment;
        while (at < end && s[at] == ' ') {
            at++;
        }
        if (comment && at + len < end && strncmp(s + at, name, len) == 0 && !is_word(s[at + len])) {
            at += len;
            while (at < end && s[at] == ' ') {
                at++;
            }
            if (at < end && s[at] == '=') {
                *line = (struct range){ i, end };
                return true;
            }
        }
        i = end + 1;
    }
    return false;
}

/* ---- changing it
 * ---------------------------------------------------------------------------------------------- */

static void replace(struct buf *text, struct range at, const char *with)
{
    struct buf fresh = BUF_INIT;
    buf_add(&fresh, text->data, at.start);
    buf_adds(&fresh, with);
    buf_add(&fresh, text->data + at.end, text->len - at.end);
    buf_done(text);
    *text = fresh;
}

/* Behind the last line of what stands in a group, before its brace. */
static size_t end_of_lines(const struct buf *text, struct range in)
{
    size_t at = in.end;
    while (at > in.start && (text->data[at - 1] == ' ' || text->data[at - 1] == '\t')) {
        at--;
    }
    return at;
}

/* Makes the line a comment where the setting has it to itself; else the setting goes. */
static void comment_out(struct buf *text, const struct place *place)
{
    const char *s = text->data;
    size_t start = place->name, end = place->value.end;
    while (start > 0 && (s[start - 1] == ' ' || s[start - 1] == '\t')) {
        start--;
    }
    size_t mark = end + strspn(s + end, " \t");
    end = s[mark] == ';' || s[mark] == ',' ? mark + 1 : end;
    bool alone = (start == 0 || s[start - 1] == '\n') && strcspn(s + end, "\n") == strspn(s + end, " \t") &&
                 memchr(s + place->name, '\n', end - place->name) == NULL;
    if (alone) {
        replace(text, (struct range){ place->name, place->name }, "# ");
    } else {
        replace(text, (struct range){ place->name, end }, "");
    }
}

/* In the range, whose lines are indented so far. A commented list may go on on the next lines ("#
 * device_flags = [
 * ..."): those stay comments, which is what they were. */
static void set_in(struct buf *text, struct range in, size_t indent, const char *name, const char *value)
{
    struct buf line = BUF_INIT;
    struct place place;
    struct range at;
    char *kind = kinds_of(buf_str(text), text->len);
    size_t found;
    if (find_setting(buf_str(text), kind, in, name, strlen(name), &place)) {
        if (value != NULL) {
            replace(text, place.value, value);
        } else {
            comment_out(text, &place);
        }
    } else if (value == NULL) {
        ; /* it is not there */
    } else if (find_comment(buf_str(text), kind, in, name, strlen(name), &at, &found)) {
        for (size_t i = 0; i < found; i++) {
            buf_adds(&line, " ");
        }
        buf_addf(&line, "%s = %s;", name, value);
        replace(text, at, buf_str(&line));
    } else {
        size_t end = end_of_lines(text, in);
        if (end > 0 && text->data[end - 1] != '\n') {
            buf_adds(&line, "\n");
        }
        for (size_t i = 0; i < indent; i++) {
            buf_adds(&line, " ");
        }
        buf_addf(&line, "%s = %s;\n", name, value);
        replace(text, (struct range){ end, end }, buf_str(&line));
    }
    buf_done(&line);
    free(kind);
}

void conf_edit_set(struct buf *text, const char *setting, const char *value)
{
    const char *dot = strchr(setting, '.');
    struct range whole = { 0, text->len }, group;
    if (dot == NULL) {
        set_in(text, whole, 0, setting, value);
        return;
    }
    size_t len = (size_t)(dot - setting);
    char *kind = kinds_of(buf_str(text), text->len);
    struct place place;
    bool there = find_setting(buf_str(text), kind, whole, setting, len, &place);
    free(kind);
    if (!there) {
        if (value == NULL) {
            return;
        }
        char *name = mem_strndup(setting, len);
        struct buf body = BUF_INIT;
        buf_addf(&body, "{\n  %s = %s;\n}", dot + 1, value);
        set_in(text, whole, 0, name, buf_str(&body));
        buf_done(&body);
        free(name);
        return;
    }
    /* Inside the braces. */
    group = place.value;
    while (group.start < group.end && text->data[group.start] != '{') {
        group.start++;
    }
    group.start += group.start < group.end;
    while (group.end > group.start && text->data[group.end - 1] != '}') {
        group.end--;
    }
    group.end -= group.end > group.start;
    set_in(text, group, 2, dot + 1, value);
}

/* ---- a file
 * ---------------------------------------------------------------------------------------------------- */

/* What config_load() says of the text, in the same folder, since paths count from it. */
static int check(const char *path, const struct buf *text, struct err *err)
{
    struct problems problems = PROBLEMS_INIT;
    struct buf trial = BUF_INIT;
    buf_addf(&trial, "%s.trial", path);
    int rc = file_replace(buf_str(&trial), text->data, text->len, 0600, err);
    if (rc == 0) {
        struct config *config = config_load(buf_str(&trial), &problems);
        rc = config != NULL
                 ? 0
                 : err_set(err, "%s",
                           problems.problem[0].text +
                               (strncmp(problems.problem[0].text, "this file: ", 11) == 0 ? 11 : 0));
        config_free(config);
    }
    unlink(buf_str(&trial));
    problems_done(&problems);
    buf_done(&trial);
    return rc;
}

static int write_like(const char *path, const struct stat *like, const struct buf *text, struct err *err)
{
    if (file_replace(path, text->data, text->len, like->st_mode & 07777, err) != 0) {
        return -1;
    }
    return geteuid() == 0 && chown(path, like->st_uid, like->st_gid) != 0
               ? err_sys(err, "cannot give %s to its owner", path)
               : 0;
}

int conf_edit_file(const char *path, const char *setting, const char *value, struct err *err)
{
    struct buf before = BUF_INIT, after = BUF_INIT, kept = BUF_INIT;
    struct stat st;
    char *real = realpath(path, NULL);
    if (real == NULL || stat(real, &st) != 0) {
        free(real);
        return err_sys(err, "cannot open %s", path);
    }
    int rc = file_read(real, CONFIG_MAX_SIZE, &before, err);
    if (rc == 0) {
        buf_add(&after, buf_str(&before), before.len);
        conf_edit_set(&after, setting, value);
        buf_addf(&kept, "%s.before", real);
        rc = check(real, &after, err) == 0 && write_like(buf_str(&kept), &st, &before, err) == 0
                 ? write_like(real, &st, &after, err)
                 : -1;
    }
    free(real);
    buf_done(&before);
    buf_done(&after);
    buf_done(&kept);
    return rc;
}
