#include "loader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "approval.h"
#include "config.h"
#include "file.h"
#include "form_load.h"
#include "languages.h"
#include "lines.h"
#include "link.h"
#include "probe.h"
#include "mem.h"
#include "readiness.h"
#include "sandbox.h"
#include "supervisor.h"
#include "text.h"
#include "visit.h"

enum {
    CLOSED_MS = 10000, /* how often a loader that failed is tried again */
    PAUSE_MS = 2000,   /* after a wizard that crashed */
};

/* Everything a wizard needs, in memory before its patient's first key. */
struct world {
    struct config *config;
    struct form *form;
    struct languages *languages;     /* or, until they are read, their names */
    struct wizard_language *offered; /* today's: those of the languages that may be shown */
    struct wizard_language *spoken;  /* staff's: all of them */
    struct policies *policies;
    struct approvals *approvals; /* NULL: the file is wrong, which makes a demo and closes nothing */
    struct buf approvals_wrong;  /* and what is wrong with it */
    struct buf languages_wrong;  /* what is wrong with the languages of kiosk.conf: the others are offered */
    struct buf demo_said;        /* why it is a demo, as last told to the log */
    struct probe probe;          /* what the terminal can show; asked where there is a choice */
    bool probed;
    struct buf languages_said; /* and what is not offered */
    bool unread;               /* languages has names alone */
    bool no_room;              /* too little for another form */
    struct visit_setup visit;
    uint8_t seen[16]; /* what the files looked like: see look() */
};

/* --- loading --- */

static void read_boot_id(uint8_t out[FRAME_BOOT_ID])
{
    char text[CLOCK_BOOT_SIZE];
    memset(out, 0, FRAME_BOOT_ID);
    (void)sodium_hex2bin(out, FRAME_BOOT_ID, clock_boot(text), strlen(text), "-", NULL, NULL);
}

static void add_file(crypto_generichash_state *state, const char *path)
{
    struct stat st;
    memset(&st, 0, sizeof st);
    if (stat(path, &st) != 0) {
        memset(&st, 0, sizeof st);
    }
    const int64_t parts[] = { (int64_t)st.st_ino, (int64_t)st.st_size, (int64_t)st.st_mtim.tv_sec,
                              (int64_t)st.st_mtim.tv_nsec };
    crypto_generichash_update(state, (const unsigned char *)path, strlen(path) + 1);
    crypto_generichash_update(state, (const unsigned char *)parts, sizeof parts);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The files whose name ends so. */
static void add_folder(crypto_generichash_state *state, const char *folder, const char *end)
{
    struct dirent **entry = NULL;
    int n = scandir(folder, &entry, NULL, by_name);
    for (int i = 0; i < n; i++) {
        struct buf path = BUF_INIT;
        const char *dot = strrchr(entry[i]->d_name, '.');
        if (dot != NULL && strcmp(dot, end) == 0) {
            buf_addf(&path, "%s/%s", folder, entry[i]->d_name);
            add_file(state, buf_str(&path));
        }
        buf_done(&path);
        free(entry[i]);
    }
    free(entry);
}

/* Inode, size and time of every file the world was made from. Cheap enough between two patients. */
static void look(const struct config *config, const char *path, uint8_t out[16])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 16);
    add_file(&state, path);
    if (config != NULL) {
        struct buf common = BUF_INIT;
        buf_addf(&common, "%s/common", config->forms_dir);
        add_file(&state, config->public_keys);
        add_file(&state, config->approvals);
        add_file(&state, config->readiness);
        add_folder(&state, config->locale_dir, ".mo");
        add_folder(&state, config->form[0].folder, ".cfg");
        add_folder(&state, buf_str(&common), ".cfg");
        buf_done(&common);
    }
    crypto_generichash_final(&state, out, 16);
}

static enum ui_scheme scheme_of(const struct config *config, bool mono)
{
    if (mono || config->theme == THEME_MONO) {
        return UI_MONO;
    }
    return config->theme == THEME_CONTRAST ? UI_CONTRAST : UI_NORMAL;
}

enum wizard_touch loader_touch(const struct config *config, bool ssh)
{
    switch (config->touch) {
    case CONFIG_TOUCH_OFF:
        return TOUCH_OFF;
    case CONFIG_TOUCH_ON:
        return TOUCH_ON;
    case CONFIG_TOUCH_PAD:
        return TOUCH_PAD;
    default:
        return config->screen.display == DISPLAY_GRAPHICAL && !ssh ? TOUCH_ON : TOUCH_OFF;
    }
}

