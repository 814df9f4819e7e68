#include "mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "log.h"

enum { CHUNK_SIZE = 16384 };

struct chunk {
    struct chunk *next;
    size_t used;
    size_t cap;
    _Alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct chunk *chunks; /* the one being filled first */
};

static _Noreturn void out_of_memory(void)
{
    log_line("Out of memory: this program ends here."); /* plain ASCII: log_line allocates nothing for it */
    _exit(MEM_EXIT);
}

void *mem_need(void *p)
{
    if (!p) {
        out_of_memory();
    }
    return p;
}

void *mem_alloc(size_t size)
{
    return mem_need(calloc(1, size ? size : 1));
}

void *mem_realloc(void *old, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        out_of_memory();
    }
    return mem_need(realloc(old, bytes ? bytes : 1));
}

char *mem_strdup(const char *s)
{
    return mem_need(strdup(s));
}

char *mem_strndup(const char *s, size_t len)
{
    return mem_need(strndup(s, len));
}

void *mem_pages(void *old, size_t old_size, size_t size)
{
    void *pages;

    if (old) {
        pages = mremap(old, old_size, size, MREMAP_MAYMOVE);
    } else {
        // cppcheck-suppress invalidFunctionArg ; -1 is what the manual asks for
        pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    pages = mem_need(pages == MAP_FAILED ? NULL : pages);
    (void)madvise(pages, size, MADV_HUGEPAGE); /* where the kernel has none, small ones do */
    return pages;
}

void mem_pages_free(void *pages, size_t size)
{
    if (pages) {
        explicit_bzero(pages, size);
        munmap(pages, size);
    }
}

void mem_wipe_free(char *s)
{
    if (s) {
        explicit_bzero(s, strlen(s));
    }
    free(s);
}

static struct chunk *chunk_new(size_t cap)
{
    size_t bytes;

    if (__builtin_add_overflow(cap, sizeof(struct chunk), &bytes)) {
        out_of_memory();
    }
    struct chunk *chunk = mem_alloc(bytes);
    chunk->cap = cap;
    return chunk;
}

struct arena *arena_new(void)
{
    return mem_alloc(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (!arena) {
        return;
    }
    for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    struct chunk *chunk = arena->chunks;

    if (size > SIZE_MAX - align) {
        out_of_memory();
    }
    size = (size + align - 1) / align * align;
    if (!chunk || chunk->cap - chunk->used < size) {
        chunk = chunk_new(size > CHUNK_SIZE ? size : CHUNK_SIZE);
        /* A large block goes behind the one being filled, so that its free room is not given up. */
        if (size > CHUNK_SIZE / 4 && arena->chunks) {
            chunk->next = arena->chunks->next;
            arena->chunks->next = chunk;
        } else {
            chunk->next = arena->chunks;
            arena->chunks = chunk;
        }
    }
    void *p = chunk->data + chunk->used;
    chunk->used += size;
    return p;
}

char *arena_strdup(struct arena *arena, const char *s)
{
    return arena_strndup(arena, s, strlen(s));
}

char *arena_strndup(struct arena *arena, const char *s, size_t len)
{
    len = strnlen(s, len);
    if (len == SIZE_MAX) {
        out_of_memory();
    }
    char *copy = arena_alloc(arena, len + 1);
    memcpy(copy, s, len);
    return copy;
}
