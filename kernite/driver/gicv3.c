// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// GICv3 (Arm IHI 0069), affinity routing on, the CPU interface in system registers.

#include "arch/aarch64/sysreg.h"
#include "arch/api/cpu.h"
#include "debug/log.h"
#include "driver/gic.h"
#include "driver/gic_registers.h"

#define GICD_IROUTER 0x6000
#define GICD_CTLR_GROUP1 0x2 // group 1 of the non-secure side, or the only side's
#define GICD_CTLR_ARE 0x10
#define GICD_CTLR_PENDING 0x80000000 // RWP: a write has not taken effect everywhere

#define GICR_CTLR 0x0
#define GICR_CTLR_LPIS 0x1
#define GICR_CTLR_PENDING 0x8
#define GICR_TYPER 0x8
#define GICR_TYPER_LPIS 0x1
#define GICR_TYPER_VLPIS 0x2
#define GICR_TYPER_LAST 0x10
#define GICR_TYPER_PROCESSOR(type) ((type) >> 8 & 0xffff)
#define GICR_WAKER 0x14
#define GICR_WAKER_SLEEP 0x2
#define GICR_WAKER_ASLEEP 0x4
#define GICR_PROPBASER 0x70
#define GICR_PENDBASER 0x78
#define GICR_PENDBASER_ZERO BIT(62)
#define GICR_UNCACHED 0x80 // of both
#define GICR_PRIVATE 0x10000 // second frame: the private interrupts, laid out as in the distributor
#define GICR_BYTES 0x20000
#define GICR_BYTES_VLPIS 0x40000

#define ICC_SRE_EL1 S3_0_C12_C12_5
#define ICC_PMR_EL1 S3_0_C4_C6_0
#define ICC_BPR1_EL1 S3_0_C12_C12_3
#define ICC_CTLR_EL1 S3_0_C12_C12_4
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7
#define ICC_IAR1_EL1 S3_0_C12_C12_0
#define ICC_EOIR1_EL1 S3_0_C12_C12_1
#define ICC_SGI1R_EL1 S3_0_C12_C11_5
// The macros of sysreg.h make a string of the name: expand it first.
#define READ(reg) SYSREG_READ(reg)
#define WRITE(reg, value) SYSREG_WRITE(reg, value)

#define INTID_MASK 0xffffff

static char *gicd;                                  // [I]
static char *redistributor;                         // [I] the boot CPU's
static word_t target[KERNEL_MAX_CPUS];              // [I] each CPU as ICC_SGI1R_EL1 names it
static struct gicv3_redistributors region[4];       // [I]
static word_t nr_regions;                           // [I]

static word_t affinity(void) { return SYSREG_READ(mpidr_el1) & MPIDR_AFFINITY; }

static void wait_for_distributor(void)
{
    while (gic_read(gicd, GICD_CTLR) & GICD_CTLR_PENDING)
        arch_cpu_relax();
}

static void wait_for_redistributor(const char *r)
{
    while (gic_read(r, GICR_CTLR) & GICR_CTLR_PENDING)
        arch_cpu_relax();
}

// Where interrupt INTID's bits are.
static char *registers(word_t intid) { return intid < GIC_FIRST_SHARED ? redistributor + GICR_PRIVATE : gicd; }

static word_t gicv3_count(void) { return gic_count(gicd); }

static void gicv3_mask(word_t intid)
{
    gic_write_bit(registers(intid), GICD_ICENABLER, intid);
    // Until it has taken effect the interrupt may still be signalled.
    if (intid < GIC_FIRST_SHARED)
        wait_for_redistributor(redistributor);
    else
        wait_for_distributor();
}

static void gicv3_unmask(word_t intid) { gic_write_bit(registers(intid), GICD_ISENABLER, intid); }

static void gicv3_configure(word_t intid, bool is_level)
{
    gicv3_mask(intid);
    gic_set_trigger(registers(intid), intid, is_level);
    gic_write_bit(registers(intid), GICD_ICPENDR, intid);
}

static word_t gicv3_acknowledge(void)
{
    word_t intid = READ(ICC_IAR1_EL1) & INTID_MASK;
    DSB(sy);
    return intid;
}

static void gicv3_end(word_t intid)
{
    WRITE(ICC_EOIR1_EL1, intid);
    ISB();
}

static void gicv3_let_through(bool only_ipi)
{
    WRITE(ICC_PMR_EL1, only_ipi ? GIC_PRIORITY_MASK_IPI : GIC_PRIORITY_MASK);
    ISB();
}

