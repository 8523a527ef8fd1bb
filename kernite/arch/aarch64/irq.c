// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Interrupts by INTID, through whichever GIC the machine has; messages, where there is an ITS.

#include "arch/api/irq.h"

#include "arch/aarch64/irq.h"
#include "arch/aarch64/kernel_map.h"
#include "arch/aarch64/platform.h"
#include "arch/aarch64/sysreg.h"
#include "debug/log.h"
#include "driver/gic.h"
#include "driver/its.h"

static const struct gic *gic; // [I]
static word_t nr_lines;       // [I]

// Messages are LPIs, and numbered behind all the lines that a GIC can have.
#define FIRST_MESSAGE GIC_FIRST_SPECIAL
static_assert(FIRST_MESSAGE + ITS_NR_VECTORS <= KERNEL_MAX_IRQS, "every interrupt has its object");

static void *device(struct device_region r) { return kernel_map_device((paddr_t){r.base}, r.size); }

void aarch64_irq_init(void)
{
    if (machine.gic_version == 2) {
        gic = gicv2_init(device(machine.gic_distributor), device(machine.gic_cpu));
    } else {
        struct gicv3_redistributors regions[MAX_REDISTRIBUTOR_REGIONS];
        word_t count = 0;
        for (; count < MAX_REDISTRIBUTOR_REGIONS && machine.gic_redistributors[count].size; count++)
            regions[count] = (struct gicv3_redistributors){device(machine.gic_redistributors[count]),
                                                           machine.gic_redistributors[count].size};
        gic = gicv3_init(device(machine.gic_distributor), regions, count);
    }
    nr_lines = gic->count();
    aarch64_irq_init_cpu();
    if (machine.gic_version == 3 && machine.gic_its.size)
        its_init(device(machine.gic_its), (paddr_t){machine.gic_its.base});
}

void aarch64_irq_init_cpu(void)
{
    gic->init_cpu(machine.kernel_timer_irq);
}

word_t arch_irq_count(void) { return nr_lines; }
word_t arch_msi_first(void) { return FIRST_MESSAGE; }
word_t arch_msi_count(void) { return ITS_NR_VECTORS; } // a GICv2m turns messages into lines
bool arch_msi_works(void) { return its_works(); }
word_t arch_msi_device_count(void) { return its_device_count(); }

bool arch_msi_open(word_t irq, word_t device, word_t *address, word_t *data)
{
    return its_map(irq - FIRST_MESSAGE, device, address, data);
}

void arch_msi_close(word_t irq) { its_unmap(irq - FIRST_MESSAGE); }

bool arch_irq_is_user(word_t irq) { return irq >= GIC_FIRST_PRIVATE && irq < nr_lines && irq != machine.kernel_timer_irq; }

// A GIC's inputs are active high or rising edge.
bool arch_irq_trigger_ok(word_t irq, word_t trigger)
{
    (void)irq;
    return !(trigger & ~(word_t)KN_IRQ_TRIGGER_LEVEL);
}

void arch_irq_configure(word_t irq, word_t trigger) { gic->configure(irq, trigger & KN_IRQ_TRIGGER_LEVEL); }
void arch_irq_mask(word_t irq) { gic->mask(irq); }
void arch_irq_unmask(word_t irq) { gic->unmask(irq); }

word_t arch_irq_get(void)
{
    word_t intid = gic->acknowledge();
    if (intid >= GIC_FIRST_SPECIAL)
        return intid < GIC_FIRST_LPI ? IRQ_NONE : FIRST_MESSAGE + (intid - GIC_FIRST_LPI);
    if (intid == machine.kernel_timer_irq)
        return IRQ_KERNEL_TIMER;
    return intid == GIC_IPI ? IRQ_KERNEL_IPI : intid;
}

// Of what is not a line.
NOINLINE static word_t intid_of(word_t irq)
{
    if (irq == IRQ_KERNEL_TIMER)
        return machine.kernel_timer_irq;
    return irq == IRQ_KERNEL_IPI ? GIC_IPI : GIC_FIRST_LPI + (irq - FIRST_MESSAGE);
}

void arch_irq_end(word_t irq) { gic->end(UNLIKELY(irq >= FIRST_MESSAGE) ? intid_of(irq) : irq); }

// The barrier: neither a device nor a system register is written in order with memory. Its other half is in acknowledge.
void arch_ipi_send(word_t cpu)
{
    DSB(ishst);
    gic->send(cpu);
}

// WFI ends by an interrupt that is signalled to the CPU, though it is not taken.
void arch_ipi_wait(void)
{
    gic->let_through(true);
    DSB(sy);
    __asm__ volatile("wfi" : : : "memory");
    if (gic->acknowledge() == GIC_IPI)
        gic->end(GIC_IPI);
    gic->let_through(false);
}

bool arch_irq_pending(void) { return SYSREG_READ(isr_el1) & ISR_IRQ; }
