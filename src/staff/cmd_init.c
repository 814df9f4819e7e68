/* cmd_init.c: the clinic's vault: keys, the first clinician, the printed recovery key. Everything is made
 * beside the final names (".new"). Then the database takes its own, which it can do only once; then the
 * others. Whatever ends it early: no public keys stand there without the database that opens what they seal.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "frame.h"
#include "mem.h"
#include "secret.h"
#include "session.h"
#include "tr.h"

enum { DEMO_GROUPS = 4, DEMO_GROUP = 5 };
enum { DATABASE, PUBLIC_KEYS, DEMO_FILE, NFILES };

struct init {
    const struct command_call *call;
    struct config *config;
    const char *user;
    char *passphrase; /* as vault_passphrase gives it */
    uint8_t recovery[RECOVERY_KEY];
    bool demo;
    /* The final names; [DEMO_FILE] is NULL where it is not a demo. */
    char *name[NFILES], *fresh[NFILES];
};

/* ---- the passphrase
 * ---------------------------------------------------------------------------------------- */

/* Four groups of five from 31 characters that are told apart: 99 bits. */
static char *make_passphrase(void)
{
    static const char letters[] = "23456789abcdefghjkmnpqrstuvwxyz";
    struct buf text = BUF_INIT;
    for (int i = 0; i < DEMO_GROUPS * DEMO_GROUP; i++) {
        if (i > 0 && i % DEMO_GROUP == 0) {
            buf_adds(&text, "-");
        }
        buf_add(&text, &letters[randombytes_uniform(sizeof letters - 1)], 1);
    }
    return buf_steal(&text);
}

static char *get_passphrase(const struct init *init, struct err *err)
{
    const char *value = command_value(init->call, "passphrase-fd");
    return value != NULL || !init->demo ? secret_passphrase(NULL, value, err) : make_passphrase();
}

/* ---- the files
 * --------------------------------------------------------------------------------------------- */

/* The folder a file will be in, if only that one is missing. */
static int make_folder(const char *path, mode_t mode, struct err *err)
{
    char *copy = mem_strdup(path);
    const char *folder = dirname(copy);
    int rc = mkdir(folder, mode) == 0 || errno == EEXIST
                 ? 0
                 : err_sys(err, tr("cannot make the folder %s"), folder);
    free(copy);
    return rc;
}

static void remove_beside(const char *path)
{
    static const char *const ending[] = { "", "-journal", ".gate", ".unlock" };
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        struct buf name = BUF_INIT;
        buf_addf(&name, "%s%s", path, ending[i]);
        unlink(buf_str(&name));
        buf_done(&name);
    }
}

static int flush_folder(const char *path, struct err *err)
{
    char *copy = mem_strdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && fsync(fd) == 0 ? 0 : err_sys(err, tr("cannot flush the folder of %s"), path);
    if (fd >= 0) {
        close(fd);
    }
    free(copy);
    return rc;
}

static int fill(const struct init *init, struct db *db, struct frame_keys *keys, struct err *err)
{
    struct vault_setup setup = {
        .user = init->user,
        .passphrase = init->passphrase,
        .recovery = init->recovery,
        .at_s = clock_wall_s(init->call->clock),
    };
    slot_calibrate(slot_cpu_clock(), &setup.cost);
    return vault_create(db, &setup, keys, err);
}

static int write_demo(const struct init *init, struct err *err)
{
    struct buf line = BUF_INIT;
    buf_addf(&line, "%s\n", init->passphrase);
    int rc = file_replace(init->fresh[DEMO_FILE], line.data, line.len, 0600, err);
    buf_wipe(&line);
    return rc;
}

/* Made by root in a folder of the database's own user, the vault is that user's. */
static int give_to_folder(const char *path, struct err *err)
{
    struct stat st;
    char *copy = mem_strdup(path);
    int rc = geteuid() == 0 && stat(dirname(copy), &st) == 0 && st.st_uid != 0 &&
                     chown(path, st.st_uid, st.st_gid) != 0
                 ? err_sys(err, tr("cannot give %s to the owner of its folder"), path)
                 : 0;
    free(copy);
    return rc;
}

static int make_fresh(const struct init *init, struct frame_keys *keys, struct err *err)
{
    struct db *db = db_create(init->fresh[DATABASE], clock_system(), err);
    int rc = db == NULL ? -1 : fill(init, db, keys, err);
    db_close(db);
    rc = rc == 0 ? give_to_folder(init->fresh[DATABASE], err) : rc;
    if (rc == 0) {
        rc = frame_keys_write(init->fresh[PUBLIC_KEYS], keys, err);
    }
    return rc == 0 && init->demo ? write_demo(init, err) : rc;
}

/* link(), not rename(): never over a file that is there. */
static int give_name(const struct init *init, int i, struct err *err)
{
    const char *fresh = init->fresh[i], *name = init->name[i];
    return fresh != NULL && name != NULL && link(fresh, name) == 0
               ? 0
               : err_sys(err, tr("cannot make %s"), name == NULL ? "" : name);
}

static void clear_fresh(const struct init *init)
{
    for (int i = 0; i < NFILES; i++) {
        if (init->fresh[i] != NULL) {
            remove_beside(init->fresh[i]);
        }
    }
}

