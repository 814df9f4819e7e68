#include "setup_languages.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "approval.h"
#include "clock.h"
#include "languages.h"
#include "mem.h"
#include "quote.h"
#include "setting.h"
#include "tr.h"

struct list {
    struct buf out;
    const struct approval_view *view;
};

/* "   es  Español: nobody has reviewed it ..." */
static void add_one(void *arg, const char *code)
{
    struct list *list = arg;
    struct buf *out = &list->out;
    const struct approval_view *view = list->view;
    struct language language = { .code = code };
    struct problems why = PROBLEMS_INIT;
    struct err err = { "" };
    if (language_load(&language, view->config, view->form, code, &err) != 0) {
        buf_addf(out, "   %s: %s\n", code, err.text);
    } else if (!language.complete) {
        buf_addf(out, tr("   %s  %s: texts are missing, so that it is not offered; see `foyer check`\n"),
                 code, language.name);
    } else if (strcmp(code, view->form->language) == 0) {
        buf_addf(out, "   %s  %s\n", code, language.name);
    } else if (approval_of_language(view, &language, &why) != NULL) {
        buf_addf(out, tr("   %s  %s: reviewed\n"), code, language.name);
    } else {
        buf_addf(out, tr("   %s  %s: nobody has reviewed it, so that patients see it in the demo alone\n"),
                 code, language.name);
    }
    problems_done(&why);
    language_done(&language);
}

static void say_which(const struct setup *setup)
{
    const struct config *config = setup->config;
    struct problems problems = PROBLEMS_INIT;
    struct setting setting;
    if (setting_load(&setting, config->form[0].folder, setup->call->config, &problems) == 0) {
        struct approvals *approvals = approvals_load(config->approvals, &problems);
        const struct approval_view view = {
            .approvals = approvals,
            .config = setting.config,
            .form = setting.form,
            .policies = setting.policies,
            .today = clock_local_date(clock_wall_s(setup->call->clock)),
            .clock = clock_system_state(),
        };
        struct list list = { BUF_INIT, &view };
        add_one(&list, setting.form->language);
        (void)languages_in(config->locale_dir, add_one, &list);
        command_print(setup->call, buf_str(&list.out));
        buf_done(&list.out);
        approvals_free(approvals);
        setting_done(&setting);
    }
    problems_done(&problems);
}

static void now_languages(const struct setup *setup, struct buf *out)
{
    for (size_t i = 0; i < setup->config->nlanguages; i++) {
        buf_addf(out, "%s%s", i > 0 ? " " : "", setup->config->language[i]);
    }
}

/* English is in the form itself; every other is a catalogue. */
static bool is_there(const struct setup *setup, const char *code)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s.mo", setup->config->locale_dir, code);
    bool there = strcmp(code, "en") == 0 || (strchr(code, '/') == NULL && access(buf_str(&path), R_OK) == 0);
    buf_done(&path);
    return there;
}

static int check_languages(const struct setup *setup, const char *typed, struct buf *value, struct err *err)
{
    char *copy = mem_strdup(typed), *rest = copy;
    int rc = 0;
    buf_adds(value, "[ ");
    size_t start = value->len;
    for (char *code = strsep(&rest, " ,"); code != NULL && rc == 0; code = strsep(&rest, " ,")) {
        if (code[0] == '\0') {
            continue;
        }
        if (!is_there(setup, code)) {
            rc = err_set(err, tr("There is no language \"%.20s\" here. Type codes from the list above."),
                         code);
            break;
        }
        buf_adds(value, value->len > start ? ", " : "");
        quote_add(value, code);
    }
    buf_adds(value, " ]");
    free(copy);
    return rc;
}

static const struct setup_question question = {
    "languages",
    N_("Languages"),
    N_("Those a patient may choose from, in the order of the first page: their codes, with spaces between."),
    false,
    now_languages,
    check_languages,
};

bool setup_languages(struct setup *setup)
{
    setup_head(setup, tr("Languages"));
    say_which(setup);
    setup_say(
        setup,
        tr("One that nobody has reviewed: have somebody who speaks it read every text beside the English, "
           "then sign for it with `foyer form approve FORM --language CODE`."));
    return setup_ask(setup, &question);
}
