#include "handing.h"

#include <string.h>

#include "audit.h"
#include "helper.h"
#include "tr.h"

/* False: that language is not here. NULL is English. The code is a record's, so it is taken for hostile. */
static bool speak(const struct config *config, const char *code, struct catalogue **out)
{
    struct buf path = BUF_INIT;
    struct err err;
    if (strcmp(code, "en") == 0) {
        return true;
    }
    if (code[strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] != '\0') {
        return false;
    }
    buf_addf(&path, "%s/%s.mo", config->locale_dir, code);
    *out = catalogue_load(buf_str(&path), &err);
    buf_done(&path);
    return *out != NULL;
}

static int make(const struct handing *handing, const struct encounter *encounter, enum print_as as,
                struct buf *out, struct err *err)
{
    const char *own = handing->config->clinic_language;
    struct handout_setup setup = {
        .language = own, .own = true, .size = handing->size, .large = handing->large
    };
    const struct catalogue *before = tr_used();
    struct catalogue *spoken = NULL;
    if (handing->kind != HANDOUT_SUMMARY && !handing->own && encounter->language[0] != '\0' &&
        strcmp(encounter->language, own) != 0 && speak(handing->config, encounter->language, &spoken)) {
        setup.language = encounter->language;
        setup.own = false;
        tr_use(spoken);
    }
    config_facts(handing->config, setup.fact);
    int rc = handout_make(out, handing->kind, as, encounter, &setup, err);
    tr_use(before);
    catalogue_free(spoken);
    return rc;
}

int handing_text(const struct handing *handing, const struct encounter *encounter, struct buf *out,
                 struct err *err)
{
    return make(handing, encounter, PRINT_TEXT, out, err);
}

int handing_pdf(const struct handing *handing, const struct encounter *encounter, struct buf *out,
                struct err *err)
{
    struct buf stream = BUF_INIT;
    int rc = make(handing, encounter, PRINT_STREAM, &stream, err);
    if (rc == 0) {
        rc = helper_pdf(&stream, out, err);
    }
    buf_wipe(&stream);
    return rc;
}

int handing_print(const struct handing *handing, const struct encounter *encounter, struct err *err)
{
    struct buf pdf = BUF_INIT;
    int rc = handing_pdf(handing, encounter, &pdf, err);
    if (rc == 0) {
        rc = helper_spool(handing->config->printer, &pdf, err);
    }
    buf_wipe(&pdf);
    return rc;
}

int handing_note(const struct handing *handing, struct vault *vault, struct db *db,
                 struct encounter *encounter, const char *how, int64_t at_s, struct err *err)
{
    if (vault_need(vault, VAULT_TAKE, err) != 0) {
        return -1;
    }
    if (!vault_may(vault, VAULT_WRITE)) {
        const struct audit_entry entry = { .at_s = at_s,
                                           .actor = vault_user(vault),
                                           .act = event_kind_name(EVENT_HANDOUT),
                                           .uid = encounter->uid,
                                           .detail = handout_name(handing->kind) };
        return audit_note(db, &entry, err);
    }
    json_t *event = event_handout(at_s, handout_name(handing->kind), how);
    int added = vault_add(vault, encounter, &event, 1, at_s, err);
    return added == 1  ? 0
           : added < 0 ? -1
                       : err_set(err, "%s", tr("somebody else has just written to this intake; try again"));
}
