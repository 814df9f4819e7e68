/* Plain mode: the whole intake a line at a time, through a real pty and through pipes, without one escape
 * sequence, and the same record at the end as from the full screen. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clinic.h"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(plain, .init = setup, .fini = teardown, .timeout = 120);

/* The first byte that plain mode must not write, or 0. */
static int control(const char *bytes)
{
    for (; *bytes; bytes++) {
        unsigned char byte = (unsigned char)*bytes;
        if ((byte < 0x20 && byte != '\n' && byte != '\r') || byte == 0x7F) {
            return byte;
        }
    }
    return 0;
}

static void expect_no_control(struct term *t)
{
    cr_assert_eq(strlen(term_log(t)), term_bytes(t), "a NUL was written");
    cr_expect_eq(control(term_log(t)), 0, "byte %d was written", control(term_log(t)));
}

/* Waits for `text` in what has come since byte `from`; every page ends in a prompt. */
static void expect_since(struct term *t, size_t from, const char *text)
{
    for (int i = 0; i < 500 && !strstr(term_log(t) + from, text); i++) {
        term_settle(t, 20);
    }
    cr_assert(strstr(term_log(t) + from, text), "did not read \"%s\" in:\n%s", text, term_log(t) + from);
}

/* Types a line and waits for what is said to it. */
static void line(struct term *t, const char *text, const char *then)
{
    size_t from = term_bytes(t);

    term_send(t, text);
    term_send(t, "\r");
    expect_since(t, from, then);
    expect_since(t, from, ": ");
    term_settle(t, 15); /* the end of the prompt */
}

static const char *page(struct term *t)
{
    const char *at = term_log(t), *last = at;

    while ((at = strstr(at, "DEMO, not")) != NULL) {
        last = at++;
    }
    return last;
}

/* The answer that the walk through the full screen takes: the first that says no, else the first. */
static void find_no(const char *said, char key[8])
{
    static const char *const no[] = { "No", "Never", "None", "I have never" };

    snprintf(key, 8, "1");
    for (; *said; said += *said == '\n') {
        char number[8], text[64];
        if (sscanf(said, "%3[0-9]. %63[^\r\n]", number, text) == 2) {
            for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
                size_t len = strlen(no[i]);
                if (strncmp(text, no[i], len) == 0 && (text[len] == '\0' || strchr(",. ", text[len]))) {
                    snprintf(key, 8, "%s", number);
                    return;
                }
            }
        }
        said += strcspn(said, "\n");
    }
}

static void walk_no_to(struct term *t, const char *to)
{
    for (int i = 0; i < 100 && !strstr(page(t), to); i++) {
        char key[8];
        bool done = strstr(page(t), "press Enter for \"Next\":") != NULL;
        find_no(page(t), key);
        line(t, done ? "" : key, "");
    }
    cr_assert(strstr(page(t), to), "%s", page(t));
}

static void begin(struct term *t, const char *name)
{
    expect_since(t, 0, "Press Enter for \"Start\": ");
    line(t, "", "Your privacy");
    line(t, "", "Do you agree?");
    line(t, "1", "What is your date of birth?");
    line(t, "15 5 1990", "Do you need help");
    line(t, "1", "What is your name?");
    line(t, name, "Phone number.");
    line(t, "", "What would you like help with?");
}

static void sign(struct term *t, const char *name)
{
    line(t, "", "Sign your answers");
    line(t, name, "Your answers are saved");
}

/* --- The record --- */

