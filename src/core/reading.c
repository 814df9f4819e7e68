#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "policies.h"
#include "text.h"

/* --- Syllables --- */

static bool is_vowel(char c)
{
    return c && strchr("aeiouy", c);
}

static bool ends_with(const char *word, size_t len, const char *end)
{
    size_t n = strlen(end);

    return len >= n && memcmp(word + len - n, end, n) == 0;
}

/* What the rules below get wrong. */
static size_t known_syllables(const char *word, size_t len)
{
    static const struct {
        const char *word;
        size_t syllables;
    } known[] = {
        { "area", 3 },      { "areas", 3 },     { "being", 2 },     { "business", 2 },  { "cement", 2 },
        { "client", 2 },    { "clothes", 1 },   { "create", 2 },    { "diabetes", 4 },  { "diet", 2 },
        { "element", 3 },   { "evening", 2 },   { "every", 2 },     { "everyone", 3 },  { "everything", 3 },
        { "fluid", 2 },     { "fluids", 2 },    { "idea", 3 },      { "ideas", 3 },     { "implement", 3 },
        { "lifestyle", 2 }, { "people", 2 },    { "pacemaker", 3 }, { "quiet", 2 },     { "rosacea", 4 },
        { "science", 2 },   { "someone", 2 },   { "something", 2 }, { "sometimes", 2 }, { "somewhere", 2 },
        { "therefore", 2 }, { "someplace", 2 }, { "elsewhere", 2 }, { "homemade", 2 },  { "movement", 2 },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].word) == len && memcmp(known[i].word, word, len) == 0) {
            return known[i].syllables;
        }
    }
    return 0;
}

/* Vowels in a row are one syllable, but for pairs that are nearly always two: me-di-a, u-su-al, se-ri-ous. */
static size_t vowel_groups(const char *word, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        char before = i > 0 ? word[i - 1] : '\0';
        bool vowel = is_vowel(word[i]) && !(word[i] == 'y' && i == 0) && !(word[i] == 'u' && before == 'q');

        if (!vowel) {
            continue;
        }
        if (!is_vowel(before) || (before == 'y' && i == 1) ||
            (before == 'u' && i > 1 && word[i - 2] == 'q')) {
            n++;
            continue;
        }
        bool soft = i > 1 && strchr("tcsgx", word[i - 2]); /* na-tion, spe-cial: the i is only a sound */
        bool io = before == 'i' && strchr("aou", word[i]) && !soft;
        bool ua = before == 'u' && word[i] == 'a' && !(i > 1 && strchr("qg", word[i - 2]));
        bool ing = word[i] == 'i' && len - i == 3 && ends_with(word, len, "ing");
        n += io || ua || ing || (before == 'e' && word[i] == 'o');
    }
    return n;
}

/* Is there an e between a consonant and this ending, as in "safely", which nobody says? */
static bool silent_before(const char *word, size_t len)
{
    static const char *const ends[] = { "ly", "ful", "less", "ness", "ment" };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        if (len > n + 3 && ends_with(word, len, ends[i]) && word[len - n - 1] == 'e') {
            return !is_vowel(word[len - n - 2]);
        }
    }
    return false;
}

static bool silent_end(const char *word, size_t len)
{
    bool plural = len > 3 && word[len - 1] == 's' && word[len - 2] == 'e';
    size_t n = plural ? len - 1 : len;

    if (len > 3 && ends_with(word, len, "ed")) {
        return !is_vowel(word[len - 3]) && !strchr("td", word[len - 3]);
    }
    if (n < 3 || word[n - 1] != 'e' || is_vowel(word[n - 2])) {
        return false;
    }
    if (word[n - 2] == 'l' && !is_vowel(word[n - 3])) {
        return false; /* nee-dle */
    }
    return !plural ||
           !(strchr("sxzcg", word[n - 2]) || ends_with(word, n, "che") || ends_with(word, n, "she"));
}

size_t reading_syllables(const char *word, size_t len)
{
    size_t n = known_syllables(word, len);

    if (n) {
        return n;
    }
    n = vowel_groups(word, len);
    n -= n > 1 && silent_end(word, len);
    n -= n > 1 && silent_before(word, len);
    return n ? n : 1;
}

/* --- Words --- */

/* How many of the words that stand at `word` (folded, a space between two) are a medicine's name. */
static size_t medicine_length(const struct form *form, const char *word)
{
    size_t longest = 0;

    for (size_t g = 0; form && g < form->dictionary.ngroups; g++) {
        const struct form_group *group = &form->dictionary.group[g];
        for (size_t i = 0; i < group->nwords; i++) {
            size_t len = strlen(group->word[i]);
            bool whole = strncmp(word, group->word[i], len) == 0 && (word[len] == ' ' || word[len] == '\0');
            longest = whole && len > longest ? len : longest;
        }
    }
    return longest;
}

