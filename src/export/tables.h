/* tables.h: an encounter as rows of ordinary tables, for whoever wants SQL, a spreadsheet or a script. One
 * schema for SQLite, CSV and JSON; foyer(1) explains it. What a key holder takes out is in clear from then
 * on.
 *
 *   patient         one a person: intakes that staff have linked have one, with the newest name
 *   intake          one each
 *   answer          as it stands, asked again or carried ones too
 *   flag            the program's outcome and the practitioner's, worst first
 *   checklist_item  with its tick
 *   field           what was filled in beside a flag or an item: lot, expiry, depth
 *   decision        each that was signed, in order; one of them, or none, stands
 *   note            and what was added to it
 *   event           all that staff added, as JSON: the tables above are made of it
 *
 * Dates are "2026-05-09" (or "2026-05", "2026"), times "2026-05-09T14:05:00Z", what is not known is NULL.
 * Every text is made fit for terminal and file: no control characters, no bidi overrides.
 */
#ifndef FOYER_TABLES_H
#define FOYER_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "encounter.h"

enum table {
    TABLE_PATIENT,
    TABLE_INTAKE,
    TABLE_ANSWER,
    TABLE_FLAG,
    TABLE_ITEM,
    TABLE_FIELD,
    TABLE_DECISION,
    TABLE_NOTE,
    TABLE_EVENT,
    TABLES
};

enum cell_kind { CELL_NULL, CELL_TEXT, CELL_INT, CELL_REAL, CELL_BOOL };
struct cell {
    enum cell_kind kind;
    const char *text; /* CELL_TEXT; borrowed */
    int64_t n;        /* CELL_INT, CELL_BOOL: 0 or 1 */
    double real;
};

struct table_column {
    const char *name;
    const char *sql; /* type and constraints, as SQLite takes them */
};
enum { TABLE_COLUMNS = 26 };
struct table_schema {
    const char *name;
    const struct table_column *column;
    size_t ncolumns;
    const char *key; /* the columns of the primary key */
};
extern const struct table_schema table_schema[TABLES];

enum table table_find(const char *name); /* TABLES: there is none of that name */

/* Where rows go: `cell` has the table's columns, good for the call. Nonzero ends it. */
struct table_sink {
    int (*row)(void *arg, enum table table, const struct cell *cell);
    void *arg;
};

/* All rows of one intake, the patient's only where `patient_row`. `patient`: the uid of the first of the
 * linked intakes. Returns what the sink returned. */
int tables_write(const struct encounter *encounter, const uint8_t patient[FRAME_UID], bool patient_row,
                 const struct table_sink *sink);

#endif
