/* proc.h: what the kernel counts about a process. */
#ifndef FOYER_BENCH_PROC_H
#define FOYER_BENCH_PROC_H

#include <stdint.h>
#include <sys/types.h>

pid_t proc_child(pid_t pid);              /* its only child; ends the bench if there is none */
int64_t proc_cpu_ns(pid_t pid);           /* time on a CPU; exact while the process sleeps. -1: cannot tell */
int64_t proc_switches(pid_t pid);         /* times it left a CPU, of its own will or not. -1: cannot tell */
int64_t proc_private_dirty_kb(pid_t pid); /* -1: cannot tell (the wizard forbids it to all but root) */

#endif
