/* Reading and translating are one walk over the same slots, so that nothing is translated that was not
 * listed, and nothing listed that is not translated. A walk that only reads writes nothing. */
#include "form_strings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "map.h"
#include "text.h"

struct walk {
    const struct form *form;
    form_string_fn *visit;  /* reading */
    form_lookup_fn *lookup; /* translating: into the arena; else NULL */
    void *arg;
    struct arena *arena;
    struct buf context;
};

/* What the strings that follow have in common. */
struct kind {
    enum form_reader reader;
    enum form_room room;
    const char *note;
    bool words;
};
static const struct kind patient_text = { FORM_READER_PATIENT, FORM_ROOM_TEXT, NULL, false };
static const struct kind staff_text = { FORM_READER_STAFF, FORM_ROOM_TEXT, NULL, false };

static const char *walk_string(struct walk *walk, const char *english, struct kind kind)
{
    const struct form_string string = {
        buf_str(&walk->context), english, kind.note, kind.reader, kind.room, kind.words
    };
    if (walk->lookup == NULL) {
        walk->visit(walk->arg, &string);
        return english;
    }
    const char *found = walk->lookup(walk->arg, &string);
    return found != NULL && found[0] != '\0' ? arena_strdup(walk->arena, found) : english;
}

static void set_context(struct walk *walk, const char *fmt, va_list ap)
{
    char part[256]; /* two ids of 48 letters, and words */
    vsnprintf(part, sizeof part, fmt, ap);
    buf_reset(&walk->context);
    buf_addf(&walk->context, "%s/%s", walk->form->id, part);
}

