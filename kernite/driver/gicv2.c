// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// GICv2 (Arm IHI 0048). Without the security extensions, or seen from the non-secure side, group 0 behaves as the kernel
// needs it: one enable bit, everything signalled as IRQ.

#include "driver/gic.h"
#include "driver/gic_registers.h"

#define GICC_CTLR 0x0
#define GICC_PMR 0x4
#define GICC_IAR 0xc
#define GICC_EOIR 0x10
#define INTID_MASK 0x3ff

static char *gicd; // [I]
static char *gicc; // [I]

static word_t gicv2_count(void) { return gic_count(gicd); }
static void gicv2_mask(word_t intid) { gic_write_bit(gicd, GICD_ICENABLER, intid); }
static void gicv2_unmask(word_t intid) { gic_write_bit(gicd, GICD_ISENABLER, intid); }
static void gicv2_end(word_t intid) { gic_write(gicc, GICC_EOIR, (uint32_t)intid); }
static word_t gicv2_acknowledge(void) { return gic_read(gicc, GICC_IAR) & INTID_MASK; }

static void gicv2_configure(word_t intid, bool is_level)
{
    gicv2_mask(intid);
    gic_set_trigger(gicd, intid, is_level);
}

static void gicv2_init_cpu(void)
{
    gic_reset(gicd, 0, GIC_FIRST_SHARED, 0);
    gic_write(gicc, GICC_PMR, GIC_PRIORITY_MASK);
    gic_write(gicc, GICC_CTLR, 1);
}

static const struct gic gicv2 = {
    .count = gicv2_count,
    .init_cpu = gicv2_init_cpu,
    .configure = gicv2_configure,
    .mask = gicv2_mask,
    .unmask = gicv2_unmask,
    .acknowledge = gicv2_acknowledge,
    .end = gicv2_end,
};

const struct gic *gicv2_init(void *distributor, void *cpu_interface)
{
    gicd = distributor;
    gicc = cpu_interface;
    gic_write(gicd, GICD_CTLR, 0);
    gic_reset(gicd, GIC_FIRST_SHARED, gic_count(gicd), 0);
    // The registers of the private interrupts are read-only and tell this CPU's own target bit; on a machine with one CPU
    // they read 0, and targets do not matter.
    uint32_t self = gic_read(gicd, GICD_ITARGETSR) & 0xff;
    for (word_t i = GIC_FIRST_SHARED; i < gic_count(gicd); i += 4)
        gic_write(gicd, GICD_ITARGETSR + i, self * 0x01010101);
    gic_write(gicd, GICD_CTLR, 1);
    return &gicv2;
}
