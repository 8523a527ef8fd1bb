// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "arch/api/context.h"

#include "arch/aarch64/sysreg.h"
#include "arch/api/cpu.h"
#include "object/tcb.h"

void arch_context_init(struct arch_context *c) { *c = (struct arch_context){0}; }

// Where register INDEX lies in C.
static word_t *register_slot(struct arch_context *c, word_t index)
{
    switch (index) {
    case KN_REG_PC: return &c->pc;
    case KN_REG_SP: return &c->sp;
    case KN_REG_SPSR: return &c->spsr;
    case KN_REG_TPIDR_EL0: return &c->tpidr_el0;
    default: return &c->x[index - KN_REG_X0]; // the specification lists x0 to x30 in this order
    }
}
static_assert(KN_REG_X30 == KN_REG_X0 + 30, "x registers are numbered in order");

word_t arch_get_register(const struct tcb *t, word_t index)
{
    return *register_slot((struct arch_context *)&t->context, index);
}

void arch_set_register(struct tcb *t, word_t index, word_t value)
{
    *register_slot(&t->context, index) = index == KN_REG_SPSR ? value & SPSR_USER_MASK : value;
    if (index == KN_REG_TPIDR_EL0)
        arch_set_tls_base(t, value);
}

void arch_copy_registers(struct tcb *dest, const struct tcb *src)
{
    dest->context = src->context;
    arch_set_tls_base(dest, src->context.tpidr_el0);
}

void arch_set_tls_base(struct tcb *t, vaddr_t base)
{
    t->context.tpidr_el0 = base;
    if (t == this_cpu()->current)
        SYSREG_WRITE(tpidr_el0, base);
}

void arch_fpu_init(struct arch_fpu *f) { *f = (struct arch_fpu){0}; }

void arch_upcall_enter(struct tcb *t, struct kn_ipc_buffer *buffer)
{
    struct arch_context *c = &t->context;
    buffer->upcall_pc = c->pc;
    buffer->upcall_flags = c->spsr;
    buffer->upcall_x16 = c->x[16];
    buffer->upcall_x17 = c->x[17];
    c->pc = t->upcall_entry;
    c->spsr = 0;
    c->x[16] = t->ipc_buffer;
}

void arch_upcall_return(struct tcb *t, const struct kn_ipc_buffer *buffer)
{
    struct arch_context *c = &t->context;
    c->pc = buffer->upcall_pc;
    c->spsr = buffer->upcall_flags & SPSR_USER_MASK;
    c->x[16] = buffer->upcall_x16;
    c->x[17] = buffer->upcall_x17;
}

// Register of each word of an UNKNOWN_SYSCALL message; the last word, the number, is the fault's own.
static const unsigned char unknown_syscall_register[KN_FAULT_UNKNOWN_SYSCALL_LENGTH - 1] = {
    [KN_FAULT_UNKNOWN_SYSCALL_X0] = KN_REG_X0, [KN_FAULT_UNKNOWN_SYSCALL_X1] = KN_REG_X1,
    [KN_FAULT_UNKNOWN_SYSCALL_X2] = KN_REG_X2, [KN_FAULT_UNKNOWN_SYSCALL_X3] = KN_REG_X3,
    [KN_FAULT_UNKNOWN_SYSCALL_X4] = KN_REG_X4, [KN_FAULT_UNKNOWN_SYSCALL_X5] = KN_REG_X5,
    [KN_FAULT_UNKNOWN_SYSCALL_X6] = KN_REG_X6, [KN_FAULT_UNKNOWN_SYSCALL_X7] = KN_REG_X7,
    [KN_FAULT_UNKNOWN_SYSCALL_X8] = KN_REG_X8, [KN_FAULT_UNKNOWN_SYSCALL_PC] = KN_REG_PC,
    [KN_FAULT_UNKNOWN_SYSCALL_SP] = KN_REG_SP, [KN_FAULT_UNKNOWN_SYSCALL_LR] = KN_REG_X30,
    [KN_FAULT_UNKNOWN_SYSCALL_FLAGS] = KN_REG_SPSR,
};

word_t arch_unknown_syscall_word(const struct tcb *t, word_t i)
{
    return i < sizeof unknown_syscall_register ? arch_get_register(t, unknown_syscall_register[i]) : t->fault.word[0];
}

void arch_set_unknown_syscall_word(struct tcb *t, word_t i, word_t value)
{
    if (i < sizeof unknown_syscall_register)
        arch_set_register(t, unknown_syscall_register[i], value);
}
