// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Interrupt handlers. See object/irq_handler.c; irq_handler_finalise and irq_handler_interrupt are in core/objects.h.

#include <kernel/invocation_args.h>

#include "syscall/invocation.h"

struct irq_handler_ack_plan {
    word_t irq;
};

struct irq_handler_set_notification_plan {
    word_t irq;
    struct cte *notification; // the caller's slot
};

struct irq_handler_clear_plan {
    word_t irq;
};

// Whether somebody has IRQ's handler capability.
bool irq_handler_is_taken(word_t irq);
// IRQ, which nobody has, gets its handler: configured for TRIGGER (KN_IRQ_TRIGGER_*) and unmasked.
void irq_handler_take(word_t irq, word_t trigger);
// The slot of the notification that IRQ signals; empty: nobody. IRQ < KERNEL_MAX_IRQS. For the invariant checker.
struct cte *irq_handler_slot(word_t irq);

// Ack has no errors.
kerr_t decode_irq_handler_ack(struct invocation *inv, const struct irq_handler_ack_args *args,
                              struct irq_handler_ack_plan *plan);
// The interrupt may come again; one that was missed meanwhile is signalled at once.
kerr_t invoke_irq_handler_ack(struct invocation *inv, const struct irq_handler_ack_plan *plan);

// INVALID_CAPABILITY 1: the notification capability has no WRITE right.
kerr_t decode_irq_handler_set_notification(struct invocation *inv, const struct irq_handler_set_notification_args *args,
                                           struct irq_handler_set_notification_plan *plan);
// The interrupt signals the notification from now on, with the capability's badge. Preemptible, as Clear.
kerr_t invoke_irq_handler_set_notification(struct invocation *inv,
                                           const struct irq_handler_set_notification_plan *plan);

// Clear has no errors.
kerr_t decode_irq_handler_clear(struct invocation *inv, const struct irq_handler_clear_args *args,
                                struct irq_handler_clear_plan *plan);
// The interrupt signals nobody from now on.
kerr_t invoke_irq_handler_clear(struct invocation *inv, const struct irq_handler_clear_plan *plan);
