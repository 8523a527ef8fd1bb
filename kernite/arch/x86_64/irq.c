// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Interrupt n is vector 48 + n, and goes to the boot CPU: first the GSIs, then the messages (MSI). The vector in service
// is kept per CPU from the entry to the end of the interrupt.

#include "irq.h"

#include <machine/instructions.h>

#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/entry.h"
#include "driver/ioapic.h"
#include "driver/lapic.h"
#include "driver/pic.h"

#define NR_IRQS (VECTOR_TIMER - VECTOR_FIRST_GSI)
#define MIN_MSIS 64 // vectors that no I/O APIC gets
#define MAX_GSIS (NR_IRQS - MIN_MSIS)
#define MESSAGE_ADDRESS 0xfee00000 // of the local APICs; fixed delivery, edge
#define MESSAGE_DESTINATION_SHIFT 12
static_assert(NR_IRQS <= KERNEL_MAX_IRQS, "every interrupt has its object");

static word_t taken[KERNEL_MAX_CPUS]; // [c] vector of the interrupt being taken
static word_t nr_gsis;                // [I]
static word_t vector_words = BIT(VECTOR_TIMER / 32); // [k] bit w: a vector in [32 w, 32 w + 32) has been in use

uint8_t x86_64_lapic_ids[KERNEL_MAX_CPUS];

void x86_64_irq_init_cpu(const struct acpi_info *acpi) { lapic_init(acpi->lapic, VECTOR_TIMER, VECTOR_SPURIOUS); }

void x86_64_irq_init(const struct acpi_info *acpi)
{
    pic_disable(VECTOR_PIC);
    x86_64_irq_init_cpu(acpi);
    x86_64_lapic_ids[0] = lapic_id();
    for (word_t i = 0; i < acpi->nr_ioapics; i++) {
        word_t end = ioapic_add(acpi->ioapic[i].address, acpi->ioapic[i].first_gsi, MAX_GSIS);
        if (end > nr_gsis)
            nr_gsis = end;
    }
}

void x86_64_irq_taken(word_t vector) { taken[this_cpu()->id] = vector; }

word_t arch_irq_count(void) { return nr_gsis; }
bool arch_irq_is_user(word_t irq) { return ioapic_has(irq); }

bool arch_irq_trigger_ok(word_t irq, word_t trigger)
{
    (void)irq;
    return (trigger & ~(word_t)(KN_IRQ_TRIGGER_LEVEL | KN_IRQ_TRIGGER_ACTIVE_LOW)) == 0;
}

word_t arch_msi_first(void) { return nr_gsis; }
word_t arch_msi_count(void) { return NR_IRQS - nr_gsis; }
bool arch_msi_works(void) { return true; }
word_t arch_msi_device_count(void) { return BIT(16); }

// Any device may send it.
bool arch_msi_open(word_t irq, word_t device, word_t *address, word_t *data)
{
    (void)device;
    vector_words |= BIT((VECTOR_FIRST_GSI + irq) / 32);
    *address = MESSAGE_ADDRESS | (word_t)x86_64_lapic_ids[0] << MESSAGE_DESTINATION_SHIFT;
    *data = VECTOR_FIRST_GSI + irq;
    return true;
}

void arch_msi_close(word_t irq) { (void)irq; }

void arch_irq_configure(word_t irq, word_t trigger)
{
    vector_words |= BIT((VECTOR_FIRST_GSI + irq) / 32);
    ioapic_configure(irq, (uint8_t)(VECTOR_FIRST_GSI + irq), trigger & KN_IRQ_TRIGGER_LEVEL,
                     trigger & KN_IRQ_TRIGGER_ACTIVE_LOW, x86_64_lapic_ids[0]);
}

void arch_irq_mask(word_t irq) { ioapic_set_masked(irq, true); }
void arch_irq_unmask(word_t irq) { ioapic_set_masked(irq, false); }

word_t arch_irq_get(void)
{
    word_t vector = taken[this_cpu()->id];
    if (vector == VECTOR_TIMER)
        return IRQ_KERNEL_TIMER;
    if (vector == VECTOR_IPI)
        return IRQ_KERNEL_IPI;
    if (vector >= VECTOR_FIRST_GSI && vector < VECTOR_TIMER)
        return vector - VECTOR_FIRST_GSI;
    return IRQ_NONE; // spurious: no end of interrupt
}

void arch_irq_end(word_t irq)
{
    if (irq != IRQ_NONE)
        lapic_end_of_interrupt();
}

void arch_ipi_send(word_t cpu) { lapic_send(x86_64_lapic_ids[cpu], VECTOR_IPI); }

// The task priority keeps all others back, even those that are less urgent than the one in service.
void arch_ipi_wait(void)
{
    x86_64_write_cr8((VECTOR_IPI >> 4) - 1);
    if (x86_64_wait_for_interrupt() == VECTOR_IPI)
        lapic_end_of_interrupt();
    x86_64_write_cr8(0);
}

bool arch_irq_pending(void) { return lapic_is_pending(vector_words); }