static bool is_one_of(const char *word, size_t len, const char *const *words)
{
    for (; *words; words++) {
        if (strlen(*words) == len && memcmp(*words, word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Apostrophes go, so that "don't" is one word. */
static char *fold(const char *text, size_t len)
{
    struct buf plain = BUF_INIT;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\'') {
            continue;
        }
        if (len - i >= 3 && memcmp(text + i, "\xE2\x80\x99", 3) == 0) {
            i += 2;
            continue;
        }
        buf_add(&plain, text + i, 1);
    }
    char *folded = text_fold_words(buf_str(&plain));
    buf_done(&plain);
    return folded;
}

static size_t count_words(struct reading_count *count, const struct form *form, const char *text, size_t len)
{
    char *folded = fold(text, len);
    size_t n = 0;

    for (const char *word = folded; *word; word += *word == ' ') {
        size_t name = medicine_length(form, word);
        size_t end = name ? name : strcspn(word, " ");
        count->syllables += name ? 1 : reading_syllables(word, end);
        word += end;
        n++;
    }
    free(folded);
    count->words += n;
    count->sentences += n > 0;
    return n;
}

/* Up to and with the mark that ends it, and no further than its line. */
static size_t sentence_length(const char *text)
{
    size_t n = 0;

    for (; text[n] && text[n] != '\n'; n++) {
        if (strchr(".?!", text[n]) && (text[n + 1] == '\0' || strchr(" \n\")", text[n + 1]))) {
            n++;
            n += strspn(text + n, "\")");
            return n;
        }
    }
    return n + (text[n] == '\n');
}

void reading_add(struct reading_count *count, const struct form *form, const char *text)
{
    for (size_t n; (n = sentence_length(text)) > 0; text += n) {
        count_words(count, form, text, n);
    }
}

double reading_grade(const struct reading_count *count)
{
    if (count->words == 0) {
        return 0;
    }
    double words = (double)count->words;
    return 0.39 * words / (double)count->sentences + 11.8 * (double)count->syllables / words - 15.59;
}

/* --- A form --- */

struct measure {
    struct reading *reading;
    const struct form *form;
    struct buf where;
    struct reading_count place; /* of what stands at `where` */
    bool hard;                  /* second walk: only places above the grade are wanted */
};

static void add_finding(struct measure *measure, struct buf *what)
{
    struct reading *reading = measure->reading;
    size_t n = reading->nfindings;

    reading->finding = mem_realloc(reading->finding, n + 1, sizeof *reading->finding);
    reading->finding[n].where = mem_strdup(buf_str(&measure->where));
    reading->finding[n].what = buf_steal(what);
    reading->nfindings = n + 1;
}

/* Negatives up to the next comma, "and", "or" or "but", the most of any such clause. */
static size_t negatives(const char *sentence, size_t len)
{
    static const char *const no[] = {
        "no",     "not",    "never", "none",   "nothing", "nobody",  "nowhere",  "neither", "nor",
        "cannot", "cant",   "dont",  "doesnt", "didnt",   "isnt",    "arent",    "wasnt",   "werent",
        "wont",   "havent", "hasnt", "hadnt",  "couldnt", "wouldnt", "shouldnt", "without", NULL,
    };
    static const char *const joints[] = { "and", "or", "but", "if", "when", "because", "so", NULL };
    size_t most = 0;

    for (size_t at = 0; at < len;) {
        size_t end = at + strcspn(sentence + at, ",;:()");
        end = end < len ? end : len;
        char *folded = fold(sentence + at, end - at);
        size_t n = 0;
        for (const char *word = folded; *word; word += *word == ' ') {
            size_t word_len = strcspn(word, " ");
            n = is_one_of(word, word_len, joints) ? 0 : n + is_one_of(word, word_len, no);
            most = n > most ? n : most;
            word += word_len;
        }
        free(folded);
        at = end + 1;
    }
    return most;
}

static void judge_sentence(struct measure *measure, const char *sentence, size_t len)
{
    struct buf what = BUF_INIT;
    size_t words = count_words(&measure->place, measure->form, sentence, len);

    len -= len > 0 && sentence[len - 1] == '\n';
    if (!measure->hard && words > READING_MAX_WORDS) {
        buf_addf(&what, "has a sentence of %zu words; at most %d: \"%.*s\"", words, READING_MAX_WORDS,
                 (int)len, sentence);
        add_finding(measure, &what);
    }
    if (!measure->hard && negatives(sentence, len) > 1) {
        buf_addf(&what, "says no twice in one breath: \"%.*s\"", (int)len, sentence);
        add_finding(measure, &what);
    }
    buf_done(&what);
}

static void judge(struct measure *measure, const char *text)
{
    struct buf filled = BUF_INIT, counted = BUF_INIT;
    static const char *const nothing[PLACEHOLDERS];

    if (!text) {
        return;
    }
    policies_fill(&counted, measure->form, NULL, text);
    placeholder_fill(&filled, buf_str(&counted), nothing, measure->form->texts.instead);
    buf_done(&counted);
    const char *at = buf_str(&filled);
    while (*(at += strspn(at, " "))) {
        size_t n = sentence_length(at);
        judge_sentence(measure, at, n);
        at += n;
    }
    buf_done(&filled);
}

static void begin(struct measure *measure, const char *kind, const char *id)
{
    buf_reset(&measure->where);
    buf_addf(&measure->where, "%s%s%s", kind, id ? " " : "", id ? id : "");
    measure->place = (struct reading_count){ 0, 0, 0 };
}

/* A few words alone are no measure of anything. */
static void end(struct measure *measure)
{
    enum { ENOUGH = 5 };
    struct reading_count *whole = &measure->reading->count;
    double grade = reading_grade(&measure->place);
    struct buf what = BUF_INIT;

    if (measure->hard && measure->place.words >= ENOUGH && grade > READING_MAX_GRADE) {
        buf_addf(&what, "is hard to read: grade %.1f", grade);
        add_finding(measure, &what);
    } else if (!measure->hard) {
        whole->sentences += measure->place.sentences;
        whole->words += measure->place.words;
        whole->syllables += measure->place.syllables;
    }
    buf_done(&what);
}

static void judge_question(struct measure *measure, const struct form_question *question)
{
    const char *const parts[] = { question->text, question->hint };
    struct buf what = BUF_INIT;
    size_t marks = 0;

    begin(measure, "question", question->id);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (const char *at = parts[i]; at && (at = strchr(at, '?')); at++) {
            marks++;
        }
        judge(measure, parts[i]);
    }
    if (!measure->hard && marks > 1) {
        buf_addf(&what, "has %zu question marks; one question at a time", marks);
        add_finding(measure, &what);
    }
    judge(measure, question->why);
    for (size_t i = 0; i < question->noptions; i++) {
        judge(measure, question->option[i].text);
    }
    end(measure);
    buf_done(&what);
}

static void judge_all(struct measure *measure, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        judge(measure, texts[i]);
    }
}

