#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"

/* The sanitizer ends the program at an allocation it cannot make; here that is what is tested. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

Test(mem, running_out_ends_the_process_with_its_own_status, .exit_code = MEM_EXIT)
{
    free(mem_alloc(SIZE_MAX / 2));
}

Test(mem, an_overflowing_count_ends_the_process, .exit_code = MEM_EXIT)
{
    free(mem_realloc(NULL, SIZE_MAX / 2, 3));
}

Test(mem, a_missing_result_of_a_library_ends_the_process, .exit_code = MEM_EXIT)
{
    mem_need(NULL);
}

Test(mem, an_arena_too_large_ends_the_process, .exit_code = MEM_EXIT)
{
    struct arena *arena = arena_new();

    arena_alloc(arena, SIZE_MAX - 3);
}

Test(mem, no_bytes_are_still_memory)
{
    void *p = mem_alloc(0);

    cr_assert_not_null(p);
    p = mem_realloc(p, 0, 8);
    cr_assert_not_null(p);
    free(p);
}

Test(mem, strndup_stops_at_nul)
{
    char *s = mem_strndup("ab\0cd", 5);

    cr_assert_str_eq(s, "ab");
    free(s);
}

Test(mem, arena_memory_is_zeroed_aligned_and_apart)
{
    struct arena *arena = arena_new();
    unsigned char *block[2000];

    for (size_t i = 0; i < 2000; i++) {
        size_t size = i % 97 == 0 ? 20000 + i : i % 41;
        block[i] = arena_alloc(arena, size);
        cr_assert_eq((uintptr_t)block[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++) {
            cr_assert_eq(block[i][k], 0);
        }
        memset(block[i], (int)(i % 255) + 1, size);
    }
    for (size_t i = 0; i < 2000; i++) {
        size_t size = i % 97 == 0 ? 20000 + i : i % 41;
        for (size_t k = 0; k < size; k++) {
            cr_assert_eq(block[i][k], i % 255 + 1);
        }
    }
    cr_assert_str_eq(arena_strdup(arena, "isotretinoin"), "isotretinoin");
    cr_assert_str_eq(arena_strndup(arena, "isotretinoin", 3), "iso");
    arena_free(arena);
    arena_free(NULL);
}

Test(buf, grows_and_ends_in_nul)
{
    struct buf buf = BUF_INIT;

    cr_assert_str_eq(buf_str(&buf), "");
    for (int i = 0; i < 1000; i++) {
        buf_addf(&buf, "%03d,", i);
    }
    buf_adds(&buf, "end");
    cr_assert_eq(buf.len, 4003);
    cr_assert_eq(strlen(buf_str(&buf)), 4003);
    cr_assert_str_eq(buf_str(&buf) + 3996, "999,end");
    buf_reset(&buf);
    cr_assert_eq(buf.len, 0);
    cr_assert_str_eq(buf_str(&buf), "");
    buf_add(&buf, "a\0b", 3);
    cr_assert_eq(buf.len, 3);
    cr_assert_eq(memcmp(buf.data, "a\0b", 4), 0);
    buf_done(&buf);
    cr_assert_null(buf.data);
}

Test(buf, stolen_memory_is_never_null)
{
    struct buf buf = BUF_INIT;
    char *s = buf_steal(&buf);

    cr_assert_str_eq(s, "");
    free(s);
    buf_adds(&buf, "x");
    s = buf_steal(&buf);
    cr_assert_str_eq(s, "x");
    cr_assert_str_eq(buf_str(&buf), "");
    free(s);
}

Test(buf, reserved_room_is_not_moved)
{
    struct buf buf = BUF_INIT;

    buf_reserve(&buf, 100);
    const char *data = buf.data;
    cr_assert_str_eq(buf_str(&buf), "");
    for (int i = 0; i < 99; i++) {
        buf_adds(&buf, "s");
    }
    cr_assert_eq(buf.data, data);
    buf_wipe(&buf);
    cr_assert_null(buf.data);
    cr_assert_eq(buf.cap, 0);
}

Test(buf, a_size_past_all_memory_ends_the_process, .exit_code = MEM_EXIT)
{
    struct buf buf = BUF_INIT;

    buf_adds(&buf, "x");
    buf_add(&buf, "x", SIZE_MAX);
}

Test(mem, pages_grow_by_moving_and_what_is_added_is_zero)
{
    size_t size = 3 * 4096 + 1;
    unsigned char *pages = mem_pages(NULL, 0, size);
    for (size_t i = 0; i < size; i++) {
        cr_assert_eq(pages[i], 0);
        pages[i] = (unsigned char)(i % 251);
    }
    pages = mem_pages(pages, size, 100 * size);
    for (size_t i = 0; i < size; i++) {
        cr_assert_eq(pages[i], i % 251);
    }
    cr_expect_eq(pages[size + 4096], 0);
    cr_expect_eq(pages[100 * size - 1], 0);
    mem_pages_free(pages, 100 * size);
    mem_pages_free(NULL, 0);
}
