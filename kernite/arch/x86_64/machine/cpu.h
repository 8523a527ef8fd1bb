// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/cpu.h. In the kernel GS always points to the CPU's struct cpu.

static inline struct cpu *this_cpu(void)
{
    struct cpu *cpu;
    __asm__("movq %%gs:%c1, %0" : "=r"(cpu) : "i"(offsetof(struct cpu, self)));
    return cpu;
}

static inline void arch_cpu_relax(void) { __asm__ volatile("pause"); }
