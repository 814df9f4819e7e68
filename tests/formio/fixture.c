#include "fixture.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "policies.h"

const char *const mini_part[] = { "form.cfg", "lists.cfg", "about.cfg", "rules.cfg", NULL };

static const char *const text[] = {
    /* form.cfg */
    "form = {\n"
    "  id = \"mini\"; title = \"Mini\"; version = \"1\"; language = \"en\";\n"
    "  parts = [ \"lists.cfg\", \"about.cfg\", \"rules.cfg\" ];\n"
    "};\n",

    /* lists.cfg */
    "sources = (\n"
    "  { id = \"000\"; title = \"A leaflet\"; status = \"read\"; },\n"
    "  { id = \"L05\"; title = \"A paper\"; status = \"abstract seen\"; }\n"
    ");\n"
    "policies = (\n"
    "  { id = \"pills\"; text = \"How long to wait\"; choices = [ \"decide\", \"wait\" ]; default = "
    "\"decide\"; },\n"
    "  { id = \"pill_months\"; text = \"Months\"; min = 1; max = 24; default = 6; },\n"
    "  { id = \"inr_max\"; text = \"Limit\"; min = 1.5; max = 5.0; default = 3.5; },\n"
    "  { id = \"pills_by\"; text = \"Who says\"; choices = [ \"ask\", "
    "\"never\", \"now\" ]; default = \"ask\"; },\n"
    "  { id = \"device_list\"; text = \"Device\"; choices = [ \"none\", \"listed\" ]; default = \"none\";\n"
    "    flags = [ \"PILL_NOW\" ]; }\n"
    ");\n"
    "items = (\n"
    "  { id = \"P02\"; for = \"patient\"; text = \"No creams\"; base = true; from_day = -5; least_day = -3; "
    "until_day = 0;\n"
    "    windows = ( { flagged = [ \"PILL_LAST\", \"INR_HIGH\" ]; from_day = -7; } ); sources = [ \"000\" ]; "
    "facts = [ \"F031\" ]; },\n"
    "  { id = \"S06\"; for = \"staff\"; text = \"Read the list\"; when_text = \"before start\"; }\n"
    ");\n"
    "texts = { welcome = [ \"Hello\", \"Again\" ]; privacy = [ \"Private\" ]; consent = [ \"I agree\" ];\n"
    "  attestation = \"True\"; result_clear = \"Thanks\"; result_flagged = \"Thanks too\"; minor = \"Desk\"; "
    "urgent = \"Now\";\n"
    "  next = [ \"One\", \"Two\", \"Call {phone}\" ];\n"
    "  instead = { phone = \"the desk\"; clinic = \"this clinic\"; }; };\n"
    "pages = (\n"
    "  { id = \"what\"; at = \"before\"; title = \"What it is\"; text = [ \"Tiny needles.\", \"At "
    "{clinic}.\" ]; "
    "facts = [ \"F061\" ]; sources = [ \"000\" ]; },\n"
    "  { id = \"after\"; at = \"after\"; title = \"Care\"; text = ( \"Rest.\",\n"
    "    { text = \"Legs up.\"; when = { support = \"reading\"; pills = \"never\"; }; }, { text = \"Call "
    "{phone}.\"; } ); }\n"
    ");\n"
    "dictionary = { question = \"list\"; unmatched = \"LISTED\"; contradiction = \"AGAINST\";\n"
    "  groups = (\n"
    "    { id = \"retinoid\"; words = [ \"Retin-A\", \"isotretinoin\" ]; raises = \"PILL_NOW\";\n"
    "      question = \"pills\"; denies = [ \"never\" ]; affirms = [ \"now\", \"past\" ]; },\n"
    "    { id = \"topical\"; words = [ \"tretinoin\" ]; raises = \"UNSURE:Q15\"; } ) };\n",

    /* about.cfg */
    "section = { id = \"about\"; title = \"About you\"; };\n"
    "questions = (\n"
    "  { id = \"birth\"; code = \"Q01\"; type = \"date\"; text = \"When?\"; general = false; required = "
    "true; birth_date = true; },\n"
    "  { id = \"support\"; code = \"Q36\"; type = \"choices\"; text = \"Help?\"; helper = true;\n"
    "    options = ( { id = \"no\"; text = \"No\"; exclusive = true; }, { id = \"reading\"; text = "
    "\"Reading\"; } ); },\n"
    "  { id = \"areas\"; code = \"Q04\"; type = \"choices\"; text = \"Where?\";\n"
    "    options = ( { id = \"face\"; text = \"Face\"; }, { id = \"chest\"; text = \"Chest\"; }, { id = "
    "\"legs\"; text = \"Legs\"; } ); },\n"
    "  { id = \"pills\"; code = \"Q13\"; type = \"choice\"; text = \"Pills?\"; hint = \"Names\"; why = "
    "\"Skin\"; note = \"Brands\";\n"
    "    set_by = \"pills_by\"; general = [ \"unsure\" ];\n"
    "    options = ( { id = \"never\"; text = \"Never\"; }, { id = \"now\"; text = \"Now\"; }, { id = "
    "\"past\"; text = \"Past\"; } ); },\n"
    "  { id = \"pills_last\"; code = \"Q13a\"; type = \"date\"; text = \"Last?\"; partial = true; ask_if = { "
    "pills = \"past\"; }; },\n"
    "  { id = \"inr\"; code = \"Q16b\"; type = \"number\"; text = \"INR?\"; min = 0.5; max = 20; decimals = "
    "1; unit = \"INR\"; optional = true; },\n"
    "  { id = \"page\"; code = \"Q19\"; type = \"info\"; text = \"Read this\"; },\n"
    "  { id = \"list\"; code = \"Q20a\"; type = \"text\"; text = \"List them\"; multiline = true; "
    "max_graphemes = 500;\n"
    "    ask_if = { not = { areas = { count = { at_most = 1; }; }; }; }; }\n"
    ");\n",

    /* rules.cfg */
    "rules = (\n"
    "  { flag = \"X1\"; when = { flagged = [ \"PILL_NOW\", \"INR_HIGH\" ]; any_flagged = [ \"LISTED\", "
    "\"PILL_LAST\" ]; };\n"
    "    outcome = \"hold\"; title = \"Both\"; reason = \"Together\"; strength = \"High\"; alert = true; },\n"
    "  { flag = \"PILL_NOW\"; when = { pills = \"now\"; };\n"
    "    outcome = \"review\"; title = \"Pills now\"; reason = \"Skin\"; strength = \"Expert\"; add = [ "
    "\"S06\" ]; sources = [ \"000\", \"L05\" ];\n"
    "    facts = [ \"F021\" ]; fields = [ \"Daily dose\" ]; },\n"
    "  { flag = \"PILL_LAST\"; when = { pills_last = { months_since = { less_than = \"pill_months\"; }; }; "
    "};\n"
    "    outcome = { policy = \"pills\"; decide = \"review\"; wait = \"postpone\"; };\n"
    "    until = { question = \"pills_last\"; months = \"pill_months\"; };\n"
    "    title = \"Pills before\"; reason = \"Skin\"; strength = \"Expert\"; },\n"
    "  { flag = \"INR_HIGH\"; when = { any = ( { inr = { more_than = \"inr_max\"; at_most = 9.5; }; }, { inr "
    "= \"private\"; } ); };\n"
    "    outcome = \"hold\"; title = \"INR\"; reason = \"Bleeding\"; strength = \"Low\"; },\n"
    "  { flag = \"LISTED\"; outcome = \"precaution\"; title = \"Medicines\"; reason = \"Read\"; strength = "
    "\"-\"; },\n"
    "  { flag = \"AGAINST\"; outcome = \"review\"; title = \"Against\"; reason = \"Read\"; strength = \"-\"; "
    "question = \"list\"; },\n"
    "  { flag = \"MINOR\"; when = { birth = { years_since = { less_than = 18; }; }; }; question = "
    "\"birth\";\n"
    "    outcome = \"hold\"; title = \"Minor\"; reason = \"Law\"; strength = \"Legal\"; stops = true; }\n"
    ");\n",
};

