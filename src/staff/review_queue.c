#include "review_queue.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "review_find.h"
#include "text.h"

enum { PAGES = 8192, TABLE_MIN = 64 };

/* The strings of a row stand behind one another in the pool, those that are searched first. */
enum text { FOLDED, DIGITS, NAME, PHONE, OWNER, DECISION, PROGRESS, FLAGS, TEXTS };

struct row {
    int64_t seq, wall_s;
    uint32_t text;     /* offset in the pool of the first; they follow each other */
    uint32_t text_len; /* all of them with their NULs */
    uint32_t digits;   /* offset in the pool of the phone's digits, DIGITS */
    uint8_t uid[QUEUE_UID];
    struct date birth_date, asked_on, visit_on;
    uint8_t status, class, decided_class, attention, nflags, open_flags;
    bool has_class : 1, alert : 1, demo : 1, help : 1, uncertain : 1, today : 1, gone : 1;
};

struct queue {
    struct row *row;
    size_t nrows, cap_rows, ngone;
    char *pool;
    size_t pool_len, pool_cap, pool_waste;
    struct buf digits;       /* of the phone number that is put in */
    uint32_t *table;         /* uid -> row + 1; open addressing, a power of two */
    size_t ntable, nindexed; /* rows after these are not in it yet */
    uint32_t *order;         /* all rows that are there, sorted */
    size_t norder;
    uint32_t *shown; /* those the last look left */
    size_t nshown, cap_order;
    bool *pass;       /* by row: does it pass the filter? */
    int64_t from_seq; /* came today; 0: not known */
    bool stale;       /* rows changed since the last look */
    bool looked;
    struct date today;
    struct queue_filter filter; /* of the last look; its strings are not used */
    char *search, *flag, *user;
    int64_t now_s;
};

struct queue *queue_new(void)
{
    return mem_alloc(sizeof(struct queue));
}

void queue_clear(struct queue *queue)
{
    mem_pages_free(queue->row, queue->cap_rows * sizeof *queue->row);
    mem_pages_free(queue->pool, queue->pool_cap);
    buf_wipe(&queue->digits);
    free(queue->table);
    free(queue->order);
    free(queue->shown);
    free(queue->pass);
    mem_wipe_free(queue->search);
    free(queue->flag);
    free(queue->user);
    *queue = (struct queue){ 0 };
}

void queue_free(struct queue *queue)
{
    if (queue != NULL) {
        queue_clear(queue);
        free(queue);
    }
}

/* --- Strings --- */

static const char *text_of(const struct queue *queue, const struct row *row, enum text which)
{
    const char *text = queue->pool + row->text;
    for (int i = 0; i < (int)which; i++) {
        text += strlen(text) + 1;
    }
    return text;
}

/* Without what rows have left behind. */
static void compact(struct queue *queue)
{
    char *pool = mem_pages(NULL, 0, queue->pool_cap);
    size_t len = 0;
    for (size_t i = 0; i < queue->nrows; i++) {
        struct row *row = &queue->row[i];
        if (!row->gone) {
            memcpy(pool + len, queue->pool + row->text, row->text_len);
            row->digits = (uint32_t)len + (row->digits - row->text);
            row->text = (uint32_t)len;
            len += row->text_len;
        }
    }
    mem_pages_free(queue->pool, queue->pool_cap);
    queue->pool = pool;
    queue->pool_len = len;
    queue->pool_waste = 0;
}

static void pool_room(struct queue *queue, size_t more)
{
    if (queue->pool_len + more > queue->pool_cap && queue->pool_waste > queue->pool_len / 2) {
        compact(queue);
    }
    if (queue->pool_len + more > queue->pool_cap) {
        size_t cap = PAGES + queue->pool_len + more + queue->pool_len / 2;
        queue->pool = mem_pages(queue->pool, queue->pool_cap, cap);
        queue->pool_cap = cap;
    }
}

