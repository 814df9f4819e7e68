/* fuzz.h: what may come from outside, taken apart by the code that will meet it. Each target takes any bytes
 * and ends; what must always hold is asked with must(). The project's folder is the working folder.
 *
 * `make test` replays the corpora in tests/fuzz/seeds with all targets in one program (replay.c); `make fuzz
 * T=name` looks for new inputs with clang's libFuzzer. What it finds goes into the target's folder of seeds.
 */
#ifndef FOYER_TESTS_FUZZ_H
#define FOYER_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

typedef int fuzz_target(const uint8_t *data, size_t size);

fuzz_target fuzz_answers;   /* a file of answers, read and assessed by the project's form */
fuzz_target fuzz_catalogue; /* a .mo file */
fuzz_target fuzz_config;    /* a kiosk.conf */
fuzz_target fuzz_document;  /* a body; then, after a line of "=====", what staff added, one event a line */
fuzz_target fuzz_form;      /* a form.cfg; after a line of "=====", its part p.cfg */
fuzz_target fuzz_frame;     /* a frame from the kiosk */
fuzz_target fuzz_keys;      /* what a terminal sends, to a wizard */
fuzz_target fuzz_summary;   /* a summary, as it lies sealed in the database */
fuzz_target fuzz_text;      /* what is typed, pasted and shown */

/* Ends the program where `truth` is not. */
#define must(truth) ((truth) ? (void)0 : __builtin_trap())

/* A file in memory for what reads paths; the same name each time. */
const char *fuzz_folder(void);
void fuzz_write(const char *name, const void *data, size_t size);

/* Where the line "=====" ends the first part, or `size`. *rest: where the second begins. */
size_t fuzz_split(const uint8_t *data, size_t size, size_t *rest);

#endif
