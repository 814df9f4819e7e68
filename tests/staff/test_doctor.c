/* `foyer doctor`: one machine that is ready for patients, and one thing wrong with it at a time. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "command.h"
#include "config.h"
#include "doctor.h"
#include "doctor_age.h"
#include "file.h"
#include "readiness.h"
#include "founded.h"
#include "ran.h"

#define SETTINGS "backup = { folder = \"copies\"; };\n"

static char folder[FOUNDED_FOLDER], config[FOUNDED_PATH], database[FOUNDED_PATH];

static int64_t now_s = NOW_S;

static int64_t wall(void *arg)
{
    (void)arg;
    return now_s;
}

static const struct clock afternoon = { wall, wall, NULL };

static int sh(const char *fmt)
{
    char command[1024];
    snprintf(command, sizeof command, fmt, folder, folder, folder);
    return system(command);
}

static void put(const char *path, const char *text)
{
    char full[256];
    snprintf(full, sizeof full, "%s/root%s", folder, path);
    char *slash = strrchr(full, '/');
    *slash = '\0';
    char command[300];
    snprintf(command, sizeof command, "mkdir -p %s", full);
    cr_assert_eq(system(command), 0);
    *slash = '/';
    cr_assert_eq(file_replace(full, text, strlen(text), 0755, NULL), 0);
}

static struct ran foyer(const char *secret, const char *const *words)
{
    return ran_foyer(config, &afternoon, secret, words);
}
#define FOYER(secret, ...) foyer(secret, (const char *const[]){ __VA_ARGS__, NULL })

static void setup(void)
{
    struct err err = { "" };
    struct frame_keys keys;
    char root[96];
    setenv("FOYER_TEST_NOW", "1795269600", 1); /* the clock counts as set */
    founded_folder(folder, config, database);
    snprintf(root, sizeof root, "%s/root", folder);
    cr_assert_eq(mkdir(root, 0755), 0);
    setenv("FOYER_TEST_ROOT", root, 1);
    founded_facts(config, SETTINGS "screen = { height_mm = 300; rows = 24; };");
    founded_vault(database, clock_system(), &keys, NULL);
    snprintf(root, sizeof root, "%s/foyer.keys", folder);
    cr_assert_eq(frame_keys_write(root, &keys, &err), 0, "%s", err.text);
    put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    put("/proc/sys/kernel/core_pattern", "core\n");
    put("/proc/sys/kernel/sysrq", "0\n");
    put("/proc/self/mountinfo", "25 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw,discard\n");
    put("/etc/passwd", "root:x:0:0::/root:/bin/sh\nkiosk:x:64999:64999::/nonexistent:/usr/sbin/nologin\n");
    struct ran ran = FOYER(PASSPHRASE, "form", "approve", "microneedling", "--yes", "--clinician", "Dr A.");
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    ran_done(&ran);
    ran = FOYER(NULL, "backup");
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    ran_done(&ran);
}

static void teardown(void)
{
    founded_remove(folder);
}

TestSuite(doctor, .init = setup, .fini = teardown, .timeout = 60);

/* What doctor says of one thing, "" if nothing; of several of one name the last. free() it. */
static char *state_of(const char *name, bool *ready)
{
    struct ran ran = FOYER(NULL, "doctor", "--json");
    json_t *all = json_loads(ran.out, 0, NULL), *one;
    size_t i;
    char *state = strdup("");
    cr_assert_not_null(all, "%s%s", ran.out, ran.err);
    *ready = json_is_true(json_object_get(all, "ready"));
    cr_expect_eq(ran.status, *ready ? COMMAND_OK : COMMAND_FAILED);
    json_array_foreach(json_object_get(all, "findings"), i, one)
    {
        if (strcmp(json_string_value(json_object_get(one, "name")), name) == 0) {
            free(state);
            state = strdup(json_string_value(json_object_get(one, "state")));
        }
    }
    json_decref(all);
    ran_done(&ran);
    return state;
}

static bool note_holds(struct date today)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *loaded = config_load(config, &problems);
    cr_assert_not_null(loaded);
    bool holds = readiness_in_force(loaded, today, CLOCK_SYNCED, &problems);
    config_free(loaded);
    problems_done(&problems);
    return holds;
}

