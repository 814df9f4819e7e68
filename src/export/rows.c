/* rows.c: CSV and JSON. SQLite is in archive.c. */
#include "rows.h"

#include <string.h>

#include "put.h"

/* ---- CSV
 * ---------------------------------------------------------------------------------------------------- */

static bool is_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL;
}

static void csv_text(FILE *out, const char *text)
{
    bool formula = is_formula(text);
    if (!formula && text[strcspn(text, "\",\r\n")] == '\0' && text[0] != ' ') {
        fputs(text, out);
        return;
    }
    fputs(formula ? "\"'" : "\"", out);
    for (const char *s = text; *s != '\0'; s++) {
        if (*s == '"') {
            putc_unlocked('"', out);
        }
        putc_unlocked(*s, out);
    }
    fputc('"', out);
}

void rows_csv_head(FILE *out, enum table table)
{
    const struct table_schema *schema = &table_schema[table];
    for (size_t i = 0; i < schema->ncolumns; i++) {
        fprintf(out, "%s%s", i > 0 ? "," : "", schema->column[i].name);
    }
    fputs("\r\n", out);
}

void rows_csv(FILE *out, enum table table, const struct cell *cell)
{
    for (size_t i = 0; i < table_schema[table].ncolumns; i++) {
        fputs(i > 0 ? "," : "", out);
        switch (cell[i].kind) {
        case CELL_NULL:
            break;
        case CELL_TEXT:
            csv_text(out, cell[i].text);
            break;
        case CELL_INT:
        case CELL_BOOL:
            fprintf(out, "%lld", (long long)cell[i].n);
            break;
        case CELL_REAL:
            fprintf(out, "%.15g", cell[i].real);
            break;
        }
    }
    fputs("\r\n", out);
}

/* ---- JSON
 * --------------------------------------------------------------------------------------------------- */

static void json_cell(struct buf *out, const char *name, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_NULL:
        put_null(out, name);
        break;
    case CELL_TEXT:
        put_text(out, name, cell->text);
        break;
    case CELL_INT:
        put_int(out, name, cell->n);
        break;
    case CELL_BOOL:
        put_bool(out, name, cell->n != 0);
        break;
    case CELL_REAL:
        put_real(out, name, cell->real);
        break;
    }
}

int json_row(void *arg, enum table table, const struct cell *cell)
{
    struct json_line *line = arg;
    struct buf *out = &line->table[table];
    const struct table_schema *schema = &table_schema[table];
    if (table != TABLE_INTAKE && out->len > 0) {
        buf_adds(out, ",\n"); /* a new line: the state of put.h begins anew */
    }
    if (table != TABLE_INTAKE) {
        put_open(out, NULL, '{');
    }
    for (size_t i = 0; i < schema->ncolumns; i++) {
        /* Inside an intake its number is not said again. */
        bool said = table != TABLE_INTAKE && table != TABLE_PATIENT && i == 0;
        bool patient = table == TABLE_INTAKE && strcmp(schema->column[i].name, "patient") == 0;
        if (!said && !patient) {
            json_cell(out, schema->column[i].name, &cell[i]);
        }
    }
    if (table != TABLE_INTAKE) {
        put_close(out, '}');
    }
    return 0;
}

/* The rows' new lines were only between them. */
static void write_flat(FILE *out, const struct buf *text)
{
    for (size_t at = 0; at < text->len;) {
        const char *line = text->data + at, *end = memchr(line, '\n', text->len - at);
        size_t n = end == NULL ? text->len - at : (size_t)(end - line);
        fwrite(line, 1, n, out);
        at += n + 1;
    }
}

void json_end(struct json_line *line, FILE *out)
{
    fputc('{', out);
    write_flat(out, &line->table[TABLE_INTAKE]);
    fputs(",\"patient\":", out);
    write_flat(out, &line->table[TABLE_PATIENT]);
    for (int t = TABLE_INTAKE + 1; t < TABLES; t++) {
        fprintf(out, ",\"%s\":[", table_schema[t].name);
        write_flat(out, &line->table[t]);
        fputc(']', out);
    }
    fputs("}\n", out);
    json_done(line);
}

void json_done(struct json_line *line)
{
    for (int t = 0; t < TABLES; t++) {
        buf_wipe(&line->table[t]);
    }
}
