/* questionnaire.c: the form in the order of the screen; a question and its answers are never parted. */
#include "questionnaire.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cond.h"
#include "mem.h"
#include "policies.h"
#include "questionnaire_internal.h"
#include "tr.h"

enum { LIST_LINES = 6, DATE_PARTS = 3 };

/* What is being made. */
struct sheet {
    const struct questionnaire *q;
    struct print print;
    struct questionnaire_plan plan;
};

static const char *number_of(const struct sheet *s, size_t question)
{
    return s->plan.number[question];
}

/* --- texts of the form --- */

static void fill(const struct sheet *s, struct buf *out, const char *text)
{
    buf_reset(out);
    policies_fill_facts(out, s->q->form, s->q->policies->value, text, s->q->fact, s->q->form->texts.instead);
}

static void paragraphs(struct sheet *s, const char *const *text, size_t n)
{
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        fill(s, &line, text[i]);
        print_text(&s->print, buf_str(&line));
    }
    buf_done(&line);
}

/* --- one question --- */

/* A question's text or hint with the clinic's numbers in it. free() it. */
static char *words_of(const struct sheet *s, const char *text)
{
    struct buf words = BUF_INIT;
    policies_fill(&words, s->q->form, s->q->policies->value, text);
    return buf_steal(&words);
}

static void general_answers(struct sheet *s, const struct form_question *question)
{
    if (question->general != 0) {
        print_gap(&s->print);
    }
    if (question->general & OPTION_UNSURE) {
        print_box(&s->print, tr(QUESTIONNAIRE_UNSURE));
    }
    if (question->general & OPTION_PRIVATE) {
        print_box(&s->print, tr(QUESTIONNAIRE_PRIVATE));
    }
}

static void answer_room(struct sheet *s, size_t i)
{
    const struct form_question *question = &s->q->form->question[i];
    const struct form_unit *asked = questionnaire_unit(s->q->form, s->q->policies, i);
    const char *unit = asked != NULL ? asked->unit : question->unit;
    const char *const day[DATE_PARTS] = { tr("Day"), tr("Month"), tr("Year") };
    switch (question->type) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        for (size_t o = 0; o < question->noptions; o++) {
            print_box(&s->print, question->option[o].text);
        }
        break;
    case QUESTION_DATE:
        print_fields(&s->print, day, DATE_PARTS);
        break;
    case QUESTION_NUMBER:
        print_field(&s->print, unit != NULL ? unit : tr("Number"));
        break;
    case QUESTION_TEXT:
        print_lines(&s->print, question->multiline ? LIST_LINES : 1);
        break;
    case QUESTION_INFO:
        break;
    }
}

static void hints(struct sheet *s, const struct form_question *question)
{
    if (question->hint != NULL) {
        char *hint = words_of(s, question->hint);
        print_small(&s->print, hint);
        free(hint);
    } else if (question->type == QUESTION_CHOICES) {
        print_small(&s->print, tr("Choose all that fit."));
    }
    if (question->type == QUESTION_DATE && question->partial) {
        print_small(&s->print, tr("If you do not know the day, leave it empty."));
    }
}

/* "If you ticked ... :" before a question that is not for everyone. */
static void condition(struct sheet *s, const struct form_question *question)
{
    struct buf line = BUF_INIT;
    if (question->ask_if != NULL && questionnaire_plan_holds(&s->plan, question->ask_if) < 0) {
        print_gap(&s->print);
        questionnaire_condition(&line, s->q->form, question->ask_if, s->q->policies, s->plan.number);
        print_text(&s->print, buf_str(&line));
    }
    buf_done(&line);
}

static void helper_fields(struct sheet *s)
{
    print_indent(&s->print, 1);
    print_text(&s->print, tr("Who helps you with this form? If nobody is with you now, leave this empty."));
    print_field(&s->print, tr("Helper's name"));
    print_field(&s->print, tr("Relation to you"));
}

static void ask(struct sheet *s, size_t i)
{
    const struct form_question *question = &s->q->form->question[i];
    char *text = words_of(s, question->text);
    print_keep(&s->print, true);
    print_indent(&s->print, question->main == i ? 0 : 1);
    condition(s, question);
    if (question->type == QUESTION_INFO) {
        print_text(&s->print, text);
    } else {
        print_question(&s->print, number_of(s, i), text, question->code);
        print_indent(&s->print, question->main == i ? 1 : 2);
        hints(s, question);
        answer_room(s, i);
        general_answers(s, question);
    }
    print_keep(&s->print, false);
    if (question->helper) {
        print_keep(&s->print, true);
        helper_fields(s);
        print_keep(&s->print, false);
    }
    print_indent(&s->print, 0);
    free(text);
}

