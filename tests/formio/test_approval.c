/* A clinician's signature: what it covers, when it ends, and that a spoiled file is a demo with a reason. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "approval.h"
#include "file.h"
#include "fixture.h"

#define CLINIC                                                                                               \
    "forms = [ \"mini\" ];\ntimezone = \"UTC\";\nclinic = { name = \"A\"; phone = \"1\"; hours = \"9\"; "    \
    "after_hours = \"2\"; emergency = \"112\"; privacy_contact = \"Desk\"; };\n"

static struct form *form;
static struct config *config;
static struct policies *policies;
static struct approvals *approvals;
static char path[96];

/* kiosk.conf anew, with one line more. */
static void set_config(const char *line)
{
    struct problems problems = PROBLEMS_INIT;
    char text[600], conf[96];

    snprintf(text, sizeof text, "%s%s\n", CLINIC, line);
    snprintf(conf, sizeof conf, "%s/kiosk.conf", temp_folder());
    temp_write("kiosk.conf", text, strlen(text));
    policies_free(policies);
    config_free(config);
    config = config_load(conf, &problems);
    cr_assert_not_null(config);
    policies = config_policies(config, form, &problems);
    cr_assert_not_null(policies);
}

static struct approvals *load(struct problems *problems)
{
    approvals_free(approvals);
    approvals = approvals_load(path, problems);
    return approvals;
}

static void sign(void)
{
    struct arena *arena = arena_new();
    struct problems problems = PROBLEMS_INIT;
    struct err err = { "" };
    struct approval approval = {
        .form = form->id,
        .version = form->version,
        .clinician = "Dr \"A\" \\ {B} Example, GMC 1234567",
        .user = "anna",
        .on = { 2026, 11, 21 },
        .review_by = { 2027, 11, 21 },
    };

    memcpy(approval.hash, form->hash, sizeof approval.hash);
    approval.setting = approval_settings(arena, form, policies, &approval.nsettings);
    cr_assert_not_null(load(&problems));
    approvals_set(approvals, form->id, "", &approval);
    cr_assert_eq(approvals_write(approvals, &err), 0, "%s", err.text);
    arena_free(arena);
    cr_assert_not_null(load(&problems));
}

static void setup(void)
{
    snprintf(path, sizeof path, "%s/approvals.cfg", temp_folder());
    form = mini_load();
    set_config("");
}

static void teardown(void)
{
    approvals_free(approvals);
    policies_free(policies);
    config_free(config);
    form_free(form);
    temp_remove();
}

TestSuite(approval, .init = setup, .fini = teardown);

static struct approval_view view_on(struct date today)
{
    return (struct approval_view){ approvals, config, form, policies, today, CLOCK_SYNCED };
}

static const struct date later = { 2027, 3, 1 };

/* Exactly one reason, and it says `text`; "": it is no demo. */
static void expect_why(const struct approval_view *view, const char *text)
{
    struct problems why = PROBLEMS_INIT;
    struct buf all = BUF_INIT;
    const struct approval *approval = approval_in_force(view, &why);

    problems_text(&why, &all);
    if (*text == '\0') {
        cr_expect_not_null(approval, "%s", buf_str(&all));
    } else {
        cr_expect_null(approval);
        cr_expect_eq(why.total, 1, "%s", buf_str(&all));
        cr_expect_not_null(strstr(buf_str(&all), text), "%s", buf_str(&all));
    }
    buf_done(&all);
    problems_done(&why);
}

Test(approval, without_a_file_nobody_has_signed)
{
    struct problems problems = PROBLEMS_INIT;

    cr_assert_not_null(load(&problems));
    cr_expect_eq(problems.total, 0);
    struct approval_view view = view_on(later);
    expect_why(&view, "no clinician has signed the form \"mini\"");
}

Test(approval, what_was_signed_is_read_back_and_holds)
{
    struct stat st;

    sign();
    const struct approval *approval = approvals_find(approvals, "mini", "");
    cr_assert_not_null(approval);
    cr_expect_str_eq(approval->clinician, "Dr \"A\" \\ {B} Example, GMC 1234567");
    cr_expect_str_eq(approval->user, "anna");
    cr_expect_eq(approval->nsettings, form->npolicies);
    long inr = form_policy_index(form, "inr_max");
    cr_expect_str_eq(approval->setting[inr], "inr_max = 3.5");
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0644, "the kiosk's user must read it");
    struct approval_view view = view_on(later);
    expect_why(&view, "");
}

Test(approval, it_holds_from_the_day_of_signing_to_the_review_date_and_no_longer)
{
    sign();
    struct approval_view view = view_on((struct date){ 2026, 11, 20 });
    expect_why(&view, "was signed on 2026-11-21, but this machine's clock says 2026-11-20");
    view.today = (struct date){ 2026, 11, 21 };
    expect_why(&view, "");
    view.today = (struct date){ 2027, 11, 21 };
    expect_why(&view, "");
    view.today = (struct date){ 2027, 11, 22 };
    expect_why(&view, "to be reviewed by 2027-11-21");
}

