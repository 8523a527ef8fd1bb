// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "space.h"

#include <lx/abi.h>

#include "rlimits.h"
#include "port.h"

#define STACK_EXECUTABLE 1 // exec_plan.stack_flags

void space_release_slots(struct space *s)
{
    port_drop(s->vspace);
    port_drop(s->endpoint);
    port_drop(s->frame);
    s->vspace = s->endpoint = s->frame = 0;
}

void space_destroy(struct space *s)
{
    if (!s->as)
        return;
    space_release_slots(s);
    port_as_destroy(s->as);
    *s = (struct space){0};
}

// The parts that procsrv and the kernel need, for thread THREAD.
static long add_shared(struct space *s, unsigned thread)
{
    void *page = NULL;
    long error = port_as_thread(s->as, thread, &page, &s->frame);
    s->ipc_page = page;
    if (!error)
        error = port_as_signal_page(s->as, &s->signal_page);
    return error ? error : port_as_endpoint(s->as, &s->endpoint);
}

long space_clone(struct space *s, const struct space *source, unsigned thread)
{
    *s = (struct space){0};
    long error = port_as_create(&s->as, &s->vspace);
    if (error)
        return error;
    error = port_as_clone(source->as, s->as, thread);
    if (!error)
        error = add_shared(s, thread);
    if (error)
        space_destroy(s);
    return error;
}

static long map_segments(struct space *s, const struct kn_layout_exec_plan *plan)
{
    for (uint64_t i = 0; i < plan->nr_segments; i++) {
        long error = port_as_map(s->as, &plan->segment[i]);
        if (error)
            return error;
    }
    return 0;
}

static long fill(struct space *s, const struct kn_layout_exec_plan *plan, const struct limits *limits,
                 uint64_t args_source, uint64_t *args)
{
    uint64_t stack_prot = LX_PROT_READ | LX_PROT_WRITE | (plan->stack_flags & STACK_EXECUTABLE ? LX_PROT_EXEC : 0);
    long error = limits_apply(limits, s->as);
    if (!error)
        error = map_segments(s, plan);
    if (!error)
        error = port_as_stack(s->as, stack_prot);
    if (!error)
        error = port_as_set_brk(s->as, plan->brk_start);
    // Last, because it takes whatever place is free.
    if (!error && plan->args_length)
        error = port_as_copy_range(args_source, plan->args_vaddr, plan->args_length, s->as, args);
    return error ? error : add_shared(s, 0);
}

long space_build(struct space *s, const struct kn_layout_exec_plan *plan, const struct limits *limits,
                 uint64_t args_source, uint64_t *args)
{
    *s = (struct space){0};
    *args = 0;
    long error = port_as_create(&s->as, &s->vspace);
    if (error)
        return error;
    error = fill(s, plan, limits, args_source, args);
    if (error)
        space_destroy(s);
    return error;
}