static void put_texts(struct queue *queue, struct row *row, const struct queue_entry *entry)
{
    char *made = entry->folded == NULL ? text_fold_words(entry->name) : NULL;
    const char *folded = made != NULL ? made : entry->folded != NULL ? entry->folded : "";
    buf_reset(&queue->digits);
    find_phone_digits(&queue->digits, entry->phone);
    const char *const text[TEXTS] = { [FOLDED] = folded,
                                      [DIGITS] = buf_str(&queue->digits),
                                      [NAME] = entry->name,
                                      [PHONE] = entry->phone,
                                      [OWNER] = entry->owner,
                                      [DECISION] = entry->decision,
                                      [PROGRESS] = entry->progress,
                                      [FLAGS] = entry->flags };
    size_t need = 0;
    for (int i = 0; i < TEXTS; i++) {
        need += strlen(text[i]) + 1;
    }
    queue->pool_waste += row->text_len;
    row->text_len = 0;
    row->gone = true; /* what it had is not moved */
    pool_room(queue, need);
    row->gone = false;
    row->text = (uint32_t)queue->pool_len;
    row->text_len = (uint32_t)need;
    for (int i = 0; i < TEXTS; i++) {
        size_t len = strlen(text[i]) + 1;
        row->digits = i == DIGITS ? (uint32_t)queue->pool_len : row->digits;
        memcpy(queue->pool + queue->pool_len, text[i], len);
        queue->pool_len += len;
    }
    mem_wipe_free(made);
}

/* --- Rows --- */

static size_t slot_of(const struct queue *queue, const uint8_t *uid)
{
    uint64_t hash;
    memcpy(&hash, uid, sizeof hash); /* uids are random */
    size_t slot = (size_t)hash & (queue->ntable - 1);
    while (queue->table[slot] != 0 && memcmp(queue->row[queue->table[slot] - 1].uid, uid, QUEUE_UID) != 0) {
        slot = (slot + 1) & (queue->ntable - 1);
    }
    return slot;
}

static void drop(struct queue *queue, struct row *row)
{
    explicit_bzero(queue->pool + row->text, row->text_len);
    queue->pool_waste += row->text_len;
    row->text_len = 0;
    row->gone = true;
    queue->ngone++;
    queue->stale = true;
}

/* The later of two rows stays. */
static void index_row(struct queue *queue, size_t i)
{
    uint32_t *at = &queue->table[slot_of(queue, queue->row[i].uid)];
    if (*at != 0 && !queue->row[*at - 1].gone) {
        drop(queue, &queue->row[*at - 1]);
    }
    *at = (uint32_t)i + 1;
}

/* Room in the table for one row more than there are, and those in it that queue_add() has left out. */
static void index_rows(struct queue *queue)
{
    if (2 * (queue->nrows + 1) > queue->ntable) {
        size_t size = queue->ntable == 0 ? TABLE_MIN : queue->ntable;
        while (2 * (queue->nrows + 1) > size) {
            size *= 2;
        }
        free(queue->table);
        queue->table = mem_alloc(size * sizeof *queue->table);
        queue->ntable = size;
        queue->nindexed = 0;
    }
    while (queue->nindexed < queue->nrows) {
        index_row(queue, queue->nindexed++);
    }
}

static struct row *lookup(struct queue *queue, const uint8_t *uid)
{
    index_rows(queue);
    uint32_t at = queue->table[slot_of(queue, uid)];
    return at == 0 || queue->row[at - 1].gone ? NULL : &queue->row[at - 1];
}

static struct row *new_row(struct queue *queue, const uint8_t *uid)
{
    if (queue->nrows == queue->cap_rows) {
        size_t cap = TABLE_MIN + queue->cap_rows + queue->cap_rows / 2, size = sizeof *queue->row;
        queue->row = mem_pages(queue->row, queue->cap_rows * size, cap * size);
        queue->cap_rows = cap;
    }
    struct row *row = &queue->row[queue->nrows++];
    *row = (struct row){ 0 };
    memcpy(row->uid, uid, QUEUE_UID);
    return row;
}

static void set_row(struct queue *queue, struct row *row, const struct queue_entry *entry)
{
    put_texts(queue, row, entry);
    row->seq = entry->seq;
    row->wall_s = entry->wall_s;
    row->birth_date = entry->birth_date;
    row->asked_on = entry->asked_on;
    row->visit_on = entry->visit_on;
    row->status = (uint8_t)entry->status;
    row->class = (uint8_t)entry->class;
    row->decided_class = (uint8_t)entry->decided_class;
    row->attention = entry->attention;
    row->nflags = entry->nflags;
    row->open_flags = entry->open_flags;
    row->has_class = entry->has_class;
    row->alert = entry->alert;
    row->demo = entry->demo;
    row->help = entry->help;
    row->uncertain = entry->uncertain;
    queue->stale = true;
}

