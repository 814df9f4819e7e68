/* founded.h: a clinic of one clinician, anna, in a folder of its own. */
#ifndef FOYER_FOUNDED_H
#define FOYER_FOUNDED_H

#include "clock.h"
#include "frame.h"
#include "vault.h"

#define PASSPHRASE "correct horse battery staple"
#define NOW_S      1795269600 /* 2026-11-21 14:00 UTC */

enum { FOUNDED_FOLDER = 32, FOUNDED_PATH = 64 };

/* Makes the folder, and names what will stand in it. */
void founded_folder(char folder[FOUNDED_FOLDER], char config[FOUNDED_PATH], char database[FOUNDED_PATH]);
void founded_remove(const char *folder);

/* All of a clinic's facts, and `more`. */
void founded_facts(const char *config, const char *more);

/* A vault whose passphrase costs nothing to try. recovery: may be NULL. */
void founded_vault(const char *database, const struct clock *clock, struct frame_keys *keys,
                   uint8_t recovery[RECOVERY_KEY]);

#endif
