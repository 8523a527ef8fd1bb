// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Several CPUs: the kernel lock, and what a CPU asks of another. See core/smp.c. With one CPU (nr_cpus is 1) there is no
// lock, and all of this costs a comparison.

#include "arch/api/cpu.h"
#include "core/cpu.h"
#include "object/tcb.h"

// The ways into the kernel. Architecture code takes the lock before it calls anything that is generic, and gives it back when
// it is about to restore a thread.

// An entry by system call or exception; PC of the current thread is where it executes its instruction again. Takes the lock.
// False: another CPU has taken the thread from this one meanwhile; its event is forgotten, and there is nothing to do but
// kernel_enter, kernel_exit.
bool smp_lock(void);
static inline bool smp_enter(void) { return LIKELY(nr_cpus == 1) || smp_lock(); }
// Flushes what is due on other CPUs and gives the lock back.
void smp_unlock(struct cpu *cpu);
static inline void smp_leave(struct cpu *cpu)
{
    if (UNLIKELY(cpu->has_lock))
        smp_unlock(cpu);
}
// An inter-processor interrupt has been taken, without the lock: does what other CPUs ask of this one. True: the kernel has to
// be gone through, with the lock; false: the current thread goes on at once.
bool smp_serve(void);

// Boot: there will be NR CPUs, whose struct cpu are set up; takes the lock for the boot CPU, before it starts others.
void smp_boot(word_t nr);
// Boot: what another CPU does when it is ready. Waits for the lock; returns the thread to be restored.
struct tcb *smp_join(void);

// With the lock.

// Whether another CPU waits for the lock.
static inline bool smp_is_awaited(void) { return nr_cpus > 1 && this_cpu()->lock_next; }
// CPU, another one, has to look at its queues and timer.
void smp_reschedule(struct cpu *cpu);
// T runs on no other CPU afterwards: its registers are in its TCB, it is ready if it can run. No effect on others.
void smp_stall_running(struct tcb *t);
static inline void smp_stall(struct tcb *t)
{
    if (UNLIKELY(nr_cpus > 1) && cpus[t->cpu].current == t && t->cpu != this_cpu()->id)
        smp_stall_running(t);
}
// No other CPU runs in the address space with ROOT, as arch_root_of names it, afterwards.
void smp_stall_space(word_t root);
// Before the lock is given back, the other CPUs that run in the address space with ROOT forget all its translations.
void smp_flush_space(word_t root);
