/* staffer.h: a practitioner at the real `foyer review`, in a clinic that clinic_open() made. */
#ifndef FOYER_TEST_STAFFER_H
#define FOYER_TEST_STAFFER_H

#include <stdint.h>

#include "clinic.h"

enum { STAFFER_NOW_S = 1795255200 }; /* TEST_NOW */

void staffer_open(struct clinic_folder *clinic, char passphrase[96]);
void staffer_conf(const struct clinic_folder *clinic, const char *line); /* one more line of kiosk.conf */
struct term *staffer_review(const struct clinic_folder *clinic, int rows, int columns);
void staffer_unlock(struct term *term, const char *passphrase);

/* An intake of ten minutes ago. */
void staffer_post(const struct clinic_folder *clinic, uint8_t uid, const char *name, const char *answers);

/* A HOLD, from a high INR; nothing but what is left out. */
extern const char staffer_warfarin[], staffer_plain[];

#endif
