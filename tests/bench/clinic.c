#include "clinic.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "mem.h"

enum { FILE_MAX = 1024 * 1024, BLOCKS_A_PART = 4 };

static void must(int status, const char *what)
{
    if (status != 0) {
        perror(what);
        exit(2);
    }
}

char *path_join(const char *folder, const char *name)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s", folder, name);
    return buf_steal(&path);
}

static void read_file(const char *path, struct buf *out)
{
    struct err err;
    if (file_read(path, FILE_MAX, out, &err) != 0) {
        fprintf(stderr, "bench: %s\n", err.text);
        exit(2);
    }
}

static void write_file(const char *folder, const char *name, const struct buf *text)
{
    char *path = path_join(folder, name);
    struct err err;
    if (file_replace(path, buf_str(text), text->len, 0600, &err) != 0) {
        fprintf(stderr, "bench: %s\n", err.text);
        exit(2);
    }
    free(path);
}

/* The text of a file with the first `old` after `after` replaced; ends the bench if it is not there. */
static void replace_in(struct buf *text, const char *after, const char *old, const char *new)
{
    char *all = buf_steal(text);
    char *at = strstr(all, after);
    at = at != NULL ? strstr(at, old) : NULL;
    if (at == NULL) {
        fprintf(stderr, "bench: no %s after %s\n", old, after);
        exit(2);
    }
    buf_add(text, all, (size_t)(at - all));
    buf_adds(text, new);
    buf_adds(text, at + strlen(old));
    free(all);
}

/* --- The large form --- */

/* As wordy as the project's form: a question, every second time a date that follows it, two rules and an
 * item.
 */
static void add_questions(struct buf *out, int n)
{
    buf_addf(
        out,
        "  { id = \"more_%d\"; code = \"Q%d\"; type = \"choices\";\n"
        "    text = \"Have you had any of these in the last months, on the skin that we will treat?\";\n"
        "    hint = \"Pick all that fit. If you do not know the name, think of how it looked and felt, and "
        "of what you put on it.\";\n"
        "    note = \"Use the everyday words of the place where the form is used, not those of a book.\";\n"
        "    why = \"Some of these need time to settle. Your practitioner plans the visit around them, and "
        "may ask you to come back later.\";\n"
        "    options = (\n"
        "      { id = \"none\"; text = \"None of these\"; exclusive = true; },\n"
        "      { id = \"first\"; text = \"A rash that comes and goes\"; },\n"
        "      { id = \"second\"; text = \"A wound that was slow to heal\"; },\n"
        "      { id = \"third\"; text = \"An infection that needed tablets or cream\"; },\n"
        "      { id = \"fourth\"; text = \"A burn, from the sun or from something hot\"; },\n"
        "      { id = \"other\"; text = \"Something else on the skin there\"; } ); },\n",
        n, n);
    if (n % 2 == 0) {
        buf_addf(out,
                 "  { id = \"more_%d_last\"; code = \"Q%da\"; type = \"date\"; partial = true;\n"
                 "    text = \"When was the last time?\";\n"
                 "    hint = \"If you do not know the day, give the month and year.\";\n"
                 "    why = \"Your practitioner looks at how long ago it was.\";\n"
                 "    ask_if = { more_%d = { any_of = [ \"first\", \"second\" ]; }; }; },\n",
                 n, n, n);
    }
}

static void add_rule(struct buf *out, int n, const char *name, const char *outcome)
{
    buf_addf(out,
             " };\n"
             "    outcome = \"%s\";\n"
             "    title = \"A skin condition in the area to be treated in the last months, %s\";\n"
             "    reason = \"The skin may not have settled. Look first, and ask what was done for it. The "
             "articles differ on how long to wait; the device's own manual may say more.\";\n"
             "    strength = \"Expert consensus\"; sources = [ \"000\", \"001\", \"002\", \"L18\" ];\n"
             "    facts = [ \"F001\", \"F014\" ];\n"
             "    fields = [ \"What it was\", \"Who treated it, and how\", \"When it had healed\" ];\n"
             "    add = [ \"M%d\", \"S03\" ]; },\n",
             outcome, name, n);
}

static void add_rules(struct buf *out, int n)
{
    buf_addf(out, "  { flag = \"MORE_%d_INFECTION\"; when = { more_%d = \"third\";", n, n);
    add_rule(out, n, "infected", "review");
    if (n % 2 == 0) {
        buf_addf(
            out,
            "  { flag = \"MORE_%d_RECENT\"; when = { more_%d_last = { months_since = { less_than = 6; }; };",
            n, n);
        add_rule(out, n, "less than six of them ago", "hold");
    } else {
        buf_addf(out,
                 "  { flag = \"MORE_%d_BURN\"; when = { more_%d = { equals = \"fourth\"; };\n"
                 "      not = { areas = \"scalp\"; };",
                 n, n);
        add_rule(out, n, "burned, not under hair", "precaution");
    }
}

static void add_item(struct buf *out, int n)
{
    buf_addf(out,
             "  { id = \"M%d\"; for = \"patient\"; from_day = -5; least_day = -3;\n"
             "    text = \"Leave the cream off the skin that will be treated, and bring it with you.\";\n"
             "    sources = [ \"000\" ]; facts = [ \"F031\" ]; },\n",
             n);
}

