/* The ui on a pseudo-terminal that the tests of ui/ use. */
#include "../ui/testpty.c"
