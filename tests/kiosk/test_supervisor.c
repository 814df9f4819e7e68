/* The supervisor with loaders of the tests' own: who serves, whoever dies. */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link.h"
#include "supervisor.h"

/* What the processes tell one another. */
struct shared {
    char folder[64];
    atomic_int started, first, beside;
    atomic_bool stayed; /* the fresh one was let serve, and its channel left open */
};

static void wait_for(atomic_int *what)
{
    while (atomic_load(what) == 0) {
        poll(NULL, 0, 5);
    }
}

static void say_ready(int link, const char *folder)
{
    char body[256];
    int n = snprintf(body, sizeof body, "%s/box.sock%c%s/foyer.db%c%ckeys%c0%c%s", folder, '\0', folder, '\0',
                     '\0', '\0', '\0', folder);

    cr_assert_eq(link_send(link, LINK_READY, body, (size_t)n, NULL), 0);
}

static void wait_for_go(int link)
{
    struct link_message message = { 0 };

    do {
        cr_assert_eq(link_receive(link, &message, NULL), 1);
    } while (message.type != LINK_GO);
    link_message_done(&message);
}

/* The first one asks for another and dies; that one is slow to read. */
static int dies_while_another_reads(void *arg, int link, bool beside)
{
    struct shared *shared = arg;
    int started = atomic_fetch_add(&shared->started, 1) + 1;

    if (beside) {
        atomic_store(&shared->beside, getpid());
        while (kill(shared->first, 0) == 0) { /* until the supervisor knows */
            poll(NULL, 0, 5);
        }
        say_ready(link, shared->folder);
        wait_for_go(link);
        struct pollfd fd = { .fd = link, .events = POLLIN };
        atomic_store(&shared->stayed, poll(&fd, 1, 3000) == 0);
        kill(getppid(), SIGTERM);
        return LOADER_TOLD;
    }
    if (started == 1) {
        atomic_store(&shared->first, getpid());
        say_ready(link, shared->folder);
        wait_for_go(link);
        cr_assert_eq(link_send(link, LINK_STALE, NULL, 0, NULL), 0);
        wait_for(&shared->beside);
        return 1;
    }
    return LOADER_TOLD;
}

Test(supervisor, a_loader_that_dies_while_another_reads_is_followed_by_that_one_alone, .timeout = 60)
{
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq(shared, MAP_FAILED);
    strcpy(shared->folder, "/tmp/foyer-supervisor-XXXXXX");
    cr_assert_not_null(mkdtemp(shared->folder));
    pid_t pid = fork();
    if (pid == 0) {
        struct supervisor_setup setup = { NULL, dies_while_another_reads, shared };
        _exit(supervisor_run(&setup, &(struct err){ "" }));
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cr_expect_eq(atomic_load(&shared->started), 2, "a third would fight for the terminal");
    cr_expect(atomic_load(&shared->stayed), "the one that serves lost its channel, and its patient the form");
    rmdir(shared->folder);
    munmap(shared, sizeof *shared);
}
