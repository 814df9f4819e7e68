/* pseudo.h: the pseudo-locale's text. "Welcome" becomes "[!! Wélcömé ~~~ !!]": what stays bare on a screen
 * escaped tr(), what is cut has no room for a longer language. */
#ifndef FOYER_PSEUDO_H
#define FOYER_PSEUDO_H

struct pseudo;

struct pseudo *pseudo_new(void);
void pseudo_free(struct pseudo *pseudo);

/* printf conversions, {named} places and line ends stay as they are. The same English gives the same pointer,
 * which is valid until pseudo_free. "" stays "". */
const char *pseudo_text(struct pseudo *pseudo, const char *english) __attribute__((format_arg(2)));

#endif
