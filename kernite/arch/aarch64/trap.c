// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// From entry.S to the generic handlers. Each ends in aarch64_restore: nothing is to be popped.

#include "arch/aarch64/trap.h"

#include "arch/aarch64/layout.h"
#include "arch/aarch64/sysreg.h"
#include "arch/api/cpu.h"
#include "core/entry.h"
#include "core/fastpath.h"
#include "core/scheduler.h"
#include "debug/log.h"
#include "object/tcb.h"

// Fault status codes of aborts that a page table entry caused: address size, translation, access flag, permission.
#define STATUS_TRANSLATION_LAST 0x0f
#define BACKTRACE_MAX 16

extern char kernel_stacks[KERNEL_MAX_CPUS][STACK_BYTES];

static _Noreturn void leave(void) { aarch64_restore(&kernel_exit()->context); }

_Noreturn void aarch64_call(void)
{
    struct tcb *next = fastpath_call(this_cpu());
    if (UNLIKELY(!next))
        aarch64_native_syscall(KN_SYS_CALL);
    aarch64_restore(&next->context);
}

_Noreturn void aarch64_reply_recv(void)
{
    struct tcb *next = fastpath_reply_recv(this_cpu());
    if (UNLIKELY(!next))
        aarch64_native_syscall(KN_SYS_REPLY_RECV);
    aarch64_restore(&next->context);
}

_Noreturn void aarch64_native_syscall(word_t number) { aarch64_restore(&kernel_syscall(number)->context); }

_Noreturn void aarch64_irq(void)
{
    aarch64_restore(&kernel_interrupt()->context);
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
    kernel_enter();
    if (class == ESR_EC_SVC)
        handle_svc(esr & ESR_SVC_IMMEDIATE);
    else if (class == ESR_EC_INSTRUCTION_ABORT_USER || class == ESR_EC_DATA_ABORT_USER)
        handle_abort(class, esr, far);
    else
        handle_user_exception(class, esr);
    leave();
}

_Noreturn void aarch64_user_serror(word_t esr)
{
    kernel_enter();
    handle_user_exception(ESR_EC_SERROR, esr);
    leave();
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
