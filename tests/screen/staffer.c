#include "staffer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "intake.h"

const char staffer_warfarin[] =
    "{\"birth_date\":\"1990-05-15\",\"support\":\"no\",\"goals\":\"acne_scars\",\"areas\":\"arms\","
    "\"blood_thinner\":\"yes\",\"blood_thinner_which\":\"warfarin\",\"inr\":3.6}";
const char staffer_plain[] =
    "{\"birth_date\":\"1985-01-02\",\"support\":\"no\",\"goals\":\"lines\",\"areas\":\"arms\"}";

void staffer_open(struct clinic_folder *clinic, char passphrase[96])
{
    char path[128];
    struct buf text = BUF_INIT;
    clinic_open(clinic);
    snprintf(path, sizeof path, "%s/passphrase", clinic->path);
    cr_assert_eq(file_read(path, 90, &text, NULL), 0);
    snprintf(passphrase, 96, "%s", buf_str(&text));
    passphrase[strcspn(passphrase, "\n")] = '\0';
    buf_done(&text);
}

void staffer_conf(const struct clinic_folder *clinic, const char *line)
{
    FILE *file = fopen(clinic->conf, "a");
    cr_assert_not_null(file);
    fprintf(file, "%s\n", line);
    fclose(file);
}

struct term *staffer_review(const struct clinic_folder *clinic, int rows, int columns)
{
    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer"), (char *)(uintptr_t) "-c",
                           (char *)(uintptr_t)clinic->conf, (char *)(uintptr_t) "review", NULL };
    return term_start(argv, rows, columns, "xterm-256color");
}

void staffer_unlock(struct term *t, const char *passphrase)
{
    term_expect(t, "Passphrase");
    term_send(t, passphrase);
    term_send(t, "\r");
    term_expect(t, "Worst first");
}

void staffer_post(const struct clinic_folder *clinic, uint8_t uid, const char *name, const char *answers)
{
    intake_post(&(struct intake){ .folder = clinic->path,
                                  .uid = uid,
                                  .name = name,
                                  .answers = answers,
                                  .wall_s = STAFFER_NOW_S - 600 });
}
