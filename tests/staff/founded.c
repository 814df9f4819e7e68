#include "founded.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "db.h"
#include "file.h"
#include "restore.h"

void founded_folder(char folder[FOUNDED_FOLDER], char config[FOUNDED_PATH], char database[FOUNDED_PATH])
{
    cr_assert_geq(sodium_init(), 0);
    strcpy(folder, "/tmp/foyer-staff-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(config, FOUNDED_PATH, "%s/kiosk.conf", folder);
    snprintf(database, FOUNDED_PATH, "%s/foyer.db", folder);
}

void founded_remove(const char *folder)
{
    restore_remove_folder(folder, NULL);
}

void founded_facts(const char *config, const char *more)
{
    struct buf text = BUF_INIT;
    char here[256];
    cr_assert_not_null(getcwd(here, sizeof here));
    buf_addf(
        &text,
        "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\nforms_dir = \"%s/forms\";\n"
        "clinic = { name = \"A\"; phone = \"1\"; hours = \"9\"; after_hours = \"2\"; emergency = \"112\"; "
        "privacy_contact = \"Desk\"; };\n%s\n",
        here, more);
    cr_assert_eq(file_replace(config, text.data, text.len, 0644, NULL), 0);
    buf_done(&text);
}

void founded_vault(const char *database, const struct clock *clock, struct frame_keys *keys,
                   uint8_t recovery[RECOVERY_KEY])
{
    struct err err = { "" };
    uint8_t own[RECOVERY_KEY];
    uint8_t *key = recovery != NULL ? recovery : own;
    recovery_make(key);
    struct vault_setup setup = {
        .user = "anna", .passphrase = PASSPHRASE, .recovery = key, .cost = { 1, 8192 }, .at_s = NOW_S
    };
    struct db *db = db_create(database, clock, &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_eq(vault_create(db, &setup, keys, &err), 0, "%s", err.text);
    db_close(db);
}
