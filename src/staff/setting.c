#include "setting.h"

#include <stdlib.h>
#include <time.h>

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

void setting_done(struct setting *setting)
{
    policies_free(setting->policies);
    config_free(setting->config);
    form_free(setting->form);
    *setting = (struct setting){ NULL, NULL, NULL };
}
