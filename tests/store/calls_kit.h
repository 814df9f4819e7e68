/* calls_kit.h: a program that asks before it makes a system call, so that it can be killed there, or the call
 * made to fail: a filter (seccomp, as a notification) tells this test of it before the kernel makes it.
 */
#ifndef FOYER_TESTS_STORE_CALLS_KIT_H
#define FOYER_TESTS_STORE_CALLS_KIT_H

#include <stdbool.h>
#include <stddef.h>

/* In the child, just before it becomes the program: from now on these calls ask; NULL: every call but those
 * that hand this over. The other end of `channel`, a socket pair, hears of it. */
bool calls_ask(int channel, const int *call, size_t n);

/* There: the descriptor that tells of the calls (seccomp_notify_receive); -1: this kernel, or this container,
 * has no such filter. */
int calls_receive(int channel);

#endif
