#include "patient.h"

#include <stdlib.h>

#include "mem.h"

struct oddity {
    size_t question;
    option_set set;
};

struct patients {
    const struct form *form;
    const struct policies *policies;
    option_set *calm; /* one a question; 0: skipped */
    struct oddity *deck;
    size_t ndeck, at;
};

static bool has_options(const struct form_question *q)
{
    return q->type == QUESTION_CHOICE || q->type == QUESTION_CHOICES;
}

static double weight(struct assessment *a, const struct answers *answers, const struct patients *p,
                     struct date day)
{
    assess(a, answers, p->policies, day, day);
    return (double)a->class * 1000 + (double)a->nflags;
}

static void find_calm(struct patients *p, struct date today)
{
    struct answers *answers = answers_new(p->form);
    struct assessment *a = assessment_new();
    answers_set_context(answers, today, p->policies->value);
    for (size_t q = 0; q < p->form->nquestions; q++) {
        const struct form_question *question = &p->form->question[q];
        if (question->birth_date) {
            answers_set_date(answers, q, (struct date){ 1985, 6, 15 });
        }
        if (!has_options(question) || !answers_shown(answers, q)) {
            continue;
        }
        double least = weight(a, answers, p, today);
        for (size_t o = 0; o < question->noptions; o++) {
            answers_set_options(answers, q, OPTION_BIT(o));
            double now = weight(a, answers, p, today);
            if (now < least) {
                least = now;
                p->calm[q] = OPTION_BIT(o);
            }
        }
        answers_set_options(answers, q, p->calm[q]);
    }
    assessment_free(a);
    answers_free(answers);
}

static void add_oddity(struct patients *p, size_t q, option_set set)
{
    p->deck = mem_realloc(p->deck, p->ndeck + 1, sizeof *p->deck);
    p->deck[p->ndeck++] = (struct oddity){ q, set };
}

/* Every other answer of every main question. */
static void fill_deck(struct patients *p, struct dice *dice)
{
    for (size_t q = 0; q < p->form->nquestions; q++) {
        const struct form_question *question = &p->form->question[q];
        if (!has_options(question) || question->helper || question->main != q) {
            continue;
        }
        for (size_t o = 0; o < question->noptions; o++) {
            if (OPTION_BIT(o) != p->calm[q]) {
                add_oddity(p, q, OPTION_BIT(o));
            }
        }
        if (dice_percent(dice, 40) && question->general & OPTION_UNSURE) {
            add_oddity(p, q, OPTION_UNSURE);
        }
        if (dice_percent(dice, 30) && question->general & OPTION_PRIVATE) {
            add_oddity(p, q, OPTION_PRIVATE);
        }
    }
    for (size_t i = p->ndeck; i > 1; i--) {
        size_t j = (size_t)dice_of(dice, (int64_t)i);
        struct oddity swap = p->deck[i - 1];
        p->deck[i - 1] = p->deck[j];
        p->deck[j] = swap;
    }
}

struct patients *patients_new(const struct form *form, const struct policies *policies, struct date today,
                              struct dice *dice)
{
    struct patients *p = mem_alloc(sizeof *p);
    p->form = form;
    p->policies = policies;
    p->calm = mem_alloc((form->nquestions + 1) * sizeof *p->calm);
    find_calm(p, today);
    fill_deck(p, dice);
    return p;
}

void patients_free(struct patients *p)
{
    free(p->calm);
    free(p->deck);
    free(p);
}

static void answer_text(const struct form *form, struct answers *answers, size_t q, struct dice *dice)
{
    static const char *const words[] = { "Since last summer",
                                         "A few years ago, and it went away by itself",
                                         "My doctor knows of it",
                                         "On and off",
                                         "I would like to talk about it",
                                         "Twice this year" };
    const struct form_dictionary *d = &form->dictionary;
    if (q == d->question && d->ngroups > 0 && !dice_percent(dice, 20)) {
        const struct form_group *group = &d->group[dice_of(dice, (int64_t)d->ngroups)];
        answers_set_text(answers, q, group->word[dice_of(dice, (int64_t)group->nwords)]);
    } else {
        answers_set_text(answers, q, words[dice_of(dice, sizeof words / sizeof *words)]);
    }
}

/* An answer to a question that an odd one has opened. */
static void answer_any(const struct form *form, struct answers *answers, size_t q, struct date visit,
                       struct dice *dice)
{
    const struct form_question asked = answers_asked(answers, q);
    struct date past = date_add_days(
        visit, -(int)(dice_percent(dice, 70) ? dice_from(dice, 1, 27) : dice_from(dice, 28, 500)));
    switch (asked.type) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        answers_set_options(answers, q, OPTION_BIT(dice_of(dice, (int64_t)asked.noptions)));
        break;
    case QUESTION_DATE:
        past.day = asked.partial && dice_percent(dice, 40) ? 0 : past.day;
        answers_set_date(answers, q, past);
        break;
    case QUESTION_NUMBER: {
        double scale = 1;
        for (int i = 0; i < asked.decimals; i++) {
            scale *= 10;
        }
        answers_set_number(
            answers, q,
            (double)dice_from(dice, (int64_t)(asked.min * scale), (int64_t)(asked.max * scale)) / scale);
        break;
    }
    case QUESTION_TEXT:
        answer_text(form, answers, q, dice);
        break;
    case QUESTION_INFO:
        break;
    }
}

void patient_answer(struct patients *p, const struct person *person, int odd, struct date visit,
                    struct answers *answers, struct document_answer *how, struct dice *dice)
{
    const struct form *form = p->form;
    const struct oddity *mine[8] = { NULL };
    for (int i = 0; i < odd && i < 8; i++) {
        mine[i] = &p->deck[p->at++ % p->ndeck];
    }
    bool hasty = dice_percent(dice, 6), helped = person->helper[0] != '\0';
    for (size_t q = 0; q < form->nquestions; q++) {
        const struct form_question *question = &form->question[q];
        how[q] = (struct document_answer){
            .ms = (uint32_t)(hasty ? dice_from(dice, 400, 950) : dice_from(dice, 1800, 14000)),
            .fast = hasty,
            .given_by = helped ? "helper" : NULL,
            .ask_alone = helped && question->ask_alone,
        };
        option_set chosen = p->calm[q];
        for (int i = 0; i < odd && i < 8; i++) {
            chosen = mine[i]->question == q ? mine[i]->set : chosen;
        }
        if (!answers_shown(answers, q)) {
            continue;
        }
        if (question->birth_date) {
            answers_set_date(answers, q, person->birth_date);
        } else if (question->helper && helped && question->noptions > 1) {
            answers_set_options(
                answers, q, OPTION_BIT(dice_of(dice, (int64_t)question->noptions)) & ~question->exclusive);
        } else if (has_options(question) && chosen != 0) {
            answers_set_options(answers, q, chosen);
        } else if (question->main != q ||
                   (question->type == QUESTION_TEXT && dice_percent(dice, 12) && odd > 0)) {
            if (!dice_percent(dice, 6)) {
                answer_any(form, answers, q, visit, dice);
            }
        }
    }
}
