/* clinic.h: a clinic in a folder of its own: keys and database made by src/demo.sh, the project's form, and
 * one of the size that a full form will have.
 */
#ifndef FOYER_BENCH_CLINIC_H
#define FOYER_BENCH_CLINIC_H

#include <stddef.h>

enum { CLINIC_LARGE_FORM = 140 * 1024 };

struct clinic {
    char *folder; /* not in memory: flushes must cost what they cost */
    char *programs;
    char *kiosk;                 /* the program */
    char *config, *config_large; /* kiosk.conf with the project's form, and with the large one; in English */
    char *config_six;            /* with the project's form, in six languages */
    char *config_second;         /* with the large one too; for another kiosk beside it */
    char *form, *form_large;     /* their folders */
    char *database, *socket, *keys;
};

/* Run it in the project's folder. Ends the bench if anything fails. */
struct clinic *clinic_new(const char *programs);
void clinic_free(struct clinic *clinic); /* and removes the folder */

/* "a/b"; free() it. */
char *path_join(const char *folder, const char *name);

#endif