static bool is_of_the_moment(const char *key)
{
    static const char *const known[] = { "intake",  "started_at",   "consented_at", "signed_at", "sent_at",
                                         "patient", "milliseconds", "fast",         "seq",       "filed_at" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(key, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void strip(json_t *value)
{
    const char *key;
    json_t *member;
    void *next;
    size_t i;

    json_object_foreach_safe(value, next, key, member)
    {
        if (is_of_the_moment(key) && !json_is_object(member)) {
            json_object_del(value, key);
        } else {
            strip(member);
        }
    }
    json_array_foreach(value, i, member)
    {
        strip(member);
    }
}

/* What the clinic can export: one object an intake. */
static size_t export(json_t *intake[2])
{
    struct buf out = BUF_INIT;
    char path[128];
    snprintf(path, sizeof path, "%s/export.json", clinic.path);
    const char *const args[] = { "export", "json", "--reason", "test", "--passphrase-fd",
                                 "0",      "-o",   path,       NULL };
    size_t n = 0;

    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    buf_done(&out);
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f);
    json_t *value;
    while (n < 2 && (value = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
        strip(value);
        intake[n++] = value;
    }
    fclose(f);
    return n;
}

Test(plain, a_whole_intake_leaves_the_record_of_the_full_screen_and_no_control_byte)
{
    struct term *full = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(full, "Ana Quillfeather");
    walk_plain_answers(full);
    walk_sign(full, "Ana Quillfeather");
    term_close(full);

    struct term *t = clinic_kiosk(&clinic, 24, 80, "dumb");
    begin(t, "Ana Quillfeather");
    walk_no_to(t, "Check your answers");
    expect_since(t, 0, "No to 34 others");
    sign(t, "Ana Quillfeather");
    expect_since(t, 0, "No issues were flagged");
    expect_no_control(t);
    term_settle(t, 800);
    size_t from = term_bytes(t);
    line(t, "", "Press Enter for \"Start\"");
    cr_expect(strstr(term_log(t) + from, "\n\r\n\r\n\r\n\r\n"), "the last patient's lines leave the window");
    expect_no_control(t);
    term_close(t);

    json_t *intake[2] = { NULL, NULL };
    cr_assert_eq(export(intake), 2);
    char *a = json_dumps(intake[0], JSON_SORT_KEYS | JSON_INDENT(1));
    char *b = json_dumps(intake[1], JSON_SORT_KEYS | JSON_INDENT(1));
    cr_expect(strstr(a, "Ana Quillfeather") && strstr(a, "\"class\": \"CLEAR\""), "%s", a);
    cr_expect_str_eq(a, b);
    free(a);
    free(b);
    json_decref(intake[0]);
    json_decref(intake[1]);
}

Test(plain, errors_say_how_to_mend_them_and_an_urgent_answer_sends_the_patient_to_staff)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "dumb");
    expect_since(t, 0, "Press Enter for \"Start\": ");
    line(t, "what", "There is no such command on this page.");
    line(t, "F9", "What number is on your slip?");
    line(t, "12", "Please check: The number has four digits.");
    line(t, "12345", "This is too long. Type it again, shorter.");
    line(t, "/back", "Press Enter for \"Start\": ");
    line(t, "", "Your privacy");
    line(t, "", "Do you agree?");
    line(t, "", "Type the number of your answer.");
    line(t, "3", "That is not on the list.");
    line(t, "1 2", "Only one answer fits here.");
    line(t, "1", "What is your date of birth?");
    line(t, "31 2 1990", "Please check: February 1990 has only 28 days. Is the day right?");
    line(t, "123 5 1990", "Type one date, like 9 5 1990.");
    line(t, "15 May 90", "Please check: Type all four digits of the year");
    line(t, "f4", "There is no such command on this page.");
    line(t, "1990-05-15", "You typed: 15 May 1990");
    expect_since(t, 0, "Do you need help");
    line(t, "1", "What is your name?");
    line(t, "", "Phone number.");
    line(t, "none", "Please check: Type the number with digits. Or leave it empty.");
    line(t, "/", "It is empty now.");
    line(t, "07700 900123", "Please check: Type your name.");
    line(t, "\xC3\x81na Quillfeather", "What would you like help with?");
    line(t, "F3", "Why we ask");
    line(t, "", "What would you like help with?");
    line(t, "3 1 4", "You chose: Acne scars; Large pores; Lines");
    line(t, "3", "You chose: Acne scars; Lines");
    line(t, "", "Where do you want treatment?");
    walk_no_to(t, "numbing cream");
    line(t, "2", "");
    for (int i = 0; i < 40 && !strstr(term_log(t), "Please talk to the staff now"); i++) {
        line(t, strstr(page(t), "press Enter for \"Next\":") ? "" : "2", "");
    }
    expect_since(t, 0, "Please talk to the staff now");
    expect_since(t, 0, "We have called the staff.");
    expect_no_control(t);
    term_close(t);

    struct buf out = BUF_INIT;
    const char *const list[] = { "list", "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, list), 0, "%s", buf_str(&out));
    cr_expect(strstr(buf_str(&out), "\xC3\x81na Quillfeather"), "%s", buf_str(&out));
    buf_done(&out);
}

Test(plain, after_a_crash_the_next_patient_reads_nothing_of_the_last)
{
    struct term *t = clinic_kiosk(&clinic, 40, 80, "dumb");
    begin(t, "Ana Quillfeather");
    line(t, "1", "");
    cr_assert(term_shows(t, "Quillfeather"));
    pid_t loader = term_child(term_pid(t));
    cr_assert_eq(kill(term_child(loader), SIGKILL), 0);
    size_t from = term_bytes(t);
    expect_since(t, from, "Press Enter for \"Start\": ");
    term_expect_gone(t, "Quillfeather");
    expect_no_control(t);
    term_close(t);
}

Test(plain, it_is_chosen_where_term_is_not_set_and_by_its_option)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, NULL);
    expect_since(t, 0, "Press Enter for \"Start\": ");
    expect_no_control(t);
    term_close(t);

    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer-kiosk"), (char *)(uintptr_t) "--plain",
                           (char *)(uintptr_t) "--preview", (char *)(uintptr_t) "forms/microneedling", NULL };
    t = term_start(argv, 12, 40, "xterm-256color");
    expect_since(t, 0, "Press Enter for \"Start\": ");
    expect_no_control(t);
    int row, column;
    bool visible;
    term_cursor(t, &row, &column, &visible);
    cr_expect_eq(column, 25, "the cursor rests behind the prompt, not at %d", column);
    term_send(t, "F10\r");
    int status = -1;
    cr_expect(term_ended(t, 5000, &status));
    cr_expect_eq(status, 0);
    expect_no_control(t);
    term_close(t);
}

