// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/cpu.h. TPIDR_EL1 holds the address of the CPU's block.

static inline struct cpu *this_cpu(void)
{
    struct cpu *cpu;
    // Not volatile: within one kernel entry the register never changes, so the compiler may read it once.
    __asm__("mrs %0, tpidr_el1" : "=r"(cpu));
    return cpu;
}

static inline void arch_cpu_relax(void) { __asm__ volatile("yield"); }