static void expect(const char *name, const char *state, bool ready)
{
    bool is;
    char *found = state_of(name, &is);
    cr_expect_str_eq(found, state, "%s: %s", name, found);
    cr_expect_eq(is, ready, "%s: ready is %d", name, is);
    free(found);
}

Test(doctor, a_machine_with_nothing_wrong_is_ready_and_the_kiosk_is_told)
{
    struct ran ran = FOYER(NULL, "doctor");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.out);
    cr_expect(strstr(ran.out, "\nReady for patients: yes\n"), "%s", ran.out);
    cr_expect(strstr(ran.out, "locks hold on this machine"), "%s", ran.out);
    ran_done(&ran);
    cr_expect(note_holds((struct date){ 2026, 11, 21 }));
    cr_expect(note_holds((struct date){ 2026, 12, 26 }));
    cr_expect_not(note_holds((struct date){ 2026, 12, 27 }), "doctor's word lasts 35 days");
    cr_expect_not(note_holds((struct date){ 2026, 11, 20 }));
    ran = FOYER(NULL, "doctor", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK);
    cr_expect_str_eq(ran.out, "");
    ran_done(&ran);
}

Test(doctor, each_thing_that_keeps_patients_away_is_found_alone)
{
    static const struct {
        const char *path, *text, *name, *state;
    } wrong[] = {
        { "/proc/swaps", "Filename\tType\n/var/swap                               file\t102396\t0\t-2\n",
          "swap", "mend" },
        { "/proc/swaps", "Filename\tType\n/zram.swap file\t102396\t0\t-2\n", "swap", "mend" },
        { "/proc/sys/kernel/sysrq", "438\n", "sysrq", "mend" },
        { "/proc/self/mountinfo", "25 1 0:25 / / rw - tmpfs tmpfs rw\n", "disk", "mend" },
        { "/proc/self/mountinfo", "25 1 0:25 / / rw - nfs4 desk:/clinic rw\n", "disk", "mend" },
        { "/proc/self/mountinfo", "25 1 8:1 / / rw - vfat /dev/sda1 rw\n", "disk", "mend" },
        { "/proc/self/mountinfo", "25 1 8:1 / / rw - ext4 /dev/sda1 rw,nobarrier,discard\n", "disk", "mend" },
        { "/proc/self/mountinfo", "nonsense\n", "disk", "not_seen" },
        { "/usr/bin/lp", "#!/bin/sh\n", "paper", "" }, /* a printer and no CUPS: nothing is kept */
        { "/etc/cups/cupsd.conf", "LogLevel warn\n", "paper", "mend" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char kept[256] = "cp -r %s/root %s/kept";
        cr_assert_eq(sh(kept), 0);
        if (strcmp(wrong[i].path, "/etc/cups/cupsd.conf") == 0) {
            put("/usr/bin/lp", "#!/bin/sh\n");
        }
        put(wrong[i].path, wrong[i].text);
        if (wrong[i].state[0] != '\0') {
            expect(wrong[i].name, wrong[i].state, false);
            cr_expect_not(note_holds((struct date){ 2026, 11, 21 }), "%s: the kiosk was not told",
                          wrong[i].name);
        } else {
            expect(wrong[i].name, "ok", true);
        }
        cr_assert_eq(sh("rm -rf %s/root && mv %s/kept %s/root"), 0);
    }
    expect("swap", "ok", true);
}

Test(doctor, what_only_could_be_better_lets_patients_come)
{
    put("/proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P\n");
    expect("dumps", "advice", true);
    put("/proc/self/mountinfo", "25 1 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 rw\n");
    expect("erasing", "advice", true);
    put("/proc/swaps", "Filename\tType\n/dev/zram0 partition\t1\t0\t100\n");
    expect("swap", "ok", true);
    put("/sys/block/zram0/backing_dev", "/dev/mmcblk0p3\n");
    expect("swap", "mend", false);
    put("/sys/block/zram0/backing_dev", "none\n");
    founded_facts(config, SETTINGS "screen = { height_mm = 100; rows = 24; };");
    expect("letters", "advice", true);
    founded_facts(config, SETTINGS "screen = { height_mm = 320; rows = 24; viewing_mm = 1500; };");
    expect("letters", "advice", true); /* high enough, and too far away */
    founded_facts(config, SETTINGS "screen = { display = \"graphical\"; height_mm = 320; };");
    expect("letters", "ok", true); /* that display has 24 lines, or fewer */
    founded_facts(config, SETTINGS "screen = { display = \"graphical\"; height_mm = 100; };");
    expect("letters", "advice", true);
}

Test(doctor, files_that_others_can_read_or_change_are_found)
{
    cr_assert_eq(chmod(database, 0640), 0);
    expect("files", "mend", false);
    cr_assert_eq(chmod(database, 0600), 0);
    expect("files", "ok", true);
    cr_assert_eq(chmod(config, 0666), 0);
    expect("files", "mend", false);
    cr_assert_eq(chmod(config, 0644), 0);
    cr_assert_eq(chmod(folder, 0777), 0);
    expect("files", "mend", false);
    cr_assert_eq(chmod(folder, 0700), 0);
    if (geteuid() == 0) {
        cr_assert_eq(chown(config, 64999, 0), 0); /* the kiosk's user, as /etc/passwd above has it */
        expect("files", "mend", false);
        cr_assert_eq(chown(config, 0, 64999), 0);
        expect("files", "ok", true);
        cr_assert_eq(chmod(config, 0664), 0);
        expect("files", "mend", false);
    }
}

Test(doctor, a_file_that_cannot_be_looked_at_is_not_called_open)
{
    founded_facts(config, SETTINGS "screen = { height_mm = 300; rows = 24; }; socket = \"kiosk.conf/x\";");
    expect("files", "not_seen", false);
}

Test(doctor, another_vaults_keys_and_a_damaged_or_missing_database_are_found)
{
    struct frame_keys keys = { .epoch = 1 };
    char path[96];
    snprintf(path, sizeof path, "%s/foyer.keys", folder);
    struct buf before = BUF_INIT;
    cr_assert_eq(file_read(path, 4096, &before, NULL), 0);
    randombytes_buf(keys.desk, sizeof keys.desk);
    randombytes_buf(keys.body, sizeof keys.body);
    cr_assert_eq(frame_keys_write(path, &keys, NULL), 0);
    expect("keys", "mend", false);
    cr_assert_eq(file_replace(path, before.data, before.len, 0644, NULL), 0);
    buf_done(&before);
    expect("keys", "ok", true);
    cr_assert_eq(sh("printf 'damage damage damage damage' | dd of=%s/foyer.db bs=1 seek=4096 conv=notrunc "
                    "2>/dev/null"),
                 0);
    expect("database", "mend", false);
    cr_assert_eq(sh("mv %s/foyer.db %s/gone.db"), 0);
    expect("database", "mend", false);
}

Test(doctor, the_ssh_server_is_asked_what_is_in_force)
{
    static const char good[] =
        "#!/bin/sh\ncat <<END\nport 22\ndisableforwarding yes\npermituserrc no\npermituserenvironment no\n"
        "maxsessions 1\npasswordauthentication no\nkbdinteractiveauthentication no\npermittunnel "
        "no\nforcecommand exec /usr/bin/foyer-kiosk\nacceptenv LANG\nacceptenv LC_*\nacceptenv COLORTERM\n"
        "acceptenv NO_COLOR\nEND\n"; /* as sshd_config is on Debian 13 */
    if (geteuid() != 0) {
        cr_skip_test("only root asks sshd");
    }
    put("/usr/sbin/sshd", good);
    expect("sshd", "ok", true);
    static const char staff[] = "foyer:x:64998:64998::/:" FOYER_LIBEXEC "/staff-shell\n";
    put("/etc/passwd", staff);
    expect("sshd", "ok", true);
    cr_assert_eq(sh("sed -i 's/staff-shell/sh/' %s/root/etc/passwd"), 0);
    put("/usr/sbin/sshd", "#!/bin/sh\n. \"$0.good\" | sed 's/^forcecommand .*/forcecommand none/'\n");
    put("/usr/sbin/sshd.good", good);
    expect("sshd", "mend", false);
    put("/etc/passwd", "kiosk:x:64999:64999::/nonexistent:/usr/sbin/nologin\n");
    static const char *const break_out[] = {
        "s/disableforwarding yes/disableforwarding no/",
        "s/permituserrc no/permituserrc yes/",
        "s/maxsessions 1/maxsessions 10/",
        "s/^forcecommand .*/forcecommand none/",
        "s/^forcecommand .*/forcecommand bash/",
        "s/kbdinteractiveauthentication no/kbdinteractiveauthentication yes/",
        "s/^permittunnel no/acceptenv LC_X/",
        "s/^permittunnel no/acceptenv NO_COLOR_X/",
        "s/passwordauthentication no/passwordauthentication yes/"
    };
    for (size_t i = 0; i < sizeof break_out / sizeof *break_out; i++) {
        char command[256];
        put("/usr/sbin/sshd", good);
        snprintf(command, sizeof command, "sed -i '%s' %s/root/usr/sbin/sshd", break_out[i], folder);
        cr_assert_eq(system(command), 0);
        expect("sshd", "mend", false);
    }
    put("/usr/sbin/sshd", "#!/bin/sh\nexit 1\n");
    expect("sshd", "not_seen", false);
}

Test(doctor, a_file_server_that_asks_no_login_shell_is_named)
{
    static const char lax[] = "#!/bin/sh\nprintf 'port 22\\nforcecommand none\\n%s\\n'\n";
    const char *const server[] = { "subsystem sftp /usr/lib/openssh/sftp-server",
                                   "subsystem sftp internal-sftp -f AUTH" };
    if (geteuid() != 0) {
        cr_skip_test("only root asks sshd");
    }
    for (size_t i = 0; i < 2; i++) {
        char text[256];
        snprintf(text, sizeof text, lax, server[i]);
        put("/usr/sbin/sshd", text);
        struct ran ran = FOYER(NULL, "doctor");
        cr_expect_eq(strstr(ran.out, "internal-sftp") != NULL, i == 1, "%s", ran.out);
        ran_done(&ran);
    }
}

/* ---- systemd's units
 * --------------------------------------------------------------------------------------------- */

#define UNITS "/etc/systemd/system/"
#define KIOSK UNITS "foyer-kiosk.service.d/override.conf"

/* As the packages leave them. */
static void put_units(void)
{
    static const char *const unit[] = { "foyer-backup.service",
                                        "foyer-backup.timer",
                                        "foyer-deposit@.service",
                                        "foyer-deposit.socket",
                                        "foyer-kiosk-graphical.service",
                                        "foyer-kiosk.service",
                                        "foyer-relay.service",
                                        "getty@.service",
                                        "foyer-.service.d/lockdown.conf",
                                        "getty@.service.d/foyer.conf",
                                        "foyer-relay.service.d/needs.conf" };
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
        char path[128];
        snprintf(path, sizeof path, "/usr/lib/systemd/system/%s", unit[i]);
        put(path, "[Service]\nUser=kiosk\n");
    }
    put("/run/systemd/system/.there", "");
}

