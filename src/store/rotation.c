/* rotation.c: backups by their names, and which of them are kept. */
#include <stdio.h>
#include <string.h>

#include "backup.h"

bool backup_read_name(const char *name, struct backup_file *out)
{
    int year, month, day, hour, minute, end = 0;
    if (sscanf(name, "foyer-%4d-%2d-%2d-%2d%2d.db%n", &year, &month, &day, &hour, &minute, &end) != 5 ||
        end == 0 || name[end] != '\0' || strlen(name) != strlen("foyer-2026-11-28-0215.db")) {
        return false;
    }
    struct date date = { (int16_t)year, (uint8_t)month, (uint8_t)day };
    if (month < 1 || day < 1 || !date_valid(date) || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return false;
    }
    *out = (struct backup_file){ .day = date, .minute = hour * 60 + minute };
    snprintf(out->name, sizeof out->name, "%s", name);
    return true;
}

/* Numbers that are the same for two files of one day, week or month. */
static int32_t day_of(const struct backup_file *file)
{
    return date_to_days(file->day);
}

static int32_t week_of(const struct backup_file *file)
{
    return (date_to_days(file->day) + 2) / 7; /* 1 March 0000, day 0, was a Wednesday */
}

static int32_t month_of(const struct backup_file *file)
{
    return file->day.year * 12 + file->day.month;
}

static void keep_newest(const struct backup_file *file, size_t n, int most,
                        int32_t (*of)(const struct backup_file *file), bool *keep)
{
    int kept = 0;
    for (size_t i = 0; i < n && kept < most; i++) {
        if (i == 0 || of(&file[i]) != of(&file[i - 1])) {
            keep[i] = true;
            kept++;
        }
    }
}

void backup_rotation(const struct backup_plan *plan, const struct backup_file *file, size_t n, bool *keep)
{
    memset(keep, 0, n * sizeof *keep);
    keep_newest(file, n, plan->daily > 1 ? plan->daily : 1, day_of, keep);
    keep_newest(file, n, plan->weekly, week_of, keep);
    keep_newest(file, n, plan->monthly, month_of, keep);
}
