// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Threads: invocations that replace capabilities in a TCB's slots.
//
// All slots named are emptied first, which may be preempted (the capability may be the last one of a CNode or endpoint)
// and is then repeated from the start; then all are filled. Emptying may destroy what the new capabilities came from, or
// the thread: each is looked at again before it is used, as in seL4.

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "object/tcb_slots.h"
#include "syscall/invocation.h"

static void change_slot(struct tcb_slots_plan *plan, enum tcb_slot which, struct cap cap, struct cte *source)
{
    plan->slot[which] = (struct tcb_slot_plan){.is_changed = true, .cap = cap, .source = source};
}

void tcb_slots_begin(struct invocation *inv, struct tcb_slots_plan *plan)
{
    *plan = (struct tcb_slots_plan){.tcb = cap_object(inv->cap)};
}

kerr_t tcb_slots_set_handler(struct invocation *inv, struct tcb_slots_plan *plan, enum tcb_slot which,
                             struct cte *endpoint, word_t argument)
{
    if (!endpoint) {
        change_slot(plan, which, CAP_NULL, NULL);
        return KERR_OK;
    }
    struct cap cap = endpoint->cap;
    if (cap_type(cap) != KN_CAP_TYPE_ENDPOINT || !(cap_rights(cap) & KN_RIGHTS_WRITE) ||
        !(cap_rights(cap) & (KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY)))
        return err_capability(inv, argument);
    change_slot(plan, which, cap, endpoint);
    return KERR_OK;
}

static kerr_t set_cspace(struct invocation *inv, struct tcb_slots_plan *plan, struct cte *root, word_t guard,
                         word_t argument)
{
    bool is_guard_ok = true;
    struct cap cap = root->cap;
    if (cap_type(cap) != KN_CAP_TYPE_CNODE)
        return err_capability(inv, argument);
    if (guard != 0)
        cap = cap_update_badge(cap, guard, false, &is_guard_ok);
    change_slot(plan, TCB_CSPACE, cap, root);
    return is_guard_ok ? KERR_OK : err_illegal(inv);
}

static kerr_t set_vspace(struct invocation *inv, struct tcb_slots_plan *plan, struct cte *root, word_t argument)
{
    if (cap_type(root->cap) != KN_CAP_TYPE_VSPACE || !cap_is_mapped(root->cap))
        return err_capability(inv, argument);
    change_slot(plan, TCB_VSPACE, root->cap, root);
    return KERR_OK;
}

static bool is_buffer_frame(struct cap cap)
{
    word_t rights = KN_RIGHTS_READ | KN_RIGHTS_WRITE;
    return cap_type(cap) == KN_CAP_TYPE_FRAME && cap_size_bits(cap) == KN_PAGE_BITS && !cap_is_device(cap) &&
           (cap_rights(cap) & rights) == rights;
}

static kerr_t set_buffer(struct invocation *inv, struct tcb_slots_plan *plan, struct cte *frame, vaddr_t address,
                         word_t argument)
{
    struct cap cap = CAP_NULL;
    if (frame && !is_buffer_frame(frame->cap))
        return err_capability(inv, argument);
    if (!IS_ALIGNED(address, KN_PAGE_BITS))
        return err_alignment(inv, KN_PAGE_BITS);
    if (address >= ARCH_USER_TOP)
        return err_illegal(inv);
    if (frame && cap_derive(inv, frame, &cap) != KERR_OK)
        return KERR_ERROR;
    change_slot(plan, TCB_IPC_BUFFER, cap, frame);
    plan->buffer = address;
    return KERR_OK;
}

// Whether the capability in SLOT still names what CAP did when the invocation was decoded.
static bool is_unchanged(const struct cte *slot, struct cap cap)
{
    return !cte_is_empty(slot) && cap_same_object(slot->cap, cap);
}

