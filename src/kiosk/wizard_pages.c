/* The state as a struct page. Words here are a patient's: short, calm, at most 20 words a sentence, and they
 * promise nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language.h"
#include "mem.h"
#include "policies.h"
#include "tr.h"
#include "wizard_entry.h"
#include "wizard_internal.h"

void pages_para(struct wizard *w, const char *text)
{
    if (text && *text) {
        page_add_para(&w->page, text);
    }
}

char *pages_words(const struct wizard *w, const char *text)
{
    const char *instead[PLACEHOLDERS];
    struct buf words = BUF_INIT;

    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        instead[i] = w->setup.form->texts.instead[i];
    }
    policies_fill_facts(&words, w->setup.form, w->setup.policies->value, text, w->setup.clinic.fact, instead);
    return buf_steal(&words);
}

char *pages_question_words(const struct wizard *w, const char *text)
{
    struct buf words = BUF_INIT;

    policies_fill(&words, w->setup.form, w->setup.policies->value, text);
    return buf_steal(&words);
}

void pages_form_para(struct wizard *w, const char *text)
{
    char *words = text ? pages_words(w, text) : NULL;

    pages_para(w, words);
    free(words);
}

static void form_paras(struct wizard *w, const char *const *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pages_form_para(w, text[i]);
    }
}

void pages_title(struct wizard *w, const char *text)
{
    page_set(&w->page.title, text);
}

void pages_action(struct wizard *w, enum wizard_action id, const char *key, const char *label)
{
    page_add_action(&w->page, (int)id, w->setup.touch == TOUCH_PAD ? "" : key, label);
}

void pages_next(struct wizard *w, const char *label)
{
    bool lines = w->overlay == OVERLAY_NONE && w->nedits && w->edit[0].multiline;

    const char *key = lines || w->setup.touch == TOUCH_PAD ? "" : tr("Enter");

    page_add_action(&w->page, ACTION_NEXT, key, label)->primary = true;
}

struct page_row *pages_row(struct wizard *w, const char *key, const char *text, enum row_kind kind,
                           uint64_t value)
{
    w->row = mem_realloc(w->row, w->nrows + 1, sizeof *w->row);
    w->row[w->nrows++] = (struct row_means){ kind, value, 0 };
    return page_add_row(&w->page, key, text);
}

void pages_colours(struct wizard *w)
{
    if (w->setup.colours) {
        pages_action(w, ACTION_COLOURS, "F11", tr("Colours"));
    }
}

/* --- Questions --- */

/* Sections that have a page now, and which of them this is; so the count grows when a branch opens, and the
 * patient's own place stays true. */
static void progress(struct wizard *w, size_t question)
{
    const struct form *form = w->setup.form;
    if (question == SIZE_MAX) {
        return;
    }
    size_t here = form->question[question].section;

    if (here < form->nsections) {
        page_set(&w->page.section, form->section[here].title);
    }
    for (size_t s = 0; s < form->nsections; s++) {
        bool shown = false;
        for (size_t i = 0; i < form->nquestions && !shown; i++) {
            shown = form->question[i].section == s && answers_shown(w->answers, i);
        }
        if (!shown) {
            continue;
        }
        w->page.steps++;
        if (s <= here) {
            w->page.step++;
        }
    }
}

static void general_rows(struct wizard *w, option_set takes, option_set set, bool keys)
{
    snprintf(w->private_line, sizeof w->private_line, "/%s", language_private());
    const struct {
        option_set bit;
        const char *key, *line, *text;
    } known[] = { { OPTION_UNSURE, "0", "/0", tr("Not sure") },
                  { OPTION_PRIVATE, language_private(), w->private_line,
                    tr("I'd rather tell the practitioner in private") } };
    bool apart = true;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!(takes & known[i].bit)) {
            continue;
        }
        struct page_row *row =
            pages_row(w, keys ? known[i].key : "", known[i].text, ROW_OPTION, known[i].bit);
        row->line = keys ? NULL : known[i].line;
        row->apart = apart;
        row->ticked = (set & known[i].bit) != 0;
        apart = false;
    }
}

