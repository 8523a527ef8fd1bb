// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Connections between processes: who may call, signal, share memory with whom; devices; the archive; logs.

#include "process.h"

// Makes the memory that processes share. Before wire_process.
void wire_make_shared(void);
// Gives P everything its description lists. All processes have been made; KERNEL_LOG: frames of the kernel's log ring.
void wire_process(struct process *p, struct process *all, unsigned count, const struct kn_boot_info *boot);
// Gives P the rest of memory. Last, when init needs no more.
void wire_memory(struct process *p, const struct kn_boot_info *boot);
// By architecture (wire_<arch>.c): the I/O ports of P.
void wire_io_ports(struct process *p);
