// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// A machine without interrupt translation service (ITS): a GICv3 without one, or a GICv2.

#include <arch.h>

#include "env.h"

// There are no vectors: GetMSI is ILLEGAL_OPERATION, whatever else is wrong.
TEST(machine_no_its_get_msi)
{
    kn_word_t address, data;
    kn_cptr_t slot = slot_new();
    CHECK_ERROR(kn_irq_control_get_msi(KN_INIT_CAP_IRQ_CONTROL, 0, 0, slot, DEPTH, ROOT, &address, &data),
                ILLEGAL_OPERATION);
    CHECK_ERROR(kn_irq_control_get_msi(KN_INIT_CAP_IRQ_CONTROL, ~0ul, ~0ul, slot, DEPTH, ROOT, &address, &data),
                ILLEGAL_OPERATION);
    CHECK(slot_is_empty(slot));
}
