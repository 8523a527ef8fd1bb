// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The core of poll and select; the call forms differ in how they give time-out and sets.

#include "layer.h"

// Looks at N descriptors until one is ready, DEADLINE passes (0: only once) or a signal is due. Sets revents. The number
// ready or -errno.
long poll_wait(struct thread *t, struct lx_pollfd *fds, word_t n, word_t deadline);
// poll on the program's array.
long poll_user(struct thread *t, word_t addr, word_t n, word_t deadline);
// select on the program's sets, any of which may be 0.
long select_user(struct thread *t, word_t n, const word_t sets[3], word_t deadline);
