#include "form_load.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "load.h"

struct source_text {
    char *name; /* as form.cfg gives it */
    struct buf text;
};

struct reading {
    struct loader loader;
    struct source_text *source; /* one a part */
};

/* --- Files --- */

static size_t folder_length(const char *folder)
{
    size_t len = strlen(folder);

    while (len > 1 && folder[len - 1] == '/') {
        len--;
    }
    return len;
}

/* Where a part is: in the folder, or in the folder "common" beside it. */
static const char *part_path(struct arena *arena, const char *folder, const char *name)
{
    size_t len = folder_length(folder);
    struct buf path = BUF_INIT;

    if (strncmp(name, "common/", 7) == 0) {
        size_t parent = len;

        while (parent > 0 && folder[parent - 1] != '/') {
            parent--;
        }
        /* "." and ".." have their parent elsewhere than in their own name. */
        if (parent == len || folder[parent] == '.') {
            buf_addf(&path, "%.*s/../%s", (int)len, folder, name);
        } else {
            buf_addf(&path, "%.*s%s", (int)parent, folder, name);
        }
    } else {
        buf_addf(&path, "%.*s/%s", (int)len, folder, name);
    }

    const char *stored = arena_strdup(arena, buf_str(&path));
    buf_done(&path);
    return stored;
}

/* Plain file names only: a form cannot reach out of its folder. */
static bool is_part_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

    if (strncmp(name, "common/", 7) == 0) {
        name += 7;
    }
    size_t len = strlen(name);
    return len > 0 && len <= 64 && name[0] != '.' && strspn(name, allowed) == len;
}

/* Reads and parses part `i`. `at`: where form.cfg names it; NULL for form.cfg itself. */
static void read_part(struct reading *reading, const char *folder, size_t i, const config_setting_t *at)
{
    struct loader *loader = &reading->loader;
    struct source_text *source = &reading->source[i];
    struct part *part = &loader->part[i];
    struct err err;

    part->file = part_path(loader->reader.arena, folder, source->name);
    part->section = SIZE_MAX;
    if (file_read(part->file, FORM_MAX_PART_SIZE, &source->text, &err) == 0) {
        struct buf copy = BUF_INIT; /* the hash wants the bytes as they are in the file */

        buf_reserve(&copy, source->text.len + 2);
        buf_add(&copy, source->text.data, source->text.len);
        bool sound = reader_parse(part, copy.data, copy.len, loader->reader.problems);
        buf_done(&copy);
        if (sound && config_setting_length(config_root_setting(&part->config)) == 0) {
            problems_add(loader->reader.problems, part->file, 0, "nothing stands in this file.");
        }
        return;
    }
    config_init(&part->config);
    if (at) {
        reader_fault(&loader->reader, at, " names a part that cannot be used: %s.", err.text);
    } else {
        problems_add(loader->reader.problems, part->file, 0, "the form cannot be used: %s.", err.text);
    }
}

/* Every part that form.cfg names. */
static void read_parts(struct reading *reading, const char *folder, const config_setting_t *list)
{
    struct loader *loader = &reading->loader;
    struct reader *reader = &loader->reader;
    int n = config_setting_length(list);

    if (n > FORM_MAX_PARTS) {
        reader_fault(reader, list, " has %d parts; there may be at most %d.", n, FORM_MAX_PARTS);
        return;
    }
    for (int i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        const char *name = reader_string_of(reader, at);
        bool twice = false;

        if (!name) {
            continue;
        }
        if (!is_part_name(name)) {
            reader_fault(
                reader, at,
                " names a part \"%.60s\". Write a file name in this folder, or common/ and a file name.",
                name);
            continue;
        }
        for (size_t j = 0; j < loader->nparts; j++) {
            twice = twice || strcmp(reading->source[j].name, name) == 0;
        }
        if (twice) {
            reader_fault(reader, at, " names the part %s twice.", name);
            continue;
        }
        reading->source[loader->nparts].name = arena_strdup(reader->arena, name);
        read_part(reading, folder, loader->nparts++, at);
    }
}

/* --- form.cfg --- */

