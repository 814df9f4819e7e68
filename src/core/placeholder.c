#include "placeholder.h"

#include <string.h>

const char *const placeholder_name[PLACEHOLDERS + 1] = {
    [PLACEHOLDER_CLINIC] = "clinic",       [PLACEHOLDER_PHONE] = "phone",
    [PLACEHOLDER_HOURS] = "hours",         [PLACEHOLDER_AFTER_HOURS] = "after_hours",
    [PLACEHOLDER_EMERGENCY] = "emergency", [PLACEHOLDER_PRIVACY_CONTACT] = "privacy_contact",
};

const char *placeholder_next(const char *text, size_t *len, int *which)
{
    const char *at = text + strcspn(text, "{}");

    *len = 1;
    *which = -1;
    if (*at == '\0') {
        return NULL;
    }
    size_t name = *at == '{' ? strcspn(at + 1, "{}") : 0;
    if (*at != '{' || at[1 + name] != '}') {
        return at;
    }
    *len = name + 2;
    for (int i = 0; i < PLACEHOLDERS; i++) {
        if (strlen(placeholder_name[i]) == name && memcmp(placeholder_name[i], at + 1, name) == 0) {
            *which = i;
        }
    }
    return at;
}

void placeholder_fill(struct buf *out, const char *text, const char *const fact[PLACEHOLDERS],
                      const char *const instead[PLACEHOLDERS])
{
    size_t len;
    int which;

    for (const char *at; (at = placeholder_next(text, &len, &which)); text = at + len) {
        const char *words = which < 0 ? NULL : fact[which];
        if (which >= 0 && (!words || !*words)) {
            words = instead[which];
        }
        buf_add(out, text, (size_t)(at - text));
        if (words && *words) {
            buf_adds(out, words);
        } else {
            buf_add(out, at, len);
        }
    }
    buf_adds(out, text);
}