void queue_add(struct queue *queue, const struct queue_entry *entry)
{
    set_row(queue, new_row(queue, entry->uid), entry);
}

void queue_put(struct queue *queue, const struct queue_entry *entry)
{
    struct row *row = lookup(queue, entry->uid);
    set_row(queue, row != NULL ? row : new_row(queue, entry->uid), entry);
}

bool queue_remove(struct queue *queue, const uint8_t uid[QUEUE_UID])
{
    struct row *row = lookup(queue, uid);
    if (row == NULL) {
        return false;
    }
    drop(queue, row);
    return true;
}

static void entry_of(const struct queue *queue, const struct row *row, struct queue_entry *out)
{
    *out = (struct queue_entry){
        .seq = row->seq,
        .wall_s = row->wall_s,
        .name = text_of(queue, row, NAME),
        .phone = text_of(queue, row, PHONE),
        .owner = text_of(queue, row, OWNER),
        .decision = text_of(queue, row, DECISION),
        .progress = text_of(queue, row, PROGRESS),
        .flags = text_of(queue, row, FLAGS),
        .birth_date = row->birth_date,
        .asked_on = row->asked_on,
        .visit_on = row->visit_on,
        .status = (enum queue_status)row->status,
        .has_class = row->has_class,
        .class = (enum outcome)row->class,
        .decided_class = (enum outcome)row->decided_class,
        .attention = row->attention,
        .nflags = row->nflags,
        .open_flags = row->open_flags,
        .alert = row->alert,
        .demo = row->demo,
        .help = row->help,
        .uncertain = row->uncertain,
    };
    memcpy(out->uid, row->uid, QUEUE_UID);
}

/* --- Order --- */

static bool waits(const struct row *row)
{
    return row->status == QUEUE_OPEN || row->status == QUEUE_DAMAGED || row->status == QUEUE_NEWER;
}

static uint64_t key_of(const struct row *row)
{
    uint64_t group = waits(row) ? 0 : row->status == QUEUE_DECIDED ? 1 : 2;
    uint64_t rank = row->status == QUEUE_UNFINISHED ? 0
                    : row->has_class && row->status != QUEUE_DAMAGED && row->status != QUEUE_NEWER
                        ? 1 + (uint64_t)row->decided_class
                        : 2 + (uint64_t)OUTCOME_HOLD;
    uint64_t seq = row->seq < 0 ? 0 : (uint64_t)row->seq & (((uint64_t)1 << 44) - 1);
    return group << 62 | (7 - rank) << 56 | (uint64_t)(255 - row->attention) << 46 | seq;
}

struct sorted {
    uint64_t key;
    uint32_t row;
};

/* By radix, a byte of the key at a time, the least first: at a hundred thousand qsort() takes longer. `spare`
 * has room for as many. Returns the one of both that is sorted. */
static struct sorted *sort_keys(struct sorted *list, struct sorted *spare, size_t n)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t at[256] = { 0 }, sum = 0;
        for (size_t i = 0; i < n; i++) {
            at[list[i].key >> shift & 0xff]++;
        }
        if (n == 0 || at[list[0].key >> shift & 0xff] == n) {
            continue; /* the same in all */
        }
        for (size_t byte = 0; byte < 256; byte++) {
            size_t here = at[byte];
            at[byte] = sum;
            sum += here;
        }
        for (size_t i = 0; i < n; i++) {
            spare[at[list[i].key >> shift & 0xff]++] = list[i];
        }
        struct sorted *other = list;
        list = spare;
        spare = other;
    }
    return list;
}

void queue_from(struct queue *queue, int64_t seq)
{
    queue->stale = queue->stale || queue->from_seq != seq;
    queue->from_seq = seq;
}

/* A day has 25 hours at most; local dates are dear, and most rows are older. */
static bool came_today(const struct queue *queue, const struct row *row, struct date today, int64_t now_s)
{
    const int64_t day = INT64_C(25) * 3600;
    if (queue->from_seq > 0 && row->seq >= queue->from_seq) {
        return true;
    }
    return row->wall_s > now_s - day && row->wall_s < now_s + day &&
           date_equal(clock_local_date(row->wall_s), today);
}

