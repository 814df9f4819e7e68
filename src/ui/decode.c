#include "decode.h"

#include <string.h>

#include "text.h"

enum { ESC = 27, BEL = 7, SEQUENCE_MS = 200, PASTE_MS = 1000 };

/* A mouse's (xterm's ctlseqs): shift, alt and control are no matter. */
enum { MODIFIERS = 4 | 8 | 16, LEFT_BUTTON = 0, WHEEL_UP = 64, WHEEL_DOWN = 65, PLACE_MAX = 9999 };

void decode_init(struct decode *decode)
{
    memset(decode, 0, sizeof *decode);
}

void decode_done(struct decode *decode)
{
    explicit_bzero(decode, sizeof *decode);
}

static bool give_key(struct event *event, enum event_key key)
{
    event->type = EVENT_KEY;
    event->key = key;
    event->len = 0;
    event->text[0] = '\0';
    return true;
}

static bool give_text(struct event *event, enum event_type type, const void *text, size_t len)
{
    event->type = type;
    event->key = KEY_ID_NONE;
    event->len = len;
    memcpy(event->text, text, len);
    event->text[len] = '\0';
    return true;
}

/* --- The mouse --- */

static bool give_mouse(const struct decode *decode, struct event *event)
{
    int button = decode->number[0] & ~MODIFIERS, column = decode->number[1], row = decode->number[2];

    if ((button != LEFT_BUTTON && button != WHEEL_UP && button != WHEEL_DOWN) || column < 1 || row < 1 ||
        column > PLACE_MAX || row > PLACE_MAX) {
        return false;
    }
    give_key(event, KEY_ID_NONE);
    event->type = button == LEFT_BUTTON ? EVENT_CLICK : EVENT_WHEEL;
    event->row = button == LEFT_BUTTON ? row - 1 : button == WHEEL_UP ? -1 : 1;
    event->column = column - 1;
    return true;
}

static void begin_mouse(struct decode *decode, unsigned char byte)
{
    decode->state = byte == '<' ? DECODE_SGR : DECODE_MOUSE;
    memset(decode->number, 0, sizeof decode->number);
    decode->nnumbers = 0;
}

/* "0;12;5M". What is no such thing is swallowed to its end. */
static bool sgr(struct decode *decode, unsigned char byte, struct event *event)
{
    if (byte >= '0' && byte <= '9') {
        int *number = decode->nnumbers < 3 ? &decode->number[decode->nnumbers] : NULL;
        if (number && *number <= PLACE_MAX) {
            *number = *number * 10 + (byte - '0');
        }
        return false;
    }
    if (byte == ';') {
        decode->nnumbers += decode->nnumbers < 3;
        return false;
    }
    if (byte == ESC) {
        decode->state = DECODE_ESCAPE;
        return false;
    }
    if (byte >= 0x20 && byte < 0x40) {
        decode->nnumbers = 3; /* no mouse's */
        return false;
    }
    decode->state = DECODE_PLAIN;
    return byte == 'M' && decode->nnumbers == 2 && give_mouse(decode, event);
}

static bool three_bytes(struct decode *decode, unsigned char byte, struct event *event)
{
    if (byte < 0x20) { /* it broke off */
        decode->state = byte == ESC ? DECODE_ESCAPE : DECODE_PLAIN;
        return false;
    }
    decode->number[decode->nnumbers++] = byte - 0x20;
    if (decode->nnumbers < 3) {
        return false;
    }
    decode->state = DECODE_PLAIN;
    return give_mouse(decode, event);
}

/* --- Keys and text --- */

static bool control(unsigned char byte, struct event *event)
{
    switch (byte) {
    case '\r':
    case '\n':
        return give_key(event, KEY_ID_ENTER);
    case '\t':
        return give_key(event, KEY_ID_TAB);
    case '\b':
    case 0x7F:
        return give_key(event, KEY_ID_BACKSPACE);
    default:
        if (byte < 1 || byte > 26) {
            return false;
        }
        return give_key(event, (enum event_key)(KEY_ID_CTRL_A + byte - 1));
    }
}

static bool plain(struct decode *decode, unsigned char byte, struct event *event)
{
    if (decode->have > 0) {
        unsigned char first = decode->part[0];
        size_t need = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

        if ((byte & 0xC0) == 0x80) {
            decode->part[decode->have++] = byte;
            if (decode->have < need) {
                return false;
            }
            decode->have = 0;
            return text_is_utf8((const char *)decode->part, need) &&
                   give_text(event, EVENT_CHAR, decode->part, need);
        }
        decode->have = 0; /* it broke off; this byte starts afresh */
    }
    if (byte == ESC) {
        decode->state = DECODE_ESCAPE;
        return false;
    }
    if (byte < 0x20 || byte == 0x7F) {
        return control(byte, event);
    }
    if (byte < 0x80) {
        return give_text(event, EVENT_CHAR, &byte, 1);
    }
    if (byte >= 0xC2 && byte <= 0xF4) {
        decode->part[0] = byte;
        decode->have = 1;
    }
    return false;
}

