/* walk.h: the kiosk on a terminal, and the way through its pages by keys. */
#ifndef FOYER_BENCH_WALK_H
#define FOYER_BENCH_WALK_H

#include "clinic.h"
#include "tty.h"

#define KEY_UP   "\033OA"
#define KEY_DOWN "\033OB"
#define KEY_HOME "\033OH"
#define KEY_F2   "\033OQ"
#define KEY_F10  "\033[21~"

/* What is painted last on the first page. */
#define WELCOME "[ Enter Start ]"

/* On the page with the most answers. */
#define AREAS "Shoulders, upper back"

/* The same key sooner than this is taken for one that is held down. */
enum { NOT_HELD_MS = 130 };
void pause_ms(long ms);

struct tty *walk_start(const struct clinic *clinic, const char *config); /* does not wait */
void walk_to_areas(struct tty *kiosk);                                   /* from the first page, painted */
/* A key, and whatever it paints. */
void walk_key(struct tty *kiosk, const char *key);
/* Gives the first answer, and Enter where it takes that to go on. */
void walk_page(struct tty *kiosk);
/* A patient begins, stops, and has all of it deleted: up to the next patient's first page, painted. Counts
 * from the last key. */
struct tty_repaint walk_next_patient(struct tty *kiosk);

/* A box of dialog, with the same text as the kiosk's first page. free() nothing: `argv` is the caller's. */
struct tty *walk_start_dialog(void);
#define DIALOG_BOX "< OK >"

#endif