static void sort(struct queue *queue, struct date today, int64_t now_s)
{
    struct sorted *both = mem_alloc((2 * queue->nrows + 1) * sizeof *both), *sorted = both;
    size_t n = 0;
    for (size_t i = 0; i < queue->nrows; i++) {
        struct row *row = &queue->row[i];
        if (!row->gone) {
            row->today = date_equal(row->visit_on, today) ||
                         (row->status != QUEUE_DECIDED && came_today(queue, row, today, now_s));
            sorted[n++] = (struct sorted){ key_of(row), (uint32_t)i };
        }
    }
    sorted = sort_keys(both, both + n, n);
    if (queue->cap_order < queue->cap_rows) {
        free(queue->order);
        free(queue->shown);
        free(queue->pass);
        queue->cap_order = queue->cap_rows;
        queue->pass = mem_alloc(queue->cap_order * sizeof *queue->pass);
        queue->order = mem_alloc(queue->cap_order * sizeof *queue->order);
        queue->shown = mem_alloc(queue->cap_order * sizeof *queue->shown);
    }
    for (size_t i = 0; i < n; i++) {
        queue->order[i] = sorted[i].row;
    }
    queue->norder = n;
    free(both);
}

/* --- Looking --- */

bool queue_interrupted(const struct queue_entry *entry, int64_t now_s)
{
    return entry->status == QUEUE_UNFINISHED && now_s - entry->wall_s > QUEUE_ANSWERING_S;
}

static bool is_before(struct date a, struct date b)
{
    return date_is_full(a) && date_is_full(b) && date_compare(a, b) < 0;
}

bool queue_prescreen(const struct queue_entry *entry)
{
    return is_before(entry->asked_on, entry->visit_on);
}

static bool in_view(const struct queue *queue, const struct row *row, const struct queue_filter *filter,
                    int64_t now_s)
{
    switch (filter->view) {
    case QUEUE_VIEW_TODAY:
        return row->today || (filter->search != NULL && filter->search[0] != '\0');
    case QUEUE_VIEW_OPEN:
        return waits(row);
    case QUEUE_VIEW_MINE:
        return filter->user != NULL && strcmp(text_of(queue, row, OWNER), filter->user) == 0;
    case QUEUE_VIEW_DECIDED:
        return row->status == QUEUE_DECIDED;
    case QUEUE_VIEW_INTERRUPTED:
        return row->status == QUEUE_UNFINISHED && now_s - row->wall_s > QUEUE_ANSWERING_S;
    case QUEUE_VIEW_PRESCREEN:
        return is_before(row->asked_on, row->visit_on);
    default:
        return true;
    }
}

/* The flag, or the beginning of one, any case, in a row of ids. */
static bool has_flag(const char *flags, const char *wanted)
{
    size_t len = strlen(wanted);
    for (const char *at = flags; *at != '\0'; at += strspn(at, " ")) {
        if (strncasecmp(at, wanted, len) == 0) {
            return true;
        }
        at += strcspn(at, " ");
    }
    return false;
}

