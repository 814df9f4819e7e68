/* config_form.c: kiosk.conf held against the form it is for. */
#include "config.h"

#include <string.h>
#include <unistd.h>

void config_check_forms(const struct config *config, struct problems *problems)
{
    for (size_t i = 0; i < config->nforms; i++) {
        const struct config_form *form = &config->form[i];
        struct buf path = BUF_INIT;

        buf_addf(&path, "%s/form.cfg", form->folder);
        if (access(buf_str(&path), F_OK) != 0) {
            problems_add(problems, config->path, form->line, "\"forms\" names \"%s\", but there is no %s.",
                         form->name, buf_str(&path));
        }
        buf_done(&path);
    }
}

static bool has_field(const struct form_item *item, const char *field)
{
    for (size_t i = 0; i < item->nfields; i++) {
        if (strcmp(item->field[i], field) == 0) {
            return true;
        }
    }
    return false;
}

void config_check_limits(const struct config *config, const struct form *form, struct problems *problems)
{
    for (size_t i = 0; i < config->nlimits; i++) {
        const struct config_limit *limit = &config->limit[i];
        const struct form_item *item = NULL;

        for (size_t j = 0; j < form->nitems && !item; j++) {
            item = strcmp(form->item[j].id, limit->item) == 0 ? &form->item[j] : NULL;
        }
        if (item && !has_field(item, limit->field)) {
            problems_add(problems, config->path, limit->line,
                         "\"limits\" names the field \"%s\", which the item %s of the form does not have.",
                         limit->field, limit->item);
        } else if (!item && config->nforms == 1) { /* else it may be another form's */
            problems_add(problems, config->path, limit->line,
                         "\"limits\" names the item %s, which the form does not have.", limit->item);
        }
    }
}

struct policies *config_policies(const struct config *config, const struct form *form,
                                 struct problems *problems)
{
    struct policies *policies = policies_new(form);
    size_t before = problems->total;
    struct err err;

    for (size_t i = 0; i < config->npolicies; i++) {
        const struct config_policy *policy = &config->policy[i];

        if (policies_set(policies, form, policy->name, policy->value, &err) != 0) {
            problems_add(problems, config->path, policy->line, "%s.", err.text);
        }
    }
    for (size_t i = 0; i < config->ndevice_flags; i++) { /* one by one, so that each is told */
        if (policies_set_device_flags(policies, form, &config->device_flag[i], 1, &err) != 0) {
            problems_add(problems, config->path, config->device_flags_line, "%s.", err.text);
        }
    }
    if (config->device_flag && problems->total == before) {
        (void)policies_set_device_flags(policies, form, config->device_flag, config->ndevice_flags, &err);
    }
    if (problems->total == before) {
        return policies;
    }
    policies_free(policies);
    return NULL;
}
