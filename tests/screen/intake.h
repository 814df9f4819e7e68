/* intake.h: a patient's intake put straight into a clinic's database, as the kiosk would have sent it: the
 * real form, the real assessment, sealed for the clinic's keys. */
#ifndef FOYER_TEST_INTAKE_H
#define FOYER_TEST_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

struct intake {
    const char *folder; /* of the clinic: foyer.db and foyer.keys are in it */
    uint8_t uid;        /* its first byte; the others are 7 */
    const char *name;
    const char *answers; /* JSON, as `foyer assess` takes it */
    int64_t wall_s;
    bool draft;
    const char *slip;   /* a returning patient's; who said "no" to each "since your last visit". NULL: none */
    const char *helper; /* a helper's name, who gives the answers; NULL: nobody helps */
    const char *visit;  /* "2026-12-01"; NULL: the day of wall_s (UTC) */
};

/* Fails the test if the letterbox does not take it. */
void intake_post(const struct intake *intake);

/* Another account, completed by the clinic's first clinician. */
void intake_account(const char *folder, const char *passphrase, const char *user, const char *role,
                    const char *new_passphrase);

/* An alert with this uid about that intake. */
void intake_call(const char *folder, uint8_t uid, uint8_t about);

/* Writes over the sealed body of the intake with this first byte: nobody can open it any more. */
void intake_damage(const char *folder, uint8_t uid);

#endif
