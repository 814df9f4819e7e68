#include "languages.h"

#include <dirent.h>
#include <endian.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "braces.h"
#include "form_strings.h"
#include "language.h"
#include "mem.h"
#include "text.h"

/* --- one language looked at --- */

/* On the smallest screen the text is 38 columns wide and an answer's 28. A title may take five lines: then an
 * answer is still in sight below it. An action is one line. */
enum {
    TITLE_COLUMNS = 38,
    TITLE_LINES = 5,
    OPTION_COLUMNS = 28,
    OPTION_LINES = 4,
    WORD_COLUMNS = 24,
    BUTTON_COLUMNS = 33
}; /* its key and its words; brackets, a space and the margins beside them */

struct look {
    const struct catalogue *catalogue;
    language_finding_fn *found;
    void *arg;
    struct language_coverage coverage;
    struct text_lines lines;
    crypto_generichash_state hash;
};

static void find(struct look *look, enum language_fault fault, const char *context, const char *english,
                 bool refuses)
{
    const struct language_finding finding = { fault, context ? context : "", english, refuses };
    if (look->found) {
        look->found(look->arg, &finding);
    }
}

static bool is_long(struct look *look, const char *text, enum form_room room)
{
    switch (room) {
    case FORM_ROOM_TITLE:
        text_wrap(text, TITLE_COLUMNS, &look->lines);
        return look->lines.n > TITLE_LINES;
    case FORM_ROOM_OPTION:
        text_wrap(text, OPTION_COLUMNS, &look->lines);
        return look->lines.n > OPTION_LINES;
    case FORM_ROOM_WORD:
        return text_width(text) > WORD_COLUMNS;
    case FORM_ROOM_TEXT:
        break;
    }
    return false;
}

/* Each part ends where it says it does: two texts cannot run into one another. */
static void add_to_hash(struct look *look, const char *context, const char *english, const char *text,
                        size_t len)
{
    const char *const part[] = { context ? context : "", english };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        crypto_generichash_update(&look->hash, (const uint8_t *)part[i], strlen(part[i]) + 1);
    }
    uint64_t n = htobe64(len);
    crypto_generichash_update(&look->hash, (const uint8_t *)&n, sizeof n);
    crypto_generichash_update(&look->hash, (const uint8_t *)text, len);
}

static void look_at_form(void *arg, const struct form_string *string)
{
    struct look *look = arg;
    bool patient = string->reader == FORM_READER_PATIENT;
    size_t *all = patient ? &look->coverage.patient_form : &look->coverage.staff_form;
    size_t *done = patient ? &look->coverage.patient_form_done : &look->coverage.staff_form_done;
    const char *text = catalogue_text(look->catalogue, string->context, string->english, NULL);
    if (string->words) {
        return; /* there may be none to add */
    }
    ++*all;
    if (!text) {
        if (patient) {
            find(look, LANGUAGE_MISSING, string->context, string->english, true);
        }
        return;
    }
    if (!braces_match(string->english, text)) {
        find(look, LANGUAGE_BRACES, string->context, string->english, patient);
        return;
    }
    ++*done;
    if (patient) {
        add_to_hash(look, string->context, string->english, text, strlen(text));
        if (look->found && is_long(look, text, string->room)) {
            find(look, LANGUAGE_LONG, string->context, string->english, false);
        }
    }
}

/* The widest key is Enter. */
static bool is_long_button(const struct look *look, const char *text)
{
    const char *enter = catalogue_text(look->catalogue, NULL, "Enter", NULL);
    return text_width(enter ? enter : "Enter") + text_width(text) > BUTTON_COLUMNS;
}

static void look_at_program(struct look *look)
{
    for (size_t i = 0; i < tr_npatient; i++) {
        const struct tr_text *text = &tr_patient[i];
        size_t len;
        const char *found = catalogue_text(look->catalogue, text->context, text->english, &len);
        look->coverage.patient_program++;
        if (!catalogue_has(look->catalogue, text)) {
            find(look, LANGUAGE_MISSING, text->context, text->english, true);
        } else if (!braces_match(text->english, found)) {
            find(look, LANGUAGE_BRACES, text->context, text->english, true);
        } else {
            look->coverage.patient_program_done++;
            add_to_hash(look, text->context, text->english, found, len);
            if (look->found && text->button && is_long_button(look, found)) {
                find(look, LANGUAGE_LONG, text->context, text->english, false);
            }
        }
    }
}

