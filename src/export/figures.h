/* figures.h: an answer on the figures that it could be given on, as the patient saw them. The one part of an
 * old intake that its record does not hold: it takes the form.
 */
#ifndef FOYER_FIGURES_H
#define FOYER_FIGURES_H

#include <jansson.h>

#include "buf.h"
#include "form.h"

/* Appends the titles and each line of the figures, with what `value` (of a document's answer) names marked,
 * and a newline behind each: all as wide as the map is. Nothing where the question has no figures, where
 * nothing that is drawn is named, or without a form (NULL). */
void figures_lines(struct buf *out, const struct form *form, const char *question_id, const json_t *value,
                   bool glyphs);

#endif
