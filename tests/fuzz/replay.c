/* The corpora once more, by every target: what was found stays found. */
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

static const struct {
    const char *name;
    fuzz_target *run;
} target[] = {
    { "answers", fuzz_answers },   { "catalogue", fuzz_catalogue }, { "config", fuzz_config },
    { "document", fuzz_document }, { "form", fuzz_form },           { "frame", fuzz_frame },
    { "keys", fuzz_keys },         { "summary", fuzz_summary },     { "text", fuzz_text },
};

/* The one that a crash is about. */
static char path[PATH_MAX];

static void tell(void)
{
    static const char words[] = ": this input ends the program\n";
    (void)!write(STDERR_FILENO, path, strlen(path));
    (void)!write(STDERR_FILENO, words, sizeof words - 1);
}

static void trapped(int number)
{
    tell();
    _exit(128 + number);
}

void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

/* Returns how many inputs there were. */
static int replay(const char *name, fuzz_target *run)
{
    char folder[128];
    struct buf input = BUF_INIT;
    struct err err;
    int n = 0;
    snprintf(folder, sizeof folder, "tests/fuzz/seeds/%s", name);
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (file_read(path, 1 << 20, &input, &err) != 0) {
            fprintf(stderr, "%s\n", err.text);
            exit(1);
        }
        /* In a block of its very size, so that one byte too far is seen. */
        uint8_t *exact = malloc(input.len > 0 ? input.len : 1);
        must(exact != NULL);
        memcpy(exact, buf_str(&input), input.len);
        run(exact, input.len);
        free(exact);
        n++;
    }
    if (dir != NULL) {
        closedir(dir);
    }
    buf_done(&input);
    return n;
}

int main(void)
{
    signal(SIGILL, trapped);
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(tell);
    }
    for (size_t i = 0; i < sizeof target / sizeof *target; i++) {
        int n = replay(target[i].name, target[i].run);
        printf("%s: %d inputs\n", target[i].name, n);
        if (n == 0) {
            fprintf(stderr, "no seeds in tests/fuzz/seeds/%s\n", target[i].name);
            return 1;
        }
    }
    return 0;
}