static void fields(struct wizard *w)
{
    struct field_spec spec[WIZARD_FIELDS];
    size_t n = fields_spec(w, w->pos, spec);

    for (size_t i = 0; i < n; i++) {
        struct page_field *field = page_add_field(&w->page, spec[i].label, w->edit[i].text);
        field->cursor = w->edit[i].cursor;
        field->columns = spec[i].columns;
        field->multiline = spec[i].multiline;
        page_set(&field->hint, spec[i].hint);
        if (w->error.text[0] && w->error_at == i) {
            page_set(&field->error, w->error.text);
        }
    }
    struct date date = fields_date(w);
    const struct form_question *q =
        flow_question(w, w->pos) == SIZE_MAX ? NULL : &w->setup.form->question[flow_question(w, w->pos)];
    w->page.date = q && q->type == QUESTION_DATE;
    if (date_is_set(date)) {
        struct buf words = BUF_INIT;
        buf_reserve(&words, 64);
        entry_date_words(&words, date, true);
        page_set(&w->page.field[n - 1].echo, buf_str(&words));
        buf_wipe(&words);
    }
}

static void option_rows(struct wizard *w, const struct form_question *q, option_set set)
{
    for (size_t i = 0; i < q->noptions; i++) {
        char key[24];
        bool exclusive = (q->exclusive & OPTION_BIT(i)) != 0;
        snprintf(key, sizeof key, "%zu", i + 1);
        struct page_row *row = pages_row(w, key, q->option[i].text, ROW_OPTION, OPTION_BIT(i));
        row->ticked = (set & OPTION_BIT(i)) != 0;
        row->apart = exclusive && i > 0 && !(q->exclusive & OPTION_BIT(i - 1));
    }
}

static void question_page(struct wizard *w)
{
    size_t question = flow_question(w, w->pos);
    const struct form_question *q = &w->setup.form->question[question];
    option_set set = answers_options(w->answers, question);
    enum answer_state state = answers_state(w->answers, question);

    progress(w, question);
    char *text = pages_question_words(w, q->text), *hint = q->hint ? pages_question_words(w, q->hint) : NULL;
    pages_title(w, text);
    if (hint) {
        page_set(&w->page.hint, hint);
    } else if (q->type == QUESTION_CHOICES) {
        page_set(&w->page.hint, tr("Choose all that fit."));
    }
    free(text);
    free(hint);
    w->page.mark = q->type == QUESTION_CHOICES ? MARK_MANY : MARK_ONE;
    if (q->type == QUESTION_DATE && q->partial && !q->hint) {
        pages_para(w, tr("If you do not know the day, leave it empty."));
    }
    if (q->optional && !q->hint) {
        pages_para(w, tr("You can leave this empty."));
    }
    if (q->ask_alone && flow_helper(w)) {
        pages_para(w, tr("You have help here. So we ask the staff to talk about this with you alone."));
    }
    fields(w);
    option_rows(w, q, set);
    general_rows(w, q->general, set, w->nedits == 0);
    if (q->type != QUESTION_CHOICE || state != ANSWER_MISSING) {
        pages_next(w, tr("Next"));
    }
}

/* --- The pages around them --- */

void pages_menu(struct wizard *w, const char *key, const char *text, enum menu menu, bool ticked)
{
    pages_row(w, key, text, ROW_MENU, menu)->ticked = ticked;
}

static void consent_page(struct wizard *w)
{
    const struct form_texts *texts = &w->setup.form->texts;

    pages_title(w, tr("Do you agree?"));
    form_paras(w, texts->consent, texts->nconsent);
    w->page.mark = MARK_ONE;
    pages_menu(w, "1", tr("I agree"), MENU_AGREE, w->visit.consented_s != 0);
    pages_menu(w, "2", tr("I do not agree"), MENU_DECLINE, false);
}

static void birth_check_page(struct wizard *w)
{
    struct buf words = BUF_INIT, line = BUF_INIT;

    buf_reserve(&words, 64);
    buf_reserve(&line, 256);
    if (w->birth != SIZE_MAX) {
        entry_date_words(&words, answers_date(w->answers, w->birth), true);
    }
    buf_addf(&line, tr("You typed %s. Is this your birth date?"), buf_str(&words));
    pages_title(w, buf_str(&line));
    buf_wipe(&words);
    buf_wipe(&line);
    w->page.mark = MARK_ONE;
    pages_menu(w, "1", tr("Yes, this is right"), MENU_BIRTH_RIGHT, false);
    pages_menu(w, "2", tr("No, I want to change it"), MENU_BIRTH_WRONG, false);
}