/* One string, in its place in the copy. What fmt makes is its context, behind the form's id. */
static void text(struct walk *walk, const char **slot, struct kind kind, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void text(struct walk *walk, const char **slot, struct kind kind, const char *fmt, ...)
{
    if (*slot == NULL || **slot == '\0') {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    set_context(walk, fmt, ap);
    va_end(ap);
    *slot = walk_string(walk, *slot, kind);
}

/* An array of the form, to be changed. */
static void *own(struct walk *walk, const void *array, size_t n, size_t size)
{
    void *copy = arena_alloc(walk->arena, n * size);
    if (n > 0) {
        memcpy(copy, array, n * size);
    }
    return copy;
}

/* Contexts "group/1", "group/2" ... */
static const char *const *texts(struct walk *walk, const char *const *list, size_t n, struct kind kind,
                                const char *group)
{
    const char **copy = own(walk, list, n, sizeof *copy);
    for (size_t i = 0; i < n; i++) {
        text(walk, &copy[i], kind, "%s/%zu", group, i + 1);
    }
    return copy;
}

static const char *const *fields(struct walk *walk, const char *const *list, size_t n, const char *kind,
                                 const char *id)
{
    char group[128];
    snprintf(group, sizeof group, "%s/%s/fields", kind, id);
    return texts(walk, list, n, staff_text, group);
}

static const struct form_map *map(struct walk *walk, const struct form_question *q)
{
    struct kind title = { FORM_READER_PATIENT, FORM_ROOM_WORD,
                          "Stands above a drawing of it, which is answered on. A word or two.", false };
    struct form_map *copy = own(walk, q->map, 1, sizeof *copy);
    struct map_figure *figure = own(walk, copy->figure, copy->nfigures, sizeof *figure);
    for (size_t i = 0; i < copy->nfigures; i++) {
        text(walk, &figure[i].title, title, "%s/map/%s", q->id, figure[i].id);
    }
    copy->figure = figure;
    return copy;
}

static void question(struct walk *walk, struct form_question *q)
{
    struct kind title = { FORM_READER_PATIENT, FORM_ROOM_TITLE, q->note, false };
    struct kind row = { FORM_READER_PATIENT, FORM_ROOM_OPTION, NULL, false };
    struct kind unit = { FORM_READER_PATIENT, FORM_ROOM_WORD, NULL, false };
    struct kind name = staff_text;
    name.note = "The question in a word or two, for staff: \"isotretinoin last: 3 Aug 2026\".";
    text(walk, &q->text, title, "%s/text", q->id);
    text(walk, &q->hint, patient_text, "%s/hint", q->id);
    text(walk, &q->why, patient_text, "%s/why", q->id);
    struct form_option *option = own(walk, q->option, q->noptions, sizeof *option);
    for (size_t i = 0; i < q->noptions; i++) {
        text(walk, &option[i].text, row, "%s/options/%s", q->id, option[i].id);
    }
    q->option = option;
    if (q->map != NULL) {
        q->map = map(walk, q);
    }
    text(walk, &q->unit, unit, "%s/unit", q->id);
    if (q->units != NULL) {
        size_t n = walk->form->policy[q->unit_by].nchoices;
        struct form_unit *units = own(walk, q->units, n, sizeof *units);
        for (size_t i = 0; i < n; i++) {
            text(walk, &units[i].unit, unit, "%s/units/%s", q->id, walk->form->policy[q->unit_by].choice[i]);
        }
        q->units = units;
    }
    text(walk, &q->name, name, "%s/name", q->id);
}

static void form_texts(struct walk *walk, struct form_texts *t)
{
    t->welcome = texts(walk, t->welcome, t->nwelcome, patient_text, "texts/welcome");
    t->privacy = texts(walk, t->privacy, t->nprivacy, patient_text, "texts/privacy");
    t->consent = texts(walk, t->consent, t->nconsent, patient_text, "texts/consent");
    text(walk, &t->attestation, patient_text, "texts/attestation");
    text(walk, &t->result_clear, patient_text, "texts/result_clear");
    text(walk, &t->result_flagged, patient_text, "texts/result_flagged");
    text(walk, &t->minor, patient_text, "texts/minor");
    text(walk, &t->urgent, patient_text, "texts/urgent");
    t->next = texts(walk, t->next, t->nnext, patient_text, "texts/next");
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        struct kind instead = patient_text;
        char note[96];
        snprintf(note, sizeof note, "Stands where {%s} does, if the clinic has not given it.",
                 placeholder_name[i]);
        instead.note = note;
        text(walk, &t->instead[i], instead, "texts/instead/%s", placeholder_name[i]);
    }
}

static void page(struct walk *walk, struct form_page *page)
{
    struct kind title = { FORM_READER_PATIENT, FORM_ROOM_OPTION, NULL, false };
    text(walk, &page->title, title, "pages/%s/title", page->id);
    struct form_paragraph *paragraph = own(walk, page->paragraph, page->nparagraphs, sizeof *paragraph);
    for (size_t i = 0; i < page->nparagraphs; i++) {
        text(walk, &paragraph[i].text, patient_text, "pages/%s/text/%zu", page->id, i + 1);
    }
    page->paragraph = paragraph;
}

static void item(struct walk *walk, struct form_item *item)
{
    struct kind kind = item->who == ITEM_STAFF ? staff_text : patient_text;
    text(walk, &item->text, kind, "items/%s/text", item->id);
    text(walk, &item->when_text, kind, "items/%s/when_text", item->id);
    item->field = fields(walk, item->field, item->nfields, "items", item->id);
}

static void rule(struct walk *walk, struct form_rule *rule)
{
    text(walk, &rule->title, staff_text, "rules/%s/title", rule->flag);
    text(walk, &rule->reason, staff_text, "rules/%s/reason", rule->flag);
    text(walk, &rule->strength, staff_text, "rules/%s/strength", rule->flag);
    rule->field = fields(walk, rule->field, rule->nfields, "rules", rule->flag);
}

/* "warfarina, Sintrom" as words to look for. */
static void set_local(struct walk *walk, struct form_group *group, const char *list)
{
    size_t most = 1, n = 0;
    for (const char *at = list; (at = strchr(at, ',')) != NULL; at++) {
        most++;
    }
    const char **word = arena_alloc(walk->arena, most * sizeof *word);
    while (*list != '\0') {
        size_t len = strcspn(list, ",");
        char *folded = text_fold_words(arena_strndup(walk->arena, list, len));
        if (folded[0] != '\0') {
            word[n++] = arena_strdup(walk->arena, folded);
        }
        free(folded);
        list += len + (list[len] == ',');
    }
    group->local = word;
    group->nlocal = n;
}

static void dictionary_group(struct walk *walk, struct form_group *group)
{
    struct kind kind = staff_text;
    kind.words = true;
    kind.note = "Medicine names that are looked for in the patient's own list. Name those that are written "
                "differently in this language, or sold under other names, with commas between. The English "
                "ones are always looked for too. Leave it empty if there are none.";
    struct buf list = BUF_INIT;
    for (size_t i = 0; i < group->nwords; i++) {
        buf_addf(&list, "%s%s", i > 0 ? ", " : "", group->word[i]);
    }
    const char *english = arena_strdup(walk->arena, buf_str(&list)), *words = english;
    text(walk, &words, kind, "dictionary/%s", group->id);
    if (words != english) {
        set_local(walk, group, words);
    }
    buf_done(&list);
}

/* In the form's own order; what is the patient's first, so that translators begin with it. */
static void walk_form(struct walk *walk, struct form *form)
{
    struct kind word = { FORM_READER_PATIENT, FORM_ROOM_WORD, NULL, false };
    text(walk, &form->title, patient_text, "form/title");
    form_texts(walk, &form->texts);
    struct form_section *section = own(walk, form->section, form->nsections, sizeof *section);
    struct form_question *q = own(walk, form->question, form->nquestions, sizeof *q);
    struct form_since *since = own(walk, form->since, form->nsince, sizeof *since);
    struct form_page *pages = own(walk, form->page, form->npages, sizeof *pages);
    struct form_item *items = own(walk, form->item, form->nitems, sizeof *items);
    struct form_rule *rules = own(walk, form->rule, form->nrules, sizeof *rules);
    struct form_policy *policy = own(walk, form->policy, form->npolicies, sizeof *policy);
    struct form_group *group = own(walk, form->dictionary.group, form->dictionary.ngroups, sizeof *group);
    for (size_t i = 0; i < form->nsections; i++) {
        text(walk, &section[i].title, word, "sections/%s", section[i].id);
    }
    for (size_t i = 0; i < form->nquestions; i++) {
        question(walk, &q[i]);
    }
    for (size_t i = 0; i < form->nsince; i++) {
        struct kind title = { FORM_READER_PATIENT, FORM_ROOM_TITLE, NULL, false };
        text(walk, &since[i].text, title, "since/%s/text", since[i].id);
        text(walk, &since[i].why, patient_text, "since/%s/why", since[i].id);
    }
    for (size_t i = 0; i < form->npages; i++) {
        page(walk, &pages[i]);
    }
    for (size_t i = 0; i < form->nitems; i++) {
        item(walk, &items[i]);
    }
    for (size_t i = 0; i < form->nrules; i++) {
        rule(walk, &rules[i]);
    }
    for (size_t i = 0; i < form->npolicies; i++) {
        text(walk, &policy[i].text, staff_text, "policies/%s", policy[i].id);
    }
    for (size_t i = 0; i < form->dictionary.ngroups; i++) {
        dictionary_group(walk, &group[i]);
    }
    form->section = section;
    form->question = q;
    form->since = since;
    form->page = pages;
    form->item = items;
    form->rule = rules;
    form->policy = policy;
    form->dictionary.group = group;
}

void form_strings(const struct form *form, form_string_fn *visit, void *arg)
{
    struct walk walk = { form, visit, NULL, arg, arena_new(), BUF_INIT };
    struct form scratch = *form;
    walk_form(&walk, &scratch);
    arena_free(walk.arena);
    buf_done(&walk.context);
}

struct form *form_translated(const struct form *form, const char *language, form_lookup_fn *lookup, void *arg)
{
    struct walk walk = { form, NULL, lookup, arg, arena_new(), BUF_INIT };
    struct form *copy = arena_alloc(walk.arena, sizeof *copy);
    *copy = *form;
    copy->arena = walk.arena;
    copy->language = arena_strdup(walk.arena, language);
    walk_form(&walk, copy);
    buf_done(&walk.context);
    return copy;
}

void form_share_words(struct form *const *form, size_t n)
{
    for (size_t g = 0; n > 0 && g < form[0]->dictionary.ngroups; g++) {
        size_t total = 0, at = 0;
        for (size_t i = 0; i < n; i++) {
            total += form[i]->dictionary.group[g].nlocal;
        }
        const char **all = mem_alloc((total + 1) * sizeof *all);
        for (size_t i = 0; i < n; i++) {
            const struct form_group *group = &form[i]->dictionary.group[g];
            for (size_t k = 0; k < group->nlocal; k++) {
                all[at++] = group->local[k];
            }
        }
        for (size_t i = 0; i < n; i++) {
            /* The array is the translated form's own. */
            struct form_group *group = (struct form_group *)&form[i]->dictionary.group[g];
            const char **word = arena_alloc(form[i]->arena, (total + 1) * sizeof *word);
            for (size_t k = 0; k < total; k++) {
                word[k] = arena_strdup(form[i]->arena, all[k]);
            }
            group->local = word;
            group->nlocal = total;
        }
        free(all);
    }
}