static void load_approvals(struct world *world)
{
    struct problems problems = PROBLEMS_INIT;
    world->approvals = approvals_load(world->config->approvals, &problems);
    problems_text(&problems, &world->approvals_wrong);
    problems_done(&problems);
}

static struct wizard_language language_of(const struct language *language, const struct form *form,
                                          bool unreviewed)
{
    return (struct wizard_language){ language->code, language->name, language->unread ? form : language->form,
                                     language->catalogue, unreviewed };
}

/* A language that cannot be used closes nothing: the log says why, and the others are offered. */
static void read_languages(struct world *world)
{
    struct problems problems = PROBLEMS_INIT;
    languages_free(world->languages);
    world->languages = languages_load(world->config, world->form, &problems);
    world->unread = false;
    problems_text(&problems, &world->languages_wrong);
    problems_done(&problems);
    const struct language *clinic = &world->languages->language[world->languages->clinic];
    world->visit.post.form = clinic->form;
    world->visit.post.catalogue = clinic->catalogue;
}

/* Most of what a start takes, where there are several, is reading them: their names are enough for a first
 * page that lists them in the form's own language. What was said in plain mode cannot be unsaid. */
static void load_languages(struct world *world, bool at_once)
{
    const struct config *config = world->config;
    size_t most = config->nlanguages + 2; /* and the clinic's, and English */
    world->offered = mem_alloc(most * sizeof *world->offered);
    world->spoken = mem_alloc(most * sizeof *world->spoken);
    world->unread =
        !at_once && config->nlanguages > 1 && strcmp(config->language[0], world->form->language) == 0;
    if (world->unread) {
        world->languages = languages_names(config, world->form);
        world->visit.post.form = world->form;
    } else {
        read_languages(world);
    }
}

/* `at_once`: the languages too are read, rather than behind the first page. */
static int load(struct world *world, const struct loader_setup *setup, bool at_once,
                struct problems *problems)
{
    uint8_t before[16], after[16];
    look(NULL, setup->config, before);
    world->config = config_load(setup->config, problems);
    if (world->config == NULL) {
        return -1;
    }
    const struct config *config = world->config;
    setenv("TZ", config->timezone, 1);
    tzset();
    look(config, setup->config, world->seen);
    look(NULL, setup->config, after);
    if (memcmp(before, after, sizeof before) != 0) {
        world->seen[0] ^= 1; /* changed while it was read: like nothing that will be seen */
    }
    if (config->nforms > 1) {
        problems_add(problems, setup->config, 0,
                     "forms names more than one form. This version asks one: leave one.");
        return -1;
    }
    world->form = form_load(config->form[0].folder, problems);
    if (world->form == NULL) {
        return -1;
    }
    world->policies = config_policies(config, world->form, problems);
    if (world->policies == NULL) {
        return -1;
    }
    load_languages(world, at_once);
    struct err err = { "" };
    struct post_setup *post = &world->visit.post;
    if (frame_keys_read(config->public_keys, &post->keys, &err) != 0) {
        problems_add(problems, config->public_keys, 0, "%s", err.text);
        return -1;
    }
    post->policies = world->policies;
    config_facts(config, post->clinic.fact);
    post->clinic.url = config->clinic.url;
    post->timezone = config->timezone;
    read_boot_id(post->boot_id);
    post->show_urgent = config->urgent_before_unlock;
    load_approvals(world);
    world->visit.screen = setup->screen;
    world->visit.term = setup->term;
    world->visit.scheme = scheme_of(config, setup->mono);
    world->visit.touch = loader_touch(config, setup->ssh);
    world->visit.idle_s = config->idle_s;
    world->visit.warn_s = config->warn_s;
    return 0;
}

static void unload(struct world *world)
{
    buf_done(&world->demo_said);
    buf_done(&world->languages_said);
    buf_done(&world->approvals_wrong);
    approvals_free(world->approvals);
    policies_free(world->policies);
    free(world->offered);
    free(world->spoken);
    buf_done(&world->languages_wrong);
    languages_free(world->languages);
    form_free(world->form);
    config_free(world->config);
}

static void say_failed(int link, const char *log_path, const struct problems *problems)
{
    struct buf text = BUF_INIT;
    buf_add(&text, log_path, strlen(log_path) + 1);
    problems_text(problems, &text);
    (void)link_send(link, LINK_FAILED, buf_str(&text), text.len < LINK_BODY_MAX ? text.len : LINK_BODY_MAX,
                    NULL);
    buf_done(&text);
}

