/* An intake as the practitioner reads it, from the stored body alone. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "map.h"
#include "report.h"
#include "text.h"

static struct frame_header header = { .clock = CLOCK_SYNCED, .uid = { 0x0a, 0x1b, 0x2c } };

static char *report_with(const char *body, const struct form *form, int columns)
{
    json_error_t fault;
    json_t *object = json_loads(body, 0, &fault);
    struct buf out = BUF_INIT;
    cr_assert_not_null(object, "%s", fault.text);
    report_intake(&out, &header, object, NULL, form, columns);
    json_decref(object);
    return buf_steal(&out);
}

static char *report(const char *body, int columns)
{
    return report_with(body, NULL, columns);
}

static void expect_in(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "\"%s\" is not in:\n%s", part, text);
}

static void expect_not_in(const char *text, const char *part)
{
    cr_expect_null(strstr(text, part), "\"%s\" is in:\n%s", part, text);
}

#define FLAG                                                                                                 \
    "{\"id\":\"ISO_LT6\",\"title\":\"Isotretinoin: last pill under 6 months ago\",\"outcome\":\"POSTPONE\"," \
    "\"code\":\"Q13a\",\"answer\":\"Aug 2026\",\"comparison\":\"31 Aug 2026 + 6 months = 1 Mar 2027\","      \
    "\"reason\":\"The clinic's policy decides.\",\"strength\":\"Conflicting\",\"source_titles\":[\"A "       \
    "paper\","                                                                                               \
    "\"Another paper\"],\"items\":[\"S02\"],\"fields\":[\"Daily dose\"],\"until\":\"2027-03-01\"}"

#define BODY                                                                                                 \
    "{\"v\":1,\"uid\":\"ffff\",\"demo\":true,\"asked_on\":\"2026-11-21\",\"visit_on\":\"2026-11-21\","       \
    "\"times\":{\"started\":1795000000},\"helper\":{\"name\":\"Jo\",\"relation\":\"sister\"},"               \
    "\"patient\":{\"name\":\"Zephyrine Quill\",\"birth_date\":\"1990-11-22\",\"phone\":\"01632\"},"          \
    "\"answers\":[{\"code\":\"Q13\",\"section_title\":\"Your medicines\",\"state\":\"given\",\"question\":"  \
    "\"Have you ever taken isotretinoin?\",\"answer\":\"In the past\",\"fast\":true,\"by\":\"helper\","      \
    "\"ask_alone\":true},{\"code\":\"Q16\",\"section_title\":\"Your medicines\",\"state\":\"skipped\","      \
    "\"question\":\"Blood thinners?\",\"answer\":\"not answered\"}],"                                        \
    "\"assessment\":{\"class\":\"POSTPONE\",\"not_before\":\"2027-03-01\",\"flags\":[" FLAG "],\"items\":["  \
    "{\"id\":\"P02\",\"for\":\"patient\",\"text\":\"Stop retinol.\",\"from\":\"2026-11-16\",\"least\":"      \
    "\"2026-11-18\",\"until\":\"2026-11-21\",\"passed\":true,\"added_by\":[\"ISO_LT6\"]},"                   \
    "{\"id\":\"P08\",\"for\":\"patient\",\"text\":\"Come with clean skin.\",\"from\":\"2026-11-21\","        \
    "\"until\":\"2026-11-21\"},{\"id\":\"P12\",\"for\":\"patient\",\"text\":\"Keep "                         \
    "it.\",\"sensitive\":true},"                                                                             \
    "{\"id\":\"S02\",\"for\":\"staff\",\"text\":\"Open every flag.\",\"when_text\":\"before start\"}]},"     \
    "\"attestation\":{\"text\":\"I answered as well as I can.\",\"signature\":\"Z. Quill\"}}"

Test(report, it_says_who_what_and_why)
{
    char *text = report(BODY, 80);
    expect_in(text, "DEMO, not for patients");
    expect_in(text, "Zephyrine Quill\n===============\n");
    expect_in(text, "1990-11-22 (35)"); /* the birthday is tomorrow */
    expect_in(text, "Jo (sister)");
    expect_in(text, "Result: POSTPONE");
    expect_in(text, "Too early by a date rule. Not before 2027-03-01.");
    expect_in(text, "1. POSTPONE  Isotretinoin: last pill under 6 months ago");
    expect_in(text, "Answer      Q13a: Aug 2026");
    expect_in(text, "Comparison  31 Aug 2026 + 6 months = 1 Mar 2027");
    expect_in(text, "Reason      The clinic's policy decides.");
    expect_in(text, "Strength    Conflicting");
    expect_in(text, "Sources     A paper; Another paper");
    expect_in(text, "Daily dose: ___");
    expect_in(text, "Z. Quill");
    free(text);
}

