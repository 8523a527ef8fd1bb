// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What arch entry code calls, with the user's registers saved in the current TCB's context and the kernel stack
// empty.

#include "arch/api/cpu.h"
#include "core/fastpath.h"

// A kernite system call, number from KN_SYS_*: the whole entry. Returns the thread whose context is to be restored.
struct tcb *kernel_slow_syscall(word_t number);
ALWAYS_INLINE static inline struct tcb *kernel_syscall(word_t number)
{
    struct tcb *next = NULL;
    if (ARCH_USES_FASTPATH && number == KN_SYS_CALL)
        next = fastpath_call(this_cpu());
    else if (ARCH_USES_FASTPATH && number == KN_SYS_REPLY_RECV)
        next = fastpath_reply_recv(this_cpu());
    return LIKELY(next) ? next : kernel_slow_syscall(number);
}

// The others come between kernel_enter and kernel_exit, which returns that thread.
void handle_foreign_syscall(word_t number);  // any other system call instruction; PC is behind it
void handle_vm_fault(vaddr_t addr, word_t access, word_t code);
void handle_user_exception(word_t number, word_t code);
void handle_syscall(word_t number);          // part of kernel_slow_syscall
void handle_interrupt(void);                 // asks arch_irq_get which
