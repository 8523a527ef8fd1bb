// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Switching threads. Address space, TPIDRs, access to the user's timer and the FPU of one thread are live on a CPU.

#include "arch/aarch64/switch.h"

#include "arch/aarch64/debug.h"
#include "arch/aarch64/platform.h"
#include "arch/aarch64/sysreg.h"
#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "object/asid.h"
#include "object/tcb.h"

pte_t aarch64_empty_root[BIT(ARCH_TABLE_BITS)] __attribute__((aligned(4096)));

// TTBR0's value.
word_t arch_root_of(struct cap vspace)
{
    word_t root = asid_root_of(vspace);
    return root ? arch_root(cap_map_asid(vspace), (paddr_t){root}) : ptr_to_phys(aarch64_empty_root).raw;
}

static void switch_timer_access(const struct tcb *t)
{
    word_t wanted = CNTKCTL_EL0VCTEN | (t->is_timer_user ? CNTKCTL_EL0PCTEN | CNTKCTL_EL0PTEN : 0);
    if (SYSREG_READ(cntkctl_el1) != wanted)
        SYSREG_WRITE(cntkctl_el1, wanted);
}

static void fpu_enable(bool enable)
{
    word_t wanted = enable ? CPACR_FPEN : 0;
    if (SYSREG_READ(cpacr_el1) != wanted) {
        SYSREG_WRITE(cpacr_el1, wanted);
        ISB();
    }
}

// The registers belong to cpu->fpu_owner; they are saved when another thread that uses them comes. With several CPUs they
// are saved whenever their owner leaves, so that it can go on elsewhere.
static void switch_fpu(struct cpu *cpu, struct tcb *t)
{
    struct tcb *owner = cpu->fpu_owner;
    if (owner && owner != t && (t->is_fpu_user || nr_cpus > 1)) {
        fpu_enable(true);
        aarch64_fpu_save(&owner->fpu);
        cpu->fpu_owner = NULL;
    }
    fpu_enable(t->is_fpu_user);
    if (t->is_fpu_user && cpu->fpu_owner != t) {
        aarch64_fpu_load(&t->fpu);
        cpu->fpu_owner = t;
    }
}

ALWAYS_INLINE void arch_update_vspace(struct tcb *t)
{
    if (SYSREG_READ(ttbr0_el1) != t->spaces.root) {
        SYSREG_WRITE(ttbr0_el1, t->spaces.root);
        ISB();
    }
}

NOINLINE static void switch_extra_state(struct cpu *cpu, struct tcb *t, word_t extra)
{
    if (UNLIKELY(extra & EXTRA_STATE_DEBUG))
        aarch64_debug_switch(t);
    if (UNLIKELY(extra & EXTRA_STATE_TIMER))
        switch_timer_access(t);
    if (extra & EXTRA_STATE_FPU)
        switch_fpu(cpu, t);
}

// FPU and timer stay closed from one thread that may not use them to the next.
ALWAYS_INLINE void arch_switch_to(struct tcb *t)
{
    struct cpu *cpu = this_cpu();
    arch_update_vspace(t);
    arch_update_thread_block(t);
    word_t extra = cpu->current->extra_state | t->extra_state;
    if (UNLIKELY(extra))
        switch_extra_state(cpu, t, extra);
}

ALWAYS_INLINE void arch_update_thread_block(struct tcb *t)
{
    SYSREG_WRITE(tpidrro_el0, t->ipc_buffer);
    SYSREG_WRITE(tpidr_el0, t->context.tpidr_el0);
}

void arch_fpu_flag_changed(struct tcb *t)
{
    for (word_t i = 0; i < nr_cpus; i++) {
        if (cpus[i].fpu_owner == t && !t->is_fpu_user)
            cpus[i].fpu_owner = NULL;
    }
    if (t == this_cpu()->current) {
        switch_timer_access(t);
        switch_fpu(this_cpu(), t);
    }
}

// Who gets the physical timer's interrupts may let threads program it.
word_t arch_tcb_flags(struct cap authority)
{
    bool owns_timer = cap_type(authority) == KN_CAP_TYPE_IRQ_HANDLER && authority.w[1] == machine.user_timer_irq;
    return KN_TCB_FLAG_FPU | (owns_timer ? KN_TCB_FLAG_TIMER : 0);
}
