/* setting.h: a form with the policies that apply to it: the clinic's where a kiosk.conf is named, else its
 * own defaults.
 */
#ifndef FOYER_SETTING_H
#define FOYER_SETTING_H

#include "assess.h"
#include "config.h"
#include "form.h"
#include "form_load.h"
#include "problems.h"

struct setting {
    struct form *form;
    struct policies *policies;
    struct config *config; /* NULL: none was named */
};

/* config: a path, or NULL. -1 with all that is wrong in `problems`, and nothing loaded. Sets the process's
 * timezone to the clinic's. */
int setting_load(struct setting *setting, const char *folder, const char *config, struct problems *problems);
void setting_done(struct setting *setting);

#endif
