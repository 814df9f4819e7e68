#include "walk.h"

#include <stdint.h>
#include <time.h>

enum { PAGES = 12, SETTLED_MS = 50 };

void pause_ms(long ms)
{
    struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&time, NULL);
}

struct tty *walk_start(const struct clinic *clinic, const char *config)
{
    char *const argv[] = { clinic->kiosk, (char *)(uintptr_t) "-c", (char *)(uintptr_t)config,
                           (char *)(uintptr_t) "--listen", NULL };
    return tty_start(argv);
}

void walk_key(struct tty *kiosk, const char *key)
{
    pause_ms(NOT_HELD_MS);
    tty_send(kiosk, key);
    tty_until(kiosk, "");
    tty_listen(kiosk, SETTLED_MS);
}

void walk_page(struct tty *kiosk)
{
    bool list = tty_shows(kiosk, "[ ]");
    walk_key(kiosk, list || tty_shows(kiosk, "( )") ? "1" : "\r");
    if (list && tty_shows(kiosk, "[x]")) {
        walk_key(kiosk, "\r");
    }
}

void walk_to_areas(struct tty *kiosk)
{
    static const struct {
        const char *keys, *shown;
    } steps[] = {
        { "\r", "Your privacy" },
        { "\r", "Do you agree?" },
        { "1", "date of birth" },
        { "5", "[5 ]" }, /* no day is 50: the cursor goes on by itself */
        { "6", "[6 " },
        { "1990", "[1990" },
        { "\r", "Do you need help" },
        { "1", "What is your name?" },
        { "Jane", "[Jane" },
        { "\r", "> [" }, /* the phone number may stay empty */
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        pause_ms(NOT_HELD_MS);
        tty_send(kiosk, steps[i].keys);
        tty_until(kiosk, steps[i].shown);
    }
    walk_key(kiosk, "\r");
    /* What the form asks before the areas is its own affair. */
    for (int page = 0; page < PAGES && !tty_shows(kiosk, AREAS); page++) {
        walk_page(kiosk);
    }
    if (!tty_shows(kiosk, AREAS)) {
        tty_send(kiosk, "\r");
        tty_until(kiosk, AREAS); /* ends the bench with the screen */
    }
}

struct tty_repaint walk_next_patient(struct tty *kiosk)
{
    tty_send(kiosk, "\r");
    tty_until(kiosk, "Your privacy");
    tty_send(kiosk, KEY_F10);
    tty_until(kiosk, "Do you want to stop?");
    tty_send(kiosk, "2");
    return tty_until(kiosk, WELCOME);
}

struct tty *walk_start_dialog(void)
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
    return tty_start(argv);
}
