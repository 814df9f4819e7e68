#include "post.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "mem.h"
#include "put.h"

struct post {
    const struct post_setup *setup;
    int link;
    uint8_t uid[FRAME_UID];
    uint32_t rev;             /* of the last draft or final; 0: none was sent */
    uint32_t final_rev;       /* 0: not signed yet */
    uint8_t alert[FRAME_UID]; /* uid of the last alert or call */
    uint8_t delete_public[crypto_sign_PUBLICKEYBYTES];
    uint8_t delete_secret[crypto_sign_SECRETKEYBYTES];
    bool resumed; /* the secret is not known */
    bool doubted; /* the clock was moved during the visit */
};

/* An intake that the letterbox has not heard of. */
static void begin(struct post *post)
{
    randombytes_buf(post->uid, sizeof post->uid);
    crypto_sign_keypair(post->delete_public, post->delete_secret);
    post->rev = post->final_rev = 0;
    post->resumed = false;
}

struct post *post_new(const struct post_setup *setup, int link)
{
    struct post *post = mem_alloc(sizeof *post);
    post->setup = setup;
    post->link = link;
    begin(post);
    if (setup->resume) {
        memcpy(post->uid, setup->resume->uid, sizeof post->uid);
        memcpy(post->delete_public, setup->resume->delete_key, sizeof post->delete_public);
        sodium_memzero(post->delete_secret, sizeof post->delete_secret);
        post->rev = setup->resume->rev;
        post->resumed = true;
    }
    return post;
}

void post_free(struct post *post)
{
    if (post != NULL) {
        sodium_memzero(post, sizeof *post);
        free(post);
    }
}

static struct frame_header header_of(const struct post *post, enum frame_kind kind, const struct clock *clock)
{
    const struct post_setup *setup = post->setup;
    struct frame_header header = {
        .epoch = setup->keys.epoch,
        .rev = 1,
        .kind = (uint8_t)kind,
        .clock = (uint8_t)(post->doubted ? CLOCK_UNKNOWN : setup->clock_state),
        .wall_s = clock_wall_s(clock),
    };
    memcpy(header.uid, post->uid, sizeof header.uid);
    memcpy(header.form_hash, setup->form->hash, sizeof header.form_hash);
    memcpy(header.boot_id, setup->boot_id, sizeof header.boot_id);
    memcpy(header.delete_key, post->delete_public, sizeof header.delete_key);
    return header;
}

/* Seals the two documents, which it overwrites, and hands the frame on. */
static int send_sealed(struct post *post, const struct frame_header *header, struct buf *desk,
                       struct buf *body, struct err *err)
{
    struct buf frame = BUF_INIT;
    int rc = frame_seal(&frame, header, &post->setup->keys, buf_str(desk), desk->len, buf_str(body),
                        body->len, err);
    buf_wipe(desk);
    buf_wipe(body);
    if (rc == 0) {
        rc = link_send(post->link, LINK_FRAME, frame.data, frame.len, err);
    }
    buf_done(&frame);
    return rc;
}

static struct document_language language_of(const struct post *post, size_t language)
{
    const struct post_setup *setup = post->setup;
    if (setup->nlanguages == 0) {
        return (struct document_language){ setup->form->language, "", setup->form, setup->catalogue, false };
    }
    const struct wizard_language *spoken = &setup->language[language];
    return (struct document_language){ spoken->code, spoken->name, spoken->form, spoken->catalogue,
                                       spoken->unreviewed };
}

/* How each question was answered, one a question; it borrows `language`. free() it. */
static struct document_answer *answers_of(const struct post *post, const struct wizard_visit *visit,
                                          const struct document_language *language)
{
    size_t n = post->setup->form->nquestions;
    struct document_answer *answer = mem_alloc((n + 1) * sizeof *answer);
    for (size_t i = 0; i < n; i++) {
        answer[i].ms = visit->timing[i].ms;
        answer[i].fast = visit->timing[i].fast;
        answer[i].ask_alone = visit->timing[i].ask_alone;
        answer[i].left = visit->left[i];
        answer[i].shown = &language[visit->timing[i].language];
        answer[i].given_by = visit->given_by[i];
        answer[i].entered_by = visit->entered_by[i];
    }
    return answer;
}