static void say_ready(int link, const struct world *world)
{
    const struct config *config = world->config;
    struct buf text = BUF_INIT;
    buf_add(&text, config->socket, strlen(config->socket) + 1);
    buf_add(&text, config->database, strlen(config->database) + 1);
    buf_add(&text, config->log, strlen(config->log) + 1);
    buf_add(&text, config->public_keys, strlen(config->public_keys) + 1);
    buf_addf(&text, "%d", config->space_mb);
    buf_add(&text, "", 1);
    buf_addf(&text, "%s\n%s\n%s/common\n%s\n", config->folder, config->form[0].folder, config->forms_dir,
             config->locale_dir);
    const char *slash = strrchr(config->approvals, '/');
    buf_add(&text, slash == NULL ? "." : config->approvals,
            slash == NULL || slash == config->approvals ? 1 : (size_t)(slash - config->approvals));
    (void)link_send(link, LINK_READY, text.data, text.len, NULL);
    buf_done(&text);
}

/* --- is it for patients? --- */

static void say_line(int link, const char *line)
{
    (void)link_send(link, LINK_LOG, line, strlen(line), NULL);
}

/* Why, once for each time that it changes. */
static void say_why(int link, struct buf *said, const char *heading, struct buf *why)
{
    if (strcmp(buf_str(said), buf_str(why)) == 0) {
        return;
    }
    buf_reset(said);
    buf_adds(said, buf_str(why));
    if (why->len == 0) {
        return;
    }
    say_line(link, heading);
    char *rest = why->data;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (line[0] != '\0') {
            say_line(link, line);
        }
    }
}

/* A patient who cannot read what is drawn is helped by no choice of it; the clinic may know better. */
static bool is_legible(const struct world *world, const struct language *language, struct problems *problems)
{
    const struct config *config = world->config;
    for (size_t i = 0; i < config->nalways; i++) {
        if (strcmp(config->always[i], language->code) == 0) {
            return true;
        }
    }
    if (!world->probed || probe_legible(&world->probe, language->name)) {
        return true;
    }
    problems_add(problems, config->folder, 0,
                 "\"%s\" is not offered: this terminal cannot show it. languages_always in kiosk.conf offers "
                 "it all the same.",
                 language->code);
    return false;
}

static struct approval_view view_of(const struct world *world)
{
    return (struct approval_view){
        .approvals = world->approvals,
        .config = world->config,
        .form = world->form,
        .policies = world->policies,
        .today = clock_local_date(clock_wall_s(clock_system())),
        .clock = world->visit.post.clock_state,
    };
}

/* In a demo every language is shown; outside it those that somebody has reviewed. The form's own needs no
 * review beside its signature, and is what is left where there is no other. */
static void decide_languages(int link, struct world *world)
{
    struct post_setup *post = &world->visit.post;
    const struct approval_view view = view_of(world);
    const struct languages *all = world->languages;
    struct problems problems = PROBLEMS_INIT, unsaid = PROBLEMS_INIT; /* in a demo it keeps none away */
    struct buf why = BUF_INIT;
    bool demo = post->approval == NULL;
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct language *language = &all->language[i];
        bool own = strcmp(language->code, world->form->language) == 0;
        bool reviewed = own || approval_of_language(&view, language, demo ? &unsaid : &problems) != NULL;
        world->spoken[i] = language_of(language, world->form, !reviewed);
        if (i < all->offered && (reviewed || demo) && (own || is_legible(world, language, &problems))) {
            world->offered[n++] = world->spoken[i];
        }
    }
    if (n == 0) {
        world->offered[n++] = language_of(languages_find(all, world->form->language), world->form, false);
    }
    post->language = world->offered;
    post->nlanguages = n;
    post->staff_language = world->spoken;
    post->nstaff_languages = all->n;
    post->clinic_language = all->clinic;
    buf_adds(&why, buf_str(&world->languages_wrong));
    problems_text(&problems, &why);
    problems_done(&problems);
    problems_done(&unsaid);
    if (!world->unread) {
        say_why(link, &world->languages_said, "Languages that are not offered:", &why);
    }
    buf_done(&why);
}

