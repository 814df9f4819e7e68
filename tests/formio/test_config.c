/* kiosk.conf: what it says is what the kiosk does; faults with their line; policies against a form. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "fixture.h"

TestSuite(config, .fini = temp_remove);

#define LEAST "forms = [ \"mini\" ];\ntimezone = \"Europe/London\";\n"

static const char *conf_path(void)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/etc/kiosk.conf", temp_folder());
    return path;
}

static struct config *load(const char *text, struct problems *problems)
{
    temp_write("etc/kiosk.conf", text, strlen(text));
    return config_load(conf_path(), problems);
}

static struct config *load_sound(const char *text)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *config = load(text, &problems);
    struct buf all = BUF_INIT;

    problems_text(&problems, &all);
    cr_assert_not_null(config, "%s", buf_str(&all));
    buf_done(&all);
    problems_done(&problems);
    return config;
}

static void expect_one(const struct problems *problems, int line, const char *sentence)
{
    struct buf all = BUF_INIT;
    char where[160];

    snprintf(where, sizeof where, "%s:%d", conf_path(), line);
    problems_text(problems, &all);
    cr_assert_eq(problems->total, 1, "%s", buf_str(&all));
    cr_expect_str_eq(problems->problem[0].where, where, "%s", buf_str(&all));
    cr_expect_str_eq(problems->problem[0].text, sentence);
    buf_done(&all);
}

/* The smallest kiosk.conf and one line more, line 3. */
static void expect_fault(const char *line, const char *sentence)
{
    struct problems problems = PROBLEMS_INIT;
    struct buf text = BUF_INIT;

    buf_addf(&text, "%s%s\n", LEAST, line);
    cr_assert_null(load(buf_str(&text), &problems), "it loaded: %s", line);
    expect_one(&problems, 3, sentence);
    buf_done(&text);
    problems_done(&problems);
}

static const char *beside(const char *name)
{
    static char path[160];

    snprintf(path, sizeof path, "%s/etc/%s", temp_folder(), name);
    return path;
}

Test(config, what_is_left_out_has_a_default)
{
    struct config *config = load_sound(LEAST);

    cr_expect_eq(config->nforms, 1);
    cr_expect_str_eq(config->form[0].name, "mini");
    cr_expect_str_eq(config->timezone, "Europe/London");
    cr_expect_eq(config->theme, THEME_NORMAL);
    cr_expect_eq(config->touch, CONFIG_TOUCH_UNSAID);
    cr_expect_eq(config->idle_s, 120);
    cr_expect_eq(config->warn_s, 30);
    cr_expect(config->urgent_before_unlock);
    cr_expect_str_eq(config->log, "");
    cr_expect_eq(config->npolicies, 0);
    cr_expect_null(config->device_flag);
    cr_expect_str_eq(config->path, conf_path());
    cr_expect_str_eq(config->forms_dir, beside("forms"));
    cr_expect_str_eq(config->form[0].folder, beside("forms/mini"));
    cr_expect_str_eq(config->database, beside("foyer.db"));
    cr_expect_str_eq(config->socket, beside("foyer.sock"));
    cr_expect_str_eq(config->public_keys, beside("foyer.keys"));
    config_free(config);
}

Test(config, everything_that_is_said_is_kept)
{
    struct config *config = load_sound(
        "clinic = { name = \"Klinik S\xC3\xBC"
        "d\"; phone = \"1\"; hours = \"9 to 5\"; after_hours = \"2\";\n"
        "  emergency = \"112\"; privacy_contact = \"Desk\"; url = \"https://example.org\"; };\n" LEAST
        "forms_dir = \"/srv/forms\"; database = \"data/a.db\"; socket = \"/run/x\"; public_keys = \"k\"; log "
        "= \"log/kiosk\";\n"
        "theme = \"contrast\"; touch = \"pad\"; idle_seconds = 300; warn_seconds = 60; "
        "urgent_before_unlock = false;\n"
        "policies = { pills = \"wait\"; inr_max = 3.2; pill_months = 5; }; device_flags = [ "
        "\"X1\" ];\n");

    cr_expect_str_eq(config->clinic.name, "Klinik S\xC3\xBC"
                                          "d");
    cr_expect_str_eq(config->clinic.url, "https://example.org");
    cr_expect_str_eq(config->form[0].folder, "/srv/forms/mini");
    cr_expect_str_eq(config->database, beside("data/a.db"));
    cr_expect_str_eq(config->socket, "/run/x");
    cr_expect_str_eq(config->log, beside("log/kiosk"));
    cr_expect_eq(config->theme, THEME_CONTRAST);
    cr_expect_eq(config->touch, CONFIG_TOUCH_PAD);
    cr_expect_eq(config->idle_s, 300);
    cr_expect_eq(config->warn_s, 60);
    cr_expect_not(config->urgent_before_unlock);
    cr_expect_eq(config->npolicies, 3);
    cr_expect_str_eq(config->policy[0].value, "wait");
    cr_expect_str_eq(config->policy[1].value, "3.2");
    cr_expect_str_eq(config->policy[2].value, "5");
    cr_expect_eq(config->ndevice_flags, 1);
    cr_expect_eq(config->policy[0].line, 7);
    config_free(config);
}

