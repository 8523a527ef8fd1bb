// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Waiting for everything at once: children, the signals that stop the machine, readable descriptors. Signals are blocked
// but inside the wait, so none falls between a look and the wait.

#include <stdbool.h>

struct lx_pollfd;

// Installs the handlers and blocks the signals. Once, first.
void event_init(void);
// Waits until one of COUNT descriptors is ready or a signal has come, at most TIMEOUT_MS (negative: for ever). Whether a
// descriptor is ready (revents are valid then).
bool event_wait(struct lx_pollfd *fds, unsigned count, long timeout_ms);
// The reboot command that a signal has asked for (LX_REBOOT_CMD_*), 0: none.
unsigned event_stop_request(void);
// A child (or orphan) that has ended: its pid, and its status word. 0: none now; -LX_ECHILD: there are no children.
long event_reap(unsigned *status);
// Undoes event_init in a new child.
void event_restore_in_child(void);
