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
#define GIC_FIRST_LPI 8192     // from here on: messages, of GICv3 only. See driver/its.h

// Of INTIDs of 14 bits, the fewest that there can be: a byte for each LPI, a bit for each INTID.
#define GIC_LPI_ID_BITS 14
#define GIC_LPI_PROPERTY_BYTES 8192
#define GIC_LPI_PENDING_BYTES 2048
#define GIC_LPI_ENABLED 0xa3   // the byte of one that is on, with the one priority

struct gic {
    word_t (*count)(void);                          // INTIDs that exist are below
    void (*init_cpu)(word_t timer);                 // the calling CPU's part; GIC_IPI and the INTID TIMER, level, are on
    void (*configure)(word_t intid, bool is_level); // masks it, and forgets an edge of before
    void (*mask)(word_t intid);
    void (*unmask)(word_t intid);
    word_t (*acknowledge)(void);                    // the interrupt being taken, or GIC_FIRST_SPECIAL up to GIC_FIRST_LPI
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
// Lets LPIs come to the boot CPU, whose part is set up: as the tables at PROPERTIES (GIC_LPI_PROPERTY_BYTES) and PENDING
// (GIC_LPI_PENDING_BYTES, zeros, at a multiple of 64 KiB) say, which are the hardware's then and uncached to it.
// *PROCESSOR: what an ITS names that CPU by in its commands. False: there are no LPIs, or firmware uses them.
bool gicv3_enable_lpis(paddr_t properties, paddr_t pending, word_t *processor);
