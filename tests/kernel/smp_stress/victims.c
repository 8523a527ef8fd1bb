// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What a worker does at random to victims: debugging, time, address spaces.

#include <user.h>

#include "stress.h"

#define FEW_STEPS 30
#define SHORT_PERIOD 3000 // microseconds
#define WATCH (KN_NR_BREAKPOINTS - 1)

static struct thread *victim(struct worker *w) { return victims[pick(w, NR_VICTIMS)].thread; }

bool debug_victim(struct worker *w)
{
    const struct thread *t = victim(w);
    kn_word_t consumed;
    switch (pick(w, 4)) {
    case 0:
        kn_tcb_set_breakpoint(t->tcb, 0, (kn_word_t)user_fpu_differs, KN_BREAKPOINT_TYPE_INSTRUCTION, 0,
                              KN_BREAKPOINT_ACCESS_READ);
        break;
    case 1:
        kn_tcb_set_breakpoint(t->tcb, WATCH, (kn_word_t)&t->result, KN_BREAKPOINT_TYPE_DATA, sizeof t->result,
                              KN_BREAKPOINT_ACCESS_WRITE);
        break;
    case 2: kn_tcb_configure_single_stepping(t->tcb, 0, pick(w, FEW_STEPS), &consumed); break;
    case 3:
        kn_tcb_unset_breakpoint(t->tcb, 0);
        kn_tcb_unset_breakpoint(t->tcb, WATCH);
        break;
    }
    return true;
}

bool bind_victim(struct worker *w)
{
    const struct thread *t = victim(w);
    kn_word_t us;
    if (pick(w, 2)) {
        kn_sched_context_unbind(t->sc);
        kn_sched_context_bind(t->sc, t->tcb);
    } else {
        kn_sched_context_yield_to(t->sc, &us);
    }
    return true;
}

bool limit_victim(struct worker *w)
{
    kn_cptr_t control = boot_info->sched_control.start + pick(w, boot_info->nr_cpus);
    kn_word_t flags = pick(w, 2) ? KN_SCHED_FLAG_SPORADIC : 0;
    kn_sched_control_configure(control, SHORT_PERIOD / 10 + pick(w, SHORT_PERIOD / 2), SHORT_PERIOD, 0, 0, flags, victim(w)->sc);
    return true;
}

static kn_error_t make_pool(struct worker *w)
{
    kn_cptr_t memory = w->slots + POOL_MEMORY;
    delete_cap(w->slots + OWN_POOL);
    delete_cap(memory);
    retype(w->untyped, KN_OBJECT_TYPE_UNTYPED, KN_ASID_POOL_BITS, memory, 1);
    return kn_asid_control_make_pool(KN_INIT_CAP_ASID_CONTROL, w->slots + OWN_POOL, DEPTH, memory, ROOT);
}

static void enter(const struct thread *t, kn_cptr_t space)
{
    kn_tcb_set_space(t->tcb, 0, attendant_endpoint, ROOT, space);
    kn_tcb_resume(t->tcb);
}

// A victim goes into an empty address space, which vanishes, by itself or with its ASID.
bool exile_victim(struct worker *w)
{
    const struct thread *t = victim(w);
    kn_cptr_t space = w->slots + OWN_SPACE, asids = KN_INIT_CAP_ASID_POOL;
    delete_cap(space);
    if (pick(w, 2) && make_pool(w) == KN_ERROR_NONE)
        asids = w->slots + OWN_POOL;
    if (retype(w->untyped, KN_OBJECT_TYPE_VSPACE, 0, space, 1) != KN_ERROR_NONE) {
        revoke(w->untyped);
        return true;
    }
    kn_asid_pool_assign(asids, space);
    enter(t, space);
    if (pick(w, 2))
        delete_cap(w->slots + OWN_POOL);
    else
        revoke(space);
    delete_cap(space);
    enter(t, KN_INIT_CAP_VSPACE);
    return true;
}

bool ring_server(struct worker *w)
{
    kn_cptr_t tcb = servers[pick(w, NR_SERVERS / 2) * 2]->tcb;
    kn_tcb_bind_notification(tcb, bell);
    kn_signal(bell);
    kn_tcb_unbind_notification(tcb);
    return true;
}
