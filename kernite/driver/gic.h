// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Arm's generic interrupt controller, architecture versions 2 and 3. Interrupts are INTIDs: up to 15 CPUs send each other (the
// kernel uses one, GIC_IPI), 16 to 31 are private to a CPU, from 32 on shared. All are group 1 and of one priority, but for
// GIC_IPI, which is more urgent; shared ones go to the boot CPU.
//
// Of the private interrupts the kernel's timer is on on every CPU. The operations on others act on the boot CPU's with GICv3,
// on the calling CPU's with GICv2, where no CPU reaches those of another.

#include "core/types.h"

#define GIC_IPI 0
#define GIC_FIRST_PRIVATE 16
#define GIC_FIRST_SHARED 32
#define GIC_FIRST_SPECIAL 1020 // from here on: nothing is pending

struct gic {
    word_t (*count)(void);                          // INTIDs that exist are below
    void (*init_cpu)(word_t timer);                 // the calling CPU's part; GIC_IPI and the INTID TIMER, level, are on
    void (*configure)(word_t intid, bool is_level); // masks it, and forgets an edge of before
    void (*mask)(word_t intid);
    void (*unmask)(word_t intid);
    word_t (*acknowledge)(void);                    // the interrupt being taken, or at least GIC_FIRST_SPECIAL
    void (*end)(word_t intid);                      // the one acknowledged last
    void (*let_through)(bool only_ipi);             // what the calling CPU is interrupted by
    void (*send)(word_t cpu);                       // GIC_IPI to CPU, which init_cpu has set up; behind a barrier
};

// Each sets up the distributor, with everything masked, and returns the driver. Addresses are the kernel's.
const struct gic *gicv2_init(void *distributor, void *cpu_interface);

struct gicv3_redistributors {
    void *base;
    word_t size;
};
// Panics when a CPU has no redistributor in the COUNT regions.
const struct gic *gicv3_init(void *distributor, const struct gicv3_redistributors *regions, word_t count);
