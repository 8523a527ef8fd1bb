// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// PL031, a counter of seconds. Source: Arm PrimeCell real time clock (PL031), DDI 0224.

#include "rtc.h"

#include "trona/startup.h"

#define DR 0x00

static volatile uint32_t *registers;

void rtc_init(void)
{
    for (const struct kn_layout_resource *r = trona_startup_page()->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_DEVICE)
            registers = (volatile uint32_t *)r->vaddr;
    if (!registers)
        trona_resource(KN_LAYOUT_RESOURCE_DEVICE, 0); // ends with a message
}

long rtc_read(uint64_t *seconds)
{
    *seconds = registers[DR / 4];
    return 0;
}
