#include "sample.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct form_section sections[] = { { "about", "About you" }, { "medicines", "Medicines" } };

static const struct form_option support[] = { { "no", "No", true },
                                              { "interpreter", "An interpreter", false },
                                              { "reading", "Help with reading", false } };
static const struct form_option pill[] = { { "never", "Never", false },
                                           { "now", "Yes, now", false },
                                           { "past", "Yes, in the past", false } };

static const struct form_cond pill_past = { .kind = COND_OPTIONS,
                                            .question = Q_PILL,
                                            .options = OPTION_BIT(2) };
static const struct form_cond pill_now = { .kind = COND_OPTIONS,
                                           .question = Q_PILL,
                                           .options = OPTION_BIT(1) };
static const struct form_cond pill_recent = { .kind = COND_SINCE,
                                              .question = Q_PILL_LAST,
                                              .op = OP_LESS_THAN,
                                              .amount = { .policy = 1 },
                                              .unit = UNIT_MONTHS };

static const struct form_question questions[SAMPLE_QUESTIONS] = {
    [Q_BIRTH] = { .id = "birth_date",
                  .code = "Q01",
                  .type = QUESTION_DATE,
                  .text = "When were you born?",
                  .birth_date = true,
                  .required = true,
                  .main = Q_BIRTH },
    [Q_SUPPORT] = { .id = "support",
                    .code = "Q36",
                    .type = QUESTION_CHOICES,
                    .text = "Would you like help?",
                    .option = support,
                    .noptions = COUNT(support),
                    .exclusive = OPTION_BIT(0),
                    .general = OPTION_UNSURE | OPTION_PRIVATE,
                    .helper = true,
                    .main = Q_SUPPORT },
    [Q_INFO] = { .id = "note",
                 .code = "N1",
                 .type = QUESTION_INFO,
                 .text = "Please read this.",
                 .main = Q_INFO },
    [Q_PILL] = { .id = "pill",
                 .code = "Q13",
                 .section = 1,
                 .type = QUESTION_CHOICE,
                 .text = "Have you taken \"the pill\"?",
                 .option = pill,
                 .noptions = COUNT(pill),
                 .general = OPTION_UNSURE | OPTION_PRIVATE,
                 .main = Q_PILL },
    [Q_PILL_LAST] = { .id = "pill_last",
                      .code = "Q13a",
                      .section = 1,
                      .type = QUESTION_DATE,
                      .text = "When was the last one?",
                      .general = OPTION_UNSURE | OPTION_PRIVATE,
                      .partial = true,
                      .ask_if = &pill_past,
                      .main = Q_PILL },
    [Q_INR] = { .id = "inr",
                .code = "Q16",
                .section = 1,
                .type = QUESTION_NUMBER,
                .text = "Your last INR?",
                .general = OPTION_UNSURE | OPTION_PRIVATE,
                .optional = true,
                .min = 0.5,
                .max = 20,
                .decimals = 1,
                .unit = "INR",
                .main = Q_INR },
    [Q_NOTES] = { .id = "notes",
                  .code = "Q20",
                  .section = 1,
                  .type = QUESTION_TEXT,
                  .text = "Which medicines?",
                  .general = OPTION_UNSURE | OPTION_PRIVATE,
                  .multiline = true,
                  .max_graphemes = 70000,
                  .main = Q_NOTES },
    [Q_NAME] = { .id = "doctor",
                 .code = "Q21",
                 .section = 1,
                 .type = QUESTION_TEXT,
                 .text = "Your doctor's name?",
                 .general = OPTION_UNSURE | OPTION_PRIVATE,
                 .max_graphemes = 20,
                 .main = Q_NAME },
};

static const struct form_source sources[] = { { "L05", "A study of pills", "abstract seen" } };
static const size_t first[] = { 0 };
static const char *const fields[] = { "Daily dose" };

static const struct form_rule rules[] = {
    { .flag = "PILL_NOW",
      .main = Q_PILL,
      .when = &pill_now,
      .outcome = OUTCOME_HOLD,
      .policy = -1,
      .title = "Takes the pill",
      .reason = "It may heal badly.",
      .strength = "Agreed",
      .source = first,
      .nsources = 1,
      .item = first,
      .nitems = 1,
      .field = fields,
      .nfields = 1,
      .alert = true },
    { .flag = "PILL_RECENT",
      .main = Q_PILL,
      .when = &pill_recent,
      .outcome = OUTCOME_POSTPONE,
      .policy = -1,
      .until_question = Q_PILL_LAST,
      .until = { .policy = 1 },
      .until_unit = UNIT_MONTHS,
      .title = "Took the pill lately",
      .reason = "It may heal badly.",
      .strength = "Conflicting" },
};

static const struct form_window windows[] = {
    { .from_day = -5, .least_day = -3, .until_day = DAY_NONE },
    { .from_day = DAY_NONE, .least_day = DAY_NONE, .until_day = DAY_NONE }
};
static const struct form_item items[] = {
    { .id = "S02",
      .who = ITEM_STAFF,
      .text = "Ask who prescribed it.",
      .window = &windows[1],
      .nwindows = 1,
      .source = first,
      .nsources = 1 },
    { .id = "P02",
      .who = ITEM_PATIENT,
      .text = "Stop strong creams. Ask us: {phone}.",
      .when_text = "before the visit ({hours})",
      .base = true,
      .window = windows,
      .nwindows = 1 },
};

static const char *const listed[] = { "none", "listed" };
static const struct form_policy policies[] = {
    { .id = "device_list", .text = "The device maker's list", .choice = listed, .nchoices = 2 },
    { .id = "pill_months", .text = "Months after the pill", .min = 1, .max = 24, .value = 6 },
};

static const char *const privacy[] = { "Only {clinic} reads this. Ask {privacy_contact}." };
static const char *const consent[] = { "I agree.", "I may stop at any time." };

static const struct form form = {
    .id = "sample",
    .title = "A sample",
    .version = "7",
    .hash = { 0xab, 0xcd },
    .section = sections,
    .nsections = COUNT(sections),
    .question = questions,
    .nquestions = COUNT(questions),
    .rule = rules,
    .nrules = COUNT(rules),
    .item = items,
    .nitems = COUNT(items),
    .policy = policies,
    .npolicies = COUNT(policies),
    .device_policy = 0,
    .device_default = first,
    .ndevice_default = 1,
    .source = sources,
    .nsources = COUNT(sources),
    .dictionary = { .question = SIZE_MAX },
    .texts = { .privacy = privacy,
               .nprivacy = COUNT(privacy),
               .consent = consent,
               .nconsent = COUNT(consent),
               .attestation = "This is true, {clinic}.",
               .instead = { [PLACEHOLDER_CLINIC] = "the clinic",
                            [PLACEHOLDER_PHONE] = "at the desk",
                            [PLACEHOLDER_HOURS] = "when we are open",
                            [PLACEHOLDER_PRIVACY_CONTACT] = "the staff" } },
};

const struct form *sample_form(void)
{
    return &form;
}

uint64_t dice(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}
