// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Page faults of programs.

#include <kn/server.h>

struct space;

// Answers a fault message of a thread of S: fills OUT for KN_FAULT_REPLY_RESUME or _UPCALL. A fault that cannot be
// resolved for want of memory is one that no promise covered: an upcall, too.
void fault_handle(struct space *s, const struct kn_server_msg *in, struct kn_server_msg *out);
// Makes the page at ADDR present for ACCESS (KN_VM_ACCESS_*). -LX_EFAULT: nothing there allows it; -LX_ENOMEM.
long fault_resolve(struct space *s, uint64_t addr, kn_word_t access);
