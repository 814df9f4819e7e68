#include "probe.h"

#include <errno.h>
#include <linux/kd.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "buf.h"
#include "file.h"
#include "mem.h"
#include "text.h"

enum { ESC = 27 };

/* What a terminal is asked to show: for each script graphemes of every shape its texts have. The last is no
 * script's: it says whether a mark takes a cell of its own. */
static const struct {
    enum probe_script script;
    const char *text;
} sample[PROBE_SAMPLES] = {
    { PROBE_LATIN, "\u00E9\u00F1" },
    { PROBE_HAN, "\u6F22\u5B57" },
    { PROBE_TAMIL, "\u0B95\u0BBE" },                              /* kaa: a sign behind the letter ... */
    { PROBE_TAMIL, "\u0B95\u0BCB" },                              /* ko: ... one around it */
    { PROBE_TAMIL, "\u0B95\u0BC0\u0B95\u0BCD" },                  /* kii, k: above it */
    { PROBE_TAMIL, "\u0B95\u0BCD\u0BB7\u0BBE" },                  /* kssaa: two letters joined, and a sign */
    { PROBE_TAMIL, "\u0BB8\u0BCD\u0BB0\u0BC0" },                  /* srii */
    { PROBE_DEVANAGARI, "\u0915\u093E" },                         /* kaa */
    { PROBE_DEVANAGARI, "\u0939\u093F\u0902" },                   /* hin: in front of it, and a dot */
    { PROBE_DEVANAGARI, "\u0915\u0941\u0915\u094D" },             /* ku, k */
    { PROBE_DEVANAGARI, "\u0915\u094D\u0937" },                   /* kssa: two letters joined ... */
    { PROBE_DEVANAGARI, "\u0915\u094D\u0937\u093E" },             /* kssaa: ... and a sign */
    { PROBE_DEVANAGARI, "\u0938\u094D\u0924\u094D\u0930\u0940" }, /* strii: three letters */
    { PROBE_SCRIPTS, "e\u0301" },
};

/* Where a terminal may count otherwise than wcwidth. */
static const struct {
    enum probe_script script;
    uint32_t from, to;
} counted[] = { { PROBE_DEVANAGARI, 0x0900, 0x097F }, { PROBE_TAMIL, 0x0B80, 0x0BFF } };

/* --- Asking --- */

/* Each sample at the start of the line, then "where is the cursor?"; at last the line is emptied. */
static void question(struct buf *out)
{
    for (size_t i = 0; i < PROBE_SAMPLES; i++) {
        buf_addf(out, "\r%s\033[6n", sample[i].text);
    }
    buf_adds(out, "\r\033[K\033[c");
}

/* A whole sequence has come. True: it was an answer. */
static bool answer(struct probe_reading *reading, char last)
{
    const char *text = (const char *)reading->part + 2; /* behind ESC [ */
    int row, column, used = 0;

    if (last == 'c' && text[0] == '?') {
        reading->done = true;
        return true;
    }
    if (last == 'R' && reading->answers < PROBE_SAMPLES &&
        sscanf(text, "%4d;%4dR%n", &row, &column, &used) == 2 && text[used] == '\0' && used > 0 &&
        column >= 1) {
        reading->width[reading->answers++] = column - 1;
        return true;
    }
    return false;
}

static void typed(struct probe *probe, const unsigned char *bytes, size_t len)
{
    if (probe->len + len <= PROBE_TYPED) {
        memcpy(probe->typed + probe->len, bytes, len);
        probe->len += len;
    }
}

/* What is no answer is what somebody typed. */
bool probe_byte(struct probe *probe, struct probe_reading *reading, unsigned char byte)
{
    size_t have = reading->have;

    if (have == 0 && byte != ESC) {
        typed(probe, &byte, 1);
        return false;
    }
    if (have > 0 && byte == ESC) { /* the one before broke off */
        typed(probe, reading->part, have);
        have = 0;
    }
    reading->part[have++] = byte;
    reading->part[have] = '\0';
    reading->have = have;
    bool begins = have == 1 || (have == 2 && byte == '[');
    bool goes_on = have > 2 && byte >= 0x20 && byte < 0x40 && have < sizeof reading->part - 1;

    if (begins || goes_on) {
        return false;
    }
    if (have == 2 || !answer(reading, (char)byte)) {
        typed(probe, reading->part, have);
    }
    reading->have = 0;
    return reading->done;
}

/* Did its samples take the cells that are expected? `cells`: by this line; NULL: as wcwidth counts. */
static bool is_as(const struct probe_reading *reading, enum probe_script script,
                  const struct text_cells *cells)
{
    static const struct text_cells none = { .from = 1, .to = 0 };

    for (size_t i = 0; i < PROBE_SAMPLES; i++) {
        if (sample[i].script == script &&
            reading->width[i] != text_width_by(sample[i].text, cells ? cells : &none)) {
            return false;
        }
    }
    return true;
}

/* Of the ways to count that are known, the one that explains every sample. */
static bool find_cells(const struct probe_reading *reading, enum probe_script script,
                       struct text_cells *cells)
{
    for (int way = 0; way < 12; way++) {
        cells->rule = way % 6 / 2 == 0 ? CELLS_SUM : way % 6 / 2 == 1 ? CELLS_TWO : CELLS_MAX;
        cells->flat_marks = way % 2;
        cells->joined = way >= 6;
        if (is_as(reading, script, cells)) {
            return true;
        }
    }
    return false;
}

