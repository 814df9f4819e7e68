/* mem.h: memory that is never NULL.
 *
 * When memory runs out the process ends with status MEM_EXIT and one line on the log: it has
 * acknowledged nothing, so nothing acknowledged is lost, and its parent carries on. That is simpler to
 * get right than a thousand half-taken exits.
 */
#ifndef FOYER_MEM_H
#define FOYER_MEM_H

#include <stddef.h>

enum { MEM_EXIT = 70 };

void *mem_alloc(size_t size);                            /* zeroed; free() it */
void *mem_realloc(void *old, size_t count, size_t size); /* count * size is checked for overflow */
char *mem_strdup(const char *s);                         /* free() it */
char *mem_strndup(const char *s, size_t len);            /* at most len bytes of s; free() it */

/* p itself, or the same end as above if it is NULL: for memory that a library allocated. */
void *mem_need(void *p);

/* Overwrites a string, then frees it: for what a person typed. NULL is fine. */
void mem_wipe_free(char *s);

/* A large block of whole pages that grows by moving the pages, not what is in them: no copy stays behind, and
 * none is made. `old` NULL (and old_size 0): a new one, zeroed, as what is added is. mem_pages_free()
 * overwrites it first; NULL is fine. */
void *mem_pages(void *old, size_t old_size, size_t size);
void mem_pages_free(void *pages, size_t size);

/* An arena: many small allocations of one lifetime, freed at once. */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *arena);                /* NULL is fine */
void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *s);
char *arena_strndup(struct arena *arena, const char *s, size_t len);

#endif