static void take_units(void)
{
    cr_assert_eq(sh("rm -rf %s/root/etc/systemd %s/root/run %s/root/usr"), 0);
    put_units();
}

Test(doctor, a_file_that_may_open_a_services_lock_takes_the_yes_away)
{
    static const struct {
        const char *path, *text;
    } wrong[] = {
        { KIOSK, "[Service]\nUser=root\n" },
        { KIOSK, "[Service]\nNice=5\n  NoNewPrivileges = no" },
        { KIOSK, "[Service]\nExecStart=\nExecStart=/bin/sh\n" },
        { KIOSK, "[Service]\nReadWritePaths=/\n" },
        { KIOSK, "# \\\nUser=root\n" },
        { KIOSK, "[Service]\nNice=5\\\n[Unit]\nUser=root\n" },
        { KIOSK, "[Service]\nUser\\\n=root\n" },
        { KIOSK, "[Service]\rUser=root\r" },
        { UNITS "foyer-kiosk.service.d/lockdown.conf", "" },
        { UNITS "foyer-kiosk-.service.d/lockdown.conf", "" },
        { UNITS "foyer-.service.d/x.conf", "[Service]\nPrivateNetwork=no\n" },
        { UNITS "service.d/x.conf", "[Service]\nAmbientCapabilities=CAP_SYS_ADMIN\n" },
        { UNITS "foyer-relay.service.d/clinic.conf", "[Service]\nIPAddressAllow=any\n" },
        { UNITS "foyer-relay.service.d/clinic.conf", "[Service]\nIPAddressAllow=10.0.0.0/8\n" },
        { UNITS "foyer-deposit@.service.d/x.conf", "[Service]\nUser=root\n" },
        { UNITS "foyer-deposit@7-1.service.d/x.conf", "[Service]\nUser=root\n" },
        { UNITS "foyer-deposit.socket.d/x.conf", "[Socket]\nSocketMode=0666\n" },
        { UNITS "getty@tty1.service.d/autologin.conf", "[Service]\nExecStart=-/sbin/agetty -a pi\n" },
        { UNITS "foyer-kiosk.service.d/x.conf", "[Unit]\nOnFailure=getty@tty1.service\n" },
        { UNITS "getty@.service.d/foyer.conf", "" },
        { UNITS "autovt@.service.d/foyer.conf", "" },
        { UNITS "autovt@tty2.service", "[Service]\nExecStart=/usr/bin/ly\n" },
        { "/usr/lib/systemd/system/foyer-kiosk.service.d/x.conf", "[Service]\nUser=root\n" },
        { "/usr/lib/systemd/system/foyer-kiosk.service.d/lockdown.conf", "[Service]\nUser=root\n" },
        { "/usr/lib/systemd/system/getty@tty1.service.d/x.conf", "[Service]\nExecStart=/bin/sh\n" },
        { UNITS "foyer-kiosk-graphical.service", "[Service]\nExecStart=/usr/bin/cage -s\n" },
        { "/run/systemd/system/foyer-kiosk.service", "[Service]\nExecStart=/bin/sh\n" },
        { "/run/systemd/transient/foyer-kiosk.service.d/x.conf", "[Service]\nUser=root\n" },
        { "/etc/systemd/system.control/foyer-kiosk.service.d/50-x.conf", "DevicePolicy=auto\n" },
    };
    put_units();
    expect("services", "ok", true);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bool ready;
        put(wrong[i].path, wrong[i].text);
        char *found = state_of("services", &ready);
        cr_expect_str_eq(found, "mend", "%s, %s: %s", wrong[i].path, wrong[i].text, found);
        cr_expect_not(ready);
        free(found);
        take_units();
    }
    expect("services", "ok", true);
}