Test(approval, with_a_clock_that_was_never_set_nobody_knows_whether_it_holds)
{
    sign();
    struct approval_view view = view_on(later);
    view.clock = CLOCK_UNKNOWN;
    expect_why(&view, "clock has not been set");
    view.clock = CLOCK_RTC;
    expect_why(&view, "");
}

Test(approval, any_change_to_the_form_ends_it)
{
    sign();
    form_free(form);
    form = form_after("lists.cfg", "A leaflet", "A Leaflet");
    struct approval_view view = view_on(later);
    expect_why(&view, "was changed after");
}

Test(approval, a_changed_policy_ends_it_and_is_named)
{
    sign();
    set_config("policies = { inr_max = 3.25; };");
    struct approval_view view = view_on(later);
    expect_why(&view, "\"inr_max = 3.5\" was signed, but now it is \"inr_max = 3.25\"");
    set_config("policies = { inr_max = 3.5; };"); /* said, and the same */
    view = view_on(later);
    expect_why(&view, "");
}

Test(approval, the_device_list_counts_while_it_is_in_force)
{
    set_config("policies = { device_list = \"listed\"; }; device_flags = [ \"PILL_NOW\" ];");
    sign();
    struct approval_view view = view_on(later);
    expect_why(&view, "");
    set_config("policies = { device_list = \"listed\"; }; device_flags = [ \"PILL_NOW\", \"X1\" ];");
    view = view_on(later);
    expect_why(&view, "\"device_flags = PILL_NOW\" was signed, but now it is");
    set_config("");
    sign();
    set_config("device_flags = [ \"X1\" ];"); /* the list is off */
    view = view_on(later);
    expect_why(&view, "");
}

Test(approval, each_clinic_fact_that_is_missing_keeps_it_a_demo)
{
    sign();
    struct config bare = *config;
    bare.clinic.phone = "";
    struct approval_view view = view_on(later);
    view.config = &bare;
    expect_why(&view, "does not say \"phone\"");
}

Test(approval, one_signature_replaces_or_leaves_the_others)
{
    struct problems problems = PROBLEMS_INIT;
    struct err err;

    sign();
    struct approval other = *approvals_find(approvals, "mini", "");
    other.form = "other";
    approvals_set(approvals, "other", "", &other);
    cr_assert_eq(approvals_write(approvals, &err), 0);
    sign(); /* again, beside the other */
    cr_assert_not_null(load(&problems));
    cr_expect_eq(approvals->n, 2);
    approvals_set(approvals, "mini", "", NULL);
    cr_expect_eq(approvals->n, 1);
    cr_expect_null(approvals_find(approvals, "mini", ""));
    cr_expect_not_null(approvals_find(approvals, "other", ""));
}

Test(approval, a_spoiled_file_gives_no_signature_and_says_where)
{
    static const struct {
        const char *from, *to, *says;
    } spoiled[] = {
        { "hash = \"", "hash = \"0", "64 hexadecimal digits" },
        { "on = \"2026-11-21\"", "on = \"2026-11-31\"", "must be a day like" },
        { "review_by = \"2027-11-21\"", "review_by = \"2027-11\"", "must be a day like" },
        { "clinician = ", "clinicain = ", "Did you mean \"clinician\"?" },
        { "user = ", "@include ", "@include" },
        { ");", "", "" },
        { "form = \"mini\"", "form = \"../mini\"", "form" },
        { "approvals = (", "approvals = ( 7,", "" },
        { "approvals = (",
          "approvals = ( { form = \"mini\"; language = \"es\"; }, { form = \"mini\"; language = \"es\"; },",
          "the form \"mini\" in the language \"es\" stands here twice" },
    };
    struct buf sound = BUF_INIT;
    struct err err;

    sign();
    cr_assert_eq(file_read(path, 65536, &sound, &err), 0);
    for (size_t i = 0; i < sizeof spoiled / sizeof *spoiled; i++) {
        struct problems problems = PROBLEMS_INIT;
        struct buf text = BUF_INIT, all = BUF_INIT;
        const char *at = strstr(buf_str(&sound), spoiled[i].from);

        cr_assert_not_null(at, "%s", spoiled[i].from);
        buf_add(&text, sound.data, (size_t)(at - sound.data));
        buf_adds(&text, spoiled[i].to);
        buf_adds(&text, at + strlen(spoiled[i].from));
        temp_write("approvals.cfg", text.data, text.len);
        cr_expect_null(load(&problems), "%s", spoiled[i].from);
        problems_text(&problems, &all);
        cr_expect_not_null(strstr(buf_str(&all), spoiled[i].says), "%s", buf_str(&all));
        cr_expect_not_null(strstr(buf_str(&all), path), "%s", buf_str(&all));
        buf_done(&all);
        buf_done(&text);
        problems_done(&problems);
    }
    struct approval_view view = view_on(later);
    struct problems why = PROBLEMS_INIT;
    view.approvals = NULL;
    cr_expect_null(approval_in_force(&view, &why));
    buf_done(&sound);
}
