// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Call and ReplyRecv that find somebody waiting, in one go. See core/fastpath.c.

#include "core/cpu.h"

// The current thread of CPU makes a Call, or a ReplyRecv; kernel_enter has not been called. Returns the thread that is
// current now, as kernel_exit does, when the call has been carried out. NULL: the slow path is to be taken, nothing has
// changed but the time that is accounted for.
struct tcb *fastpath_call(struct cpu *cpu);
struct tcb *fastpath_reply_recv(struct cpu *cpu);
