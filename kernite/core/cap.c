// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Capabilities as values: which memory they name, and what a copy of one may be. Nothing here touches a slot or the
// derivation tree.
//
// I1  Two capabilities name the same object exactly if cap_same_object says so; an untyped is never the same object as
//     another capability, since it has nothing to finalise.
// I2  A copy never has more than its source: rights are intersected, a badge once set stays, mapping records are not
//     copied with a frame.

#include "core/cap.h"

#include "core/derivation.h"
#include "syscall/invocation.h"

word_t cap_object_bits(struct cap c)
{
    switch ((enum kn_cap_type_enum)cap_type(c)) {
    case KN_CAP_TYPE_UNTYPED:
    case KN_CAP_TYPE_SCHED_CONTEXT:
    case KN_CAP_TYPE_FRAME: return cap_size_bits(c);
    case KN_CAP_TYPE_CNODE: return cap_cnode_radix(c) + KN_SLOT_BITS;
    case KN_CAP_TYPE_TCB: return KN_TCB_BITS;
    case KN_CAP_TYPE_ENDPOINT: return KN_ENDPOINT_BITS;
    case KN_CAP_TYPE_NOTIFICATION: return KN_NOTIFICATION_BITS;
    case KN_CAP_TYPE_REPLY: return KN_REPLY_BITS;
    case KN_CAP_TYPE_VSPACE: return KN_VSPACE_BITS;
    case KN_CAP_TYPE_PAGE_TABLE: return KN_PAGE_TABLE_BITS;
    case KN_CAP_TYPE_ASID_POOL: return KN_ASID_POOL_BITS;
    case KN_CAP_TYPE_ZOMBIE: return cap_zombie_is_tcb(c) ? KN_TCB_BITS : cap_zombie_radix(c) + KN_SLOT_BITS;
    case KN_CAP_TYPE_NULL:
    case KN_CAP_TYPE_SCHED_CONTROL:
    case KN_CAP_TYPE_ASID_CONTROL:
    case KN_CAP_TYPE_IRQ_CONTROL:
    case KN_CAP_TYPE_IRQ_HANDLER:
    case KN_CAP_TYPE_IO_PORT:
    case KN_CAP_TYPE_IO_PORT_CONTROL:
    case KN_CAP_TYPE_SMC: break;
    }
    return 0;
}

static bool untyped_covers(struct cap untyped, struct cap c)
{
    word_t bits = cap_object_bits(c);
    if (bits == 0)
        return false;
    word_t start = cap_paddr(untyped).raw;
    word_t end = start + BIT(cap_size_bits(untyped));
    return start <= cap_paddr(c).raw && cap_paddr(c).raw + BIT(bits) <= end;
}

bool cap_same_region(struct cap a, struct cap b)
{
    bool same_type = cap_type(a) == cap_type(b);
    switch ((enum kn_cap_type_enum)cap_type(a)) {
    case KN_CAP_TYPE_UNTYPED: return untyped_covers(a, b);
    case KN_CAP_TYPE_CNODE:
    case KN_CAP_TYPE_TCB:
    case KN_CAP_TYPE_ENDPOINT:
    case KN_CAP_TYPE_NOTIFICATION:
    case KN_CAP_TYPE_REPLY:
    case KN_CAP_TYPE_SCHED_CONTEXT:
    case KN_CAP_TYPE_VSPACE:
    case KN_CAP_TYPE_PAGE_TABLE:
    case KN_CAP_TYPE_FRAME:
    case KN_CAP_TYPE_ASID_POOL:
        return same_type && cap_paddr(a).raw == cap_paddr(b).raw && cap_object_bits(a) == cap_object_bits(b);
    case KN_CAP_TYPE_IRQ_CONTROL: return same_type || cap_type(b) == KN_CAP_TYPE_IRQ_HANDLER;
    case KN_CAP_TYPE_IO_PORT_CONTROL: return same_type || cap_type(b) == KN_CAP_TYPE_IO_PORT;
    case KN_CAP_TYPE_IRQ_HANDLER:
    case KN_CAP_TYPE_IO_PORT:
    case KN_CAP_TYPE_SCHED_CONTROL: return same_type && a.w[1] == b.w[1];
    case KN_CAP_TYPE_ASID_CONTROL:
    case KN_CAP_TYPE_SMC: return same_type;
    case KN_CAP_TYPE_ZOMBIE: // it is alone: only a last capability becomes one
    case KN_CAP_TYPE_NULL: break;
    }
    return false;
}

