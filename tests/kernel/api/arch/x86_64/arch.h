// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the cases need to know of the architecture. The same names in every arch/<arch>/arch.h.

#include <kn/stubs.h>

#define ARCH_STEP 7 // a number that no system call of kernite has
// Words of the message about a foreign system call: its first argument, its result, a register that it does not use.
#define ARCH_CALL_ARGUMENT KN_FAULT_UNKNOWN_SYSCALL_RDI
#define ARCH_CALL_RESULT KN_FAULT_UNKNOWN_SYSCALL_RAX
// The exception of user_illegal, and its instruction's length.
#define ARCH_ILLEGAL_NUMBER 6
#define ARCH_ILLEGAL_LENGTH 2
// The exception of an FPU instruction in a thread without the flag.
#define ARCH_NO_FPU_NUMBER 7
// Instructions of user_walk; a break instruction; how far PC is behind a store of user_store that a breakpoint watches, and
// behind a break instruction, when the thread stops.
#define ARCH_NOP_LENGTH 1
#define ARCH_BREAK_LENGTH 1
#define ARCH_PC_BEHIND_WATCHED 3
#define ARCH_PC_BEHIND_BREAK 1
#define ARCH_CAN_WATCH_READS 0
#define ARCH_INSTRUCTION_ALIGN_BITS 0
// Where a thread stops that has made a foreign system call as one step, with an upcall set: behind the call.
#define ARCH_STEPS_INTO_UPCALLS 0
// A register of a device: the HPET's identification, whose upper half is its maker.
#define ARCH_DEVICE_PADDR 0xfed00000ul
#define ARCH_DEVICE_OFFSET 0ul
#define ARCH_DEVICE_MASK 0xffff0000u
#define ARCH_DEVICE_VALUE 0x80860000u

// PCI: configuration space of bus 0, the interrupt of a function's first line, where to put memory that firmware has not put
// anywhere (it has).
#define ARCH_PCI_CONFIG 0xb0000000ul
#define ARCH_PCI_IRQ(slot) (20 + (slot) % 4)
#define ARCH_PCI_WINDOW 0u
#define ARCH_HAS_ACTIVE_LOW 1

// The handler of message-signalled interrupt N, from 0 to ARCH_LAST_MSI at least, and what DEVICE sends for it.
#define ARCH_LAST_MSI 63
static inline kn_error_t arch_get_msi(kn_word_t n, kn_word_t device, kn_cptr_t slot, kn_word_t *address, kn_word_t *data)
{
    return kn_irq_control_get_msi(KN_INIT_CAP_IRQ_CONTROL, n, device, slot, KN_WORD_BITS, KN_INIT_CAP_CNODE, address, data);
}

static inline void arch_start(struct kn_registers *r, kn_word_t pc, kn_word_t stack_top, kn_word_t argument)
{
    r->rip = pc;
    r->rsp = stack_top - 8; // as behind a call
    r->rdi = argument;
}

static inline kn_word_t arch_pc(const struct kn_registers *r) { return r->rip; }
static inline kn_word_t arch_argument(const struct kn_registers *r) { return r->rdi; }
static inline void arch_set_pc(struct kn_registers *r, kn_word_t pc) { r->rip = pc; }
static inline kn_word_t arch_flags(const struct kn_registers *r) { return r->rflags; }
static inline kn_word_t arch_tls(const struct kn_registers *r) { return r->fs_base; }

// For loops that wait for another CPU.
static inline void arch_relax(void) { __asm__ volatile("pause" : : : "memory"); }

static inline kn_word_t arch_tls_base(void)
{
    kn_word_t base;
    __asm__ volatile("rdfsbase %0" : "=r"(base));
    return base;
}

// A system call that is not kernite's, as Linux makes them.
static inline kn_word_t arch_foreign(kn_word_t number, kn_word_t argument)
{
    __asm__ volatile("syscall" : "+a"(number), "+D"(argument) : : "rcx", "r11", "memory", "cc");
    return number;
}