Test(config, paths_hang_on_the_folder_of_the_file_not_on_where_one_stands)
{
    struct problems problems = PROBLEMS_INIT;

    config_free(load_sound(LEAST));
    cr_assert_eq(chdir(temp_folder()), 0);
    struct config *config = config_load("etc/kiosk.conf", &problems);
    cr_expect_str_eq(config->database, "etc/foyer.db");
    config_free(config);
    cr_assert_eq(chdir("etc"), 0);
    config = config_load("kiosk.conf", &problems);
    cr_expect_str_eq(config->database, "foyer.db");
    cr_expect_str_eq(config->form[0].folder, "forms/mini");
    config_free(config);
    cr_assert_eq(chdir("/"), 0);
}

Test(config, the_clinic_facts_that_are_missing_are_named)
{
    const char *fact[CONFIG_CLINIC_FACTS];
    struct config *config = load_sound(LEAST);

    cr_expect_eq(config_missing(config, fact), 6);
    cr_expect_str_eq(fact[0], "name");
    config_free(config);
    config =
        load_sound(LEAST "clinic = { name = \"A\"; phone = \"1\"; hours = \"9\"; emergency = \"112\"; };");
    cr_expect_eq(config_missing(config, fact), 2);
    cr_expect_str_eq(fact[0], "after_hours");
    cr_expect_str_eq(fact[1], "privacy_contact");
    config_free(config);
}

Test(config, a_file_that_is_not_there)
{
    struct problems problems = PROBLEMS_INIT;

    cr_assert_null(config_load("/nonexistent/kiosk.conf", &problems));
    cr_expect_str_eq(problems.problem[0].where, "/nonexistent/kiosk.conf");
    problems_done(&problems);
}

Test(config, what_must_be_said)
{
    struct problems problems = PROBLEMS_INIT;

    cr_assert_null(load("theme = \"mono\";\n", &problems));
    cr_expect_eq(problems.total, 2);
    cr_expect_str_eq(problems.problem[0].text, "this file has no \"forms\".");
    cr_expect_str_eq(problems.problem[1].text, "this file has no \"timezone\".");
    problems_done(&problems);
}

Test(config, unknown_names_are_refused)
{
    expect_fault("idle_second = 60;",
                 "this file: nothing here is called \"idle_second\". Did you mean \"idle_seconds\"?");
    expect_fault("clinic = { nmae = \"A\"; };",
                 "clinic: nothing here is called \"nmae\". Did you mean \"name\"?");
}

Test(config, values_out_of_range_or_of_the_wrong_kind)
{
    expect_fault("idle_seconds = 29;", "this file: \"idle_seconds\" must be from 30 to 600, but is 29.");
    expect_fault("warn_seconds = 121;", "this file: \"warn_seconds\" must be from 10 to 120, but is 121.");
    expect_fault("idle_seconds = \"60\";",
                 "this file: \"idle_seconds\" must be a whole number, without quotes.");
    expect_fault("touch = \"yes\";", "this file: \"touch\" is \"yes\", but must be off, on or pad.");
    expect_fault("theme = \"dark\";",
                 "this file: \"theme\" is \"dark\", but must be normal, contrast or mono.");
    expect_fault(
        "theme = \"monos\";",
        "this file: \"theme\" is \"monos\", but must be normal, contrast or mono. Did you mean \"mono\"?");
    expect_fault("urgent_before_unlock = 1;",
                 "this file: \"urgent_before_unlock\" must be true or false, without quotes.");
    expect_fault("clinic = \"A\";", "this file: \"clinic\" must be written between { and }.");
    expect_fault("policies = { a = true; };",
                 "this file: policy \"a\" must be a number, or a choice in quotes.");
    expect_fault("database = \"\";", "this file: \"database\" is empty.");
}

