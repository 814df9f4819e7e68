#include "chart.h"

#include <string.h>

#include "text.h"

enum { NUMBER = 12, BAR_MIN = 8, BAR_MAX = 40, LABEL_MAX = 44, EIGHTHS = 8 };

static void put_label(struct buf *out, const char *label, int columns)
{
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, label, strlen(label), false);
    size_t len = text_fit(buf_str(&clean), columns);
    int used = text_width_n(buf_str(&clean), len);
    buf_adds(out, "  ");
    buf_add(out, buf_str(&clean), len);
    for (; used < columns; used++) {
        buf_adds(out, " ");
    }
    buf_done(&clean);
}

static void put_bar(struct buf *out, int64_t eighths, enum chart_style style)
{
    static const char *const part[EIGHTHS] = { "",       "\u258f", "\u258e", "\u258d",
                                               "\u258c", "\u258b", "\u258a", "\u2589" };
    for (int64_t i = 0; i < eighths / EIGHTHS; i++) {
        buf_adds(out, style == CHART_BLOCKS ? "\u2588" : "#");
    }
    if (style == CHART_BLOCKS) {
        buf_adds(out, part[eighths % EIGHTHS]);
    } else if (eighths % EIGHTHS >= EIGHTHS / 2) {
        buf_adds(out, "#");
    }
}

void chart_bars(struct buf *out, const struct chart_bar *bar, size_t n, enum chart_style style, int columns)
{
    int64_t most = 1;
    int label = 0;
    for (size_t i = 0; i < n; i++) {
        int width = text_width(bar[i].label);
        most = bar[i].value > most ? bar[i].value : most;
        label = width > label ? width : label;
    }
    label = label > LABEL_MAX ? LABEL_MAX : label;
    int room = columns - 2 - label - NUMBER - 1;
    room = room > BAR_MAX ? BAR_MAX : room < BAR_MIN ? BAR_MIN : room;
    for (size_t i = 0; i < n; i++) {
        put_label(out, bar[i].label, label);
        buf_addf(out, " %5lld", (long long)bar[i].value);
        if (bar[i].of > 0) {
            buf_addf(out, " / %lld", (long long)bar[i].of);
        }
        if (style != CHART_PLAIN && bar[i].value > 0) {
            buf_adds(out, "  ");
            put_bar(out, (bar[i].value * room * EIGHTHS + most - 1) / most, style);
        }
        buf_adds(out, "\n");
    }
}
