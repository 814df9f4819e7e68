/* foyer.c: the staff and clinic tool. What it can do is listed in staff/command.c. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "command.h"

int main(int argc, char **argv)
{
    /* Started with 0, 1 or 2 closed, the database would get one of those numbers, and a message would be
     * written into it. */
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
    /* A limit on file sizes is a failed write, told in words, and not a death in the middle of one. */
    signal(SIGXFSZ, SIG_IGN);
    /* Passphrase, keys and records pass through this memory: no dump of it, and no look from other programs
     * of the same user. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    setlocale(LC_ALL, "C.UTF-8");
    return command_main(argc, argv, stdin, stdout, stderr, clock_system());
}
