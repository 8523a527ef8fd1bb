// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Making, cutting, merging and removing regions: what the operations on address spaces have in common.

#include "space.h"

// What cutting regions at two addresses needs, taken before anything is changed.
struct cut_plan {
    struct region *spare[2];
};

// Takes what cutting at START and END needs. -LX_ENOMEM.
long space_plan_cut(struct space *s, uint64_t start, uint64_t end, struct cut_plan *plan);
void space_drop_cut(struct cut_plan *plan);
// Makes START and END region boundaries where a region crosses them.
void space_cut(struct space *s, uint64_t start, uint64_t end, struct cut_plan *plan);
// Removes every region in [start, end), whose ends are region boundaries.
void space_remove_range(struct space *s, uint64_t start, uint64_t end);
void space_remove_region(struct region *r);
// Makes one region of neighbours in [start, end], and across its ends, that differ in nothing.
void space_merge(struct space *s, uint64_t start, uint64_t end);

// Whether nothing is in [start, end).
bool space_is_free(const struct space *s, uint64_t start, uint64_t end);
// The highest gap of LENGTH bytes that is not kept for the stack; 0: none.
uint64_t space_find_gap(const struct space *s, uint64_t length);
// Whether a program may have [addr, addr + length).
bool space_in_program(uint64_t addr, uint64_t length);
// Whether PAGES more, less REPLACED, stay below the limit of the address space.
bool space_within_limit(const struct space *s, uint64_t pages, uint64_t replaced);
// Pages in regions of [start, end), and those of them that charged regions have.
void space_count(struct space *s, uint64_t start, uint64_t end, uint64_t *pages, uint64_t *charged);
