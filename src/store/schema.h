/* schema.h: the tables, and how an older database becomes a newer one. Used by db.c alone. */
#ifndef FOYER_STORE_SCHEMA_H
#define FOYER_STORE_SCHEMA_H

#include "db.h"

/* The SQL that brings version n - 1 to version n; n from 1 to DB_VERSION. */
const char *schema_step(int version);

#endif
