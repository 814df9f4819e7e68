/* `foyer login`: what an SSH key bound to a name may run. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "session.h"

static int64_t fixed_wall(void *arg)
{
    (void)arg;
    return 1795269600;
}

static const struct clock noon = { fixed_wall, fixed_wall, NULL };

static char said[16384];

/* What `foyer login --user anna` does with what was typed behind `ssh foyer@clinic`. Output is in `said`. */
static int login(const char *asked)
{
    char *argv[] = { (char *)"foyer", (char *)"login", (char *)"--user", (char *)"anna", NULL };
    if (asked != NULL) {
        setenv("SSH_ORIGINAL_COMMAND", asked, 1);
    } else {
        unsetenv("SSH_ORIGINAL_COMMAND");
    }
    memset(said, 0, sizeof said);
    FILE *out = fmemopen(said, sizeof said - 1, "w"), *in = fmemopen((char[]){ " " }, 1, "r");
    cr_assert(out && in);
    int status = command_main(4, argv, in, out, out, &noon);
    fclose(out);
    fclose(in);
    return status;
}

static int key_line(const char *user, const char *text)
{
    char path[] = "/tmp/foyer-login-XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    char *argv[] = {
        (char *)"foyer", (char *)"login", (char *)"--user", (char *)user, (char *)"--key", path, NULL
    };
    memset(said, 0, sizeof said);
    FILE *out = fmemopen(said, sizeof said - 1, "w");
    int status = command_main(6, argv, stdin, out, out, &noon);
    fclose(out);
    unlink(path);
    return status;
}

Test(login, a_command_of_staff_is_run_with_its_words)
{
    cr_expect_eq(login("export --help"), COMMAND_OK);
    cr_expect(strstr(said, "Usage: foyer export") != NULL, "%s", said);
    cr_expect_eq(login("foyer  export\t--help"), COMMAND_OK, "the program's name may stand before it");
    cr_expect(strstr(said, "Usage: foyer export") != NULL, "%s", said);
    cr_expect_eq(login("close-day 'one word' \"an\\\"other\" thi\\ rd"), COMMAND_USAGE);
    cr_expect(strstr(said, "\"one word\" is one word too many") != NULL, "%s", said);
}

Test(login, whoever_types_another_name_stays_who_the_key_says)
{
    char name[SLOT_USER];
    cr_expect_eq(login("list --help"), COMMAND_OK);
    cr_expect_str_eq(session_login(name), "anna");
    cr_expect(session_bound());
    cr_expect_eq(login("list --user berta"), COMMAND_FAILED);
    cr_expect_eq(login("list --user=berta"), COMMAND_FAILED);
    cr_expect(strstr(said, "your key says who you are") != NULL, "%s", said);
}

Test(login, nothing_else_is_run)
{
    static const char *const no[] = {
        "init",
        "sh",
        "preview forms/microneedling",
        "login --user berta",
        "list -c /tmp/x.conf",
        "list -c/tmp/x.conf",
        "list --config=/tmp/x.conf",
        "-c /tmp/x.conf list",
        "export json -o /var/lib/foyer/foyer.db --force",
        "export json --output=x",
        "staff add mallory --role clinician",
        "staff disable anna",
        "list 'no end",
        "list \"no end",
        "/bin/sh -c id",
        "list; sh",
    };
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        cr_expect_neq(login(no[i]), COMMAND_OK, "%s", no[i]);
        cr_expect(strstr(said, "foyer login: ") != NULL || strstr(said, "one word too many") != NULL ||
                      strstr(said, "there is no") != NULL,
                  "%s: %s", no[i], said);
    }
    char words[4096] = "list";
    while (strlen(words) < 4000) {
        strcat(words, " x");
    }
    cr_expect_eq(login(words), COMMAND_FAILED, "too many words");
}

Test(login, what_a_shell_would_expand_stays_as_it_was_typed)
{
    cr_expect_eq(login("close-day $(id) `id` ~ *"), COMMAND_USAGE);
    cr_expect(strstr(said, "\"$(id)\" is one word too many") != NULL, "%s", said);
}

Test(login, a_public_key_is_bound_to_a_name)
{
    cr_expect_eq(key_line("anna", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ+/= Anna's \"laptop\"\n"),
                 COMMAND_OK);
    cr_expect_str_eq(said, "restrict,pty,command=\"/usr/bin/foyer login --user anna\" "
                           "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ+/= anna\n");
    cr_expect_eq(key_line("anna", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"), COMMAND_FAILED);
    cr_expect(strstr(said, ".pub") != NULL, "%s", said);
    cr_expect_eq(key_line("anna", "command=\"sh\" ssh-ed25519 AAAA\n"), COMMAND_FAILED);
    cr_expect_eq(key_line("anna", "ssh-ed25519 AA\"AA\n"), COMMAND_FAILED);
    cr_expect_eq(key_line("anna", ""), COMMAND_FAILED);
    cr_expect_eq(key_line("an\" sh", "ssh-ed25519 AAAA anna\n"), COMMAND_FAILED);
    cr_expect_eq(key_line("an na", "ssh-ed25519 AAAA anna\n"), COMMAND_FAILED);
}