static void signer_page(struct wizard *w)
{
    pages_title(w, tr("Who signs?"));
    w->page.mark = MARK_ONE;
    pages_menu(w, "1", tr("I sign for myself"), MENU_SIGN_SELF, w->signer_known && !w->signer_helper);
    pages_menu(w, "2", tr("My helper signs for me"), MENU_SIGN_HELPER, w->signer_known && w->signer_helper);
}

static void saving_page(struct wizard *w)
{
    pages_title(w, tr("Saving your answers"));
    if (w->save_late) {
        pages_para(w, tr("We are still saving. Please call staff."));
    } else if (w->save_trouble) {
        pages_para(w, tr("We are still saving. Please wait."));
    } else {
        pages_para(w, tr("Please wait a moment."));
    }
}

/* Does the page get a code? False: there is nothing to put in it, or the terminal cannot show one. */
bool pages_code(struct wizard *w)
{
    char *text = w->setup.codes ? check_code(w) : NULL;
    bool made = text && qr_encode(&w->page.code, text);

    mem_wipe_free(text);
    return made;
}

/* Drawn beside the text on a wide screen, and on a page of its own elsewhere. Without it, the address in
 * words. */
static void result_code(struct wizard *w)
{
    const char *url = w->setup.clinic.url;
    struct buf line = BUF_INIT;

    w->page.code_spare = true;
    if (pages_code(w)) {
        page_set(&w->page.code_text, tr("Take this along: point your phone's camera at the square."));
    } else if (url && *url) {
        buf_addf(&line, tr("You can read more at %s"), url);
        pages_para(w, buf_str(&line));
    }
    buf_done(&line);
}

static void result_page(struct wizard *w)
{
    const struct form_texts *texts = &w->setup.form->texts;

    w->page.tone = PAGE_DONE;
    if (w->setup.preview) {
        pages_title(w, tr("This was a preview"));
        pages_para(w, tr("Nothing was kept or sent. A patient would now read:"));
    } else {
        pages_title(w, tr("Your answers are saved"));
    }
    if (w->unseen) { /* first, so that a small window shows it */
        pages_para(w, tr("Please tell the desk that you are done. They cannot see it on their screen yet."));
    }
    pages_form_para(w, w->result_clear ? texts->result_clear : texts->result_flagged);
    if (!w->unseen) { /* "we will call you" would be untrue: nobody knows of it */
        form_paras(w, texts->next, texts->nnext);
    }
    if (w->nresult_lines) {
        pages_para(w, tr("To get ready:"));
    }
    for (size_t i = 0; i < w->nresult_lines; i++) {
        char *text = check_line(w, i);
        pages_para(w, text);
        free(text);
    }
    result_code(w);
    pages_next(w, tr("Done"));
}

static void privacy_contact(struct wizard *w, const char *contact)
{
    struct buf line = BUF_INIT;

    if (!contact || !*contact) {
        return;
    }
    buf_addf(&line, tr("Questions about this? %s"), contact);
    pages_para(w, buf_str(&line));
    buf_done(&line);
}

