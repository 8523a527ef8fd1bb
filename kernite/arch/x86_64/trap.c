// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What entry.S calls.

#include "entry.h"

#include <machine/instructions.h>

#include "arch/api/cpu.h"
#include "arch/x86_64/debug.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/irq.h"
#include "core/entry.h"
#include "core/fastpath.h"
#include "core/scheduler.h"
#include "core/smp.h"
#include "debug/log.h"
#include "object/tcb.h"

// The order in which entry.S and the CPU push.
static_assert(offsetof(struct trap_frame, r15) == 0 && offsetof(struct trap_frame, r8) == 7 * 8 &&
                  offsetof(struct trap_frame, rbp) == 8 * 8 && offsetof(struct trap_frame, rax) == 14 * 8 &&
                  offsetof(struct trap_frame, vector) == 15 * 8 && offsetof(struct trap_frame, error) == 16 * 8 &&
                  offsetof(struct trap_frame, rip) == 17 * 8 && sizeof(struct trap_frame) == 22 * 8,
              "struct trap_frame is what is pushed");
static_assert(offsetof(struct tcb, context) == 0, "entry.S takes a TCB for its context");
static_assert(offsetof(struct arch_context, regs) + sizeof(struct trap_frame) == sizeof(struct arch_context),
              "TSS.RSP0 is the context's end");

#define PAGE_FAULT_WRITE BIT(1)
#define PAGE_FAULT_FETCH BIT(4)
#define BREAKPOINT_BYTES 1 // of INT3; after it, as after a debug trap, RIP is behind the instruction

static word_t page_fault_access(word_t error)
{
    if (error & PAGE_FAULT_FETCH)
        return KN_VM_ACCESS_EXECUTE;
    return error & PAGE_FAULT_WRITE ? KN_VM_ACCESS_WRITE : KN_VM_ACCESS_READ;
}

NOINLINE static _Noreturn void slow_syscall(word_t number) { x86_64_leave(kernel_syscall(number)); }

_Noreturn void x86_64_handle_call(void)
{
    struct tcb *next = fastpath_call(this_cpu());
    if (UNLIKELY(!next))
        slow_syscall(KN_SYS_CALL);
    x86_64_leave(next);
}

_Noreturn void x86_64_handle_reply_recv(void)
{
    struct tcb *next = fastpath_reply_recv(this_cpu());
    if (UNLIKELY(!next))
        slow_syscall(KN_SYS_REPLY_RECV);
    x86_64_leave(next);
}

_Noreturn void x86_64_handle_syscall(word_t number)
{
    if (LIKELY((int64_t)number <= -KN_SYSCALL_BASE))
        slow_syscall(-number - KN_SYSCALL_BASE);
    kernel_enter();
    handle_foreign_syscall(number);
    x86_64_leave(kernel_exit());
}

_Noreturn void x86_64_handle_stall(void)
{
    kernel_enter();
    x86_64_leave(kernel_exit());
}

// Takes the lock after an exception. While it waits for it, the thread has not executed the instruction.
NOINLINE static void lock_after_exception(struct trap_frame *f)
{
    word_t length = f->vector == VECTOR_BREAKPOINT ? BREAKPOINT_BYTES : 0;
    f->rip -= length;
    if (!smp_lock()) {
        x86_64_debug_forget();
        x86_64_handle_stall();
    }
    f->rip += length;
}

_Noreturn void x86_64_handle_user_trap(void)
{
    struct trap_frame *f = &this_cpu()->current->context.regs;
    word_t vector = f->vector;
    if (x86_64_features.has_smap)
        x86_64_clac(); // an interrupt gate leaves the user's AC
    if (vector >= VECTOR_FIRST_INTERRUPT) {
        x86_64_irq_taken(vector);
        x86_64_leave(kernel_interrupt());
    }
    if (UNLIKELY(nr_cpus > 1))
        lock_after_exception(f);
    kernel_enter();
    if (vector == VECTOR_PAGE_FAULT)
        handle_vm_fault(x86_64_read_cr2(), page_fault_access(f->error), f->error);
    else if ((vector != VECTOR_DEBUG && vector != VECTOR_BREAKPOINT) || !x86_64_debug_exception(vector))
        handle_user_exception(vector, f->error);
    x86_64_leave(kernel_exit());
}

_Noreturn void x86_64_handle_idle_interrupt(word_t vector)
{
    x86_64_irq_taken(vector);
    x86_64_leave(kernel_interrupt());
}

_Noreturn void x86_64_handle_kernel_trap(const struct trap_frame *f)
{
    static bool is_panicking;
    if (is_panicking)
        arch_halt(1);
    is_panicking = true;
    klog("exception %lu error %lx cr2 %lx cr3 %lx\n", f->vector, f->error, x86_64_read_cr2(), x86_64_read_cr3());
    klog("rip %lx cs %lx rflags %lx rsp %lx ss %lx\n", f->rip, f->cs, f->rflags, f->rsp, f->ss);
    klog("rax %lx rbx %lx rcx %lx rdx %lx\n", f->rax, f->rbx, f->rcx, f->rdx);
    klog("rsi %lx rdi %lx rbp %lx r8 %lx r9 %lx\n", f->rsi, f->rdi, f->rbp, f->r8, f->r9);
    klog("r10 %lx r11 %lx r12 %lx r13 %lx r14 %lx r15 %lx\n", f->r10, f->r11, f->r12, f->r13, f->r14, f->r15);
    kpanic("exception %lu in the kernel at %lx", f->vector, f->rip);
}

_Noreturn void x86_64_handle_ist_trap(const struct trap_frame *f)
{
    // The address of the CPU's block lies above the frame (descriptors.c): GS may still be the user's.
    struct cpu *const *cpu = (struct cpu *const *)(f + 1);
    x86_64_wrmsr(MSR_GS_BASE, (word_t)*cpu);
    x86_64_handle_kernel_trap(f);
}
