// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the parts of the invariant checker share. A part walks what it checks and returns the first broken invariant,
// or CHECK_OK.

#include "core/derivation.h"
#include "debug/check.h"

struct tcb;

// Logs the broken INVARIANT with the slot or object WHERE and the sentence WHY; returns INVARIANT.
word_t check_broken(word_t invariant, const void *where, const char *why);

#define CHECK(condition, invariant, where, why)                                                                        \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            return check_broken(invariant, where, why);                                                                \
    } while (0)
#define CHECK_PART(part)                                                                                               \
    do {                                                                                                               \
        word_t check_result = (part);                                                                                  \
        if (check_result != CHECK_OK)                                                                                  \
            return check_result;                                                                                       \
    } while (0)

#define CHECK_MAX_STEPS BIT(28) // more than any list has: a walk that takes longer goes round in a circle

// log2 of the bytes of the object that CAP names, and whether it has memory of its own at all.
bool check_object(struct cap cap, word_t *size_bits);
// Whether A and B name the same memory as the same kind of object (a Zombie counts as what it was).
bool check_same_object(struct cap a, struct cap b);
// The next slot behind SLOT that is the first of its object and has a capability of TYPE; NULL none. SLOT NULL: from HEAD.
struct cte *check_next_object(struct cte *head, struct cte *slot, word_t type);

word_t check_derivation(struct cte **head); // list links to badge order; *HEAD: first slot of the list
word_t check_threads(struct cte *head);     // thread states, queues of the scheduler
word_t check_sched_contexts(struct cte *head);
word_t check_ipc(struct cte *head);    // endpoints, notifications, replies
word_t check_memory(struct cte *head); // ASIDs, mappings
word_t check_irqs(void);
