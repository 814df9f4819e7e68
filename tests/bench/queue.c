/* The review over many filed intakes: a key of a search, the memory of the queue, opening an intake, and a
 * deposit while a review reads, and a backup beside a plain copy. All at the level of functions: the terminal
 * is measured under "keys", and the way to the first page under "vault". */
#include <fcntl.h>
#include <sodium.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backup.h"
#include "bench.h"
#include "config.h"
#include "deposit.h"
#include "document.h"
#include "figure.h"
#include "file.h"
#include "form_load.h"
#include "mem.h"
#include "queue_row.h"
#include "sql.h"
#include "tty.h"
#include "vault.h"

enum {
    FULL_EVERY = 500, /* one in so many has the whole form's answers */
    OPENED = 100,
    DEPOSITED = 60,
    BACKED_UP = 10000,
    BACKUPS = 5,
    CHUNK = 256 * 1024,
    WALL_S = 1795255200,
};
#define PASSPHRASE "correct horse battery staple"

struct store {
    char *path;
    struct db *db;
    struct frame_keys keys;
    struct form *form;
    uint32_t dice;
    uint32_t made;
};

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "bench: %s\n", err->text);
        exit(2);
    }
}

static uint32_t draw(struct store *s, uint32_t below)
{
    s->dice ^= s->dice << 13;
    s->dice ^= s->dice >> 17;
    s->dice ^= s->dice << 5;
    return s->dice % below;
}

/* ---- making them
 * -------------------------------------------------------------------------------------------- */

static const char *const given[] = { "Anna", "Zoë", "Marek", "Ирина", "Ελένη", "Lucía", "Nguyễn", "Oliver" };
static const char *const family[] = {
    "Hartwell", "Ståhlhammar", "Brzezińska", "Valcárcel", "Рожкова", "Μελά"
};

struct who {
    char name[80], phone[24], born[16];
};

static void make_who(struct store *s, struct who *who)
{
    snprintf(who->name, sizeof who->name, "%s %s%u", given[draw(s, 8)], family[draw(s, 6)], draw(s, 2000));
    snprintf(who->phone, sizeof who->phone, "07700 %06u", draw(s, 1000000));
    snprintf(who->born, sizeof who->born, "%u-%02u-%02u", 1940 + draw(s, 66), 1 + draw(s, 12),
             1 + draw(s, 28));
}

/* What queue and search need, and three flags. */
static void short_body(struct buf *out, const uint8_t uid[FRAME_UID], const struct who *who, uint32_t class)
{
    char hex[DEPOSIT_LONG];
    static const char *const name[] = { "CLEAR", "PRECAUTION", "REVIEW", "POSTPONE", "HOLD" };
    buf_addf(
        out,
        "{\"v\":1,\"part\":\"body\",\"kind\":\"final\",\"uid\":\"%s\",\"language\":\"en\",\"form\":{\"id\":"
        "\"microneedling\"},\"asked_on\":\"2026-11-21\",\"visit_on\":\"2026-11-21\",\"patient\":{\"name\":\"%"
        "s\","
        "\"phone\":\"%s\",\"birth_date\":\"%s\"},\"answers\":[],\"assessment\":{\"class\":\"%s\","
        "\"attention\":40,"
        "\"flags\":[{\"id\":\"ISO_LT6\",\"outcome\":\"%s\"},{\"id\":\"ANTICOAG\",\"outcome\":\"PRECAUTION\"}]"
        ","
        "\"items\":[]}}",
        deposit_long(uid, hex), who->name, who->phone, who->born, name[class], name[class]);
}