static struct language_coverage look_at_all(struct look *look, const struct form *form, uint8_t hash[32])
{
    crypto_generichash_init(&look->hash, NULL, 0, 32);
    form_strings(form, look_at_form, look);
    look_at_program(look);
    crypto_generichash_final(&look->hash, hash, 32);
    text_lines_done(&look->lines);
    return look->coverage;
}

struct language_coverage language_look(const struct form *form, const struct catalogue *catalogue,
                                       language_finding_fn *found, void *arg)
{
    struct look look = { .catalogue = catalogue, .found = found, .arg = arg };
    uint8_t hash[32];
    return look_at_all(&look, form, hash);
}

/* --- loading --- */

static const char *translation(void *arg, const struct form_string *string)
{
    if (!arg) {
        return NULL; /* English */
    }
    const char *text = catalogue_text(arg, string->context, string->english, NULL);
    return text && braces_match(string->english, text) ? text : NULL;
}

static bool covers(const struct language_coverage *coverage)
{
    return coverage->patient_form_done == coverage->patient_form &&
           coverage->patient_program_done == coverage->patient_program;
}

/* Cut to what a row has room for; what is no name gives way to the code. */
static void put_name(struct language *language, const char *name)
{
    size_t len = text_check(name, strlen(name), false) == TEXT_OK ? text_fit(name, 24) : 0;
    if (len == 0 || len >= sizeof language->name) {
        name = language->code;
        len = strnlen(name, sizeof language->name - 1);
    }
    memcpy(language->name, name, len);
    language->name[len] = '\0';
}

static void set_name(struct language *language)
{
    const struct catalogue *before = tr_used();
    tr_use(language->catalogue);
    put_name(language, language_name());
    tr_use(before);
}

static void set_form(struct language *language, const struct form *form)
{
    struct look look = { .catalogue = language->catalogue };
    struct language_coverage coverage = look_at_all(&look, form, language->hash);
    language->complete = covers(&coverage);
    language->form = form_translated(form, language->code, translation, language->catalogue);
}

int language_load(struct language *language, const struct config *config, const struct form *form,
                  const char *code, struct err *err)
{
    struct buf path = BUF_INIT;
    *language = (struct language){ .code = code };
    if (strcmp(code, form->language) == 0) {
        language->complete = true;
        language->form = form_translated(form, code, translation, NULL);
        set_name(language);
        return 0;
    }
    if (strcmp(code, "pseudo") == 0) {
        language->catalogue = catalogue_pseudo();
    } else if (config == NULL) {
        return err_set(err, "no settings say where catalogues are");
    } else {
        buf_addf(&path, "%s/%s.mo", config->locale_dir, code);
        language->catalogue = catalogue_load(buf_str(&path), err);
    }
    buf_done(&path);
    if (!language->catalogue) {
        return -1;
    }
    set_name(language);
    set_form(language, form);
    return 0;
}

void language_done(struct language *language)
{
    form_free(language->form);
    catalogue_free(language->catalogue);
    *language = (struct language){ .code = "" };
}

/* --- all of them --- */

/* The first that is wrong, and how many. */
struct refusal {
    size_t n;
    struct buf text;
};

static void count_refusal(void *arg, const struct language_finding *finding)
{
    struct refusal *refusal = arg;
    if (finding->refuses && refusal->n++ == 0) {
        char *english = mem_need(text_tidy(finding->english));
        buf_addf(&refusal->text, "%s%s\"%.*s\"", finding->context, finding->context[0] ? " " : "",
                 (int)text_fit(english, 50), english);
        free(english);
    }
}

static void say_refused(const struct language *language, const struct config *config, const struct form *form,
                        struct problems *problems)
{
    struct refusal refusal = { .text = BUF_INIT };
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s.mo", config->locale_dir, language->code);
    (void)language_look(form, language->catalogue, count_refusal, &refusal);
    problems_add(
        problems, buf_str(&path), 0,
        "the language \"%s\" is not offered for the form \"%s\": of what a patient reads %zu texts are "
        "not there or have other names in braces, the first %s. Translate them for this version of the "
        "form and of Foyer.",
        language->code, form->id, refusal.n, buf_str(&refusal.text));
    buf_done(&path);
    buf_done(&refusal.text);
}

static void add(struct languages *all, struct language *language)
{
    all->language = mem_realloc(all->language, all->n + 1, sizeof *all->language);
    all->language[all->n++] = *language;
}

