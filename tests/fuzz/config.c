#include "config.h"
#include "fuzz.h"

#include <limits.h>
#include <stdio.h>

int fuzz_config(const uint8_t *data, size_t size)
{
    char path[PATH_MAX];
    struct problems problems = PROBLEMS_INIT;
    fuzz_write("kiosk.conf", data, size);
    snprintf(path, sizeof path, "%s/kiosk.conf", fuzz_folder());
    struct config *config = config_load(path, &problems);
    must((config == NULL) == (problems.total > 0));
    config_free(config);
    problems_done(&problems);
    return 0;
}
