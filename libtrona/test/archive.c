// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "unit.h"

#include <string.h>

#include "trona/cpio.h"

static char archive[4096];
static size_t size;

static void add(const char *name, const char *data, size_t data_size)
{
    size_t name_size = strlen(name) + 1;
    size += (size_t)sprintf(archive + size, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", 7, 0100644,
                            1, 2, 1, 99, data_size, 0, 0, 0, 0, name_size, 0);
    memcpy(archive + size, name, name_size);
    size = (size + name_size + 3) & ~(size_t)3;
    memcpy(archive + size, data, data_size);
    size = (size + data_size + 3) & ~(size_t)3;
}

static void make(void)
{
    memset(archive, 0, sizeof archive);
    size = 0;
    add("boot/init", "hello", 5);
    size += 64; // a gap
    add("root/a", "", 0);
    add("root/b", "xyz", 3);
    add("TRAILER!!!", "", 0);
    size = 1024;
}

TEST(cpio_reads_names_data_and_gaps)
{
    make();
    struct cpio_reader r;
    struct cpio_entry e;
    cpio_open(&r, archive, size);
    CHECK(cpio_next(&r, &e) && strcmp(e.name, "boot/init") == 0 && e.size == 5 &&
          memcmp(archive + e.data_offset, "hello", 5) == 0);
    CHECK(e.ino == 7 && e.mode == 0100644 && e.uid == 1 && e.gid == 2 && e.mtime == 99 && e.name_length == 9);
    CHECK(cpio_next(&r, &e) && strcmp(e.name, "root/a") == 0 && e.size == 0);
    CHECK(cpio_next(&r, &e) && strcmp(e.name, "root/b") == 0);
    CHECK(!cpio_next(&r, &e) && !r.error);
    const char *error;
    CHECK(cpio_find(archive, size, "root/b", &e, &error) && e.size == 3);
    CHECK(!cpio_find(archive, size, "root/c", &e, &error) && !error);
}

// Whatever bytes change, and wherever it ends, the reader stays inside (the sanitizer watches a copy of exactly that size).
TEST(cpio_never_reads_outside_a_corrupt_archive)
{
    srand(9);
    for (int round = 0; round < 3000; round++) {
        make();
        size_t end = (size_t)rand() % (size + 1);
        char *copy = malloc(end ? end : 1);
        for (int i = rand() % 4; i > 0; i--)
            archive[rand() % (int)size] = (char)(rand() % 3 ? 'F' : rand());
        memcpy(copy, archive, end);
        struct cpio_reader r;
        struct cpio_entry e;
        cpio_open(&r, copy, end);
        while (cpio_next(&r, &e)) {
            CHECK(e.data_offset <= end && e.size <= end - e.data_offset);
            volatile unsigned char sum = 0;
            for (size_t i = 0; i < e.size; i++)
                sum = (unsigned char)(sum + copy[e.data_offset + i]);
            CHECK(strlen(e.name) == e.name_length);
        }
        free(copy);
    }
}
