#include "walk.h"

#include <stdint.h>
#include <time.h>

void pause_ms(long ms)
{
    struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&time, NULL);
}

struct pty *walk_start(const struct clinic *clinic, const char *config)
{
    char *const argv[] = { clinic->kiosk, (char *)(uintptr_t) "-c", (char *)(uintptr_t)config,
                           (char *)(uintptr_t) "--listen", NULL };
    return pty_start(argv);
}

void walk_to_areas(struct pty *kiosk)
{
    static const struct {
        const char *page, *keys;
    } steps[] = {
        { WELCOME, "\r" },
        { "Your privacy", "\r" },
        { "Do you agree?", "1" },
        { "date of birth", "5" }, /* no day is 50: the cursor goes on by itself */
        { "[5 ]", "6" },
        { "[6 ", "1990" },
        { "[1990", "\r" },
        { "Do you need help", "1" },
        { "What is your name?", "Jane" },
        { "[Jane", "\r" },
        { "> [", "\r" },
        { "What would you like help with?", "3" },
        { "[x] Large pores", "\r" },
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        pty_until(kiosk, steps[i].page);
        pause_ms(NOT_HELD_MS);
        pty_send(kiosk, steps[i].keys);
    }
    pty_until(kiosk, "Where on your body");
}

struct pty_repaint walk_next_patient(struct pty *kiosk)
{
    pty_send(kiosk, "\r");
    pty_until(kiosk, "Your privacy");
    pty_send(kiosk, KEY_F10);
    pty_until(kiosk, "Do you want to stop?");
    pty_send(kiosk, "2");
    return pty_until(kiosk, WELCOME);
}

struct pty *walk_start_dialog(void)
{
    static char text[] =
        "Welcome. This form helps your practitioner get ready for your visit.\n\n"
        "It does not tell you what is wrong, and it does not decide if you can be treated. A person will "
        "read your answers and decide with you.\n\n"
        "You can skip a question, say you are not sure, or ask to talk in private.\n\n"
        "If you feel very unwell now, or cannot breathe well, tell the staff right away.";
    static char program[] = "/usr/bin/dialog", title[] = "--title", name[] = "Demo clinic",
                kind[] = "--msgbox", rows[] = "20", columns[] = "72";
    char *const argv[] = { program, title, name, kind, text, rows, columns, NULL };
    return pty_start(argv);
}
