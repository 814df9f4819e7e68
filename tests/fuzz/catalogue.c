#include "fuzz.h"
#include "text.h"
#include "tr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Clean text, which no catalogue made longer than itself. */
static void shown(const char *text, size_t size)
{
    must(strlen(text) <= size + 4096);
    must(text_check(text, strlen(text), true) == TEXT_OK);
}

/* What is seen of a file that nobody has read is what will be read. */
static void peeked(const uint8_t *data, size_t size, const struct catalogue *catalogue)
{
    static const char *const english[] = { "Start", "Back", "{phone}", "Please go to the desk." };
    char path[64];
    fuzz_write("xx.mo", data, size);
    snprintf(path, sizeof path, "%s/xx.mo", fuzz_folder());
    for (size_t i = 0; i < sizeof english / sizeof *english; i++) {
        char *text = catalogue_peek(path, NULL, english[i]);
        const char *read = catalogue ? catalogue_text(catalogue, NULL, english[i], NULL) : NULL;
        shown(text ? text : "", size);
        must(!text || !read || strcmp(text, read) == 0);
        free(text);
    }
}

int fuzz_catalogue(const uint8_t *data, size_t size)
{
    static const char *const english[] = { "", "Start", "Back", "{phone}", "Please go to the desk." };
    static const unsigned long counts[] = { 0, 1, 2, 5, 11, 21, 100, 1000000, 4294967295UL };
    struct err err;
    struct catalogue *catalogue = catalogue_from_memory(data, size, &err);
    peeked(data, size, catalogue);
    if (catalogue == NULL) {
        return 0;
    }
    tr_use(catalogue);
    for (size_t i = 0; i < sizeof english / sizeof *english; i++) {
        shown(tr(english[i]), size);
        shown(tr_ctx("form", english[i]), size);
    }
    for (size_t i = 0; i < tr_npatient; i++) {
        size_t len;
        (void)catalogue_has(catalogue, &tr_patient[i]);
        (void)catalogue_text(catalogue, tr_patient[i].context, tr_patient[i].english, &len);
        must(len <= size);
        shown(tr_ctx(tr_patient[i].context, tr_patient[i].english), size);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        shown(tr_n("%d minute", "%d minutes", counts[i]), size);
    }
    tr_use(NULL);
    catalogue_free(catalogue);
    return 0;
}