Test(doctor, a_file_that_opens_no_lock_is_left_alone)
{
    static const struct {
        const char *path, *text;
    } fine[] = {
        { UNITS "foyer-backup.service.d/override.conf", "[Service]\nReadWritePaths=/your/place\n" },
        { UNITS "foyer-relay.service.d/clinic.conf", "# foyer-pair\n[Service]\nIPAddressAllow=fd00::1\n" },
        { UNITS "getty@tty1.service.d/noclear.conf", "[Service]\nTTYVTDisallocate=no\n" },
        { UNITS "getty@.service.d/noclear.conf", "[Service]\nTTYVTDisallocate=no\n" },
        { UNITS "foyer-kiosk.service.d/empty.conf", "" },
        { UNITS "foyer-kiosk.service.d/override.conf.bak", "[Service]\nUser=root\n" },
        { UNITS "foyer-kiosk.service.d/nice.conf", "; mine\n\n[Service]\nNice=-5\nMemoryMax=200M\n" },
        { UNITS "foyer-kiosk.service.d/slow.conf", "[Service]\nTimeoutStopSec=60\nRestartSec=9\n" },
        { "/usr/lib/systemd/system/getty@tty1.service.d/10-noclear.conf", "TTYVTDisallocate=no\n" },
        { UNITS "foyer-backup.timer.d/override.conf", "[Timer]\nOnCalendar=\nOnCalendar=20:00\n" },
        { UNITS "foyer-copy.service", "[Service]\nExecStart=/usr/local/bin/copy\n" }, /* the clinic's own */
        { UNITS "foyer-copy.service.d/x.conf", "[Service]\nUser=root\n" },
        { UNITS "multi-user.target.wants/foyer-kiosk.service", "[Service]\n" },
    };
    put_units();
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        put(fine[i].path, fine[i].text);
        expect("services", "ok", true);
    }
}

