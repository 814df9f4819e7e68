/* What leaves `foyer review`, and who comes back: papers, slips, carried answers; the recovery key. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "intake.h"
#include "staffer.h"

static struct clinic_folder clinic;
static char passphrase[96];

static void setup(void)
{
    staffer_open(&clinic, passphrase);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(review_papers, .init = setup, .fini = teardown, .timeout = 120);

static struct term *unlocked(void)
{
    struct term *t = staffer_review(&clinic, 24, 80);
    staffer_unlock(t, passphrase);
    return t;
}

static void read_file(const char *name, struct buf *out)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", clinic.path, name);
    cr_assert_eq(file_read(path, 1 << 20, out, NULL), 0, "%s is not there", path);
}

Test(review_papers, a_checklist_is_printed_once_a_decision_is_signed_and_the_log_says_so)
{
    char line[192], paper[96];
    snprintf(paper, sizeof paper, "%s/paper.pdf", clinic.path);
    snprintf(line, sizeof line, "printer = [ \"/bin/sh\", \"-c\", \"cat > %s\" ];", paper);
    staffer_conf(&clinic, line);
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = unlocked();
    press(t, "\r", "3.6 INR");
    press(t, "p", "What leaves is written down");
    press(t, "2", "Not yet: once a decision is signed");
    cr_expect_neq(access(paper, F_OK), 0, "nothing was printed");
    press(t, "\x1b", "next list");
    press(t, "d", "Your decision");
    press(t, "4", "Signed by demo");
    press(t, "\r", "DECIDED: Do not treat");
    press(t, "p", "Papers");
    press(t, "2", "The checklist is printed");
    struct buf pdf = BUF_INIT;
    read_file("paper.pdf", &pdf);
    cr_expect_eq(strncmp(buf_str(&pdf), "%PDF", 4), 0);
    buf_done(&pdf);
    press(t, "p", "Papers");
    press(t, "4", "Foyer intake 11070707");
    term_expect(t, "Signed: demo");
    press(t, "\x1b", "next list");
    press(t, "7", "gave a hand-out");
    term_expect(t, "summary");
    term_close(t);
}

Test(review_papers, show_and_export_mark_the_areas_on_the_figures)
{
    static const char *const show[] = { "show", "11", "--passphrase-fd", "0", NULL };
    static const char *const text[] = { "export", "text", "--reason", "x", "--passphrase-fd", "0", NULL };
    static const char *const *const commands[] = { show, text };
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin); /* arms */
    for (size_t i = 0; i < 2; i++) {
        struct buf out = BUF_INIT;
        cr_assert_eq(clinic_foyer(&clinic, &out, commands[i]), 0, "%s", buf_str(&out));
        const char *arms = strstr(buf_str(&out), "Arms"), *face = strstr(buf_str(&out), " Face ");
        const char *end = face == NULL ? NULL : strstr(face, "\n\n");
        cr_assert(arms != NULL && end != NULL && arms < face, "%s", buf_str(&out));
        const char *mark = strstr(face, "|xx");
        cr_expect(mark != NULL && mark < end, "%s", face);
        cr_expect(strstr(face, "Front") != NULL && strstr(face, "Back") != NULL);
        buf_done(&out);
    }
}

Test(review_papers, a_printer_that_fails_is_named_and_the_paper_is_offered_again)
{
    staffer_conf(&clinic, "printer = [ \"/bin/sh\", \"-c\", \"echo out of toner >&2; exit 3\" ];");
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = unlocked();
    press(t, "\r", "3.6 INR");
    press(t, "p", "Papers");
    press(t, "1", "out of toner");
    term_expect(t, "Print the summary");
    term_close(t);
}

#define FRESH                                                                                                \
    "\"previous\":\"no\",\"acne_now\":\"no\",\"skin_today\":\"none\",\"cold_sores\":\"never\",\"mole_"       \
    "change\":\"no\",\"skin_cancer\":\"no\",\"isotretinoin\":\"never\",\"acne_pills\":\"no\","               \
    "\"actives\":\"no\",\"blood_thinner\":\"no\",\"supplements\":\"no\",\"alcohol\":\"longer\","             \
    "\"pregnancy\":\"no\",\"fainting\":\"no\",\"numbing_reaction\":\"no\",\"numbing_today\":\"no\","         \
    "\"allergies\":\"none\",\"sun\":\"no\",\"hair_removal\":\"no\",\"procedures\":\"none\","                 \
    "\"ill_today\":\"no\",\"event\":\"no\",\"private_talk\":\"no\",\"skin_active\":\"no\""
#define LASTING                                                                                              \
    "\"goals\":\"pores\",\"areas\":\"arms\",\"skin_conditions\":\"none\",\"marks\":\"no\",\"bleeding\":"     \
    "\"no\",\"diabetes\":\"no\",\"cancer_care\":\"no\",\"immune\":\"no\",\"illnesses\":\"none\","            \
    "\"nicotine\":\"no\",\"keloid\":\"no\",\"device\":\"pen\""
static const char first_visit[] = "{\"birth_date\":\"1990-05-15\",\"support\":\"no\",\"nsaid\":\"no\","
                                  "\"medicines\":\"none\"," LASTING "," FRESH "}";
