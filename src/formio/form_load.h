/* form_load.h: from a form's folder to a struct form, or to the list of all that is wrong with it.
 *
 * The language is described in foyer-form(5). Each part goes through three steps: a lexical pass of our
 * own (bytes, lengths, nesting, numbers: see lexical.h), libconfig, then checks of everything form.h
 * promises the engine. The first two report per file; the checks run when every file could be read, and
 * report all they find.
 *
 * It reads files and nothing else: it never prints, exits or opens anything that is not a part. The
 * kiosk runs it in a process of its own with limits (sandbox_limit_loader).
 */
#ifndef FOYER_FORM_LOAD_H
#define FOYER_FORM_LOAD_H

#include "form.h"
#include "problems.h"

enum {
    FORM_MAX_PARTS = 64,
    FORM_MAX_PART_SIZE = 1024 * 1024,
    FORM_MAX_ENTRIES = 4096, /* questions, rules, items, policies, sources: each at most so many */
};

/* `folder` holds form.cfg; parts named "common/x.cfg" are beside it, in folder/../common. form_free() it.
 * NULL, with at least one problem added, if anything at all is wrong: never a half-loaded form.
 * form->hash: BLAKE2b-256 of the number of parts (form.cfg is one), then of each part, form.cfg first, the
 * length of its name as form.cfg gives it, the name, its length in bytes and the bytes; numbers are 64-bit
 * big-endian. */
struct form *form_load(const char *folder, struct problems *problems);

#endif
