// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "arch/host/host.h"
#include "core/smp.h"
#include "debug/log.h"

static bool is_message(word_t irq) { return irq >= HOST_NR_IRQS; }

static bool is_deliverable(const struct host_irq *q)
{
    if (is_message((word_t)(q - host.irq)))
        return q->is_pending && !q->is_in_service;
    return q->is_configured && q->is_unmasked && !q->is_in_service &&
           (q->is_pending || ((q->trigger & KN_IRQ_TRIGGER_LEVEL) && q->is_line_high));
}

static bool timer_fires(void) { return host.cpu[host_cpu].is_timer_armed && host.cpu[host_cpu].deadline <= host.now; }

void arch_ipi_send(word_t cpu) { host.cpu[cpu].is_ipi_pending = true; }

void host_run_others(void)
{
    word_t caller = host_cpu;
    for (host_cpu = 0; host_cpu < host.nr_cpus; host_cpu++) {
        if (host_cpu == caller || !host.cpu[host_cpu].is_ipi_pending)
            continue;
        host.cpu[host_cpu].is_ipi_pending = false;
        host.cpu[host_cpu].is_entry_due |= smp_serve();
    }
    host_cpu = caller;
    if (host.while_waiting)
        host.while_waiting();
}

void arch_ipi_wait(void)
{
    if (!host.cpu[host_cpu].is_ipi_pending)
        host_run_others();
    host.cpu[host_cpu].is_ipi_pending = false;
}

word_t arch_irq_count(void) { return HOST_NR_IRQS; }
bool arch_irq_is_user(word_t irq) { return irq < HOST_NR_IRQS && irq != HOST_IRQ_KERNEL; }
bool arch_irq_trigger_ok(word_t irq, word_t trigger)
{
    (void)irq;
    return (trigger & ~(word_t)(KN_IRQ_TRIGGER_LEVEL | KN_IRQ_TRIGGER_ACTIVE_LOW)) == 0;
}

word_t arch_msi_first(void) { return HOST_NR_IRQS; }
word_t arch_msi_count(void) { return HOST_NR_MSIS; }
bool arch_msi_works(void) { return host.msi != HOST_MSI_FAILED; }
word_t arch_msi_device_count(void) { return BIT(16); }

// Any device may send it.
bool arch_msi_open(word_t irq, word_t device, word_t *address, word_t *data)
{
    (void)device;
    kassert(is_message(irq) && !host.irq[irq].is_configured);
    if (host.msi == HOST_MSI_FAILS)
        host.msi = HOST_MSI_FAILED;
    host.irq[irq].is_configured = host.msi == HOST_MSI_WORKS;
    *address = HOST_MSI_ADDRESS;
    *data = irq;
    return host.msi == HOST_MSI_WORKS;
}

void arch_msi_close(word_t irq)
{
    kassert(is_message(irq) && host.irq[irq].is_configured);
    host.irq[irq].is_configured = false;
}

void arch_irq_configure(word_t irq, word_t trigger)
{
    kassert(!is_message(irq));
    host.irq[irq].is_configured = true;
    host.irq[irq].is_unmasked = false;
    host.irq[irq].trigger = trigger;
}

static void set_unmasked(word_t irq, bool is_unmasked)
{
    kassert(!is_message(irq));
    host.irq[irq].is_unmasked = is_unmasked;
}

void arch_irq_mask(word_t irq) { set_unmasked(irq, false); }
void arch_irq_unmask(word_t irq) { set_unmasked(irq, true); }

word_t arch_irq_get(void)
{
    if (host.cpu[host_cpu].is_ipi_pending) {
        host.cpu[host_cpu].is_ipi_pending = false;
        return IRQ_KERNEL_IPI;
    }
    host.cpu[host_cpu].is_entry_due = false;
    if (timer_fires())
        return IRQ_KERNEL_TIMER;
    for (word_t i = 0; i < HOST_NR_IRQS + HOST_NR_MSIS; i++) {
        if (host_cpu == 0 && is_deliverable(&host.irq[i])) {
            host.irq[i].is_pending = false;
            host.irq[i].is_in_service = true;
            return i;
        }
    }
    return IRQ_NONE;
}

void arch_irq_end(word_t irq)
{
    if (irq < HOST_NR_IRQS + HOST_NR_MSIS)
        host.irq[irq].is_in_service = false;
}

bool host_interrupt_waits(void)
{
    if (timer_fires() || host.cpu[host_cpu].is_ipi_pending || host.cpu[host_cpu].is_entry_due)
        return true;
    for (word_t i = 0; host_cpu == 0 && i < HOST_NR_IRQS + HOST_NR_MSIS; i++) {
        if (is_deliverable(&host.irq[i]))
            return true;
    }
    return false;
}

void host_irq_set_line(word_t irq, bool is_high)
{
    if (is_high && !host.irq[irq].is_line_high && !(host.irq[irq].trigger & KN_IRQ_TRIGGER_LEVEL))
        host.irq[irq].is_pending = true;
    host.irq[irq].is_line_high = is_high;
}

void host_irq_pulse(word_t irq)
{
    host_irq_set_line(irq, true);
    host_irq_set_line(irq, false);
}

bool arch_irq_pending(void)
{
    host.nr_asked++;
    if (host.pulse_countdown > 0 && --host.pulse_countdown == 0)
        host_irq_pulse(host.pulse_irq);
    if (host.nr_forced > 0) {
        host.nr_forced--;
        return true;
    }
    return host_interrupt_waits();
}

void host_msi_write(word_t address, word_t data)
{
    if (address == HOST_MSI_ADDRESS && data >= HOST_NR_IRQS && data < HOST_NR_IRQS + HOST_NR_MSIS)
        host.irq[data].is_pending = true;
}