static int make(const struct init *init, struct err *err)
{
    struct frame_keys keys;
    clear_fresh(init); /* of an init that was cut short */
    if (make_fresh(init, &keys, err) != 0 || give_name(init, DATABASE, err) != 0) {
        clear_fresh(init);
        return -1;
    }
    remove_beside(init->fresh[DATABASE]);
    int rc = flush_folder(init->name[DATABASE], err);
    for (int i = DATABASE + 1; rc == 0 && i < NFILES; i++) {
        if (init->name[i] != NULL &&
            (give_name(init, i, err) != 0 || flush_folder(init->name[i], err) != 0)) {
            rc = err_prefix(err, tr("the vault is made; rename %s to %s yourself"), init->fresh[i],
                            init->name[i]);
        }
    }
    /* Until then what has no name yet stays where it can be found: it belongs to a vault that is there. */
    if (rc == 0) {
        clear_fresh(init);
        char print[FRAME_FINGERPRINT];
        fprintf(init->call->out, tr("The vault is %s.\nThe kiosk's public keys are %s,\nfingerprint %s.\n"),
                init->name[DATABASE], init->name[PUBLIC_KEYS], frame_keys_fingerprint(&keys, print));
        fprintf(init->call->out,
                tr("The first clinician is \"%s\". Next: start foyer-kiosk, and later `foyer list`.\n"),
                init->user);
    }
    return rc;
}

static int check_free(const char *path, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) == 0) {
        return err_set(err, tr("%s is already there, and is left as it is"), path);
    }
    return errno == ENOENT ? 0 : err_sys(err, tr("cannot look at %s"), path);
}

static void name_files(struct init *init)
{
    struct buf demo = BUF_INIT;
    init->name[DATABASE] = mem_strdup(init->config->database);
    init->name[PUBLIC_KEYS] = mem_strdup(init->config->public_keys);
    if (init->demo) {
        char *copy = mem_strdup(init->config->database);
        buf_addf(&demo, "%s/passphrase", dirname(copy));
        init->name[DEMO_FILE] = buf_steal(&demo);
        free(copy);
    }
    for (int i = 0; i < NFILES; i++) {
        struct buf fresh = BUF_INIT;
        if (init->name[i] != NULL) {
            buf_addf(&fresh, "%s.new", init->name[i]);
            init->fresh[i] = buf_steal(&fresh);
        }
    }
}

static void free_files(struct init *init)
{
    for (int i = 0; i < NFILES; i++) {
        free(init->name[i]);
        free(init->fresh[i]);
    }
}

static int prepare(struct init *init, struct err *err)
{
    if (make_folder(init->name[DATABASE], 0700, err) != 0 ||
        make_folder(init->name[PUBLIC_KEYS], 0755, err) != 0) {
        return -1;
    }
    for (int i = 0; i < NFILES; i++) {
        if (init->name[i] != NULL && check_free(init->name[i], err) != 0) {
            return -1;
        }
    }
    init->passphrase = get_passphrase(init, err);
    if (init->passphrase == NULL) {
        return -1;
    }
    recovery_make(init->recovery);
    secret_show_recovery(init->call->out, init->recovery);
    if (!init->demo) {
        return secret_retype_recovery(init->call, init->recovery, err);
    }
    fprintf(init->call->out, tr("Demo passphrase of \"%s\": %s\n"), init->user, init->passphrase);
    return 0;
}

/* As said; the demo's has a name of its own. */
static const char *user_of(const struct command_call *call, bool demo, char login[SLOT_USER])
{
    const char *given = command_value(call, "user");
    if (given != NULL || demo) {
        return given != NULL ? given : "demo";
    }
    return session_login(login)[0] != '\0' ? login : "clinician";
}

static int run(const struct command_call *call)
{
    struct err err = { "" };
    struct init init = { .call = call, .demo = command_value(call, "demo") != NULL };
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    umask(022); /* what is secret gets its own mode; the kiosk's user must read the public keys */
    if (sodium_init() < 0) {
        err_set(&err, "%s", tr("no random numbers to be had"));
        return command_fail(call, &err);
    }
    init.config = session_config(call, &err);
    if (init.config == NULL) {
        return command_fail(call, &err);
    }
    char login[SLOT_USER];
    init.user = user_of(call, init.demo, login);
    name_files(&init);
    int rc = vault_is_name(init.user) ? prepare(&init, &err)
                                      : err_set(&err, tr("\"%s\" cannot be a user's name"), init.user);
    if (rc == 0) {
        rc = make(&init, &err);
    }
    if (init.passphrase != NULL) {
        sodium_memzero(init.passphrase, strlen(init.passphrase));
        free(init.passphrase);
    }
    sodium_memzero(init.recovery, sizeof init.recovery);
    free_files(&init);
    config_free(init.config);
    return rc == 0 ? COMMAND_OK : command_fail(call, &err);
}

static const struct command_option options[] = {
    { "user", "NAME", N_("the first clinician; else the name you are logged in with") },
    { "passphrase-fd", "N", N_("read the passphrase from descriptor N, one line") },
    { "demo", NULL, N_("for trying out: makes a passphrase and keeps it in a file") },
    { NULL, NULL, NULL },
};

const struct command cmd_init = {
    .name = "init",
    .args = "",
    .summary = N_("make the clinic's vault: keys, the first clinician, the recovery key"),
    .help =
        N_("Asks for a passphrase twice and shows the recovery key once, to be written down and typed back.\n"
           "A vault or public keys that are already there are left as they are."),
    .option = options,
    .run = run,
};
