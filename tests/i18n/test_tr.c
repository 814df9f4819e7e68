#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mo.h"
#include "text.h"
#include "tr.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define TEXT(key, value)                                                                                     \
    {                                                                                                        \
        key, sizeof(key) - 1, value, sizeof(value) - 1                                                       \
    }

static const struct mo_text polish[] = {
    TEXT("", "Content-Type: text/plain; charset=UTF-8\n"
             "Plural-Forms: nplurals=3; plural=n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 "
             ": 2;\n"),
    TEXT("%lu day\0%lu days", "%lu dzień\0%lu dni\0%lu dni."),
    TEXT("Back", "Wstecz"),
    TEXT("Nothing yet", ""),
    TEXT("Page %d of %s", "Strona %d z %s"),
    TEXT("one day\0%lu days", "jeden dzień\0%lu dni\0%lu dni"),
    TEXT("device\004Pen", "Pióro"),
    TEXT("goals\004Pen", "Długopis"),
};

static struct catalogue *load(const struct mo_text *text, size_t n, struct err *err)
{
    struct buf file = BUF_INIT;

    mo_make(&file, text, n, false);
    struct catalogue *cat = catalogue_from_memory(file.data, file.len, err);
    buf_done(&file);
    return cat;
}

static void check_polish(const struct catalogue *cat)
{
    tr_use(cat);
    cr_assert_str_eq(tr("Back"), "Wstecz");
    cr_assert_str_eq(tr("Page %d of %s"), "Strona %d z %s");
    cr_assert_str_eq(tr("Forward"), "Forward");
    cr_assert_str_eq(tr("Nothing yet"), "Nothing yet", "not translated yet: English");
    cr_assert_str_eq(tr_ctx("device", "Pen"), "Pióro");
    cr_assert_str_eq(tr_ctx("goals", "Pen"), "Długopis");
    cr_assert_str_eq(tr_ctx("areas", "Pen"), "Pen");
    cr_assert_str_eq(tr("Pen"), "Pen");
    cr_assert_str_eq(tr_ctx("", "Back"), "Back");
    cr_assert_str_eq(tr_n("%lu day", "%lu days", 1), "%lu dzień");
    cr_assert_str_eq(tr_n("%lu day", "%lu days", 3), "%lu dni");
    cr_assert_str_eq(tr_n("%lu day", "%lu days", 12), "%lu dni.");
    cr_assert_str_eq(tr_n("%lu day", "%lu days", 22), "%lu dni");
    cr_assert_str_eq(tr_n("%lu day", "%lu other", 3), "%lu other", "another plural than the catalogue's");
    cr_assert_str_eq(tr_n("Back", "Backs", 2), "Backs", "the catalogue has no plural");
    tr_use(NULL);
}

Test(tr, english_is_the_source_and_the_fallback)
{
    static const char back[] = "Back";

    cr_assert_eq(tr(back), back);
    cr_assert_eq(tr_ctx("device", back), back);
    cr_assert_str_eq(tr_n("%lu day", "%lu days", 1), "%lu day");
    cr_assert_str_eq(tr_n("%lu day", "%lu days", 0), "%lu days");
}

Test(tr, reads_both_byte_orders)
{
    for (int big_endian = 0; big_endian < 2; big_endian++) {
        struct buf file = BUF_INIT;
        struct err err;

        mo_make(&file, polish, COUNT(polish), big_endian);
        struct catalogue *cat = catalogue_from_memory(file.data, file.len, &err);
        buf_done(&file); /* the catalogue has its own copy */
        cr_assert_not_null(cat, "%s", err.text);
        check_polish(cat);
        catalogue_free(cat);
    }
}

Test(tr, the_header_is_not_a_translation)
{
    struct catalogue *cat = load(polish, COUNT(polish), NULL);

    tr_use(cat);
    cr_assert_str_eq(tr(""), "");
    cr_assert_str_eq(tr_ctx("device", ""), "");
    catalogue_free(cat);
}

Test(tr, a_freed_catalogue_is_used_no_more)
{
    struct catalogue *cat = load(polish, COUNT(polish), NULL);

    tr_use(cat);
    catalogue_free(cat);
    cr_assert_str_eq(tr("Back"), "Back");
    catalogue_free(NULL);
}

