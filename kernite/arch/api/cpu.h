// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: the CPU.

#include "core/cpu.h"

struct tcb;

static inline struct cpu *this_cpu(void);       // <machine/cpu.h> defines it
// What arch_switch_to loads for a thread with this VSpace or null capability: the kernel's own address space if it names none
// that has an ASID.
struct cap;
word_t arch_root_of(struct cap vspace);
// Makes T's address space (spaces.root, which has been checked), thread block register, TLS base and FPU state live on
// this CPU, and saves what the current thread, another one, has in registers. Either may be the idle thread (the
// kernel's own address space). Called on the way out of the kernel, before T becomes current.
void arch_switch_to(struct tcb *t);
void arch_update_vspace(struct tcb *t);         // the current thread's spaces.root has changed
void arch_update_thread_block(struct tcb *t);   // the current thread's IPC buffer or TLS base has changed
// Prepares T's context as an idle thread: runs arch code that waits for interrupts in kernel mode, interrupts on.
void arch_idle_thread_init(struct tcb *t);
static inline void arch_cpu_relax(void);        // <machine/cpu.h> defines it: the hint of every spin loop
// Ends the machine: status 0 orderly power-off, 1 panic, others as the board allows (arch docs). Never returns.
_Noreturn void arch_halt(word_t status);
void arch_log_putchar(char c);                  // debug console (port 0xe9, semihosting); not the console UART

#include <machine/cpu.h>