/* What is borrowed for a document to be written. */
struct papers {
    struct document_answer *answer;
    struct document_language *language; /* one a language of the setup, one at least */
};

static void papers_done(struct papers *papers)
{
    free(papers->answer);
    free(papers->language);
}

static struct document_facts facts_of(const struct post *post, const struct wizard_visit *visit,
                                      struct papers *papers, struct date today)
{
    const struct post_setup *setup = post->setup;
    const struct approval *approval = setup->approval;
    papers->language = mem_alloc((setup->nlanguages + 1) * sizeof *papers->language);
    for (size_t i = 0; i == 0 || i < setup->nlanguages; i++) {
        papers->language[i] = language_of(post, i);
    }
    papers->answer = answers_of(post, visit, papers->language);
    return (struct document_facts){
        .kind = "draft",
        .uid = post->uid,
        .form = setup->form,
        .answers = visit->answers,
        .answer = papers->answer,
        .catalogue = setup->catalogue,
        .shown = &papers->language[visit->language],
        .agreed = &papers->language[visit->consent_language],
        .reached = visit->reached,
        .policies = setup->policies,
        .birth_date = visit->birth_date,
        .asked_on = today,
        .visit_on = today,
        .name = visit->name,
        .phone = visit->phone,
        .helper_name = visit->helper_name,
        .helper_relation = visit->helper_relation,
        .fact = setup->clinic.fact,
        .timezone = setup->timezone,
        .started_s = visit->started_s,
        .consented_s = visit->consented_s,
        .signed_s = visit->signed_s,
        .signature = visit->signature,
        .signed_by_helper = visit->signed_by_helper,
        .approved_by = approval ? approval->clinician : NULL,
        .approved_on = approval ? approval->on : (struct date){ 0, 0, 0 },
        .approved_until = approval ? approval->review_by : (struct date){ 0, 0, 0 },
        .slip = visit->slip,
        .since = visit->since,
    };
}

/* The two documents of an intake; what a final says is worked out here. */
static void write_intake(const struct post *post, enum frame_kind kind, const struct wizard_visit *visit,
                         int64_t wall_s, struct buf *desk, struct buf *body)
{
    struct date today = clock_local_date(wall_s);
    struct assessment *assessment = NULL;
    struct papers papers;
    struct document_facts facts = facts_of(post, visit, &papers, today);
    if (kind == FRAME_FINAL) {
        /* The visit is today unless staff set another day in review. */
        assessment = assessment_new();
        assess(assessment, visit->answers, post->setup->policies, today, today);
        facts.kind = "final";
        facts.assessment = assessment;
    }
    document_desk(desk, &facts);
    document_body(body, &facts);
    papers_done(&papers);
    assessment_free(assessment);
}

int post_answers(struct post *post, const struct wizard_visit *visit, const struct clock *clock,
                 struct err *err)
{
    struct buf list = BUF_INIT;
    struct papers papers;
    struct document_facts facts = facts_of(post, visit, &papers, clock_local_date(clock_wall_s(clock)));
    document_answers(&list, &facts, visit->asked, visit->withdrawn);
    int rc = link_send(post->link, LINK_ANSWERS, list.data, list.len, err);
    buf_wipe(&list);
    papers_done(&papers);
    return rc;
}

void post_doubt_clock(struct post *post)
{
    post->doubted = true;
}

static int send_intake(struct post *post, enum frame_kind kind, const struct wizard_visit *visit,
                       const struct clock *clock, struct err *err)
{
    struct frame_header header = header_of(post, kind, clock);
    struct buf desk = BUF_INIT, body = BUF_INIT;
    header.rev = post->rev + 1;
    write_intake(post, kind, visit, header.wall_s, &desk, &body);
    int rc = send_sealed(post, &header, &desk, &body, err);
    if (rc == 0) {
        post->rev = header.rev;
    }
    return rc;
}

int post_preview(struct post *post, const struct wizard_visit *visit, const struct clock *clock,
                 struct err *err)
{
    struct buf desk = BUF_INIT, body = BUF_INIT;
    write_intake(post, FRAME_FINAL, visit, clock_wall_s(clock), &desk, &body);
    int rc = link_send(post->link, LINK_PREVIEW, body.data, body.len, err);
    buf_wipe(&desk);
    buf_wipe(&body);
    return rc;
}