Test(tr, order_in_the_file_does_not_matter)
{
    static const struct mo_text texts[] = { TEXT("b", "2"), TEXT("c", "3"), TEXT("a", "1"), TEXT("", "x\n") };
    struct catalogue *cat = load(texts, COUNT(texts), NULL);

    tr_use(cat);
    cr_assert_str_eq(tr("a"), "1");
    cr_assert_str_eq(tr("b"), "2");
    cr_assert_str_eq(tr("c"), "3");
    catalogue_free(cat);
}

Test(tr, without_a_header_plurals_are_as_in_english)
{
    static const struct mo_text texts[] = { TEXT("%lu day\0%lu days", "%lu Tag\0%lu Tage") };
    struct catalogue *cat = load(texts, COUNT(texts), NULL);

    tr_use(cat);
    cr_assert_str_eq(tr_n("%lu day", "%lu days", 1), "%lu Tag");
    cr_assert_str_eq(tr_n("%lu day", "%lu days", 0), "%lu Tage");
    catalogue_free(cat);
}

Test(tr, an_empty_catalogue_is_english)
{
    struct catalogue *cat = load(NULL, 0, NULL);

    cr_assert_not_null(cat);
    tr_use(cat);
    cr_assert_str_eq(tr("Back"), "Back");
    catalogue_free(cat);
}

/* Whatever was loaded gives clean text that takes the arguments of the English. */
static void check_any(const struct catalogue *cat)
{
    const char *given[] = { NULL, NULL, NULL, NULL, NULL };
    char shown[256];

    tr_use(cat);
    given[0] = tr("Back");
    given[1] = tr_ctx("device", "Pen");
    given[2] = tr("Nothing yet");
    given[3] = tr_n("one day", "%lu days", 0);
    given[4] = tr_n("%lu day", "%lu days", 4000000000UL);
    for (size_t i = 0; i < COUNT(given); i++) {
        cr_assert_eq(text_check(given[i], strlen(given[i]), true), TEXT_OK);
    }
    for (unsigned long n = 0; n < 30; n++) {
        snprintf(shown, sizeof shown, tr_n("%lu day", "%lu days", n), n);
    }
    snprintf(shown, sizeof shown, tr("Page %d of %s"), 3, "Back");
    tr_use(NULL);
}

/* A catalogue with this one text must be refused, for this reason. */
static void refused(struct mo_text text, const char *reason)
{
    struct err err;
    struct catalogue *cat = load(&text, 1, &err);

    cr_assert(!cat || catalogue_check(cat, &err) != 0, "%s", text.value);
    cr_assert_not_null(strstr(err.text, reason), "%s", err.text);
    catalogue_free(cat);
}

static void taken(struct mo_text text)
{
    struct err err;
    struct catalogue *cat = load(&text, 1, &err);

    cr_assert_not_null(cat, "%s", err.text);
    cr_assert_eq(catalogue_check(cat, &err), 0, "%s", err.text);
    catalogue_free(cat);
}

Test(tr, an_unclean_text_counts_as_not_translated_and_its_neighbours_are_shown)
{
    static const struct mo_text texts[] = { TEXT("Back", "Wstecz"), TEXT("Page %d", "Strona %s"),
                                            TEXT("Next", "Da\033[2Jlej"),
                                            TEXT("%lu day\0%lu days", "%lu dni") };
    const struct tr_text page = { NULL, "Page %d", NULL, false };
    struct err err;
    struct catalogue *cat = load(texts, COUNT(texts), &err);

    cr_assert_not_null(cat, "%s", err.text);
    cr_expect_neq(catalogue_check(cat, &err), 0);
    tr_use(cat);
    for (int again = 0; again < 2; again++) {
        cr_expect_str_eq(tr("Back"), "Wstecz");
        cr_expect_str_eq(tr("Page %d"), "Page %d");
        cr_expect_str_eq(tr("Next"), "Next");
        cr_expect_str_eq(tr_n("%lu day", "%lu days", 3), "%lu days");
    }
    cr_expect_not(catalogue_has(cat, &page));
    cr_expect_null(catalogue_text(cat, NULL, "Next", NULL));
    cr_expect_null(catalogue_fault(cat, NULL, "Back"));
    cr_expect_null(catalogue_fault(cat, NULL, "Help"));
    cr_expect_str_eq(catalogue_fault(cat, NULL, "Next"), "has characters that cannot be seen");
    cr_expect_str_eq(catalogue_fault(cat, NULL, "%lu day"), "has the wrong number of plural forms");
    tr_use(NULL);
    catalogue_free(cat);
}