Test(doctor, a_masked_timer_is_said_for_what_it_starts_is_never_done)
{
    put_units();
    put(UNITS ".there", "");
    cr_assert_eq(sh("ln -s /dev/null %s/root/etc/systemd/system/foyer-backup.timer"), 0);
    expect("services", "advice", true);
}

Test(doctor, another_name_for_the_login_as_systemd_has_it_is_no_other_login)
{
    put_units();
    put(UNITS ".there", "");
    cr_assert_eq(sh("ln -s /lib/systemd/system/getty@.service %s/root/etc/systemd/system/autovt@.service"),
                 0);
    expect("services", "ok", true);
}

Test(doctor, a_masked_service_is_said_and_a_masked_login_is_not)
{
    put_units();
    put(UNITS ".there", "");
    cr_assert_eq(sh("ln -s /dev/null %s/root/etc/systemd/system/getty@tty1.service"), 0);
    expect("services", "ok", true);
    cr_assert_eq(sh("ln -s /dev/null %s/root/etc/systemd/system/foyer-kiosk.service"), 0);
    expect("services", "advice", true);
}

Test(doctor, what_may_change_a_service_and_cannot_be_read_is_no_yes)
{
    static const char *const unseen[] = { UNITS "foyer-kiosk.service.d", UNITS "service.d/folder.conf/x",
                                          "/etc/systemd/system" };
    put_units();
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
        put(unseen[i], "x");
        expect("services", "not_seen", false);
        take_units();
    }
    static char many[70001];
    memset(many, '#', sizeof many - 1);
    put(KIOSK, many);
    expect("services", "not_seen", false);
}

