/* The command line of `foyer`: help, complaints, and what `assess` and `check` print. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "file.h"

#define FORM "forms/microneedling"

static int64_t fixed_wall(void *arg)
{
    (void)arg;
    return 1795269600; /* 2026-11-21 14:00 UTC */
}

static const struct clock noon = { fixed_wall, fixed_wall, NULL };

struct ran {
    int status;
    char *out, *err;
    size_t out_len, err_len;
};

/* `words`: the command line after "foyer", NULL at its end; `in`: what stands on the standard input. */
static struct ran foyer(const char *in, const char *const *words)
{
    struct ran ran = { 0 };
    char *argv[32] = { (char *)"foyer" };
    int argc = 1;
    for (; words[argc - 1]; argc++) {
        argv[argc] = (char *)words[argc - 1];
    }
    FILE *from = fmemopen((char *)(*in ? in : " "), *in ? strlen(in) : 1, "r");
    FILE *out = open_memstream(&ran.out, &ran.out_len), *err = open_memstream(&ran.err, &ran.err_len);
    cr_assert(from && out && err);
    ran.status = command_main(argc, argv, from, out, err, &noon);
    fclose(from);
    fclose(out);
    fclose(err);
    return ran;
}
#define FOYER(...)           foyer("", (const char *const[]){ __VA_ARGS__, NULL })
#define FOYER_READS(in, ...) foyer(in, (const char *const[]){ __VA_ARGS__, NULL })

static void done(struct ran *ran)
{
    free(ran->out);
    free(ran->err);
}

Test(command, help_and_version_are_what_was_asked_for)
{
    struct ran ran = FOYER("--help");
    cr_expect_eq(ran.status, COMMAND_OK);
    cr_expect(strstr(ran.out, "\n  assess ") && strstr(ran.out, "\n  check "), "%s", ran.out);
    cr_expect_str_eq(ran.err, "");
    done(&ran);
    ran = FOYER("assess", "--help");
    cr_expect_eq(ran.status, COMMAND_OK);
    cr_expect(strstr(ran.out, "Usage: foyer assess FORM ANSWERS.json [options]"), "%s", ran.out);
    cr_expect(strstr(ran.out, "--visit DATE") && strstr(ran.out, "-c, --config FILE"), "%s", ran.out);
    done(&ran);
    ran = FOYER("--version");
    cr_expect_eq(ran.status, COMMAND_OK);
    cr_expect_str_eq(ran.out, "foyer " FOYER_VERSION "\n");
    done(&ran);
}

Test(command, a_line_that_makes_no_sense_is_said_to_and_nothing_is_printed)
{
    static const struct {
        const char *words[6];
        const char *says;
    } wrong[] = {
        { { NULL }, "say what to do" },
        { { "asses" }, "no command \"asses\"" },
        { { "--nope" }, "no option --nope" },
        { { "assess", FORM, "-", "--nope" }, "no option --nope" },
        { { "assess", FORM, "-", "-x" }, "no option -x" },
        { { "assess", FORM }, "something is missing" },
        { { "assess", FORM, "-", "more" }, "\"more\" is one word too many" },
        { { "assess", FORM, "-", "--asked" }, "--asked needs a value" },
        { { "assess", FORM, "-", "--trace=yes" }, "--trace takes no value" },
        { { "assess", FORM, "-", "--version" }, "no option --version" },
        { { "check", "--\x1b[2J" }, "no option" },
        { { "check" }, "something is missing" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ran ran = foyer("", wrong[i].words);
        cr_expect_eq(ran.status, COMMAND_USAGE, "line %zu", i);
        cr_expect(strstr(ran.err, wrong[i].says), "line %zu: %s", i, ran.err);
        cr_expect_null(strchr(ran.err, '\x1b'), "line %zu", i);
        cr_expect_str_eq(ran.out, "", "line %zu", i);
        done(&ran);
    }
}

Test(command, options_may_stand_anywhere_until_two_dashes)
{
    struct ran ran = FOYER("assess", "--asked=2026-11-20", FORM, "--visit", "2026-11-21", "--", "--trace");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.err, "--trace"), "%s", ran.err);
    done(&ran);
}