Test(report, the_number_is_the_records_own_and_not_what_its_body_says)
{
    char *text = report(BODY, 80);
    expect_in(text, "Intake      0a1b2c00000000000000000000000000\n");
    expect_not_in(text, "ffff");
    free(text);
}

Test(report, a_clock_that_may_be_wrong_is_said)
{
    char *text = report(BODY, 80);
    expect_not_in(text, "Clock");
    free(text);
    header.clock = CLOCK_RTC;
    text = report(BODY, 80);
    expect_in(text, "Clock       the kiosk's own, compared with no other: check the dates\n");
    free(text);
    header.clock = CLOCK_UNKNOWN;
    text = report(BODY, 80);
    expect_in(text, "Clock       not known to be right: check the dates\n");
    free(text);
}

/* A house with a roof and a door. */
static const char *const house[] = { "╭────╮", "│    │", "╰─  ─╯", NULL };
static const struct map_figure figure = { "house", "House", 0, 6, house };
static const struct map_patch patch[] = { { 0, 0, 1, 2 }, { 1, 0, 2, 2 } };
static const unsigned char cell[] = { 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 2, 2, 0, 0 };
static const struct form_map map = { &figure, 1, patch, 2, 3, 3, 6, cell };
static const struct form_option part[] = { { "roof", "Roof", false },
                                           { "door", "Door", false },
                                           { "else", "Else", false } };
static const struct form_question where = {
    .id = "where", .type = QUESTION_CHOICES, .option = part, .noptions = 3, .map = &map
};
static const struct form drawn = { .question = &where, .nquestions = 1 };

#define WHERE(value, words)                                                                                  \
    "{\"answers\":[{\"id\":\"where\",\"code\":\"Q05\",\"state\":\"given\",\"question\":\"Where?\","          \
    "\"answer\":\"" words "\",\"value\":" value "}]}"

Test(report, an_answer_that_may_be_given_on_figures_is_marked_on_them)
{
    char *text = report_with(WHERE("[\"door\"]", "Door"), &drawn, 80);
    expect_in(text, "         Door\n\n         House\n         .----.\n         |    |\n         '-xx-'\n");
    free(text);
    text = report_with(WHERE("[\"roof\", \"else\"]", "Roof; Else"), &drawn, 66);
    expect_in(text, "         Roof; Else\n\nHouse\n.----.\n|xxxx|\n'-  -'\n");
    free(text);
    const char *const none[] = { WHERE("[\"else\"]", "Else"), WHERE("\"door\"", "Door"), WHERE("null", "") };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        text = report_with(none[i], &drawn, 80);
        expect_not_in(text, "House");
        free(text);
    }
    text = report(WHERE("[\"door\"]", "Door"), 80);
    expect_not_in(text, "House");
    free(text);
}

Test(report, a_flag_that_staff_must_see_at_once_is_marked)
{
    char *text = report("{\"assessment\":{\"class\":\"HOLD\",\"flags\":[{\"id\":\"A\",\"title\":\"Still "
                        "healing\",\"outcome\":\"HOLD\",\"alert\":true},{\"id\":\"B\",\"outcome\":\"HOLD\","
                        "\"alert\":false}]}}",
                        80);
    expect_in(text, "1. HOLD  Still healing (alert)\n");
    expect_in(text, "2. HOLD  B\n");
    free(text);
}