/* Every question left out: the longest list of flags there is. */
static void full_body(struct store *s, struct buf *out, const uint8_t *uid, const struct who *who)
{
    struct answers *answers = answers_new(s->form);
    struct policies *policies = policies_new(s->form);
    struct assessment *assessment = assessment_new();
    struct document_answer *how = mem_alloc((s->form->nquestions + 1) * sizeof *how);
    const struct date day = { 2026, 11, 21 };
    answers_set_context(answers, day, policies->value);
    assess(assessment, answers, policies, day, day);
    const char *fact[PLACEHOLDERS];
    config_facts(NULL, fact);
    struct document_facts facts = {
        .kind = "final",
        .uid = uid,
        .form = s->form,
        .answers = answers,
        .answer = how,
        .reached = s->form->nquestions,
        .policies = policies,
        .assessment = assessment,
        .asked_on = day,
        .visit_on = day,
        .name = who->name,
        .phone = who->phone,
        .helper_name = "",
        .helper_relation = "",
        .fact = fact,
        .timezone = "UTC",
        .started_s = WALL_S - 300,
        .consented_s = WALL_S - 290,
        .signed_s = WALL_S,
        .signature = who->name,
    };
    document_body(out, &facts);
    free(how);
    assessment_free(assessment);
    policies_free(policies);
    answers_free(answers);
}

static void make_frame(struct store *s, struct buf *frame, uint8_t uid[FRAME_UID], struct who *who)
{
    struct frame_header header = { .epoch = s->keys.epoch, .rev = 1, .kind = FRAME_FINAL, .wall_s = WALL_S };
    struct buf body = BUF_INIT;
    struct err err = { "" };
    char hex[DEPOSIT_LONG], desk[128];
    randombytes_buf(uid, FRAME_UID);
    memcpy(header.uid, uid, FRAME_UID);
    make_who(s, who);
    if (s->made++ % FULL_EVERY == 0) {
        full_body(s, &body, uid, who);
    } else {
        short_body(&body, uid, who, draw(s, 5));
    }
    snprintf(desk, sizeof desk, "{\"v\":1,\"part\":\"desk\",\"uid\":\"%s\"}", deposit_long(uid, hex));
    buf_reset(frame);
    must(frame_seal(frame, &header, &s->keys, desk, strlen(desk), body.data, body.len, &err) == 0, &err);
    buf_done(&body);
}

/* n more, in one transaction: a hundred thousand deposits of their own would flush for an hour. */
static void add_deposits(struct store *s, size_t n)
{
    struct err err = { "" };
    struct buf frame = BUF_INIT;
    must(db_begin(s->db, &err) == 0, &err);
    for (size_t i = 0; i < n; i++) {
        uint8_t uid[FRAME_UID];
        struct who who;
        struct sql q;
        make_frame(s, &frame, uid, &who);
        sql_prepare(
            &q, s->db,
            "INSERT INTO deposit (uid, rev, kind, received_s, header, seals, bodies) VALUES (?1, 1, 2, ?2, "
            "?3, ?4, ?5)");
        sql_blob(&q, 1, uid, FRAME_UID);
        sql_int(&q, 2, WALL_S);
        sql_blob(&q, 3, frame.data, FRAME_HEADER);
        sql_blob(&q, 4, frame.data + FRAME_HEADER, FRAME_BODIES - FRAME_HEADER);
        sql_blob(&q, 5, frame.data + FRAME_BODIES, frame.len - FRAME_BODIES);
        must(sql_run(&q, &err) == 0, &err);
    }
    must(db_commit(s->db, &err) == 0, &err);
    buf_done(&frame);
}

static void store_open(struct store *s, const struct clinic *clinic)
{
    struct err err = { "" };
    struct problems problems = PROBLEMS_INIT;
    uint8_t recovery[RECOVERY_KEY];
    *s = (struct store){ .path = path_join(clinic->folder, "many.db"), .dice = 2463534242 };
    unlink(s->path);
    s->form = form_load(clinic->form, &problems);
    if (s->form == NULL) {
        problems_err(&problems, &err);
        must(false, &err);
    }
    problems_done(&problems);
    s->db = db_create(s->path, clock_system(), &err);
    must(s->db != NULL, &err);
    recovery_make(recovery);
    const struct vault_setup setup = {
        .user = "anna", .passphrase = PASSPHRASE, .recovery = recovery, .cost = { 1, 8192 }, .at_s = WALL_S
    };
    must(vault_create(s->db, &setup, &s->keys, &err) == 0, &err);
}

/* ---- measuring
 * ---------------------------------------------------------------------------------------------- */

static int take_row(void *arg, const struct vault_row *row)
{
    struct queue_entry entry = queue_row(row);
    queue_put(arg, &entry);
    return 0;
}

