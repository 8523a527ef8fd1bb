// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Threads: life cycle. Their invocations are in object/tcb_space.c (CSpace, VSpace, IPC buffer, handlers),
// object/tcb_sched.c (priorities, scheduling context, suspend, resume), object/tcb_registers.c, object/tcb_debug.c
// (breakpoints) and object/tcb_misc.c (notification, TLS, flags, upcalls).
//
//   INACTIVE --Resume--> RESTART --returns to user mode--> RUNNING
//   RUNNING --Recv, Wait--> BLOCKED_ON_RECEIVE, BLOCKED_ON_NOTIFICATION --message, signal--> RUNNING
//   RUNNING --Send, Call, fault--> BLOCKED_ON_SEND --taken--> RUNNING (Send), BLOCKED_ON_REPLY (Call, fault)
//   RUNNING --Call, fault; a receiver waits--> BLOCKED_ON_REPLY --answer, PEER_GONE--> RUNNING
//   any blocked --Suspend, nobody can answer--> INACTIVE;  --Resume, endpoint destroyed--> RESTART
//   RUNNING, RESTART --Suspend, fault without a handler--> INACTIVE
//   any --last capability deleted--> INACTIVE, then no more
//
// A state says what the thread waits for and in whose queue it is, nothing about the scheduler's queues, which
// follow from state and context (core/scheduler.c). The current thread may block, stop or destroy itself: it stays
// current until kernel_exit, which only looks at its state then; its memory is not reused before.
//
// A thread owns the capabilities in its slots. Everything else (context, notification, endpoint, Reply) is linked, not
// owned. It dies in this order: what it waits for, its yield, queues, notification, context and claim; the slots are
// emptied by the deletion (core/deletion.c).
//
// I1  blocked_object is the endpoint, notification or Reply that the state names; NULL for the other states.
// I2  reply is NULL except BLOCKED_ON_REPLY (not NULL) and BLOCKED_ON_RECEIVE; see object/reply.c.
// I3  fault.label is KN_FAULT_NULL except in some BLOCKED_ON_SEND and BLOCKED_ON_REPLY.
// I4  PC of an INACTIVE or RESTART thread is where it goes on; PC of a blocked one is behind its system call if
//     rewind_on_cancel, else where it would go on.
// I5  A thread that is not runnable is in no scheduler queue, nor is its context.
// I6  bound_notification, sc, home_sc, yield_to: see object/notification.c I3, object/sched_context.c I1, I2.
// I7  ipc_buffer_kernel is the frame of the capability in TCB_IPC_BUFFER, and NULL if that slot is empty; the slot
//     carries CTE_IPC_BUFFER, so that whoever empties it keeps this true.
// I8  priority < KN_NR_PRIORITIES and mcp < KN_NR_PRIORITIES; the upcall window lies in the upcall range.
// I9  If spaces.generation is tcb_spaces_generation, spaces follows from the slots and the ASID table.

#include "object/tcb.h"

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/ipc.h"
#include "core/objects.h"
#include "core/scheduler.h"
#include "core/smp.h"
#include "debug/log.h"
#include "object/notification.h"
#include "object/sched_context.h"

word_t tcb_spaces_generation = 1;

void tcb_work_out_spaces(struct tcb *t)
{
    struct cap cspace = t->slots[TCB_CSPACE].cap;
    bool is_plain = cap_type(cspace) == KN_CAP_TYPE_CNODE && cap_cnode_guard(cspace) == 0 &&
                    cap_cnode_guard_size(cspace) + cap_cnode_radix(cspace) == KN_WORD_BITS;
    t->spaces = (struct tcb_spaces){
        .generation = tcb_spaces_generation,
        .slots = cap_object(cspace),
        .nr_slots = is_plain ? BIT(cap_cnode_radix(cspace)) : 0,
        .root = arch_root_of(t->slots[TCB_VSPACE].cap),
    };
    if (this_cpu()->current == t)
        arch_update_vspace(t);
}

void tcb_init(struct tcb *t)
{
    kassert(t->state == THREAD_INACTIVE);
    arch_context_init(&t->context);
    arch_fpu_init(&t->fpu);
    t->slots[TCB_IPC_BUFFER].prev |= CTE_IPC_BUFFER;
}

void tcb_suspend(struct tcb *t)
{
    sched_context_cancel_yield(t);
    ipc_cancel(t);
    thread_set_state(t, THREAD_INACTIVE);
    sched_context_return_home(t);
}

void tcb_resume(struct tcb *t)
{
    if (thread_is_runnable(t))
        return;
    ipc_cancel(t);
    thread_set_state(t, THREAD_RESTART);
    thread_wake(t);
}

void tcb_refresh(struct tcb *t)
{
    t->spaces.generation = 0;
    if (this_cpu()->current != t)
        return;
    tcb_check_spaces(t);
    arch_update_thread_block(t);
}

void tcb_finalise(struct tcb *t)
{
    smp_stall(t);
    tcb_suspend(t);
    notification_unbind(t);
    sched_context_forget_tcb(t);
    for (word_t i = 0; i < nr_cpus; i++)
        if (cpus[i].fpu_owner == t)
            cpus[i].fpu_owner = NULL;
}
