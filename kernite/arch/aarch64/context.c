// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "arch/api/context.h"

#include "arch/aarch64/debug.h"
#include "arch/aarch64/sysreg.h"
#include "arch/api/cpu.h"
#include "object/tcb.h"

void arch_context_init(struct arch_context *c) { *c = (struct arch_context){0}; }

// Where each register of the specification lies in the context, in words.
static const unsigned char register_offset[KN_NR_REGISTERS] = {
#define FIELD(name) offsetof(struct arch_context, name) / sizeof(word_t)
#define X(n) [KN_REG_X##n] = FIELD(x[n])
    X(0), X(1), X(2), X(3), X(4), X(5),
    X(6), X(7), X(8), X(9), X(10), X(11),
    X(12), X(13), X(14), X(15), X(16), X(17),
    X(18), X(19), X(20), X(21), X(22), X(23),
    X(24), X(25), X(26), X(27), X(28), X(29),
    X(30),
    [KN_REG_PC] = FIELD(pc), [KN_REG_SP] = FIELD(sp), [KN_REG_SPSR] = FIELD(spsr), [KN_REG_TPIDR_EL0] = FIELD(tpidr_el0),
#undef X
#undef FIELD
};

word_t arch_get_register(const struct tcb *t, word_t index)
{
    word_t value = ((const word_t *)&t->context)[register_offset[index]];
    return index == KN_REG_SPSR ? value & SPSR_USER_MASK : value;
}

// What SPSR is when a user makes it VALUE.
static word_t new_spsr(const struct tcb *t, word_t value)
{
    return (value & SPSR_USER_MASK) | (t->context.spsr & SPSR_STEP);
}

ALWAYS_INLINE void arch_set_register(struct tcb *t, word_t index, word_t value)
{
    if (index == KN_REG_SPSR)
        value = new_spsr(t, value);
    else if (UNLIKELY(t->is_debugged) && index == KN_REG_PC && value != t->context.pc)
        aarch64_pc_changed(t);
    ((word_t *)&t->context)[register_offset[index]] = value;
    if (index == KN_REG_TPIDR_EL0)
        arch_set_tls_base(t, value);
}

void arch_copy_registers(struct tcb *dest, const struct tcb *src)
{
    word_t spsr = new_spsr(dest, src->context.spsr);
    aarch64_pc_changed(dest);
    dest->context = src->context;
    dest->context.spsr = spsr;
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

// Register of each word of an UNKNOWN_SYSCALL message, but for the number, which is the fault's own.
static const unsigned char unknown_syscall_register[KN_FAULT_UNKNOWN_SYSCALL_LENGTH] = {
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
    if (i == KN_FAULT_UNKNOWN_SYSCALL_SYSCALL)
        return t->fault.word[0];
    return arch_get_register(t, unknown_syscall_register[i]);
}

void arch_set_unknown_syscall_word(struct tcb *t, word_t i, word_t value)
{
    if (i != KN_FAULT_UNKNOWN_SYSCALL_SYSCALL)
        arch_set_register(t, unknown_syscall_register[i], value);
}