Test(command, an_output_that_cannot_be_written_is_a_failure)
{
    FILE *full = fopen("/dev/full", "w");
    char *argv[] = { (char *)"foyer", (char *)"--help", NULL };
    char *said = NULL;
    size_t len = 0;
    FILE *err = open_memstream(&said, &len);
    cr_assert(full && err);
    cr_expect_eq(command_main(2, argv, stdin, full, err, &noon), COMMAND_FAILED);
    fclose(err);
    cr_expect(strstr(said, "could not be written"), "%s", said);
    free(said);
    fclose(full);
}

#define HEALTHY                                                                                              \
    "{\"birth_date\":\"1990-05-17\",\"support\":[\"no\"],\"goals\":[\"acne_scars\"],"                        \
    "\"areas\":[\"face\"],\"previous\":[\"no\"],\"cold_sores\":\"never\","                                   \
    "\"mole_change\":[\"no\"],\"skin_cancer\":\"no\",\"keloid\":[\"no\"],\"marks\":\"no\","                  \
    "\"acne_now\":\"no\",\"skin_today\":[\"none\"],\"skin_conditions\":[\"none\"],"                          \
    "\"nsaid\":\"no\",\"alcohol\":\"longer\",\"isotretinoin\":\"%s\","                                       \
    "\"isotretinoin_last\":\"2026-07-01\",\"acne_pills\":\"no\",\"actives\":\"no\","                         \
    "\"supplements\":\"no\",\"blood_thinner\":\"no\",\"medicines\":\"none\",\"immune\":\"no\","              \
    "\"fainting\":\"no\",\"diabetes\":\"no\",\"bleeding\":[\"no\"],\"cancer_care\":[\"no\"],"                \
    "\"pregnancy\":[\"%s\"],\"illnesses\":[\"none\"],\"allergies\":[\"none\"],"                              \
    "\"numbing_reaction\":\"no\",\"numbing_today\":\"no\",\"ill_today\":\"no\","                             \
    "\"nicotine\":\"no\",\"sun\":[\"no\"],\"hair_removal\":[\"no\"],\"procedures\":[\"none\"],"              \
    "\"event\":\"no\",\"private_talk\":\"no\"}"

static char *healthy_but(const char *isotretinoin, const char *pregnancy)
{
    char *text = NULL;
    cr_assert_geq(asprintf(&text, HEALTHY, isotretinoin, pregnancy), 0);
    return text;
}

