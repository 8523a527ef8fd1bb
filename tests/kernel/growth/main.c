// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "growth.h"

#include <trona/main.h>
#include <trona/ticks.h>

#include "console.h"
#include "thread.h"

#define ARENA_BITS 25
#define OLD_SPACE (CROWD - 1) // slot for the CNode that was the CSpace before

kn_cptr_t arena;

void test_fail(const char *file, int line, const char *what) { console_fail(file, line, what); }

kn_word_t instructions_now(void) // a nanosecond each, under -icount shift=0
{
    return trona_ticks() * (1000000000 / boot_info->ticks_per_second);
}

void report(const char *curve, kn_word_t n, kn_word_t total, kn_word_t units)
{
    kn_word_t tenths = (total * 10 + units / 2) / units;
    console_print("growth ");
    console_print(curve);
    console_print(" ");
    console_print_number(n, 10);
    console_print(" ");
    console_print_number(tenths / 10, 10);
    console_print(".");
    console_print_number(tenths % 10, 10);
    console_print("\n");
}

void grow(void (*measure)(kn_word_t n), kn_word_t most)
{
    for (kn_word_t n = 1; n <= most; n *= 10)
        measure(n);
}

void make_objects(kn_word_t type, kn_word_t bits, kn_cptr_t slot, kn_word_t n)
{
    for (kn_word_t i = 0; i < n; i += KN_RETYPE_MAX_OBJECTS)
        CHECK_OK(retype(arena, type, bits, slot + i, at_most(n - i, KN_RETYPE_MAX_OBJECTS)));
}

void fill(kn_cptr_t node, kn_word_t index, kn_word_t depth_bits, kn_cptr_t from, kn_word_t n)
{
    kn_word_t at = 0, done;
    for (; at < at_most(n, KN_RANGE_MAX); at++)
        CHECK_OK(kn_cnode_copy(node, index + at, depth_bits, from, DEPTH, KN_RIGHTS_ALL, ROOT));
    for (; at < n; at += done)
        CHECK_OK(kn_cnode_copy_range(node, index + at, depth_bits, index, depth_bits, KN_RIGHTS_ALL,
                                     at_most(n - at, KN_RANGE_MAX), node, &done));
}

// Moves into a CSpace of a larger CNode.
static void enter_space(void)
{
    kn_cptr_t space = guarded(make_cnode(SPACE_RADIX), 0, KN_WORD_BITS - SPACE_RADIX);
    CHECK_OK(kn_cnode_copy(space, ROOT, DEPTH, space, DEPTH, KN_RIGHTS_ALL, ROOT));
    CHECK_OK(kn_cnode_copy(space, OLD_SPACE, DEPTH, ROOT, DEPTH, KN_RIGHTS_ALL, ROOT));
    CHECK_OK(kn_tcb_set_space(KN_INIT_CAP_TCB, 0, 0, space, KN_INIT_CAP_VSPACE));
    CHECK(boot_info->empty.end < OLD_SPACE);
    for (kn_word_t i = 0; i < boot_info->empty.end; i++)
        if (i != ROOT)
            kn_cnode_move(ROOT, i, DEPTH, i, DEPTH, OLD_SPACE); // unless it is empty
}

void trona_main(void *start)
{
    env_init(start);
    console_init();
    env_begin();
    arena = slot_new();
    CHECK_OK(retype(largest_untyped(), KN_OBJECT_TYPE_UNTYPED, ARENA_BITS, arena, 1));
    enter_space();
    CHECK_OK(kn_tcb_set_priority(KN_INIT_CAP_TCB, PRIORITY_CASE, KN_INIT_CAP_TCB));
    measure_capabilities();
    measure_lookup();
    measure_mappings();
    measure_threads();
    console_print("growth: done\n");
    console_exit(0);
}
