/* What stands around a page's body: the bar at the top, and at the foot a notice and the actions. */
#include "text.h"
#include "tr.h"
#include "view_internal.h"

enum {
    FOOT_LINES = 3,    /* of actions, at most; fewer where rows are few */
    FOOT_COLUMNS = 77, /* the actions of a question in English, two columns apart */
    STEPS_SHOWN = 12,  /* a longer bar says less than the numbers beside it */
};

/* --- The bar at the top --- */

/* "2 of 5", with the section and a drawn bar before it as `parts` (0 to 2) allows. */
static void progress_text(const struct view *view, struct buf *out, int parts)
{
    const struct page *page = view->page;
    bool glyphs = ui_has_glyphs(view->ui);

    if (page->section && (parts >= 1 || page->steps == 0)) {
        buf_adds(out, page->section);
    }
    if (page->steps == 0) {
        return;
    }
    if (parts >= 1 && page->section) {
        buf_adds(out, "  ");
    }
    if (parts >= 2 && page->steps <= STEPS_SHOWN) {
        buf_adds(out, glyphs ? "" : "[");
        for (size_t i = 0; i < page->steps; i++) {
            buf_adds(out, i < page->step ? (glyphs ? "\xE2\x96\xA0" : "#") : (glyphs ? "\xE2\x96\xA1" : "-"));
        }
        buf_adds(out, glyphs ? " " : "] ");
    }
    buf_addf(out, tr("%zu of %zu"), page->step, page->steps);
}

/* The mark comes before the place, the place before the clinic's name. */
int frame_bar(struct view *view)
{
    struct ui *ui = view->ui;
    struct buf right = BUF_INIT;
    struct buf demo = BUF_INIT;
    int inner = view->columns - 2;
    int name_width = view->page->tone == PAGE_WELCOME ? 0 : text_width(view->clinic);
    int name_least = name_width < 24 ? name_width : 24; /* a stump of it says nothing */
    int column = 1;
    int rows = 1;

    if (view->page->preview || view->page->demo) {
        buf_addf(&demo, " %s ",
                 view->page->preview ? tr("PREVIEW, nothing is kept") : tr("DEMO, not for patients"));
    }
    int demo_width = text_width(buf_str(&demo));
    int right_width = 0;

    for (int parts = 2; parts >= 0; parts--) {
        buf_reset(&right);
        progress_text(view, &right, parts);
        right_width = text_width(buf_str(&right));
        if (demo_width + 2 + right_width + (parts > 0 ? name_least + 2 : 0) <= inner) {
            break;
        }
    }
    ui_fill(ui, 0, 0, view->columns, UI_BAR);
    int room = inner - right_width - 2 - (demo_width ? demo_width + 2 : 0);

    if (name_width > 0 && room >= name_least) {
        bool cut = name_width > room;
        size_t len = text_fit(view->clinic, cut ? room - 3 : room);
        column += ui_put(ui, 0, column, room, UI_BAR, view->clinic, len);
        if (cut) {
            column += ui_puts(ui, 0, column, UI_BAR, "...");
        }
        column += 2;
    }
    if (demo_width + 2 + right_width > inner && demo_width > 0) { /* a long word for it: a row of its own */
        ui_puts(ui, 1, 0, UI_DEMO, buf_str(&demo));
        rows = 2;
    } else if (demo_width > 0) {
        ui_puts(ui, 0, column, UI_DEMO, buf_str(&demo));
    }
    ui_puts(ui, 0, view->columns - 1 - right_width, UI_BAR, buf_str(&right));
    buf_done(&right);
    buf_done(&demo);
    return rows;
}

/* --- The foot --- */

/* A button: "[ Next ]" goes on, "F2 Back" is there if looked for, "[ Back ]" where there is no such key. */
static int action_text(const struct page_action *action, struct buf *out)
{
    const char *space = action->key[0] ? " " : "";

    buf_reset(out);
    buf_addf(out, action->primary || !action->key[0] ? "[ %s%s%s ]" : "%s%s%s", action->key, space,
             action->label);
    return text_width(buf_str(out));
}

