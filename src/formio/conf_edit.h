/* conf_edit.h: changes single settings in the text of a kiosk.conf, and leaves all else as its owner wrote
 * it: comments, order, spaces.
 *
 * A setting that stands there gets its new value in its place. One that stands in a comment of its own, as in
 * the file as shipped ("  # name = ..."), takes the comment's place. Else it is added behind the last line of
 * its group, and a group that is not there behind the last line of the file.
 */
#ifndef FOYER_CONF_EDIT_H
#define FOYER_CONF_EDIT_H

#include "buf.h"
#include "config.h"
#include "err.h"

/* `setting`: "timezone", or "clinic.phone" for one in a group. `value`: as libconfig reads it,
 * "\"Europe/London\"". NULL: the
 * setting is taken away, to a comment where it has a line to itself. The text is one that config_load()
 * takes. */
void conf_edit_set(struct buf *text, const char *setting, const char *value);

/* The same in a file: kept beside as "<path>.before", checked by config_load(), written whole or not at all,
 * with owner and mode as they were. -1 with the reason, and the file is as it was: what config_load() says of
 * the new one among them. */
int conf_edit_file(const char *path, const char *setting, const char *value, struct err *err);

#endif