Test(config, the_lexical_pass_sees_it_too)
{
    expect_fault("idle_seconds = 4294967416;", "the number 4294967416 is too large.");
    expect_fault(
        "@include \"/etc/passwd\"",
        "@include is not used in these files: each stands by itself. A form names its parts in form.cfg.");
}

Test(config, a_socket_path_that_the_system_cannot_take)
{
    struct problems problems = PROBLEMS_INIT;
    char text[400];

    snprintf(text, sizeof text, "%ssocket = \"/%0120d\";\n", LEAST, 0);
    cr_assert_null(load(text, &problems));
    cr_expect_not_null(strstr(problems.problem[0].text, "the path of the socket is too long for the system"));
    problems_done(&problems);
}

Test(config, a_timezone_must_be_one)
{
    static const char *const wrong[] = {
        "Europe/Londn", "../../../etc/passwd", "/etc/localtime", "Europe", "leapseconds", "zone.tab", ""
    };
    struct problems problems = PROBLEMS_INIT;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[128];

        snprintf(text, sizeof text, "forms = [ \"mini\" ];\ntimezone = \"%s\";\n", wrong[i]);
        cr_expect_null(load(text, &problems), "%s", wrong[i]);
        cr_expect_eq(problems.total, 1);
        problems_done(&problems);
    }
    config_free(load_sound("forms = [ \"mini\" ]; timezone = \"UTC\";"));
}

Test(config, a_form_is_a_name_in_the_folder_of_forms)
{
    static const char *const wrong[] = { "\"../mini\"", "\"a/b\"", "\"mini\", \"mini\"", "" };
    struct problems problems = PROBLEMS_INIT;

    for (size_t i = 0; i < 4; i++) {
        char text[128];

        snprintf(text, sizeof text, "forms = [ %s ];\ntimezone = \"UTC\";\n", wrong[i]);
        cr_expect_null(load(text, &problems), "%s", wrong[i]);
        cr_expect_eq(problems.total, 1);
        problems_done(&problems);
    }
}

Test(config, a_form_that_is_not_there_is_named)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *config =
        load_sound("forms_dir = \"..\";\nforms = [ \"mini\",\n\"absent\" ];\ntimezone = \"UTC\";");
    char sentence[256];

    mini_write();
    config_check_forms(config, &problems);
    snprintf(sentence, sizeof sentence, "\"forms\" names \"absent\", but there is no %s/form.cfg.",
             config->form[1].folder);
    expect_one(&problems, 3, sentence);
    problems_done(&problems);
    config_free(config);
}

/* --- Policies --- */

Test(config, policies_of_a_clinic_replace_the_forms_defaults)
{
    struct problems problems = PROBLEMS_INIT;
    struct form *form = mini_load();
    struct config *config =
        load_sound(LEAST "policies = { pills = \"wait\"; inr_max = 4; device_list = \"listed\"; };\n"
                         "device_flags = [ \"X1\" ];\n");
    struct policies *policies = config_policies(config, form, &problems);

    cr_assert_not_null(policies);
    cr_expect_eq(policies->value[form_policy_index(form, "pills")], 1);
    cr_expect_eq(policies->value[form_policy_index(form, "inr_max")], 4);
    cr_expect_eq(policies->value[form_policy_index(form, "pill_months")], 6);
    cr_expect(policies->device_flag[form_rule_index(form, "X1")]);
    cr_expect_not(
        policies->device_flag[form_rule_index(form, "PILL_NOW")]); /* the form's own list is replaced */
    policies_free(policies);
    config_free(config);

    config = load_sound(LEAST);
    policies = config_policies(config, form, &problems);
    cr_expect(policies->device_flag[form_rule_index(form, "PILL_NOW")]);
    policies_free(policies);
    config_free(config);
    form_free(form);
}

Test(config, a_number_keeps_its_value)
{
    struct problems problems = PROBLEMS_INIT;
    struct form *form = mini_load();
    struct config *config = load_sound(LEAST "policies = { inr_max = 2.123456789012; };\n");
    struct policies *policies = config_policies(config, form, &problems);

    cr_expect_eq(policies->value[form_policy_index(form, "inr_max")], 2.123456789012);
    policies_free(policies);
    config_free(config);
    form_free(form);
}

