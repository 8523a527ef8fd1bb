// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// mmsrv on the model kernel: its start, programs that access memory, and a check of all its books.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "object.h"

// Starts mmsrv once, before the first test.
void machine_start(void);

// What a thread of S would get at VADDR: the page's memory, after as many faults as it takes; NULL: an upcall.
void *machine_access(struct space *s, uint64_t vaddr, kn_word_t access);
bool machine_write(struct space *s, uint64_t vaddr, uint64_t value); // one word; false: an upcall
bool machine_read(struct space *s, uint64_t vaddr, uint64_t *value);
// vfs writes or reads a word of an object through its window; false: a hole, or refused.
bool machine_file_write(struct object *o, uint64_t offset, uint64_t value);
bool machine_file_read(struct object *o, uint64_t offset, uint64_t *value);

// Checks every invariant of spaces and objects that are there, and that references and promises add up. SPACES and OBJECTS
// name all of them (NULL entries are skipped); no window outlives its space.
void machine_check(struct space *const *spaces, size_t nr_spaces, struct object *const *objects, size_t nr_objects);

// What a test must leave as it found it.
struct machine_books {
    uint64_t committed, pages, file_pages, mapped_in_servers;
};
struct machine_books machine_books(void);
bool machine_books_equal(const struct machine_books *a, const struct machine_books *b);
