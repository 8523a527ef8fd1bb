// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Sending signals: whether one is discarded, ends the process, or becomes pending in the signal page, whence the layer takes
// it. Sources: POSIX "Signal Concepts", signal(7); the division of work is in docs/userland.md.
//
// I1: what is read from the signal page is a program's claim: it decides about that program only.
// I2: a bit of a real-time signal is set in the page exactly when procsrv has it queued, but for what the layer cleared.
// I3: the layer may run on another CPU at the same time. Each side first writes its word of the page and then reads the
//     other's, all sequentially consistent: here pending, then blocked and waiting; there the other way round.

#include <stdbool.h>
#include <stdint.h>

#include "signal_queue.h"

struct kn_layout_signal_page;
struct process;
struct thread;

#define SIGNAL_BIT(signal) ((uint64_t)1 << ((signal)-1))
#define SIGNALS_STOP (SIGNAL_BIT(LX_SIGSTOP) | SIGNAL_BIT(LX_SIGTSTP) | SIGNAL_BIT(LX_SIGTTIN) | SIGNAL_BIT(LX_SIGTTOU))

// A word of a signal page.
static inline uint64_t signals_load(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

enum signal_decision {
    SIGNAL_DISCARD,
    SIGNAL_PEND, // the bit is set; the thread that takes it is made to look
    SIGNAL_KILL, // the process ends at once
};

// What a decision depends on, copied from the signal page.
struct signal_view {
    uint64_t ignored, caught;
    uint64_t blocked; // by the thread
    bool is_first;    // pid 1: default actions do nothing to it
    bool is_orphaned; // its group is orphaned: the terminal's stop signals do nothing
};

enum signal_decision signals_decide(const struct signal_view *view, unsigned signal);

// Sends SIGNAL (1 to LX_NSIG) to P, or to its thread T (NULL: whichever takes it). The dead take everything. P may be a
// zombie afterwards. 0, or -LX_EAGAIN if no more real-time signals can be queued.
long signals_send(struct process *p, struct thread *t, unsigned signal, const struct siginfo *info);
// Takes a queued signal of SET for T: its number, 0 if none.
unsigned signals_take(struct thread *t, uint64_t set, struct siginfo *info);
// Whether T has signals to act upon that it has not looked at.
bool signals_are_due(const struct thread *t);
// Frees what is queued.
void signals_destroy(struct process *p);
// What exec carries over from the old signal page into the new one, and fork does not.
void signals_exec_page(const struct process *p, const struct kn_layout_signal_page *old,
                       struct kn_layout_signal_page *page);
void signals_fork_page(struct kn_layout_signal_page *page);
