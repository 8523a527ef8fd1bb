// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// 16550 at COM1. Source: National Semiconductor PC16550D data sheet. Its interrupt is edge-triggered at the I/O APIC, so
// after an interrupt all causes must have been seen to be gone (device_is_pending) before the next edge can come.

#include "device.h"

#include <kn/stubs.h>

#include "trona/startup.h"

#define FIRST_PORT 0x3f8
#define FIFO_SIZE 16

// Registers, from the first port.
#define RBR_THR 0
#define IER 1
#define IIR_FCR 2
#define LCR 3
#define MCR 4
#define LSR 5

#define IER_RECEIVE 1
#define IER_SEND 2
#define IIR_NONE 1 // no interrupt pending
#define FCR_ENABLE 1
#define LCR_8N1 3
#define LCR_DLAB 0x80
#define MCR_DTR_RTS_OUT2 0x0b // on a PC, OUT2 lets the interrupt through
#define LSR_DATA 1
#define LSR_THR_EMPTY 0x20

static kn_cptr_t ports;
static kn_word_t first_port;
static unsigned interrupts; // what IER holds

static unsigned read_register(unsigned reg)
{
    kn_word_t value = 0;
    kn_io_port_in8(ports, first_port + reg, &value);
    return (unsigned)value;
}

static void write_register(unsigned reg, unsigned value) { kn_io_port_out8(ports, first_port + reg, value); }

void device_init(void)
{
    const struct kn_layout_resource *r = trona_resource(KN_LAYOUT_RESOURCE_IO_PORT, FIRST_PORT);
    ports = r->slot;
    first_port = r->id;
    write_register(IER, 0);
    write_register(LCR, LCR_8N1 | LCR_DLAB);
    write_register(RBR_THR, 1); // divisor 1: 115200 baud
    write_register(IER, 0);
    write_register(LCR, LCR_8N1);
    write_register(IIR_FCR, FCR_ENABLE); // receive interrupt at the first byte; FIFOs that were on keep their bytes
    write_register(MCR, MCR_DTR_RTS_OUT2);
}

bool device_receive(unsigned char *byte)
{
    if (!(read_register(LSR) & LSR_DATA))
        return false;
    *byte = (unsigned char)read_register(RBR_THR);
    return true;
}

// The last byte may still be in the shift register; the device has no interrupt for its end.
bool device_has_sent(void) { return read_register(LSR) & LSR_THR_EMPTY; }

size_t device_send(const unsigned char *data, size_t n)
{
    size_t room = n < FIFO_SIZE ? n : FIFO_SIZE;
    for (size_t i = 0; i < room; i++)
        write_register(RBR_THR, data[i]);
    return room;
}

void device_listen(bool receive, bool send)
{
    unsigned wanted = (receive ? IER_RECEIVE : 0) | (send ? IER_SEND : 0);
    if (wanted != interrupts)
        write_register(IER, wanted);
    interrupts = wanted;
}

bool device_is_pending(void) { return !(read_register(IIR_FCR) & IIR_NONE); }
