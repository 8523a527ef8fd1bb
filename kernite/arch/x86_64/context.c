// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// User registers: contract arch/api/context.h. The invariants are in machine/context.h.

#include "arch/api/context.h"

#include <machine/instructions.h>

#include "arch/api/cpu.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/switch.h"
#include "object/tcb.h"

// CF PF AF ZF SF TF DF OF AC ID: what a user may set by itself, and nothing that reaches the kernel.
#define USER_FLAGS (BIT(0) | BIT(2) | BIT(4) | BIT(6) | BIT(7) | RFLAGS_TF | RFLAGS_DF | BIT(11) | RFLAGS_AC | BIT(21))
#define CLEAN_FLAGS (RFLAGS_IF | RFLAGS_ONE)

#define AT(name) ((uint16_t)offsetof(struct trap_frame, name))

// Where the registers of KN_REG_* lie; fs_base apart.
static const uint16_t register_offset[KN_NR_REGISTERS] = {
    [KN_REG_RIP] = AT(rip), [KN_REG_RSP] = AT(rsp), [KN_REG_RFLAGS] = AT(rflags), [KN_REG_RAX] = AT(rax),
    [KN_REG_RBX] = AT(rbx), [KN_REG_RCX] = AT(rcx), [KN_REG_RDX] = AT(rdx),       [KN_REG_RSI] = AT(rsi),
    [KN_REG_RDI] = AT(rdi), [KN_REG_RBP] = AT(rbp), [KN_REG_R8] = AT(r8),         [KN_REG_R9] = AT(r9),
    [KN_REG_R10] = AT(r10), [KN_REG_R11] = AT(r11), [KN_REG_R12] = AT(r12),       [KN_REG_R13] = AT(r13),
    [KN_REG_R14] = AT(r14), [KN_REG_R15] = AT(r15),
};

// The same for the words of an UNKNOWN_SYSCALL message, the last one (syscall) apart.
static const uint16_t unknown_syscall_offset[KN_FAULT_UNKNOWN_SYSCALL_LENGTH] = {
    [KN_FAULT_UNKNOWN_SYSCALL_RAX] = AT(rax), [KN_FAULT_UNKNOWN_SYSCALL_RBX] = AT(rbx),
    [KN_FAULT_UNKNOWN_SYSCALL_RCX] = AT(rcx), [KN_FAULT_UNKNOWN_SYSCALL_RDX] = AT(rdx),
    [KN_FAULT_UNKNOWN_SYSCALL_RSI] = AT(rsi), [KN_FAULT_UNKNOWN_SYSCALL_RDI] = AT(rdi),
    [KN_FAULT_UNKNOWN_SYSCALL_RBP] = AT(rbp), [KN_FAULT_UNKNOWN_SYSCALL_R8] = AT(r8),
    [KN_FAULT_UNKNOWN_SYSCALL_R9] = AT(r9),   [KN_FAULT_UNKNOWN_SYSCALL_R10] = AT(r10),
    [KN_FAULT_UNKNOWN_SYSCALL_R11] = AT(r11), [KN_FAULT_UNKNOWN_SYSCALL_R12] = AT(r12),
    [KN_FAULT_UNKNOWN_SYSCALL_R13] = AT(r13), [KN_FAULT_UNKNOWN_SYSCALL_R14] = AT(r14),
    [KN_FAULT_UNKNOWN_SYSCALL_R15] = AT(r15), [KN_FAULT_UNKNOWN_SYSCALL_PC] = AT(rip),
    [KN_FAULT_UNKNOWN_SYSCALL_SP] = AT(rsp),  [KN_FAULT_UNKNOWN_SYSCALL_FLAGS] = AT(rflags),
};

static word_t *frame_word(struct trap_frame *f, uint16_t offset) { return (word_t *)((char *)f + offset); }

// TF is the kernel's while it steps the thread.
static word_t stepping_flag(const struct tcb *t) { return t->nr_steps ? RFLAGS_TF : 0; }

static word_t read_frame(const struct arch_context *c, uint16_t offset)
{
    if (c->entry_kind != ENTRY_TRAP && offset == AT(rcx))
        offset = AT(rip);
    if (c->entry_kind != ENTRY_TRAP && offset == AT(r11))
        offset = AT(rflags);
    return *(const word_t *)((const char *)&c->regs + offset);
}

// A value for RCX or R11 must arrive: no SYSRET, which uses both (invariant I2).
ALWAYS_INLINE static void write_frame(struct tcb *t, uint16_t offset, word_t v)
{
    struct arch_context *c = &t->context;
    if (offset == AT(rip)) {
        if (UNLIKELY(t->is_debugged) && v != c->regs.rip)
            c->regs.rflags &= ~RFLAGS_RF;
        arch_set_pc(c, v);
    } else if (offset == AT(rflags)) {
        word_t kept = UNLIKELY(t->is_debugged) ? (c->regs.rflags & RFLAGS_RF) | stepping_flag(t) : 0;
        c->regs.rflags = (v & USER_FLAGS) | CLEAN_FLAGS | kept;
    } else {
        if (offset == AT(rcx) || offset == AT(r11))
            x86_64_keep_all(c);
        *frame_word(&c->regs, offset) = v;
    }
}

void arch_context_init(struct arch_context *c)
{
    *c = (struct arch_context){0};
    c->fpu_cpu = KERNEL_MAX_CPUS;
    c->regs.cs = SELECTOR_USER_CODE;
    c->regs.ss = SELECTOR_USER_DATA;
    c->regs.rflags = CLEAN_FLAGS;
}

word_t arch_get_register(const struct tcb *t, word_t index)
{
    if (index == KN_REG_FS_BASE)
        return x86_64_tls_base(t);
    if (index == KN_REG_RFLAGS)
        return t->context.regs.rflags & ~(RFLAGS_RF | stepping_flag(t));
    return read_frame(&t->context, register_offset[index]);
}

ALWAYS_INLINE void arch_set_register(struct tcb *t, word_t index, word_t value)
{
    if (index == KN_REG_FS_BASE)
        arch_set_tls_base(t, value);
    else
        write_frame(t, register_offset[index], value);
}

void arch_copy_registers(struct tcb *dest, const struct tcb *src)
{
    for (word_t i = 0; i < KN_NR_REGISTERS; i++)
        arch_set_register(dest, i, arch_get_register(src, i));
}

void arch_upcall_enter(struct tcb *t, struct kn_ipc_buffer *buffer)
{
    struct arch_context *c = &t->context;
    buffer->upcall_pc = c->regs.rip;
    buffer->upcall_flags = c->regs.rflags;
    c->regs.rflags = CLEAN_FLAGS;
    arch_set_pc(c, t->upcall_entry);
}

// x86_64 returns from upcalls in user mode.
void arch_upcall_return(struct tcb *t, const struct kn_ipc_buffer *buffer)
{
    (void)t;
    (void)buffer;
}

word_t arch_unknown_syscall_word(const struct tcb *t, word_t i)
{
    if (i == KN_FAULT_UNKNOWN_SYSCALL_SYSCALL)
        return t->context.regs.rax;
    return read_frame(&t->context, unknown_syscall_offset[i]);
}

void arch_set_unknown_syscall_word(struct tcb *t, word_t i, word_t value)
{
    if (i != KN_FAULT_UNKNOWN_SYSCALL_SYSCALL)
        write_frame(t, unknown_syscall_offset[i], value);
}