Test(report, what_goes_on_in_a_second_line_begins_under_the_first)
{
    char *text = report(
        "{\"answers\":[{\"code\":\"Q20a\",\"state\":\"given\",\"question\":\"Which medicines?\",\"answer\":"
        "\"xarelto 20mg\\nfish oil and a brand of zinc tablets that I cannot spell but can bring along\"}],"
        "\"assessment\":{\"class\":\"HOLD\",\"flags\":[{\"id\":\"A\",\"outcome\":\"REVIEW\",\"title\":\"Goal:"
        " a "
        "scar that is not from acne, under 6 months old or of unknown "
        "age\"}],\"items\":[{\"id\":\"P19\",\"for\":"
        "\"patient\",\"text\":\"Talk in "
        "private.\",\"from\":\"2026-11-21\",\"until\":\"2026-11-21\",\"when_text\":"
        "\"before start\",\"sensitive\":true,\"added_by\":[\"A\"]}]}}",
        80);
    expect_in(text, "\n1. REVIEW  Goal: a scar that is not from acne, under 6 months old or of unknown\n"
                    "           age\n");
    expect_in(text, "\n         xarelto 20mg\n"
                    "         fish oil and a brand of zinc tablets that I cannot spell but can bring\n"
                    "         along\n");
    expect_in(text, "\n         on 2026-11-21, when: before start; for flag 1; private: only in the\n"
                    "         hand-out after the decision\n");
    free(text);
}

Test(report, answers_stand_as_asked_with_what_staff_must_know)
{
    char *text = report(BODY, 80);
    expect_in(text, "Q13      Have you ever taken isotretinoin?\n         In the past\n");
    expect_in(text, "(answered by the helper; ask again alone; answered in under a second)");
    expect_in(text, "Q16      Blood thinners?\n         Skipped\n");
    free(text);
}

Test(report, what_the_patient_should_have_begun_before_is_for_staff_to_check)
{
    char *text = report(BODY, 100);
    const char *check = strstr(text, "Check today"), *staff = strstr(text, "Staff's checklist");
    const char *patient = strstr(text, "Patient's checklist");
    cr_assert(check != NULL && staff != NULL && patient != NULL);
    const char *passed = strstr(text, "[ ] P02");
    cr_expect(passed > check && passed < staff && strstr(passed + 1, "[ ] P02") == NULL);
    expect_in(text, "from 2026-11-16, at the latest from 2026-11-18, until 2026-11-21; for flag 1");
    cr_expect_gt(strstr(text, "[ ] P08"), patient);
    expect_in(text, "on 2026-11-21");
    expect_in(text, "private: only in the hand-out");
    expect_in(text, "when: before start");
    free(text);
}

Test(report, a_draft_has_no_result_and_is_never_clear)
{
    char *text = report("{\"patient\":{\"name\":\"A\"},\"assessment\":null}", 80);
    expect_in(text, "Nothing has been assessed");
    expect_not_in(text, "CLEAR");
    expect_not_in(text, "DEMO");
    free(text);
}

Test(report, a_corrected_birth_date_and_a_moved_visit_stand_in_all_of_it)
{
    json_t *body = json_loads(BODY, 0, NULL);
    struct encounter *e = encounter_new(header.uid, &header, json_incref(body));
    struct buf out = BUF_INIT;
    encounter_add(e, 1, "anna", event_correct(1795000000, NULL, (struct date){ 2010, 11, 22 }, NULL));
    encounter_add(e, 2, "anna", event_visit(1795000000, (struct date){ 2026, 12, 1 }, NULL));
    report_intake(&out, &header, body, e, NULL, 80);
    expect_in(buf_str(&out), "2010-11-22 (16)");
    expect_in(buf_str(&out), "on 2026-12-01"); /* P08: with clean skin */
    expect_not_in(buf_str(&out), "on 2026-11-21");
    expect_not_in(buf_str(&out), "Check today"); /* P02 begins five days before that */
    buf_done(&out);
    encounter_free(e);
    json_decref(body);
}

