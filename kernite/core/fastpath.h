// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Call and ReplyRecv that find somebody waiting, in one go. See core/fastpath.c.

#include "core/cpu.h"

// The current thread makes a Call, or a ReplyRecv; kernel_enter has been called. True: it has been carried out and
// another thread is current, as after kernel_exit. False: nothing has changed, the slow path is to be taken.
bool fastpath_call(struct cpu *cpu);
bool fastpath_reply_recv(struct cpu *cpu);