Test(doctor, no_name_of_a_file_can_speak_for_doctor)
{
    static const char forged[] = "x\nReady for patients: yes\n\033[2J\"%s\\\xff.conf";
    char path[256];
    put_units();
    put(UNITS "foyer-kiosk.service.d/.there", "");
    snprintf(path, sizeof path, "%s/root" UNITS "foyer-kiosk.service.d/%s", folder, forged);
    cr_assert_eq(file_replace(path, "User=root\n", 10, 0644, NULL), 0);
    expect("services", "mend", false);
    struct ran ran = FOYER(NULL, "doctor");
    cr_expect_null(strstr(ran.out, "\nReady for patients: yes"), "%s", ran.out);
    cr_expect_null(strchr(ran.out, '\033'));
    ran_done(&ran);
    cr_expect_not(note_holds((struct date){ 2026, 11, 21 }));
}

Test(doctor, units_are_no_matter_without_systemd_nor_the_login_where_nobody_sits)
{
    put_units();
    put(UNITS "getty@tty1.service.d/autologin.conf", "[Service]\nExecStart=-/sbin/agetty -a pi\n");
    founded_facts(config, SETTINGS "screen = { display = \"ssh\"; };");
    expect("services", "ok", true);
    put(UNITS "foyer-deposit@.service.d/x.conf", "User=root\n");
    expect("services", "mend", false);
    cr_assert_eq(sh("rm -r %s/root/run/systemd"), 0);
    expect("services", "", true);
}

/* ---- copies
 * ------------------------------------------------------------------------------------------------------ */

Test(doctor, without_a_backup_or_with_an_old_one_the_answer_is_no)
{
    expect("backup", "advice", true); /* made, and never practised */
    founded_facts(config, "screen = { height_mm = 300; rows = 24; };");
    expect("backup", "mend", false);
    founded_facts(config, SETTINGS "screen = { height_mm = 300; rows = 24; };");
    now_s += 5 * 86400;
    expect("backup", "advice", true);
    now_s += 15 * 86400;
    expect("backup", "mend", false);
}

