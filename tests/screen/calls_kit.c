/* A program that is stopped at its system calls, as the tests of store/ do it. */
#include "../store/calls_kit.c"