Test(tr, what_is_unclean_is_told_on_one_line)
{
    refused((struct mo_text)TEXT("\nGo to\nthe desk", "Id\033\n"),
            "the translation of \"Go to the desk\" has characters that cannot be seen");
}

Test(tr, a_translation_takes_the_arguments_of_the_english)
{
    static const struct mo_text bad[] = {
        TEXT("Page %d", "Strona %s"),
        TEXT("Page %d", "Strona"),
        TEXT("Page", "Strona %s"),
        TEXT("Page", "Strona %n"),
        TEXT("Page %d", "Strona %ld"),
        TEXT("Page %d", "%d %d"),
        TEXT("%d of %s", "%s / %d"),
        TEXT("%d of %s", "%2$s"),
        TEXT("%d of %s", "%2$d %1$s"),
        TEXT("%d", "%*d"),
        TEXT("%d", "%d %"),
        TEXT("%d", "%99999d"),
        TEXT("%s", "%1$s %s"),
        TEXT("%s", "%10$s"),
        TEXT("%zu", "%u"),
        TEXT("%s", "%ls"),
        TEXT("%hd", "%hhd"),
        TEXT("%d", "%1$s %1$d"),
        TEXT("%d", "%y"),
        TEXT("day\0%lu days", "%s\0%lu"),
        TEXT("day\0%lu days", "x\0%lu %lu"),
    };
    static const struct mo_text good[] = {
        TEXT("Page %d", "%d. Seite"),
        TEXT("%d of %s", "%2$s: %1$d"),
        TEXT("%d", "%i"),
        TEXT("%x", "%08X"),
        TEXT("%.*s", "%.*s!"),
        TEXT("%5.2f", "%-6.3f"),
        TEXT("100%%", "%% 100"),
        TEXT("%s %s", "%2$s %1$s %2$s"),
        TEXT("50%", "%s"),
        TEXT("q\00450 % sure", "50 %"),
        TEXT("day\0%lu days", "x\0%lu"),
        TEXT("%'d", "% d"),
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        refused(bad[i], "% places");
    }
    for (size_t i = 0; i < COUNT(good); i++) {
        taken(good[i]);
    }
}

Test(tr, a_plural_never_gives_a_plain_text_more_arguments)
{
    static const struct mo_text texts[] = { TEXT("Day\0%lu days", "%lu Tag\0%lu Tage") };
    struct catalogue *cat = load(texts, 1, NULL);

    tr_use(cat);
    cr_assert_str_eq(tr("Day"), "Day");
    cr_assert_str_eq(tr_n("Day", "%lu days", 1), "%lu Tag");
    catalogue_free(cat);
}

Test(tr, what_is_not_clean_text_is_refused)
{
    refused((struct mo_text)TEXT("a", "\xff"), "not UTF-8");
    refused((struct mo_text)TEXT("a", "\x1b[2J"), "cannot be seen");
    refused((struct mo_text)TEXT("a", "b\u202Ec"), "cannot be seen");
    refused((struct mo_text)TEXT("q\004a", "\u200B"), "cannot be seen");
    refused((struct mo_text)TEXT("a", "\x9b"
                                      "2J"),
            "not UTF-8");
    refused((struct mo_text)TEXT("a", "\u2066x"), "cannot be seen");
    refused((struct mo_text)TEXT("a", "one\ttwo"), "cannot be seen");
    refused((struct mo_text)TEXT("day\0days", "x\0\u202Ey"), "cannot be seen");
    refused((struct mo_text)TEXT("a", "two\nlines"), "a line end");
    taken((struct mo_text)TEXT("a\nb", "two\nlines\nmore"));
}