Test(report, a_later_visit_is_a_pre_screen)
{
    char *text = report(
        "{\"asked_on\":\"2026-11-21\",\"visit_on\":\"2026-11-30\",\"assessment\":{\"class\":\"CLEAR\"}}", 80);
    expect_in(text, "PRE-SCREEN");
    expect_in(text, "No issues flagged; the practitioner decides.");
    free(text);
}

Test(report, a_class_it_does_not_know_is_to_be_reviewed)
{
    char *text = report("{\"assessment\":{\"class\":\"SPLENDID\"}}", 80);
    expect_in(text, "Review every answer");
    cr_expect_null(report_class_words("SPLENDID"));
    cr_expect_not_null(report_class_words("HOLD"));
    free(text);
}

Test(report, no_control_character_comes_through)
{
    char *text =
        report("{\"patient\":{\"name\":\"A\\u001b[2JB\\u202eC\\u0007\\n\\u009bD\"},\"clinic\":\"\\u001b]0;"
               "x\\u0007\","
               "\"answers\":[{\"code\":\"Q\\u001b\",\"state\":\"given\",\"question\":\"\\u001b[31m\","
               "\"answer\":\"one\\ntwo\\u001b[0m\"}]}",
               80);
    for (const char *c = text; *c != '\0'; c++) {
        cr_assert(*c == '\n' || (unsigned char)*c >= 0x20, "%02x", (unsigned)*c);
    }
    expect_not_in(text, "\u202e");
    expect_not_in(text, "\xc2\x9b");
    expect_in(text, "         one\n         two");
    free(text);
}

Test(report, a_body_of_wrong_types_is_left_out_not_believed)
{
    static const char *const odd[] = {
        "{}",
        "{\"patient\":7,\"assessment\":[],\"answers\":{\"a\":1},\"times\":\"x\",\"helper\":true}",
        "{\"assessment\":{\"class\":4,\"flags\":[1,null,\"x\",[]],\"items\":[{\"for\":\"patient\",\"added_"
        "by\":[1]},7]}}",
        "{\"assessment\":{\"flags\":{\"a\":1},\"items\":\"x\"},\"attestation\":{\"text\":[]}}",
        "{\"answers\":[null,1,{\"question\":{}}],\"demo\":\"true\"}",
        "{\"assessment\":{\"flags\":[{\"fields\":[1],\"items\":[1],\"source_titles\":[[]]}]}}",
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        char *text = report(odd[i], 80);
        cr_expect_gt(strlen(text), 10);
        free(text);
    }
}

Test(report, no_line_is_wider_than_asked_and_never_under_66_or_over_100)
{
    static const int asked[] = { 0, 40, 66, 80, 100, 300 };
    struct buf body = BUF_INIT;
    buf_adds(&body, "{\"patient\":{\"name\":\"");
    for (int i = 0; i < 60; i++) {
        buf_adds(&body, "long\u6f22 ");
    }
    buf_adds(&body, "\"},\"clinic\":\"");
    for (int i = 0; i < 300; i++) {
        buf_adds(&body, "x");
    }
    buf_adds(&body,
             "\",\"answers\":[{\"code\":\"a code that is far too long for its column\",\"state\":\"given\","
             "\"question\":\"q\",\"answer\":\"a\"}]}");
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        int most = asked[i] < 66 ? 66 : asked[i] > 100 ? 100 : asked[i], widest = 0;
        char *text = report(buf_str(&body), asked[i]);
        for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
            int width = text_width(line);
            widest = width > widest ? width : widest;
        }
        cr_expect_leq(widest, most);
        cr_expect_geq(widest, most - 8, "the room is used");
        free(text);
    }
    buf_done(&body);
}
