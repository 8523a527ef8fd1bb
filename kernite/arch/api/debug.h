// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: debug registers. What a thread has set is in its TCB (breakpoints, nr_steps, passing); the architecture keeps
// the CPU's registers as the live thread wants them: arch_switch_to loads them if a thread is_debugged and switches them off
// behind the last one. They act in user mode alone. <machine/debug.h> defines
//
//   ARCH_INSTRUCTION_ALIGN_BITS   log2 of what instructions are aligned to
//   ARCH_CAN_WATCH_READS          a DATA breakpoint may wait for reads alone
//
// The handlers of the architecture's debug exceptions call core/entry.h's.

#include <machine/debug.h>

#include "core/types.h"

struct tcb;

// The breakpoint numbers [*first, *end) that this CPU has for TYPE, INSTRUCTION or DATA.
void arch_breakpoint_numbers(word_t type, word_t *first, word_t *end);
// T's breakpoints, nr_steps or passing have changed. T runs on this CPU or none (smp_stall).
void arch_debug_changed(struct tcb *t);
// T has been given its nr_steps: from its next instruction on it is stepped, or not any more if they are 0.
void arch_set_stepping(struct tcb *t);
// T has stopped at a breakpoint of TYPE: when it goes on at the same PC, it is to pass it.
void arch_pass_breakpoint(struct tcb *t, word_t type);