/* Before each patient: a kiosk runs for months, and a review date passes. */
static void decide_demo(int link, struct world *world)
{
    struct problems problems = PROBLEMS_INIT;
    struct buf why = BUF_INIT;
    const struct approval_view view = view_of(world);
    const struct approval *approval = approval_in_force(&view, &problems);
    bool ready = readiness_in_force(world->config, view.today, view.clock, &problems);
    world->visit.post.approval = ready ? approval : NULL;
    buf_adds(&why, buf_str(&world->approvals_wrong));
    problems_text(&problems, &why);
    problems_done(&problems);
    say_why(link, &world->demo_said, "DEMO, not for patients:", &why);
    buf_done(&why);
    decide_languages(link, world);
}

/* --- one patient after another --- */

/* The terminal as it was before the first wizard: a wizard that dies leaves it raw. */
struct terminal {
    bool known;
    struct termios modes;
};

static void terminal_keep(struct terminal *terminal)
{
    terminal->known = tcgetattr(0, &terminal->modes) == 0;
}

static void terminal_restore(const struct terminal *terminal, enum visit_screen screen)
{
    /* Plain colours, cursor shown, no bracketed paste, no mouse, normal keypad; then an empty screen. */
    static const char plain[] = "\033[0m\033[?25h\033[?2004l\033[?1006l\033[?1000l\033[?1l\033>\033[H\033[2J";
    if (terminal->known) {
        (void)tcsetattr(0, TCSANOW, &terminal->modes);
    }
    if (terminal->known && screen == SCREEN_FULL) {
        (void)fd_write_all(1, plain, sizeof plain - 1);
    }
    if (screen != SCREEN_FULL) { /* the same, in lines */
        const struct lines_setup setup = { STDIN_FILENO, STDOUT_FILENO, false, clock_system() };
        struct lines *lines = lines_open(&setup, NULL);
        if (lines != NULL) {
            lines_away(lines);
        }
        lines_close(lines);
    }
}

/* Waits for LINK_GO. False: the channel is closed. */
static bool wait_for_go(int link, struct link_message *message)
{
    for (;;) {
        int rc = link_receive(link, message, NULL);
        if (rc <= 0) {
            return false;
        }
        if (message->type == LINK_GO) {
            return true;
        }
    }
}

static volatile sig_atomic_t told_to_end;

static void on_term(int signal)
{
    told_to_end = signal;
}

/* A form that is begun must find room at its end, so none begins on a disk that is nearly full. Where it
 * cannot be seen how full it is, the letterbox decides. */
static bool has_room(const struct world *world)
{
    long long free_mb = file_free_mb(world->config->database);
    return free_mb < 0 || free_mb >= world->config->space_mb;
}

static void say_room(int link, struct world *world, bool room)
{
    if (room != world->no_room) {
        return;
    }
    world->no_room = !room;
    say_line(
        link,
        room ? "there is room under the database again; patients are served"
             : "too little room is left under the database (space_mb in kiosk.conf); patients are sent to "
               "the desk. Make room, then run `foyer doctor`.");
}

/* For the first wizard, in its own process. The loader does the same for those that follow. */
static void read_rest(void *arg, int link)
{
    struct world *world = arg;
    read_languages(world);
    decide_languages(link, world);
}

/* Runs one wizard to its end, or shows for a while that nobody is served. Returns its wait status, or -1 if
 * it could not be started. */
static int serve(const struct world *world, int link)
{
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGTERM, SIG_DFL);
        signal(SIGHUP, SIG_DFL);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(world->no_room
                  ? visit_closed(world->visit.screen, world->visit.term, world->visit.scheme, CLOSED_MS, link)
                  : visit_run(&world->visit, link));
    }
    if (pid < 0) {
        return -1;
    }
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        if (told_to_end) {
            kill(pid, SIGTERM);
        }
    }
    return status;
}

static void pause_ms(long ms)
{
    struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    (void)nanosleep(&time, NULL);
}