void tcb_install_ipc_buffer(struct tcb *t, vaddr_t address)
{
    const struct cte *slot = &t->slots[TCB_IPC_BUFFER];
    t->ipc_buffer = address;
    t->ipc_buffer_kernel = cte_is_empty(slot) ? NULL : cap_object(slot->cap);
    if (t->ipc_buffer_kernel)
        t->ipc_buffer_kernel->self = address;
}

kerr_t tcb_slots_replace(struct invocation *inv, const struct tcb_slots_plan *plan)
{
    struct tcb *t = plan->tcb;
    for (word_t i = 0; i < TCB_NR_SLOTS; i++) {
        if (!plan->slot[i].is_changed)
            continue;
        kerr_t status = cap_delete(&t->slots[i]);
        if (status != KERR_OK)
            return status;
    }
    if (!is_unchanged(inv->slot, inv->cap))
        return KERR_OK;
    for (word_t i = 0; i < TCB_NR_SLOTS; i++) {
        const struct tcb_slot_plan *s = &plan->slot[i];
        if (s->is_changed && s->source && is_unchanged(s->source, s->cap))
            cdt_insert(s->cap, s->source, &t->slots[i]);
    }
    if (plan->slot[TCB_IPC_BUFFER].is_changed)
        tcb_install_ipc_buffer(t, plan->buffer);
    tcb_refresh(t);
    return KERR_OK;
}

kerr_t decode_tcb_configure(struct invocation *inv, const struct tcb_configure_args *args,
                            struct tcb_configure_plan *plan)
{
    tcb_slots_begin(inv, &plan->slots);
    kerr_t status = set_cspace(inv, &plan->slots, args->cspace_root, args->cspace_root_data, 1);
    if (status == KERR_OK)
        status = set_vspace(inv, &plan->slots, args->vspace_root, 2);
    if (status == KERR_OK)
        status = set_buffer(inv, &plan->slots, args->buffer_frame, args->buffer, 3);
    return status;
}

kerr_t invoke_tcb_configure(struct invocation *inv, const struct tcb_configure_plan *plan)
{
    return tcb_slots_replace(inv, &plan->slots);
}

kerr_t decode_tcb_set_space(struct invocation *inv, const struct tcb_set_space_args *args,
                            struct tcb_set_space_plan *plan)
{
    tcb_slots_begin(inv, &plan->slots);
    kerr_t status = tcb_slots_set_handler(inv, &plan->slots, TCB_FAULT_ENDPOINT, args->fault_endpoint, 1);
    if (status == KERR_OK)
        status = set_cspace(inv, &plan->slots, args->cspace_root, args->cspace_root_data, 2);
    if (status == KERR_OK)
        status = set_vspace(inv, &plan->slots, args->vspace_root, 3);
    return status;
}

kerr_t invoke_tcb_set_space(struct invocation *inv, const struct tcb_set_space_plan *plan)
{
    return tcb_slots_replace(inv, &plan->slots);
}

kerr_t decode_tcb_set_ipc_buffer(struct invocation *inv, const struct tcb_set_ipc_buffer_args *args,
                                 struct tcb_set_ipc_buffer_plan *plan)
{
    tcb_slots_begin(inv, &plan->slots);
    return set_buffer(inv, &plan->slots, args->frame, args->buffer, 1);
}

kerr_t invoke_tcb_set_ipc_buffer(struct invocation *inv, const struct tcb_set_ipc_buffer_plan *plan)
{
    return tcb_slots_replace(inv, &plan->slots);
}

kerr_t decode_tcb_set_timeout_endpoint(struct invocation *inv, const struct tcb_set_timeout_endpoint_args *args,
                                       struct tcb_set_timeout_endpoint_plan *plan)
{
    tcb_slots_begin(inv, &plan->slots);
    return tcb_slots_set_handler(inv, &plan->slots, TCB_TIMEOUT_ENDPOINT, args->endpoint, 1);
}

kerr_t invoke_tcb_set_timeout_endpoint(struct invocation *inv, const struct tcb_set_timeout_endpoint_plan *plan)
{
    return tcb_slots_replace(inv, &plan->slots);
}
