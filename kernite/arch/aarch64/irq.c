// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Interrupts by INTID, through whichever GIC the machine has.

#include "arch/api/irq.h"

#include "arch/aarch64/irq.h"
#include "arch/aarch64/kernel_map.h"
#include "arch/aarch64/platform.h"
#include "arch/aarch64/sysreg.h"
#include "debug/log.h"
#include "driver/gic.h"

static const struct gic *gic; // [I]

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
    aarch64_irq_init_cpu();
}

void aarch64_irq_init_cpu(void)
{
    gic->init_cpu(machine.kernel_timer_irq);
}

word_t arch_irq_count(void) { return gic->count(); }
word_t arch_msi_count(void) { return 0; } // a GICv2m turns messages into INTIDs

bool arch_irq_is_user(word_t irq)
{
    return irq >= GIC_FIRST_PRIVATE && irq < gic->count() && irq != machine.kernel_timer_irq;
}

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
        return IRQ_NONE;
    if (intid == machine.kernel_timer_irq)
        return IRQ_KERNEL_TIMER;
    return intid == GIC_IPI ? IRQ_KERNEL_IPI : intid;
}

void arch_irq_end(word_t irq)
{
    if (irq == IRQ_KERNEL_TIMER)
        irq = machine.kernel_timer_irq;
    gic->end(irq == IRQ_KERNEL_IPI ? GIC_IPI : irq);
}

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
