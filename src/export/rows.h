/* rows.h: rows of tables.h as CSV, JSON lines or an SQLite file.
 */
#ifndef FOYER_ROWS_H
#define FOYER_ROWS_H

#include <stdio.h>

#include "buf.h"
#include "err.h"
#include "tables.h"

/* CSV as RFC 4180 has it: quotes where needed, lines end in CR LF. A text that begins with = + - @, a tab or
 * a line end gets ' in front, so that a spreadsheet does not run it. NULL is the empty cell, yes and no 1 and
 * 0. */
void rows_csv_head(FILE *out, enum table table);
void rows_csv(FILE *out, enum table table, const struct cell *cell);

/* One JSON object an intake, on one line: the columns of `intake`, "patient" as an object, and each other
 * table as a list under its name. Give json_row() every row of one intake, then json_end(). */
struct json_line {
    struct buf table[TABLES]; /* what has come so far */
};
int json_row(void *line, enum table table, const struct cell *cell); /* a table_sink's; always 0 */
void json_end(struct json_line *line, FILE *out);
void json_done(struct json_line *line);

/* An SQLite file with these tables, in one transaction. NULL with the reason. The file is there and empty, or
 * not there. */
struct archive;
struct archive *archive_new(const char *path, struct err *err);
int archive_row(void *archive, enum table table, const struct cell *cell); /* a table_sink's; -1: see below */
/* Indexes, commit, close; frees it. `keep` false: nothing is kept. -1 with the first reason. */
int archive_end(struct archive *archive, bool keep, struct err *err);

#endif