static void judge(struct probe *probe, const struct probe_reading *reading)
{
    probe->answered = reading->done && reading->answers == PROBE_SAMPLES;
    if (!probe->answered) {
        return;
    }
    probe->legible[PROBE_LATIN] = is_as(reading, PROBE_LATIN, NULL);
    if (!probe->legible[PROBE_LATIN]) { /* it does not read UTF-8 */
        return;
    }
    for (int i = PROBE_LATIN + 1; i < PROBE_SCRIPTS; i++) {
        probe->legible[i] = is_as(reading, (enum probe_script)i, NULL);
    }
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        struct text_cells *cells = &probe->cells[probe->ncells];
        bool *legible = &probe->legible[counted[i].script];
        cells->from = counted[i].from;
        cells->to = counted[i].to;
        if (!*legible && find_cells(reading, counted[i].script, cells)) {
            *legible = true;
            probe->ncells++;
        }
    }
}

static void ask(struct probe *probe, int in, int out, const struct clock *clock)
{
    struct probe_reading reading = { .answers = 0 };
    struct buf text = BUF_INIT;
    int64_t end = clock_mono_ms(clock) + PROBE_MS;

    question(&text);
    bool sent = fd_write_all(out, text.data, text.len) == 0;
    buf_done(&text);
    while (sent && !reading.done) {
        struct pollfd fd = { .fd = in, .events = POLLIN };
        int64_t left = end - clock_mono_ms(clock);
        unsigned char bytes[64];
        int ready = left > 0 ? poll(&fd, 1, (int)left) : 0;

        if (ready < 0 && errno == EINTR) {
            continue;
        }
        ssize_t n = ready > 0 && (fd.revents & POLLIN) ? read(in, bytes, sizeof bytes) : 0;
        if (n <= 0) { /* its second is over, or it is gone */
            break;
        }
        for (ssize_t i = 0; i < n; i++) {
            (void)probe_byte(probe, &reading, bytes[i]);
        }
        explicit_bzero(bytes, sizeof bytes);
    }
    typed(probe, reading.part, reading.have); /* its end is still to come, and goes with its beginning */
    judge(probe, &reading);
    explicit_bzero(&reading, sizeof reading);
}

/* --- The Linux console --- */

static bool has_letter(const struct unimapdesc *map, uint32_t letter)
{
    for (unsigned i = 0; i < map->entry_ct; i++) {
        if (map->entries[i].unicode == letter) {
            return true;
        }
    }
    return false;
}

/* The letters of Spanish and Malay, and some Han that no Chinese text is without. */
static const wchar_t latin_letters[] = L"\x00E1\x00E9\x00ED\x00F3\x00FA\x00F1\x00FC\x00BF\x00A1";
static const wchar_t han_letters[] = L"\x7684\x4E00\x662F\x4E0D\x4E86\x60A8\x6211\x533B\x836F";

static bool has_all(const struct unimapdesc *map, const wchar_t *letters)
{
    for (; *letters; letters++) {
        if (!has_letter(map, (uint32_t)*letters)) {
            return false;
        }
    }
    return true;
}

static void read_font(struct probe *probe, int out)
{
    struct unimapdesc map = { 0, NULL };

    (void)ioctl(out, GIO_UNIMAP, &map); /* how many: ENOMEM and their number */
    if (map.entry_ct == 0) {
        return;
    }
    map.entries = mem_alloc(map.entry_ct * sizeof *map.entries);
    if (ioctl(out, GIO_UNIMAP, &map) == 0) {
        probe->answered = true;
        probe->legible[PROBE_LATIN] = has_all(&map, latin_letters);
        probe->legible[PROBE_HAN] = has_all(&map, han_letters);
    }
    free(map.entries);
}

void probe_run(struct probe *probe, int in, int out, const char *term, const struct clock *clock)
{
    struct termios before, raw;

    memset(probe, 0, sizeof *probe);
    probe->legible[PROBE_LATIN] = true;
    if (term && strcmp(term, "linux") == 0) {
        read_font(probe, out);
        return;
    }
    if (!term || !*term || strcmp(term, "dumb") == 0 || tcgetattr(in, &before) != 0) {
        return;
    }
    raw = before;
    cfmakeraw(&raw);
    raw.c_oflag = before.c_oflag;
    if (tcsetattr(in, TCSANOW, &raw) == 0) {
        ask(probe, in, out, clock);
        (void)tcsetattr(in, TCSANOW, &before);
    }
}

/* PROBE_SCRIPTS: one that nothing is known about. */
static enum probe_script script_of(wchar_t letter)
{
    static const struct {
        wchar_t from, to;
        enum probe_script script;
    } known[] = { { 0x00A0, 0x024F, PROBE_LATIN },
                  { 0x1E00, 0x1EFF, PROBE_LATIN },
                  { 0x0900, 0x097F, PROBE_DEVANAGARI },
                  { 0x0B80, 0x0BFF, PROBE_TAMIL },
                  { 0x4E00, 0x9FFF, PROBE_HAN } };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (letter >= known[i].from && letter <= known[i].to) {
            return known[i].script;
        }
    }
    return PROBE_SCRIPTS;
}

bool probe_legible(const struct probe *probe, const char *name)
{
    mbstate_t state = { 0 };
    wchar_t letter;

    for (size_t n; (n = mbrtowc(&letter, name, strlen(name) + 1, &state)) != 0; name += n) {
        if (n > 4) {
            return false; /* not UTF-8 */
        }
        enum probe_script script = letter < 0x80 ? PROBE_LATIN : script_of(letter);
        if (letter >= 0x80 && (script == PROBE_SCRIPTS || !probe->legible[script])) {
            return false;
        }
    }
    return true;
}
