// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// IRQControl: one capability, made at boot, never copied. It has no object and no state of its own; what it has given
// out is known to the handlers (object/irq_handler.c).
//
// Handlers of message-signalled interrupts (MSI, MSI-X) are like others. The kernel touches no device: who has the device
// writes address and data into its capability.
//
// I1  An interrupt has handler capabilities exactly while irq_handler_is_taken; all are descendants of IRQControl.

#include "object/irq_control.h"

#include "arch/api/irq.h"
#include "object/irq_handler.h"

kerr_t decode_irq_control_get(struct invocation *inv, const struct irq_control_get_args *args,
                              struct irq_control_get_plan *plan)
{
    if (args->irq >= arch_irq_count())
        return err_range(inv, 0, arch_irq_count() - 1);
    if (!arch_irq_is_user(args->irq))
        return err_argument(inv, 0);
    if (!arch_irq_trigger_ok(args->irq, args->trigger))
        return err_argument(inv, 1);
    if (irq_handler_is_taken(args->irq))
        return err_revoke_first(inv);
    plan->irq = args->irq;
    plan->trigger = args->trigger;
    return invocation_lookup_empty_slot(inv, args->root->cap, args->index, args->depth, &plan->dest);
}

// IRQ, which nobody has, gets its handler capability in DEST, derived from the capability invoked.
static void give(struct invocation *inv, word_t irq, word_t trigger, struct cte *dest)
{
    irq_handler_take(irq, trigger);
    cdt_insert(cap_new(KN_CAP_TYPE_IRQ_HANDLER, (paddr_t){0}, irq), inv->slot, dest);
}

kerr_t invoke_irq_control_get(struct invocation *inv, const struct irq_control_get_plan *plan)
{
    give(inv, plan->irq, plan->trigger, plan->dest);
    return KERR_OK;
}

kerr_t decode_irq_control_get_msi(struct invocation *inv, const struct irq_control_get_msi_args *args,
                                  struct irq_control_get_msi_plan *plan)
{
    if (!arch_msi_works())
        return err_illegal(inv);
    if (args->vector >= arch_msi_count())
        return err_range(inv, 0, arch_msi_count() - 1);
    if (args->device >= arch_msi_device_count())
        return err_range(inv, 0, arch_msi_device_count() - 1);
    plan->irq = arch_msi_first() + args->vector;
    plan->device = args->device;
    if (irq_handler_is_taken(plan->irq))
        return err_revoke_first(inv);
    return invocation_lookup_empty_slot(inv, args->root->cap, args->index, args->depth, &plan->dest);
}

kerr_t invoke_irq_control_get_msi(struct invocation *inv, const struct irq_control_get_msi_plan *plan)
{
    word_t address, data;
    if (!arch_msi_open(plan->irq, plan->device, &address, &data))
        return err_illegal(inv); // broken hardware: arch_msi_works is over, and nothing has changed
    give(inv, plan->irq, 0, plan->dest);
    invocation_set_result(inv, 0, address);
    invocation_set_result(inv, 1, data);
    return KERR_OK;
}