Test(config, a_policy_that_does_not_suit_the_form_is_refused_at_its_line)
{
    static const char *const wrong[] = { "inr_mx = 3.5", "pills = \"maybe\"", "inr_max = 9",
                                         "inr_max = \"high\"", "pills = 1" };
    struct form *form = mini_load();

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct problems problems = PROBLEMS_INIT;
        char text[200], where[160];

        snprintf(text, sizeof text, "%spolicies = {\n  %s;\n};\n", LEAST, wrong[i]);
        struct config *config = load_sound(text);
        cr_expect_null(config_policies(config, form, &problems), "%s", wrong[i]);
        cr_expect_eq(problems.total, 1, "%s", wrong[i]);
        snprintf(where, sizeof where, "%s:4", conf_path());
        cr_expect_str_eq(problems.problem[0].where, where);
        problems_done(&problems);
        config_free(config);
    }
    form_free(form);
}

Test(config, each_flag_of_the_device_list_that_the_form_lacks_is_told)
{
    struct form *form = mini_load();
    struct config *config = load_sound(LEAST "device_flags = [ \"X1\", \"NONE\", \"X2\" ];\n");
    struct problems problems = PROBLEMS_INIT;

    cr_expect_null(config_policies(config, form, &problems));
    cr_assert_eq(problems.total, 2);
    cr_expect_str_eq(problems.problem[0].text,
                     "the device list names \"NONE\", but the form mini has no such flag.");
    cr_expect_str_eq(problems.problem[1].text,
                     "the device list names \"X2\", but the form mini has no such flag.");
    problems_done(&problems);
    config_free(config);
    form_free(form);
}

Test(config, a_policy_that_counts_months_takes_no_fraction)
{
    struct form *form = mini_load();
    struct config *config = load_sound(LEAST "policies = { inr_max = 3.25; pill_months = 6.5; };");
    struct problems problems = PROBLEMS_INIT;

    cr_expect_null(config_policies(config, form, &problems));
    expect_one(&problems, 3, "the policy pill_months is 6.5: it counts whole days, months or years.");
    problems_done(&problems);
    config_free(config);
    form_free(form);
}

Test(config, a_device_flag_the_form_does_not_have_is_refused)
{
    struct problems problems = PROBLEMS_INIT;
    struct form *form = mini_load();
    struct config *config = load_sound(LEAST "device_flags = [ \"X9\" ];\n");

    cr_expect_null(config_policies(config, form, &problems));
    cr_expect_eq(problems.total, 1);
    cr_expect_not_null(strstr(problems.problem[0].where, "kiosk.conf:3"));
    problems_done(&problems);
    config_free(config);
    form_free(form);
}

/* --- What is shipped --- */

Test(shipped, kiosk_conf_is_sound_and_suits_the_form_it_names)
{
    struct problems problems = PROBLEMS_INIT;
    struct buf all = BUF_INIT;
    struct config *config = config_load("kiosk.conf", &problems);
    struct form *form = form_load("forms/microneedling", &problems);
    struct policies *policies = config && form ? config_policies(config, form, &problems) : NULL;

    problems_text(&problems, &all);
    cr_expect_not_null(policies, "%s", buf_str(&all));
    if (form) {
        assert_sound(form);
    }
    buf_done(&all);
    policies_free(policies);
    form_free(form);
    config_free(config);
    problems_done(&problems);
}

Test(config, staff_settings_have_defaults_and_replace_them_whole)
{
    struct config *config = load_sound(LEAST);
    cr_expect_eq(config->lock_s, 300);
    cr_expect_null(config->alert_command);
    cr_expect_gt(config->nreasons, 0);
    cr_expect_leq(config->nreasons, CONFIG_MAX_REASONS);
    cr_expect_eq(config->nlimits, 0);
    config_free(config);

    config = load_sound(LEAST "lock_seconds = 60;\n"
                              "alert_command = [ \"/bin/echo\", \"alert; rm -rf\" ];\n"
                              "reasons = ( { code = \"seen\"; text = \"Seen\"; } );\n"
                              "limits = ( { item = \"S12\"; field = \"Depth (mm)\"; max = 1.5; } );\n");
    cr_expect_eq(config->lock_s, 60);
    cr_expect_str_eq(config->alert_command[0], "/bin/echo");
    cr_expect_str_eq(config->alert_command[1], "alert; rm -rf");
    cr_expect_null(config->alert_command[2]);
    cr_assert_eq(config->nreasons, 1);
    cr_expect_str_eq(config->reason[0].code, "seen");
    cr_assert_eq(config->nlimits, 1);
    cr_expect_str_eq(config->limit[0].field, "Depth (mm)");
    cr_expect_float_eq(config->limit[0].max, 1.5, 1e-9);
    config_free(config);
}

