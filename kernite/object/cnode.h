// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// CNodes: tables of capability slots. See object/cnode.c; the checks are in object/cnode_decode.c.

#include "core/derivation.h"
#include "kernel/invocation_dispatch.h"

// CancelBadgedSends: the message word behind the arguments, in which the kernel keeps the epoch while it is preempted.
enum { CNODE_CANCEL_EPOCH_WORD = 2 };

struct cnode_revoke_plan {
    struct cte *slot; // whose descendants go
};

struct cnode_delete_plan {
    struct cte *slot;
};

struct cnode_cancel_badged_sends_plan {
    struct cap endpoint; // badged or not; not: nothing to do
    word_t epoch;        // of the operation that is continued; 0: it begins
};

// A capability to be derived from SRC into the empty DEST.
struct cnode_copy_plan {
    struct cap cap; // what DEST shall hold
    struct cte *src, *dest;
};

struct cnode_mint_plan {
    struct cnode_copy_plan copy;
};

// A capability to be moved from SRC to the empty DEST.
struct cnode_move_plan {
    struct cap cap; // what DEST shall hold
    struct cte *src, *dest;
};

struct cnode_mutate_plan {
    struct cnode_move_plan move;
};

struct cnode_rotate_plan {
    struct cap pivot_cap; // what DEST shall hold, from PIVOT
    struct cap src_cap;   // what PIVOT shall hold, from SRC
    struct cte *src, *pivot, *dest; // SRC may be DEST
};

struct cnode_copy_range_plan {
    struct cte *src, *dest; // the first ones
    word_t src_depth;       // of the source's address, for errors
    word_t rights;          // KN_RIGHTS_*, the most that copies have
    word_t count;
};

// Whether the capability in SRC may be copied to DEST with at most RIGHTS: *CAP, or the error that Copy has.
// SRC_DEPTH: bits of SRC's address, for the error.
kerr_t cnode_check_copy(struct invocation *inv, struct cte *src, word_t src_depth, struct cte *dest, word_t rights,
                        struct cap *cap);
