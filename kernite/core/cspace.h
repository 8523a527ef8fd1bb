// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Look-up of capability addresses: from a CNode capability down, consuming guard and radix bits at each level.

#include "arch/api/mmu.h"
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

// The slot that CPTR names in the CSpace ROOT if that is one CNode which consumes all bits or ends at something else than
// a CNode, as most are; NULL: it is not, or the look-up fails.
static inline struct cte *cspace_find_direct(struct cap root, cptr_t cptr)
{
    if (UNLIKELY(cap_type(root) != KN_CAP_TYPE_CNODE))
        return NULL;
    // Together at most 64 bits (cap_update_badge), radix at least 1. Shifts are in two steps where 64 bits may go.
    word_t guard_size = cap_cnode_guard_size(root), radix = cap_cnode_radix(root);
    word_t index = (cptr << guard_size) >> (KN_WORD_BITS - radix);
    struct cte *slot = (struct cte *)phys_to_ptr(cap_paddr(root)) + index;
    bool is_guard_right = cptr >> 1 >> (KN_WORD_BITS - 1 - guard_size) == cap_cnode_guard(root);
    return LIKELY(is_guard_right && cap_type(slot->cap) != KN_CAP_TYPE_CNODE) ? slot : NULL;
}

// The slot that CPTR names when DEPTH bits of it are resolved from ROOT. All bits must be consumed.
struct lookup_result cspace_lookup_slot(struct cap root, cptr_t cptr, word_t depth);
// The same for the 64 bits of an invoked capability in T's CSpace; stops at the first non-CNode as seL4 does.
struct tcb;
struct lookup_result cspace_lookup(struct tcb *t, cptr_t cptr);
