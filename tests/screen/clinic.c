#include "clinic.h"

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "readiness.h"

/* The clinic the others are copied from. Each test is a program of its own, so its path goes through the
 * environment. */
#define MODEL "FOYER_TEST_MODEL"

static int run(const char *command)
{
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* In the runner, before any test: making keys takes a second, and each test is a process of its own. */
ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
    (void)tests;
    char command[1024], root[256], model[64];
    setenv("FOYER_TEST_NOW", TEST_NOW, 1);
    snprintf(model, sizeof model, "/tmp/foyer-model-%d", (int)getpid());
    setenv(MODEL, model, 1);
    cr_assert_not_null(getcwd(root, sizeof root));
    snprintf(command, sizeof command,
             "mkdir -m 700 %s && { cat && echo 'forms_dir = \"%s/forms\";' && echo 'log = \"kiosk.log\";'; } "
             "< tests/screen/kiosk.conf > %s/kiosk.conf && " BIN
             "/foyer -c %s/kiosk.conf init --demo > %s/recovery-key",
             model, root, model, model, model);
    if (run(command) != 0) {
        fprintf(stderr, "cannot make a clinic for the tests: %s\n", command);
        exit(1);
    }
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
    (void)stats;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", getenv(MODEL));
    (void)run(command);
}

void clinic_open(struct clinic_folder *clinic)
{
    char command[256];
    const char *model = getenv(MODEL);
    cr_assert_not_null(model);
    snprintf(clinic->path, sizeof clinic->path, "/tmp/foyer-clinic-XXXXXX");
    cr_assert_not_null(mkdtemp(clinic->path));
    snprintf(command, sizeof command, "cp -p %s/* %s", model, clinic->path);
    cr_assert_eq(run(command), 0);
    snprintf(clinic->conf, sizeof clinic->conf, "%s/kiosk.conf", clinic->path);
    clinic_ready(clinic);
}

void clinic_ready(const struct clinic_folder *clinic)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *config = config_load(clinic->conf, &problems);
    cr_assert_not_null(config);
    cr_assert_eq(readiness_write(config, (struct date){ 2026, 11, 21 }, NULL, 0, NULL), 0);
    config_free(config);
    problems_done(&problems);
}

void clinic_close(struct clinic_folder *clinic)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", clinic->path);
    (void)run(command);
}

struct term *clinic_kiosk(const struct clinic_folder *clinic, int rows, int columns, const char *term)
{
    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer-kiosk"), (char *)(uintptr_t) "-c",
                           (char *)(uintptr_t)clinic->conf, (char *)(uintptr_t) "--listen", NULL };
    return term_start(argv, rows, columns, term);
}

