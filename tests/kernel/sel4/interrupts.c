// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// An interrupt as a notification: the serial line's.

#include "root.h"

void check_interrupts(void)
{
    seL4_IRQHandler handler = new_slot();
    seL4_CPtr notification = make(seL4_NotificationObject, 0), signal = badged(notification, 64);
    seL4_Word badge;
    CHECK_OK(arch_get_serial_irq(handler));
    CHECK(arch_get_serial_irq(new_slot()) == seL4_RevokeFirst);
    CHECK(seL4_IRQHandler_SetNotification(handler, seL4_CapInitThreadTCB) == seL4_InvalidCapability);
    CHECK_OK(seL4_IRQHandler_SetNotification(handler, signal));
    CHECK_OK(seL4_IRQHandler_Ack(handler));
    for (int i = 0; i < 3; i++) {
        arch_raise_serial_irq();
        seL4_Wait(notification, &badge);
        CHECK(badge == 64);
        arch_quiet_serial_irq();
        CHECK_OK(seL4_IRQHandler_Ack(handler));
        seL4_Poll(notification, &badge); // what was under way before it was quiet
    }
    CHECK_OK(seL4_IRQHandler_Clear(handler));
    arch_raise_serial_irq();
    seL4_Poll(notification, &badge);
    CHECK(badge == 0);
    arch_quiet_serial_irq();
    CHECK_OK(seL4_CNode_Delete(ROOT, handler, DEPTH)); // with its last capability the interrupt is free again
    CHECK_OK(arch_get_serial_irq(handler));
}
