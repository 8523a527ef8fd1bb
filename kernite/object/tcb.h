// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Threads. See object/tcb.c for states and invariants.

#include <machine/context.h>

#include "core/cspace.h"
#include "core/derivation.h"
#include "kernel/invocation_dispatch.h"

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
                    // USER_EXCEPTION: number, code; UNKNOWN_SYSCALL: number; TIMEOUT: data, consumed;
                    // DEBUG: reason, trigger address, breakpoint number
};

// One of KN_NR_BREAKPOINTS of a thread. All 0 unless it is enabled.
struct breakpoint {
    vaddr_t vaddr;      // where
    unsigned char type; // KN_BREAKPOINT_TYPE_DATA or _INSTRUCTION
    unsigned char size; // bytes watched; INSTRUCTION: 0
    unsigned char rw;   // KN_BREAKPOINT_ACCESS_*
    bool is_enabled;
};

// What arch_switch_to has to do for a thread besides the usual.
enum { EXTRA_STATE_FPU = 1, EXTRA_STATE_TIMER = 2, EXTRA_STATE_DEBUG = 4 };

// What the capabilities in TCB_CSPACE and TCB_VSPACE come down to, worked out when it is needed first.
struct tcb_spaces {
    word_t generation; // [k] all of this holds if it is tcb_spaces_generation
    struct cte *slots; // [k] the first slot of a CSpace that is one CNode with the addresses from 0 on
    word_t nr_slots;   // [k] its length; 0: the CSpace is of another kind
    word_t root;       // [k] arch_root_of the address space
};

// What the fastpath uses comes first: aarch64 reaches pairs of words below offset 512 alone.
struct tcb {
    struct arch_context context;   // [k] user registers; first, so that entry code reaches it with small offsets
    struct cte slots[TCB_NR_SLOTS];// [k]
    struct tcb_spaces spaces;      // [k] see tcb.c I9
    enum thread_state state;       // [k]
    bool in_ready_queue;           // [k]
    bool is_fpu_user;              // [k] flag KN_TCB_FLAG_FPU
    bool is_timer_user;            // [k] flag KN_TCB_FLAG_TIMER
    bool is_debugged;              // [k] it has debug registers: see object/tcb_debug.c I1
    unsigned char extra_state;     // [k] EXTRA_STATE_* of these three
    bool is_root;                  // [I] the thread that boot has made: its death ends the machine
    bool blocked_can_grant;        // [k] BLOCKED_ON_SEND: the sender's capability had GRANT
    bool blocked_can_grant_reply;  // [k]
    bool blocked_is_call;          // [k] BLOCKED_ON_SEND: it was a Call (or a fault)
    bool upcall_kick;              // [k] a kick is pending
    bool rewind_on_cancel;         // [k] blocked in a system call instruction that PC is behind
    badge_t blocked_badge;         // [k] BLOCKED_ON_SEND
    void *blocked_object;          // [k] endpoint, notification or reply that the state names
    struct reply *reply;           // [k] BLOCKED_ON_RECEIVE: the Reply it receives with; BLOCKED_ON_REPLY: the one it waits for
    struct fault fault;            // [k] label KN_FAULT_NULL: none
    word_t priority;               // [k]
    word_t mcp;                    // [k] maximum controlled priority
    word_t cpu;                    // [k] affinity: CPU of its scheduling context
    struct sched_context *sc;      // [k] the context it runs on; NULL: passive
    struct sched_context *home_sc; // [k] the context bound to it, even while that is donated to another; NULL none
    struct sched_context *yield_to;// [k] context it yielded to
    struct notification *bound_notification; // [k]
    struct tcb *queue_next, *queue_prev;     // [k] endpoint or notification queue
    struct tcb *sched_next, *sched_prev;     // [k] ready queue
    vaddr_t ipc_buffer;            // [k] user address of the buffer = thread block register
    struct kn_ipc_buffer *ipc_buffer_kernel; // [k] the frame through the kernel's window; NULL none (see tcb.c I7)
    vaddr_t upcall_entry;          // [k] 0: none
    vaddr_t upcall_start, upcall_end;               // [k] runtime range [start, end)
    vaddr_t upcall_window_start, upcall_window_end; // [k] exit window
    word_t blocked_epoch;          // [k] BLOCKED_ON_SEND: the endpoint's cancel_epoch when it came
    struct breakpoint breakpoints[KN_NR_BREAKPOINTS]; // [k]
    word_t nr_steps;               // [k] instructions until a SINGLE_STEP fault; 0: it is not stepped
    word_t passing;                // [k] aarch64: bit KN_BREAKPOINT_TYPE_*: those do not stop its next instruction
    struct arch_fpu fpu;           // [k] saved FPU state; last, it is large
};
static_assert(sizeof(struct tcb) <= BIT(KN_TCB_BITS), "a TCB fits its object");

