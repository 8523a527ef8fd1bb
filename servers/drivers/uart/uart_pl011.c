// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// PL011. Source: Arm PrimeCell UART (PL011) technical reference manual, DDI 0183. Its interrupt is level-triggered. The
// receive interrupts are never cleared by hand, only by reading the FIFO empty: clearing one while bytes are left would
// silence them.

#include "device.h"

#include <stdint.h>

#include "trona/startup.h"

#define DR 0x00
#define FR 0x18
#define LCR_H 0x2c
#define CR 0x30
#define IFLS 0x34
#define IMSC 0x38
#define MIS 0x40
#define ICR 0x44

#define FR_RECEIVE_EMPTY 0x10u
#define FR_SEND_FULL 0x20u
#define LCR_H_8N1_FIFO 0x70u
#define CR_ENABLE_RX_TX 0x301u
#define INT_RECEIVE 0x10u
#define INT_SEND 0x20u
#define INT_RECEIVE_TIMEOUT 0x40u

static volatile uint32_t *registers;
static uint32_t interrupts; // what IMSC holds

static uint32_t read_register(unsigned offset) { return registers[offset / 4]; }

static void write_register(unsigned offset, uint32_t value) { registers[offset / 4] = value; }

static const struct kn_layout_resource *find_device(void)
{
    for (const struct kn_layout_resource *r = trona_startup_page()->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_DEVICE)
            return r;
    return trona_resource(KN_LAYOUT_RESOURCE_DEVICE, 0); // ends with a message
}

void device_init(void)
{
    registers = (volatile uint32_t *)find_device()->vaddr;
    write_register(IMSC, 0);
    write_register(LCR_H, LCR_H_8N1_FIFO);
    write_register(IFLS, 0); // interrupt at the first eighth
    write_register(CR, CR_ENABLE_RX_TX);
}

bool device_receive(unsigned char *byte)
{
    if (read_register(FR) & FR_RECEIVE_EMPTY)
        return false;
    *byte = (unsigned char)read_register(DR); // the upper bits tell errors
    return true;
}

// The send interrupt comes when the FIFO drains to its mark, which is not empty; so "sent" is "has room" here. An old
// interrupt may still be latched: it is cleared before the last look.
bool device_has_sent(void)
{
    if (!(read_register(FR) & FR_SEND_FULL))
        return true;
    write_register(ICR, INT_SEND);
    return !(read_register(FR) & FR_SEND_FULL);
}

size_t device_send(const unsigned char *data, size_t n)
{
    size_t i = 0;
    do
        write_register(DR, data[i++]);
    while (i < n && !(read_register(FR) & FR_SEND_FULL));
    return i;
}

void device_listen(bool receive, bool send)
{
    uint32_t wanted = (receive ? INT_RECEIVE | INT_RECEIVE_TIMEOUT : 0) | (send ? INT_SEND : 0);
    if (wanted != interrupts)
        write_register(IMSC, wanted);
    interrupts = wanted;
}

bool device_is_pending(void) { return read_register(MIS) != 0; }