static char *find_in_region(const struct gicv3_redistributors *r)
{
    // TYPER's upper half is the affinity 3.2.1.0, a byte each.
    word_t a = affinity();
    uint32_t wanted = (uint32_t)((a & 0xffffff) | (a >> 32) << 24);
    for (char *at = r->base; at + GICR_BYTES <= (char *)r->base + r->size;) {
        uint32_t type = gic_read(at, GICR_TYPER);
        if (gic_read(at, GICR_TYPER + 4) == wanted)
            return at;
        if (type & GICR_TYPER_LAST)
            return NULL;
        at += type & GICR_TYPER_VLPIS ? GICR_BYTES_VLPIS : GICR_BYTES;
    }
    return NULL;
}

static char *find_redistributor(void)
{
    for (word_t i = 0; i < nr_regions; i++) {
        char *found = find_in_region(&region[i]);
        if (found)
            return found;
    }
    kpanic("CPU %lu (affinity %lx) has no GICv3 redistributor", this_cpu()->id, affinity());
}

static void wake(char *r)
{
    gic_write(r, GICR_WAKER, gic_read(r, GICR_WAKER) & ~(uint32_t)GICR_WAKER_SLEEP);
    while (gic_read(r, GICR_WAKER) & GICR_WAKER_ASLEEP)
        arch_cpu_relax();
}

// Aff3, 2 and 1 as such, a range of 16 and a bit in it for Aff0.
static word_t target_of_this_cpu(void)
{
    word_t a = affinity();
    return (a >> 32 & 0xff) << 48 | (a & 0xff) >> 4 << 44 | (a >> 16 & 0xff) << 32 | GIC_IPI << 24 | (a >> 8 & 0xff) << 16 |
           BIT(a & 0xf);
}

static void gicv3_send(word_t cpu)
{
    WRITE(ICC_SGI1R_EL1, target[cpu]);
    ISB();
}

static void gicv3_init_cpu(word_t timer)
{
    char *r = find_redistributor();
    if (!redistributor)
        redistributor = r;
    target[this_cpu()->id] = target_of_this_cpu();
    wake(r);
    gic_reset(r + GICR_PRIVATE, 0, GIC_FIRST_SHARED, 1);
    gic_write(r + GICR_PRIVATE, GICD_IPRIORITYR, GIC_PRIORITY_WORD_IPI);
    gic_set_trigger(r + GICR_PRIVATE, timer, true);
    gic_write_bit(r + GICR_PRIVATE, GICD_ISENABLER, timer);
    gic_write_bit(r + GICR_PRIVATE, GICD_ISENABLER, GIC_IPI);
    wait_for_redistributor(r);
    WRITE(ICC_SRE_EL1, READ(ICC_SRE_EL1) | 1);
    ISB();
    if (!(READ(ICC_SRE_EL1) & 1))
        kpanic("the GICv3 CPU interface has no system registers");
    gicv3_let_through(false);
    WRITE(ICC_BPR1_EL1, 0);
    WRITE(ICC_CTLR_EL1, 0); // EOIR drops the priority and deactivates
    WRITE(ICC_IGRPEN1_EL1, 1);
    ISB();
}

static const struct gic gicv3 = {
    .count = gicv3_count,
    .init_cpu = gicv3_init_cpu,
    .configure = gicv3_configure,
    .mask = gicv3_mask,
    .unmask = gicv3_unmask,
    .acknowledge = gicv3_acknowledge,
    .end = gicv3_end,
    .let_through = gicv3_let_through,
    .send = gicv3_send,
};

const struct gic *gicv3_init(void *distributor, const struct gicv3_redistributors *regions, word_t count)
{
    gicd = distributor;
    kassert(count <= ARRAY_SIZE(region));
    for (nr_regions = 0; nr_regions < count; nr_regions++)
        region[nr_regions] = regions[nr_regions];
    gic_write(gicd, GICD_CTLR, 0);
    wait_for_distributor();
    gic_reset(gicd, GIC_FIRST_SHARED, gic_count(gicd), 1);
    wait_for_distributor();
    gic_write(gicd, GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_GROUP1);
    wait_for_distributor();
    for (word_t i = GIC_FIRST_SHARED; i < gic_count(gicd); i++)
        gic_write64(gicd, GICD_IROUTER + 8 * i, affinity());
    return &gicv3;
}

bool gicv3_enable_lpis(paddr_t properties, paddr_t pending, word_t *processor)
{
    uint32_t type = gic_read(redistributor, GICR_TYPER), control = gic_read(redistributor, GICR_CTLR);
    if (!(type & GICR_TYPER_LPIS) || (control & GICR_CTLR_LPIS))
        return false;
    gic_write64(redistributor, GICR_PROPBASER, properties.raw | GICR_UNCACHED | (GIC_LPI_ID_BITS - 1));
    gic_write64(redistributor, GICR_PENDBASER, pending.raw | GICR_UNCACHED | GICR_PENDBASER_ZERO);
    gic_write(redistributor, GICR_CTLR, control | GICR_CTLR_LPIS);
    DSB(sy);
    *processor = GICR_TYPER_PROCESSOR(type);
    return true;
}
