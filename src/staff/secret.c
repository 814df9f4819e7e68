#include "secret.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "passphrase.h"
#include "tr.h"
#include "vault.h"

/* Who was asked goes on typing: what follows a question that has ended would be read, and kept, by a shell.
 */
enum { RETYPES = 3 };

static const char rule[] = "----------------------------------------------------------------------";

void secret_free(char *passphrase)
{
    if (passphrase != NULL) {
        sodium_memzero(passphrase, strlen(passphrase));
        free(passphrase);
    }
}

/* *once_more: it may be asked for once more. */
static char *ask_twice(const char *prompt, bool *once_more, struct err *err)
{
    char *result = NULL;
    char *first = passphrase_ask(prompt, false, err);
    char *tidy = first == NULL ? NULL : vault_passphrase(first, true, err);
    char *second = tidy == NULL ? NULL : passphrase_ask(tr("The same again: "), false, err);
    char *again = second == NULL ? NULL : vault_passphrase(second, false, err);
    if (again != NULL) {
        if (strcmp(tidy, again) == 0) {
            result = mem_strdup(tidy);
        } else {
            err_set(err, "%s", tr("the two are not the same; nothing was made"));
        }
    }
    *once_more = first != NULL && (tidy == NULL || second != NULL);
    secret_free(tidy);
    secret_free(again);
    sodium_free(first);
    sodium_free(second);
    return result;
}

static char *ask_passphrase(const char *user, struct err *err)
{
    struct buf prompt = BUF_INIT;
    char *result = NULL;
    bool once_more = true;
    for (int i = 0; result == NULL && once_more && i < RETYPES; i++) {
        buf_reset(&prompt);
        if (i > 0) {
            buf_addf(&prompt, "%s.\n", err->text);
        }
        if (user == NULL) {
            buf_adds(&prompt, tr("New passphrase, at least 12 characters: "));
        } else {
            buf_addf(&prompt, tr("New passphrase of %s, at least 12 characters: "), user);
        }
        result = ask_twice(buf_str(&prompt), &once_more, err);
    }
    buf_done(&prompt);
    return result;
}

char *secret_passphrase(const char *user, const char *fd_value, struct err *err)
{
    if (fd_value == NULL) {
        return ask_passphrase(user, err);
    }
    int fd = passphrase_fd(fd_value, err);
    char *typed = fd < 0 ? NULL : passphrase_read(fd, err);
    char *tidy = typed == NULL ? NULL : vault_passphrase(typed, true, err);
    sodium_free(typed);
    return tidy;
}

void secret_show_recovery(FILE *out, const uint8_t key[RECOVERY_KEY])
{
    char text[RECOVERY_TEXT];
    recovery_print(key, text);
    fprintf(out, "%s\n%s\n\n    %.31s\n    %s\n\n", rule, tr("The recovery key. It is shown this one time:"),
            text, text + 32);
    fprintf(out, "%s\n%s\n",
            tr("Write it on paper and lock it away. Whoever has it can read every intake;\n"
               "without it and without a passphrase nobody ever can."),
            rule);
    fflush(out);
    sodium_memzero(text, sizeof text);
}

static bool has_terminal(void)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty >= 0) {
        close(tty);
    }
    return tty >= 0;
}

static char *ask_line(const struct command_call *call, const struct passphrase_line *line, struct err *err)
{
    return has_terminal() ? passphrase_ask_line(line, err)
                          : passphrase_read_line(fileno(call->in), line, err);
}

char *secret_line(const struct command_call *call, const char *prompt, struct err *err)
{
    const struct passphrase_line line = { .prompt = prompt, .nothing = tr("nothing was typed") };
    return ask_line(call, &line, err);
}

/* On one line or two, as it stands on the paper. */
static char *ask_key(const struct command_call *call, const char *prompt, struct err *err)
{
    const struct passphrase_line line = { .prompt = prompt,
                                          .nothing = tr("no recovery key was given"),
                                          .lacks = recovery_lacks,
                                          .next = tr("and the next line: ") };
    return ask_line(call, &line, err);
}

int secret_retype_recovery(const struct command_call *call, const uint8_t key[RECOVERY_KEY], struct err *err)
{
    for (int i = 0; i < RETYPES; i++) {
        uint8_t again[RECOVERY_KEY];
        char *typed = ask_key(call, tr("Type it here from the paper, both lines: "), err);
        if (typed == NULL) {
            err_prefix(err, "%s", tr("the recovery key was not typed again, so nothing was made"));
            return -1;
        }
        int rc = recovery_read(typed, again, err);
        sodium_free(typed);
        if (rc == 0 && sodium_memcmp(again, key, sizeof again) == 0) {
            sodium_memzero(again, sizeof again);
            return 0;
        }
        fprintf(call->err, "%s\n", rc == 0 ? tr("That is another recovery key.") : err->text);
    }
    return err_set(err, "%s", tr("the recovery key was mistyped three times; nothing was made"));
}

int secret_ask_recovery(const struct command_call *call, uint8_t key[RECOVERY_KEY], struct err *err)
{
    for (int i = 1;; i++) {
        char *typed = ask_key(call, tr("Recovery key, both lines: "), err);
        int rc = typed == NULL ? -1 : recovery_read(typed, key, err);
        bool slip = typed != NULL && rc != 0;
        sodium_free(typed);
        if (!slip || i == RETYPES || !has_terminal()) {
            return rc;
        }
        fprintf(call->err, "%s\n", err->text);
    }
}
