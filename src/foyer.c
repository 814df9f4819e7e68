/* foyer.c: the staff and clinic tool. What it can do is listed in staff/command.c. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "file.h"
#include "lock.h"
#include "session.h"

static int lock(struct err *err)
{
    return lock_filter(LOCK_STAFF, err);
}

int main(int argc, char **argv)
{
    fd_fill_standard();
    /* A limit on file sizes is a failed write, told in words, and not a death in the middle of one. */
    signal(SIGXFSZ, SIG_IGN);
    /* Passphrase, keys and records pass through this memory: no dump of it, and no look from other programs
     * of the same user. */
    struct err err = { "" };
    if (lock_no_dumps(&err) != 0 || lock_limit(RLIMIT_NOFILE, 256, 256, &err) != 0) {
        fprintf(stderr, "foyer: %s\n", err.text);
        return 1;
    }
    setlocale(LC_ALL, "C.UTF-8");
    (void)session_login((char[SLOT_USER]){ "" }); /* who it is, before the lock */
    command_use_lock(lock);
    return command_main(argc, argv, stdin, stdout, stderr, clock_system());
}
