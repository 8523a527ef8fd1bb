// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Interrupt handlers. How their capabilities are made depends on the architecture: <arch>.h.

#include "constants.h"

static inline seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler service) { return kn_irq_handler_ack(service); }
static inline seL4_Error seL4_IRQHandler_Clear(seL4_IRQHandler service) { return kn_irq_handler_clear(service); }

static inline seL4_Error seL4_IRQHandler_SetNotification(seL4_IRQHandler service, seL4_CPtr notification)
{
    return kn_irq_handler_set_notification(service, notification);
}