static const config_setting_t *read_head(struct reading *reading)
{
    static const char *const top[] = { "form", NULL };
    static const char *const known[] = { "id", "title", "version", "language", "parts", NULL };
    struct loader *loader = &reading->loader;
    struct reader *reader = &loader->reader;
    const config_setting_t *root = config_root_setting(&loader->part[0].config);
    const config_setting_t *list;

    reader_subject(reader, "form.cfg");
    reader_known(reader, root, top);
    const config_setting_t *head = reader_find(reader, root, "form", REQUIRED);
    if (!head || !reader_is_group(reader, head)) {
        return NULL;
    }
    reader_subject(reader, "the form");
    reader_known(reader, head, known);
    loader->form->id = reader_id(reader, head, "id", LETTER_START);
    loader->form->title = reader_text(reader, head, "title", REQUIRED, ONE_LINE);
    loader->form->version = reader_text(reader, head, "version", REQUIRED, ONE_LINE);
    loader->form->language = reader_id(reader, head, "language", LETTER_START);
    return reader_count(reader, head, "parts", REQUIRED, &list) > 0 ? list : NULL;
}

/* --- What the parts hold --- */

static void add_entries(struct loader *loader, struct entries *entries, const config_setting_t *root,
                        const char *name)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *list = reader_list(reader, root, name, OPTIONAL);
    size_t n = list ? (size_t)config_setting_length(list) : 0;

    if (n > FORM_MAX_ENTRIES - entries->n) {
        reader_fault(reader, list, ": there are more than %d %s in this form.", FORM_MAX_ENTRIES, name);
        return;
    }
    entries->at = mem_realloc(entries->at, entries->n + n, sizeof *entries->at);
    for (size_t i = 0; i < n; i++) {
        entries->at[entries->n++] = config_setting_get_elem(list, (unsigned)i);
    }
}

static void add_single(struct loader *loader, const config_setting_t **slot, const config_setting_t *root,
                       const char *name)
{
    const config_setting_t *at = reader_member(root, name);

    if (!at) {
        return;
    }
    if (*slot) {
        reader_fault(&loader->reader, at, ": \"%s\" stands already at %s:%u.", name, reader_part(*slot)->file,
                     config_setting_source_line(*slot));
    } else {
        *slot = at;
    }
}

static void read_section(struct loader *loader, struct part *part, const config_setting_t *root,
                         struct form_section *sections, struct names *ids)
{
    static const char *const known[] = { "id", "title", NULL };
    struct reader *reader = &loader->reader;
    const config_setting_t *questions = reader_member(root, "questions");
    const config_setting_t *at = reader_member(root, "section");
    struct form_section *section = &sections[loader->form->nsections];

    if (!at) {
        if (questions) {
            reader_fault(reader, questions, ": a part with questions needs a section.");
        }
        return;
    }
    if (!reader_is_group(reader, at)) {
        return;
    }
    reader_known(reader, at, known);
    section->id = reader_id(reader, at, "id", LETTER_START);
    section->title = reader_text(reader, at, "title", REQUIRED, ONE_LINE);
    if (!questions || (config_setting_is_aggregate(questions) && config_setting_length(questions) == 0)) {
        reader_fault(reader, at, ": a part with a section needs questions.");
    }
    if (section->id && !load_declare(loader, ids, "section", section->id, loader->form->nsections, at)) {
        return;
    }
    part->section = loader->form->nsections++;
}

static void gather(struct loader *loader)
{
    static const char *const known[] = { "section",  "questions",  "rules",      "items",
                                         "policies", "sources",    "dictionary", "texts",
                                         "pages",    "since_last", NULL };
    struct reader *reader = &loader->reader;
    struct form_section *sections = arena_alloc(reader->arena, loader->nparts * sizeof *sections);
    struct names ids = NAMES_INIT;

    for (size_t i = 1; i < loader->nparts; i++) {
        const config_setting_t *root = config_root_setting(&loader->part[i].config);

        reader_subject(reader, "this part");
        reader_known(reader, root, known);
        read_section(loader, &loader->part[i], root, sections, &ids);
        reader_subject(reader, "this part");
        add_entries(loader, &loader->questions, root, "questions");
        add_entries(loader, &loader->rules, root, "rules");
        add_entries(loader, &loader->items, root, "items");
        add_entries(loader, &loader->policies, root, "policies");
        add_entries(loader, &loader->sources, root, "sources");
        add_entries(loader, &loader->pages, root, "pages");
        add_entries(loader, &loader->since, root, "since_last");
        add_single(loader, &loader->dictionary, root, "dictionary");
        add_single(loader, &loader->texts, root, "texts");
    }
    names_done(&ids);
    loader->form->section = sections;
    if (loader->questions.n == 0) {
        problems_add(reader->problems, loader->part[0].file, 0,
                     "the form has no questions in any of its parts.");
    }
    if (loader->rules.n == 0) {
        problems_add(reader->problems, loader->part[0].file, 0,
                     "the form has no rules in any of its parts: no answer would be flagged.");
    }
    if (!loader->texts) {
        problems_add(reader->problems, loader->part[0].file, 0,
                     "the form has no \"texts\" in any of its parts.");
    }
}

