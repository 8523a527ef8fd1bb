// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A thread of the program as the layer sees it. It lives in the second half of the thread's IPC buffer page, where the
// entry code reaches it through the thread block register; the kernel and fork copy the page as a whole.
//
// I1. While the layer runs, regs holds the program's registers: what the exit window will restore. Only the entry code
//     and what changes them on purpose (results, signal frames, a new image) write them.
// I2. recovery is 1 exactly while user_copy and its kin touch memory that the program named.
// I3. blocked equals the word that procsrv sees in the signal page.

#include <stdbool.h>
#include <stddef.h>

#include <kn/proto/layout.h>
#include <kn/syscalls.h>
#include <lx/abi.h>

#include "regs.h"

typedef kn_word_t word_t;

struct thread;

// What restart_syscall goes on with, after a stop interrupted a call whose time-out is relative.
struct restart {
    long (*resume)(struct thread *t, const struct restart *r);
    word_t arg[3];
};

// The fault that led to the signal being delivered, for its frame.
struct fault_detail {
    word_t address, number, code;
};

struct thread {
    struct regs regs;     // the program's
    word_t stack_top;     // of the layer's own stack
    word_t scratch;       // of the entry code
    word_t recovery;      // see I2
    word_t index;         // number of the thread in its process
    word_t number;        // of the system call under way
    word_t first_arg;     // its first argument as the program gave it
    word_t blocked;       // signal mask
    word_t saved_blocked; // the mask before sigsuspend, ppoll, pselect
    struct lx_sigaltstack altstack;
    word_t clear_tid;      // address of set_tid_address, 0 none
    word_t robust_head;    // of set_robust_list
    word_t timer_deadline; // what procsrv's thread timer is armed for, TIMER_OFF if not
    struct restart restart;
    struct fault_detail fault;
    bool has_saved_blocked; // restore saved_blocked unless a handler's frame takes it over
    bool is_attached;       // vfs knows our window
    bool has_restart;
};
static_assert(sizeof(struct thread) <= 4096 - sizeof(struct kn_ipc_buffer), "second half of the page");

#define TIMER_OFF (~(word_t)0)

static inline struct thread *thread_self(void)
{
    return (struct thread *)((char *)kn_ipc_buffer() + sizeof(struct kn_ipc_buffer));
}

static inline struct kn_layout_signal_page *signal_page(void)
{
    return (struct kn_layout_signal_page *)KN_LAYOUT_SIGNAL_PAGE;
}

// The window that T shares with vfs.
static inline void *thread_window(const struct thread *t)
{
    return (void *)(KN_LAYOUT_THREAD_AREA + t->index * KN_LAYOUT_THREAD_AREA_SIZE + KN_LAYOUT_THREAD_WINDOW);
}

// Slot of T's THREAD_SLOT_*.
static inline kn_cptr_t thread_slot(const struct thread *t, word_t which)
{
    return KN_LAYOUT_SLOT_THREAD + t->index * KN_LAYOUT_THREAD_SLOTS + which;
}

static inline word_t thread_tid(const struct thread *t) { return signal_page()->thread[t->index].tid; }
