#include "preview.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "form_load.h"
#include "languages.h"
#include "link.h"
#include "loader.h"
#include "mem.h"
#include "report.h"
#include "text.h"
#include "tr.h"
#include "visit.h"

enum { COLUMNS = 80 };

struct preview {
    struct config *config; /* NULL: none was named */
    struct form *form;
    struct languages *languages;
    struct wizard_language *spoken;
    struct policies *policies;
    struct visit_setup visit;
};

static int load(struct preview *preview, const struct preview_setup *setup, struct problems *problems)
{
    preview->form = form_load(setup->form, problems);
    if (setup->config) {
        preview->config = config_load(setup->config, problems);
    }
    if (!preview->form || (setup->config && !preview->config)) {
        return -1;
    }
    if (preview->config) {
        setenv("TZ", preview->config->timezone, 1);
        tzset();
        preview->policies = config_policies(preview->config, preview->form, problems);
    } else {
        preview->policies = policies_new(preview->form);
    }
    if (!preview->policies) {
        return -1;
    }
    /* Who edits the English walks it before it is translated. */
    struct problems wrong = PROBLEMS_INIT;
    preview->languages = languages_load(preview->config, preview->form, &wrong);
    problems_done(&wrong);
    return 0;
}

static void unload(struct preview *preview)
{
    policies_free(preview->policies);
    free(preview->spoken);
    languages_free(preview->languages);
    form_free(preview->form);
    config_free(preview->config);
}

static void set_visit(struct preview *preview, const struct preview_setup *setup)
{
    const struct config *config = preview->config;
    struct visit_setup *visit = &preview->visit;

    visit->preview = true;
    visit->screen = setup->screen;
    visit->term = setup->term;
    visit->scheme = setup->mono || (config && config->theme == THEME_MONO) ? UI_MONO
                    : config && config->theme == THEME_CONTRAST            ? UI_CONTRAST
                                                                           : UI_NORMAL;
    visit->touch = config ? loader_touch(config, setup->ssh) : TOUCH_OFF;
    const struct languages *all = preview->languages;
    preview->spoken = mem_alloc(all->n * sizeof *preview->spoken);
    for (size_t i = 0; i < all->offered; i++) {
        const struct language *language = &all->language[i];
        preview->spoken[i] = (struct wizard_language){ language->code, language->name, language->form,
                                                       language->catalogue, false };
    }
    visit->post.language = preview->spoken;
    visit->post.nlanguages = all->offered;
    visit->post.form = all->language[all->clinic].form;
    visit->post.catalogue = all->language[all->clinic].catalogue;
    visit->post.policies = preview->policies;
    visit->post.timezone = config ? config->timezone : "";
    visit->post.clinic.url = config ? config->clinic.url : "";
    config_facts(config, visit->post.clinic.fact);
}

static void print_clean(FILE *to, const struct buf *text)
{
    struct buf clean = BUF_INIT;

    text_sanitise(&clean, buf_str(text), text->len, true);
    fputs(buf_str(&clean), to);
    buf_done(&clean);
}

static void print_problems(const struct problems *problems)
{
    struct buf text = BUF_INIT;

    problems_text(problems, &text);
    print_clean(stderr, &text);
    buf_done(&text);
}

static void print_result(const struct buf *document)
{
    struct buf text = BUF_INIT;
    json_t *body = json_loadb(buf_str(document), document->len, 0, NULL);

    report_result(&text, body, COLUMNS);
    print_clean(stdout, &text);
    json_decref(body);
    buf_done(&text);
}

/* What the wizard says until it ends: the document of a form that was signed, or why it could not begin. */
static void listen_to(int link, struct buf *document, struct buf *trouble)
{
    struct link_message message = { 0 };

    while (link_receive(link, &message, NULL) > 0) {
        struct buf *to = message.type == LINK_PREVIEW ? document : message.type == LINK_LOG ? trouble : NULL;
        if (to) {
            buf_reset(to);
            buf_add(to, message.body, message.len);
        }
    }
    link_message_done(&message);
}

static int show(const struct preview *preview, struct buf *document)
{
    struct buf trouble = BUF_INIT;
    struct err err = { "" };
    int link[2], status = 0;

    if (link_pair(link, &err) != 0) {
        fprintf(stderr, "foyer-kiosk: %s\n", err.text);
        return 1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(link[0]);
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* so that it gives the terminal back */
        _exit(visit_run(&preview->visit, link[1]));
    }
    close(link[1]);
    if (pid < 0) {
        close(link[0]);
        fprintf(stderr, tr("foyer-kiosk: no process to be had: %s\n"), strerror(errno));
        return 1;
    }
    link_guard(link[0]);
    listen_to(link[0], document, &trouble);
    bool told = link_unguard();
    close(link[0]);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (told) { /* somebody ended it: they know why */
        buf_done(&trouble);
        return 1;
    }
    bool fine = WIFEXITED(status) && (WEXITSTATUS(status) == VISIT_DONE || WEXITSTATUS(status) == VISIT_GONE);
    if (!fine) {
        buf_adds(&trouble, trouble.len ? "" : tr("the preview ended unexpectedly"));
        fprintf(stderr, "foyer-kiosk: ");
        print_clean(stderr, &trouble);
        fputc('\n', stderr);
    }
    buf_done(&trouble);
    return fine ? 0 : 1;
}

int preview_run(const struct preview_setup *setup)
{
    struct preview preview = { 0 };
    struct problems problems = PROBLEMS_INIT;
    struct buf document = BUF_INIT;
    int status = 1;

    if (load(&preview, setup, &problems) == 0) {
        set_visit(&preview, setup);
        status = show(&preview, &document);
        if (document.len > 0 && !setup->quiet) {
            print_result(&document);
        }
    } else {
        print_problems(&problems);
    }
    problems_done(&problems);
    buf_wipe(&document);
    unload(&preview);
    return status;
}
