// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "wire.h"

void wire_io_ports(struct process *p)
{
    (void)p; // there are none on this architecture
}