static json_t *parsed(const struct ran *ran)
{
    json_error_t fault;
    cr_assert_eq(ran->status, COMMAND_OK, "%s", ran->err);
    json_t *json = json_loads(ran->out, JSON_REJECT_DUPLICATES, &fault);
    cr_assert_not_null(json, "%s\n%s", fault.text, ran->out);
    return json;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

Test(assess, prints_one_assessment_as_json)
{
    char *answers = healthy_but("never", "no");
    struct ran ran =
        FOYER_READS(answers, "assess", FORM, "-", "--asked", "2026-11-21", "--visit", "2026-12-01");
    json_t *json = parsed(&ran);
    cr_expect_str_eq(text_at(json, "class"), "CLEAR", "%s", ran.out);
    cr_expect_str_eq(text_at(json, "asked_on"), "2026-11-21");
    cr_expect_str_eq(text_at(json, "visit_on"), "2026-12-01");
    cr_expect_null(json_object_get(json, "not_fired"));
    json_decref(json);
    done(&ran);
    ran = FOYER_READS(answers, "assess", FORM, "-", "--trace");
    json = parsed(&ran);
    cr_expect_gt(json_array_size(json_object_get(json, "not_fired")), 0);
    json_decref(json);
    done(&ran);
    free(answers);
}

Test(assess, days_left_out_are_today_and_a_past_visit_was_asked_about_that_day)
{
    setenv("TZ", "UTC", 1);
    struct ran ran = FOYER_READS("{}", "assess", FORM, "-");
    json_t *json = parsed(&ran);
    cr_expect_str_eq(text_at(json, "asked_on"), "2026-11-21");
    cr_expect_str_eq(text_at(json, "visit_on"), "2026-11-21");
    json_decref(json);
    done(&ran);
    ran = FOYER_READS("{}", "assess", FORM, "-", "--visit", "2020-02-29");
    json = parsed(&ran);
    cr_expect_str_eq(text_at(json, "asked_on"), "2020-02-29");
    json_decref(json);
    done(&ran);
}

Test(assess, policies_are_those_of_the_line)
{
    char *answers = healthy_but("past", "no");
    struct ran ran = FOYER_READS(answers, "assess", FORM, "-", "--asked", "2026-11-21", "--policy",
                                 "isotretinoin=traditional", "--policy", "isotretinoin_months=12");
    json_t *json = parsed(&ran);
    cr_expect_str_eq(text_at(json, "class"), "POSTPONE", "%s", ran.out);
    cr_expect_str_eq(text_at(json, "not_before"), "2027-07-01");
    json_decref(json);
    done(&ran);
    free(answers);
}

Test(assess, the_device_list_is_the_forms_or_the_one_named)
{
    char *answers = healthy_but("never", "breastfeeding");
    static const struct {
        const char *policy, *class;
    } sheet[] = {
        { "device_list=none", "REVIEW" },
        { "device_list=AGE_MINOR", "REVIEW" },
        { "device_list=AGE_MINOR,BREASTFEEDING", "HOLD" },
    };
    for (size_t i = 0; i < sizeof sheet / sizeof *sheet; i++) {
        struct ran ran = FOYER_READS(answers, "assess", FORM, "-", "--policy", sheet[i].policy);
        json_t *json = parsed(&ran);
        cr_expect_str_eq(text_at(json, "class"), sheet[i].class, "%s", sheet[i].policy);
        json_decref(json);
        done(&ran);
    }
    free(answers);
}

/* 2: the command line; 1: it could not run. Neither prints anything that a program could take for a result.
 */
Test(assess, what_cannot_be_assessed_prints_nothing)
{
    static const struct {
        const char *in, *words[8];
        int status;
        const char *says;
    } wrong[] = {
        { "{", { "assess", FORM, "-" }, COMMAND_FAILED, "line 1" },
        { "", { "assess", FORM, "-" }, COMMAND_FAILED, "JSON" },
        { "[]", { "assess", FORM, "-" }, COMMAND_FAILED, "object" },
        { "{\"pregnancy\":\"no\",\"pregnancy\":\"no\"}", { "assess", FORM, "-" }, COMMAND_FAILED, "twice" },
        { "{}",
          { "assess", FORM, "/nonexistent/answers.json" },
          COMMAND_FAILED,
          "/nonexistent/answers.json" },
        { "{}", { "assess", FORM, "/" }, COMMAND_FAILED, "/" },
        { "{}", { "assess", "/nonexistent/form", "-" }, COMMAND_FAILED, "/nonexistent/form" },
        { "{}", { "assess", FORM, "-", "-c", "/nonexistent.conf" }, COMMAND_FAILED, "/nonexistent.conf" },
        { "{}", { "assess", FORM, "-", "--asked", "2026-02-30" }, COMMAND_USAGE, "2026-02-30" },
        { "{}", { "assess", FORM, "-", "--asked", "2026-02" }, COMMAND_USAGE, "2026-02" },
        { "{}", { "assess", FORM, "-", "--visit", "tomorrow" }, COMMAND_USAGE, "tomorrow" },
        { "{}",
          { "assess", FORM, "-", "--asked", "2026-11-21", "--visit", "2026-11-20" },
          COMMAND_USAGE,
          "before" },
        { "{}", { "assess", FORM, "-", "--policy", "isotretinoin" }, COMMAND_USAGE, "NAME=VALUE" },
        { "{}", { "assess", FORM, "-", "--policy", "isotretinoin=perhaps" }, COMMAND_USAGE, "perhaps" },
        { "{}", { "assess", FORM, "-", "--policy", "no_such=1" }, COMMAND_USAGE, "no_such" },
        { "{}", { "assess", FORM, "-", "--policy", "inr_max=900" }, COMMAND_USAGE, "900" },
        { "{}", { "assess", FORM, "-", "--policy", "device_list=NO_SUCH" }, COMMAND_USAGE, "NO_SUCH" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ran ran = foyer(wrong[i].in, wrong[i].words);
        cr_expect_eq(ran.status, wrong[i].status, "line %zu: %d", i, ran.status);
        cr_expect_str_eq(ran.out, "", "line %zu: %s", i, ran.out);
        cr_expect(strstr(ran.err, wrong[i].says), "line %zu: %s", i, ran.err);
        done(&ran);
    }
}

Test(assess, hostile_answers_reach_no_terminal)
{
    struct ran ran = FOYER_READS("{\"\\u001b[2J\\u009b\\u202e\":1,\"medicines\":\"list\","
                                 "\"medicines_list\":\"\\u009b2J\\u202easpirin\"}",
                                 "assess", FORM, "-");
    json_t *json = parsed(&ran);
    cr_expect_str_neq(text_at(json, "class"), "CLEAR");
    cr_expect_null(strchr(ran.out, '\x1b'));
    cr_expect_null(strstr(ran.out, "\xc2\x9b"));
    cr_expect_null(strstr(ran.out, "\xe2\x80\xae"));
    json_decref(json);
    done(&ran);
}

Test(check, a_sound_form_is_one_line_with_its_hash)
{
    struct ran ran = FOYER("check", FORM);
    cr_assert_eq(ran.status, COMMAND_OK, "%s%s", ran.out, ran.err);
    const char *hash = strstr(ran.out, "hash ");
    cr_assert_not_null(hash, "%s", ran.out);
    cr_expect_eq(strspn(hash + 5, "0123456789abcdef"), 64, "%s", ran.out);
    cr_expect(strstr(ran.out, " questions, ") && strstr(ran.out, " rules, ") && strstr(ran.out, " items, "),
              "%s", ran.out);
    cr_expect_eq(strchr(ran.out, '\n'), ran.out + ran.out_len - 1);
    done(&ran);
}

Test(check, what_is_hard_to_read_is_a_warning_and_a_failure_only_where_asked)
{
    char folder[] = "/tmp/foyer-check-XXXXXX", head[64], part[64];
    static const char form[] = "form = { id = \"x\"; title = \"X\"; version = \"1\"; language = \"en\"; "
                               "parts = [ \"a.cfg\" ]; };\n";
    static const char text[] =
        "section = { id = \"a\"; title = \"A\"; };\n"
        "questions = ( { id = \"red\"; code = \"Q1\"; type = \"text\"; text = \"Is it red? Is it sore?\"; } "
        ");\n"
        "rules = ( { flag = \"RED\"; when = { red = \"unsure\"; }; outcome = \"review\"; title = \"Red\";\n"
        "  reason = \"Ask.\"; strength = \"-\"; } );\n"
        "texts = { welcome = [ \"Hello.\" ]; privacy = [ \"It is kept.\" ]; consent = [ \"I agree.\" ];\n"
        "  attestation = \"True.\"; result_clear = \"Thanks.\"; result_flagged = \"Thanks.\"; minor = "
        "\"Go.\";\n"
        "  urgent = \"Go.\"; next = [ \"Wait.\" ]; };\n";
    cr_assert_not_null(mkdtemp(folder));
    snprintf(head, sizeof head, "%s/form.cfg", folder);
    snprintf(part, sizeof part, "%s/a.cfg", folder);
    cr_assert_eq(file_replace(head, form, sizeof form - 1, 0600, NULL), 0);
    cr_assert_eq(file_replace(part, text, sizeof text - 1, 0600, NULL), 0);
    struct ran ran = FOYER("check", folder);
    cr_expect_eq(ran.status, COMMAND_OK);
    cr_expect(strstr(ran.out, "reading level: grade "), "%s", ran.out);
    cr_expect(strstr(ran.out, ": warning: question red has 2 question marks; one question at a time.\n"),
              "%s", ran.out);
    done(&ran);
    ran = FOYER("check", "--strict", folder);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    done(&ran);

    /* A part that somebody forgot to name. */
    char stray[64];
    snprintf(stray, sizeof stray, "%s/b.cfg", folder);
    cr_assert_eq(file_replace(stray, text, sizeof text - 1, 0600, NULL), 0);
    ran = FOYER("check", folder);
    cr_expect_eq(ran.status, COMMAND_OK);
    cr_expect(
        strstr(ran.out, "/b.cfg: warning: form.cfg does not name this file, so nothing in it is used.\n"),
        "%s", ran.out);
    cr_expect_null(strstr(ran.out, "/a.cfg: warning"), "%s", ran.out);
    done(&ran);
    unlink(stray);
    unlink(part);
    unlink(head);
    rmdir(folder);
}

static char clinic_folder[] = "/tmp/foyer-clinic-XXXXXX";

static void make_clinic(void)
{
    cr_assert_not_null(mkdtemp(clinic_folder));
}

static const char *clinic_file(const char *policies)
{
    static char path[64];
    char *text = NULL;
    char *here = getcwd(NULL, 0);
    int len = asprintf(&text,
                       "forms_dir = \"%s/forms\"; forms = [ \"microneedling\" ];\n"
                       "timezone = \"Pacific/Kiritimati\";\npolicies = { %s };\n",
                       here, policies);
    free(here);
    cr_assert_geq(len, 0);
    snprintf(path, sizeof path, "%s/kiosk.conf", clinic_folder);
    cr_assert_eq(file_replace(path, text, (size_t)len, 0600, NULL), 0);
    free(text);
    return path;
}

static void drop_clinic(void)
{
    unlink(clinic_file(""));
    rmdir(clinic_folder);
}

static size_t lines_of(const char *text)
{
    size_t n = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++) {
        n++;
    }
    return n;
}

Test(check, a_language_that_lacks_many_texts_is_one_line_and_names_them_where_asked)
{
    char folder[] = "/tmp/foyer-check-XXXXXX", path[64];
    const uint32_t empty[7] = { 0x950412DE, 0, 0, 28, 28, 0, 0 }; /* a catalogue without a text */
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/xx.mo", folder);
    cr_assert_eq(file_replace(path, empty, sizeof empty, 0600, NULL), 0);
    struct ran ran = FOYER("check", "--locale", folder, FORM);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_eq(lines_of(ran.out), 2, "the form's and the language's: %s", ran.out);
    cr_expect(strstr(ran.out, ": it cannot be offered, ") && strstr(ran.out, ": --texts names them\n"), "%s",
              ran.out);
    done(&ran);
    ran = FOYER("check", "--texts", "--locale", folder, FORM);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_gt(lines_of(ran.out), 200);
    cr_expect(strstr(ran.out, "xx: microneedling/keloid/text \"Have you or close family had"), "%s", ran.out);
    cr_expect(strstr(ran.out, ": it cannot be offered\n"), "%s", ran.out);
    done(&ran);
    unlink(path);
    rmdir(folder);
}

Test(check, a_translation_that_is_there_and_unclean_is_not_called_missing)
{
    static const char key[] = "Are you still there?", value[] = "S\xC3";
    const uint32_t head[11] = { 0x950412DE,     0, 1, 28, 36, 0, 0, sizeof key - 1, 44, sizeof value - 1,
                                44 + sizeof key };
    char folder[] = "/tmp/foyer-check-XXXXXX", path[64];
    struct buf file = BUF_INIT;
    buf_add(&file, head, sizeof head);
    buf_add(&file, key, sizeof key);
    buf_add(&file, value, sizeof value);
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/xx.mo", folder);
    cr_assert_eq(file_replace(path, file.data, file.len, 0600, NULL), 0);
    struct ran ran = FOYER("check", "--texts", "--locale", folder, FORM);
    cr_expect(strstr(ran.out, "xx: \"Are you still there?\" is not UTF-8\n"), "%s", ran.out);
    done(&ran);
    buf_done(&file);
    unlink(path);
    rmdir(folder);
}

Test(check, the_clinics_own_language_must_be_there_too, .init = make_clinic, .fini = drop_clinic)
{
    const char *conf = clinic_file("};\nlanguage = \"zz\";\nretention = {");
    struct ran ran = FOYER("check", FORM, "-c", conf);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.out, ": zz: cannot open "), "%s", ran.out);
    done(&ran);
}

