/* cmd_login.c: what an SSH key does that is bound to a person's name. sshd runs it as the forced command of
 * that key (see foyer-clinic(7)); what the person asked for stands in SSH_ORIGINAL_COMMAND. No shell reads
 * it.
 */
#include "command.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "file.h"
#include "session.h"
#include "tr.h"

enum { MAX_WORDS = 64, MAX_LINE = 4096 };

/* Everything else makes, moves or checks the installation: that is for whoever looks after the machine. */
static const char *const open_to_staff[] = {
    "review", "list",   "show",  "watch", "summary", "handout", "report",  "export",    "person",
    "ask",    "return", "staff", "keys",  "audit",   "form",    "recover", "close-day",
};
/* These need no passphrase, so that a key alone could shut everybody out. */
static const char *const not_of_staff[] = { "add", "withdraw", "disable" };

/* Settings of one's own could name a program to run; a file would be written on this machine, as its user. */
static const char *const kept_back[] = { "config", "user", "output" };

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word, list[i]) == 0) {
            return true;
        }
    }
    return false;
}
#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof *(list))

/* Words as a shell would part them, with its quotes and backslash and nothing else of it. -1: a quote that
 * never ends, or too many words. The words live in `store`, which is as long as the line. */
static int split(const char *line, char *store, char **word, size_t *n)
{
    for (;;) {
        line += strspn(line, " \t\n");
        if (*line == '\0') {
            return 0;
        }
        if (*n == MAX_WORDS) {
            return -1;
        }
        word[(*n)++] = store;
        char quote = '\0';
        for (; *line != '\0' && (quote != '\0' || strchr(" \t\n", *line) == NULL); line++) {
            if (quote == '\0' && (*line == '\'' || *line == '"')) {
                quote = *line;
            } else if (*line == quote) {
                quote = '\0';
            } else {
                line += quote != '\'' && line[0] == '\\' && line[1] != '\0';
                *store++ = *line;
            }
        }
        if (quote != '\0') {
            return -1;
        }
        *store++ = '\0';
    }
}

/* --config, --config=x, -cx, -o: an option that the login does not hand on. */
static bool is_kept_back(const char *word)
{
    if (word[0] != '-' || word[1] != '-') {
        return word[0] == '-' && (word[1] == 'c' || word[1] == 'o');
    }
    char name[16] = "";
    size_t len = strcspn(word + 2, "=");
    if (len < sizeof name) {
        memcpy(name, word + 2, len);
    }
    return IS_ONE_OF(name, kept_back);
}

/* 0: may be run. */
static int allowed(char *const *word, size_t n, struct err *err)
{
    if (!IS_ONE_OF(word[0], open_to_staff)) {
        return err_set(err,
                       tr("\"%s\" is not done over this connection. These are: review, list, show, watch, "
                          "summary, handout, report, export, person, ask, return, staff, keys, audit, form, "
                          "recover, close-day."),
                       word[0]);
    }
    for (size_t i = 1; i < n; i++) {
        if (is_kept_back(word[i])) {
            return err_set(err,
                           tr("leave %s out: your key says who you are, the machine's own settings hold, and "
                              "what is printed comes to you: write it to a file of yours with >"),
                           word[i]);
        }
        if (strcmp(word[0], "staff") == 0 && IS_ONE_OF(word[i], not_of_staff)) {
            return err_set(err,
                           tr("staff %s is done on the machine itself, by whoever looks after it: "
                              "sudo -u foyer foyer staff %s NAME"),
                           word[i], word[i]);
        }
    }
    return 0;
}

/* The public key's kind and its body, as sshd reads them. `line` is cut. NULL: it is none. */
static const char *public_key(char *line)
{
    static const char *const kinds[] = {
        "ssh-ed25519",
        "sk-ssh-ed25519@openssh.com",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "ssh-rsa",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    };
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    size_t kind = strcspn(line, " "), body = line[kind] == ' ' ? strspn(line + kind + 1, base64) : 0;
    char *end = line + kind + 1 + body;
    if (body == 0 || strchr(" \n", *end) == NULL) {
        return NULL;
    }
    *end = '\0';
    line[kind] = '\0';
    bool known = IS_ONE_OF(line, kinds);
    line[kind] = ' ';
    return known ? line : NULL;
}