int frame_actions(struct view *view, const struct foot *foot, int row, int *focused)
{
    const struct page *page = view->page;
    size_t before = page->nfields + page->nrows;
    struct buf text = BUF_INIT;
    int line = 0;
    int column = foot->left;

    *focused = 0;
    for (size_t i = foot->from; i < foot->to; i++) {
        const struct page_action *action = &page->action[i];
        bool lit = page->focus == before + i;
        int width = action_text(action, &text);

        if (column > foot->left && column + width > view->edge - 1) {
            line++;
            column = foot->left;
        }
        if (lit) {
            *focused = line;
        }
        int y = row + line - foot->skipped;

        if (row >= 0 && line >= foot->skipped && line - foot->skipped < foot->shown) {
            enum ui_style style = lit ? UI_FOCUS : action->primary ? UI_PRIMARY : UI_QUIET;
            if (lit) {
                ui_puts(view->ui, y, column - 1, style, ">");
            }
            ui_puts(view->ui, y, column, style, buf_str(&text));
            view_spot(view, y, column - 1, column + width, PLACE_FOCUS, before + i);
            if (lit) {
                view_cursor(view, y, column, false);
            }
        }
        column += width + foot->gap;
    }
    buf_done(&text);
    return foot->to > foot->from ? line + 1 : 0;
}

struct foot frame_plan(struct view *view, bool compact)
{
    const struct page *page = view->page;
    bool large = view->rows >= ROOMY_ROWS;
    int most =
        large || page->touch ? FOOT_LINES : FOOT_LINES - 1; /* a finger finds no line that is not there */
    struct foot foot = { .to = page->nactions, .left = view->left, .rule = large };
    int focused;

    if (view->left + FOOT_COLUMNS >= view->edge) { /* like the bar, from edge to edge */
        foot.left = view->left < 2 ? view->left : 2;
    }

    foot.own_line = large && !compact;
    foot.from = foot.own_line && page->nactions > 0 && page->action[0].primary;
    for (foot.gap = 3; foot.gap >= 1; foot.gap--) {
        foot.lines = frame_actions(view, &foot, -1, &focused);
        if (foot.lines <= 1 || (foot.gap == 2 && foot.lines < most)) {
            break;
        }
    }
    if (foot.gap < 1) {
        foot.gap = 1;
    }
    foot.shown = foot.lines < most ? foot.lines : most;
    foot.skipped = focused < foot.shown ? 0 : focused - foot.shown + 1;
    if (page->notice) {
        foot.notice = (int)view_wrap(view, page->notice, view->width)->lines.n;
    }
    return foot;
}

/* On a large screen the place of the one that goes on is kept free where there is none: nothing moves from
 * page to page. */
int frame_height(const struct foot *foot)
{
    if (foot->own_line) {
        return foot->notice + (foot->notice > 0) + 2 + foot->rule + (foot->shown ? foot->shown : 1);
    }
    return foot->notice + (foot->shown ? foot->rule + foot->shown : 0);
}

/* As wide as the text, or to the other edge. */
static int foot_columns(const struct view *view, const struct foot *foot)
{
    return foot->left < view->left ? view->edge - 2 * foot->left : view->width;
}

void frame_foot(struct view *view, struct foot *foot)
{
    int row = view->rows - frame_height(foot);
    int focused;

    if (foot->notice) {
        const struct layout_wrapped *notice = view_wrap(view, view->page->notice, view->width);
        for (size_t i = 0; i < notice->lines.n; i++) {
            ui_put(view->ui, row++, view->left, view->width, UI_NOTICE,
                   notice->text + notice->lines.line[i].start, notice->lines.line[i].len);
        }
    }
    if (foot->own_line) {
        struct foot alone = { .to = foot->from, .left = view->left, .shown = 1 };
        row += foot->notice > 0;
        frame_actions(view, &alone, row, &focused);
        row += 2;
    }
    if (foot->shown && foot->rule) {
        ui_rule(view->ui, row++, foot->left, foot_columns(view, foot), UI_QUIET);
    }
    frame_actions(view, foot, row, &focused);
}
