// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: user registers. <machine/context.h> defines struct arch_context, struct arch_fpu and, as static inline:
//
//   word_t arch_get_cptr(const struct arch_context *)   roles of uapi/kernel/syscalls.yaml, in
//   word_t arch_get_info, arch_get_reply, arch_get_dest; word_t arch_get_mr(c, i) for i in 0..3
//   void arch_set_badge(c, v), arch_set_info(c, v), arch_set_mr(c, i, v)              results
//   word_t arch_get_pc, arch_get_sp, arch_get_flags; void arch_set_pc, arch_set_sp
//   ARCH_REG_PC, ARCH_REG_SP, ARCH_REG_FLAGS   their KN_REG_*
//   void arch_rewind_syscall(c)         PC back to the system call instruction it is behind (kernite's own calls)
//
// and these functions:

#include <machine/context.h>

#include "core/types.h"

struct tcb;

void arch_context_init(struct arch_context *c);                        // user mode, interrupts on, all else 0
word_t arch_get_register(const struct tcb *t, word_t index);           // KN_REG_*, index < KN_NR_REGISTERS
void arch_set_register(struct tcb *t, word_t index, word_t value);     // sanitised: never more privilege
void arch_copy_registers(struct tcb *dest, const struct tcb *src);
void arch_set_tls_base(struct tcb *t, vaddr_t base);
void arch_fpu_init(struct arch_fpu *f);                                // the state of a new thread
void arch_fpu_flag_changed(struct tcb *t);                             // T's is_fpu_user or is_timer_user has changed
// KN_TCB_FLAG_* that who shows AUTHORITY (may be null) can set on this architecture.
struct cap;
word_t arch_tcb_flags(struct cap authority);
// Upcall: save pc, flags (aarch64: x16, x17) to the IPC buffer's upcall area and go to T's upcall entry with clean
// flags (aarch64: x16 = thread block). All other registers stay.
void arch_upcall_enter(struct tcb *t, struct kn_ipc_buffer *buffer);
void arch_upcall_return(struct tcb *t, const struct kn_ipc_buffer *buffer); // aarch64's UpcallReturn; x86_64: none
// Fault messages of UNKNOWN_SYSCALL and USER_EXCEPTION: word I of the message <-> register.
word_t arch_unknown_syscall_word(const struct tcb *t, word_t i);
void arch_set_unknown_syscall_word(struct tcb *t, word_t i, word_t value);
