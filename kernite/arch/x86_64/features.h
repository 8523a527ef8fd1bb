// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What this CPU can do, read once at boot, and the set-up of its control registers.

#include "core/types.h"

struct cpu;

struct cpu_features {
    bool has_smap;       // [I]
    bool has_xsave;      // [I] else FXSAVE
    bool has_huge_pages; // [I] 1 GiB
    word_t xcr0;         // [I] state components that threads have: x87, SSE, AVX
    word_t nr_phys_bits; // [I] width of physical addresses
};
extern struct cpu_features x86_64_features;

// Control registers, features, descriptor tables and system call entry of the CPU that runs it. Interrupts stay off.
void x86_64_cpu_init(struct cpu *cpu);
