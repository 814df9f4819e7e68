#include "sample.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "put.h"
#include "text.h"

const struct handout_setup sample_setup = {
    .fact = { [PLACEHOLDER_CLINIC] = "Riverside Clinic",
              [PLACEHOLDER_PHONE] = "01234 567890",
              [PLACEHOLDER_HOURS] = "9 to 5",
              [PLACEHOLDER_AFTER_HOURS] = "01234 567891",
              [PLACEHOLDER_EMERGENCY] = "999",
              [PLACEHOLDER_PRIVACY_CONTACT] = "the desk" },
};

void expect_in(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "\"%s\" is not in:\n%s", part, text);
}

void expect_not_in(const char *text, const char *part)
{
    cr_expect_null(strstr(text, part), "\"%s\" is in:\n%s", part, text);
}

void expect_fit(const char *text)
{
    cr_expect(text_is_utf8(text, strlen(text)));
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        cr_expect(c >= 0x20 || c == '\n' || c == '\r', "control character %02x", c);
        cr_expect(c != 0x7F);
    }
    expect_not_in(text, "\xe2\x80\xae"); /* RLO */
    expect_not_in(text, "\xc2\x9b");     /* C1 CSI */
}

static void put_flag(struct buf *out, const char *id, const char *outcome, const char *answer)
{
    put_open(out, NULL, '{');
    put_text(out, "id", id);
    put_text(out, "title", "A finding");
    put_text(out, "outcome", outcome);
    put_text(out, "question", "q1");
    put_text(out, "code", "Q01");
    put_text(out, "answer", answer);
    put_text(out, "comparison", "1 Aug 2026 + 6 months");
    put_text(out, "reason", "Why it matters.");
    put_text(out, "strength", "Expert");
    put_open(out, "source_titles", '[');
    put_text(out, NULL, "A paper");
    put_text(out, NULL, "Another; with a semicolon");
    put_close(out, ']');
    put_open(out, "items", '[');
    put_close(out, ']');
    put_open(out, "fields", '[');
    put_text(out, NULL, "Daily dose");
    put_close(out, ']');
    put_null(out, "until");
    put_bool(out, "alert", false);
    put_close(out, '}');
}

struct line {
    const char *id, *who, *text, *from, *until;
    bool sensitive;
};

static void put_item(struct buf *out, const struct line *item)
{
    put_open(out, NULL, '{');
    put_text(out, "id", item->id);
    put_text(out, "for", item->who);
    put_text_or_null(out, "from", item->from);
    put_text_or_null(out, "until", item->until);
    put_null(out, "least");
    put_null(out, "when_text");
    put_text(out, "text", item->text);
    put_bool(out, "sensitive", item->sensitive);
    put_bool(out, "base", true);
    put_bool(out, "passed", false);
    put_close(out, '}');
}

static void put_assessment(struct buf *out, const char *answer)
{
    static const struct line items[] = {
        { "P01", "patient", "Come without make-up.", "2026-11-20", "2026-11-21", false },
        { "P09", "patient", "Talk to your doctor about the pill.", NULL, NULL, true },
        { "S09", "staff", "Sterile cartridge: lot number.", NULL, NULL, false },
        { "A01", "aftercare", "No make-up for 48 hours.", "2026-11-21", "2026-11-23", false },
        { "A13", "aftercare", "Next session after 28 days.", "2026-12-19", NULL, false },
        { "R01", "call", "Call {phone}: bleeding for more than 24 hours", NULL, NULL, false },
    };
    put_open(out, "assessment", '{');
    put_text(out, "class", "HOLD");
    put_null(out, "not_before");
    put_text(out, "visit_on", "2026-11-21");
    put_int(out, "attention", 40);
    put_open(out, "flags", '[');
    put_flag(out, "WART", "HOLD", answer);
    put_flag(out, "ISO_LT6", "REVIEW", "Aug 2026");
    put_flag(out, "AGE", "PRECAUTION", "19");
    put_close(out, ']');
    put_open(out, "items", '[');
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        put_item(out, &items[i]);
    }
    put_close(out, ']');
    put_close(out, '}');
}

