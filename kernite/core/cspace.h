// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Look-up of capability addresses: from a CNode capability down, consuming guard and radix bits at each level.

#include "core/derivation.h"

struct lookup_failure {
    word_t type;     // KN_LOOKUP_FAILURE_*
    word_t word[3];  // payload, see uapi/kernel/base.yaml
};

struct lookup_result {
    struct cte *slot; // NULL: see failure
    word_t nr_left;   // slots from this one to the end of its CNode, itself included
    struct lookup_failure failure;
};

// The slot that CPTR names when DEPTH bits of it are resolved from ROOT. All bits must be consumed.
struct lookup_result cspace_lookup_slot(struct cap root, cptr_t cptr, word_t depth);
// The same for the 64 bits of an invoked capability in T's CSpace; stops at the first non-CNode as seL4 does.
struct tcb;
struct lookup_result cspace_lookup(struct tcb *t, cptr_t cptr);
// The same two for addresses in a message (capabilities that go along, the receive slot), of which a system call may have a
// dozen: DEPTH_MISMATCH if they lead through more than KN_MSG_CAP_MAX_LEVELS CNodes.
struct lookup_result cspace_lookup_slot_of_message(struct cap root, cptr_t cptr, word_t depth);
struct lookup_result cspace_lookup_of_message(struct tcb *t, cptr_t cptr);