int post_draft(struct post *post, const struct wizard_visit *visit, const struct clock *clock,
               struct err *err)
{
    return send_intake(post, FRAME_DRAFT, visit, clock, err);
}

int post_final(struct post *post, const struct wizard_visit *visit, const struct clock *clock,
               struct err *err)
{
    if (send_intake(post, FRAME_FINAL, visit, clock, err) != 0) {
        return -1;
    }
    post->final_rev = post->rev;
    return 0;
}

static void open_note(struct buf *out, const char *why)
{
    put_open(out, NULL, '{');
    put_int(out, "v", DOCUMENT_VERSION);
    put_text(out, "why", why);
}

/* Alerts and calls are small records of their own that name the intake. */
static int send_note(struct post *post, enum frame_kind kind, const char *why, const char *const *flag,
                     size_t nflags, const struct clock *clock, struct err *err)
{
    struct frame_header header = header_of(post, kind, clock);
    memcpy(header.about, post->uid, sizeof header.about);
    randombytes_buf(header.uid, sizeof header.uid);
    header.urgent = kind == FRAME_ALERT && post->setup->show_urgent;
    memset(header.delete_key, 0, sizeof header.delete_key);
    memcpy(post->alert, header.uid, sizeof post->alert);
    struct buf desk = BUF_INIT, body = BUF_INIT;
    open_note(&desk, kind == FRAME_ALERT ? "alert" : why);
    put_close(&desk, '}');
    open_note(&body, why);
    put_texts(&body, "flags", flag, nflags);
    put_close(&body, '}');
    return send_sealed(post, &header, &desk, &body, err);
}

int post_alert(struct post *post, const size_t *rule, size_t nrules, const struct clock *clock,
               struct err *err)
{
    const char **flag = mem_alloc((nrules + 1) * sizeof *flag);
    for (size_t i = 0; i < nrules; i++) {
        flag[i] = post->setup->form->rule[rule[i]].flag;
    }
    int rc = send_note(post, FRAME_ALERT, nrules == 0 ? "unwell" : "flags", flag, nrules, clock, err);
    free(flag);
    return rc;
}

int post_help(struct post *post, const char *why, const struct clock *clock, struct err *err)
{
    return send_note(post, FRAME_HELP, why, NULL, 0, clock, err);
}

int post_delete(struct post *post, const struct clock *clock, struct err *err)
{
    if (post->rev == 0 || post->resumed) {
        int told = post->resumed ? link_send(post->link, LINK_WITHDRAWN, NULL, 0, err) : 0;
        begin(post);
        return told;
    }
    struct frame_header header = header_of(post, FRAME_DELETE, clock);
    header.rev = post->rev + 1;
    struct buf frame = BUF_INIT;
    int rc = frame_delete(&frame, &header, post->delete_secret, err);
    if (rc == 0) {
        rc = link_send(post->link, LINK_FRAME, frame.data, frame.len, err);
    }
    buf_done(&frame);
    /* The letterbox takes nothing more under a deleted uid, and the patient may think better of it. */
    begin(post);
    return rc;
}

bool post_reply(const struct post *post, const struct link_reply *reply, enum wizard_reply *out)
{
    bool trouble = reply->status == FRAME_TROUBLE, refused = reply->status == FRAME_REFUSED;
    bool held = reply->status == FRAME_HELD;
    if (memcmp(reply->uid, post->uid, FRAME_UID) == 0) {
        if (post->final_rev == 0 || reply->rev != post->final_rev) {
            return false; /* a draft: nobody waits for it */
        }
        *out = trouble ? REPLY_TROUBLE : refused ? REPLY_REFUSED : held ? REPLY_HELD : REPLY_SAVED;
        return true;
    }
    if (memcmp(reply->uid, post->alert, FRAME_UID) == 0) {
        *out = trouble || refused || held    ? REPLY_ALERT_LATE
               : reply->status == FRAME_SEEN ? REPLY_SEEN
                                             : REPLY_ALERT_SENT;
        return true;
    }
    return false;
}