/* The byte after ESC. */
static bool escape(struct decode *decode, unsigned char byte, struct event *event)
{
    decode->state = DECODE_PLAIN;
    switch (byte) {
    case ESC:
        decode->state = DECODE_ESCAPE;
        return give_key(event, KEY_ID_ESCAPE);
    case '[':
        decode->state = DECODE_CSI;
        decode->csi_start = true;
        return false;
    case 'O':
        decode->state = DECODE_ONE;
        return false;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        decode->state = DECODE_STRING;
        return false;
    default:
        return false; /* Alt and a key */
    }
}

static void pasted(struct decode *decode, unsigned char byte)
{
    bool second_half = decode->after_cr && byte == '\n';

    decode->after_cr = byte == '\r';
    if (byte == '\r') {
        byte = '\n';
    }
    if (byte == '\0' || second_half || decode->dropping || decode->len >= EVENT_PASTE_MAX) {
        return;
    }
    decode->paste[decode->len++] = (char)byte;
}

bool decode_byte(struct decode *decode, unsigned char byte, struct event *event)
{
    switch (decode->state) {
    case DECODE_PLAIN:
        return plain(decode, byte, event);
    case DECODE_ESCAPE:
        return escape(decode, byte, event);
    case DECODE_ONE:
        decode->state = byte == ESC ? DECODE_ESCAPE : DECODE_PLAIN;
        return false;
    case DECODE_CSI:
        if (decode->csi_start && byte == '[') {
            decode->state = DECODE_ONE; /* the Linux console's function keys */
        } else if (decode->csi_start && decode->mouse && (byte == '<' || byte == 'M')) {
            begin_mouse(decode, byte);
        } else if (byte == ESC) {
            decode->state = DECODE_ESCAPE;
        } else if (byte < 0x20 || byte >= 0x40) {
            decode->state = DECODE_PLAIN;
        }
        decode->csi_start = false;
        return false;
    case DECODE_STRING:
        if (byte == ESC) {
            decode->state = DECODE_ONE; /* ESC \ ends it */
        } else if (byte == BEL) {
            decode->state = DECODE_PLAIN;
        }
        return false;
    case DECODE_PASTE:
        pasted(decode, byte);
        return false;
    case DECODE_SGR:
        return sgr(decode, byte, event);
    case DECODE_MOUSE:
        return three_bytes(decode, byte, event);
    }
    return false;
}

bool decode_key(struct decode *decode, enum event_key key, struct event *event)
{
    if (decode->state == DECODE_PASTE) {
        return false;
    }
    decode->state = DECODE_PLAIN;
    decode->have = 0;
    return give_key(event, key);
}

bool decode_paste_begin(struct decode *decode)
{
    if (decode->state != DECODE_PASTE) {
        decode->state = DECODE_PASTE;
        decode->have = 0;
        decode->len = 0;
        decode->dropping = false;
        decode->after_cr = false;
    }
    return false;
}

bool decode_paste_end(struct decode *decode, struct event *event)
{
    bool given = decode->state == DECODE_PASTE && decode->len > 0 &&
                 give_text(event, EVENT_PASTE, decode->paste, decode->len);
    bool mouse = decode->mouse;

    decode_init(decode);
    decode->mouse = mouse;
    return given;
}

bool decode_pause(struct decode *decode, struct event *event)
{
    if (decode->state != DECODE_ESCAPE) {
        return false;
    }
    decode->state = DECODE_PLAIN;
    return give_key(event, KEY_ID_ESCAPE);
}

int decode_patience(const struct decode *decode)
{
    if (decode->state == DECODE_PASTE) {
        return PASTE_MS;
    }
    return decode->state != DECODE_PLAIN || decode->have > 0 ? SEQUENCE_MS : -1;
}

bool decode_expire(struct decode *decode, struct event *event)
{
    return decode_paste_end(decode, event);
}

void decode_drop(struct decode *decode)
{
    bool paste = decode->state == DECODE_PASTE;

    explicit_bzero(decode->paste, sizeof decode->paste);
    decode->len = 0;
    decode->have = 0;
    decode->dropping = paste;
    if (decode->state == DECODE_ESCAPE) {
        decode->state = DECODE_PLAIN;
    }
}
