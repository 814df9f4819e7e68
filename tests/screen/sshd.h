/* sshd.h: a real sshd on the loopback address with the snippet that is shipped, and its clients. The user
 * "kiosk" is whoever runs the tests, under that name and with a home folder that is the clinic's
 * (libnss-wrapper), so no rights are needed. */
#ifndef FOYER_TEST_SSHD_H
#define FOYER_TEST_SSHD_H

#include <stdbool.h>
#include <sys/types.h>

#include "buf.h"
#include "clinic.h"

struct sshd {
    struct clinic_folder clinic;
    pid_t pid;
    int port;
    const char *user; /* "kiosk", "foyer" or "foyer-relay" */
    char home[80];    /* of that user: what somebody might have put there */
};

/* FOYER_SSHD_WITHOUT=REGEX takes the snippet's lines that match away: each guard's test must fail without it.
 * `forced`: another forced command than the kiosk, or NULL. */
void sshd_open(struct sshd *sshd, const char *forced);
/* For staff: the key's line begins with what `foyer login` prints for the user "demo", or, if not bound, with
 * the bare key. */
void sshd_open_staff(struct sshd *sshd, bool bound);
/* For a second screen: frames go to the letter slot foyer.sock of this clinic, if somebody listens there. */
void sshd_open_relay(struct sshd *sshd);
/* The network's end, and its return. */
void sshd_down(struct sshd *sshd);
void sshd_up(struct sshd *sshd);
/* sshd -T: the settings that hold for the user, a line each. */
void sshd_settings(const struct sshd *sshd, struct buf *out);
void sshd_close(struct sshd *sshd); /* with all its connections */

/* `ssh args user@127.0.0.1 command` on a terminal of 24 rows and 80 columns; `args` go before the host,
 * `command` after it (NULL: none), both as a shell reads them. */
struct term *sshd_screen(const struct sshd *sshd, const char *term, const char *args, const char *command);

/* The same without a terminal, with nothing on its standard input. Returns the exit status and what it wrote;
 * -1 if it had to be ended after `ms`. `program`: "ssh", "sftp", "scp". */
int sshd_run(const struct sshd *sshd, struct buf *out, int ms, const char *program, const char *args);

/* How many processes of this clinic's kiosk there are. */
int sshd_kiosks(const struct sshd *sshd);

/* A socket that listens on the loopback address, and its port; a port where nobody listens. */
int sshd_listener(int *port);
int sshd_free_port(void);

#endif