static void ask_all(struct sheet *s)
{
    const struct form *form = s->q->form;
    size_t section = SIZE_MAX;
    for (size_t i = 0; i < form->nquestions; i++) {
        if (!s->plan.asked[i]) {
            continue;
        }
        if (form->question[i].section != section) {
            section = form->question[i].section;
            print_heading(&s->print, form->section[section].title);
        }
        ask(s, i);
    }
}

/* --- before and after --- */

static void begin(struct sheet *s, struct buf *out, enum print_as as, const char *title, struct buf *foot)
{
    const struct form *form = s->q->form;
    char hash[2 * QUESTIONNAIRE_HASH + 1];
    for (size_t i = 0; i < QUESTIONNAIRE_HASH; i++) {
        snprintf(hash + 2 * i, 3, "%02x", form->hash[i]);
    }
    const char *clinic = s->q->fact[PLACEHOLDER_CLINIC], *phone = s->q->fact[PLACEHOLDER_PHONE];
    buf_addf(foot, "%s%s%s%s", clinic, *clinic && *phone ? ", " : "", phone, *clinic || *phone ? ". " : "");
    buf_addf(foot, tr("%s, version %s, %s"), form->title, form->version, hash);
    const struct print_setup setup = {
        .title = title,
        .language = form->language,
        .head = s->q->demo ? tr("DEMO, not for patients") : "",
        .foot = buf_str(foot),
        .size = s->q->size,
        .points = s->q->large ? PRINT_LARGE : PRINT_NORMAL,
    };
    print_start(&s->print, out, as, &setup);
    print_title(&s->print, title);
    if (*clinic || *phone) {
        struct buf line = BUF_INIT;
        buf_addf(&line, "%s%s%s", clinic, *clinic && *phone ? ", " : "", phone);
        print_text(&s->print, buf_str(&line));
        buf_done(&line);
    }
}

static void about_patient(struct sheet *s)
{
    print_keep(&s->print, true);
    print_heading(&s->print, tr("Your name"));
    print_field(&s->print, tr("Name"));
    print_field(&s->print, tr("Phone (may stay empty)"));
    print_keep(&s->print, false);
}

static void consent(struct sheet *s)
{
    const struct form_texts *texts = &s->q->form->texts;
    print_keep(&s->print, true);
    print_heading(&s->print, tr("Do you agree?"));
    paragraphs(s, texts->consent, texts->nconsent);
    print_box(&s->print, tr("I agree"));
    print_box(&s->print, tr("I do not agree"));
    print_small(&s->print, tr("If you do not agree, stop here. Please talk to the staff."));
    print_keep(&s->print, false);
}

static void signatures(struct sheet *s)
{
    struct buf line = BUF_INIT;
    print_keep(&s->print, true);
    print_heading(&s->print, tr("Sign your answers"));
    fill(s, &line, s->q->form->texts.attestation);
    print_text(&s->print, buf_str(&line));
    print_field(&s->print, tr("Signature"));
    print_field(&s->print, tr("Date"));
    print_text(&s->print, tr("If someone helped you with this form, they sign here too."));
    print_field(&s->print, tr("Helper's signature"));
    print_field(&s->print, tr("Date"));
    print_keep(&s->print, false);
    buf_done(&line);
}

static void staff_corner(struct sheet *s)
{
    const char *const entered[2] = { tr("Entered by"), tr("On") };
    const char *const checked[2] = { tr("Intake"), tr("Checked by") };
    print_keep(&s->print, true);
    print_rule(&s->print);
    print_heading(&s->print, tr("For staff"));
    print_small(&s->print,
                tr("Read the answers before the treatment: on paper nothing has been flagged yet."));
    print_fields(&s->print, entered, 2);
    print_fields(&s->print, checked, 2);
    print_keep(&s->print, false);
}

void questionnaire_print(struct buf *out, enum print_as as, const struct questionnaire *q)
{
    struct sheet s = { .q = q };
    struct buf foot = BUF_INIT, title = BUF_INIT;
    const struct form_texts *texts = &q->form->texts;
    questionnaire_plan_make(&s.plan, q->form, q->policies);
    buf_addf(&title, tr("%s: questions before your visit"), q->form->title);
    begin(&s, out, as, buf_str(&title), &foot);
    paragraphs(&s, texts->welcome, texts->nwelcome);
    print_text(&s.print,
               tr("Tick one box for each question, unless it says more. Leave out what does not fit you."));
    print_keep(&s.print, true);
    print_heading(&s.print, tr("Your privacy"));
    paragraphs(&s, texts->privacy, texts->nprivacy);
    print_keep(&s.print, false);
    consent(&s);
    about_patient(&s);
    ask_all(&s);
    signatures(&s);
    staff_corner(&s);
    print_end(&s.print);
    questionnaire_plan_done(&s.plan);
    buf_done(&title);
    buf_done(&foot);
}

/* --- the hand-out --- */