static void load_offered(struct languages *all, const struct config *config, const struct form *form,
                         struct problems *problems)
{
    struct err err = { "" };
    for (size_t i = 0; i < config->nlanguages; i++) {
        struct language language;
        if (language_load(&language, config, form, config->language[i], &err) != 0) {
            problems_add(problems, config->path, config->languages_line,
                         "the language \"%s\" cannot be used: %s.", config->language[i], err.text);
        } else if (!language.complete) {
            say_refused(&language, config, form, problems);
            language_done(&language);
        } else {
            add(all, &language);
        }
    }
}

static void add_english(struct languages *all, const struct form *form)
{
    struct language english;
    (void)language_load(&english, NULL, form, form->language, NULL);
    add(all, &english);
}

/* Staff read what is there of their language, and English beside it. */
static void load_clinic(struct languages *all, const struct config *config, const struct form *form,
                        struct problems *problems)
{
    struct language language;
    struct err err = { "" };
    for (const char *code = config->clinic_language;; code = form->language) {
        const struct language *there = languages_find(all, code);
        if (there) {
            all->clinic = (size_t)(there - all->language);
            return;
        }
        if (language_load(&language, config, form, code, &err) == 0) {
            all->clinic = all->n;
            add(all, &language);
            return;
        }
        problems_add(problems, config->path, config->clinic_language_line,
                     "the clinic's language \"%s\" cannot be used: %s.", code, err.text);
    }
}

/* Whichever language is on the screen, all of them are looked for in a list of medicines, so that the same
 * list leads to the same result. */
static void share_words(struct languages *all)
{
    struct form **form = mem_realloc(NULL, all->n + 1, sizeof *form);
    for (size_t i = 0; i < all->n; i++) {
        form[i] = all->language[i].form;
    }
    form_share_words(form, all->n);
    free(form);
}

struct languages *languages_load(const struct config *config, const struct form *form,
                                 struct problems *problems)
{
    struct languages *all = mem_alloc(sizeof *all);
    if (config) {
        load_offered(all, config, form, problems);
    }
    if (all->n == 0) {
        add_english(all, form);
    }
    all->offered = all->n;
    if (config) {
        load_clinic(all, config, form, problems);
    }
    if (!languages_find(all, form->language)) {
        add_english(all, form);
    }
    share_words(all);
    return all;
}

struct languages *languages_names(const struct config *config, const struct form *form)
{
    struct languages *all = mem_alloc(sizeof *all);
    struct buf path = BUF_INIT;
    for (size_t i = 0; i < config->nlanguages; i++) {
        struct language language = { .code = config->language[i], .unread = true };
        buf_reset(&path);
        buf_addf(&path, "%s/%s.mo", config->locale_dir, language.code);
        bool own = strcmp(language.code, form->language) == 0;
        char *name = own ? NULL : language_name_in(buf_str(&path));
        if (own) {
            set_name(&language);
        } else if (name) {
            put_name(&language, name);
        }
        if (own || name) {
            add(all, &language);
        }
        free(name);
    }
    all->offered = all->n;
    buf_done(&path);
    return all;
}

void languages_free(struct languages *all)
{
    if (!all) {
        return;
    }
    for (size_t i = 0; i < all->n; i++) {
        language_done(&all->language[i]);
    }
    free(all->language);
    free(all);
}

static const char suffix[] = ".mo";
enum { SUFFIX = sizeof suffix - 1 };

static int is_catalogue(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > SUFFIX && strcmp(entry->d_name + len - SUFFIX, suffix) == 0;
}

int languages_in(const char *folder, languages_code_fn *each, void *arg)
{
    struct dirent **entry = NULL;
    int n = scandir(folder, &entry, is_catalogue, alphasort);
    for (int i = 0; i < n; i++) {
        entry[i]->d_name[strlen(entry[i]->d_name) - SUFFIX] = '\0';
        each(arg, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    return n;
}

const struct language *languages_find(const struct languages *all, const char *code)
{
    for (size_t i = 0; i < all->n; i++) {
        if (strcmp(all->language[i].code, code) == 0) {
            return &all->language[i];
        }
    }
    return NULL;
}

struct form *languages_form(const struct config *config, struct form *form)
{
    struct problems problems = PROBLEMS_INIT;
    struct languages *all = languages_load(config, form, &problems);
    struct form *own = all->language[all->clinic].form;
    struct form **other = arena_alloc(own->arena, all->n * sizeof *other);

    for (size_t i = 0; i < all->n; i++) {
        if (i != all->clinic) {
            other[own->nothers++] = all->language[i].form;
        }
        all->language[i].form = NULL;
    }
    other[own->nothers++] = form; /* what they were made from; it is found last */
    own->other = other;
    languages_free(all);
    problems_done(&problems);
    return own;
}
