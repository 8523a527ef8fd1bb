// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Kernel entries other than kernite's own system calls (syscall/syscall.c). Each is about the current thread, which may
// be the idle thread only for interrupts.

#include "core/entry.h"

#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "core/fault.h"
#include "core/objects.h"
#include "core/scheduler.h"
#include "core/smp.h"

ALWAYS_INLINE struct tcb *kernel_syscall(word_t number)
{
    kernel_enter();
    handle_syscall(number);
    return kernel_exit();
}

void handle_foreign_syscall(word_t number)
{
    upcall_foreign_syscall(this_cpu()->current, number);
}

void handle_vm_fault(vaddr_t addr, word_t access, word_t code)
{
    fault_vm(this_cpu()->current, addr, access, code);
}

void handle_user_exception(word_t number, word_t code)
{
    fault_user_exception(this_cpu()->current, number, code);
}

// An interrupt by which another CPU asks for something can be done with before the lock is taken.
static bool is_served(word_t irq)
{
    if (irq != IRQ_KERNEL_IPI)
        return false;
    arch_irq_end(irq);
    return !smp_serve();
}

struct tcb *kernel_interrupt(void)
{
    word_t irq = arch_irq_get();
    if (UNLIKELY(nr_cpus > 1)) {
        if (is_served(irq))
            return this_cpu()->current;
        smp_lock();
    }
    kernel_enter();
    if (irq == IRQ_KERNEL_TIMER)
        scheduler_timer_interrupt();
    else if (irq != IRQ_NONE && irq != IRQ_KERNEL_IPI)
        irq_handler_interrupt(irq);
    if (irq != IRQ_NONE && irq != IRQ_KERNEL_IPI)
        arch_irq_end(irq);
    return kernel_exit();
}
