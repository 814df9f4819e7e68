/* foyer-window.c: the patients' window on the graphical display. A terminal (libvte) as large as the screen,
 * and nothing else: no menu, no key and no button of its own, so that nothing in it leads out of the one
 * program it runs. A terminal made for desks has keys that open a shell, and each version brings new ones.
 *
 *     foyer-window PROGRAM [ARGUMENT...]
 *
 * It ends when PROGRAM does. The letters are as large as the picture allows: FOYER_LINES lines, or 24; fewer
 * where the monitor says how high it is and capitals would be too low.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <vte/vte.h>

/* DejaVu Sans Mono's capitals are 10/16 of a line; 4.8 mm: see src/staff/doctor_screen.c. */
#define CAPITAL  (10.0 / 16.0)
#define LEAST_MM 4.8
/* What foyer-kiosk needs, and a page's usual size. */
enum { LEAST_LINES = 12, LEAST_COLUMNS = 40, LINES = 24, MOST_LINES = 100 };

/* After the first, whichever of them has the letter: system/fonts.conf makes them narrow enough for the
 * columns. */
#define FONTS "DejaVu Sans Mono,Lohit Tamil,Lohit Devanagari,Noto Sans Mono CJK SC"

struct window {
    VteTerminal *terminal;
    char **program;
    int width, height; /* pixels that the letters were chosen for */
    bool running;
    int status; /* the program's */
};

/* ---- letters
 * ------------------------------------------------------------------------------------------------ */

static int lines_of(void)
{
    const char *asked = g_getenv("FOYER_LINES");
    int lines = asked != NULL ? atoi(asked) : 0;
    if (lines >= LEAST_LINES && lines <= MOST_LINES) {
        return lines;
    }
    GdkMonitor *monitor = gdk_display_get_monitor(gdk_display_get_default(), 0);
    int mm = monitor != NULL ? gdk_monitor_get_height_mm(monitor) : 0;
    lines = mm > 0 ? (int)(mm * CAPITAL / LEAST_MM) : LINES;
    return CLAMP(lines, LEAST_LINES, LINES);
}

/* The largest letters with which so many lines, and the least columns, are in the picture. */
static void fit(struct window *window, int lines)
{
    PangoFontDescription *font = pango_font_description_from_string(FONTS);
    GtkBorder edge;
    long high, wide;
    int size = window->height / lines;
    GtkStyleContext *style = gtk_widget_get_style_context(GTK_WIDGET(window->terminal));
    gtk_style_context_get_padding(style, gtk_style_context_get_state(style), &edge);
    int height = window->height - edge.top - edge.bottom, width = window->width - edge.left - edge.right;
    do {
        pango_font_description_set_absolute_size(font, (double)size * PANGO_SCALE);
        vte_terminal_set_font(window->terminal, font);
        high = MAX(vte_terminal_get_char_height(window->terminal), 1);
        wide = MAX(vte_terminal_get_char_width(window->terminal), 1);
    } while ((high * lines > height || wide * LEAST_COLUMNS > width) && --size > 4);
    vte_terminal_set_size(window->terminal, MAX(width / wide, 1), MAX(height / high, 1));
    pango_font_description_free(font);
}

/* ---- the program
 * -------------------------------------------------------------------------------------------- */

static void ended(VteTerminal *terminal, int status, gpointer data)
{
    (void)terminal;
    ((struct window *)data)->status = status;
    gtk_main_quit();
}

static void started(VteTerminal *terminal, GPid pid, GError *error, gpointer data)
{
    if (pid == -1) {
        g_printerr("foyer-window: %s\n", error->message);
        ended(terminal, 1, data);
    }
}

static void sized(GtkWidget *top, GdkRectangle *to, gpointer data)
{
    (void)top;
    struct window *window = data;
    if (to->width == window->width && to->height == window->height) {
        return;
    }
    window->width = to->width;
    window->height = to->height;
    fit(window, lines_of());
    if (!window->running) {
        window->running = true;
        vte_terminal_spawn_async(window->terminal, VTE_PTY_DEFAULT, NULL, window->program, NULL,
                                 G_SPAWN_DEFAULT, NULL, NULL, NULL, -1, NULL, started, window);
    }
}

