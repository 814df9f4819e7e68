/* bare.c: a yardstick for the bench: the least an ncurses program can be. Twenty screens of a title, a line
 * under it and fifteen answers, as long as those of a real page; arrows move a marker, Enter shows the next
 * screen. No colours, no checks, nothing kept. Whatever ncurses does by itself is left on.
 */
#include <curses.h>
#include <locale.h>

static const char *const answers[] = {
    "Face",  "Around the eyes",       "Eyelids, lips", "Scalp",         "Neck",
    "Chest", "Shoulders, upper back", "Lower back",    "Arms",          "Hands",
    "Belly", "Hips, thighs",          "Legs",          "Private parts", "Other",
};
enum { SCREENS = 20, ANSWERS = sizeof answers / sizeof answers[0], BAR = 68 };

static void draw(int screen, int at)
{
    erase();
    attron(A_BOLD);
    mvprintw(2, 7, "Where do you want treatment? %d of %d", screen + 1, SCREENS);
    attroff(A_BOLD);
    mvaddstr(3, 7, "Choose all that fit.");
    for (int i = 0; i < ANSWERS; i++) {
        if (i == at) {
            attron(A_REVERSE);
        }
        mvprintw(5 + i, 5, "%c %2d  [ ] %-*s", i == at ? '>' : ' ', i + 1, BAR - 10, answers[i]);
        if (i == at) {
            attroff(A_REVERSE);
        }
    }
    mvaddstr(22, 7, "F2 Back  F4 Skip  F3 Why  F1 Help  F6 Hide  F8 Call staff  F10 Stop");
    move(5 + at, 15);
    refresh();
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    initscr();
    raw();
    noecho();
    keypad(stdscr, TRUE);
    int screen = 0, at = 0;
    for (;;) {
        draw(screen, at);
        int key = getch();
        if (key == KEY_DOWN && at < ANSWERS - 1) {
            at++;
        } else if (key == KEY_UP && at > 0) {
            at--;
        } else if (key == '\r' || key == '\n') {
            screen = (screen + 1) % SCREENS;
            at = 0;
        } else if (key == 'q' || key == ERR) {
            break;
        }
    }
    endwin();
    return 0;
}
