// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What arch entry code calls, with the user's registers saved in the current TCB's context and the kernel stack
// empty.

#include "core/types.h"

struct tcb;

// A kernite system call, number from KN_SYS_*, by the slow path: the whole entry. Returns the thread whose context is to be
// restored. For Call and ReplyRecv the fastpath (core/fastpath.h) is asked first.
struct tcb *kernel_syscall(word_t number);
// An interrupt: the whole entry, the lock included. The thread that is returned may go on without it (core/smp.h).
struct tcb *kernel_interrupt(void);

// The others come between kernel_enter and kernel_exit, which returns that thread.
void handle_foreign_syscall(word_t number);  // any other system call instruction; PC is behind it
void handle_vm_fault(vaddr_t addr, word_t access, word_t code);
void handle_user_exception(word_t number, word_t code);
void handle_breakpoint(word_t number);       // an enabled one of the thread's is reached
void handle_software_break(void);            // a break instruction
bool handle_single_step(void);               // an instruction is done; false: nobody has asked for steps
void handle_syscall(word_t number);          // part of kernel_syscall
