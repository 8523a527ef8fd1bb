// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: the interrupt controller. Interrupts are numbered as users see them: GSI on x86_64, INTID on aarch64.

#include "core/types.h"

#define IRQ_NONE (~(word_t)0)
#define IRQ_KERNEL_TIMER (~(word_t)1) // arch_irq_get's name for the kernel timer
#define IRQ_KERNEL_IPI (~(word_t)2)   // and for what arch_ipi_send sends

word_t arch_irq_count(void);                          // valid numbers are below; at most KERNEL_MAX_IRQS
bool arch_irq_is_user(word_t irq);                    // exists and is not the kernel's own
bool arch_irq_trigger_ok(word_t irq, word_t trigger); // KN_IRQ_TRIGGER_* flags
void arch_irq_configure(word_t irq, word_t trigger);  // and leave masked
void arch_irq_mask(word_t irq);
void arch_irq_unmask(word_t irq);
word_t arch_irq_get(void);                            // the interrupt being taken, or IRQ_NONE (spurious)
void arch_irq_end(word_t irq);                        // end of interrupt to the controller
bool arch_irq_pending(void);                          // an unmasked interrupt waits for this CPU; IPIs need not count
void arch_ipi_send(word_t cpu);                       // interrupts CPU, another one; what was written before is seen there
// Sleeps until an IPI comes or has come, and takes it; interrupts are off otherwise, and an interrupt other than an IPI may be
// in service. Others keep waiting. May return for nothing.
void arch_ipi_wait(void);


// Message-signalled interrupts are numbered from arch_msi_first() on, behind the others. They are edge-triggered and cannot
// be masked: arch_irq_configure, mask and unmask are not for them.
word_t arch_msi_first(void);        // the same for ever
word_t arch_msi_count(void);
bool arch_msi_works(void);          // this machine has them, and what deals with them has not failed
word_t arch_msi_device_count(void); // valid numbers of devices are below; a PCI function's is its requester ID
// IRQ, which nobody has, is for DEVICE. *ADDRESS and *DATA: what the device writes, and where. False: the hardware has failed.
bool arch_msi_open(word_t irq, word_t device, word_t *address, word_t *data);
void arch_msi_close(word_t irq);    // nobody has it any more

#define KERNEL_MAX_IRQS 1088 // lines of a GIC, and 64 messages