const char *mini_text(const char *part)
{
    for (size_t i = 0; mini_part[i]; i++) {
        if (strcmp(mini_part[i], part) == 0) {
            return text[i];
        }
    }
    cr_assert_fail("no part %s", part);
    return NULL;
}

/* --- Files --- */

static char folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void temp_remove(void)
{
    if (folder[0]) {
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    folder[0] = '\0';
}

const char *temp_folder(void)
{
    if (!folder[0]) {
        strcpy(folder, "/tmp/foyer-formio-XXXXXX");
        cr_assert_not_null(mkdtemp(folder));
    }
    return folder;
}

void temp_write(const char *name, const char *bytes, size_t len)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", temp_folder(), name);
    for (char *slash = path + strlen(temp_folder()) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(bytes, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
}

static const char *form_folder(void)
{
    static char path[80];

    snprintf(path, sizeof path, "%s/mini", temp_folder());
    return path;
}

const char *mini_write(void)
{
    for (size_t i = 0; mini_part[i]; i++) {
        char name[64];

        snprintf(name, sizeof name, "mini/%s", mini_part[i]);
        temp_write(name, text[i], strlen(text[i]));
    }
    return form_folder();
}

struct form *mini_load(void)
{
    struct problems problems = PROBLEMS_INIT;
    struct form *form = form_load(mini_write(), &problems);

    cr_assert_not_null(form, "%s: %s", problems.problem[0].where, problems.problem[0].text);
    cr_assert_eq(problems.total, 0);
    return form;
}

/* --- Spoiling --- */

/* The part with its change, to be freed. */
static char *changed(const char *part, const char *from, const char *to)
{
    const char *old = mini_text(part), *at = strstr(old, from);
    struct buf out = BUF_INIT;

    cr_assert_not_null(at, "%s does not hold: %s", part, from);
    cr_assert_null(strstr(at + 1, from), "%s holds this twice: %s", part, from);
    buf_add(&out, old, (size_t)(at - old));
    buf_adds(&out, to);
    buf_adds(&out, at + strlen(from));
    return buf_steal(&out);
}

static int line_of(const char *part, const char *whole, const char *at)
{
    const char *found = strstr(whole, at);
    int line = 1;

    cr_assert_not_null(found, "%s does not hold: %s", part, at);
    for (const char *p = whole; p < found; p++) {
        line += *p == '\n';
    }
    return line;
}

static struct form *load_changed(const char *part, const char *whole, struct problems *problems)
{
    char name[64];

    mini_write();
    snprintf(name, sizeof name, "mini/%s", part);
    temp_write(name, whole, strlen(whole));
    return form_load(form_folder(), problems);
}

void expect_problem(const char *part, const char *from, const char *to, const char *at, const char *sentence)
{
    char *whole = changed(part, from, to);
    struct problems problems = PROBLEMS_INIT;
    struct form *form = load_changed(part, whole, &problems);
    struct buf all = BUF_INIT;
    char where[128];

    snprintf(where, sizeof where, "%s/%s:%d", form_folder(), part, line_of(part, whole, at));
    problems_text(&problems, &all);
    cr_assert_null(form, "it loaded");
    cr_expect_eq(problems.total, 1, "%s", buf_str(&all));
    cr_expect_str_eq(problems.problem[0].where, where, "%s", buf_str(&all));
    cr_expect_str_eq(problems.problem[0].text, sentence);
    buf_done(&all);
    problems_done(&problems);
    free(whole);
}

char *problems_after(const char *part, const char *from, const char *to)
{
    char *whole = changed(part, from, to);
    struct problems problems = PROBLEMS_INIT;
    struct buf all = BUF_INIT;

    cr_assert_null(load_changed(part, whole, &problems), "it loaded");
    cr_assert_gt(problems.total, 0);
    problems_text(&problems, &all);
    problems_done(&problems);
    free(whole);
    return buf_steal(&all);
}

struct form *form_after(const char *part, const char *from, const char *to)
{
    char *whole = changed(part, from, to);
    struct problems problems = PROBLEMS_INIT;
    struct form *form = load_changed(part, whole, &problems);
    struct buf all = BUF_INIT;

    problems_text(&problems, &all);
    cr_assert_not_null(form, "%s", buf_str(&all));
    buf_done(&all);
    problems_done(&problems);
    free(whole);
    return form;
}

/* --- What form.h promises --- */

static void assert_text(const char *s)
{
    cr_assert_not_null(s);
    cr_assert_neq(*s, '\0');
}

static void assert_indexes(const size_t *index, size_t n, size_t limit)
{
    for (size_t i = 0; i < n; i++) {
        cr_assert_lt(index[i], limit);
    }
}

static void assert_amount(const struct form *form, const struct form_amount *amount)
{
    cr_assert(amount->policy >= -1 && amount->policy < (int)form->npolicies);
    if (amount->policy >= 0) {
        cr_assert_null(form->policy[amount->policy].choice);
    }
}

/* Only questions before `before`, only rules before `rules`. */
static void assert_cond(const struct form *form, const struct form_cond *cond, size_t before, size_t rules)
{
    option_set general = OPTION_UNSURE | OPTION_PRIVATE | OPTION_MISSING;

    switch (cond->kind) {
    case COND_ALL:
    case COND_ANY:
    case COND_NOT:
        cr_assert_gt(cond->nchildren, 0);
        cr_assert(cond->kind != COND_NOT || cond->nchildren == 1);
        for (size_t i = 0; i < cond->nchildren; i++) {
            assert_cond(form, &cond->child[i], before, rules);
        }
        return;
    case COND_FLAGGED:
        cr_assert_gt(cond->nrules, 0);
        assert_indexes(cond->rule, cond->nrules, rules);
        return;
    case COND_OPTIONS:
    case COND_COUNT:
    case COND_NUMBER:
    case COND_SINCE:
        break;
    }
    cr_assert_lt(cond->question, before);
    const struct form_question *question = &form->question[cond->question];
    if (cond->kind == COND_OPTIONS) {
        cr_assert_eq(cond->options & ~general & ~(OPTION_BIT(question->noptions) - 1), 0);
    }
    if (cond->kind == COND_OPTIONS) {
        cr_assert_neq(cond->options, 0);
    } else {
        assert_amount(form, &cond->amount);
    }
    cr_assert(cond->kind != COND_COUNT || question->type == QUESTION_CHOICES);
    cr_assert(cond->kind != COND_NUMBER || question->type == QUESTION_NUMBER);
    cr_assert(cond->kind != COND_SINCE || question->type == QUESTION_DATE);
}

static void assert_rule(const struct form *form, size_t i)
{
    const struct form_rule *rule = &form->rule[i];
    bool postpones = rule->policy < 0 && rule->outcome == OUTCOME_POSTPONE;

    assert_text(rule->flag);
    assert_text(rule->title);
    assert_text(rule->reason);
    assert_text(rule->strength);
    cr_assert(rule->main == SIZE_MAX || rule->main < form->nquestions);
    if (rule->when) {
        assert_cond(form, rule->when, form->nquestions, i);
    }
    cr_assert(rule->policy >= -1 && rule->policy < (int)form->npolicies);
    for (size_t c = 0; rule->policy >= 0 && c < form->policy[rule->policy].nchoices; c++) {
        cr_assert_leq(rule->by_choice[c], OUTCOME_HOLD);
        postpones = postpones || rule->by_choice[c] == OUTCOME_POSTPONE;
    }
    if (postpones) {
        cr_assert_lt(rule->until_question, form->nquestions);
        cr_assert_eq(form->question[rule->until_question].type, QUESTION_DATE);
        assert_amount(form, &rule->until);
    }
    assert_indexes(rule->source, rule->nsources, form->nsources);
    assert_indexes(rule->item, rule->nitems, form->nitems);
}

/* Every brace is part of a placeholder, with words for each, or of a policy that counts. */
static void assert_placeholders(const struct form *form, const char *s)
{
    size_t len;
    int which;

    struct buf counted = BUF_INIT;
    assert_text(s);
    policies_fill(&counted, form, NULL, s);
    for (s = buf_str(&counted); (s = placeholder_next(s, &len, &which)); s += len) {
        cr_assert_geq(which, 0, "%s", s);
        assert_text(form->texts.instead[which]);
    }
    buf_done(&counted);
}

void assert_sound(const struct form *form)
{
    assert_text(form->id);
    cr_assert_gt(form->nquestions, 0);
    for (size_t i = 0; i < form->nquestions; i++) {
        const struct form_question *question = &form->question[i];

        assert_text(question->id);
        assert_text(question->code);
        assert_text(question->text);
        cr_assert_lt(question->section, form->nsections);
        cr_assert_lt(question->main, form->nquestions);
        cr_assert_leq(question->noptions, FORM_MAX_OPTIONS);
        for (size_t o = 0; o < question->noptions; o++) {
            assert_text(question->option[o].id);
            assert_text(question->option[o].text);
        }
        if (question->ask_if) {
            assert_cond(form, question->ask_if, i, 0);
        }
        cr_assert_eq(question->general & ~(OPTION_UNSURE | OPTION_PRIVATE), 0);
        if (question->set_to) {
            cr_assert_lt(question->set_by, form->npolicies);
            for (size_t c = 0; c < form->policy[question->set_by].nchoices; c++) {
                option_set set = question->set_to[c];
                cr_assert(set < OPTION_BIT(question->noptions) && (set & (set - 1)) == 0);
            }
        }
    }
    for (size_t i = 0; i < form->nrules; i++) {
        assert_rule(form, i);
    }
    for (size_t i = 0; i < form->nitems; i++) {
        const struct form_item *item = &form->item[i];

        assert_text(item->id);
        assert_placeholders(form, item->text);
        cr_assert_gt(item->nwindows, 0);
        for (size_t w = 0; w < item->nwindows; w++) {
            assert_indexes(item->window[w].rule, item->window[w].nrules, form->nrules);
        }
        assert_indexes(item->source, item->nsources, form->nsources);
    }
    for (size_t i = 0; i < form->npolicies; i++) {
        const struct form_policy *policy = &form->policy[i];

        assert_text(policy->id);
        if (policy->choice) {
            cr_assert_lt((size_t)policy->value, policy->nchoices);
        } else {
            cr_assert(policy->value >= policy->min && policy->value <= policy->max);
        }
    }
    assert_indexes(form->device_default, form->ndevice_default, form->nrules);
    for (size_t i = 0; i < form->nsources; i++) {
        assert_text(form->source[i].title);
    }
    const struct form_dictionary *dictionary = &form->dictionary;
    if (dictionary->question != SIZE_MAX) {
        cr_assert_lt(dictionary->question, form->nquestions);
        cr_assert_lt(dictionary->unmatched, form->nrules);
        cr_assert_lt(dictionary->contradiction, form->nrules);
    }
    for (size_t i = 0; i < dictionary->ngroups; i++) {
        const struct form_group *group = &dictionary->group[i];

        assert_text(group->id);
        cr_assert(group->rule < form->nrules || (group->rule == SIZE_MAX && group->unsure_code));
        cr_assert_gt(group->nwords, 0);
        for (size_t w = 0; w < group->nwords; w++) {
            assert_text(group->word[w]);
        }
        cr_assert(group->question == SIZE_MAX || group->question < form->nquestions);
    }
    for (size_t i = 0; i < form->nsince; i++) {
        assert_text(form->since[i].id);
        assert_text(form->since[i].text);
        cr_assert_gt(form->since[i].nquestions, 0);
        assert_indexes(form->since[i].question, form->since[i].nquestions, form->nquestions);
        for (size_t q = 0; q < form->since[i].nquestions; q++) {
            const struct form_question *question = &form->question[form->since[i].question[q]];
            cr_assert(!question->fresh && question->main == form->since[i].question[q]);
        }
    }
    for (size_t i = 0; i < form->npages; i++) {
        const struct form_page *page = &form->page[i];

        assert_text(page->id);
        assert_text(page->title);
        cr_assert_gt(page->nparagraphs, 0);
        for (size_t p = 0; p < page->nparagraphs; p++) {
            assert_placeholders(form, page->paragraph[p].text);
            if (page->paragraph[p].when) {
                assert_cond(form, page->paragraph[p].when, form->nquestions, 0);
            }
        }
        assert_indexes(page->source, page->nsources, form->nsources);
    }
    for (size_t i = 0; i < form->texts.nnext; i++) {
        assert_placeholders(form, form->texts.next[i]);
    }
    assert_text(form->texts.attestation);
    cr_assert_gt(form->texts.nwelcome, 0);
}
