// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What entry.S calls, on the kernel stack with everything masked, the user's registers in the current thread's context.
// Each returns the context of the thread to go on with.

#include <machine/context.h>

#include "core/types.h"

struct arch_context *aarch64_native_syscall(word_t number);            // x8 to x17 have not been saved
struct arch_context *aarch64_user_sync(word_t esr, word_t far);
struct arch_context *aarch64_user_serror(word_t esr);
struct arch_context *aarch64_irq(void);
// An exception that the kernel itself took by VECTOR (index into the table), with its registers in C. Panics.
_Noreturn void aarch64_kernel_exception(const struct arch_context *c, word_t vector, word_t esr, word_t far);
