// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The border between assembly (entry.S) and C (trap.c), and the vectors. The kernel's own vectors lie above those of
// the user's interrupts, so that a pending timer interrupt is taken first; that by which CPUs call each other is of a class
// (its upper half) of its own, so that it alone can be let through.

#define VECTOR_DEBUG 1
#define VECTOR_NMI 2
#define VECTOR_BREAKPOINT 3
#define VECTOR_OVERFLOW 4
#define VECTOR_NO_FPU 7
#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_GENERAL_PROTECTION 13
#define VECTOR_PAGE_FAULT 14
#define VECTOR_MACHINE_CHECK 18
#define VECTOR_FIRST_INTERRUPT 32
#define VECTOR_PIC 32       // 16 vectors of the masked 8259 pair: spurious ones only
#define VECTOR_FIRST_GSI 48 // GSI n is vector 48 + n; messages (MSI) follow the last one
#define VECTOR_TIMER 0xef
#define VECTOR_IPI 0xf0
#define VECTOR_SPURIOUS 0xff

#define VECTOR_STUB_BYTES 16
#define INTERRUPT_STUB_BYTES 8

#ifndef __ASSEMBLER__

#include <machine/context.h>

struct tcb;

// entry.S
extern const char x86_64_vector_stubs[];    // of VECTOR_STUB_BYTES, for the vectors up to VECTOR_FIRST_INTERRUPT
extern const char x86_64_interrupt_stubs[]; // of INTERRUPT_STUB_BYTES, for the vectors from there on
void x86_64_syscall_entry(void);     // of the only CPU
void x86_64_syscall_entry_smp(void); // of one of several
word_t x86_64_wait_for_interrupt(void); // in the kernel: takes one, and returns its vector
_Noreturn void x86_64_leave(struct tcb *t); // restore T's context and go to user mode, or wait if T is the idle thread

// trap.c, from entry.S on the empty kernel stack, interrupts off. They end in x86_64_leave: nothing is to be popped.
// System calls: RCX and R11 have not been saved.
_Noreturn void x86_64_handle_call(void);
_Noreturn void x86_64_handle_reply_recv(void);
_Noreturn void x86_64_handle_syscall(word_t number); // any other
_Noreturn void x86_64_handle_stall(void); // the thread that has entered has been taken away by another CPU
_Noreturn void x86_64_handle_user_trap(void);
_Noreturn void x86_64_handle_idle_interrupt(word_t vector);
_Noreturn void x86_64_handle_kernel_trap(const struct trap_frame *f);
_Noreturn void x86_64_handle_ist_trap(const struct trap_frame *f); // NMI, double fault, machine check, from any mode

#endif
