// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Frames: memory that can be mapped. See object/frame.c.

#include "object/vspace.h"

// One mapping to be made or changed.
struct frame_map_plan {
    struct cte *slot; // the frame's capability
    pte_t *entry;     // of its level
    pte_t value;      // what the entry shall hold
    word_t record;    // the capability's mapping word
};

struct frame_unmap_plan {
    struct cte *slot;
};

struct frame_get_address_plan {
    paddr_t paddr;
};

// What is asked for.
struct frame_request {
    vaddr_t vaddr;
    word_t vaddr_arg; // index of the argument, for errors
    word_t rights;    // KN_RIGHTS_*, masked by the capability's
    word_t attr;      // KN_VM_ATTR_*
};

// Checks the mapping of the Frame capability in SLOT at VADDR of the space with this ASID, whose tables CURSOR walks.
// Errors: INVALID_ARGUMENT of the address (not a user address, or mapped elsewhere), ALIGNMENT_ERROR,
// FAILED_LOOKUP, DELETE_FIRST.
kerr_t frame_check_map(struct invocation *inv, struct cte *slot, word_t asid, struct vspace_cursor *cursor,
                       const struct frame_request *request, struct frame_map_plan *plan);
// Carries out a checked mapping.
void frame_commit_map(const struct frame_map_plan *plan);
// INVALID_ARGUMENT of the argument that has bits without a meaning.
kerr_t frame_check_flags(struct invocation *inv, word_t rights, word_t rights_arg, word_t attr, word_t attr_arg);
