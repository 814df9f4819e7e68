/* `foyer paper`: what is on the screen is on paper too, and no more than that. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "form_load.h"
#include "policies.h"

#define FORM "forms/microneedling"

static int64_t wall(void *arg)
{
    (void)arg;
    return 1795269600; /* 2026-11-21 14:00 UTC */
}

static const struct clock noon = { wall, wall, NULL };

static struct form *form;

static void setup(void)
{
    struct problems problems = PROBLEMS_INIT;
    form = form_load(FORM, &problems);
    cr_assert_not_null(form);
}

static void teardown(void)
{
    form_free(form);
}

TestSuite(paper, .init = setup, .fini = teardown);

/* Its output with every run of blanks as one, so that how lines break does not matter. free() it. */
static char *foyer(int status, const char *const *words)
{
    char *argv[16] = { (char *)"foyer" }, *out = NULL, *err = NULL;
    size_t out_len = 0, err_len = 0;
    int argc = 1;
    for (; words[argc - 1] != NULL; argc++) {
        argv[argc] = (char *)words[argc - 1];
    }
    FILE *in = fopen("/dev/null", "r"), *to = open_memstream(&out, &out_len),
         *said = open_memstream(&err, &err_len);
    cr_assert(in && to && said);
    cr_expect_eq(command_main(argc, argv, in, to, said, &noon), status);
    fclose(in);
    fclose(to);
    fclose(said);
    size_t n = 0;
    for (size_t i = 0; i < out_len; i++) {
        char c = out[i] == '\n' ? ' ' : out[i];
        if (c != ' ' || n == 0 || out[n - 1] != ' ') {
            out[n++] = c;
        }
    }
    out[n] = '\0';
    cr_expect_eq(status == COMMAND_OK, err_len == 0, "%s", err);
    free(err);
    return out;
}
#define FOYER(status, ...) foyer(status, (const char *const[]){ __VA_ARGS__, NULL })

/* Does the text stand there, blanks aside? */
static bool holds(const char *page, const char *text)
{
    char *copy = strdup(text), *from = copy, *to = copy;
    for (; *from != '\0'; from++) {
        char c = *from == '\n' ? ' ' : *from;
        if (c != ' ' || to == copy || to[-1] != ' ') {
            *to++ = c;
        }
    }
    *to = '\0';
    bool is = strstr(page, copy) != NULL;
    free(copy);
    return is;
}

/* By the form's own policies; 0: it is asked. */
static option_set set_by_clinic(const struct form_question *q)
{
    return q->set_to == NULL ? 0 : q->set_to[(size_t)form->policy[q->set_by].value];
}

Test(paper, every_question_and_every_answer_is_there_in_the_order_of_the_screen)
{
    char *page = FOYER(COMMAND_OK, "paper", FORM);
    const char *at = page;
    for (size_t i = 0; i < form->nquestions; i++) {
        const struct form_question *q = &form->question[i];
        char code[32];
        if (set_by_clinic(q) != 0 || (q->ask_if != NULL && q->ask_if->kind == COND_OPTIONS &&
                                      set_by_clinic(&form->question[q->ask_if->question]) != 0)) {
            continue; /* the clinic answers it, or what it hangs on */
        }
        struct buf text = BUF_INIT;
        policies_fill(&text, form, NULL, q->text);
        cr_expect(holds(page, buf_str(&text)), "no question %s", q->id);
        buf_done(&text);
        for (size_t o = 0; o < q->noptions; o++) {
            char box[400];
            snprintf(box, sizeof box, "[ ] %s", q->option[o].text);
            cr_expect(holds(page, box), "no answer %s of %s", q->option[o].id, q->id);
        }
        if (q->type != QUESTION_INFO) {
            snprintf(code, sizeof code, "(%s)", q->code);
            const char *found = strstr(at, code);
            cr_expect_not_null(found, "%s is not in its place", q->id);
            at = found != NULL ? found : at;
        }
    }
    for (size_t i = 0; i < form->texts.nconsent; i++) {
        cr_expect(strchr(form->texts.consent[i], '{') != NULL || holds(page, form->texts.consent[i]));
    }
    cr_expect(holds(page, form->texts.attestation));
    cr_expect(strstr(page, "Signature ___") && strstr(page, "Helper's signature ___"));
    cr_expect(strstr(page, "DEMO, not for patients"));
    cr_expect_null(strchr(page, '{'), "a fact of the clinic was not filled in");
    free(page);
}

Test(paper, a_follow_up_says_in_words_whom_it_is_for)
{
    char *page = FOYER(COMMAND_OK, "paper", FORM);
    cr_expect(holds(page, "If you ticked \"In the past\" at question "), "%s", page);
    for (size_t i = 0; i < form->nquestions; i++) {
        char code[32];
        snprintf(code, sizeof code, "(%s)", form->question[i].code);
        const char *at = strstr(page, code);
        if (form->question[i].ask_if == NULL || at == NULL) {
            continue;
        }
        const char *before = at;
        while (before > page && strncmp(before, " If ", 4) != 0) {
            before--;
        }
        /* Between "If ...:" and the question stands no other question's code. */
        const char *other = strstr(before, "(Q");
        cr_expect_eq(other, at, "%s has no \"If\" before it", form->question[i].id);
    }
    free(page);
}

Test(paper, the_hand_out_holds_what_everyone_gets_and_nothing_private)
{
    char *page = FOYER(COMMAND_OK, "paper", FORM, "--handout");
    for (size_t i = 0; i < form->nitems; i++) {
        const struct form_item *item = &form->item[i];
        bool there = item->who != ITEM_STAFF && item->base && !item->sensitive;
        if (strchr(item->text, '{') == NULL) {
            cr_expect_eq(holds(page, item->text), there, "item %s", item->id);
        }
    }
    cr_expect(holds(page, "When: from 14 days before your visit, until the day of your visit."), "%s", page);
    cr_expect_null(strchr(page, '{'));
    free(page);
}

Test(paper, what_makes_no_sense_is_said)
{
    free(FOYER(COMMAND_USAGE, "paper", FORM, "--size", "A3"));
    free(FOYER(COMMAND_FAILED, "paper", "forms/nothing"));
    free(FOYER(COMMAND_FAILED, "paper", FORM, "-o", "/nonexistent/x.txt"));
    free(FOYER(COMMAND_USAGE, "paper"));
}
