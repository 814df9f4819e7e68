#include "form_load.h"
#include "fuzz.h"

int fuzz_form(const uint8_t *data, size_t size)
{
    struct problems problems = PROBLEMS_INIT;
    size_t rest, first = fuzz_split(data, size, &rest);
    fuzz_write("form.cfg", data, first);
    fuzz_write("p.cfg", data + rest, size - rest);
    struct form *form = form_load(fuzz_folder(), &problems);
    must((form == NULL) == (problems.total > 0));
    form_free(form);
    problems_done(&problems);
    return 0;
}
