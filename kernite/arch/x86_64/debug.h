// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Debug registers, between C files and entry.S of this architecture. The rest is arch/api/debug.h.

#define X86_64_DR6_CLEAR 0xffff0ff0 // nothing has happened

#ifndef __ASSEMBLER__

#include "core/types.h"

struct tcb;

// This CPU's debug registers are to be T's.
void x86_64_debug_switch(const struct tcb *t);
// What the last debug exception was about does not matter any more.
void x86_64_debug_forget(void);
// VECTOR_DEBUG or VECTOR_BREAKPOINT, in user mode. False: a debugger did not ask for it, it is an exception of the program's.
bool x86_64_debug_exception(word_t vector);

#endif
