// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include <kn/proto/layout.h>

#include "ports.h"
#include "wire.h"

void wire_io_ports(struct process *p)
{
    const struct system_process *d = p->description;
    for (unsigned i = 0; i < d->nr_io_ports; i++) {
        struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_IO_PORT, d->io_ports[i].start);
        r->arg = d->io_ports[i].size; // the last port
        r->slot = process_give(p, port_capability(d->io_ports[i].start, d->io_ports[i].size));
    }
}