Test(doctor, a_place_for_backups_that_only_root_can_write_to_is_found)
{
    if (geteuid() != 0) {
        cr_skip_test("only root asks for another user");
    }
    cr_assert_eq(sh("chown nobody %s %s/foyer.db && chmod 755 %s/copies"), 0);
    expect("backup", "mend", false);
    cr_assert_eq(sh("chown nobody %s/copies"), 0);
    expect("backup", "advice", true);
}

Test(doctor, what_was_refused_of_a_second_screen_is_said_until_somebody_has_looked)
{
    put("/var/lib/foyer-relay/refused/0102-3", "sealed");
    expect("refused", "mend", false);
    cr_expect(note_holds((struct date){ 2026, 11, 21 }), "this machine's own screen goes on");
    cr_assert_eq(sh("rm %s/root/var/lib/foyer-relay/refused/0102-3"), 0);
    expect("refused", "", true);
}

Test(doctor, without_a_signature_the_answer_is_no_but_the_machine_is_ready)
{
    cr_assert_eq(sh("rm %s/approvals.cfg"), 0);
    expect("content", "mend", false);
    cr_expect(note_holds((struct date){ 2026, 11, 21 }), "the kiosk sees the signature itself");
}

Test(doctor, who_may_not_see_everything_takes_no_earlier_yes_away_and_gives_none)
{
    expect("disk", "ok", true);
    put("/proc/self/mountinfo", "nonsense\n");
    now_s += 86400;
    struct ran ran = FOYER(NULL, "doctor", "--quiet");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.out, "What was not seen counts as it was found on 2026-11-21."), "%s", ran.out);
    ran_done(&ran);
    cr_expect(note_holds((struct date){ 2026, 11, 22 }));
    cr_expect_not(note_holds((struct date){ 2026, 12, 27 }), "nor does it last longer");
    put("/proc/sys/kernel/sysrq", "438\n");
    expect("sysrq", "mend", false);
    cr_expect_not(note_holds((struct date){ 2026, 11, 22 }), "what is wrong is wrong");
    put("/proc/sys/kernel/sysrq", "0\n");
    expect("disk", "not_seen", false);
    cr_expect_not(note_holds((struct date){ 2026, 11, 22 }));
}

Test(doctor, staff_are_told_a_week_before_its_word_ends)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *loaded = config_load(config, &problems);
    cr_assert_not_null(loaded);
    struct buf text = BUF_INIT;
    cr_expect_eq(doctor_age_warning(loaded, now_s, &text), 0, "nobody has asked it yet");
    expect("swap", "ok", true);
    cr_expect_eq(doctor_age_warning(loaded, now_s + 27 * 86400, &text), 0, "%s", buf_str(&text));
    cr_expect_eq(doctor_age_warning(loaded, now_s + 28 * 86400, &text), 1);
    cr_expect(strstr(buf_str(&text), "After 2026-12-26 every page says DEMO"), "%s", buf_str(&text));
    cr_expect_eq(doctor_age_warning(loaded, now_s + 40 * 86400, &text), 1);
    put("/proc/sys/kernel/sysrq", "438\n");
    expect("sysrq", "mend", false);
    cr_expect_eq(doctor_age_warning(loaded, now_s + 40 * 86400, &text), 0, "a no does not run out");
    buf_done(&text);
    config_free(loaded);
    problems_done(&problems);
}

/* ---- a second screen
 * ------------------------------------------------------------------------------------------ */

/* The state it finds one thing in, and whether patients may come. */
static enum finding_state second(const char *name, bool *ready)
{
    struct problems problems = PROBLEMS_INIT;
    const struct command_call call = { .clock = &afternoon, .config = config };
    struct doctor d = { .call = &call, .config = config_load(config, &problems), .root = true };
    enum finding_state state = FINDING_GOOD;
    cr_assert_not_null(d.config);
    doctor_look_second(&d);
    for (size_t i = 0; i < d.n; i++) {
        state = strcmp(d.finding[i].name, name) == 0 ? d.finding[i].state : state;
    }
    *ready = doctor_ready(&d, true);
    doctor_done(&d);
    config_free((struct config *)(uintptr_t)d.config);
    problems_done(&problems);
    return state;
}

