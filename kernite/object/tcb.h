// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Threads. See object/tcb.c for states and invariants.

#include <machine/context.h>

#include "core/cspace.h"
#include "core/derivation.h"

enum thread_state {
    THREAD_INACTIVE = 0,
    THREAD_RUNNING,            // in user mode or ready for it
    THREAD_RESTART,            // will re-execute the instruction or system call it stopped in
    THREAD_BLOCKED_ON_RECEIVE,
    THREAD_BLOCKED_ON_SEND,
    THREAD_BLOCKED_ON_REPLY,
    THREAD_BLOCKED_ON_NOTIFICATION,
    THREAD_IDLE,
};

// Slots inside a TCB.
enum tcb_slot {
    TCB_CSPACE = 0,
    TCB_VSPACE,
    TCB_FAULT_ENDPOINT,
    TCB_TIMEOUT_ENDPOINT,
    TCB_IPC_BUFFER,
    TCB_NR_SLOTS,
};

// A fault that the thread's handler has been or will be told of.
struct fault {
    word_t label;   // KN_FAULT_*
    word_t word[8]; // by type: CAP: address, in_receive, failure type, three words; VM: addr, access, code;
                    // USER_EXCEPTION: number, code; UNKNOWN_SYSCALL: number; TIMEOUT: data, consumed
};

struct tcb {
    struct arch_context context;   // [k] user registers; first, so that entry code reaches it with small offsets
    struct cte slots[TCB_NR_SLOTS];// [k]
    enum thread_state state;       // [k]
    bool in_ready_queue;           // [k]
    bool is_fpu_user;              // [k] flag KN_TCB_FLAG_FPU
    bool blocked_can_grant;        // [k] BLOCKED_ON_SEND: the sender's capability had GRANT; ON_RECEIVE: the receiver's
    bool blocked_can_grant_reply;  // [k]
    bool blocked_is_call;          // [k] BLOCKED_ON_SEND: it was a Call (or a fault)
    bool upcall_kick;              // [k] a kick is pending
    badge_t blocked_badge;         // [k] BLOCKED_ON_SEND
    void *blocked_object;          // [k] endpoint, notification or reply that the state names
    struct reply *reply;           // [k] BLOCKED_ON_RECEIVE: the Reply it receives with; BLOCKED_ON_REPLY: the one it waits for
    struct fault fault;            // [k] label KN_FAULT_NULL: none
    word_t priority;               // [k]
    word_t mcp;                    // [k] maximum controlled priority
    word_t cpu;                    // [k] affinity: CPU of its scheduling context
    struct sched_context *sc;      // [k] the context it runs on; NULL: passive
    struct sched_context *yield_to;// [k] context it yielded to
    struct notification *bound_notification; // [k]
    struct tcb *queue_next, *queue_prev;     // [k] endpoint or notification queue
    struct tcb *sched_next, *sched_prev;     // [k] ready queue
    vaddr_t ipc_buffer;            // [k] user address of the buffer = thread block register
    struct kn_ipc_buffer *ipc_buffer_kernel; // [k] the frame through the kernel's window; NULL none
    vaddr_t upcall_entry;          // [k] 0: none
    vaddr_t upcall_start, upcall_end;               // [k] runtime range [start, end)
    vaddr_t upcall_window_start, upcall_window_end; // [k] exit window
    struct arch_fpu fpu;           // [k] saved FPU state; last, it is large
};
static_assert(sizeof(struct tcb) <= BIT(KN_TCB_BITS), "a TCB fits its object");
