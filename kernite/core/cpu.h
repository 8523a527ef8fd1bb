// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Per-CPU kernel state. Nothing that belongs to a CPU lives anywhere else.

#include "core/types.h"

struct tcb;
struct sched_context;

struct tcb_queue {
    struct tcb *head, *tail;
};

struct cpu {
    struct cpu *self;               // [I] for the GS-relative load on x86_64
    word_t id;                      // [I] logical number, 0 is the boot CPU
    struct tcb *current;            // [c] the thread whose context is live; the idle thread if none
    struct sched_context *current_sc; // [c] the scheduling context being charged
    word_t kernel_stack;            // [I] top of the kernel stack
    word_t takes_lock;              // [I] aarch64, not 0: entries take the kernel lock, since there are several CPUs
    word_t scratch;                 // [c] entry code
    void *tss;                      // [I] x86_64: the task state segment
    struct tcb *idle;               // [I]
    struct tcb *fpu_owner;          // [c] whose FPU state is in the registers; NULL none
    struct tcb *candidate;          // [c] a ready thread to be weighed against the current one at exit; in no queue
    bool must_reschedule;           // [c] the current thread may not be the right one any more
    bool must_reprogram;            // [c] the timer's deadline may have moved
    ticks_t now;                    // [c] time of this kernel entry, once read
    ticks_t consumed;               // [c] ticks used by current_sc and not yet charged to it
    ticks_t deadline;               // [c] what the timer is programmed for; all ones: nothing
    ticks_t min_budget;             // [I] the least amount worth running for, KN_TICKLESS_MIN_BUDGET_US
    struct sched_context *release_head; // [k] contexts waiting for a refill: root of a heap, the earliest
    struct cpu *_Atomic lock_next;  // [a] the CPU that waits for the kernel lock behind this one
    _Atomic word_t lock_wait;       // [a] LOCK_* of core/smp.c: whether and how this CPU waits for the kernel lock
    bool has_lock;                  // [c] this CPU has it; never set if it is the only one
    _Atomic word_t requests;        // [a] SMP_*: what other CPUs ask of this one
    word_t flush_mask;              // [c] CPUs that have to flush their TLB before the lock is given back
    word_t ready_l1;                // [k] bit i: some bit in ready_l2[i]
    word_t ready_l2[KN_NR_PRIORITIES / 64];
    struct tcb_queue ready[KN_NR_PRIORITIES];
};

#define KERNEL_MAX_CPUS 8
extern struct cpu cpus[KERNEL_MAX_CPUS];
extern word_t nr_cpus; // [I] CPUs in use

// arch/api/cpu.h provides: struct cpu *this_cpu(void);
