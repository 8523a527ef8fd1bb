// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "ports.h"

#include <kn/stubs.h>

#include "die.h"
#include "objects.h"

#define MAX_PORTS 16

static struct {
    kn_word_t first, last;
    kn_cptr_t slot;
} ports[MAX_PORTS];
static unsigned nr_ports;

kn_cptr_t port_capability(kn_word_t first, kn_word_t last)
{
    for (unsigned i = 0; i < nr_ports; i++)
        if (ports[i].first == first && ports[i].last == last)
            return ports[i].slot;
    kn_cptr_t slot = slots_take(1);
    kn_error_t error = kn_io_port_control_issue(KN_INIT_CAP_IO_PORT_CONTROL, first, last, slot, KN_WORD_BITS, KN_INIT_CAP_CNODE);
    if (error != KN_ERROR_NONE || nr_ports == MAX_PORTS)
        init_die("the I/O ports 0x%lx to 0x%lx cannot be had (error %ld)", first, last, (long)error);
    ports[nr_ports].first = first;
    ports[nr_ports].last = last;
    ports[nr_ports].slot = slot;
    return ports[nr_ports++].slot;
}