/* The line for /etc/foyer/ssh/staff. */
static int print_line(const struct command_call *call, const char *user, const char *path)
{
    enum { MAX_KEY = 16384 };
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    struct buf text = BUF_INIT;
    struct err err = { "" };
    const char *key = NULL;
    if (user[strspn(user, plain)] != '\0' || user[0] == '-') {
        err_set(&err, tr("\"%s\": an SSH key is bound to a name of letters, digits, dot, _ and -"), user);
    } else if (file_read(path, MAX_KEY, &text, &err) == 0) {
        key = text.len > 0 && strstr(buf_str(&text), "PRIVATE KEY") == NULL ? public_key(text.data) : NULL;
        if (key == NULL) {
            err_set(&err, tr("%s is no public SSH key. It is one line, in the file whose name ends in .pub"),
                    path);
        }
    }
    if (key != NULL) {
        fprintf(call->out, "restrict,pty,command=\"/usr/bin/foyer login --user %s\" %s %s\n", user, key,
                user);
    }
    buf_done(&text);
    return key != NULL ? COMMAND_OK : command_fail(call, &err);
}

static int run(const struct command_call *call)
{
    const char *user = command_value(call, "user"), *line = getenv("SSH_ORIGINAL_COMMAND");
    const char *key = command_value(call, "key");
    struct err err = { "" };
    char store[MAX_LINE + 1];
    char *argv[MAX_WORDS + 6] = { (char *)(uintptr_t) "foyer" };
    size_t n = 0;
    if (user == NULL || user[0] == '\0') {
        return command_usage(call, "%s", tr("say whose key it is: --user NAME"));
    }
    if (key != NULL) {
        return print_line(call, user, key);
    }
    if (line == NULL || line[strspn(line, " \t\n")] == '\0') {
        line = "review";
    }
    if (strlen(line) > MAX_LINE || split(line, store, argv + 1, &n) != 0 || argv[1] == NULL) {
        err_set(&err, "%s", tr("this command line is too long, or a quote in it does not end"));
        return command_fail(call, &err);
    }
    if (n > 1 && strcmp(argv[1], "foyer") == 0) { /* ssh foyer@clinic foyer list */
        memmove(argv + 1, argv + 2, --n * sizeof *argv);
    }
    if (strcmp(argv[1], "--help") != 0 && allowed(argv + 1, n, &err) != 0) {
        return command_fail(call, &err);
    }
    session_set_login(user);
    int argc = (int)n + 1;
    if (call->config_given) { /* by the key's line, not by the person */
        memmove(argv + 3, argv + 1, n * sizeof *argv);
        argv[1] = (char *)(uintptr_t) "--config";
        argv[2] = (char *)(uintptr_t)call->config;
        argc += 2;
    }
    argv[argc] = NULL;
    return command_main(argc, argv, call->in, call->out, call->err, call->clock);
}

static const struct command_option options[] = {
    { "user", "NAME", N_("whose key it is") },
    { "key", "FILE", N_("print the line that binds the public key in FILE to NAME, and do nothing else") },
    { NULL, NULL, NULL },
};

const struct command cmd_login = {
    .name = "login",
    .args = "--user NAME [--key FILE]",
    .summary = N_("what an SSH key bound to a name does"),
    .help =
        N_("sshd runs it for a key in /etc/foyer/ssh/staff. Without a command of the person's own it is\n"
           "`foyer review`; `ssh foyer@clinic close-day` is `foyer close-day`. NAME is the user of every\n"
           "command, and stands in the audit trail. See foyer-clinic(7)."),
    .option = options,
    .starts = true,
    .run = run,
};
