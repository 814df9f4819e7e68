/* kiosk.conf changed by a program: one value, and not a byte beside it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf_edit.h"
#include "file.h"

static void expect(const char *before, const char *setting, const char *value, const char *after)
{
    struct buf text = BUF_INIT;
    buf_adds(&text, before);
    conf_edit_set(&text, setting, value);
    cr_expect_str_eq(buf_str(&text), after);
    buf_done(&text);
}

Test(conf_edit, a_value_is_replaced_where_it_stands_and_nothing_beside_it)
{
    expect("# timezone = \"A\" is a comment\ntimezone   = \"Europe/London\"; # ours\nx = 1;\n", "timezone",
           "\"UTC\"", "# timezone = \"A\" is a comment\ntimezone   = \"UTC\"; # ours\nx = 1;\n");
    expect("a = \"timezone = 1;\"\ntimezone : \"A\" /* c */ \"B\" b = 2\n", "timezone", "\"UTC\"",
           "a = \"timezone = 1;\"\ntimezone : \"UTC\" b = 2\n");
    expect("clinic = {\n  name = \"A } ; \\\" B\"; // old\n  phone = \"1\";\n};\nname = 3;\n", "clinic.name",
           "\"C\"", "clinic = {\n  name = \"C\"; // old\n  phone = \"1\";\n};\nname = 3;\n");
    expect("space_mb=64;\n", "space_mb", "128", "space_mb=128;\n");
    expect("printer = [ \"/usr/bin/lp\", \"-s\" ];\nx = 1;", "printer", "[ \"/bin/x\" ]",
           "printer = [ \"/bin/x\" ];\nx = 1;");
    expect("p = { device = \"pen\"; q = { device = \"rf\"; } }\n", "p.device", "\"prp\"",
           "p = { device = \"prp\"; q = { device = \"rf\"; } }\n");
}

Test(conf_edit, a_setting_in_a_comment_of_its_own_comes_out_of_it)
{
    expect("# The name of it.\nclinic = {\n  # name = \"Clinic name\";\n  # phone = \"0\";\n};\n",
           "clinic.name", "\"A\"",
           "# The name of it.\nclinic = {\n  name = \"A\";\n  # phone = \"0\";\n};\n");
    expect("# space_mb is for room.\n# space_mb = 64;\n", "space_mb", "9",
           "# space_mb is for room.\nspace_mb = 9;\n");
}

Test(conf_edit, what_a_comment_of_several_lines_holds_stays_a_comment)
{
    expect("/*\n# space_mb = 64;\n*/\n", "space_mb", "9", "/*\n# space_mb = 64;\n*/\nspace_mb = 9;\n");
    expect("/* old\n   # space_mb = 64; */ x = 1;\n# space_mb = 1;\n", "space_mb", "9",
           "/* old\n   # space_mb = 64; */ x = 1;\nspace_mb = 9;\n");
}

Test(conf_edit, what_is_not_there_is_added_in_its_group_or_at_the_end)
{
    expect("clinic = {\n  name = \"A\";\n};\nx = 1;\n", "clinic.phone", "\"1\"",
           "clinic = {\n  name = \"A\";\n  phone = \"1\";\n};\nx = 1;\n");
    expect("x = 1;", "screen.rows", "24", "x = 1;\nscreen = {\n  rows = 24;\n};\n");
    expect("# screen = { rows = 1; };\n", "screen.rows", "24", "screen = {\n  rows = 24;\n};\n");
    expect("", "x", "1", "x = 1;\n");
}

Test(conf_edit, a_setting_that_is_taken_away_becomes_a_comment)
{
    expect("clinic = {\n  name = \"A\";\n  url = \"https://a\";\n};\n", "clinic.url", NULL,
           "clinic = {\n  name = \"A\";\n  # url = \"https://a\";\n};\n");
    expect("clinic = { name = \"A\"; url = \"https://a\"; };\n", "clinic.url", NULL,
           "clinic = { name = \"A\";  };\n");
    expect("a = 1; x = 2 ; y = 3;\n", "x", NULL, "a = 1;  y = 3;\n");
    expect("x = 1;\n", "y", NULL, "x = 1;\n");
    expect("x = 1;\n", "y.z", NULL, "x = 1;\n");
}

Test(conf_edit, the_file_as_shipped_takes_every_setting_and_keeps_its_comments)
{
    static const char *const setting[][2] = {
        { "clinic.name", "\"Example \\\"Skin\\\" Clinic\"" },
        { "clinic.phone", "\"01234 567890\"" },
        { "clinic.hours", "\"9 to 5\"" },
        { "clinic.after_hours", "\"01234 5\"" },
        { "clinic.emergency", "\"999\"" },
        { "clinic.privacy_contact", "\"desk\"" },
        { "timezone", "\"UTC\"" },
        { "policies.device", "\"pen\"" },
        { "screen.display", "\"graphical\"" },
        { "screen.height_mm", "190" },
        { "space_mb", "100" },
        { "printer", "[ \"/usr/bin/lp\", \"-d\", \"desk\" ]" },
    };
    char folder[] = "/tmp/foyer-edit-XXXXXX", path[64], kept[80];
    struct buf shipped = BUF_INIT, now = BUF_INIT;
    struct err err = { "" };
    struct stat st;
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/kiosk.conf", folder);
    snprintf(kept, sizeof kept, "%s.before", path);
    cr_assert_eq(file_read("kiosk.conf", CONFIG_MAX_SIZE, &shipped, &err), 0, "%s", err.text);
    cr_assert_eq(file_replace(path, shipped.data, shipped.len, 0640, &err), 0);
    for (int again = 0; again < 2; again++) { /* the second time changes nothing */
        for (size_t i = 0; i < sizeof setting / sizeof *setting; i++) {
            cr_assert_eq(conf_edit_file(path, setting[i][0], setting[i][1], &err), 0, "%s: %s", setting[i][0],
                         err.text);
        }
        struct problems problems = PROBLEMS_INIT;
        struct config *config = config_load(path, &problems);
        cr_assert_not_null(config);
        cr_expect_str_eq(config->clinic.name, "Example \"Skin\" Clinic");
        cr_expect_str_eq(config->printer[2], "desk");
        cr_expect_eq(config->screen.display, DISPLAY_GRAPHICAL);
        cr_expect_eq(config->screen.height_mm, 190);
        cr_expect_eq(config->space_mb, 100);
        config_free(config);
        problems_done(&problems);
        struct buf last = now;
        now = (struct buf)BUF_INIT;
        cr_assert_eq(file_read(path, CONFIG_MAX_SIZE, &now, &err), 0);
        if (again > 0) {
            cr_expect_str_eq(buf_str(&now), buf_str(&last));
        }
        buf_done(&last);
    }
    cr_expect(strstr(buf_str(&now), "# Dates count in days of this timezone."), "a comment was lost");
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0640);
    cr_expect_eq(access(kept, F_OK), 0);
    cr_expect_neq(conf_edit_file(path, "timezone", "\"Atlantis\"", &err), 0);
    cr_expect(strstr(err.text, "Atlantis"), "%s", err.text);
    cr_assert_eq(file_read(path, CONFIG_MAX_SIZE, &shipped, &err), 0);
    cr_expect_str_eq(buf_str(&shipped), buf_str(&now), "a value that is refused changes nothing");
    buf_done(&shipped);
    buf_done(&now);
    unlink(path);
    unlink(kept);
    rmdir(folder);
}
