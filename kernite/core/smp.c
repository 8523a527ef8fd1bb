// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Several CPUs. One lock protects the kernel's state: everything marked [k], and what is [c] of other CPUs. An entry saves
// the thread's registers in its TCB, takes the lock, does its work, chooses the next thread, gives the lock back and restores
// that thread's registers. CPUs wait for the lock in a queue, each at a flag of its own (Mellor-Crummey and Scott, "Algorithms
// for Scalable Synchronization on Shared-Memory Multiprocessors", 1991), so that it is fair and one waits for at most
// nr_cpus - 1 others; long operations give it up at their preemption points (smp_is_awaited).
//
// Who has waited for SPINS turns, for the lock or for an answer, sleeps until it is interrupted: in a virtual machine it may wait
// for a CPU that the host does not run just now, since it runs those that spin.
//
// What one CPU wants of another it asks by a bit in `requests` and an inter-processor interrupt:
//
//   RESCHEDULE  go through the kernel: queues or timer have changed. Nobody waits for it.
//   STALL       leave the current thread for the idle thread. The one who asks waits until it is done, and then finds the
//               thread's registers in its TCB, as of any thread that does not run.
//   FLUSH       forget the translations of user addresses. The one who asks waits.
//
// Only who has the lock asks, so at most one CPU does. The other one is in user mode or idle, where the interrupt reaches it; or
// it waits for the lock, and looks at its requests meanwhile; or it is on the short way between these, with interrupts off,
// and will be in one of the two. So the wait ends, without any order between CPUs.
//
// So most of the kernel need not know of other CPUs: before an operation touches what a running thread has in its CPU, it
// takes the thread off that CPU by smp_stall. Whoever has a system call or a fault and is stalled while it waits for the lock
// has not done anything yet: its PC is put back at the instruction, which is executed again when the thread runs again.
//
// Memory order. What a CPU has written when it gives the lock back, as the kernel or in user mode before, the next one sees
// when it has it (release and acquire of lock_wait or last_in_queue). Who is asked sees what the one who asks has written,
// and the other way round the answer comes with what was done (the read-modify-write of `requests` on both sides), so the
// registers of a stalled thread are in its TCB, and `current` is the idle thread, when the bit is seen cleared. An interrupt
// must not overtake the request: arch_ipi_send sees to it. `current` of another CPU changes only under the lock, or while
// whoever has it waits for that; so it is read without further ado by who has the lock. The caches and buffers of a CPU that
// C knows nothing of (TLB, instruction cache, accesses to devices) are the architecture's: arch/api/mmu.h,
// arch/aarch64/trap.c I2.
//
// Who is about to sleep is not forgotten: lock_wait of a CPU in the queue changes by read-modify-writes only, so whoever
// gives the lock sees LOCK_SLEEPS or is seen; sleeping_asker and requests are sequentially consistent, so the one who asks
// sees the bit cleared, or the one who clears it sees that somebody may sleep. The interrupt waits if it comes before the
// sleep.
//
// I1  A thread that is some CPU's current one runs on cpus[t->cpu], and its registers may be in that CPU. No other has any.
// I2  The address space that is live on a CPU is spaces.root of its current thread.
// I3  flush_mask is 0 for a CPU without the lock: no CPU uses a translation that was taken away in an earlier entry.
// I4  A CPU whose current thread, queues or deadline another CPU has made wrong has must_reschedule or must_reprogram set and
//     RESCHEDULE asked, or waits for the lock.

#include "core/smp.h"

#include <stdatomic.h>

#include "arch/api/irq.h"
#include "arch/api/mmu.h"
#include "core/scheduler.h"
#include "debug/log.h"

enum {
    SMP_RESCHEDULE = BIT(0),
    SMP_STALL = BIT(1),
    SMP_FLUSH = BIT(2),
};

// lock_wait of a CPU that wants the lock. Who gives it the lock writes LOCK_GOT, and interrupts it if it may sleep.
enum {
    LOCK_GOT,
    LOCK_SPINS,
    LOCK_SLEEPS, // each time it has nothing to do, until an inter-processor interrupt comes
};
#define SPINS 32 // turns of the loop: about a short system call

static struct cpu *_Atomic last_in_queue;  // of those that have or want the lock; NULL: it is free
static struct cpu *_Atomic sleeping_asker; // who has the lock and may sleep until its requests have been served

// A turn of the loop that waits for the lock, the TURNth.
static void wait_a_turn(struct cpu *cpu, word_t turn)
{
    smp_serve();
    word_t expected = LOCK_SPINS;
    if (turn < SPINS)
        arch_cpu_relax();
    else if (turn == SPINS)
        atomic_compare_exchange_strong_explicit(&cpu->lock_wait, &expected, LOCK_SLEEPS, memory_order_acq_rel,
                                                memory_order_acquire);
    else
        arch_ipi_wait(); // whoever has written lock_wait or requests since the last look sends one
}

