/* A page holds what it is given, in one numbering of what can take the focus. */
#include <criterion/criterion.h>

#include "page.h"

Test(page, strings_are_copies)
{
    struct page page;
    char text[] = "Never";

    page_init(&page);
    page_add_row(&page, "1", text);
    page_set(&page.title, text);
    text[0] = 'X';
    cr_assert_str_eq(page.row[0].text, "Never");
    page_set(&page.title, page.title + 1);
    cr_assert_str_eq(page.title, "ever");
    page_set(&page.title, NULL);
    cr_assert_null(page.title);
    page_reset(&page);
}

Test(page, the_focus_runs_through_fields_then_rows_then_actions)
{
    struct page page;

    page_init(&page);
    cr_assert_eq(page_focus_count(&page), 0);
    page_add_action(&page, 7, "F2", "Back");
    page_add_row(&page, "0", "Not sure");
    page_add_row(&page, "P", "In private");
    page_add_field(&page, "Name", "");
    cr_assert_eq(page_focus_count(&page), 4);
    cr_assert_eq(page_focus_field(&page, 0), &page.field[0]);
    cr_assert_eq(page_focus_row(&page, 1), &page.row[0]);
    cr_assert_eq(page_focus_row(&page, 2), &page.row[1]);
    cr_assert_eq(page_focus_action(&page, 3), &page.action[0]);
    for (size_t focus = 0; focus < 6; focus++) {
        cr_assert_eq((page_focus_field(&page, focus) != NULL) + (page_focus_row(&page, focus) != NULL) +
                         (page_focus_action(&page, focus) != NULL),
                     focus < 4);
    }
    page_reset(&page);
}

Test(page, a_reset_page_is_empty_and_can_be_used_again)
{
    struct page page;

    page_init(&page);
    for (int round = 0; round < 3; round++) {
        page_set(&page.title, "Title");
        page_set(&page.section, "Section");
        page_set(&page.hint, "Hint");
        page_set(&page.error, "Error");
        page_set(&page.notice, "Notice");
        page_add_para(&page, "Text");
        page_set(&page_add_row(&page, "1", "Row")->value, "Value");
        struct page_field *field = page_add_field(&page, "Label", "typed");
        page_set(&field->hint, "hint");
        page_set(&field->echo, "echo");
        page_set(&field->error, "error");
        page_add_action(&page, 1, "F1", "Help")->primary = true;
        page_reset(&page);
        cr_assert_eq(page_focus_count(&page), 0);
        cr_assert_null(page.title);
        cr_assert_eq(page.nparas, 0);
    }
}
