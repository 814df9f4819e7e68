/* form_template.h: a form's strings for translators, as `make pot` takes them.
 */
#ifndef FOYER_FORM_TEMPLATE_H
#define FOYER_FORM_TEMPLATE_H

#include "buf.h"
#include "form.h"

/* Appends the entries of a .pot file: msgctxt "form/question/part", the form's note as a comment, and before
 * it "patient" or "staff": who reads the text. Those of patients come first. */
void form_template(struct buf *out, const struct form *form);

#endif
