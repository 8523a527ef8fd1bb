// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Page faults of programs.

#include <kn/server.h>

struct space;

// Answers a fault message of a thread of S: fills OUT for KN_FAULT_REPLY_RESUME or _UPCALL.
void fault_handle(struct space *s, const struct kn_server_msg *in, struct kn_server_msg *out);
