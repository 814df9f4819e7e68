/* What may cover a page: why, help, calling staff, stopping, a page to read, the warning. */
#include <stdlib.h>
#include <string.h>

#include "tr.h"
#include "wizard_internal.h"

static void code_page(struct wizard *w)
{
    const char *url = w->setup.clinic.url;

    if (!url || !*url) {
        pages_title(w, tr("Your list"));
        page_set(&w->page.code_text, tr("Point your phone's camera at the square to take the list along."));
        for (size_t i = 0; i < w->nresult_lines; i++) {
            char *line = check_line(w, i);
            pages_para(w, line);
            free(line);
        }
    } else {
        pages_title(w, tr("Our page"));
        page_set(&w->page.code_text, tr("Point your phone's camera at the square. Or type this address:"));
        pages_para(w, url);
    }
    pages_code(w);
}

static void plain_help(struct wizard *w)
{
    pages_para(w, tr("Type the number of an answer. Then press Enter."));
    pages_para(w, tr("Where you may choose more than one, type all the numbers. Put a space between them."));
    pages_para(w, tr("Type 0 if you are not sure. Type P to tell the practitioner in private."));
    pages_para(w, tr("A command is F and a number, like F2. Type it and press Enter."));
    pages_para(w, tr("F2 goes back. F4 skips a question. F3 says why we ask. F5 tells about the treatment."));
    pages_para(w, tr("F6 hides what was said. F8 calls staff. F10 stops."));
    pages_para(w, tr("Type a full stop to read the page again."));
    pages_para(w, tr("Where you type words, Enter alone keeps what is there. A slash (/) takes it away."));
}

/* Where there is no keyboard. */
static void touch_help(struct wizard *w)
{
    pages_para(w, tr("Touch an answer to choose it."));
    pages_para(w, tr("Where you may choose more than one, touch Next when you are done."));
    pages_para(w, tr("To type, touch the letters and numbers. \"Hide keys\" puts them away."));
    pages_para(w, tr("The buttons at the bottom go back, skip a question, hide the screen or call staff."));
}

static void help_page(struct wizard *w)
{
    pages_title(w, tr("Help"));
    if (w->setup.lines) {
        plain_help(w);
        return;
    }
    if (w->setup.touch == TOUCH_PAD) {
        touch_help(w);
        return;
    }
    pages_para(
        w, tr("Press the number beside an answer to choose it. Or move with the arrows and press Enter."));
    pages_para(w, tr("Where you may choose more than one, press Enter when you are done."));
    pages_para(w, tr("Press 0 if you are not sure. Press P to tell the practitioner in private."));
    pages_para(w, tr("The Tab key moves to the buttons at the bottom. Enter presses a button."));
    pages_para(w, tr("F2 or Esc goes back. F4 skips a question. F3 says why we ask."));
    pages_para(w, tr("F5 tells about the treatment. F6 hides the screen. F8 calls staff. F10 stops."));
    pages_para(w, map_offered(w) ? tr("F7 shows a picture to mark your answer on.") : NULL);
    pages_para(w, w->setup.colours ? tr("F11 changes the colours.") : NULL);
    pages_para(w, language_offered(w) ? tr("F12 changes the language.") : NULL);
    if (w->setup.touch == TOUCH_ON) {
        pages_para(w, tr("You can also touch answers and buttons. F7 shows keys for typing on the screen."));
    }
}

static void leaflet_page(struct wizard *w)
{
    const struct leaf *leaf = &w->leaf[w->leaf_at];

    w->page.step = w->leaf_at + 1;
    w->page.steps = w->nleaves;
    const struct form_page *read = &w->setup.form->page[leaf->page];
    char *title = pages_words(w, read->title);
    pages_title(w, title);
    free(title);
    for (size_t i = 0; i < read->nparagraphs; i++) {
        pages_form_para(w, leaf->said[i] ? read->paragraph[i].text : NULL);
    }
    pages_next(w, w->leaf_at + 1 < w->nleaves ? tr("Next") : tr("Close"));
}

static void staff_stop_rows(struct wizard *w)
{
    pages_menu(w, "1", tr("Go back to the form"), MENU_CLOSE, false);
    if (w->setup.staff->again) {
        pages_menu(w, "2", tr("Stop; nothing is saved"), MENU_LEAVE, false);
    } else {
        pages_menu(w, "2", tr("Stop for now, to finish it later"), MENU_LEAVE, false);
        if (!w->setup.staff->kept) {
            pages_menu(w, "3", tr("Stop and delete what was typed"), MENU_DELETE, false);
        }
    }
}

