// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Untyped memory and CNodes. The order of arguments is libsel4's; every result is seL4_NoError or an error, whose payload
// is in the message registers.

#include "constants.h"

static inline seL4_Error seL4_Untyped_Retype(seL4_Untyped service, seL4_Word type, seL4_Word size_bits, seL4_CNode root,
                                             seL4_Word node_index, seL4_Word node_depth, seL4_Word node_offset,
                                             seL4_Word num_objects)
{
    seL4_Word kernel_type = type & ((1ul << SEL4_TYPE_BITS_) - 1);
    if (kernel_type == KN_OBJECT_TYPE_FRAME && type != kernel_type)
        size_bits = type >> SEL4_TYPE_BITS_;
    return kn_untyped_retype(service, kernel_type, size_bits, node_index, node_depth, node_offset, num_objects, root);
}

static inline seL4_Error seL4_CNode_Copy(seL4_CNode service, seL4_Word dest_index, seL4_Uint8 dest_depth,
                                         seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth,
                                         seL4_CapRights_t rights)
{
    return kn_cnode_copy(service, dest_index, dest_depth, src_index, src_depth, rights.words[0], src_root);
}

static inline seL4_Error seL4_CNode_Mint(seL4_CNode service, seL4_Word dest_index, seL4_Uint8 dest_depth,
                                         seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth,
                                         seL4_CapRights_t rights, seL4_Word badge)
{
    return kn_cnode_mint(service, dest_index, dest_depth, src_index, src_depth, rights.words[0], badge, src_root);
}

static inline seL4_Error seL4_CNode_Move(seL4_CNode service, seL4_Word dest_index, seL4_Uint8 dest_depth,
                                         seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth)
{
    return kn_cnode_move(service, dest_index, dest_depth, src_index, src_depth, src_root);
}

static inline seL4_Error seL4_CNode_Mutate(seL4_CNode service, seL4_Word dest_index, seL4_Uint8 dest_depth,
                                           seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth,
                                           seL4_Word badge)
{
    return kn_cnode_mutate(service, dest_index, dest_depth, src_index, src_depth, badge, src_root);
}

static inline seL4_Error seL4_CNode_Rotate(seL4_CNode service, seL4_Word dest_index, seL4_Uint8 dest_depth,
                                           seL4_Word dest_badge, seL4_CNode pivot_root, seL4_Word pivot_index,
                                           seL4_Uint8 pivot_depth, seL4_Word pivot_badge, seL4_CNode src_root,
                                           seL4_Word src_index, seL4_Uint8 src_depth)
{
    return kn_cnode_rotate(service, dest_index, dest_depth, dest_badge, pivot_index, pivot_depth, pivot_badge,
                           src_index, src_depth, pivot_root, src_root);
}

static inline seL4_Error seL4_CNode_Delete(seL4_CNode service, seL4_Word index, seL4_Uint8 depth)
{
    return kn_cnode_delete(service, index, depth);
}

static inline seL4_Error seL4_CNode_Revoke(seL4_CNode service, seL4_Word index, seL4_Uint8 depth)
{
    return kn_cnode_revoke(service, index, depth);
}

static inline seL4_Error seL4_CNode_CancelBadgedSends(seL4_CNode service, seL4_Word index, seL4_Uint8 depth)
{
    return kn_cnode_cancel_badged_sends(service, index, depth);
}
