#include "palette.h"

#include <stdbool.h>

enum { OWN = -1 };
enum { B = PALETTE_BOLD, U = PALETTE_UNDERLINE, R = PALETTE_REVERSE };

/* Colours of the cube and the grey ramp, by what they look like. */
enum {
    BLACK = 16,
    NAVY = 17,
    GREEN = 22,
    BLUE = 24,
    RED = 88,
    YELLOW = 226,
    PALE_YELLOW = 229,
    WHITE = 231,
    DARK_GREY = 238,
    LIGHT_GREY = 254,
};

/* Dark on white, as on paper. */
static const struct palette_look normal_256[UI_STYLES] = {
    [UI_TEXT] = { BLACK, WHITE, 0 },
    [UI_QUIET] = { DARK_GREY, WHITE, 0 },
    [UI_TITLE] = { BLACK, WHITE, B },
    [UI_STRONG] = { BLACK, WHITE, B },
    [UI_BAR] = { WHITE, NAVY, 0 },
    [UI_DEMO] = { BLACK, YELLOW, 0 },
    [UI_FOCUS] = { WHITE, BLUE, 0 },
    [UI_FIELD] = { BLACK, LIGHT_GREY, 0 },
    [UI_FIELD_FOCUS] = { BLACK, PALE_YELLOW, 0 },
    [UI_ERROR] = { RED, WHITE, B },
    [UI_NOTICE] = { NAVY, WHITE, B },
    [UI_PRIMARY] = { WHITE, GREEN, 0 },
    [UI_CODE] = { BLACK, WHITE, 0 },
};

/* White on black, bright; what has the focus is yellow. */
static const struct palette_look contrast_256[UI_STYLES] = {
    [UI_TEXT] = { WHITE, BLACK, 0 },         [UI_QUIET] = { WHITE, BLACK, 0 },
    [UI_TITLE] = { YELLOW, BLACK, B },       [UI_STRONG] = { WHITE, BLACK, B },
    [UI_BAR] = { BLACK, WHITE, 0 },          [UI_DEMO] = { BLACK, YELLOW, 0 },
    [UI_FOCUS] = { BLACK, YELLOW, 0 },       [UI_FIELD] = { WHITE, BLACK, U },
    [UI_FIELD_FOCUS] = { BLACK, YELLOW, 0 }, [UI_ERROR] = { WHITE, BLACK, B },
    [UI_NOTICE] = { YELLOW, BLACK, B },      [UI_PRIMARY] = { BLACK, WHITE, 0 },
    [UI_CODE] = { BLACK, WHITE, 0 },
};

enum { BLACK_8 = 0, WHITE_8 = 7 };

static const struct palette_look normal_8[UI_STYLES] = {
    [UI_TEXT] = { WHITE_8, BLACK_8, 0 },        [UI_QUIET] = { WHITE_8, BLACK_8, 0 },
    [UI_TITLE] = { WHITE_8, BLACK_8, B },       [UI_STRONG] = { WHITE_8, BLACK_8, B },
    [UI_BAR] = { BLACK_8, WHITE_8, 0 },         [UI_DEMO] = { WHITE_8, BLACK_8, B },
    [UI_FOCUS] = { BLACK_8, WHITE_8, 0 },       [UI_FIELD] = { WHITE_8, BLACK_8, 0 },
    [UI_FIELD_FOCUS] = { BLACK_8, WHITE_8, 0 }, [UI_ERROR] = { WHITE_8, BLACK_8, B },
    [UI_NOTICE] = { WHITE_8, BLACK_8, B },      [UI_PRIMARY] = { WHITE_8, BLACK_8, B },
    [UI_CODE] = { BLACK_8, WHITE_8, 0 },
};

static const struct palette_look mono[UI_STYLES] = {
    [UI_TEXT] = { OWN, OWN, 0 },   [UI_QUIET] = { OWN, OWN, 0 },  [UI_TITLE] = { OWN, OWN, B },
    [UI_STRONG] = { OWN, OWN, B }, [UI_BAR] = { OWN, OWN, R },    [UI_DEMO] = { OWN, OWN, B },
    [UI_FOCUS] = { OWN, OWN, R },  [UI_FIELD] = { OWN, OWN, 0 },  [UI_FIELD_FOCUS] = { OWN, OWN, R },
    [UI_ERROR] = { OWN, OWN, B },  [UI_NOTICE] = { OWN, OWN, B }, [UI_PRIMARY] = { OWN, OWN, B },
    [UI_CODE] = { OWN, OWN, 0 },
};

struct palette_look palette_look(enum ui_scheme scheme, int colours, enum ui_style style)
{
    if (colours < 8 || (scheme == UI_MONO && style != UI_CODE)) {
        return mono[style];
    }
    if (colours >= 256) {
        return scheme == UI_CONTRAST ? contrast_256[style] : normal_256[style];
    }

    struct palette_look look = normal_8[style];

    if (scheme == UI_CONTRAST && look.fg == WHITE_8) {
        look.attrs |= PALETTE_BOLD; /* bright white */
    }
    return look;
}