/* Drops the comma behind the last element. */
static void end_list(struct buf *out)
{
    out->len -= 2;
    buf_adds(out, "\n);\n\n");
}

static void make_part(struct buf *out, int part)
{
    int first = 200 + part * BLOCKS_A_PART, end = first + BLOCKS_A_PART;
    buf_addf(out, "section = { id = \"more_%d\"; title = \"More of the same\"; };\n\nquestions = (\n", part);
    for (int n = first; n < end; n++) {
        add_questions(out, n);
    }
    end_list(out);
    buf_adds(out, "rules = (\n");
    for (int n = first; n < end; n++) {
        add_rules(out, n);
    }
    end_list(out);
    buf_adds(out, "items = (\n");
    for (int n = first; n < end; n++) {
        add_item(out, n);
    }
    end_list(out);
}

/* Links the parts of the project's form into `to`, without form.cfg. Returns their bytes. */
static size_t link_parts(const char *from, const char *to)
{
    size_t bytes = 0;
    DIR *folder = opendir(from);
    must(folder == NULL, from);
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "form.cfg") == 0) {
            continue;
        }
        char *old = path_join(from, entry->d_name), *new = path_join(to, entry->d_name);
        struct stat info;
        must(symlink(old, new), new);
        must(stat(old, &info), old);
        bytes += (size_t)info.st_size;
        free(old);
        free(new);
    }
    closedir(folder);
    return bytes;
}

static void make_large_form(const char *from, const char *to)
{
    struct buf form = BUF_INIT, names = BUF_INIT, text = BUF_INIT;
    must(mkdir(to, 0700), to);
    size_t bytes = link_parts(from, to);
    for (int part = 0; bytes < CLINIC_LARGE_FORM; part++) {
        char name[32];
        snprintf(name, sizeof name, "more%d.cfg", part);
        buf_reset(&text);
        make_part(&text, part);
        bytes += text.len;
        write_file(to, name, &text);
        buf_addf(&names, ", \"%s\"", name);
    }
    buf_adds(&names, "\n  ]");
    char *old = path_join(from, "form.cfg");
    read_file(old, &form);
    replace_in(&form, "parts =", "]", buf_str(&names));
    write_file(to, "form.cfg", &form);
    free(old);
    buf_done(&form);
    buf_done(&names);
    buf_done(&text);
}

/* --- The clinic --- */

struct clinic *clinic_new(const char *programs)
{
    struct clinic *clinic = mem_alloc(sizeof *clinic);
    char here[PATH_MAX], *program_folder = realpath(programs, NULL);
    must(getcwd(here, sizeof here) == NULL || program_folder == NULL, programs);
    clinic->programs = program_folder;
    clinic->folder = mem_strdup("/var/tmp/foyer-bench-XXXXXX");
    must(mkdtemp(clinic->folder) == NULL, clinic->folder);
    printf("In %s, which is removed at the end.\n", clinic->folder);

    char *forms = path_join(clinic->folder, "forms"), *office = path_join(clinic->folder, "clinic");
    char *own_forms = path_join(here, "forms");
    must(symlink(own_forms, forms), forms); /* demo.sh's kiosk.conf looks there */
    struct buf command = BUF_INIT, config = BUF_INIT;
    buf_addf(&command, "src/demo.sh '%s' '%s' </dev/null >/dev/null", program_folder, office);
    fflush(NULL);
    must(system(buf_str(&command)), "src/demo.sh");

    clinic->kiosk = path_join(program_folder, "foyer-kiosk");
    clinic->config_six = path_join(office, "kiosk.conf");
    clinic->config = path_join(office, "one.conf");
    clinic->config_large = path_join(office, "large.conf");
    clinic->config_second = path_join(office, "second.conf");
    clinic->form = path_join(own_forms, "microneedling");
    clinic->form_large = path_join(office, "large");
    clinic->database = path_join(office, "foyer.db");
    clinic->socket = path_join(office, "foyer.sock");
    clinic->keys = path_join(office, "foyer.keys");
    make_large_form(clinic->form, clinic->form_large);
    read_file(clinic->config_six, &config);
    replace_in(&config, "\nlanguages =", ", \"es\", \"ms\", \"zh_CN\", \"ta\", \"hi\"", "");
    write_file(office, "one.conf", &config);
    replace_in(&config, "\nforms =", "\"microneedling\"", "\"large\"");
    replace_in(&config, "\nforms_dir =", "../forms", ".");
    replace_in(&config, "\n# socket =", "# socket = \"foyer.sock\"", "socket = \"large.sock\"");
    write_file(office, "large.conf", &config);
    replace_in(&config, "\nsocket =", "large.sock", "second.sock");
    write_file(office, "second.conf", &config);
    buf_done(&command);
    buf_done(&config);
    free(forms);
    free(office);
    free(own_forms);
    return clinic;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

void clinic_free(struct clinic *clinic)
{
    nftw(clinic->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(clinic->folder);
    free(clinic->programs);
    free(clinic->kiosk);
    free(clinic->config);
    free(clinic->config_six);
    free(clinic->config_large);
    free(clinic->config_second);
    free(clinic->form);
    free(clinic->form_large);
    free(clinic->database);
    free(clinic->socket);
    free(clinic->keys);
    free(clinic);
}