static const char second_visit[] =
    "{\"birth_date\":\"1990-05-15\",\"support\":\"no\",\"nsaid\":\"own\",\"medicines\":\"none\"," FRESH "}";

/* The four digits behind "Slip:". */
static void read_slip(struct term *t, char code[8])
{
    const char *at = strstr(term_text(t), "Slip: ");
    cr_assert_not_null(at, "%s", term_text(t));
    cr_assert_eq(sscanf(at, "Slip: %4[0-9]", code), 1, "%s", at);
}

Test(review_papers, who_comes_back_with_a_slip_is_ticked_off_on_the_screen_and_goes_ahead)
{
    char code[8] = "";
    intake_post(&(struct intake){ .folder = clinic.path,
                                  .uid = 0x11,
                                  .name = "Ana Quillfeather",
                                  .answers = first_visit,
                                  .wall_s = STAFFER_NOW_S - 30 * 86400 });
    struct term *t = unlocked();
    press(t, "/", "Find:");
    press(t, "quillf", "1 intake of 1");
    term_send(t, "\x1b[B");
    press(t, "r", "Enter give it out");
    term_expect(t, "For Ana Quillfeather, last asked on 2026-10-22");
    press(t, "\r", "Slip: ");
    read_slip(t, code);
    press(t, "\r", "Worst first");
    press(t, "\x1b", "Today");
    intake_post(&(struct intake){ .folder = clinic.path,
                                  .uid = 0x22,
                                  .name = "AQ",
                                  .answers = second_visit,
                                  .wall_s = STAFFER_NOW_S - 600,
                                  .slip = code });
    term_expect_within(t, "09:50 Ana Quillfeather", 4000); /* her whole name was carried too */
    press(t, "\r", "CAME BACK with slip");
    term_expect(t, "carried answers to check");
    term_expect(t, "LAST VISIT 2026-10-22");
    press(t, "d", "carried answers are not checked yet");
    press(t, "\x1b", "next list");
    press(t, "2", "from 2026-10-22, not checked yet");
    press(t, "t", "Checked.");
    int left = 0;
    cr_assert_eq(sscanf(strstr(term_text(t), "Checked."), "Checked. %d carried", &left), 1);
    while (--left > 0) {
        char said[64];
        snprintf(said, sizeof said, "Checked. %d carried", left);
        press(t, "t", said);
    }
    press(t, "t", "No carried answer is left");
    press(t, "1", "Flag");
    for (int i = 0; i < 6 && !term_shows(t, "No flag is left"); i++) {
        press(t, "l", "The reason:");
        press(t, "1", "Written.");
    }
    press(t, "d", "Your decision");
    press(t, "2", "Signed by demo");
    press(t, "\r", "DECIDED: Go ahead, with precautions");
    press(t, "n", "A note");
    press(t, "looked at twice\r", "Written.");
    term_close(t);

    struct buf out = BUF_INIT; /* and so says the command */
    const char *const args[] = { "show", "2207", "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    const char *const says[] = { "Decision    Go ahead, with precautions",
                                 "Signed by   demo (demo, 2026-11-21 10:00)",
                                 "Also theirs 11070707",
                                 "Decided     CLEAR: Examined in person",
                                 "carried from 2026-10-22, checked",
                                 "Came with slip ",
                                 "looked at twice",
                                 "demo: signed a decision (precautions)" };
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        cr_expect_not_null(strstr(buf_str(&out), says[i]), "\"%s\" is not in:\n%s", says[i], buf_str(&out));
    }
    buf_done(&out);
}

/* "    AAAAAAA-BBBBBBB-...-" and a second line, as init printed them; typed with small letters and blanks. */
static void recovery_lines(char first[64], char second[64])
{
    struct buf text = BUF_INIT;
    read_file("recovery-key", &text);
    const char *at = buf_str(&text);
    char *lines[2] = { first, second };
    size_t n = 0;
    while (n < 2 && *at != '\0') {
        size_t len = strcspn(at, "\n");
        if (strncmp(at, "    ", 4) == 0 && len > 30 && len < 64 && strcspn(at + 4, "- ") == 7) {
            snprintf(lines[n++], 64, "%.*s", (int)(len - 4), at + 4);
        }
        at += len + (at[len] != '\0');
    }
    buf_done(&text);
    cr_assert_eq(n, 2);
    for (size_t i = 0; i < 2; i++) {
        for (char *c = lines[i]; *c != '\0'; c++) {
            *c = (char)(*c == '-' ? ' ' : tolower((unsigned char)*c));
        }
    }
}

Test(review_papers, the_recovery_key_opens_the_queue_to_read_typed_line_by_line)
{
    char first[64], second[64];
    recovery_lines(first, second);
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = staffer_review(&clinic, 24, 80);
    term_expect(t, "Passphrase");
    press(t, "\x1bOQ", "Recovery key"); /* F2 */
    term_send(t, first);
    press(t, "\r", "Now its second line");
    term_send(t, second);
    press(t, "\r", "Worst first");
    press(t, "\r", "3.6 INR");
    term_expect_gone(t, "DECIDE");
    press(t, "n", "A note");
    press(t, "by nobody\r", "not write in it");
    term_close(t);
}
