#include "setting.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "languages.h"

int setting_load(struct setting *setting, const char *folder, const char *config, struct problems *problems)
{
    *setting = (struct setting){ .form = form_load(folder, problems) };
    /* Read even when the form is wrong: all that is wrong is said at once. */
    if (config) {
        setting->config = config_load(config, problems);
    }
    if (setting->config) {
        setenv("TZ", setting->config->timezone, 1);
        tzset();
    }
    if (setting->form && setting->config) {
        setting->policies = config_policies(setting->config, setting->form, problems);
    } else if (setting->form && !config) {
        setting->policies = policies_new(setting->form);
    }
    if (setting->policies) {
        return 0;
    }
    setting_done(setting);
    return -1;
}

static bool has_hash(const struct form *form, const char *hash)
{
    char hex[2 * sizeof form->hash + 1];
    sodium_bin2hex(hex, sizeof hex, form->hash, sizeof form->hash);
    return strcmp(hex, hash) == 0;
}

struct form *setting_form(const struct config *config, const char *hash, struct form *last)
{
    for (size_t i = 0; last == NULL || !has_hash(last, hash); i++) {
        struct problems problems = PROBLEMS_INIT;
        form_free(last);
        if (i == config->nforms) {
            return NULL;
        }
        last = form_load(config->form[i].folder, &problems);
        problems_done(&problems);
        last = last == NULL ? NULL : languages_form(config, last);
    }
    return last;
}

void setting_done(struct setting *setting)
{
    policies_free(setting->policies);
    config_free(setting->config);
    form_free(setting->form);
    *setting = (struct setting){ NULL, NULL, NULL };
}
