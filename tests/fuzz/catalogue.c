#include "fuzz.h"
#include "tr.h"

#include <string.h>

int fuzz_catalogue(const uint8_t *data, size_t size)
{
    static const char *const english[] = { "", "Start", "Back", "{phone}", "Please go to the desk." };
    static const unsigned long counts[] = { 0, 1, 2, 5, 11, 21, 100, 1000000, 4294967295UL };
    struct err err;
    struct catalogue *catalogue = catalogue_from_memory(data, size, &err);
    if (catalogue == NULL) {
        return 0;
    }
    tr_use(catalogue);
    for (size_t i = 0; i < sizeof english / sizeof *english; i++) {
        must(strlen(tr(english[i])) <= size + 64);
        must(strlen(tr_ctx("form", english[i])) <= size + 64);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        must(strlen(tr_n("%d minute", "%d minutes", counts[i])) <= size + 64);
    }
    tr_use(NULL);
    catalogue_free(catalogue);
    return 0;
}
