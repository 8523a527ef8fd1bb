// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// GICv2 (Arm IHI 0048). Without the security extensions, or seen from the non-secure side, group 0 behaves as the kernel
// needs it: one enable bit, everything signalled as IRQ.

#include "arch/aarch64/sysreg.h"
#include "arch/api/cpu.h"
#include "debug/log.h"
#include "driver/gic.h"
#include "driver/gic_registers.h"

#define GICD_SGIR 0xf00
#define GICD_SGIR_TARGETS 16 // a bit for each CPU from here on

#define GICC_CTLR 0x0
#define GICC_PMR 0x4
#define GICC_BPR 0x8
#define GICC_IAR 0xc
#define GICC_EOIR 0x10
#define INTID_MASK 0x3ff

static char *gicd; // [I]
static char *gicc; // [I]
static uint32_t target[KERNEL_MAX_CPUS];       // [I] the bit by which the distributor knows each CPU
static uint32_t ipi[KERNEL_MAX_CPUS];          // [c] what GICC_IAR said of the last GIC_IPI: the sender belongs to it

static word_t gicv2_count(void) { return gic_count(gicd); }
static void gicv2_mask(word_t intid) { gic_write_bit(gicd, GICD_ICENABLER, intid); }
static void gicv2_unmask(word_t intid) { gic_write_bit(gicd, GICD_ISENABLER, intid); }

static word_t gicv2_acknowledge(void)
{
    uint32_t value = gic_read(gicc, GICC_IAR);
    if ((value & INTID_MASK) == GIC_IPI)
        ipi[this_cpu()->id] = value;
    DSB(sy); // what the sender of a GIC_IPI has written is read after this
    return value & INTID_MASK;
}

static void gicv2_end(word_t intid)
{
    gic_write(gicc, GICC_EOIR, intid == GIC_IPI ? ipi[this_cpu()->id] : (uint32_t)intid);
}

static void gicv2_let_through(bool only_ipi)
{
    gic_write(gicc, GICC_PMR, only_ipi ? GIC_PRIORITY_MASK_IPI : GIC_PRIORITY_MASK);
}

static void gicv2_send(word_t cpu) { gic_write(gicd, GICD_SGIR, target[cpu] << GICD_SGIR_TARGETS | GIC_IPI); }

static void gicv2_configure(word_t intid, bool is_level)
{
    gicv2_mask(intid);
    gic_set_trigger(gicd, intid, is_level);
    gic_write_bit(gicd, GICD_ICPENDR, intid);
}

static void gicv2_init_cpu(word_t timer)
{
    // The registers of the private interrupts are read-only and tell this CPU's own target bit; on a machine with one CPU
    // they read 0, and targets do not matter.
    target[this_cpu()->id] = gic_read(gicd, GICD_ITARGETSR) & 0xff;
    gic_reset(gicd, 0, GIC_FIRST_SHARED, 0);
    gic_write(gicd, GICD_IPRIORITYR, GIC_PRIORITY_WORD_IPI);
    gicv2_configure(timer, true);
    gicv2_unmask(timer);
    gicv2_unmask(GIC_IPI);
    gicv2_let_through(false);
    gic_write(gicc, GICC_BPR, 0); // firmware may have left GIC_IPI unable to preempt others
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
    .let_through = gicv2_let_through,
    .send = gicv2_send,
};

const struct gic *gicv2_init(void *distributor, void *cpu_interface)
{
    gicd = distributor;
    gicc = cpu_interface;
    gic_write(gicd, GICD_CTLR, 0);
    gic_reset(gicd, GIC_FIRST_SHARED, gic_count(gicd), 0);
    uint32_t self = gic_read(gicd, GICD_ITARGETSR) & 0xff; // see gicv2_init_cpu
    for (word_t i = GIC_FIRST_SHARED; i < gic_count(gicd); i += 4)
        gic_write(gicd, GICD_ITARGETSR + i, self * 0x01010101);
    gic_write(gicd, GICD_CTLR, 1);
    return &gicv2;
}
