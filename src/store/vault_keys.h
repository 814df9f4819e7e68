/* vault_keys.h: the inside of an unlocked vault, for vault.c and filing.c alone. */
#ifndef FOYER_STORE_VAULT_KEYS_H
#define FOYER_STORE_VAULT_KEYS_H

#include "vault.h"

struct vault_epoch {
    struct frame_keys keys;
    uint8_t desk_secret[32], body_secret[32];
};

struct vault {
    struct db *db;
    char user[SLOT_USER];
    struct slot_masters *masters; /* sodium_malloc */
    struct vault_epoch *epoch;    /* sodium_malloc */
    size_t nepochs;
};

const struct vault_epoch *vault_find_epoch(const struct vault *vault, uint32_t number); /* NULL: none */

#endif
