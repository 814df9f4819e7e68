/* doctor_screen.c: can a patient read what is on the screen, and does every terminal get one? */
#include "doctor.h"

#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "mem.h"
#include "probe.h"
#include "tr.h"
#include "ui.h"

/* Capital letters at least 4.8 mm high: 2010 ADA Standards for Accessible Design, 707.7.2 (by the letter I).
 * At least 0.7 degrees at the eye: EN 301 549 V3.2.1, 5.1.4 (by the letter H). */
#define LEAST_MM     4.8
#define LEAST_DEGREE 0.7
/* A capital's share of a line's height: 10 of the 16 rows of the console's own fonts, and the same in DejaVu
 * Sans Mono. */
#define CAPITAL (10.0 / 16.0)
/* What the graphical display shows where nobody asked for another number: see src/foyer-window.c. */
enum { WINDOW_LINES = 24, WINDOW_LEAST_LINES = 12 };
#define DEGREES 57.29578 /* in a radian; the angles are small */

static void look_terms(struct doctor *d)
{
    static const char *const term[] = {
        "linux", "xterm-256color", "screen", "vt100", "foot", "tmux-256color"
    };
    struct buf missing = BUF_INIT;
    for (size_t i = 0; i < sizeof term / sizeof *term; i++) {
        if (!ui_term_here(term[i])) {
            buf_addf(&missing, "%s%s", missing.len > 0 ? ", " : "", term[i]);
        }
    }
    if (missing.len > 0) {
        doctor_say(d, "terminals", FINDING_BAD, tr("Run `sudo apt install ncurses-base`."),
                   tr("This machine cannot draw on a terminal of the type %s: patients there are sent to the "
                      "desk."),
                   buf_str(&missing));
    } else {
        doctor_say(d, "terminals", FINDING_GOOD, NULL, "%s",
                   tr("Every type of terminal that the kiosk takes can be drawn on."));
    }
    buf_done(&missing);
}

/* VESA Enhanced EDID 1.4: the picture's size in whole centimetres (bytes 21 and 22), and in millimetres in
 * the first detailed timing (at 54). 0: it does not say. */
static int edid_height_mm(const uint8_t *edid, size_t len)
{
    static const uint8_t magic[8] = { 0, 255, 255, 255, 255, 255, 255, 0 };
    if (len < 128 || memcmp(edid, magic, sizeof magic) != 0) {
        return 0;
    }
    const uint8_t *timing = edid + 54;
    int fine = timing[13] | (timing[14] & 15) << 8, coarse = edid[22] * 10;
    bool timed = timing[0] != 0 || timing[1] != 0;
    return timed && fine >= 20 && fine >= coarse - 20 ? fine : coarse;
}

static int screen_height_mm(void)
{
    glob_t found;
    int height = 0;
    char *pattern = probe_path("/sys/class/drm/card*-*/edid");
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc && height == 0; i++) {
            uint8_t edid[256];
            int fd = open(found.gl_pathv[i], O_RDONLY | O_CLOEXEC);
            ssize_t n = fd >= 0 ? read(fd, edid, sizeof edid) : -1;
            height = n > 0 ? edid_height_mm(edid, (size_t)n) : 0;
            if (fd >= 0) {
                close(fd);
            }
        }
        globfree(&found);
    }
    free(pattern);
    return height;
}

static int console_rows(void)
{
    struct winsize size = { 0 };
    char *path = probe_path("/dev/tty1");
    int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0) {
        (void)ioctl(fd, TIOCGWINSZ, &size);
        close(fd);
    }
    free(path);
    return size.ws_row;
}

/* For a monitor that tells its height in millimetres, or 0. */
static int window_rows(int told)
{
    int rows = told > 0 ? (int)(told * CAPITAL / LEAST_MM) : WINDOW_LINES;
    return rows < WINDOW_LEAST_LINES ? WINDOW_LEAST_LINES : rows < WINDOW_LINES ? rows : WINDOW_LINES;
}

static void look_letters(struct doctor *d)
{
    const struct config_screen *screen = &d->config->screen;
    if (screen->display == DISPLAY_SSH) {
        doctor_say(
            d, "letters", FINDING_GOOD, NULL, "%s",
            tr("The screen is at the other end of SSH: capitals there should be 4.8 mm high or more."));
        return;
    }
    int told = screen_height_mm();
    int height = screen->height_mm > 0 ? screen->height_mm : told;
    int rows = screen->rows > 0                     ? screen->rows
               : screen->display == DISPLAY_CONSOLE ? console_rows()
                                                    : window_rows(told);
    if (height <= 0 || rows <= 0) {
        doctor_say(
            d, "letters", FINDING_ADVICE,
            tr("Measure the picture's height and count its lines, and write them into kiosk.conf: screen "
               "= { height_mm = 190; rows = 24; };"),
            "%s", tr("It is not known how high the letters on the patient's screen are."));
        return;
    }
    double letter = (double)height / rows * CAPITAL;
    double degrees = letter / screen->viewing_mm * DEGREES;
    bool fine = letter >= LEAST_MM && degrees >= LEAST_DEGREE;
    doctor_say(
        d, "letters", fine ? FINDING_GOOD : FINDING_ADVICE,
        fine ? NULL
             : tr("Take a larger font (fewer lines) or a larger screen: `sudo dpkg-reconfigure "
                  "console-setup`, or FOYER_LINES in /etc/foyer/graphical.env."),
        tr("Capitals are %.1f mm high on %d lines of %d mm: %.2f degrees at %d mm. Asked for are 4.8 mm "
           "and 0.7 degrees."),
        letter, rows, height, degrees, screen->viewing_mm);
}

void doctor_look_screen(struct doctor *d)
{
    look_terms(d);
    look_letters(d);
}