static void base_page(struct wizard *w)
{
    const struct form_texts *texts = &w->setup.form->texts;
    const char *const *fact = w->setup.clinic.fact, *name = fact[PLACEHOLDER_CLINIC];

    switch (flow_stage(w, w->pos)) {
    case STAGE_WELCOME:
        w->page.tone = PAGE_WELCOME;
        pages_title(w, name && *name ? name : w->setup.form->title);
        form_paras(w, texts->welcome, texts->nwelcome);
        pages_next(w, tr("Start"));
        break;
    case STAGE_SLIP:
        since_slip_page(w);
        fields(w);
        pages_next(w, tr("Next"));
        break;
    case STAGE_SINCE:
        since_page(w);
        if (*since_answer(w, w->pos) != SINCE_SKIPPED) {
            pages_next(w, tr("Next"));
        }
        break;
    case STAGE_PRIVACY:
        pages_title(w, tr("Your privacy"));
        form_paras(w, texts->privacy, texts->nprivacy);
        privacy_contact(w, fact[PLACEHOLDER_PRIVACY_CONTACT]);
        pages_next(w, tr("Next"));
        break;
    case STAGE_CONSENT:
        consent_page(w);
        break;
    case STAGE_DECLINED:
        w->page.tone = PAGE_DONE;
        pages_title(w, tr("That is all right"));
        pages_para(w, tr("Please go to the desk. The staff will help you there."));
        pages_para(w, tr("We are deleting what you typed."));
        pages_next(w, tr("Done"));
        break;
    case STAGE_BIRTH_CHECK:
        birth_check_page(w);
        break;
    case STAGE_MINOR:
        w->page.tone = PAGE_DONE;
        pages_title(w, tr("Thank you for telling us"));
        pages_form_para(w, texts->minor);
        pages_para(w, tr("We are deleting what you typed."));
        pages_next(w, tr("Done"));
        break;
    case STAGE_HELPER:
        progress(w, w->help);
        pages_title(w, tr("Who helps you with this form?"));
        pages_para(w, tr("If nobody is with you now, leave this empty."));
        fields(w);
        pages_next(w, tr("Next"));
        break;
    case STAGE_NAME:
        progress(w, w->help != SIZE_MAX ? w->help : w->birth);
        pages_title(w, tr("What is your name?"));
        fields(w);
        pages_next(w, tr("Next"));
        break;
    case STAGE_QUESTION:
        question_page(w);
        break;
    case STAGE_CHECK:
        pages_title(w, tr("Check your answers"));
        page_set(&w->page.hint, w->setup.touch == TOUCH_PAD ? tr("Touch an answer to change it.")
                                                            : tr("Type a number to change an answer."));
        check_rows(w);
        pages_next(w, tr("All is right"));
        break;
    case STAGE_SIGNER:
        signer_page(w);
        break;
    case STAGE_SIGN:
        pages_title(w, tr("Sign your answers"));
        pages_form_para(w, texts->attestation);
        if (since_returning(w)) {
            pages_para(w, tr("We know your name from your last visit. Initials will do."));
        }
        fields(w);
        pages_next(w, tr("Sign and send"));
        break;
    case STAGE_SAVING:
        saving_page(w);
        break;
    case STAGE_REFUSED:
        w->page.tone = PAGE_WARNING;
        pages_title(w, tr("Please go to the desk"));
        pages_para(w, tr("We could not save your answers. The staff will help you."));
        pages_next(w, tr("Done"));
        break;
    case STAGE_RESULT:
        result_page(w);
        break;
    }
}

/* The row of actions, in one order everywhere. */
static void base_actions(struct wizard *w)
{
    enum stage stage = flow_stage(w, w->pos);
    size_t question = flow_question(w, w->pos);
    bool over = stage >= STAGE_MINOR; /* nothing left to hide, delete or ask about */

    if (flow_can_go_back(w)) {
        pages_action(w, ACTION_BACK, "F2", tr("Back"));
    }
    if (flow_can_skip(w)) {
        pages_action(w, ACTION_SKIP, "F4", tr("Skip"));
    }
    const struct form_since *since = since_at(w, w->pos);
    if (since ? since->why != NULL : question != SIZE_MAX && w->setup.form->question[question].why) {
        pages_action(w, ACTION_WHY, "F3", tr("Why"));
    }
    if (!over) {
        pages_action(w, ACTION_HELP, "F1", tr("Help"));
    }
    if (map_offered(w)) {
        pages_action(w, ACTION_MAP, "F7", tr("Picture"));
    }
    if (leaflet_offered(w)) {
        pages_action(w, ACTION_ABOUT, "F5", stage == STAGE_RESULT ? tr("Read more") : tr("About"));
    }
    if (pad_offered(w)) {
        pages_action(w, ACTION_KEYS, "F7", w->pad_open ? tr("Hide keys") : tr("Show keys"));
    }
    if (stage == STAGE_WELCOME && w->setup.form->nsince > 0) {
        pages_action(w, ACTION_SLIP, "F9", tr("I have a slip"));
    }
    if (w->page.code.side > 0) {
        pages_action(w, ACTION_CODE, "F7", tr("Show code"));
    }
    if (w->touched) {
        pages_action(w, ACTION_HIDE, "F6", tr("Hide"));
    }
    if (language_offered(w) && stage != STAGE_SAVING) {
        pages_action(w, ACTION_LANGUAGE, "F12", language_label(w));
    }
    if (!w->setup.staff) {
        pages_action(w, ACTION_STAFF, "F8", tr("Call staff"));
    }
    if (stage == STAGE_WELCOME) {
        pages_colours(w);
    }
    if (w->setup.preview) {
        pages_action(w, ACTION_STOP, "F10", tr("Stop"));
    } else if (!over && w->touched) {
        pages_action(w, ACTION_STOP, "F10", tr("Stop"));
    }
}