static void report_crash(int link, int status)
{
    char line[128];
    int n = snprintf(line, sizeof line, "the patient's screen ended unexpectedly (%s %d); another follows",
                     WIFSIGNALED(status) ? "signal" : "status",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    (void)link_send(link, LINK_LOG, line, (size_t)n, NULL);
}

/* Once for all patients: another terminal is another kiosk. What was typed meanwhile is the first patient's,
 * who came in by SSH and did not wait; or, `beside` an old loader, of whoever was here before, and dropped.
 * Not in plain mode: no escape sequence is written there, and who hears or feels a page needs no font. No
 * locale tells either: ours is set by ourselves, and none comes in by SSH. */
static void probe_terminal(struct world *world, const struct loader_setup *setup, bool beside)
{
    if (setup->screen != SCREEN_FULL || world->languages->offered < 2) {
        return;
    }
    probe_run(&world->probe, STDIN_FILENO, STDOUT_FILENO, setup->term, clock_system());
    if (!beside) {
        world->visit.typed = world->probe.typed;
        world->visit.ntyped = world->probe.len;
    }
    world->probed = true;
    text_set_cells(world->probe.cells, world->probe.ncells);
}

static int serve_all(struct world *world, const struct loader_setup *setup, int link,
                     struct link_message *message, bool beside)
{
    struct terminal terminal;
    terminal_keep(&terminal);
    probe_terminal(world, setup, beside);
    if (world->unread && world->probed && !world->probe.answered) {
        read_languages(world); /* silence took a second: there is nothing left to gain */
    }
    for (bool told = false;; told = !world->no_room) {
        if (told && world->unread) {
            read_rest(world, -1); /* what is wrong with them the first wizard has told the log */
        }
        world->visit.post.clock_state =
            clock_system_state(); /* a Pi learns the time minutes after it starts */
        decide_demo(link, world);
        say_room(link, world, has_room(world));
        world->visit.rest = world->unread ? read_rest : NULL;
        world->visit.rest_arg = world;
        int status = serve(world, link);
        explicit_bzero(world->probe.typed, sizeof world->probe.typed);
        world->visit.typed = NULL;
        if (told_to_end) {
            terminal_restore(&terminal, setup->screen);
            return told_to_end == SIGHUP ? LOADER_GONE : LOADER_TOLD;
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) == VISIT_GONE) {
            return LOADER_GONE;
        }
        if (!WIFEXITED(status) || WEXITSTATUS(status) != VISIT_DONE) {
            terminal_restore(&terminal, setup->screen);
            report_crash(link, status);
            static const char desk[] = "Please go to the desk.\r\n";
            (void)fd_write_all(1, desk, sizeof desk - 1);
            pause_ms(PAUSE_MS);
        }
        /* Asked once for each change, and again if more changed meanwhile: an editor or a copy may have been
         * in the middle of it. If the fresh one fails, the old one goes on with what it has. */
        for (uint8_t now[16];
             look(world->config, setup->config, now), memcmp(now, world->seen, sizeof now) != 0;) {
            memcpy(world->seen, now, sizeof now);
            (void)link_send(link, LINK_STALE, NULL, 0, NULL);
            if (!wait_for_go(link, message)) {
                return LOADER_TOLD;
            }
        }
    }
}

int loader_run(const struct loader_setup *setup, int link, bool beside)
{
    struct world world;
    memset(&world, 0, sizeof world);
    struct problems problems = PROBLEMS_INIT;
    struct err err = { "" };
    struct sigaction action = { .sa_handler = on_term }; /* no SA_RESTART: it must end waitpid() */
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    if (sandbox_limit_loader(&err) != 0) {
        problems_add(&problems, "foyer-kiosk", 0, "%s", err.text);
    }
    if (problems.total > 0 || load(&world, setup, beside || setup->screen != SCREEN_FULL, &problems) != 0) {
        say_failed(link, world.config != NULL ? world.config->log : "", &problems);
        problems_done(&problems);
        unload(&world);
        if (beside) {
            return LOADER_RETRY; /* not started again: the old one goes on */
        }
        enum ui_scheme scheme = setup->mono ? UI_MONO : UI_NORMAL;
        return visit_closed(setup->screen, setup->term, scheme, CLOSED_MS, link) == VISIT_GONE ? LOADER_GONE
                                                                                               : LOADER_RETRY;
    }
    problems_done(&problems);
    say_ready(link, &world);
    struct link_message message = { 0 };
    int status = LOADER_TOLD;
    if (wait_for_go(link, &message)) {
        status = serve_all(&world, setup, link, &message, beside);
    }
    link_message_done(&message);
    unload(&world);
    return status;
}

int loader_once(const struct loader_setup *setup, loader_serve_fn *visit, void *arg,
                struct problems *problems)
{
    struct world world;
    memset(&world, 0, sizeof world);
    int status = VISIT_FAULT;
    if (load(&world, setup, true, problems) == 0) {
        world.visit.post.clock_state = clock_system_state();
        decide_demo(-1, &world);
        status = visit(arg, &world.visit, problems);
    }
    unload(&world);
    return status;
}
