/* The power fails while `foyer init` makes a clinic: no public keys stand there without the vault that opens
 * what they seal, a vault that is there is whole, and one more command ends what was begun.
 *
 * FOYER_CUTS=20000 makes that many cuts; the number that a failure prints repeats one.
 */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../store/disk.h"
#include "account.h"
#include "command.h"
#include "copy.h"
#include "file.h"
#include "ran.h"
#include "restore.h"

enum {
    AGAIN = 2,   /* a passphrase takes a second to make or to try */
    NAMING = 16, /* calls, the last ones */
};

static char folder[64], lab[64], passphrase[64];
static struct frame_keys keys;

static void setup(void)
{
    struct buf path = BUF_INIT;
    static const char text[] = "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\n";
    cr_assert_geq(sodium_init(), 0);
    strcpy(folder, "/tmp/foyer-staff-XXXXXX");
    strcpy(lab, "/tmp/foyer-lab-XXXXXX");
    cr_assert(mkdtemp(folder) != NULL && mkdtemp(lab) != NULL);
    buf_addf(&path, "%s/kiosk.conf", folder);
    cr_assert_eq(file_replace(buf_str(&path), text, strlen(text), 0644, NULL), 0);
    buf_done(&path);
}

static void teardown(void)
{
    restore_remove_folder(folder, NULL);
    restore_remove_folder(lab, NULL);
}

TestSuite(init_power, .init = setup, .fini = teardown, .timeout = 3600);

static char *in(const char *where, const char *name)
{
    static char text[160];
    snprintf(text, sizeof text, "%s/%s", where, name);
    return text;
}

static bool there(const char *name)
{
    return access(in(lab, name), F_OK) == 0;
}

static void foyer(const char *where, const char *secret, const char *const *words)
{
    char config[160];
    snprintf(config, sizeof config, "%s/kiosk.conf", where);
    struct ran ran = ran_foyer(config, clock_system(), secret, words);
    cr_assert_eq(ran.status, COMMAND_OK, "%s: %s", words[0], ran.err);
    const char *said = strstr(ran.out, "Demo passphrase of \"demo\": ");
    if (said != NULL && where == folder) {
        (void)sscanf(said, "%*[^:]: %63s", passphrase);
    }
    ran_done(&ran);
}
#define FOYER(where, secret, ...) foyer(where, secret, (const char *const[]){ __VA_ARGS__, NULL })

static void expect_whole(const char *where)
{
    struct err err = { "" };
    struct copy_found found;
    struct frame_keys own, kiosks;
    struct db *db = db_open(in(lab, "foyer.db"), clock_system(), &err);
    cr_assert(db != NULL && copy_check(db, DB_VERSION, &found, &err) == 0, "%s: %s", where, err.text);
    cr_assert_eq(account_keys(db, &own, &err), 0, "%s: %s", where, err.text);
    cr_expect_arr_eq(&own, &keys, sizeof own, "%s", where);
    db_close(db);
    if (there("foyer.keys")) {
        cr_assert_eq(frame_keys_read(in(lab, "foyer.keys"), &kiosks, &err), 0, "%s: %s", where, err.text);
        cr_expect_arr_eq(&kiosks, &keys, sizeof kiosks, "%s", where);
    }
}

Test(init_power, a_clinic_is_made_or_not_and_one_more_command_ends_what_was_begun)
{
    uint64_t seed;
    struct err err = { "" };
    const char *given = getenv("FOYER_CUTS");
    size_t n = given != NULL ? strtoull(given, NULL, 10) : 400, begun = 0, made = 0;
    randombytes_buf(&seed, sizeof seed);
    disk_record(folder);
    FOYER(folder, NULL, "init", "--demo");
    disk_stop();
    cr_assert_eq(frame_keys_read(in(folder, "foyer.keys"), &keys, &err), 0, "%s", err.text);
    for (size_t i = 0; i < n; i++) {
        char where[96];
        uint64_t this = dice(&seed), state = this;
        /* Most where names are given: it is over in a few calls. */
        size_t back = i % 4 == 0 ? disk_calls() : NAMING;
        size_t at = disk_calls() - dice(&state) % (back + 1);
        snprintf(where, sizeof where, "cut %llu before call %zu of %zu", (unsigned long long)this, at,
                 disk_calls());
        disk_cut(at, dice(&state), lab);
        bool vault = there("foyer.db"), public = there("foyer.keys");
        cr_assert(vault || !public, "%s: keys that nobody can open", where);
        cr_assert(at < disk_calls() || (public && there("passphrase")), "%s: it was said to be made", where);
        if (vault) {
            expect_whole(where);
            if (!public && made++ < AGAIN) {
                FOYER(lab, passphrase, "keys", "write", "--user", "demo");
                cr_assert(there("foyer.keys"), "%s", where);
                expect_whole(where);
            }
        } else if (begun++ < AGAIN) {
            FOYER(lab, NULL, "init", "--demo");
            cr_expect(there("foyer.db") && there("foyer.keys") && there("passphrase"), "%s", where);
            cr_expect_not(there("foyer.db.new") || there("foyer.keys.new") || there("passphrase.new"), "%s",
                          where);
        }
    }
    cr_expect(begun > 0 && made > 0, "%zu before, %zu between", begun, made);
}
