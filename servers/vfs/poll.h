// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Readiness of descriptions.

#include <stdint.h>

struct client;
struct thread;
struct kn_vfs_pollfd;

// Fills revents of the COUNT entries at FDS, which is memory that the program can change (each entry is read once), and
// counts those that are not 0. With WAITER, if none is ready, registers it on all: -LX_EAGAIN, or -LX_ENOMEM.
long poll_files(struct client *client, struct thread *waiter, volatile struct kn_vfs_pollfd *fds, uint64_t count);
