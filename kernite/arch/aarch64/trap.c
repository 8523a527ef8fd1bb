// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// From entry.S to the generic handlers. Each ends in aarch64_restore: nothing is to be popped.
//
// With several CPUs:
// I1  The kernel lock is taken before anything but the CPU's own registers and the current thread's context is touched, and
//     given back before aarch64_restore. While an entry waits for it, the context is that of a thread that has not done its
//     system call yet, so another CPU may take the thread away.
// I2  An entry begins with a barrier that waits for all that the thread has done to caches and memory. If it goes on on
//     another CPU, a barrier that it executes there covers that too.

#include "arch/aarch64/trap.h"

#include "arch/aarch64/debug.h"
#include "arch/aarch64/layout.h"
#include "arch/aarch64/sysreg.h"
#include "arch/api/cpu.h"
#include "core/entry.h"
#include "core/fastpath.h"
#include "core/scheduler.h"
#include "core/smp.h"
#include "debug/log.h"
#include "object/tcb.h"

// Fault status codes of aborts that a page table entry caused: address size, translation, access flag, permission.
#define STATUS_TRANSLATION_LAST 0x0f
#define BACKTRACE_MAX 16

extern char kernel_stacks[KERNEL_MAX_CPUS][STACK_BYTES];

// Apart, so that the compiler keeps no register across a call where there is one CPU.
NOINLINE static _Noreturn void unlock_and_leave(struct cpu *cpu, struct tcb *next)
{
    smp_unlock(cpu);
    aarch64_restore(&next->context);
}

ALWAYS_INLINE static _Noreturn void leave(struct tcb *next)
{
    struct cpu *cpu = this_cpu();
    if (UNLIKELY(cpu->has_lock))
        unlock_and_leave(cpu, next);
    aarch64_restore(&next->context);
}

// Returns when the current thread's event still counts.
static void lock_for_event(void)
{
    DSB(ish);
    if (!smp_lock()) {
        kernel_enter();
        leave(kernel_exit());
    }
}

void aarch64_lock_for_syscall(void)
{
    struct arch_context *c = &this_cpu()->current->context;
    word_t pc = c->pc, spsr = c->spsr;
    arch_rewind_syscall(c);
    lock_for_event();
    c->pc = pc;
    c->spsr = spsr;
}

// The other entries'.
static void enter(word_t class)
{
    if (UNLIKELY(nr_cpus > 1)) {
        if (class == ESR_EC_SVC)
            aarch64_lock_for_syscall();
        else
            lock_for_event();
    }
    kernel_enter();
}

_Noreturn void aarch64_call(void)
{
    struct tcb *next = fastpath_call(this_cpu());
    if (UNLIKELY(!next))
        aarch64_native_syscall(KN_SYS_CALL);
    leave(next);
}

_Noreturn void aarch64_reply_recv(void)
{
    struct tcb *next = fastpath_reply_recv(this_cpu());
    if (UNLIKELY(!next))
        aarch64_native_syscall(KN_SYS_REPLY_RECV);
    leave(next);
}

_Noreturn void aarch64_native_syscall(word_t number) { leave(kernel_syscall(number)); }

_Noreturn void aarch64_irq(void)
{
    if (UNLIKELY(nr_cpus > 1))
        DSB(ish);
    leave(kernel_interrupt());
}

static void handle_svc(word_t immediate)
{
    if (immediate >= KN_SYSCALL_BASE) // UpcallReturn, debug calls, and numbers that mean nothing
        handle_syscall(immediate - KN_SYSCALL_BASE);
    else
        handle_foreign_syscall(this_cpu()->current->context.x[8]);
}

static void handle_abort(word_t class, word_t esr, word_t far)
{
    // Alignment, external aborts and the like are not for the pager; an external abort may not even have an address.
    if ((esr & ESR_ABORT_STATUS) > STATUS_TRANSLATION_LAST) {
        handle_user_exception(class, esr);
        return;
    }
    word_t access = KN_VM_ACCESS_READ;
    if (class == ESR_EC_INSTRUCTION_ABORT_USER)
        access = KN_VM_ACCESS_EXECUTE;
    else if ((esr & ESR_ABORT_WRITE) && !(esr & ESR_ABORT_CACHE_MAINTENANCE)) // maintenance always says "write"
        access = KN_VM_ACCESS_WRITE;
    // TBI0: the top byte is no part of a user address. (Bit 55 tells the halves apart.)
    vaddr_t addr = far & BIT(55) ? far | ~MASK(56) : far & MASK(56);
    handle_vm_fault(addr, access, esr);
}

_Noreturn void aarch64_user_sync(word_t esr, word_t far)
{
    word_t class = esr >> ESR_EC_SHIFT & 0x3f;
    enter(class);
    if (class == ESR_EC_SVC)
        handle_svc(esr & ESR_SVC_IMMEDIATE);
    else if (class == ESR_EC_INSTRUCTION_ABORT_USER || class == ESR_EC_DATA_ABORT_USER)
        handle_abort(class, esr, far);
    else if (class < AARCH64_CLASS_FIRST_DEBUG)
        handle_user_exception(class, esr);
    else
        aarch64_debug_exception(class, esr, far);
    leave(kernel_exit());
}

_Noreturn void aarch64_user_serror(word_t esr)
{
    enter(ESR_EC_SERROR);
    handle_user_exception(ESR_EC_SERROR, esr);
    leave(kernel_exit());
}

// Whether the frame record at P can be read: 16 aligned bytes on some kernel stack.
static bool is_frame_record(const word_t *p)
{
    word_t start = (word_t)kernel_stacks, at = (word_t)p;
    return IS_ALIGNED(at, 4) && at >= start && at < start + sizeof kernel_stacks &&
           (at - start) % STACK_BYTES >= STACK_GUARD_BYTES;
}

void aarch64_kernel_exception(const struct arch_context *c, word_t vector, word_t esr, word_t far)
{
    klog("kernel exception: vector %lu, esr %lx, far %lx, pc %lx, sp %lx, spsr %lx\n", vector, esr, far, c->pc, c->sp,
         c->spsr);
    for (word_t i = 0; i < 31; i++)
        klog("x%lu=%lx%c", i, c->x[i], i % 4 == 3 || i == 30 ? '\n' : ' ');
    const word_t *frame = (const word_t *)c->x[29];
    for (word_t depth = 0; depth < BACKTRACE_MAX && is_frame_record(frame); depth++) {
        klog("called from %lx\n", frame[1]);
        frame = (const word_t *)frame[0];
    }
    kpanic("exception in the kernel at %lx", c->pc);
}