// Incremented whenever what struct tcb_spaces says of some thread may have become wrong: a capability of a CNode or VSpace,
// or an ASID, goes. (What is put into a slot of a thread concerns that thread alone: tcb_refresh.)
extern word_t tcb_spaces_generation; // [k] at least 1

void tcb_work_out_spaces(struct tcb *t);
static inline void tcb_check_spaces(struct tcb *t)
{
    if (UNLIKELY(t->spaces.generation != tcb_spaces_generation))
        tcb_work_out_spaces(t);
}
// The slot that CPTR names in T's CSpace, as cspace_lookup finds it; NULL none. T's spaces have been checked.
static inline struct cte *tcb_find_slot(struct tcb *t, cptr_t cptr)
{
    if (UNLIKELY(cptr >= t->spaces.nr_slots))
        return cspace_lookup(t, cptr).slot;
    struct cte *slot = t->spaces.slots + cptr;
    if (!slot)
        __builtin_unreachable(); // callers need not ask
    return slot;
}
// Makes T inactive, cancelling what it waits for; a cancelled system call will be executed again on tcb_resume.
void tcb_suspend(struct tcb *t);
// Makes a stopped (inactive or blocked) T runnable; no effect on a runnable one.
void tcb_resume(struct tcb *t);
// Sets buffer address (thread block register) and frame of T, whose buffer slot holds the frame's capability or nothing.
void tcb_install_ipc_buffer(struct tcb *t, vaddr_t address);
// T's CSpace, address space or thread block has changed; if T is live, the CPU is told.
void tcb_refresh(struct tcb *t);
// Brings extra_state into step with is_fpu_user, is_timer_user and is_debugged.
void tcb_update_extra_state(struct tcb *t);
// T's breakpoints, nr_steps or passing have changed: brings is_debugged and the CPU into step.
void tcb_debug_changed(struct tcb *t);
// T's DEBUG fault has been answered with RESUME in SENDER's message of LENGTH words.
void tcb_resume_stepping(struct tcb *t, const struct tcb *sender, word_t length);

struct tcb_read_registers_plan {
    struct tcb *tcb;
    word_t count;
    bool suspend; // first
};

struct tcb_write_registers_plan {
    struct tcb *tcb;
    word_t count;
    bool resume; // afterwards
};

struct tcb_copy_registers_plan {
    struct tcb *tcb;
    const struct tcb *source;
    bool resume; // afterwards
};

// A slot of a TCB to be replaced: emptied, then filled with CAP, derived from SOURCE.
struct tcb_slot_plan {
    bool is_changed;
    struct cap cap;     // null: stays empty
    struct cte *source; // of cap
};

// Shared by Configure, SetSpace, SetIPCBuffer, SetTimeoutEndpoint and SetSchedParams.
struct tcb_slots_plan {
    struct tcb *tcb;
    struct tcb_slot_plan slot[TCB_NR_SLOTS];
    vaddr_t buffer; // if TCB_IPC_BUFFER is changed
};

struct tcb_configure_plan {
    struct tcb_slots_plan slots;
};

struct tcb_set_space_plan {
    struct tcb_slots_plan slots;
};

struct tcb_set_ipc_buffer_plan {
    struct tcb_slots_plan slots;
};

struct tcb_set_timeout_endpoint_plan {
    struct tcb_slots_plan slots;
};

struct tcb_set_priority_plan {
    struct tcb *tcb;
    word_t priority;
};

struct tcb_set_mc_priority_plan {
    struct tcb *tcb;
    word_t mcp;
};

struct tcb_set_sched_params_plan {
    struct tcb_slots_plan slots; // the fault endpoint
    word_t priority;
    word_t mcp;
    struct sched_context *sc; // NULL: unbind
};

struct tcb_suspend_plan {
    struct tcb *tcb;
};

struct tcb_resume_plan {
    struct tcb *tcb;
};

struct tcb_bind_notification_plan {
    struct tcb *tcb;
    struct notification *notification;
};

struct tcb_unbind_notification_plan {
    struct tcb *tcb;
};

struct tcb_set_tls_base_plan {
    struct tcb *tcb;
    vaddr_t base;
};

struct tcb_set_flags_plan {
    struct tcb *tcb;
    word_t flags; // the result
};

struct tcb_set_upcall_plan {
    struct tcb *tcb;
    vaddr_t entry, range_start, range_end, window_start, window_end;
};

struct tcb_kick_plan {
    struct tcb *tcb;
};

struct tcb_set_breakpoint_plan {
    struct tcb *tcb;
    word_t number;
    struct breakpoint breakpoint;
};

struct tcb_get_breakpoint_plan {
    const struct tcb *tcb;
    word_t number;
};

struct tcb_unset_breakpoint_plan {
    struct tcb *tcb;
    word_t number;
};

struct tcb_configure_single_stepping_plan {
    struct tcb *tcb;
    word_t count;
};