Test(tr, what_is_translated_is_clean_text_too_for_it_is_shown_in_errors)
{
    refused((struct mo_text)TEXT("\x1b[2J", "b"), "no text");
    refused((struct mo_text)TEXT("\x1b]0;q\004a", "b"), "no text");
    refused((struct mo_text)TEXT("day\0\xffs", "x\0y"), "no text");
    refused((struct mo_text)TEXT("q\004\u202Ea", "b"), "no text");
}

Test(tr, a_translation_without_end_is_refused)
{
    char text[9000];

    memset(text, 'x', sizeof text);
    text[8192] = '\0';
    taken((struct mo_text){ "a", 1, text, 8192 });
    text[8192] = 'x';
    text[8193] = '\0';
    refused((struct mo_text){ "a", 1, text, 8193 }, "longer");
    memset(text, 0, sizeof text);
    refused((struct mo_text){ "day\0days", 8, text, 8999 }, "plural forms"); /* nine thousand of them */
}

Test(tr, another_charset_than_utf8_is_refused_whatever_its_bytes_look_like)
{
    refused((struct mo_text)TEXT("", "Content-Type: text/plain; charset=ISO-8859-1\n"), "charset=UTF-8");
    refused((struct mo_text)TEXT("", "Language: es\nContent-Type: text/plain; charset=CHARSET\n"),
            "charset=UTF-8");
    taken((struct mo_text)TEXT("", "Content-Type: text/plain; charset=utf-8\n"));
    taken((struct mo_text)TEXT("", "Content-Type: text/plain\nX-Note: charset=KOI8-R\n"));
    taken((struct mo_text)TEXT("", ""));
}

Test(tr, the_files_own_hash_table_is_never_looked_at)
{
    static const unsigned values[] = { 1, 0xFFFFFFFF, 28, 0x80000000 };

    for (size_t i = 0; i < COUNT(values); i++) {
        struct buf file = BUF_INIT;
        mo_make(&file, polish, COUNT(polish), false);
        mo_poke(&file, 20, values[i], false);
        mo_poke(&file, 24, values[COUNT(values) - 1 - i], false);
        struct catalogue *cat = catalogue_from_memory(file.data, file.len, NULL);
        cr_assert_not_null(cat);
        check_polish(cat);
        catalogue_free(cat);
        buf_done(&file);
    }
}

Test(tr, tables_that_overlap_their_header_or_each_other_do_no_harm)
{
    for (unsigned keys = 0; keys < 28 + COUNT(polish) * 16; keys += 4) {
        for (unsigned values = 0; values < 28 + COUNT(polish) * 16; values += 4) {
            struct buf file = BUF_INIT;
            mo_make(&file, polish, COUNT(polish), false);
            mo_poke(&file, 12, keys, false);
            mo_poke(&file, 16, values, false);
            struct catalogue *cat = catalogue_from_memory(file.data, file.len, NULL);
            if (cat) {
                check_any(cat);
            }
            catalogue_free(cat);
            buf_done(&file);
        }
    }
}

Test(tr, a_text_whose_end_is_missing_is_refused)
{
    struct buf file = BUF_INIT;
    struct err err;

    mo_make(&file, polish, COUNT(polish), false);
    file.data[file.len - 1] = 'x'; /* the NUL of the last */
    cr_assert_null(catalogue_from_memory(file.data, file.len, &err));
    cr_assert_not_null(strstr(err.text, "outside the file"), "%s", err.text);
    buf_done(&file);
}

Test(tr, plural_forms_must_be_as_many_as_promised)
{
    refused((struct mo_text)TEXT("day\0days", "x"), "plural forms");
    refused((struct mo_text)TEXT("day\0days", "x\0y\0z"), "plural forms");
    refused((struct mo_text)TEXT("day", "x\0y"), "plural forms");
    refused((struct mo_text)TEXT("day\0days\0more", "x\0y"), "two parts");
    refused((struct mo_text)TEXT("", "Plural-Forms: nplurals=2; plural=n/;\n"), "Plural-Forms");
}

Test(tr, a_text_twice_is_refused)
{
    static const struct mo_text texts[] = { TEXT("a", "1"), TEXT("b", "2"), TEXT("a", "3") };
    struct err err;

    cr_assert_null(load(texts, COUNT(texts), &err));
    cr_assert_not_null(strstr(err.text, "twice"));
}

