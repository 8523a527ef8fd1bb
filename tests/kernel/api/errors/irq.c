// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// IRQControl and IRQHandler, with the serial line's interrupt.

#include "../console.h"
#include "provoke.h"

#define KERNEL_TIMER 27 // aarch64: INTID of the virtual timer

static kn_error_t get_handler(kn_word_t irq, kn_cptr_t slot)
{
    return kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, irq, serial_irq_trigger, slot, DEPTH, ROOT);
}

VALID(irq_control_get)
{
    serial_quiet_irq();
    c->irq_control = KN_INIT_CAP_IRQ_CONTROL;
    c->irq = serial_irq;
    c->trigger = serial_irq_trigger;
    c->index = slot_new();
    c->depth = DEPTH;
    c->root = ROOT;
}

ERROR(irq_control_get, irq)
{
    CHECK_ERROR(get_handler(~0ul, slot_new()), RANGE_ERROR);
    kn_word_t highest = error_word(1);
    CHECK_OK(get_handler(highest, slot_new()));
    c->irq = highest + 1;
    expect(1, highest);
}

ERROR(irq_control_get, kernel_irq) { c->irq = KERNEL_TIMER; }
ERROR(irq_control_get, trigger) { c->trigger = KN_IRQ_TRIGGER_MASK + 1; }
ERROR(irq_control_get, taken) { CHECK_OK(get_handler(v->irq, slot_new())); }
DEST_ERRORS(irq_control_get)

VALID(irq_handler_set_notification)
{
    serial_quiet_irq();
    c->irq_handler = slot_new();
    CHECK_OK(get_handler(serial_irq, c->irq_handler));
    c->notification = make_notification();
}

ERROR(irq_handler_set_notification, no_write) { c->notification = with_rights(v->notification, KN_RIGHTS_READ); }
