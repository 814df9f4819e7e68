/* What foyer-print reads: sound documents as they are, all others refused with their line. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "pdf.h"
#include "stream.h"

#define HEAD "foyer-print 1\nlang en\ntitle T\npoints 20\npaper Letter\nbody\n"

static struct stream *read_text(const char *text, struct err *err)
{
    return stream_read(text, strlen(text), err);
}

Test(stream, a_sound_document_is_read_as_it_stands)
{
    struct err err = { "" };
    struct stream *s =
        read_text(HEAD "h1 Title\nkeep\nq 5a\tWhat?\tQ05a\nin 2\nbox Yes \xC3\xA9\nend\nfields Day\tMonth\n"
                       "lines 3\nrule\npage\np",
                  &err);
    cr_assert_not_null(s, "%s", err.text);
    cr_expect_eq(s->n, 8);
    cr_expect_eq(s->points, 20);
    cr_expect_eq(s->paper, STREAM_LETTER);
    cr_expect_eq(s->block[0].keep, 0);
    cr_expect_eq(s->block[1].keep, s->block[2].keep);
    cr_expect_neq(s->block[1].keep, 0);
    cr_expect_str_eq(s->block[1].part[2], "Q05a");
    cr_expect_eq(s->block[2].indent, 2);
    cr_expect_eq(s->block[3].nparts, 2);
    cr_expect_eq(s->block[4].number, 3);
    cr_expect_eq(s->block[6].kind, STREAM_PAGE);
    stream_free(s);
}

Test(stream, what_is_not_understood_is_refused_with_its_line)
{
    static const struct {
        const char *text, *says;
    } wrong[] = {
        { "", "no \"body\"" },
        { "p hello\n", "line 1" },
        { "foyer-print 2\nbody\n", "line 1" },
        { "foyer-print 1\nlang en\n", "no \"body\"" },
        { "foyer-print 1\npoints 7\nbody\n", "line 2" },
        { "foyer-print 1\npoints 14x\nbody\n", "line 2" },
        { "foyer-print 1\npaper A3\nbody\n", "line 2" },
        { "foyer-print 1\nfile /etc/passwd\nbody\n", "line 2" },
        { HEAD "image /etc/passwd\n", "line 7" },
        { HEAD "lines 41\n", "line 7" },
        { HEAD "lines -1\n", "line 7" },
        { HEAD "in 5\n", "line 7" },
        { HEAD "q 1\tWhat?\n", "line 7" },
        { HEAD "p a\tb\n", "line 7" },
        { HEAD "fields a\tb\tc\td\te\tf\tg\n", "line 7" },
        { HEAD "keep\nkeep\n", "line 8" },
        { HEAD "end\n", "line 7" },
        { HEAD "keep\np a\n", "no \"end\"" },
        { HEAD "p \x1b[2J\n", "line 7" },
        { HEAD "p \xff\n", "line 7" },
        { HEAD "p \xE2\x80\xAE\n", "line 7" }, /* a bidi override */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = { "" };
        cr_expect_null(read_text(wrong[i].text, &err), "%s", wrong[i].text);
        cr_expect_not_null(strstr(err.text, wrong[i].says), "%zu: %s", i, err.text);
    }
    struct err err = { "" };
    cr_expect_null(stream_read(HEAD "p a\0b\n", sizeof HEAD - 1 + 6, &err), "a NUL");
}

Test(stream, a_document_has_an_end)
{
    struct err err = { "" };
    struct buf text = BUF_INIT;
    buf_adds(&text, HEAD);
    for (int i = 0; i <= STREAM_BLOCKS; i++) {
        buf_adds(&text, "gap\n");
    }
    cr_expect_null(stream_read(text.data, text.len, &err));
    cr_expect_not_null(strstr(err.text, "too long"));
    buf_reset(&text);
    buf_adds(&text, HEAD "p ");
    for (int i = 0; i <= STREAM_LINE; i++) {
        buf_adds(&text, "a");
    }
    cr_expect_null(stream_read(text.data, text.len, &err));
    buf_done(&text);
}

/* Any byte of a sound document changed, or its end cut off: read or refused, nothing else. */
Test(stream, a_spoiled_document_harms_nothing)
{
    static const char sound[] =
        HEAD "h1 Title\nkeep\nq 5a\tWhat?\tQ05a\nin 2\nbox Yes\nend\nfields Day\tMonth\nlines 3\n";
    for (size_t i = 0; i < sizeof sound - 1; i++) {
        struct err err;
        stream_free(stream_read(sound, i, &err));
        for (int byte = 0; byte < 256; byte += 5) {
            char spoiled[sizeof sound];
            memcpy(spoiled, sound, sizeof sound);
            spoiled[i] = (char)byte;
            stream_free(stream_read(spoiled, sizeof sound - 1, &err));
        }
    }
}

#define CATALOG "%PDF-1.4\n1 0 obj\n<< /Type /Catalog\n   /Pages 2 0 R\n>>\nendobj\nxref\n0 2\n"
#define TRAILER "trailer\n<< /Size 2\n   /Root 1 0 R\n   /Info 3 0 R\n>>\nstartxref\n66\n%%EOF\n"

Test(catalog, language_and_tags_are_added_where_readers_look)
{
    struct buf pdf = BUF_INIT;
    buf_adds(&pdf, CATALOG TRAILER);
    size_t before = pdf.len;
    cr_assert(pdf_catalog(&pdf, "en-GB"));
    const char *update = pdf.data + before;
    cr_expect_not_null(strstr(update, "<< /Lang (en-GB)\n   /MarkInfo << /Marked true >>\n   /Type /Catalog"),
                       "%s", update);
    cr_expect_not_null(strstr(update, "/Prev 66"));
    cr_expect_not_null(strstr(update, "/Info 3 0 R"));
    const char *xref = strstr(update, "startxref\n");
    cr_assert_not_null(xref);
    cr_expect_eq(strncmp(pdf.data + strtol(xref + 10, NULL, 10), "xref\n1 1\n", 9), 0);
    buf_done(&pdf);
}

Test(catalog, a_file_that_is_laid_out_in_another_way_stays_as_it_is)
{
    static const char *const other[] = {
        "", "%PDF-1.7\n", TRAILER, CATALOG, "trailer << /Size 2 >>\nstartxref\n0\n", "startxref\n0\ntrailer\n"
    };
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct buf pdf = BUF_INIT;
        buf_adds(&pdf, other[i]);
        cr_expect_not(pdf_catalog(&pdf, "en"), "%zu", i);
        cr_expect_str_eq(buf_str(&pdf), other[i]);
        buf_done(&pdf);
    }
    struct buf pdf = BUF_INIT;
    buf_adds(&pdf, CATALOG TRAILER);
    cr_expect_not(pdf_catalog(&pdf, "en) /OpenAction (x"));
    buf_done(&pdf);
}
