// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "arch/api/context.h"
#include "arch/host/host.h"
#include "object/tcb.h"

void arch_context_init(struct arch_context *c) { *c = (struct arch_context){0}; }

word_t arch_get_register(const struct tcb *t, word_t index) { return t->context.reg[index]; }

// There is no privilege in the simulated flags; only the low byte exists.
void arch_set_register(struct tcb *t, word_t index, word_t value)
{
    if (index == KN_REG_PC && value != t->context.reg[KN_REG_PC])
        host_pc_changed(t);
    t->context.reg[index] = index == KN_REG_FLAGS ? value & 0xff : value;
}

void arch_copy_registers(struct tcb *dest, const struct tcb *src)
{
    host_pc_changed(dest);
    dest->context = src->context;
}

void arch_set_tls_base(struct tcb *t, vaddr_t base) { t->context.reg[KN_REG_TLS_BASE] = base; }

void arch_fpu_init(struct arch_fpu *f) { *f = (struct arch_fpu){{0}}; }

void arch_fpu_flag_changed(struct tcb *t) { (void)t; }

void arch_upcall_enter(struct tcb *t, struct kn_ipc_buffer *buffer)
{
    buffer->upcall_pc = t->context.reg[KN_REG_PC];
    buffer->upcall_flags = t->context.reg[KN_REG_FLAGS];
    t->context.reg[KN_REG_PC] = t->upcall_entry;
    t->context.reg[KN_REG_FLAGS] = 0;
}

void arch_upcall_return(struct tcb *t, const struct kn_ipc_buffer *buffer)
{
    t->context.reg[KN_REG_PC] = buffer->upcall_pc;
    t->context.reg[KN_REG_FLAGS] = buffer->upcall_flags & 0xff;
}

// Message words of the host's UNKNOWN_SYSCALL fault; the last one, the number, is the fault's own.
static const unsigned char unknown_syscall_register[] = {
    KN_REG_CPTR, KN_REG_INFO, KN_REG_MR0, KN_REG_MR1, KN_REG_MR2, KN_REG_MR3, KN_REG_PC, KN_REG_SP, KN_REG_FLAGS,
};

word_t arch_unknown_syscall_word(const struct tcb *t, word_t i)
{
    return i < sizeof unknown_syscall_register ? t->context.reg[unknown_syscall_register[i]] : t->fault.word[0];
}

void arch_set_unknown_syscall_word(struct tcb *t, word_t i, word_t value)
{
    if (i < sizeof unknown_syscall_register)
        arch_set_register(t, unknown_syscall_register[i], value);
}

word_t arch_tcb_flags(struct cap authority)
{
    (void)authority;
    return KN_TCB_FLAG_FPU;
}