static bool passes(const struct queue *queue, const struct row *row, const struct queue_filter *filter,
                   const struct find *find, int64_t now_s)
{
    if (!in_view(queue, row, filter, now_s)) {
        return false;
    }
    if (filter->has_class &&
        (!row->has_class || (row->class != (uint8_t)filter->class && row->decided_class != filter->class))) {
        return false;
    }
    if ((date_is_full(filter->from) && !date_equal(row->visit_on, filter->from) &&
         !is_before(filter->from, row->visit_on)) ||
        (date_is_full(filter->to) && !date_equal(row->visit_on, filter->to) &&
         !is_before(row->visit_on, filter->to))) {
        return false;
    }
    if (filter->flag != NULL && filter->flag[0] != '\0' &&
        !has_flag(text_of(queue, row, FLAGS), filter->flag)) {
        return false;
    }
    return find == NULL ||
           find_match(find, queue->pool + row->text, queue->pool + row->digits, row->birth_date, row->uid);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool same_filter(const struct queue *queue, const struct queue_filter *f)
{
    const struct queue_filter *g = &queue->filter;
    return g->view == f->view && g->has_class == f->has_class && g->class == f->class &&
           date_equal(g->from, f->from) && date_equal(g->to, f->to) && same_text(queue->search, f->search) &&
           same_text(queue->flag, f->flag) && same_text(queue->user, f->user);
}

static void keep(char **slot, const char *text)
{
    char *copy = mem_strdup(text == NULL ? "" : text);
    mem_wipe_free(*slot);
    *slot = copy;
}

void queue_look(struct queue *queue, const struct queue_filter *filter, struct date today, int64_t now_s)
{
    bool day = !date_equal(queue->today, today);
    /* What was being answered becomes interrupted as time passes. */
    bool later = filter->view == QUEUE_VIEW_INTERRUPTED && now_s != queue->now_s;
    if (queue->looked && !queue->stale && !day && !later && same_filter(queue, filter)) {
        return;
    }
    if (queue->stale || day || !queue->looked) {
        sort(queue, today, now_s);
    }
    struct find *find = filter->search == NULL ? NULL : find_new(filter->search);
    /* As they lie in memory, then in order: jumping about in a hundred thousand rows is slower than all the
     * comparing. */
    for (size_t i = 0; i < queue->nrows; i++) {
        queue->pass[i] = !queue->row[i].gone && passes(queue, &queue->row[i], filter, find, now_s);
    }
    queue->nshown = 0;
    for (size_t i = 0; i < queue->norder; i++) {
        if (queue->pass[queue->order[i]]) {
            queue->shown[queue->nshown++] = queue->order[i];
        }
    }
    find_free(find);
    queue->filter = *filter;
    keep(&queue->search, filter->search);
    keep(&queue->flag, filter->flag);
    keep(&queue->user, filter->user);
    queue->today = today;
    queue->now_s = now_s;
    queue->stale = false;
    queue->looked = true;
}

size_t queue_count(const struct queue *queue)
{
    return queue->nshown;
}

void queue_get(const struct queue *queue, size_t i, struct queue_entry *out)
{
    entry_of(queue, &queue->row[queue->shown[i]], out);
}

size_t queue_find(const struct queue *queue, const uint8_t uid[QUEUE_UID])
{
    for (size_t i = 0; i < queue->nshown; i++) {
        if (memcmp(queue->row[queue->shown[i]].uid, uid, QUEUE_UID) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

size_t queue_total(const struct queue *queue)
{
    return queue->nrows - queue->ngone;
}

bool queue_has(struct queue *queue, const uint8_t uid[QUEUE_UID], struct queue_entry *out)
{
    const struct row *row = lookup(queue, uid);
    if (row != NULL && out != NULL) {
        entry_of(queue, row, out);
    }
    return row != NULL;
}

size_t queue_waiting(struct queue *queue, struct date today)
{
    size_t n = 0;
    for (size_t i = 0; i < queue->nrows; i++) {
        const struct row *row = &queue->row[i];
        n += !row->gone && waits(row) &&
             (date_equal(row->visit_on, today) || date_equal(clock_local_date(row->wall_s), today));
    }
    return n;
}

size_t queue_bytes(const struct queue *queue)
{
    return sizeof *queue + queue->cap_rows * sizeof *queue->row + queue->pool_cap +
           queue->ntable * sizeof *queue->table +
           queue->cap_order * (2 * sizeof *queue->order + sizeof *queue->pass);
}

/* --- The same person --- */

static bool share_word(const char *a, const char *b)
{
    for (const char *word = a; *word != '\0';) {
        size_t len = strcspn(word, " ");
        for (const char *other = b; *other != '\0';) {
            size_t n = strcspn(other, " ");
            if (n == len && strncmp(word, other, n) == 0) {
                return true;
            }
            other += n + strspn(other + n, " ");
        }
        word += len + strspn(word + len, " ");
    }
    return false;
}

static bool same_person(const struct queue *queue, const struct row *a, const struct row *b)
{
    const char *phone = queue->pool + a->digits;
    bool born = date_is_full(a->birth_date) && date_equal(a->birth_date, b->birth_date);
    bool name = share_word(text_of(queue, a, FOLDED), text_of(queue, b, FOLDED));
    bool number = phone[0] != '\0' && strcmp(phone, queue->pool + b->digits) == 0;
    return (int)born + (int)name + (int)number >= 2;
}

size_t queue_same_person(struct queue *queue, const uint8_t uid[QUEUE_UID], struct queue_entry *out,
                         size_t max)
{
    const struct row *own = lookup(queue, uid);
    size_t n = 0;
    for (size_t i = queue->nrows; own != NULL && i > 0 && n < max; i--) {
        const struct row *row = &queue->row[i - 1];
        if (row != own && !row->gone && same_person(queue, own, row)) {
            entry_of(queue, row, &out[n++]);
        }
    }
    return n;
}
