#include "desk.h"

#include "tr.h"

const char *desk_name(const struct vault_card *card)
{
    const char *name = json_string_value(json_object_get(card->card, "name"));
    return card->card == NULL ? tr("(damaged record)") : name == NULL ? "" : name;
}

int64_t desk_came(const struct vault_card *card)
{
    json_int_t arrived = json_integer_value(json_object_get(card->card, "arrived"));
    return arrived > 0 ? arrived : card->received_s;
}

void desk_progress(struct buf *out, const struct vault_card *card)
{
    const json_t *sections = json_object_get(card->card, "progress");
    if (card->card == NULL) {
        return;
    }
    if (card->header.kind == FRAME_FINAL) {
        buf_adds(out, tr("finished"));
        return;
    }
    for (size_t i = 0; i < json_array_size(sections); i++) {
        const json_t *section = json_array_get(sections, i);
        json_int_t answered = json_integer_value(json_object_get(section, "answered"));
        json_int_t shown = json_integer_value(json_object_get(section, "shown"));
        if (answered < shown) {
            buf_addf(out, tr("part %zu of %zu"), i + 1, json_array_size(sections));
            return;
        }
    }
    buf_adds(out, tr("at the end"));
}

void desk_help(struct buf *out, const struct vault_card *card)
{
    const json_t *wanted = json_object_get(card->card, "help");
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        const char *text = json_string_value(json_array_get(wanted, i));
        buf_addf(out, "%s%s", i > 0 ? "; " : "", text == NULL ? "" : text);
    }
}