Test(check, every_problem_has_its_file_and_line_and_one_bad_form_fails_the_call)
{
    char folder[] = "/tmp/foyer-check-XXXXXX", path[64];
    static const char form[] = "form = {\n  id = \"x\"; title = \"X\"; version = \"1\"; language = \"en\";\n"
                               "  parts = [ \"gone.cfg\" ];\n};\n";
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/form.cfg", folder);
    cr_assert_eq(file_replace(path, form, sizeof form - 1, 0600, NULL), 0);
    struct ran ran = FOYER("check", folder, FORM);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.out, folder) && strstr(ran.out, "gone.cfg"), "%s", ran.out);
    cr_expect(strstr(ran.out, "hash "), "the sound one is still reported: %s", ran.out);
    done(&ran);
    unlink(path);
    rmdir(folder);
}

Test(assess, with_a_clinics_file_its_policies_and_its_calendar_apply, .init = make_clinic,
     .fini = drop_clinic)
{
    char *answers = healthy_but("past", "no");
    const char *conf = clinic_file("isotretinoin = \"traditional\";");
    struct ran ran = FOYER_READS(answers, "-c", conf, "assess", FORM, "-");
    json_t *json = parsed(&ran);
    cr_expect_str_eq(text_at(json, "class"), "POSTPONE");
    cr_expect_str_eq(text_at(json, "visit_on"), "2026-11-22", "already the next day there");
    json_decref(json);
    done(&ran);
    ran = FOYER_READS(answers, "assess", FORM, "-", "--config", conf, "--policy",
                      "isotretinoin=consensus_2017");
    json = parsed(&ran);
    cr_expect_str_eq(text_at(json, "class"), "PRECAUTION", "the line goes before the file");
    json_decref(json);
    done(&ran);
    free(answers);
}