bool cap_same_object(struct cap a, struct cap b)
{
    return cap_type(a) != KN_CAP_TYPE_UNTYPED && cap_type(a) == cap_type(b) && cap_same_region(a, b);
}

struct cap cap_mask_rights(struct cap cap, word_t rights)
{
    switch (cap_type(cap)) {
    case KN_CAP_TYPE_ENDPOINT:
    case KN_CAP_TYPE_NOTIFICATION:
    case KN_CAP_TYPE_REPLY:
    case KN_CAP_TYPE_FRAME: return cap_with_rights(cap, cap_rights(cap) & rights);
    }
    return cap;
}

static struct cap cap_with_badge(struct cap cap, badge_t badge)
{
    cap.w[1] = badge;
    return cap;
}

static struct cap cnode_with_guard(struct cap cap, word_t data, bool *ok)
{
    word_t size = kn_cnode_guard_get_size(data);
    if (size + cap_cnode_radix(cap) > KN_WORD_BITS) {
        *ok = false;
        return cap;
    }
    cap = cap_cnode_with_guard_size(cap, size);
    cap.w[1] = kn_cnode_guard_get_guard(data) & MASK(size);
    return cap;
}

struct cap cap_update_badge(struct cap cap, badge_t badge, bool preserve, bool *ok)
{
    *ok = true;
    switch (cap_type(cap)) {
    case KN_CAP_TYPE_ENDPOINT:
    case KN_CAP_TYPE_NOTIFICATION:
    case KN_CAP_TYPE_SMC:
        if (preserve) {
            *ok = badge == 0;
            return cap;
        }
        *ok = cap_badge(cap) == 0;
        return *ok ? cap_with_badge(cap, badge) : cap;
    case KN_CAP_TYPE_CNODE: return cnode_with_guard(cap, badge, ok);
    }
    *ok = badge == 0; // nothing else has a badge
    return cap;
}

kerr_t cap_derive(struct invocation *inv, const struct cte *slot, struct cap *out)
{
    struct cap cap = slot->cap;
    *out = CAP_NULL;
    switch ((enum kn_cap_type_enum)cap_type(cap)) {
    case KN_CAP_TYPE_UNTYPED:
        if (cdt_has_children(slot))
            return inv ? err_revoke_first(inv) : KERR_ERROR;
        *out = cap_untyped_with_used(cap, 0);
        return KERR_OK;
    case KN_CAP_TYPE_FRAME:
        cap.w[1] = 0; // not mapped
        *out = cap;
        return KERR_OK;
    case KN_CAP_TYPE_PAGE_TABLE:
    case KN_CAP_TYPE_VSPACE: // copies share the object, so the record of its mapping must be final
        if (!cap_is_mapped(cap))
            return inv ? err_illegal(inv) : KERR_ERROR;
        *out = cap;
        return KERR_OK;
    case KN_CAP_TYPE_CNODE:
    case KN_CAP_TYPE_TCB:
    case KN_CAP_TYPE_ENDPOINT:
    case KN_CAP_TYPE_NOTIFICATION:
    case KN_CAP_TYPE_REPLY:
    case KN_CAP_TYPE_SCHED_CONTEXT:
    case KN_CAP_TYPE_SCHED_CONTROL:
    case KN_CAP_TYPE_ASID_POOL:
    case KN_CAP_TYPE_ASID_CONTROL:
    case KN_CAP_TYPE_IRQ_HANDLER:
    case KN_CAP_TYPE_IO_PORT:
    case KN_CAP_TYPE_SMC: *out = cap; return KERR_OK;
    case KN_CAP_TYPE_IRQ_CONTROL:
    case KN_CAP_TYPE_IO_PORT_CONTROL:
    case KN_CAP_TYPE_ZOMBIE:
    case KN_CAP_TYPE_NULL: break;
    }
    return KERR_OK;
}