static double since_ms(int64_t begun)
{
    return (double)(now_ns() - begun) / 1e6;
}

static struct vault *unlock(struct store *s)
{
    struct err err = { "" };
    struct vault *vault = NULL;
    must(vault_unlock(s->db, "anna", PASSPHRASE, WALL_S, &vault, &err) == 1, &err);
    return vault;
}

static void look(struct queue *queue, const char *search)
{
    const struct queue_filter filter = { .view = QUEUE_VIEW_ALL, .search = search, .user = "anna" };
    queue_look(queue, &filter, (struct date){ 2026, 11, 21 }, WALL_S);
}

static void search_keys(struct queue *queue, struct samples *samples)
{
    static const char *const typed[] = { "grünwald", "anna har", "07700 12", "15.5.1990", "рож", "nguyễn" };
    char query[64];
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        for (size_t len = 1; len <= strlen(typed[i]); len++) {
            if (((unsigned char)typed[i][len] & 0xC0) == 0x80) {
                continue;
            }
            snprintf(query, sizeof query, "%.*s", (int)len, typed[i]);
            double begun = cpu_ms();
            look(queue, query);
            struct queue_entry entry;
            for (size_t row = 0; row < 24 && row < queue_count(queue); row++) {
                queue_get(queue, row, &entry);
            }
            samples_add(samples, cpu_ms() - begun);
        }
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double p99(struct samples *samples)
{
    qsort(samples->value, samples->n, sizeof *samples->value, compare);
    return samples->value[(samples->n - 1) * 99 / 100];
}

static int take_uid(void *arg, const struct vault_row *row)
{
    uint8_t(*uid)[FRAME_UID] = arg;
    if ((row->seq - 1) % FULL_EVERY == 0 && (row->seq - 1) / FULL_EVERY < OPENED) {
        memcpy(uid[(row->seq - 1) / FULL_EVERY], row->uid, FRAME_UID);
    }
    return 0;
}

static void open_some(struct vault *vault, size_t n, struct samples *samples)
{
    struct err err = { "" };
    uint8_t uid[OPENED][FRAME_UID];
    size_t full = n / FULL_EVERY < OPENED ? n / FULL_EVERY : OPENED;
    must(vault_each(vault, take_uid, uid, &err) == 0, &err);
    for (size_t i = 0; i < OPENED; i++) {
        struct encounter *e = NULL;
        double begun = cpu_ms();
        must(vault_encounter(vault, uid[i % full], &e, &err) == 1, &err);
        samples_add(samples, cpu_ms() - begun);
        encounter_free(e);
    }
}

/* A review that does nothing but read, in a process of its own. */
static pid_t restless_review(struct store *s)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct err err = { "" };
        s->db = db_open(s->path, clock_system(), &err);
        struct vault *vault = s->db == NULL ? NULL : unlock(s);
        while (vault != NULL) {
            struct queue *queue = queue_new();
            (void)vault_each(vault, take_row, queue, &err);
            queue_free(queue);
        }
        _exit(1);
    }
    return pid;
}

static void deposits(struct store *s, struct samples *samples)
{
    struct buf frame = BUF_INIT;
    uint8_t uid[FRAME_UID];
    struct who who;
    struct err err = { "" };
    for (int i = 0; i < DEPOSITED; i++) {
        make_frame(s, &frame, uid, &who);
        int64_t begun = now_ns();
        must(deposit_frame(s->db, frame.data, frame.len, WALL_S, &err) == FRAME_STORED, &err);
        samples_add(samples, since_ms(begun));
    }
    buf_done(&frame);
}

static void held_up(struct store *s)
{
    struct samples alone = SAMPLES_INIT, beside = SAMPLES_INIT;
    figure_title("14  A deposit, ms");
    deposits(s, &alone);
    pid_t pid = restless_review(s);
    usleep(500000);
    deposits(s, &beside);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    figure_samples("no review", &alone);
    figure_samples("beside a review that reads without rest", &beside);
    figure_ratio(&beside, &alone, 3);
    samples_done(&alone);
    samples_done(&beside);
}

