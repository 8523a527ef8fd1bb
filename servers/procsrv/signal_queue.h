// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Queued real-time signals, one FIFO a number. Sources: POSIX sigqueue, signal(7).
//
// I1: bit n-1 of present is set exactly when the FIFO of signal n is not empty.

#include <stdbool.h>
#include <stdint.h>

#include <lx/abi.h>

#define NR_QUEUED_SIGNALS (LX_NSIG - LX_SIGRTMIN + 1)

struct siginfo {
    int64_t code;
    uint32_t pid, uid;
    uint64_t value;
};

struct queued_signal;

struct signal_queue {
    uint64_t present;
    struct {
        struct queued_signal *first, *last;
    } * fifos; // NR_QUEUED_SIGNALS of them, NULL until the first signal came
};

// Whether SIGNAL queues at all.
static inline bool signal_is_queued(unsigned signal) { return signal >= LX_SIGRTMIN; }

// False: no memory.
bool signal_queue_add(struct signal_queue *q, unsigned signal, const struct siginfo *info);
// Takes the oldest of the lowest number in SET: its number, or 0.
unsigned signal_queue_take(struct signal_queue *q, uint64_t set, struct siginfo *info);
void signal_queue_destroy(struct signal_queue *q);
