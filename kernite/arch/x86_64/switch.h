// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Which thread's state is in this CPU's registers.

#include "core/types.h"

struct tcb;

bool x86_64_is_live(const struct tcb *t);     // on this CPU
vaddr_t x86_64_tls_base(const struct tcb *t); // FS base, live or saved

// Loads the root of the live thread as its VSpace capability now says, and flushes the TLB.
void x86_64_reload_root(void);

// Boot: the kernel's own address space, for the idle thread and threads without one.
void x86_64_set_kernel_root(paddr_t root);
void x86_64_enter_kernel_root(void); // on another CPU than that which set it
