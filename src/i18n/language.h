/* language.h: what a catalogue says of its own language.
 */
#ifndef FOYER_LANGUAGE_H
#define FOYER_LANGUAGE_H

/* "Español": as those who read it write it. */
const char *language_name(void);
/* The same of a catalogue that nobody has read. free() it; NULL. */
char *language_name_in(const char *path);

/* The letters for yes, no and "in private", as a patient types them; any may be more than one byte. */
const char *language_yes(void);
const char *language_no(void);
const char *language_private(void);

#endif