static void put_answer(struct buf *out, const char *answer)
{
    put_open(out, "answers", '[');
    put_open(out, NULL, '{');
    put_text(out, "id", "q1");
    put_text(out, "code", "Q01");
    put_text(out, "section_title", "Health");
    put_text(out, "type", "choices");
    put_text(out, "state", "given");
    put_open(out, "value", '[');
    put_text(out, NULL, "wart");
    put_text(out, NULL, "mole");
    put_close(out, ']');
    put_text(out, "question", "What is in the area?");
    put_text(out, "answer", answer);
    put_int(out, "ms", 1200);
    put_text(out, "by", "patient");
    put_close(out, '}');
    put_open(out, NULL, '{');
    put_text(out, "id", "inr");
    put_text(out, "code", "Q16a");
    put_text(out, "state", "given");
    put_text(out, "type", "number");
    put_real(out, "value", 3.6);
    put_text(out, "unit", "INR");
    put_text(out, "language", "es");
    put_text(out, "question", "Your last INR?");
    put_text(out, "answer", "3.6 INR");
    put_close(out, '}');
    put_close(out, ']');
}

static json_t *body(const char *name, const char *answer)
{
    struct buf out = BUF_INIT;
    put_open(&out, NULL, '{');
    put_int(&out, "v", 1);
    put_text(&out, "part", "body");
    put_text(&out, "kind", "final");
    put_bool(&out, "demo", true);
    put_text(&out, "language", "en");
    put_open(&out, "form", '{');
    put_text(&out, "id", "microneedling");
    put_text(&out, "title", "Microneedling");
    put_close(&out, '}');
    put_open(&out, "times", '{');
    put_int(&out, "started", 1795255200);
    put_int(&out, "consented", 1795255220);
    put_int(&out, "signed", 1795255500);
    put_close(&out, '}');
    put_text(&out, "asked_on", "2026-11-21");
    put_text(&out, "visit_on", "2026-11-21");
    put_open(&out, "patient", '{');
    put_text(&out, "name", name);
    put_text(&out, "phone", "07700 900123");
    put_text(&out, "birth_date", "1990-05-15");
    put_close(&out, '}');
    put_answer(&out, answer);
    put_assessment(&out, answer);
    put_close(&out, '}');
    json_t *json = document_parse(buf_str(&out), out.len, NULL);
    cr_assert_not_null(json);
    buf_done(&out);
    return json;
}

struct encounter *sample_encounter(const char *name, const char *answer, enum decision decision)
{
    const uint8_t uid[FRAME_UID] = { 0x0a, 0x1b, 0x2c, 0x3d };
    const struct frame_header header = { .kind = FRAME_FINAL, .rev = 1, .wall_s = 1795255500 };
    struct encounter *e = encounter_new(uid, &header, body(name, answer));
    uint32_t rev = 0;
    if (decision == DECISION_NONE) {
        return e;
    }
    const struct event_flag lowered[] = { { "WART", OUTCOME_PRECAUTION, OUTCOME_HOLD },
                                          { "ISO_LT6", OUTCOME_PRECAUTION, OUTCOME_REVIEW } };
    const struct event_value lot[] = { { "Lot number", "A-4711", NULL }, { "Expiry", "2027-06", NULL } };
    int64_t at_s = 1795256000;
    encounter_add(e, ++rev, "anna", event_flags(at_s, lowered, 2, "examined", "Not in the area today"));
    encounter_add(e, ++rev, "anna", event_field(at_s, "ISO_LT6", "Daily dose", "20 mg"));
    encounter_add(
        e, ++rev, "anna",
        event_overall(at_s + 60, decision,
                      decision == DECISION_POSTPONE ? (struct date){ 2027, 1, 15 } : (struct date){ 0 },
                      "Dr. Anna Green", "Low energy first"));
    encounter_add(e, ++rev, "anna", event_item(at_s + 90, "S09", true, "AG", lot, 2, ""));
    encounter_add(e, ++rev, "anna", event_note(at_s + 99, "Went well."));
    encounter_add(e, ++rev, "anna", event_amend(at_s + 120, 5, "Slight redness."));
    return e;
}
