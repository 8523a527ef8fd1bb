// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Interrupt handlers: an interrupt as an object that signals a notification. The objects are the kernel's own, one an
// interrupt; IRQControl_Get makes the first capability of one, and the last one's end frees it.
//
// States, and what moves between them:
//
//   FREE     nobody has it; masked
//   READY    Get or Ack: it may come
//   WAITING  it came and was signalled; Ack leads back to READY
//   MISSED   an edge that came in WAITING; masked. Ack signals it and leads to WAITING
//
// A level-triggered interrupt is masked in WAITING, for it would come again at once. An edge-triggered one is not: an
// edge on a masked line is lost in some controllers (82093AA). So no edge is lost, and there are at most two interrupts
// an Ack, however fast a device makes them. Edges that come together are one signal, as bits of a notification are.
// A message (MSI) is an edge that cannot be masked: more of them in MISSED are taken and forgotten.
//
// The notification may go with the handler's capability for it, and have many waiters: what empties the slot is
// preemptible. Until it is empty everything stays as it was, also when the handler's own end is interrupted; whoever
// uses the handler meanwhile holds the capability that is being deleted.
//
// I1  The slot of an interrupt is empty or holds a notification capability with the WRITE right, or with no right, when it
//     is being deleted (core/deletion.c); FREE: it is empty.
// I2  A line is masked exactly in FREE, MISSED, and level-triggered in WAITING.

#include "object/irq_handler.h"

#include "arch/api/irq.h"
#include "arch/api/mmu.h"
#include "core/objects.h"
#include "debug/log.h"
#include "object/notification.h"

enum irq_state { IRQ_FREE = 0, IRQ_READY, IRQ_WAITING, IRQ_MISSED };

struct irq {
    unsigned char state; // [k] enum irq_state
    bool is_level;       // [k]
};

static struct irq irqs[KERNEL_MAX_IRQS];
static struct cte slots[KERNEL_MAX_IRQS]; // [k] I1

static bool is_message(word_t irq) { return irq >= arch_msi_first(); }
bool irq_handler_is_taken(word_t irq) { return irqs[irq].state != IRQ_FREE; }
struct cte *irq_handler_slot(word_t irq) { return &slots[irq]; }

void irq_handler_take(word_t irq, word_t trigger)
{
    kassert(irqs[irq].state == IRQ_FREE && cte_is_empty(&slots[irq]));
    irqs[irq] = (struct irq){IRQ_READY, trigger & KN_IRQ_TRIGGER_LEVEL};
    if (is_message(irq))
        return;
    arch_irq_configure(irq, trigger);
    arch_irq_unmask(irq);
}

kerr_t irq_handler_finalise(word_t irq)
{
    kerr_t status = cap_delete(&slots[irq]);
    if (status != KERR_OK)
        return status;
    if (is_message(irq))
        arch_msi_close(irq);
    else
        arch_irq_mask(irq);
    irqs[irq].state = IRQ_FREE;
    return KERR_OK;
}

ALWAYS_INLINE static void signal(word_t irq)
{
    struct cap cap = slots[irq].cap;
    irqs[irq].state = IRQ_WAITING;
    if (!cap_is_null(cap))
        notification_signal(cap_object(cap), cap_badge(cap));
}

// IRQ comes when nobody has acknowledged the one before, or nobody has it any more.
NOINLINE static void miss(word_t irq)
{
    if (irqs[irq].is_level)
        return;
    if (!is_message(irq))
        arch_irq_mask(irq);
    if (irqs[irq].state == IRQ_WAITING)
        irqs[irq].state = IRQ_MISSED;
}

void irq_handler_interrupt(word_t irq)
{
    kassert(irq < KERNEL_MAX_IRQS);
    struct irq *i = &irqs[irq];
    if (i->is_level)
        arch_irq_mask(irq);
    if (UNLIKELY(i->state != IRQ_READY))
        miss(irq);
    else
        signal(irq);
}

kerr_t decode_irq_handler_ack(struct invocation *inv, const struct irq_handler_ack_args *args,
                              struct irq_handler_ack_plan *plan)
{
    (void)args;
    plan->irq = inv->cap.w[1];
    return KERR_OK;
}

kerr_t invoke_irq_handler_ack(struct invocation *inv, const struct irq_handler_ack_plan *plan)
{
    (void)inv;
    struct irq *i = &irqs[plan->irq];
    bool was_missed = i->state == IRQ_MISSED;
    i->state = IRQ_READY;
    if (i->is_level || (was_missed && !is_message(plan->irq)))
        arch_irq_unmask(plan->irq);
    if (was_missed) // behind the unmask, so that an edge in between is either this signal or another interrupt
        signal(plan->irq);
    return KERR_OK;
}

kerr_t decode_irq_handler_set_notification(struct invocation *inv, const struct irq_handler_set_notification_args *args,
                                           struct irq_handler_set_notification_plan *plan)
{
    if (!(cap_rights(args->notification->cap) & KN_RIGHTS_WRITE))
        return err_capability(inv, 1);
    plan->irq = inv->cap.w[1];
    plan->notification = args->notification;
    return KERR_OK;
}

kerr_t invoke_irq_handler_set_notification(struct invocation *inv, const struct irq_handler_set_notification_plan *plan)
{
    (void)inv;
    kerr_t status = cap_delete(&slots[plan->irq]);
    if (status == KERR_OK)
        cdt_insert(plan->notification->cap, plan->notification, &slots[plan->irq]);
    return status;
}

kerr_t decode_irq_handler_clear(struct invocation *inv, const struct irq_handler_clear_args *args,
                                struct irq_handler_clear_plan *plan)
{
    (void)args;
    plan->irq = inv->cap.w[1];
    return KERR_OK;
}

kerr_t invoke_irq_handler_clear(struct invocation *inv, const struct irq_handler_clear_plan *plan)
{
    (void)inv;
    return cap_delete(&slots[plan->irq]);
}