/* What cp does, and a flush. */
static double copy_ms(const char *from, const char *to)
{
    static uint8_t chunk[CHUNK];
    struct err err = { "" };
    int64_t begun = now_ns();
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t n = -1;
    while (in >= 0 && out >= 0 && (n = read(in, chunk, sizeof chunk)) > 0) {
        must(fd_write_all(out, chunk, (size_t)n) == 0, &err);
    }
    must(n == 0 && fsync(out) == 0, &err);
    double ms = since_ms(begun);
    close(in);
    close(out);
    unlink(to);
    return ms;
}

/* Each from nothing: the next one copies only what is new. */
static void backups(struct store *s, const struct clinic *clinic)
{
    struct samples ours = SAMPLES_INIT, next = SAMPLES_INIT, theirs = SAMPLES_INIT;
    char *folder = path_join(clinic->folder, "backups"), *copy = path_join(clinic->folder, "many.copy");
    const struct backup_plan plan = { .folder = folder, .daily = 1 };
    for (int i = 0; i < BACKUPS; i++) {
        for (int again = 0; again < 2; again++) {
            struct backup_result made;
            struct err err = { "" };
            int64_t begun = now_ns();
            must(backup_make(s->db, &plan, clock_system(), "bench", &made, &err) == 0, &err);
            samples_add(again ? &next : &ours, since_ms(begun));
        }
        samples_add(&theirs, copy_ms(s->path, copy));
        struct backup_file *file = NULL;
        size_t n = 0;
        must(backup_list(folder, &file, &n, NULL) == 0, &(struct err){ "" });
        for (size_t k = 0; k < n; k++) {
            char *path = path_join(folder, file[k].name);
            unlink(path);
            free(path);
        }
        free(file);
    }
    figure_title("18  A backup of %zu intakes, ms: copied, read again, each sealed byte compared",
                 (size_t)s->made);
    figure_samples("cp and fsync", &theirs);
    figure_samples("Foyer, the first", &ours);
    figure_ratio(&ours, &theirs, 5);
    figure_samples("Foyer, the next, with nothing new", &next);
    samples_done(&ours);
    samples_done(&next);
    samples_done(&theirs);
    free(folder);
    free(copy);
}

static void measure(struct store *s, size_t n)
{
    struct samples keys = SAMPLES_INIT, opening = SAMPLES_INIT;
    struct vault *vault = unlock(s);
    struct queue *queue = queue_new();
    struct err err = { "" };
    must(vault_file(vault, &err) >= 0, &err);
    double begun = cpu_ms();
    must(vault_each(vault, take_row, queue, &err) == 0, &err);
    look(queue, NULL);
    double each_us = (cpu_ms() - begun) * 1e3 / (double)n;
    figure_title("13  %zu filed intakes in the review, ms of a processor", n);
    figure_note("all of them read, sorted: %.1f ms, %.2f us each", each_us * (double)n / 1e3, each_us);
    search_keys(queue, &keys);
    figure_samples("a key of a search, filtered and sorted", &keys);
    double worst = p99(&keys);
    figure_fact(worst <= 30, "p99 of a key: %.2f ms, at most 30", worst);
    open_some(vault, n, &opening);
    figure_at_most("opening an intake with the whole form", &opening, 10);
    double each = (double)queue_bytes(queue) / (double)n;
    figure_fact(each <= 600, "the queue: %.0f bytes an intake, at most 600", each);
    queue_free(queue);
    vault_lock(vault);
    samples_done(&keys);
    samples_done(&opening);
}

static void run(const struct clinic *clinic, const size_t *size, size_t n)
{
    struct store s;
    store_open(&s, clinic);
    for (size_t i = 0; i < n; i++) {
        add_deposits(&s, size[i] - s.made);
        measure(&s, size[i]);
        if (size[i] == BACKED_UP) {
            backups(&s, clinic);
        }
    }
    held_up(&s);
    db_close(s.db);
    form_free(s.form);
    unlink(s.path);
    free(s.path);
}

void bench_queue(const struct clinic *clinic)
{
    static const size_t size[] = { 1000, 10000, 100000 };
    run(clinic, size, sizeof size / sizeof *size);
}

void bench_million(const struct clinic *clinic)
{
    static const size_t size[] = { 1000000 };
    run(clinic, size, 1);
}
