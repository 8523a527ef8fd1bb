// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Arm's generic interrupt controller, architecture versions 2 and 3. Interrupts are INTIDs: 16 to 31 are private to a CPU
// (their operations act on the calling CPU's), from 32 on shared. All are group 1 and of one priority; shared ones go to
// the boot CPU.

#include "core/types.h"

#define GIC_FIRST_PRIVATE 16 // below: software-generated, between CPUs
#define GIC_FIRST_SHARED 32
#define GIC_FIRST_SPECIAL 1020 // from here on: nothing is pending

struct gic {
    word_t (*count)(void);                          // INTIDs that exist are below
    void (*init_cpu)(void);                         // the calling CPU's part
    void (*configure)(word_t intid, bool is_level); // masks it, too
    void (*mask)(word_t intid);
    void (*unmask)(word_t intid);
    word_t (*acknowledge)(void);                    // the interrupt being taken, or at least GIC_FIRST_SPECIAL
    void (*end)(word_t intid);
};

// Each sets up the distributor, with everything masked, and returns the driver. Addresses are the kernel's.
const struct gic *gicv2_init(void *distributor, void *cpu_interface);

struct gicv3_redistributors {
    void *base;
    word_t size;
};
// Panics when a CPU has no redistributor in the COUNT regions.
const struct gic *gicv3_init(void *distributor, const struct gicv3_redistributors *regions, word_t count);