Test(tr, what_is_no_catalogue_is_refused)
{
    struct err err;
    struct buf file = BUF_INIT;

    cr_assert_null(catalogue_from_memory("", 0, &err));
    cr_assert_null(catalogue_from_memory("msgid \"Back\"\nmsgstr \"Wstecz\"\n", 30, &err));
    cr_assert_not_null(strstr(err.text, "no catalogue"));
    cr_assert_null(catalogue_load("/nonexistent/pl.mo", &err));
    cr_assert_not_null(strstr(err.text, "/nonexistent/pl.mo"));
    mo_make(&file, polish, COUNT(polish), false);
    mo_poke(&file, 4, 2 << 16, false);
    cr_assert_null(catalogue_from_memory(file.data, file.len, &err));
    cr_assert_not_null(strstr(err.text, "newer"));
    buf_done(&file);
}

Test(tr, every_cut_file_is_refused)
{
    struct buf file = BUF_INIT;

    mo_make(&file, polish, COUNT(polish), false);
    for (size_t len = 0; len < file.len; len++) {
        char *cut = malloc(len ? len : 1); /* its end is watched by the sanitizer */
        memcpy(cut, file.data, len);
        cr_assert_null(catalogue_from_memory(cut, len, NULL), "%zu of %zu bytes", len, file.len);
        free(cut);
    }
    buf_done(&file);
}

Test(tr, no_damaged_file_does_harm)
{
    static const unsigned char values[] = { 0x00, 0x01, 0x04, 0x20, 0x25, 0x6E, 0x7F, 0x80, 0xFF };
    size_t loaded = 0;

    for (int big_endian = 0; big_endian < 2; big_endian++) {
        struct buf file = BUF_INIT;

        mo_make(&file, polish, COUNT(polish), big_endian);
        for (size_t i = 0; i < file.len * COUNT(values); i++) {
            size_t at = i / COUNT(values);
            char before = file.data[at];

            file.data[at] = (char)values[i % COUNT(values)];
            struct catalogue *cat = catalogue_from_memory(file.data, file.len, NULL);
            if (cat) {
                check_any(cat);
                loaded++;
            }
            catalogue_free(cat);
            file.data[at] = before;
        }
        buf_done(&file);
    }
    cr_assert_gt(loaded, 100, "some damage is only another text");
}

Test(tr, hostile_sizes_are_refused)
{
    static const unsigned values[] = { 0,          7,          0x7FFFFFFF, 0x80000000,
                                       0xFFFFFFFF, 0xFFFFFFF8, 0x20000000, 0x1FFFFFFF };

    for (size_t at = 4; at < 28 + COUNT(polish) * 16; at += 4) {
        for (size_t i = 0; i < COUNT(values); i++) {
            struct buf file = BUF_INIT;

            mo_make(&file, polish, COUNT(polish), false);
            mo_poke(&file, at, values[i], false);
            struct catalogue *cat = catalogue_from_memory(file.data, file.len, NULL);
            if (cat) {
                check_any(cat);
            }
            catalogue_free(cat);
            buf_done(&file);
        }
    }
}

Test(tr, texts_that_overlap_are_refused, .timeout = 10)
{
    /* Each of 20,000 texts is the same 2 MB: reading them all would take minutes. */
    enum { N = 20000, LEN = 2000000 };
    struct buf file = BUF_INIT;
    struct err err;
    struct mo_text *texts = calloc(N, sizeof *texts);
    char *text = malloc(LEN + 1);

    memset(text, 'a', LEN);
    text[LEN] = '\0';
    for (size_t i = 0; i < N; i++) {
        texts[i] = (struct mo_text)TEXT("a", "b");
    }
    texts[0].key = text;
    texts[0].key_len = LEN;
    mo_make(&file, texts, N, false);
    for (size_t i = 1; i < N; i++) {
        mo_poke(&file, 28 + i * 8, LEN, false);
        mo_poke(&file, 28 + i * 8 + 4, 28 + N * 16, false);
    }
    cr_assert_null(catalogue_from_memory(file.data, file.len, &err));
    cr_assert_not_null(strstr(err.text, "overlap"), "%s", err.text);
    buf_done(&file);
    free(texts);
    free(text);
}

