#include "frames.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char folder[64];
static struct frame_keys keys;

void frames_setup(void)
{
    uint8_t secret[32];
    cr_assert_geq(sodium_init(), 0);
    strcpy(folder, "/tmp/foyer-relay-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    crypto_box_keypair(keys.desk, secret);
    crypto_box_keypair(keys.body, secret);
    keys.epoch = 1;
}

void frames_teardown(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_expect_eq(system(command), 0);
}

void frame_of(struct buf *out, uint32_t n, uint32_t rev, enum frame_kind kind)
{
    struct frame_header header = { .epoch = 1, .rev = rev, .kind = (uint8_t)kind, .wall_s = 1795255200 };
    struct err err = { "" };
    memset(header.uid, 7, sizeof header.uid);
    memcpy(header.uid, &n, sizeof n);
    buf_reset(out);
    cr_assert_eq(frame_seal(out, &header, &keys, "{}", 2, "{}", 2, &err), 0, "%s", err.text);
}

uint32_t frame_number(const struct frame_header *header)
{
    uint32_t n;
    memcpy(&n, header->uid, sizeof n);
    return n;
}

void in_folder(char out[128], const char *below)
{
    snprintf(out, 128, "%s/%s", folder, below);
}

int files_in(const char *below)
{
    char path[128];
    int n = 0;
    in_folder(path, below);
    DIR *dir = opendir(path);
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        n += entry->d_name[0] != '.';
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return n;
}
