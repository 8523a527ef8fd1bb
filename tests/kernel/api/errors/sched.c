// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// SchedControl and SchedContext.

#include "provoke.h"

#define BUDGET_US 1000
#define PERIOD_US 2000

static kn_cptr_t make_tcb(void) { return make(KN_OBJECT_TYPE_TCB, 0); }
static kn_cptr_t make_context(void) { return make_sched_context(SLICE_US, SLICE_US); }

VALID(sched_control_configure)
{
    c->sched_control = sched_control;
    c->budget_us = BUDGET_US;
    c->period_us = PERIOD_US;
    c->sched_context = make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS);
}

ERROR(sched_control_configure, flags) { c->flags = KN_SCHED_FLAG_MASK + 1; }

// The longest period is the kernel's to say: it can be set, one more cannot.
ERROR(sched_control_configure, period)
{
    CHECK_ERROR(kn_sched_control_configure(sched_control, BUDGET_US, ~0ul, 0, 0, 0, v->sched_context), RANGE_ERROR);
    kn_word_t longest = error_word(1);
    CHECK_OK(kn_sched_control_configure(sched_control, BUDGET_US, longest, 0, 0, 0, v->sched_context));
    c->period_us = longest + 1;
    expect(1, longest);
}

ERROR(sched_control_configure, budget)
{
    c->budget_us = KN_TICKLESS_MIN_BUDGET_US - 1;
    expect(1, v->period_us);
}

ERROR(sched_control_configure, extra_refills)
{
    kn_cptr_t sc = v->sched_context;
    CHECK_ERROR(kn_sched_control_configure(sched_control, BUDGET_US, PERIOD_US, ~0ul, 0, 0, sc), RANGE_ERROR);
    kn_word_t most = error_word(1);
    CHECK_OK(kn_sched_control_configure(sched_control, BUDGET_US, PERIOD_US, most, 0, 0, sc));
    c->extra_refills = most + 1;
    expect(1, most);
}

VALID(sched_context_bind)
{
    c->sched_context = make_context();
    c->object = make_tcb();
}

ERROR(sched_context_bind, object_type) { c->object = make_endpoint(); }
ERROR(sched_context_bind, bound) { CHECK_OK(kn_sched_context_bind(v->sched_context, make_tcb())); }

VALID(sched_context_unbind) { c->sched_context = make_context(); }

ERROR(sched_context_unbind, own_context) { c->sched_context = self->sc; }

VALID(sched_context_unbind_object)
{
    c->sched_context = make_context();
    c->object = make_tcb();
    CHECK_OK(kn_sched_context_bind(c->sched_context, c->object));
}

ERROR(sched_context_unbind_object, object_type) { c->object = make_endpoint(); }
ERROR(sched_context_unbind_object, not_bound) { c->object = make_tcb(); }

ERROR(sched_context_unbind_object, own_context)
{
    c->sched_context = self->sc;
    c->object = self->tcb;
}

// The context of a new thread with PRIORITY.
static kn_cptr_t context_of_thread(kn_word_t priority)
{
    kn_cptr_t sc = make_context(), tcb = make_tcb();
    CHECK_OK(kn_tcb_set_priority(tcb, priority, KN_INIT_CAP_TCB));
    CHECK_OK(kn_sched_context_bind(sc, tcb));
    return sc;
}

VALID(sched_context_yield_to) { c->sched_context = context_of_thread(PRIORITY_LOW); }

ERROR(sched_context_yield_to, no_thread) { c->sched_context = make_context(); }
ERROR(sched_context_yield_to, self) { c->sched_context = self->sc; }
ERROR(sched_context_yield_to, priority) { c->sched_context = context_of_thread(PRIORITY_HIGH + 1); }
