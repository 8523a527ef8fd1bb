// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// FPU state is switched eagerly among the threads that have the flag. For the others CR0.TS is set, so that any use is
// a #NM, which is an exception of theirs.
//
// I1. A thread that is not live has its state in its TCB (it is saved whenever it is switched away).
// I2. cpu->fpu_owner is the thread whose state the registers still hold; if it also ran here last (fpu_cpu), loading it
//     again can be left out. A thread without the flag cannot have changed the registers.
// I3. CR0.TS is clear exactly while the live thread is an FPU user.

#include "fpu.h"

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/switch.h"
#include "object/tcb.h"

#define FCW_OFFSET 0
#define MXCSR_OFFSET 24
#define FCW_DEFAULT 0x037f // all exceptions masked, extended precision
#define MXCSR_DEFAULT 0x1f80

static void enable(void) { x86_64_clts(); }
static void disable(void) { x86_64_write_cr0(X86_64_CR0 | CR0_TS); }

static void load(struct tcb *t)
{
    uint32_t components = (uint32_t)x86_64_features.xcr0;
    if (x86_64_features.has_xsave)
        __asm__ volatile("xrstor64 (%0)" : : "r"(t->fpu.area), "a"(components), "d"(0) : "memory");
    else
        __asm__ volatile("fxrstor64 (%0)" : : "r"(t->fpu.area) : "memory");
}

static void save(struct tcb *t)
{
    uint32_t components = (uint32_t)x86_64_features.xcr0;
    if (x86_64_features.has_xsave)
        __asm__ volatile("xsave64 (%0)" : : "r"(t->fpu.area), "a"(components), "d"(0) : "memory");
    else
        __asm__ volatile("fxsave64 (%0)" : : "r"(t->fpu.area) : "memory");
}

// T's state is to be in the registers.
static void take(struct tcb *t)
{
    struct cpu *cpu = this_cpu();
    if (cpu->fpu_owner == t && t->context.fpu_cpu == cpu->id)
        return;
    load(t);
    cpu->fpu_owner = t;
    t->context.fpu_cpu = cpu->id;
}

void x86_64_fpu_switch(struct tcb *old, struct tcb *t)
{
    if (old->is_fpu_user)
        save(old);
    else
        enable();
    if (t->is_fpu_user)
        take(t);
    else
        disable();
}

void arch_fpu_flag_changed(struct tcb *t)
{
    if (!x86_64_is_live(t))
        return;
    if (t->is_fpu_user) {
        enable();
        take(t);
    } else {
        save(t);
        disable();
    }
}

// XRSTOR takes a component whose header bit is 0 as initial; MXCSR it reads in any case. FXRSTOR reads all. A new thread
// in the memory of an old one must not find that one's registers (I2).
void arch_fpu_init(struct arch_fpu *f)
{
    for (word_t i = 0; i < nr_cpus; i++) {
        if (cpus[i].fpu_owner && &cpus[i].fpu_owner->fpu == f)
            cpus[i].fpu_owner = NULL;
    }
    for (word_t i = 0; i < sizeof(f->area); i++)
        f->area[i] = 0;
    *(uint16_t *)(f->area + FCW_OFFSET) = FCW_DEFAULT;
    *(uint32_t *)(f->area + MXCSR_OFFSET) = MXCSR_DEFAULT;
}

word_t arch_tcb_flags(struct cap authority)
{
    (void)authority;
    return KN_TCB_FLAG_FPU;
}
