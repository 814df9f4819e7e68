/* What leaves as data: tables as CSV, JSON lines, SQLite. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rows.h"
#include "sample.h"

struct csv {
    enum table table;
    FILE *out;
};

static int one_table(void *arg, enum table table, const struct cell *cell)
{
    struct csv *csv = arg;
    if (table == csv->table) {
        rows_csv(csv->out, table, cell);
    }
    return 0;
}

static char *csv_of(const struct encounter *e, enum table table)
{
    char *text = NULL;
    size_t len;
    struct csv csv = { table, open_memstream(&text, &len) };
    const struct table_sink sink = { one_table, &csv };
    rows_csv_head(csv.out, table);
    cr_assert_eq(tables_write(e, e->uid, true, &sink), 0);
    fclose(csv.out);
    return text;
}

Test(rows, a_spreadsheet_runs_no_cell_of_a_patients)
{
    static const char *const names[] = { "=1+1", "+44 1", "-2", "@SUM(A1)", "\t=1", "\r=1" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct encounter *e = sample_encounter(names[i], "x", DECISION_NONE);
        char *text = csv_of(e, TABLE_PATIENT);
        const char *row = strstr(text, "\r\n") + 2, *cell = strchr(row, ',') + 1;
        cr_expect(strchr("=+-@\t\r", cell[0]) == NULL &&
                      (cell[0] != '"' || strchr("=+-@\t\r", cell[1]) == NULL),
                  "%s", cell);
        free(text);
        encounter_free(e);
    }
}

Test(rows, csv_quotes_as_rfc_4180_says)
{
    struct encounter *e = sample_encounter("A \"B\", C\nD", "x", DECISION_NONE);
    char *text = csv_of(e, TABLE_PATIENT);
    expect_in(text, ",\"A \"\"B\"\", C\nD\",1990-05-15,");
    expect_in(text, "patient,name,birth_date,phone\r\n");
    free(text);
    encounter_free(e);
}

Test(rows, hostile_text_is_fit_in_every_table)
{
    struct encounter *e = sample_encounter(HOSTILE, HOSTILE, DECISION_GO_AHEAD);
    for (int t = 0; t < TABLES; t++) {
        char *text = csv_of(e, (enum table)t);
        expect_fit(text);
        free(text);
    }
    encounter_free(e);
}

Test(rows, json_is_one_line_an_intake_with_everything_in_it)
{
    struct encounter *e = sample_encounter("A\nB" HOSTILE, HOSTILE "\nsecond line", DECISION_PRECAUTIONS);
    char *text = NULL;
    size_t len;
    struct json_line line = { 0 };
    FILE *out = open_memstream(&text, &len);
    const struct table_sink sink = { json_row, &line };
    cr_assert_eq(tables_write(e, e->uid, true, &sink), 0);
    json_end(&line, out);
    fclose(out);
    cr_expect_eq(strchr(text, '\n'), text + len - 1);
    expect_fit(text);
    json_error_t fault;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    cr_assert_not_null(json, "%s\n%s", fault.text, text);
    cr_expect_eq(json_array_size(json_object_get(json, "flag")), 3);
    cr_expect_str_eq(json_string_value(json_object_get(json, "standing_decision")), "precautions");
    cr_expect_eq(json_array_size(json_object_get(json, "event")), 6);
    cr_expect_eq(json_array_size(json_object_get(json, "note")), 2);
    const json_t *inr = json_array_get(json_object_get(json, "answer"), 1);
    cr_expect_float_eq(json_number_value(json_object_get(inr, "number")), 3.6, 1e-9);
    const json_t *wart = json_array_get(json_object_get(json, "answer"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(wart, "language")), "en", "the whole intake's");
    cr_expect_str_eq(json_string_value(json_object_get(inr, "language")), "es", "its own");
    json_decref(json);
    free(text);
    encounter_free(e);
}

static char *ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    char *out = sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_text(stmt, 0) != NULL
                    ? strdup((const char *)sqlite3_column_text(stmt, 0))
                    : strdup("");
    sqlite3_finalize(stmt);
    return out;
}

static void expect_answer(sqlite3 *db, const char *sql, const char *expected)
{
    char *got = ask(db, sql);
    cr_expect_str_eq(got, expected, "%s: %s", sql, got);
    free(got);
}

Test(rows, the_sqlite_file_answers_questions_in_sql)
{
    struct encounter *e = sample_encounter("Zoë", "A wart", DECISION_PRECAUTIONS);
    struct err err = { "" };
    char path[] = "/tmp/foyer-rows-XXXXXX";
    close(mkstemp(path));
    struct archive *archive = archive_new(path, &err);
    cr_assert_not_null(archive, "%s", err.text);
    const struct table_sink sink = { archive_row, archive };
    cr_expect_eq(tables_write(e, e->uid, true, &sink), 0);
    cr_expect_eq(archive_end(archive, true, &err), 0, "%s", err.text);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    expect_answer(db, "PRAGMA integrity_check", "ok");
    expect_answer(db, "PRAGMA foreign_key_check", "");
    expect_answer(db, "SELECT name || ' ' || class FROM intake JOIN patient USING (patient)",
                  "Zoë PRECAUTION");
    expect_answer(db, "SELECT decision_reason FROM flag WHERE flag = 'WART' AND decided",
                  "Not in the area today");
    expect_answer(db, "SELECT value FROM answer WHERE question = 'q1'", "wart mole");
    expect_answer(db, "SELECT number > 3.5 FROM answer WHERE question = 'inr'", "1");
    expect_answer(db, "SELECT value FROM field WHERE id = 'S09' AND name = 'Lot number'", "A-4711");
    expect_answer(db, "SELECT signed_name FROM decision WHERE stands", "Dr. Anna Green");
    expect_answer(db, "SELECT text FROM note WHERE amends = 5", "Slight redness.");
    expect_answer(db, "SELECT count(*) FROM event", "6");
    sqlite3_close(db);
    unlink(path);
    encounter_free(e);
}

Test(rows, a_failed_row_is_told_at_the_end_and_nothing_is_kept)
{
    struct encounter *e = sample_encounter("Zoë", "A wart", DECISION_NONE);
    struct err err = { "" };
    char path[] = "/tmp/foyer-rows-XXXXXX";
    close(mkstemp(path));
    struct archive *archive = archive_new(path, &err);
    const struct table_sink sink = { archive_row, archive };
    cr_expect_eq(tables_write(e, e->uid, true, &sink), 0);
    cr_expect_eq(tables_write(e, e->uid, true, &sink), -1); /* the same key again */
    cr_expect_eq(archive_end(archive, false, &err), -1);
    expect_in(err.text, "could not be written");
    unlink(path);
    encounter_free(e);
}