void cover_overlay(struct wizard *w)
{
    const struct form *form = w->setup.form;
    size_t question = flow_question(w, w->pos);

    switch (w->overlay) {
    case OVERLAY_WHY:
        pages_title(w, tr("Why we ask"));
        if (question != SIZE_MAX && form->question[question].why) {
            char *why = pages_question_words(w, form->question[question].why);
            pages_para(w, why);
            free(why);
        } else if (since_at(w, w->pos)) {
            pages_para(w, since_at(w, w->pos)->why);
        }
        break;
    case OVERLAY_HELP:
        help_page(w);
        break;
    case OVERLAY_STAFF:
        pages_title(w, tr("Do you want staff to come?"));
        pages_menu(w, "1", tr("Call staff"), MENU_CALL, false);
        pages_menu(w, "2", tr("I feel very unwell"), MENU_UNWELL, false);
        pages_menu(w, "3", tr("Go back"), MENU_CLOSE, false);
        break;
    case OVERLAY_URGENT:
        w->page.tone = PAGE_WARNING;
        if (w->setup.staff) {
            pages_title(w, tr("Tell the practitioner now"));
            pages_para(w, tr("This answer is urgent. The screens of staff show it too."));
        } else {
            pages_title(w, tr("Please talk to the staff now"));
            pages_form_para(w, form->texts.urgent);
        }
        pages_next(w, tr("Go on with the form"));
        break;
    case OVERLAY_STOP:
        pages_title(w, tr("Do you want to stop?"));
        if (w->setup.staff) {
            staff_stop_rows(w);
            break;
        }
        pages_para(w, tr("You can stop at any time and talk to the staff."));
        pages_menu(w, "1", tr("Go back to the form"), MENU_CLOSE, false);
        pages_menu(w, "2", tr("Stop and delete what I typed"), MENU_DELETE, false);
        break;
    case OVERLAY_CODE:
        code_page(w);
        break;
    case OVERLAY_LEAFLET:
        leaflet_page(w);
        break;
    case OVERLAY_LANGUAGE:
        language_page(w);
        break;
    case OVERLAY_MAP:
        map_page(w);
        break;
    case OVERLAY_NONE:
        break;
    }
    if (w->overlay == OVERLAY_LANGUAGE && !w->touched) { /* the first page of all */
        pages_action(w, ACTION_STAFF, "F8", tr("Call staff"));
        pages_colours(w);
        return;
    }
    if (w->overlay == OVERLAY_LEAFLET && w->leaf_at > 0) {
        pages_action(w, ACTION_BACK, "F2", tr("Back"));
    } else if (w->overlay != OVERLAY_URGENT && w->overlay != OVERLAY_MAP) {
        pages_action(w, ACTION_BACK, "F2", tr("Go back"));
    }
    if (w->overlay == OVERLAY_LEAFLET && w->leaf_at > 0) {
        pages_action(w, ACTION_ABOUT, "F5", tr("Close"));
    }
    pages_action(w, ACTION_HIDE, "F6", tr("Hide"));
    if (w->overlay != OVERLAY_LANGUAGE && language_offered(w)) {
        pages_action(w, ACTION_LANGUAGE, "F12", language_label(w));
    }
    if (w->overlay != OVERLAY_STAFF && !w->setup.staff) {
        pages_action(w, ACTION_STAFF, "F8", tr("Call staff"));
    }
    if (w->overlay == OVERLAY_HELP) {
        pages_colours(w);
    }
}

void cover_warning(struct wizard *w)
{
    w->page.tone = PAGE_WARNING;
    pages_title(w, tr("Are you still there?"));
    pages_para(w, w->setup.lines                ? tr("Press Enter to go on.")
                  : w->setup.touch == TOUCH_PAD ? tr("Touch the screen to go on.")
                                                : tr("Press any key to go on."));
    pages_para(w, w->setup.staff ? tr("If nobody does, this form closes. You can finish it later.")
                                 : tr("If nobody does, this form closes. That keeps your answers private."));
    pages_next(w, tr("Go on"));
    if (!w->setup.staff) {
        pages_action(w, ACTION_STAFF, "F8", tr("Call staff"));
    }
}
