// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "core/ranges.h"

#include "debug/log.h"

static void insert_at(struct memory_range *list, word_t *count, word_t i, word_t start, word_t end, const char *what)
{
    if (*count == BOOT_MAX_RANGES)
        kpanic("more than %d ranges of %s", BOOT_MAX_RANGES, what);
    for (word_t j = *count; j > i; j--)
        list[j] = list[j - 1];
    list[i] = (struct memory_range){{start}, {end}};
    ++*count;
}

static void remove_at(struct memory_range *list, word_t *count, word_t i)
{
    for (--*count; i < *count; i++)
        list[i] = list[i + 1];
}

void ranges_add(struct memory_range *list, word_t *count, word_t start, word_t end, const char *what)
{
    if (start >= end)
        return;
    word_t i = 0;
    while (i < *count && list[i].end.raw < start)
        i++;
    while (i < *count && list[i].start.raw <= end) {
        start = list[i].start.raw < start ? list[i].start.raw : start;
        end = list[i].end.raw > end ? list[i].end.raw : end;
        remove_at(list, count, i);
    }
    insert_at(list, count, i, start, end, what);
}

void ranges_subtract(struct memory_range *list, word_t *count, word_t start, word_t end, const char *what)
{
    if (start >= end)
        return;
    for (word_t i = 0; i < *count;) {
        struct memory_range old = list[i];
        if (old.end.raw <= start || old.start.raw >= end) {
            i++;
            continue;
        }
        remove_at(list, count, i);
        if (old.start.raw < start)
            insert_at(list, count, i++, old.start.raw, start, what);
        if (old.end.raw > end)
            insert_at(list, count, i++, end, old.end.raw, what);
    }
}