static void expect_second(const char *name, enum finding_state state, bool ready)
{
    bool is;
    enum finding_state found = second(name, &is);
    cr_expect_eq(found, state, "%s: %d", name, (int)found);
    cr_expect_eq(is, ready, "%s: ready is %d", name, is);
}

/* Paired, with a clinic that answers and a relay that listens. */
static void make_second(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s/foyer.sock", folder);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    close(fd);
    put("/etc/foyer/ssh/relay-to", "Host clinic\n");
    put("/usr/bin/ssh", "#!/bin/sh\nprintf 'FYRH\\1\\0\\0\\0'\n");
}

Test(doctor, a_second_screen_is_ready_without_a_database)
{
    make_second();
    cr_assert_eq(sh("rm %s/foyer.db"), 0);
    expect_second("clinic", FINDING_GOOD, true);
    cr_assert_eq(sh("rm %s/root/etc/foyer/ssh/relay-to"), 0);
    expect_second("clinic", FINDING_BAD, false);
}

Test(doctor, a_second_screen_takes_patients_while_the_clinic_cannot_be_reached)
{
    make_second();
    put("/usr/bin/ssh", "#!/bin/sh\nexit 255\n");
    put("/var/lib/foyer-relay/outbox/000000000001", "sealed");
    expect_second("clinic", FINDING_ADVICE, true);
    expect_second("outbox", FINDING_ADVICE, true);
}

Test(doctor, a_second_screen_that_the_clinic_will_never_hear_again_is_not_ready)
{
    make_second();
    put("/usr/bin/ssh", "#!/bin/sh\nexec > \"$3\"\necho 'Host key verification failed.'\nexit 255\n");
    expect_second("clinic", FINDING_BAD, false);
    put("/usr/bin/ssh", "#!/bin/sh\nexec > \"$3\"\necho 'Permission denied (publickey).'\nexit 255\n");
    expect_second("clinic", FINDING_BAD, false);
}

Test(doctor, a_second_screen_whose_records_were_refused_or_that_nobody_listens_on_is_not_ready)
{
    make_second();
    put("/var/lib/foyer-relay/refused/000000000001", "sealed");
    expect_second("refused", FINDING_BAD, false);
    cr_assert_eq(sh("rm -r %s/root/var && rm %s/foyer.sock"), 0);
    expect_second("relay", FINDING_BAD, false);
}

/* Its "no" would stand in the place of what `foyer doctor` found. */
Test(doctor, the_doctor_of_second_screens_leaves_the_clinics_own_machine_alone)
{
    char command[512];
    snprintf(command, sizeof command, "%s/foyer-doctor -c %s 2>%%s/said", BIN, config);
    cr_assert_neq(sh(command), 0);
    cr_expect_eq(sh("grep -q 'This is no second screen' %s/said"), 0);
    cr_expect_neq(sh("test -e %s/readiness.cfg"), 0);
}

Test(doctor, a_second_screens_log_names_the_doctor_that_is_there)
{
    struct problems here = PROBLEMS_INIT, there = PROBLEMS_INIT;
    struct buf text = BUF_INIT;
    struct config *loaded = config_load(config, &here);
    cr_assert_not_null(loaded);
    cr_expect_not(readiness_in_force(loaded, (struct date){ 2026, 11, 21 }, CLOCK_SYNCED, &here));
    problems_text(&here, &text);
    cr_expect(strstr(buf_str(&text), "Run `foyer doctor`."), "%s", buf_str(&text));
    cr_assert_eq(sh("mkdir %s/ssh && touch %s/ssh/relay-to"), 0);
    cr_expect_not(readiness_in_force(loaded, (struct date){ 2026, 11, 21 }, CLOCK_SYNCED, &there));
    buf_reset(&text);
    problems_text(&there, &text);
    cr_expect(strstr(buf_str(&text), "Run `foyer-doctor`."), "%s", buf_str(&text));
    buf_done(&text);
    config_free(loaded);
    problems_done(&here);
    problems_done(&there);
}
