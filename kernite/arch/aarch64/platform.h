// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the device tree says: the platform for the generic boot code, and the devices that the kernel itself drives.

#include "core/boot.h"
#include "core/cpu.h"

#define MAX_REDISTRIBUTOR_REGIONS 4

struct device_region {
    word_t base, size; // physical; size 0: absent
};

enum psci_conduit { PSCI_NONE = 0, PSCI_SMC, PSCI_HVC };

struct machine {
    word_t nr_cpus;                        // [I] that the kernel uses
    word_t nr_other_cpus;                  // [I] that it does not
    word_t cpu_affinity[KERNEL_MAX_CPUS];  // [I] as in MPIDR; the boot CPU first
    enum psci_conduit psci;                // [I]
    word_t gic_version;                    // [I] 2 or 3
    struct device_region gic_distributor;  // [I]
    struct device_region gic_cpu;          // [I] GICv2: CPU interface
    struct device_region gic_redistributors[MAX_REDISTRIBUTOR_REGIONS]; // [I] GICv3
    struct device_region gic_its;          // [I] GICv3: the first interrupt translation service
    word_t kernel_timer_irq;               // [I] INTID of CNTV
    word_t user_timer_irq;                 // [I] INTID of CNTP at EL1
};

extern struct machine machine;

// Reads the tree of SIZE bytes at most at BLOB, physical address P, into *PLATFORM and the machine. Panics with a sentence
// when the tree is broken or lacks something that the kernel needs.
void platform_from_device_tree(struct platform *platform, const void *blob, paddr_t p, word_t size);
