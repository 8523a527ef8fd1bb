// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Features, control registers, and the ends of the machine.

#include "features.h"

#include <machine/instructions.h>

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/fpu.h"
#include "debug/log.h"
#include "driver/debugcon.h"
#include "object/tcb.h"

struct cpu_features x86_64_features;

// Every CR4 bit is tested: QEMU hangs on one that CPUID does not offer.
static word_t detect(void)
{
    struct cpuid one = x86_64_cpuid(1, 0);
    struct cpuid seven = x86_64_cpuid(0, 0).a >= 7 ? x86_64_cpuid(7, 0) : (struct cpuid){0};
    struct cpuid extended = x86_64_cpuid(0x80000001, 0);
    struct cpu_features *f = &x86_64_features;
    if (!(extended.d & BIT(20)) || !(extended.d & BIT(11)))
        kpanic("the CPU lacks NX or SYSCALL");
    if (!(seven.b & BIT(0)))
        kpanic("the CPU lacks FSGSBASE");
    f->has_huge_pages = extended.d & BIT(26);
    f->nr_phys_bits = x86_64_cpuid(0x80000000, 0).a >= 0x80000008 ? x86_64_cpuid(0x80000008, 0).a & 0xff : 36;
    f->has_smap = seven.b & BIT(20);
    f->has_xsave = one.c & BIT(26);
    f->xcr0 = f->has_xsave ? x86_64_cpuid(0xd, 0).a & 7 : 3;
    return CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT | (one.d & BIT(2) ? CR4_DE : 0) | (one.d & BIT(7) ? CR4_MCE : 0) |
           (one.d & BIT(13) ? CR4_PGE : 0) | (f->has_xsave ? CR4_OSXSAVE : 0) | CR4_FSGSBASE |
           (seven.b & BIT(7) ? CR4_SMEP : 0) | (f->has_smap ? CR4_SMAP : 0) | (seven.c & BIT(2) ? CR4_UMIP : 0);
}

void x86_64_cpu_init(struct cpu *cpu)
{
    x86_64_wrmsr(MSR_GS_BASE, (word_t)cpu);
    word_t cr4 = detect();
    x86_64_wrmsr(MSR_EFER, x86_64_rdmsr(MSR_EFER) | EFER_SCE | EFER_NXE);
    x86_64_write_cr0(X86_64_CR0 | CR0_TS);
    x86_64_write_cr4(cr4);
    if (x86_64_features.has_xsave)
        x86_64_xsetbv(x86_64_features.xcr0);
    x86_64_descriptors_init(cpu);
}

void arch_idle_thread_init(struct tcb *t)
{
    arch_context_init(&t->context);
    t->context.entry_kind = ENTRY_IDLE;
}

void arch_log_putchar(char c) { debugcon_putchar(c); }

// docs/exit-codes.md: a reset or a triple fault never looks like success.
_Noreturn void arch_halt(word_t status) { debug_exit(0x10 + (status < 0x6f ? status : 0x6f)); }
