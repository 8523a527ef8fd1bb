// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The authority to make interrupt handlers. See object/irq_control.c.

#include <kernel/invocation_args.h>

#include "syscall/invocation.h"

struct irq_control_get_msi_args; // of architectures whose kernel deals out messages

// IRQ, which nobody has, gets its handler capability in DEST, derived from the capability invoked.
void irq_control_give(struct invocation *inv, word_t irq, word_t trigger, struct cte *dest);

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
    struct cte *dest; // empty slot for the handler capability
};

// RANGE_ERROR: no such vector. REVOKE_FIRST: somebody has it. Then the errors of the slot.
kerr_t decode_irq_control_get_msi(struct invocation *inv, const struct irq_control_get_msi_args *args,
                                  struct irq_control_get_msi_plan *plan);
// Makes the handler capability, derived from the IRQControl capability, and tells what a device has to write.
kerr_t invoke_irq_control_get_msi(struct invocation *inv, const struct irq_control_get_msi_plan *plan);
