// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Upcalls: a bare entry into the thread's own runtime, in the same address space. The kernel saves PC and flags (and what
// the architecture needs besides) in the IPC buffer and goes to the entry; everything else stays. Causes: a foreign
// system call from outside the runtime's range; a fault whose handler answered UPCALL; a kick.
//
// A kick (TCB_Kick) is a flag in the TCB, looked at whenever the thread is about to return to user mode, so it outlasts
// whatever the thread is blocked in; several kicks before that are one. Then, by PC:
//
//   outside the range              upcall with cause KICK
//   in the exit window             PC goes to the window's start, and upcall_pending is set
//   elsewhere inside the range     upcall_pending is set: the runtime looks before it leaves
//
// I1  A kick is lost only with the upcall itself (SetUpcall with entry 0): without an IPC buffer it stays pending.
// I2  The kernel never enters an upcall by itself (kick, foreign call) while PC is inside the range, so the saved PC and
//     flags are not overwritten before the runtime has left the range or replaced them. A fault inside the range is its
//     handler's decision.

#include "core/fault.h"

#include "arch/api/context.h"
#include "object/tcb.h"

bool upcall_is_set(const struct tcb *t)
{
    return t->upcall_entry != 0;
}

bool upcall_in_range(const struct tcb *t, vaddr_t pc)
{
    return t->upcall_start <= pc && pc < t->upcall_end;
}

static bool is_in_window(const struct tcb *t, vaddr_t pc)
{
    return t->upcall_window_start <= pc && pc < t->upcall_window_end;
}

ALWAYS_INLINE bool upcall_enter(struct tcb *t, word_t cause)
{
    struct kn_ipc_buffer *buffer = t->ipc_buffer_kernel;
    if (!buffer)
        return false;
    buffer->upcall_cause = cause;
    buffer->upcall_fault_label = KN_FAULT_NULL;
    arch_upcall_enter(t, buffer);
    return true;
}

ALWAYS_INLINE void upcall_foreign_syscall(struct tcb *t, word_t number)
{
    vaddr_t inside = arch_get_pc(&t->context) - 1; // PC is behind the instruction, which may end or precede the range
    if (upcall_is_set(t) && !upcall_in_range(t, inside) && upcall_enter(t, KN_UPCALL_CAUSE_SYSCALL))
        return;
    fault_unknown_syscall(t, number);
}

void upcall_kick(struct tcb *t)
{
    t->upcall_kick = true;
}

void upcall_take_pending_kick(struct tcb *t)
{
    vaddr_t pc = arch_get_pc(&t->context);
    struct kn_ipc_buffer *buffer = t->ipc_buffer_kernel;
    if (!upcall_is_set(t)) {
        t->upcall_kick = false;
        return;
    }
    if (!buffer)
        return;
    t->upcall_kick = false;
    if (!upcall_in_range(t, pc)) {
        upcall_enter(t, KN_UPCALL_CAUSE_KICK);
        return;
    }
    if (is_in_window(t, pc))
        arch_set_pc(&t->context, t->upcall_window_start);
    buffer->upcall_pending = 1;
}
