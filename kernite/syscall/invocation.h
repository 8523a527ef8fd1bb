// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// One invocation while it is decoded and carried out. Lives on the kernel stack for one kernel entry; nothing in it
// survives a preemption (the system call is restarted from the user's registers).

#include "core/derivation.h"

struct tcb;

struct invocation {
    struct tcb *caller;
    struct cte *slot;               // the slot invoked
    struct cap cap;                 // its capability
    cptr_t cptr;
    word_t label;
    word_t length;                  // words in the message
    word_t nr_extra_caps;
    struct cte *extra_caps[KN_MSG_MAX_EXTRA_CAPS];
    bool is_call;                   // the caller expects a reply
    bool has_replied;               // an invoke function has answered or blocked the caller itself
    bool is_batch;                  // a range method: an error reply has 6 words, the last one is DONE
    word_t done;                    // items of a batch carried out before the error
    struct {
        word_t type;                // KN_ERROR_*
        word_t nr_words;
        word_t word[5];
    } error;
    word_t nr_results;
    word_t result[4];               // further ones are written straight to the IPC buffer
};

word_t invocation_arg(const struct invocation *inv, word_t i);
// The caller's message gets VALUE as its word I < KN_MSG_REGISTERS, its last one if it is shorter: for the restart of the
// system call, which reads it as an argument.
void invocation_set_word(struct invocation *inv, word_t i, word_t value);
void invocation_set_result(struct invocation *inv, word_t i, word_t value);

// One constructor an error: they fill inv->error, write a debug line, and return KERR_ERROR.
kerr_t err_argument(struct invocation *inv, word_t argument);
kerr_t err_capability(struct invocation *inv, word_t argument);
kerr_t err_illegal(struct invocation *inv);
kerr_t err_range(struct invocation *inv, word_t min, word_t max);
kerr_t err_alignment(struct invocation *inv, word_t bits);
struct lookup_failure;
kerr_t err_lookup(struct invocation *inv, bool was_source, const struct lookup_failure *failure);
kerr_t err_truncated(struct invocation *inv);
kerr_t err_delete_first(struct invocation *inv);
kerr_t err_revoke_first(struct invocation *inv);
kerr_t err_memory(struct invocation *inv, word_t bytes_left);

// Look-up of the CNode slot that (root, index, depth) names, for methods that take such a triple; errors as FAILED_LOOKUP.
kerr_t invocation_lookup_slot(struct invocation *inv, bool is_source, struct cap root, cptr_t index, word_t depth,
                              struct cte **slot);
// The same, which must also be empty: DELETE_FIRST.
kerr_t invocation_lookup_empty_slot(struct invocation *inv, struct cap root, cptr_t index, word_t depth,
                                    struct cte **slot);
// The slots that (root, index, depth) and the COUNT - 1 behind it name, for batch methods: FAILED_LOOKUP, or RANGE_ERROR
// if the CNode ends before them.
kerr_t invocation_lookup_range(struct invocation *inv, bool is_source, struct cap root, cptr_t index, word_t depth,
                               word_t count, struct cte **first);
