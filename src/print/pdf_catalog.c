#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pdf.h"

/* The last place where `what` stands in the file; NULL: nowhere. */
static const char *last(const struct buf *pdf, const char *what)
{
    size_t len = strlen(what);
    for (size_t at = pdf->len < len ? 0 : pdf->len - len + 1; at-- > 0;) {
        if (memcmp(pdf->data + at, what, len) == 0) {
            return pdf->data + at;
        }
    }
    return NULL;
}

/* The whole number after a name such as "/Size", somewhere after `from`; -1. */
static long number_after(const char *from, const char *name)
{
    const char *at = strstr(from, name);
    char *end;
    if (at == NULL) {
        return -1;
    }
    long n = strtol(at + strlen(name), &end, 10);
    return end == at + strlen(name) || n < 0 ? -1 : n;
}

/* Two or three letters and more after a hyphen: nothing that would need escaping. */
static bool is_language(const char *language)
{
    return language[0] != '\0' && strlen(language) < 36 &&
           language[strspn(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] ==
               '\0';
}

bool pdf_catalog(struct buf *pdf, const char *language)
{
    const char *trailer = last(pdf, "trailer"), *startxref = last(pdf, "startxref");
    if (!is_language(language) || trailer == NULL || startxref == NULL || startxref < trailer) {
        return false;
    }
    long size = number_after(trailer, "/Size "), root = number_after(trailer, "/Root ");
    long info = number_after(trailer, "/Info "), table = number_after(startxref, "startxref\n");
    char name[48];
    snprintf(name, sizeof name, "\n%ld 0 obj\n", root);
    const char *catalog = root < 0 ? NULL : last(pdf, name);
    if (catalog == NULL || size < 0 || table < 0) {
        return false;
    }
    catalog += strlen(name);
    const char *end = strstr(catalog, "endobj"), *type = strstr(catalog, "<< /Type /Catalog");
    if (end == NULL || type == NULL || type > end) {
        return false;
    }
    struct buf update = BUF_INIT;
    size_t object = pdf->len;
    const char *rest = type + strlen("<< ");
    const char *marked = strstr(type, "/MarkInfo");
    buf_addf(&update, "%ld 0 obj\n<< /Lang (%s)\n   %s", root, language,
             marked != NULL && marked < end ? "" : "/MarkInfo << /Marked true >>\n   ");
    buf_add(&update, rest, (size_t)(end - rest));
    buf_adds(&update, "endobj\n");
    size_t xref = object + update.len;
    buf_addf(&update, "xref\n%ld 1\n%010zu 00000 n \ntrailer\n<< /Size %ld\n   /Root %ld 0 R\n", root, object,
             size, root);
    if (info >= 0) {
        buf_addf(&update, "   /Info %ld 0 R\n", info);
    }
    buf_addf(&update, "   /Prev %ld\n>>\nstartxref\n%zu\n%%%%EOF\n", table, xref);
    buf_add(pdf, update.data, update.len);
    buf_done(&update);
    return true;
}
