// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What an operation costs when there are N things of a kind, N = 1, 10, 100, .. Each figure is printed as
// "growth CURVE N INSTRUCTIONS", per thing or per operation; curves.py says what each curve is.
//
// This program lives in a CSpace of one large CNode, which holds what the root task's first one did at the same
// addresses. Its slots from CROWD on are for the things, which are made from the arena, an untyped that is empty between
// two figures. Instructions are counted from user mode: those of stubs and loops are in them, the same for every N.

#include "env.h"

#define SPACE_RADIX 18
#define CROWD (1ul << (SPACE_RADIX - 3))
#define MOST 100000 // things
#define FEWEST 1000 // things, or operations, that a figure is the mean of

extern kn_cptr_t arena;

static inline kn_word_t at_most(kn_word_t n, kn_word_t limit) { return n < limit ? n : limit; }
// How often to make N things, so that there are enough of them in all.
static inline kn_word_t rounds_of(kn_word_t n) { return n < FEWEST ? FEWEST / n : 1; }

// Instructions executed so far; aarch64 counts in steps of 16.
kn_word_t instructions_now(void);
// CURVE has another point: TOTAL instructions for UNITS things or operations.
void report(const char *curve, kn_word_t n, kn_word_t total, kn_word_t units);
// Calls MEASURE for N = 1, 10, 100 .. MOST.
void grow(void (*measure)(kn_word_t n), kn_word_t most);

// N objects from the arena in the slots from SLOT on.
void make_objects(kn_word_t type, kn_word_t bits, kn_cptr_t slot, kn_word_t n);
// N copies of the capability FROM in the slots from INDEX on of the CNode NODE, where an index has DEPTH_BITS.
void fill(kn_cptr_t node, kn_word_t index, kn_word_t depth_bits, kn_cptr_t from, kn_word_t n);

void measure_capabilities(void); // Retype, Revoke, Delete, Copy, Move
void measure_lookup(void);       // CSpaces of many levels
void measure_mappings(void);     // pages, one by one and in ranges
void measure_threads(void);      // wake-ups, Suspend and Resume
