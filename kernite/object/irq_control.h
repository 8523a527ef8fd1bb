// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The authority to make interrupt handlers. See object/irq_control.c.

#include <kernel/invocation_args.h>

#include "syscall/invocation.h"

struct irq_control_get_plan {
    word_t irq;
    word_t trigger;   // KN_IRQ_TRIGGER_*
    struct cte *dest; // empty slot for the handler capability
};

// RANGE_ERROR: no such interrupt. INVALID_ARGUMENT 0: it is not for users, 1: it cannot have that trigger. REVOKE_FIRST:
// somebody has it. Then the errors of the slot.
kerr_t decode_irq_control_get(struct invocation *inv, const struct irq_control_get_args *args,
                              struct irq_control_get_plan *plan);
// Makes the handler capability, derived from the IRQControl capability. The interrupt is unmasked and signals nobody yet.
kerr_t invoke_irq_control_get(struct invocation *inv, const struct irq_control_get_plan *plan);

struct irq_control_get_msi_plan {
    word_t irq;
    word_t device;    // that is to send it
    struct cte *dest; // empty slot for the handler capability
};

// ILLEGAL_OPERATION: the machine has none that work. RANGE_ERROR: no such vector; no such device. REVOKE_FIRST: somebody has
// it. Then the errors of the slot.
kerr_t decode_irq_control_get_msi(struct invocation *inv, const struct irq_control_get_msi_args *args,
                                  struct irq_control_get_msi_plan *plan);
// Makes the handler capability, derived from the IRQControl capability, and tells what the device has to write.
// ILLEGAL_OPERATION, with nothing changed: the hardware fails just now.
kerr_t invoke_irq_control_get_msi(struct invocation *inv, const struct irq_control_get_msi_plan *plan);