static void judge_texts(struct measure *measure, const struct form_texts *texts)
{
    const struct {
        const char *name;
        const char *const *text;
        size_t n;
    } lists[] = {
        { "welcome", texts->welcome, texts->nwelcome },
        { "privacy", texts->privacy, texts->nprivacy },
        { "consent", texts->consent, texts->nconsent },
        { "attestation", &texts->attestation, 1 },
        { "result_clear", &texts->result_clear, 1 },
        { "result_flagged", &texts->result_flagged, 1 },
        { "minor", &texts->minor, 1 },
        { "urgent", &texts->urgent, 1 },
        { "next", texts->next, texts->nnext },
    };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        begin(measure, "text", lists[i].name);
        judge_all(measure, lists[i].text, lists[i].n);
        end(measure);
    }
}

static void walk(struct measure *measure)
{
    const struct form *form = measure->form;

    for (size_t i = 0; i < form->nquestions; i++) {
        judge_question(measure, &form->question[i]);
    }
    judge_texts(measure, &form->texts);
    for (size_t i = 0; i < form->nsince; i++) {
        begin(measure, "since_last", form->since[i].id);
        judge(measure, form->since[i].text);
        judge(measure, form->since[i].why);
        end(measure);
    }
    for (size_t i = 0; i < form->npages; i++) {
        begin(measure, "page", form->page[i].id);
        judge(measure, form->page[i].title);
        for (size_t p = 0; p < form->page[i].nparagraphs; p++) {
            judge(measure, form->page[i].paragraph[p].text);
        }
        end(measure);
    }
    for (size_t i = 0; i < form->nitems; i++) {
        if (form->item[i].who == ITEM_STAFF) {
            continue;
        }
        begin(measure, "item", form->item[i].id);
        judge(measure, form->item[i].text);
        judge(measure, form->item[i].when_text);
        end(measure);
    }
}

static bool is_english(const char *language)
{
    return strncmp(language, "en", 2) == 0 && (language[2] == '\0' || language[2] == '_');
}

struct reading *reading_measure(const struct form *form)
{
    struct reading *reading = mem_alloc(sizeof *reading);
    struct measure measure = { .reading = reading, .form = form };

    reading->measured = is_english(form->language);
    if (!reading->measured) {
        return reading;
    }
    walk(&measure);
    reading->grade = reading_grade(&reading->count);
    if (reading->grade > READING_MAX_GRADE) {
        measure.hard = true;
        walk(&measure);
    }
    buf_done(&measure.where);
    return reading;
}

void reading_free(struct reading *reading)
{
    if (!reading) {
        return;
    }
    for (size_t i = 0; i < reading->nfindings; i++) {
        free(reading->finding[i].where);
        free(reading->finding[i].what);
    }
    free(reading->finding);
    free(reading);
}
