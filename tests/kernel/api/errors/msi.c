// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "provoke.h"

#define DEVICE 24

static kn_error_t get_msi(kn_word_t vector, kn_word_t device, kn_cptr_t slot)
{
    kn_word_t address, data;
    return kn_irq_control_get_msi(KN_INIT_CAP_IRQ_CONTROL, vector, device, slot, DEPTH, ROOT, &address, &data);
}

VALID(irq_control_get_msi)
{
    c->irq_control = KN_INIT_CAP_IRQ_CONTROL;
    c->vector = 3;
    c->device = DEVICE;
    c->index = slot_new();
    c->depth = DEPTH;
    c->root = ROOT;
}

ERROR(irq_control_get_msi, vector)
{
    CHECK_ERROR(get_msi(~0ul, DEVICE, slot_new()), RANGE_ERROR);
    kn_word_t highest = error_word(1);
    CHECK_OK(get_msi(highest, DEVICE, slot_new()));
    c->vector = highest + 1;
    expect(1, highest);
}

ERROR(irq_control_get_msi, device)
{
    CHECK_ERROR(get_msi(v->vector, ~0ul, slot_new()), RANGE_ERROR);
    kn_word_t highest = error_word(1);
    CHECK_OK(get_msi(v->vector - 1, highest, slot_new()));
    c->device = highest + 1;
    expect(1, highest);
}

ERROR(irq_control_get_msi, taken) { CHECK_OK(get_msi(v->vector, DEVICE, slot_new())); }
DEST_ERRORS(irq_control_get_msi)
