// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Interrupt handlers' slots: outside every CNode, but in the derivation list.

#include "arch/api/irq.h"
#include "debug/check_private.h"
#include "object/irq_handler.h"

word_t check_irqs(void)
{
    for (word_t irq = 0; irq < arch_msi_first() + arch_msi_count(); irq++) {
        struct cte *s = irq_handler_slot(irq);
        if (cte_is_empty(s))
            continue;
        CHECK(irq_handler_is_taken(irq), CHECK_IRQ, s, "an interrupt without handler signals a notification");
        CHECK(cap_type(s->cap) == KN_CAP_TYPE_NOTIFICATION, CHECK_IRQ, s, "an interrupt signals something else");
        bool is_ending = cap_rights(s->cap) == 0;
        CHECK(is_ending || (cap_rights(s->cap) & KN_RIGHTS_WRITE), CHECK_IRQ, s, "an interrupt signals without the right to");
    }
    return CHECK_OK;
}