static void load_all(struct loader *loader)
{
    struct form *form = loader->form;

    gather(loader);
    load_sources(loader);
    load_policies(loader);
    load_questions(loader);
    load_since(loader);
    load_items(loader);
    size_t before = loader->reader.problems->total;
    load_rules(loader);
    load_policy_flags(loader);
    load_item_windows(loader);
    load_dictionary(loader);
    /* A slip above may be the very reason why something is not reached. */
    if (loader->reader.problems->total == before) {
        load_rules_check(loader);
    }
    load_pages(loader);
    load_texts(loader);

    form->question = loader->question;
    form->nquestions = loader->questions.n;
    form->rule = loader->rule;
    form->nrules = loader->rules.n;
    form->item = loader->item;
    form->nitems = loader->items.n;
}

/* --- The hash --- */

static void hash_length(crypto_generichash_state *state, size_t length)
{
    unsigned char bytes[8];
    uint64_t rest = length;

    for (int i = 7; i >= 0; i--) {
        bytes[i] = (unsigned char)(rest & 0xFF);
        rest >>= 8;
    }
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static void hash_parts(const struct reading *reading, uint8_t hash[32])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, 32);
    hash_length(&state, reading->loader.nparts);
    for (size_t i = 0; i < reading->loader.nparts; i++) {
        const struct source_text *source = &reading->source[i];

        hash_length(&state, strlen(source->name));
        crypto_generichash_update(&state, (const unsigned char *)source->name, strlen(source->name));
        hash_length(&state, source->text.len);
        crypto_generichash_update(&state, (const unsigned char *)buf_str(&source->text), source->text.len);
    }
    crypto_generichash_final(&state, hash, 32);
}

static void name_parts(const struct reading *reading, struct form *form)
{
    size_t n = reading->loader.nparts;
    const char **part = arena_alloc(form->arena, n * sizeof *part);

    for (size_t i = 0; i < n; i++) {
        part[i] = reading->source[i].name;
    }
    form->part = part;
    form->nparts = n;
}

static void reading_done(struct reading *reading)
{
    struct loader *loader = &reading->loader;

    for (size_t i = 0; i < loader->nparts; i++) {
        config_destroy(&loader->part[i].config);
        buf_done(&reading->source[i].text);
    }
    free(loader->part);
    free(reading->source);
    free(loader->questions.at);
    free(loader->items.at);
    free(loader->policies.at);
    free(loader->sources.at);
    free(loader->rules.at);
    free(loader->pages.at);
    free(loader->since.at);
    names_done(&loader->source_names);
    names_done(&loader->policy_names);
    names_done(&loader->question_names);
    names_done(&loader->code_names);
    names_done(&loader->item_names);
    names_done(&loader->rule_names);
}

struct form *form_load(const char *folder, struct problems *problems)
{
    struct arena *arena = arena_new();
    struct form *form = arena_alloc(arena, sizeof *form);
    struct reading reading = {
        .loader = { .reader = { .problems = problems, .arena = arena, .number = load_number },
                    .form = form,
                    .part = mem_alloc((FORM_MAX_PARTS + 1) * sizeof(struct part)),
                    .nparts = 1 },
        .source = mem_alloc((FORM_MAX_PARTS + 1) * sizeof(struct source_text)),
    };
    size_t before = problems->total;

    form->arena = arena;
    reading.source[0].name = arena_strdup(arena, "form.cfg");
    read_part(&reading, folder, 0, NULL);
    if (problems->total == before) {
        const config_setting_t *list = read_head(&reading);
        if (list) {
            read_parts(&reading, folder, list);
        }
    }
    /* With a part missing, the checks would report everything that stands in it. */
    if (problems->total == before) {
        load_all(&reading.loader);
    }
    if (problems->total == before) {
        hash_parts(&reading, form->hash);
        name_parts(&reading, form);
    }
    reading_done(&reading);
    if (problems->total == before) {
        return form;
    }
    form_free(form);
    return NULL;
}