/* `ssh kiosk foyer-kiosk --plain` without a terminal: two pipes. */
Test(plain, it_works_through_pipes_and_ends_with_them)
{
    int in[2], out[2], status = -1;
    struct buf said = BUF_INIT;

    cr_assert_eq(pipe(in), 0);
    cr_assert_eq(pipe(out), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execl(BIN "/foyer-kiosk", "foyer-kiosk", "--plain", "-c", clinic.conf, "--listen", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    static const struct {
        const char *wait, *type;
    } steps[] = {
        { "\"Start\": ", "\n" }, { "\"Next\": ", "\r\n" }, { "Enter: ", "1\n" }, { "birth?", NULL }
    };
    for (size_t i = 0, from = 0; i < sizeof steps / sizeof *steps; i++) {
        struct pollfd fd = { out[0], POLLIN, 0 };
        while (!strstr(buf_str(&said) + from, steps[i].wait)) {
            char bytes[512];
            ssize_t n = poll(&fd, 1, 10000) > 0 ? read(out[0], bytes, sizeof bytes) : 0;
            cr_assert_gt(n, 0, "waits for %s after: %s", steps[i].wait, buf_str(&said));
            buf_add(&said, bytes, (size_t)n);
        }
        from = said.len;
        if (steps[i].type) {
            cr_assert_gt(write(in[1], steps[i].type, strlen(steps[i].type)), 0);
        }
    }
    cr_expect_eq(control(buf_str(&said)), 0);
    close(in[1]);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
    close(out[0]);
    buf_done(&said);
}