int clinic_foyer(const struct clinic_folder *clinic, struct buf *out, const char *const *args)
{
    char *argv[16] = { (char *)(uintptr_t)(BIN "/foyer"), (char *)(uintptr_t) "-c",
                       (char *)(uintptr_t)clinic->conf };
    size_t n = 3;
    for (; *args != NULL; args++) {
        argv[n++] = (char *)(uintptr_t)*args;
    }
    char passphrase[96];
    snprintf(passphrase, sizeof passphrase, "%s/passphrase", clinic->path);
    int fd[2];
    cr_assert_eq(pipe(fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int in = open(passphrase, O_RDONLY);
        dup2(in, 0);
        dup2(fd[1], 1);
        dup2(fd[1], 2);
        close(fd[0]);
        close(fd[1]);
        execv(argv[0], argv);
        _exit(127);
    }
    close(fd[1]);
    char bytes[4096];
    for (ssize_t got; (got = read(fd[0], bytes, sizeof bytes)) > 0;) {
        buf_add(out, bytes, (size_t)got);
    }
    close(fd[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Calls `each` for the id in every line of `foyer list` that has one: HH:MM, then eight hex digits. */
static size_t list(const struct clinic_folder *clinic, size_t wanted, char id[9])
{
    struct buf out = BUF_INIT;
    const char *const args[] = { "list", "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(clinic, &out, args), 0, "%s", buf_str(&out));
    size_t n = 0;
    char *rest = out.data;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        char found[16] = "";
        if (sscanf(line, "%*d:%*d %8[0-9a-f]", found) == 1 && strlen(found) == 8) {
            if (n == wanted && id != NULL) {
                memcpy(id, found, 9);
            }
            n++;
        }
    }
    buf_done(&out);
    return n;
}

void clinic_intake(const struct clinic_folder *clinic, size_t n, char id[9])
{
    size_t have = list(clinic, n, id);
    cr_assert_gt(have, n, "only %zu intakes are listed", have);
}

size_t clinic_intakes(const struct clinic_folder *clinic)
{
    return list(clinic, 0, NULL);
}

void press(struct term *term, const char *keys, const char *then)
{
    /* A key that comes again within a tenth of a second is one that is held down. */
    struct timespec pause = { 0, 120000000 };
    nanosleep(&pause, NULL);
    term_send(term, keys);
    if (then != NULL) {
        term_expect(term, then);
    }
}

void tap(struct term *term, const char *what, const char *then)
{
    int column = 0;
    term_expect(term, what);
    term_settle(term, 550);
    int row = term_find(term, what, &column);
    term_click(term, row, column);
    if (then != NULL) {
        term_expect(term, then);
    }
}

void clinic_set(const struct clinic_folder *clinic, const char *line)
{
    FILE *file = fopen(clinic->conf, "a");
    cr_assert_not_null(file);
    fprintf(file, "%s\n", line);
    fclose(file);
    clinic_ready(clinic);
}

void walk_to_consent(struct term *term)
{
    term_expect(term, "Start");
    press(term, "\r", "Your privacy");
    press(term, "\r", "Do you agree?");
}

void walk_to_questions(struct term *term, const char *name)
{
    walk_to_consent(term);
    press(term, "1", "What is your date of birth?");
    press(term, "15\t5\t1990", "15 May 1990");
    press(term, "\r", "Do you need help");
    press(term, "1", "What is your name?");
    press(term, name, name);
    press(term, "\t\r", "What would you like help with?");
}

void choose(struct term *term, const char *key, const char *then)
{
    press(term, key, NULL);
    for (int i = 0; i < 17; i++) {
        term_settle(term, 100);
        if (term_shows(term, then)) {
            return;
        }
    }
    press(term, key, then);
}

void clinic_question(struct term *term, char out[256])
{
    const char *line = term_text(term);
    size_t used = 0;
    int rows = 0;
    line += strcspn(line, "\n");
    while (*line != '\0' && rows < 1) {
        line++;
        size_t len = strcspn(line, "\n");
        size_t blank = strspn(line, " ");
        if (len > blank && used + len < 255) {
            memcpy(out + used, line, len);
            used += len;
            rows++;
        }
        line += len;
    }
    out[used] = '\0';
}

/* The number of the answer in sight that says no; "" if there is none. */
static void find_no(struct term *term, char key[4])
{
    static const char *const no[] = { "No", "Never", "None", "I have never" };
    char *copy = strdup(term_text(term)), *rest = copy;
    key[0] = '\0';
    for (char *line = strsep(&rest, "\n"); line != NULL && key[0] == '\0'; line = strsep(&rest, "\n")) {
        char number[4], open, text[128];
        line += strspn(line, " >");
        if (sscanf(line, "%3[0-9] %c%*1c%*1[])] %127[^\n]", number, &open, text) != 3) {
            continue;
        }
        for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
            size_t len = strlen(no[i]);
            if (strncmp(text, no[i], len) == 0 && (text[len] == '\0' || strchr(",. ", text[len]))) {
                snprintf(key, 4, "%s", number);
            }
        }
    }
    free(copy);
}

/* Presses keys; true if another question, or `words`, stands there within ms. */
static bool turns(struct term *term, const char *keys, const char *words, int ms)
{
    char before[256], now[256];
    clinic_question(term, before);
    press(term, keys, NULL);
    for (int waited = 0; waited < ms; waited += 50) {
        term_settle(term, 50);
        clinic_question(term, now);
        if (strcmp(before, now) != 0 || term_shows(term, words)) {
            return true;
        }
    }
    return false;
}

void walk_no(struct term *term, const char *to)
{
    enum { TICK_MS = 400, TURN_MS = 1900 }; /* the first of two digits waits a second and a half */
    term_settle(term, 100);
    for (int page = 0; page < 80 && !term_shows(term, to); page++) {
        char key[4];
        find_no(term, key);
        const char *press_this = key[0] != '\0' ? key : "1";
        bool list = term_shows(term, "[ ]");
        if (turns(term, press_this, to, list && key[0] == '\0' ? TICK_MS : TURN_MS)) {
            continue;
        }
        /* In a small window the first press only brought the answer into sight. */
        bool waits = term_shows(term, "[x]") || term_shows(term, "second digit");
        if (!waits && turns(term, press_this, to, TURN_MS)) {
            continue;
        }
        cr_assert(turns(term, "\r", to, 5000), "stuck before \"%s\" at:\n%s", to, term_text(term));
    }
    term_expect(term, to);
}

void walk_plain_answers(struct term *term)
{
    walk_no(term, "Check your answers");
}

void walk_sign(struct term *term, const char *name)
{
    press(term, "\r", "Sign your answers");
    press(term, name, name);
    press(term, "\r", "Your answers are saved");
}
