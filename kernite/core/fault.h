// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Faults and upcalls. See core/fault.c and core/upcall.c.

#include "core/types.h"

struct tcb;
struct lookup_failure;

// Each records the fault in T and sends it to the handler; without a handler T becomes inactive.
void fault_vm(struct tcb *t, vaddr_t addr, word_t access, word_t code);
void fault_user_exception(struct tcb *t, word_t number, word_t code);
void fault_debug(struct tcb *t, word_t reason, vaddr_t address, word_t number);
void fault_unknown_syscall(struct tcb *t, word_t number);
void fault_capability(struct tcb *t, cptr_t address, bool in_receive, const struct lookup_failure *failure);
// The look-up of ADDRESS in T's CSpace has failed.
void fault_lookup(struct tcb *t, cptr_t address, bool in_receive);
// T has a timeout handler; without one its context just waits for its next refill.
bool fault_has_timeout_handler(const struct tcb *t);
void fault_timeout(struct tcb *t, word_t data); // T has a context, DATA is its badge
// Number of words of T's fault message, written to RECEIVER's message (core/ipc.c).
word_t fault_set_message(struct tcb *t, struct tcb *receiver);
// Ends T's fault with the registers that SENDER's message, an answer of LENGTH words, gives.
void fault_resume(struct tcb *t, const struct tcb *sender, word_t length);
// Applies the handler's reply (label, words in SENDER's message) to T; false: T stays inactive.
bool fault_handle_reply(struct tcb *t, struct tcb *sender, word_t label, word_t length);

// Upcalls.
bool upcall_is_set(const struct tcb *t);
bool upcall_in_range(const struct tcb *t, vaddr_t pc);
// Enters T's upcall entry for CAUSE; saves PC and flags in its IPC buffer. False (nothing done): no IPC buffer.
bool upcall_enter(struct tcb *t, word_t cause);
// A system call of T that is not kernite's, PC behind it: upcall if one is set and PC outside its range, else a fault.
void upcall_foreign_syscall(struct tcb *t, word_t number);
void upcall_kick(struct tcb *t);                // TCB_Kick
void upcall_take_pending_kick(struct tcb *t);   // at the return to user mode