Test(check, a_clinics_policies_are_checked_against_the_form, .init = make_clinic, .fini = drop_clinic)
{
    const char *conf = clinic_file("inr_max = 3.2;");
    struct ran ran = FOYER("check", FORM, "-c", conf);
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.out);
    done(&ran);
    conf = clinic_file("inr_max = 900;");
    ran = FOYER("check", FORM, "-c", conf);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.out, "kiosk.conf:3: "), "%s", ran.out);
    done(&ran);
}

Test(check, a_limit_on_what_the_form_does_not_have_is_named_with_its_line, .init = make_clinic,
     .fini = drop_clinic)
{
    const char *conf =
        clinic_file("};\nlimits = ( { item = \"S12\"; field = \"Depth (mm)\"; max = 1.5; } );\n"
                    "retention = {");
    struct ran ran = FOYER("check", FORM, "-c", conf);
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.out);
    done(&ran);
    conf = clinic_file("};\nlimits = ( { item = \"S12\"; field = \"Depth (mm)\"; max = 1.5; },\n"
                       "{ item = \"S12\"; field = \"Depth\"; max = 1.5; },\n"
                       "{ item = \"S99\"; field = \"Depth (mm)\"; max = 1.5; } );\nretention = {");
    ran = FOYER("check", FORM, "-c", conf);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_null(strstr(ran.out, "kiosk.conf:4: "), "%s", ran.out);
    cr_expect(strstr(ran.out, "kiosk.conf:5: \"limits\" names the field \"Depth\""), "%s", ran.out);
    cr_expect(strstr(ran.out, "kiosk.conf:6: \"limits\" names the item S99"), "%s", ran.out);
    done(&ran);
}

Test(check, a_form_that_the_clinics_file_names_must_be_there, .init = make_clinic, .fini = drop_clinic)
{
    static const char text[] = "forms = [ \"absent\" ];\ntimezone = \"UTC\";\n";
    const char *conf = clinic_file("");
    cr_assert_eq(file_replace(conf, text, sizeof text - 1, 0600, NULL), 0);
    struct ran ran = FOYER("check", FORM, "-c", conf);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.out, "kiosk.conf:1: \"forms\" names \"absent\""), "%s", ran.out);
    done(&ran);
}
