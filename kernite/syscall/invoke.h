// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Sending to a capability: IPC objects take the message, all other objects carry it out as an invocation.

#include "core/types.h"

struct tcb;

struct send_mode {
    bool is_blocking;    // a failed look-up is a fault, and the sender waits for a receiver
    bool is_call;        // the sender wants a reply
    bool can_donate;     // its scheduling context may go along
    bool is_first_phase; // a receive follows in the same system call: only IPC objects are allowed
};

// T, the current thread, sends its message to the capability at CPTR. Afterwards T has its reply, or waits, or is in a
// fault, or is about to do the system call again (preempted).
void invoke_capability(struct tcb *t, cptr_t cptr, struct send_mode mode);

// Debug kernels: whether every error of an invocation is logged.
extern bool invocation_log_errors;
