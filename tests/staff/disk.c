/* A disk that loses its power, as the tests of store/ have it. */
#include "../store/disk.c"