Test(tr, reads_what_msgfmt_writes)
{
    static const char po[] =
        "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
        "\"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) "
        "? 1 : 2);\\n\"\n"
        "msgid \"Back\"\nmsgstr \"Wstecz\"\n"
        "msgctxt \"device\"\nmsgid \"Pen\"\nmsgstr \"Pióro\"\n"
        "msgctxt \"goals\"\nmsgid \"Pen\"\nmsgstr \"Długopis\"\n"
        "msgid \"Page %d of %s\"\nmsgstr \"Strona %d z %s\"\n"
        "msgid \"Nothing yet\"\nmsgstr \"\"\n"
        "#, c-format\nmsgid \"%lu day\"\nmsgid_plural \"%lu days\"\n"
        "msgstr[0] \"%lu dzień\"\nmsgstr[1] \"%lu dni\"\nmsgstr[2] \"%lu dni.\"\n";
    char folder[] = "/tmp/foyer-i18n-XXXXXX";
    struct err err;

    if (system("msgfmt --version >/dev/null 2>&1") != 0) {
        cr_skip_test("msgfmt is not installed");
    }
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    cr_assert_eq(file_replace("pl.po", po, sizeof po - 1, 0600, &err), 0, "%s", err.text);
    static const char *const commands[] = { "msgfmt --no-hash --endianness=big -o pl.mo pl.po",
                                            "msgfmt --endianness=little -o pl.mo pl.po" };
    for (size_t i = 0; i < COUNT(commands); i++) {
        cr_assert_eq(system(commands[i]), 0);
        struct catalogue *cat = catalogue_load("pl.mo", &err);
        cr_assert_not_null(cat, "%s", err.text);
        check_polish(cat);
        catalogue_free(cat);
    }
    unlink("pl.po");
    unlink("pl.mo");
    rmdir(folder);
}

/* A file of its own, which is gone again after the look. */
static char *peek(const struct buf *file, const char *context, const char *english)
{
    char path[] = "/tmp/foyer-i18n-XXXXXX";
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    cr_assert_eq(fd_write_all(fd, buf_str(file), file->len), 0);
    close(fd);
    char *text = catalogue_peek(path, context, english);
    unlink(path);
    return text;
}

static void expect_peek(const struct buf *file, const char *context, const char *english, const char *text)
{
    char *found = peek(file, context, english);
    cr_expect(text ? found && strcmp(found, text) == 0 : !found, "%s: %s", english, found ? found : "none");
    free(found);
}

Test(tr, one_text_of_a_file_that_nobody_has_read)
{
    for (int big_endian = 0; big_endian < 2; big_endian++) {
        struct buf file = BUF_INIT;
        mo_make(&file, polish, COUNT(polish), big_endian);
        expect_peek(&file, NULL, "Back", "Wstecz");
        expect_peek(&file, "device", "Pen", "Pióro");
        expect_peek(&file, "goals", "Pen", "Długopis");
        expect_peek(&file, "areas", "Pen", NULL);
        expect_peek(&file, NULL, "Nothing yet", NULL);
        expect_peek(&file, NULL, "Forward", NULL);
        buf_done(&file);
    }
    cr_expect_null(catalogue_peek("/nonexistent/pl.mo", NULL, "Back"));
    cr_expect_null(catalogue_peek("/tmp", NULL, "Back"));
}

Test(tr, a_file_cut_anywhere_or_unclean_shows_no_text_that_is_not_there)
{
    static const struct mo_text unclean[] = { TEXT("Back", "Wste\x1B[2Jcz"), TEXT("Page %d", "Strona %s") };
    struct buf file = BUF_INIT;

    mo_make(&file, unclean, COUNT(unclean), false);
    expect_peek(&file, NULL, "Back", NULL);
    expect_peek(&file, NULL, "Page %d", NULL);
    buf_done(&file);
    mo_make(&file, polish, COUNT(polish), false);
    for (size_t len = file.len; len > 0; len--) {
        struct buf cut = { file.data, len - 1, file.cap };
        char *text = peek(&cut, "goals", "Pen");
        cr_expect(!text || strcmp(text, "Długopis") == 0, "%zu bytes: %s", len - 1, text);
        free(text);
    }
    buf_done(&file);
}