/* ---- nothing of its own
 * ------------------------------------------------------------------------------------- */

/* libvte copies and pastes by Insert: a patient could paste what the one before had on the screen. */
static gboolean key(GtkWidget *terminal, GdkEventKey *event, gpointer data)
{
    (void)terminal;
    (void)data;
    return (event->keyval == GDK_KEY_Insert || event->keyval == GDK_KEY_KP_Insert) &&
           (event->state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) != 0;
}

/* With Shift a button would be libvte's and not the program's, and the middle one would paste. */
static gboolean button(GtkWidget *terminal, GdkEventButton *event, gpointer data)
{
    (void)terminal;
    (void)data;
    event->state &= ~(guint)GDK_SHIFT_MASK;
    return event->button == 2;
}

static gboolean motion(GtkWidget *terminal, GdkEventMotion *event, gpointer data)
{
    (void)terminal;
    (void)data;
    event->state &= ~(guint)GDK_SHIFT_MASK;
    return FALSE;
}

/* What is selected could be pasted, and stays bright on the next patient's page. */
static void selected(VteTerminal *terminal, gpointer data)
{
    (void)data;
    if (vte_terminal_get_has_selection(terminal)) {
        vte_terminal_unselect_all(terminal);
    }
}

static gboolean closed(GtkWidget *top, GdkEvent *event, gpointer data)
{
    (void)top;
    (void)event;
    (void)data;
    return TRUE;
}

int main(int argc, char **argv)
{
    struct window window = { .program = argv + 1 };
    if (argc < 2) {
        g_printerr("Usage: foyer-window PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    if (!gtk_init_check(NULL, NULL)) {
        g_printerr("foyer-window: there is no Wayland display. foyer-kiosk-graphical.service starts one: see "
                   "foyer-clinic(7).\n");
        return 1;
    }
    GtkWidget *top = gtk_window_new(GTK_WINDOW_TOPLEVEL), *terminal = vte_terminal_new();
    GtkCssProvider *style = gtk_css_provider_new();
    window.terminal = VTE_TERMINAL(terminal);
    (void)gtk_css_provider_load_from_data(style, "window { background: black }", -1, NULL);
    gtk_style_context_add_provider_for_screen(gdk_screen_get_default(), GTK_STYLE_PROVIDER(style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    vte_terminal_set_scrollback_lines(window.terminal, 0);
    vte_terminal_set_audible_bell(window.terminal, FALSE);
    vte_terminal_set_allow_hyperlink(window.terminal, FALSE);
    vte_terminal_set_cursor_blink_mode(window.terminal, VTE_CURSOR_BLINK_OFF);
    vte_terminal_set_mouse_autohide(window.terminal, TRUE);
    gtk_widget_set_halign(terminal, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(terminal, GTK_ALIGN_CENTER);
    g_signal_connect(terminal, "key-press-event", G_CALLBACK(key), NULL);
    g_signal_connect(terminal, "button-press-event", G_CALLBACK(button), NULL);
    g_signal_connect(terminal, "button-release-event", G_CALLBACK(button), NULL);
    g_signal_connect(terminal, "motion-notify-event", G_CALLBACK(motion), NULL);
    g_signal_connect(terminal, "selection-changed", G_CALLBACK(selected), NULL);
    g_signal_connect(terminal, "child-exited", G_CALLBACK(ended), &window);
    g_signal_connect(top, "delete-event", G_CALLBACK(closed), NULL);
    g_signal_connect(top, "size-allocate", G_CALLBACK(sized), &window);
    gtk_container_add(GTK_CONTAINER(top), terminal);
    gtk_window_fullscreen(GTK_WINDOW(top));
    gtk_widget_show_all(top);
    gtk_main();
    return window.status == 0 ? 0 : 1;
}