bool smp_lock(void)
{
    struct cpu *cpu = this_cpu();
    const struct tcb *current = cpu->current;
    atomic_store_explicit(&cpu->lock_next, NULL, memory_order_relaxed);
    atomic_store_explicit(&cpu->lock_wait, LOCK_SPINS, memory_order_relaxed);
    struct cpu *before = atomic_exchange_explicit(&last_in_queue, cpu, memory_order_acq_rel);
    if (before) {
        atomic_store_explicit(&before->lock_next, cpu, memory_order_release);
        for (word_t turn = 0; atomic_load_explicit(&cpu->lock_wait, memory_order_acquire) != LOCK_GOT; turn++)
            wait_a_turn(cpu, turn);
    }
    cpu->has_lock = true;
    // It goes through the kernel now. Nobody else can ask for more. The fastpath does not look at the timer.
    atomic_store_explicit(&cpu->requests, 0, memory_order_relaxed);
    if (cpu->must_reprogram)
        cpu->must_reschedule = true;
    return cpu->current == current;
}

static void ask(word_t cpu, word_t request)
{
    // Whoever asks again before the first has been served need not interrupt again.
    if (!(atomic_fetch_or_explicit(&cpus[cpu].requests, request, memory_order_acq_rel) & request))
        arch_ipi_send(cpu);
}

static void wait(word_t cpu, word_t request)
{
    for (word_t turn = 0; atomic_load(&cpus[cpu].requests) & request; turn++) {
        if (turn < SPINS)
            arch_cpu_relax();
        else if (turn == SPINS)
            atomic_store(&sleeping_asker, this_cpu());
        else
            arch_ipi_wait();
    }
    atomic_store_explicit(&sleeping_asker, NULL, memory_order_relaxed);
}

static void flush_others(struct cpu *cpu)
{
    for (word_t i = 0; i < nr_cpus; i++)
        if (cpu->flush_mask & BIT(i))
            ask(i, SMP_FLUSH);
    for (word_t i = 0; i < nr_cpus; i++)
        if (cpu->flush_mask & BIT(i))
            wait(i, SMP_FLUSH);
    cpu->flush_mask = 0;
}

void smp_unlock(struct cpu *cpu)
{
    if (cpu->flush_mask)
        flush_others(cpu);
    cpu->has_lock = false;
    struct cpu *next = atomic_load_explicit(&cpu->lock_next, memory_order_acquire);
    if (!next) {
        struct cpu *expected = cpu;
        if (atomic_compare_exchange_strong_explicit(&last_in_queue, &expected, NULL, memory_order_acq_rel,
                                                    memory_order_acquire))
            return;
        while (!(next = atomic_load_explicit(&cpu->lock_next, memory_order_acquire))) // it is about to write it
            arch_cpu_relax();
    }
    if (atomic_exchange_explicit(&next->lock_wait, LOCK_GOT, memory_order_acq_rel) == LOCK_SLEEPS)
        arch_ipi_send(next->id);
}

bool smp_serve(void)
{
    struct cpu *cpu = this_cpu();
    word_t requests = atomic_load_explicit(&cpu->requests, memory_order_acquire);
    if (!requests)
        return false;
    if (requests & SMP_STALL) {
        tcb_check_spaces(cpu->idle);
        arch_switch_to(cpu->idle);
        cpu->current = cpu->idle;
    }
    if (requests & SMP_FLUSH)
        arch_tlb_flush_user();
    atomic_fetch_and(&cpu->requests, ~requests);
    struct cpu *asker = atomic_load(&sleeping_asker);
    if (asker)
        arch_ipi_send(asker->id);
    return requests & (SMP_RESCHEDULE | SMP_STALL);
}

void smp_boot(word_t nr)
{
    nr_cpus = nr;
    smp_lock();
}

struct tcb *smp_join(void)
{
    smp_lock();
    kernel_enter();
    return kernel_exit();
}

void smp_reschedule(struct cpu *cpu) { ask(cpu->id, SMP_RESCHEDULE); }

void smp_stall_running(struct tcb *t)
{
    struct cpu *cpu = &cpus[t->cpu];
    kassert(this_cpu()->has_lock && cpu != this_cpu() && cpu->current == t);
    ask(cpu->id, SMP_STALL);
    wait(cpu->id, SMP_STALL);
    kassert(cpu->current == cpu->idle);
    scheduler_put_aside(cpu, t);
}

void smp_stall_space(word_t root)
{
    for (word_t i = 0; i < nr_cpus; i++)
        if (cpus[i].current->spaces.root == root)
            smp_stall(cpus[i].current);
}

void smp_flush_space(word_t root)
{
    struct cpu *cpu = this_cpu();
    for (word_t i = 0; i < nr_cpus; i++)
        if (i != cpu->id && cpus[i].current->spaces.root == root)
            cpu->flush_mask |= BIT(i);
}
