// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the latency cases share: a CSpace that is as deep as it can be, contexts with as many refills as there can be.

#include "thread.h"

#define FULL_REFILLS KN_SCHED_CONTEXT_MAX_REFILLS
#define FULL_BUDGET_US 5000
#define FULL_PERIOD_US 20000
#define FULL_PART_US 20 // more than the least budget
#define FULL_PARTS (FULL_REFILLS + 4) // used up apart from each other, they make all refills

// T, which has not run, gets a context with room for FULL_REFILLS.
void use_full_context(struct thread *t, kn_word_t flags);
// Keeps the CPU busy.
void work_for(kn_word_t us);

// A new CSpace whose two ways lead to the CNode END: one through as many CNodes as there can be, so that the number of a slot
// is its address; the other, for SHORT addresses, through as few as the address of a capability in a message may have.
kn_cptr_t deep_ways_new(kn_cptr_t end, kn_word_t radix);
#define SHORT(slot) (1ul << (KN_WORD_BITS - 1) | (slot))

#define LEAF_BITS 5 // of the deep CSpace's last CNode

// Its slots, which are also the addresses of 60 levels in the deep CSpace.
enum leaf_slot {
    LEAF_ROOT = 1, // the deep CSpace itself
    LEAF_ENDPOINT,
    LEAF_OTHER_ENDPOINT,
    LEAF_CALL_ENDPOINT,
    LEAF_TIMEOUT_ENDPOINT,
    LEAF_REPLY,
    LEAF_OTHER_REPLY,
    LEAF_NOTIFICATION,
    LEAF_SIGNAL,
    LEAF_UNTYPED,
    LEAF_NODE,   // a CNode
    LEAF_FRAMES, // a CNode full of frames
    LEAF_VSPACE,
    LEAF_TCB,
    LEAF_AUTHORITY,
    LEAF_SCHED_CONTROL,
    LEAF_SCHED_CONTEXT,
    LEAF_BUFFER,
    LEAF_RECEIVED, // this one and the next ones are empty
    LEAF_EMPTY = LEAF_RECEIVED + 8,
};

// Makes the deep CSpace, the only one of a case, and returns its root: deep_ways_new to a leaf that deep_space_put fills.
kn_cptr_t deep_space_new(void);
// Before the case ends: it holds itself.
void deep_space_end(void);
void deep_space_put(enum leaf_slot slot, kn_cptr_t cap);
// A thread in it that would run RUN, without fault handler.
struct thread *deep_thread_new(kn_cptr_t space, kn_word_t (*run)(struct thread *t));
// By a thread in it: the longest message with the most capabilities, LEAF_ENDPOINT twice and LEAF_NOTIFICATION, which are
// badges if they pass that endpoint; what it receives goes to RECEIVED.
void deep_message(struct kn_msg *m, kn_word_t received);