Test(config, staff_settings_that_cannot_be_are_refused)
{
    expect_fault("alert_command = [ \"aplay\" ];",
                 "this file: alert_command must begin with the whole path of a program, not \"aplay\".");
    expect_fault("reasons = ( { code = \"a\"; text = \"A\"; }, { code = \"b\"; text = \"B\"; }, "
                 "{ code = \"c\"; text = \"C\"; }, { code = \"d\"; text = \"D\"; }, "
                 "{ code = \"e\"; text = \"E\"; }, { code = \"f\"; text = \"F\"; }, "
                 "{ code = \"g\"; text = \"G\"; }, { code = \"h\"; text = \"H\"; }, "
                 "{ code = \"i\"; text = \"I\"; }, { code = \"j\"; text = \"J\"; } );",
                 "this file: reasons has 10 entries; there are keys for 1 to 9.");
    expect_fault("reasons = ( );", "this file: reasons has 0 entries; there are keys for 1 to 9.");
    expect_fault(
        "approvals = \"readiness.cfg\";",
        "this file: the name in \"approvals\" cannot be readiness.cfg: `foyer doctor` writes a file of "
        "that name beside it.");
}

Test(config, of_two_limits_or_reasons_of_one_name_none_is_passed_over)
{
    expect_fault("limits = ( { item = \"S12\"; field = \"Depth (mm)\"; max = 1.5; }, "
                 "{ item = \"S12\"; field = \"Depth (mm)\"; max = 0.5; } );",
                 "limit number 2 is on \"Depth (mm)\" of item S12, and so is number 1. Keep one of them.");
    expect_fault("reasons = ( { code = \"a\"; text = \"A\"; }, { code = \"a\"; text = \"B\"; } );",
                 "reason number 2 has the code \"a\", and so has number 1.");
}

Test(config, a_fault_in_a_group_names_the_group)
{
    expect_fault("backup = { stick = true; };", "backup has no \"folder\".");
    expect_fault("limits = ( { field = \"Depth (mm)\"; max = 1.5; } );", "limit number 1 has no \"item\".");
    expect_fault("screen = { rows = 3; };", "screen: \"rows\" must be from 12 to 500, but is 3.");
}

/* They stand for a fact of the clinic in a form, and for themselves here: JSON for whoever is rung. */
Test(config, braces_are_text_like_any_other)
{
    struct config *config =
        load_sound("clinic = { name = \"Skin {24}\"; };\nalert_command = [ \"/usr/bin/curl\", "
                   "\"-d\", \"{\\\"text\\\": 1}\" ];\n" LEAST);

    cr_expect_str_eq(config->clinic.name, "Skin {24}");
    cr_expect_str_eq(config->alert_command[2], "{\"text\": 1}");
    config_free(config);
}

Test(config, what_a_timer_takes_out_unseen_is_older_than_any_other_rule)
{
    expect_fault("retention = { years = 8; minor_until = 25; unseen_years = 20; };",
                 "retention: \"unseen_years\" must not be less than \"years\" or \"minor_until\": nobody "
                 "looks at what it "
                 "removes.");
    struct config *config =
        load_sound(LEAST "backup = { folder = \"copies\"; stick = true; weekly = 0; };\n"
                         "retention = { years = 8; minor_until = 25; unseen_years = 30; };\n");
    cr_expect_str_eq(strrchr(config->backup.folder, '/'), "/copies");
    cr_expect(config->backup.stick);
    cr_expect_eq(config->backup.daily, 7);
    cr_expect_eq(config->backup.weekly, 0);
    cr_expect_eq(config->retention.unseen_years, 30);
    config_free(config);
    config = load_sound(LEAST);
    cr_expect_str_eq(config->backup.folder, "");
    cr_expect_eq(config->retention.years, 0, "for ever");
    config_free(config);
}
