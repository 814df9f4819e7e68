/* desk.h: a desk card in words, for the desk's list on the screen and on paper. No health answer is in one.
 */
#ifndef FOYER_DESK_H
#define FOYER_DESK_H

#include "buf.h"
#include "vault.h"

const char *desk_name(const struct vault_card *card); /* "(damaged record)" for one that does not open */
int64_t desk_came(const struct vault_card *card);     /* when the patient began, or it was received */
void desk_progress(struct buf *out, const struct vault_card *card); /* "part 3 of 7", "finished" */
void desk_help(struct buf *out, const struct vault_card *card);     /* "Help to read; Large letters" */

#endif
