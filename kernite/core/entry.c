// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Kernel entries other than kernite's own system calls (syscall/syscall.c). Each is about the current thread, which may
// be the idle thread only for interrupts.

#include "core/entry.h"

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "arch/api/timer.h"
#include "core/fault.h"
#include "core/objects.h"
#include "core/scheduler.h"
#include "object/tcb.h"

void handle_foreign_syscall(word_t number)
{
    struct tcb *t = this_cpu()->current;
    vaddr_t inside = arch_get_pc(&t->context) - 1; // PC is behind the instruction, perhaps at the end of the range
    if (upcall_is_set(t) && !upcall_in_range(t, inside) && upcall_enter(t, KN_UPCALL_CAUSE_SYSCALL))
        return;
    fault_unknown_syscall(t, number);
}

void handle_vm_fault(vaddr_t addr, word_t access, word_t code)
{
    fault_vm(this_cpu()->current, addr, access, code);
}

void handle_user_exception(word_t number, word_t code)
{
    fault_user_exception(this_cpu()->current, number, code);
}

void handle_interrupt(void)
{
    word_t irq = arch_irq_get();
    if (irq == IRQ_NONE)
        return;
    if (irq == IRQ_KERNEL_TIMER) {
        arch_timer_ack();
        scheduler_timer_interrupt();
    } else {
        irq_handler_interrupt(irq);
    }
    arch_irq_end(irq);
}
