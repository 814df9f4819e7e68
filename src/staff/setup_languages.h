/* setup_languages.h: which languages patients may choose from, as `foyer setup` asks. */
#ifndef FOYER_SETUP_LANGUAGES_H
#define FOYER_SETUP_LANGUAGES_H

#include "setup_ask.h"

/* Says which there are, and of each whether a patient may see it yet; then asks. False: see setup_ask(). */
bool setup_languages(struct setup *setup);

#endif