static void add_day(struct buf *out, int day)
{
    if (day == 0) {
        buf_adds(out, tr("the day of your visit"));
    } else if (day < 0) {
        buf_addf(out, tr_n("%d day before your visit", "%d days before your visit", (unsigned long)-day),
                 -day);
    } else {
        buf_addf(out, tr_n("%d day after your visit", "%d days after your visit", (unsigned long)day), day);
    }
}

static void add_edge(struct buf *out, const char *word, int day)
{
    if (day != DAY_NONE) {
        buf_addf(out, "%s%s ", out->len > 0 ? ", " : "", word);
        add_day(out, day);
    }
}

static void add_edges(const struct sheet *s, struct buf *out, const struct form_window *window)
{
    const double *value = s->q->policies->value;
    int from = policies_day(value, window->from_day, window->from_by);
    int least = policies_day(value, window->least_day, window->least_by);
    int until = policies_day(value, window->until_day, window->until_by);
    if (from != DAY_NONE && from == until) {
        add_edge(out, tr("on"), from);
        return;
    }
    add_edge(out, tr("from"), least != DAY_NONE && least < from ? least : from);
    add_edge(out, tr("at the latest from"), least);
    add_edge(out, tr("until"), until);
}

static void item(struct sheet *s, const struct form_item *item)
{
    struct buf text = BUF_INIT, when = BUF_INIT;
    if (item->nwindows > 0) {
        add_edges(s, &when, &item->window[0]);
    }
    if (item->when_text != NULL) {
        fill(s, &text, item->when_text);
        buf_addf(&when, "%s%s", when.len > 0 ? ", " : "", buf_str(&text));
    }
    fill(s, &text, item->text);
    print_keep(&s->print, true);
    print_box(&s->print, buf_str(&text));
    if (when.len > 0) {
        struct buf line = BUF_INIT;
        buf_addf(&line, tr("When: %s."), buf_str(&when));
        print_indent(&s->print, 1);
        print_small(&s->print, buf_str(&line));
        print_indent(&s->print, 0);
        buf_done(&line);
    }
    print_keep(&s->print, false);
    buf_done(&when);
    buf_done(&text);
}

/* "Blisters on the treated skin: call right away." */
static void call_item(struct sheet *s, const struct form_item *item)
{
    struct buf text = BUF_INIT;
    fill(s, &text, item->text);
    if (item->when_text != NULL) {
        struct buf when = BUF_INIT;
        fill(s, &when, item->when_text);
        buf_addf(&text, ": %s.", buf_str(&when));
        buf_done(&when);
    }
    print_text(&s->print, buf_str(&text));
    buf_done(&text);
}

static void items(struct sheet *s, enum item_for who, const char *heading)
{
    const struct form *form = s->q->form;
    bool begun = false;
    for (size_t i = 0; i < form->nitems; i++) {
        if (form->item[i].who != who || !form->item[i].base || form->item[i].sensitive) {
            continue;
        }
        if (!begun) {
            print_heading(&s->print, heading);
        }
        begun = true;
        if (who == ITEM_CALL) {
            call_item(s, &form->item[i]);
        } else {
            item(s, &form->item[i]);
        }
    }
}

/* Whatever may be said to a patient of this clinic: what hangs on an answer is there for all answers. */
static void pages(struct sheet *s, enum form_page_at at)
{
    const struct form *form = s->q->form;
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < form->npages; i++) {
        const struct form_page *page = &form->page[i];
        if (page->at != at) {
            continue;
        }
        bool begun = false;
        for (size_t p = 0; p < page->nparagraphs; p++) {
            const struct form_paragraph *paragraph = &page->paragraph[p];
            if (paragraph->when != NULL && questionnaire_plan_holds(&s->plan, paragraph->when) == 0) {
                continue;
            }
            if (!begun) {
                fill(s, &line, page->title);
                print_heading(&s->print, buf_str(&line));
            }
            begun = true;
            paragraphs(s, &paragraph->text, 1);
        }
    }
    buf_done(&line);
}

void questionnaire_handout(struct buf *out, enum print_as as, const struct questionnaire *q)
{
    struct sheet s = { .q = q };
    struct buf foot = BUF_INIT, title = BUF_INIT;
    questionnaire_plan_make(&s.plan, q->form, q->policies);
    buf_addf(&title, tr("%s: what to know"), q->form->title);
    begin(&s, out, as, buf_str(&title), &foot);
    pages(&s, FORM_PAGE_BEFORE);
    items(&s, ITEM_PATIENT, tr("What you can do to get ready"));
    pages(&s, FORM_PAGE_AFTER);
    items(&s, ITEM_AFTERCARE, tr("After the treatment"));
    items(&s, ITEM_CALL, tr("When to call us"));
    print_end(&s.print);
    questionnaire_plan_done(&s.plan);
    buf_done(&title);
    buf_done(&foot);
}
