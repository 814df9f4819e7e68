#include "ran.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "file.h"

struct ran ran_foyer(char *config, const struct clock *clock, const char *secret, const char *const *words)
{
    struct ran ran = { 0 };
    char *argv[32] = { (char *)"foyer" };
    char number[16];
    int argc = 1, ends[2] = { -1, -1 };
    for (; words[argc - 1] != NULL; argc++) {
        argv[argc] = (char *)words[argc - 1];
    }
    argv[argc++] = (char *)"-c";
    argv[argc++] = config;
    if (secret != NULL) {
        cr_assert_eq(pipe(ends), 0);
        cr_assert_eq(fd_write_all(ends[1], secret, strlen(secret)), 0);
        close(ends[1]);
        snprintf(number, sizeof number, "%d", ends[0]);
        argv[argc++] = (char *)"--passphrase-fd";
        argv[argc++] = number;
    }
    FILE *in = fopen("/dev/null", "r");
    FILE *out = open_memstream(&ran.out, &ran.out_len), *err = open_memstream(&ran.err, &ran.err_len);
    cr_assert(in && out && err);
    ran.status = command_main(argc, argv, in, out, err, clock);
    fclose(in);
    fclose(out);
    fclose(err);
    if (ends[0] >= 0) {
        close(ends[0]);
    }
    return ran;
}

void ran_done(struct ran *ran)
{
    free(ran->out);
    free(ran->err);
}
