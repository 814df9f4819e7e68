/* A form as a PDF, as printers and screen readers see it: through poppler's tools. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "clinic.h"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(paper, .init = setup, .fini = teardown, .timeout = 120);

static void run(struct buf *out, const char *fmt, const char *a)
{
    char command[512], part[4096];
    snprintf(command, sizeof command, fmt, a);
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    buf_reset(out);
    for (size_t n; (n = fread(part, 1, sizeof part, pipe)) > 0;) {
        buf_add(out, part, n);
    }
    cr_assert_eq(pclose(pipe), 0, "%s: %s", command, buf_str(out));
}

/* foyer paper ... -o FILE in the clinic's folder; returns its path. */
static const char *paper(const char *option, const char *size)
{
    static char path[128];
    struct buf out = BUF_INIT;
    snprintf(path, sizeof path, "%s/form.pdf", clinic.path);
    const char *const args[] = { "paper", "forms/microneedling", "-o", path, "--size", size, option, NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    cr_expect_str_eq(buf_str(&out), "");
    buf_done(&out);
    return path;
}

static int number_after(const struct buf *text, const char *name)
{
    const char *at = strstr(buf_str(text), name);
    cr_assert_not_null(at, "no %s in %s", name, buf_str(text));
    return atoi(at + strlen(name));
}

/* Every word of the plain text is in the PDF: nothing fell off a page. */
static void expect_same_words(const char *pdf, const char *option)
{
    struct buf text = BUF_INIT, words = BUF_INIT;
    const char *const args[] = { "paper", "forms/microneedling", option, NULL };
    cr_assert_eq(clinic_foyer(&clinic, &text, args), 0, "%s", buf_str(&text));
    run(&words, "pdftotext -raw %s -", pdf);
    char *rest = text.data;
    for (char *word = strsep(&rest, " \n"); word != NULL; word = strsep(&rest, " \n")) {
        size_t len = strlen(word);
        if (len > 2 && strchr(word, '-') == NULL && (word[0] < '0' || word[0] > '9') &&
            strspn(word, "_=-[](){}.") < len && strchr("([", word[0]) == NULL) {
            cr_expect_not_null(strstr(buf_str(&words), word), "%s is not in the PDF", word);
        }
    }
    buf_done(&words);
    buf_done(&text);
}

Test(paper, the_pdf_has_all_words_page_numbers_title_language_and_tags)
{
    struct buf out = BUF_INIT;
    const char *pdf = paper(NULL, "A4");
    run(&out, "pdfinfo %s", pdf);
    cr_expect(strstr(buf_str(&out), "Microneedling"), "%s", buf_str(&out));
    cr_expect(strstr(buf_str(&out), "Tagged:          yes"), "%s", buf_str(&out));
    cr_expect(strstr(buf_str(&out), "(A4)"), "%s", buf_str(&out));
    int pages = number_after(&out, "Pages:");
    cr_expect(pages > 3 && pages < 60, "%d pages", pages);
    cr_expect_lt(number_after(&out, "File size:"), 600 * 1024);
    run(&out, "grep -a -c '/Lang (en)' %s", pdf);
    run(&out, "pdffonts %s", pdf);
    cr_expect_null(strstr(buf_str(&out), " no  no "), "a font is not embedded: %s", buf_str(&out));
    run(&out, "pdftotext %s -", pdf);
    char last[48];
    snprintf(last, sizeof last, "Page %d of %d", pages, pages);
    cr_expect_not_null(strstr(buf_str(&out), last));
    cr_expect_not_null(strstr(buf_str(&out), "DEMO, not for patients"));
    expect_same_words(pdf, NULL);
    buf_done(&out);
}

Test(paper, large_print_takes_more_pages_and_loses_nothing)
{
    struct buf out = BUF_INIT;
    run(&out, "pdfinfo %s", paper(NULL, "A4"));
    int normal = number_after(&out, "Pages:");
    const char *pdf = paper("--large", "Letter");
    run(&out, "pdfinfo %s", pdf);
    cr_expect_gt(number_after(&out, "Pages:"), normal);
    cr_expect(strstr(buf_str(&out), "(letter)"), "%s", buf_str(&out));
    expect_same_words(pdf, NULL);
    pdf = paper("--handout", "A4");
    expect_same_words(pdf, "--handout");
    buf_done(&out);
}

/* The last answer to a question stands on the page of the question. */
Test(paper, a_page_never_parts_a_question_from_its_answers)
{
    struct buf out = BUF_INIT;
    for (int large = 0; large < 2; large++) {
        run(&out, "pdftotext -raw %s -", paper(large ? "--large" : NULL, "A4"));
        char *rest = out.data;
        int n = 0;
        for (char *page = strsep(&rest, "\f"); page != NULL; page = strsep(&rest, "\f"), n++) {
            char *question = strstr(page, "Where on your body");
            if (question != NULL) {
                cr_expect_not_null(strstr(question, "Forehead, cheeks"), "page %d", n);
                cr_expect_not_null(strstr(question, "Private parts"), "page %d", n);
                cr_expect_not_null(strstr(question, "Not sure"), "page %d", n);
            }
        }
        cr_expect_gt(n, 2);
    }
    buf_done(&out);
}

Test(paper, a_signed_form_is_no_demo_on_paper_either)
{
    struct buf out = BUF_INIT;
    const char *const sign[] = {
        "form", "approve", "microneedling", "--clinician", "Dr A. Example", "--yes", "--passphrase-fd",
        "0",    NULL
    };
    cr_assert_eq(clinic_foyer(&clinic, &out, sign), 0, "%s", buf_str(&out));
    run(&out, "pdftotext %s -", paper(NULL, "A4"));
    cr_expect_null(strstr(buf_str(&out), "DEMO"));
    buf_done(&out);
}

Test(paper, a_letter_that_no_font_has_is_named_and_nothing_is_written)
{
    struct buf out = BUF_INIT;
    run(&out,
        "printf 'foyer-print 1\\nlang en\\nbody\\np \\360\\223\\200\\200\\n' | "
        "FONTCONFIG_FILE=$PWD/tests/screen/dejavu.conf " BIN "/foyer-print 2>&1 >/dev/null; true%s",
        "");
    cr_expect_not_null(strstr(buf_str(&out), "no font on this machine"), "%s", buf_str(&out));
    run(&out, "printf 'p x\\n' | " BIN "/foyer-print 2>&1; true%s", "");
    cr_expect_not_null(strstr(buf_str(&out), "line 1"), "%s", buf_str(&out));
    cr_expect_null(strstr(buf_str(&out), "%PDF"));
    buf_done(&out);
}
