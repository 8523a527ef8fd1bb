// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// IOPortControl and IOPort, with ports of the PC's clock chip.

#include "provoke.h"

#define FIRST 0x70 // index and data
#define LAST 0x73  // the same of its second bank
#define KERNEL_PORT 0x20

static kn_cptr_t issue(void)
{
    kn_cptr_t ports = slot_new();
    CHECK_OK(kn_io_port_control_issue(KN_INIT_CAP_IO_PORT_CONTROL, FIRST, LAST, ports, DEPTH, ROOT));
    return ports;
}

VALID(io_port_control_issue)
{
    c->io_port_control = KN_INIT_CAP_IO_PORT_CONTROL;
    c->first = FIRST;
    c->last = LAST;
    c->index = slot_new();
    c->depth = DEPTH;
    c->root = ROOT;
}

ERROR(io_port_control_issue, empty) { c->last = 0; }
ERROR(io_port_control_issue, kernel_port) { c->first = KERNEL_PORT; }
ERROR(io_port_control_issue, taken) { issue(); }
DEST_ERRORS(io_port_control_issue)

// A valid access, and one whose last byte is outside.
#define PORT_METHOD(method, nr_bytes)                                                                                  \
    VALID(method)                                                                                                      \
    {                                                                                                                  \
        c->io_port = issue();                                                                                          \
        c->port = FIRST;                                                                                               \
    }                                                                                                                  \
    ERROR(method, port) { c->port = LAST + 2 - (nr_bytes); }

PORT_METHOD(io_port_in8, 1)
PORT_METHOD(io_port_in16, 2)
PORT_METHOD(io_port_in32, 4)
PORT_METHOD(io_port_out8, 1)
PORT_METHOD(io_port_out16, 2)
PORT_METHOD(io_port_out32, 4)
