#include "language.h"

#include "tr.h"

const char *language_name(void)
{
    /* TRANSLATORS: Not "English", but the name of your own language as its readers write it: "Español". */
    return tr_ctx("this language", "English");
}

char *language_name_in(const char *path)
{
    return catalogue_peek(path, "this language", "English");
}

const char *language_yes(void)
{
    /* TRANSLATORS: The letter that a patient may press for yes. It must be on the keyboard. */
    return tr_ctx("letter for yes", "y");
}

const char *language_no(void)
{
    /* TRANSLATORS: The letter that a patient may press for no. It must be on the keyboard. */
    return tr_ctx("letter for no", "n");
}

const char *language_private(void)
{
    /* TRANSLATORS: The letter that stands before "I'd rather tell the practitioner in private", and chooses
     * it. It must be on the keyboard, and neither the letter for yes nor the one for no. */
    return tr_ctx("letter for in private", "P");
}
