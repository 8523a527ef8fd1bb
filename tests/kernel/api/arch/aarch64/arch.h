// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the cases need to know of the architecture. The same names in every arch/<arch>/arch.h.

#include <kn/stubs.h>

#define ARCH_STEP 7 // a number that no system call of kernite has
// Words of the message about a foreign system call: its first argument, its result.
#define ARCH_CALL_ARGUMENT KN_FAULT_UNKNOWN_SYSCALL_X0
#define ARCH_CALL_RESULT KN_FAULT_UNKNOWN_SYSCALL_X0
// The exception of user_illegal, and its instruction's length.
#define ARCH_ILLEGAL_NUMBER 0
#define ARCH_ILLEGAL_LENGTH 4
// The exception of an FPU instruction in a thread without the flag.
#define ARCH_NO_FPU_NUMBER 7
// Instructions of user_walk; a break instruction; how far PC is behind a store of user_store that a breakpoint watches, and
// behind a break instruction, when the thread stops.
#define ARCH_NOP_LENGTH 4
#define ARCH_BREAK_LENGTH 4
#define ARCH_PC_BEHIND_WATCHED 0
#define ARCH_PC_BEHIND_BREAK 0
#define ARCH_CAN_WATCH_READS 1
#define ARCH_INSTRUCTION_ALIGN_BITS 2
// Where a thread stops that has made a foreign system call as one step, with an upcall set: at its entry.
#define ARCH_STEPS_INTO_UPCALLS 1
// A register of a device: the PL031's first identification byte.
#define ARCH_DEVICE_PADDR 0x9010000ul
#define ARCH_DEVICE_OFFSET 0xfe0ul
#define ARCH_DEVICE_MASK 0xffu
#define ARCH_DEVICE_VALUE 0x31u

// PCI: configuration space of bus 0, the interrupt of a function's first line, where to put memory that firmware has not put
// anywhere (there is none).
#define ARCH_PCI_CONFIG 0x4010000000ul
#define ARCH_PCI_IRQ(slot) (32 + 3 + (slot) % 4)
#define ARCH_PCI_WINDOW 0x10000000u
#define ARCH_HAS_ACTIVE_LOW 0

// The handler of message-signalled interrupt N, from 0 to ARCH_LAST_MSI at least, and what DEVICE sends for it. A machine
// without ITS has a GICv2m, which turns messages into INTIDs.
#define ARCH_LAST_MSI 63
static inline kn_error_t arch_get_msi(kn_word_t n, kn_word_t device, kn_cptr_t slot, kn_word_t *address, kn_word_t *data)
{
    kn_error_t error = kn_irq_control_get_msi(KN_INIT_CAP_IRQ_CONTROL, n, device, slot, KN_WORD_BITS, KN_INIT_CAP_CNODE,
                                              address, data);
    if (error != KN_ERROR_ILLEGAL_OPERATION)
        return error;
    *address = 0x08020040;
    *data = 80 + n;
    return kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, *data, 0, slot, KN_WORD_BITS, KN_INIT_CAP_CNODE);
}

static inline void arch_start(struct kn_registers *r, kn_word_t pc, kn_word_t stack_top, kn_word_t argument)
{
    r->pc = pc;
    r->sp = stack_top;
    r->x0 = argument;
}

static inline kn_word_t arch_pc(const struct kn_registers *r) { return r->pc; }
static inline kn_word_t arch_argument(const struct kn_registers *r) { return r->x0; }
static inline void arch_set_pc(struct kn_registers *r, kn_word_t pc) { r->pc = pc; }
static inline kn_word_t arch_flags(const struct kn_registers *r) { return r->spsr; }
static inline kn_word_t arch_tls(const struct kn_registers *r) { return r->tpidr_el0; }

// For loops that wait for another CPU.
static inline void arch_relax(void) { __asm__ volatile("yield" : : : "memory"); }

static inline kn_word_t arch_tls_base(void)
{
    kn_word_t base;
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(base));
    return base;
}

// A system call that is not kernite's, as Linux makes them.
static inline kn_word_t arch_foreign(kn_word_t number, kn_word_t argument)
{
    register kn_word_t x8 __asm__("x8") = number;
    register kn_word_t x0 __asm__("x0") = argument;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8) : "memory", "cc");
    return x0;
}
