/* plain.h: a struct page said a line at a time, and what is typed back. For a braille line, a screen reader,
 * a terminal nobody knows or a pipe: no escape sequence, no picture, no place on a screen.
 *
 *     DEMO, not for patients. Your skin today, 2 of 7.      only what is new since the page before
 *     Any pimples in the area?
 *     1. No
 *     2. Only blackheads or whiteheads, chosen
 *     Commands: F2 Back, F4 Skip, ...                       where one is new; else F1, F8, ?
 *     Type a number and press Enter: _
 *
 * A line is a number, a command (F2, or its word), or the text of a field; there a slash stands before all
 * that is no text ("/0" not sure, "/back", "/" to empty it). Enter alone does what the page offers first.
 */
#ifndef FOYER_PLAIN_H
#define FOYER_PLAIN_H

#include "lines.h"
#include "wizard.h"

struct plain;

/* `lines` is borrowed; `clinic` is said once, and copied; may be "". */
struct plain *plain_new(struct lines *lines, const char *clinic);
void plain_free(struct plain *plain); /* overwrites; NULL is fine */

/* Says what is new: all of another page, else an error, a notice, what is ticked. Drops what was typed ahead
 * for the page before; what was half typed when the page asked whether anybody is there comes back after it.
 */
void plain_show(struct plain *plain, struct wizard *wizard);

/* What a line means for the wizard: an EVENT_LINE. Effects as wizard_event(); EFFECT_BELL cannot be heard. */
unsigned plain_line(struct plain *plain, struct wizard *wizard, const struct event *line);

#endif