const char *pages_call_text(const struct wizard *w)
{
    if (w->setup.staff) {
        return NULL;
    }
    if (w->setup.preview && w->call != CALL_NONE) {
        return tr("Preview: nobody was called.");
    }
    switch (w->call) {
    case CALL_MADE:
        return tr("We are calling the staff.");
    case CALL_SENT:
        return tr("We have called the staff.");
    case CALL_SEEN:
        return tr("Staff have seen this.");
    case CALL_LATE:
        return tr("If no one has come yet, please go to the desk.");
    default:
        return NULL;
    }
}

/* --- All of it --- */

/* Where a page's focus begins: what was typed or chosen before, else the first field or row, else the button
 * that goes on, else the first that does not blank the screen. */
static size_t first_focus(const struct wizard *w)
{
    const struct page *page = &w->page;

    for (size_t i = 0; i < page->nrows; i++) {
        if (page->row[i].ticked) {
            return page->nfields + i;
        }
    }
    bool to_read = w->overlay == OVERLAY_NONE && flow_stage(w, w->pos) == STAGE_CHECK;
    if (page->nfields + page->nrows > 0 && !to_read) {
        return 0;
    }
    for (size_t i = 0; i < page->nactions; i++) {
        if (page->action[i].primary) {
            return page->nfields + page->nrows + i;
        }
    }
    size_t first = 0;
    while (first + 1 < page->nactions && page->action[first].id == ACTION_HIDE) {
        first++;
    }
    return page->nfields + page->nrows + first;
}

static void place_focus(struct wizard *w)
{
    struct look *look = wizard_look(w);
    size_t count = page_focus_count(&w->page);

    if (!look->placed) {
        look->placed = true;
        look->focus = first_focus(w);
        look->follow = look->focus > 0 && look->focus < w->page.nfields + w->page.nrows;
    }
    if (look->focus >= count) {
        look->focus = count ? count - 1 : 0;
    }
    if (w->overlay == OVERLAY_NONE && look->focus < w->page.nfields) {
        w->pad_field = look->focus;
    }
    w->page.typed = w->pad_field;
    w->page.focus = look->focus;
    w->page.scroll = look->scroll;
    w->page.follow = look->follow;
    w->page.brought = look->brought;
}

/* A list of lines scrolls; what is said about it stands where nothing scrolls. */
static bool long_field(const struct wizard *w)
{
    return w->overlay == OVERLAY_NONE && w->nedits > 0 && w->edit[0].multiline;
}

static void notice(struct wizard *w)
{
    bool field = long_field(w) && w->error_at == SIZE_MAX && w->error.text[0];

    page_set(&w->page.notice, field ? w->error.text : pages_call_text(w));
    if (wizard_look(w)->brought) { /* the key that moved there has chosen nothing yet */
        page_set(&w->page.notice, w->setup.touch == TOUCH_PAD ? tr("Touch your answer.")
                                                              : tr("Press the number of your answer."));
    }
    if (!w->pending) {
        return;
    }
    struct buf line = BUF_INIT;
    buf_addf(&line, tr("%c: type a second digit, or wait."), w->pending);
    /* In the hint's place if there is one in sight, so that nothing moves. */
    bool hint = w->page.hint && wizard_look(w)->scroll == 0;
    page_set(hint ? &w->page.hint : &w->page.notice, buf_str(&line));
    buf_done(&line);
}

void pages_build(struct wizard *w)
{
    page_reset(&w->page);
    w->nrows = 0;
    w->stale = false;
    w->page.serial = w->serial;
    w->page.demo = w->setup.demo;
    w->page.preview = w->setup.preview;
    w->page.touch = w->setup.touch != TOUCH_OFF;
    if (w->warning) {
        cover_warning(w);
        return;
    }
    if (w->hidden) {
        w->page.tone = PAGE_BLANK;
        pages_action(w, ACTION_SHOW, "F6", tr("Show"));
        if (!w->setup.staff) {
            pages_action(w, ACTION_STAFF, "F8", tr("Call staff"));
        }
        return;
    }
    if (w->overlay != OVERLAY_NONE) {
        cover_overlay(w);
    } else {
        base_page(w);
        base_actions(w);
        pad_build(w);
        if (w->error_at == SIZE_MAX && w->error.text[0] && !long_field(w)) {
            page_set(&w->page.error, w->error.text);
        }
    }
    notice(w);
    place_focus(w);
}
