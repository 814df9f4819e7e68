/* What a patient reads in the microneedling form: what may not stand there, and what must. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "text.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

static const struct form *form;

static void setup(void)
{
    form = content_open();
}

TestSuite(content_words, .init = setup, .fini = content_close);

/* Calls `see` with every text of the form that a patient may see. */
static void each_patient_text(void (*see)(const char *of, const char *text))
{
    const struct form_texts *t = &form->texts;
    const struct {
        const char *const *text;
        size_t n;
    } lists[] = { { t->welcome, t->nwelcome },
                  { t->privacy, t->nprivacy },
                  { t->consent, t->nconsent },
                  { t->next, t->nnext } };
    const char *const single[] = { t->attestation, t->result_clear, t->result_flagged, t->minor, t->urgent };
    for (size_t i = 0; i < N(lists); i++) {
        for (size_t j = 0; j < lists[i].n; j++) {
            see("texts", lists[i].text[j]);
        }
    }
    for (size_t i = 0; i < N(single); i++) {
        see("texts", single[i]);
    }
    for (size_t i = 0; i < form->nquestions; i++) {
        const struct form_question *q = &form->question[i];
        see(q->id, q->text);
        see(q->id, q->hint ? q->hint : "");
        see(q->id, q->why ? q->why : "");
        for (size_t o = 0; o < q->noptions; o++) {
            see(q->id, q->option[o].text);
        }
    }
    for (size_t i = 0; i < form->npages; i++) {
        see(form->page[i].id, form->page[i].title);
        for (size_t k = 0; k < form->page[i].nparagraphs; k++) {
            see(form->page[i].id, form->page[i].paragraph[k].text);
        }
    }
    for (size_t i = 0; i < form->nsince; i++) {
        see(form->since[i].id, form->since[i].text);
        see(form->since[i].id, form->since[i].why);
    }
    for (size_t i = 0; i < form->nitems; i++) {
        if (form->item[i].who != ITEM_STAFF) {
            see(form->item[i].id, form->item[i].text);
            see(form->item[i].id, form->item[i].when_text ? form->item[i].when_text : "");
        }
    }
}

static void expect_no_promise(const char *of, const char *text)
{
    static const char *const banned[] = { "eligib", "approv", "cleared", "safe" };
    char *folded = text_fold_words(text);
    for (size_t i = 0; i < N(banned); i++) {
        cr_expect_null(strstr(folded, banned[i]), "%s says \"%s\"", of, text);
    }
    free(folded);
}

Test(content_words, no_patient_reads_eligible_approved_cleared_or_safe)
{
    each_patient_text(expect_no_promise);
}

static const char *wanted;
static size_t found;

static void look_for(const char *of, const char *text)
{
    (void)of;
    found += strstr(text, wanted) != NULL;
}

Test(content_words, what_a_patient_must_read_is_there)
{
    static const struct {
        const char *sentence;
        size_t times;
    } must[] = {
        { "It does not say what is wrong, or if you can be treated. A person reads your answers and decides "
          "with you.",
          1 },
        { "You can skip, say you are not sure, or talk in private.", 1 },
        { "If you feel very unwell or cannot breathe well, tell staff now.", 1 },
        { "Do not stop it. Take it just as your doctor told you.", 1 },                       /* Q16 */
        { "Do not stop this medicine. Take it just as your doctor told you.", 1 },            /* Q16a */
        { "Do not stop them because of this form.", 1 },                                      /* Q13 */
        { "Do not stop them.", 1 },                                                           /* Q14 */
        { "Told by a doctor (do not stop)", 1 },                                              /* Q17 */
        { "Keep taking every medicine a doctor gave you.", 1 },                               /* P04 */
        { "unless a doctor told you to take it.", 1 },                                        /* P04 */
        { "Ask first if a doctor prescribed it.", 1 },                                        /* P02 */
        { "Do NOT stop your blood thinner, or aspirin or pain pills a doctor gave you.", 1 }, /* P12 */
        { "Please do not stop any medicine your doctor gave you.", 1 },                       /* any flag */
        { "Your practitioner will still check your skin, talk with you, and decide.", 1 },
        { "This is not a yes to the treatment. The person who treats me will ask me that.", 1 },
        { "Please go to the desk. An adult who is your parent or guardian needs to be with you.", 1 },
    };
    for (size_t i = 0; i < N(must); i++) {
        wanted = must[i].sentence;
        found = 0;
        each_patient_text(look_for);
        cr_expect_eq(found, must[i].times, "%zu times: %s", found, wanted);
    }
}

Test(content_words, staff_are_told_never_to_advise_stopping_a_medicine)
{
    static const struct {
        const char *flag, *sentence;
    } must[] = {
        { "ANTICOAG", "Never tell the patient to stop." },
        { "ISO_CURRENT", "Never advise stopping it." },
        { "ANTICOAG_INR", "Call the prescriber." },
        { "X5", "Contact the prescriber today." },
    };
    for (size_t i = 0; i < N(must); i++) {
        const struct form_rule *rule = &form->rule[form_rule_index(form, must[i].flag)];
        cr_expect_not_null(strstr(rule->reason, must[i].sentence), "%s: %s", must[i].flag, rule->reason);
    }
    wanted = "Never advise stopping a prescribed medicine.";
    found = 0;
    for (size_t i = 0; i < form->nitems; i++) {
        found += form->item[i].who == ITEM_STAFF && strstr(form->item[i].text, wanted);
    }
    cr_expect_eq(found, 1, "S06");
}

/* What staff write down (clinical content, section 4: S09, S11, S12, S19). */
Test(content_words, lot_expiry_numbing_and_depth_are_fields_of_their_items)
{
    static const struct {
        const char *item;
        size_t fields;
        const char *first;
    } want[] = { { "S09", 2, "Lot number" },
                 { "S11", 4, "Numbing product and strength" },
                 { "S12", 1, "Depth (mm)" },
                 { "S19", 3, "Settings and passes" } };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const struct form_item *item = NULL;
        for (size_t k = 0; k < form->nitems; k++) {
            item = strcmp(form->item[k].id, want[i].item) == 0 ? &form->item[k] : item;
        }
        cr_assert_not_null(item, "%s", want[i].item);
        cr_assert_eq(item->nfields, want[i].fields, "%s", want[i].item);
        cr_expect_str_eq(item->field[0], want[i].first);
    }
}
