#include "document.h"

#include <string.h>

#include "encounter.h"
#include "encounter_event.h"
#include "fuzz.h"
#include "report.h"
#include "summary.h"
#include "text.h"

/* One event a line; each is tried as staff would add it, and folded in as if it lay in the database. */
static void add_events(struct encounter *encounter, const char *text, size_t len)
{
    const struct date today = { 2026, 11, 21 };
    struct err err;
    for (uint32_t rev = 1; len > 0 && rev < 64; rev++) {
        const char *end = memchr(text, '\n', len);
        size_t line = end == NULL ? len : (size_t)(end - text);
        json_t *event = document_parse(text, line, &err);
        if (event != NULL) {
            (void)encounter_check(encounter, event, today, &err);
        }
        encounter_add(encounter, rev, "ana", event);
        text += end == NULL ? line : line + 1;
        len -= end == NULL ? line : line + 1;
    }
    (void)encounter_blocks(encounter, today);
}

int fuzz_document(const uint8_t *data, size_t size)
{
    const uint8_t uid[FRAME_UID] = { 1 };
    const struct frame_header header = { .kind = FRAME_FINAL, .rev = 1, .uid = { 1 }, .wall_s = 1795000000 };
    struct err err;
    struct buf out = BUF_INIT;
    size_t rest, first = fuzz_split(data, size, &rest);
    json_t *body = document_parse((const char *)data, first, &err);
    struct encounter *encounter = encounter_new(uid, &header, body);
    add_events(encounter, (const char *)data + rest, size - rest);
    if (body != NULL) {
        report_intake(&out, &header, body, encounter, NULL, 80);
        must(text_check(buf_str(&out), out.len, true) == TEXT_OK); /* nothing that moves a cursor */
    }
    struct encounter *copy = encounter_copy(encounter);
    struct summary summary;
    summary_from_encounter(&summary, copy);
    buf_reset(&out);
    summary_write(&summary, &out);
    summary_done(&summary);
    must(summary_read(&summary, out.data, out.len, &err) == 0);
    summary_done(&summary);
    json_decref(encounter_answers(copy));
    encounter_free(copy);
    encounter_free(encounter);
    buf_wipe(&out);
    return 0;
}
