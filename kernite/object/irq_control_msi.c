// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Message-signalled interrupts (MSI, MSI-X), on architectures whose kernel deals out the vectors. Their handlers are like
// others. The kernel touches no device: who has the device writes address and data into its capability.

#include "arch/api/irq.h"
#include "object/irq_control.h"
#include "object/irq_handler.h"

kerr_t decode_irq_control_get_msi(struct invocation *inv, const struct irq_control_get_msi_args *args,
                                  struct irq_control_get_msi_plan *plan)
{
    if (args->vector >= arch_msi_count())
        return err_range(inv, 0, arch_msi_count() - 1);
    plan->irq = arch_irq_count() + args->vector;
    if (irq_handler_is_taken(plan->irq))
        return err_revoke_first(inv);
    return invocation_lookup_empty_slot(inv, args->root->cap, args->index, args->depth, &plan->dest);
}

kerr_t invoke_irq_control_get_msi(struct invocation *inv, const struct irq_control_get_msi_plan *plan)
{
    word_t address, data;
    irq_control_give(inv, plan->irq, 0, plan->dest);
    arch_msi_message(plan->irq, &address, &data);
    invocation_set_result(inv, 0, address);
    invocation_set_result(inv, 1, data);
    return KERR_OK;
}
