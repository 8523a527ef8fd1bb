// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What entry.S calls, on the kernel stack with everything masked, the user's registers in the current thread's context.
// Each ends in aarch64_restore.

#include <machine/context.h>

#include "core/types.h"

// With several CPUs, before a native system call: takes the kernel lock. Does not return if another CPU has taken the thread
// meanwhile.
void aarch64_lock_for_syscall(void);
// Native system calls: x8 to x17 have not been saved.
_Noreturn void aarch64_call(void);
_Noreturn void aarch64_reply_recv(void);
_Noreturn void aarch64_native_syscall(word_t number);                  // any other
_Noreturn void aarch64_user_sync(word_t esr, word_t far);
_Noreturn void aarch64_user_serror(word_t esr);
_Noreturn void aarch64_irq(void);
// entry.S: leaves the kernel with the registers in C.
_Noreturn void aarch64_restore(struct arch_context *c);
// An exception that the kernel itself took by VECTOR (index into the table), with its registers in C. Panics.
_Noreturn void aarch64_kernel_exception(const struct arch_context *c, word_t vector, word_t esr, word_t far);
