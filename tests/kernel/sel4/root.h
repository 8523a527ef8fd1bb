// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A root task written to the seL4 manual (MCS): what its parts share. It knows of kernite only what <trona/sel4.h> gives
// it. Each part tries one chapter of the manual and ends the machine at the first thing that is not as the manual says.

#include <trona/sel4.h>

#include "arch.h"

#define ROOT seL4_CapInitThreadCNode
#define DEPTH seL4_WordBits
#define SELF seL4_CapInitThreadTCB
#define VSPACE seL4_CapInitThreadVSpace
#define PAGE_SIZE (1ul << seL4_PageBits)

// Priorities: the first thread's, and those of threads that shall run before and behind it.
enum { PRIORITY_LOW = 50, PRIORITY_MAIN = 100, PRIORITY_HIGH = 150, PRIORITY_WATCH = 200 };

// Ends the machine, as failed, unless EXPR holds.
#define CHECK(expr) ((expr) ? (void)0 : fail(__FILE__, __LINE__, #expr))
#define CHECK_OK(call) CHECK((call) == seL4_NoError)

_Noreturn void fail(const char *file, int line, const char *what);
void print(const char *s);

extern seL4_BootInfo *info;

// Prepares memory, slots and a thread that reports unexpected faults.
void root_init(void);

// Empty slots of ROOT, side by side; the first.
seL4_CPtr new_slots(seL4_Word n);
static inline seL4_CPtr new_slot(void) { return new_slots(1); }
seL4_Bool slot_is_empty(seL4_CPtr slot);
// A new object, or n of them in neighbouring slots. SIZE_BITS as seL4_Untyped_Retype wants it.
seL4_CPtr make_many(seL4_Word type, seL4_Word size_bits, seL4_Word n);
static inline seL4_CPtr make(seL4_Word type, seL4_Word size_bits) { return make_many(type, size_bits, 1); }
// A new copy of a capability: with a badge, with rights.
seL4_CPtr badged(seL4_CPtr cap, seL4_Word badge);
seL4_CPtr with_rights(seL4_CPtr cap, seL4_CapRights_t rights);

// Maps FRAME and the tables that it lacks.
void map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word vaddr, seL4_CapRights_t rights);
// Addresses where nothing is mapped, SIZE bytes and aligned to that.
seL4_Word new_addresses(seL4_Word size);

// A thread with a stack of its own, in this address space unless moved.
struct thread {
    seL4_TCB tcb;
    seL4_SchedContext sc;
    volatile seL4_Word arg;     // for RUN
    volatile seL4_Word result;  // from RUN
    volatile seL4_Bool is_done; // RUN has returned
    void (*run)(struct thread *);
    seL4_IPCBuffer *buffer;
    seL4_CPtr buffer_frame;
    seL4_Word stack_top;
};
struct thread *thread_new(void (*run)(struct thread *), seL4_Word arg, seL4_Word priority);
void thread_start(struct thread *t);
// Faults go to ENDPOINT, before the thread starts.
void thread_set_handler(struct thread *t, seL4_CPtr endpoint);
// thread_new and thread_start in one.
struct thread *thread_spawn(void (*run)(struct thread *), seL4_Word arg, seL4_Word priority);

// A Recv, with reply, that must be a fault of TYPE; the caller answers by answer().
seL4_Fault_t receive_fault(seL4_CPtr endpoint, seL4_CPtr reply, seL4_Word type);
void answer(seL4_CPtr reply);

// What depends on the architecture, in arch/<arch>/machine.c.

// A table of the level that a mapping lacked, put in place from the slot of a new object.
seL4_Word arch_table_type(seL4_Word lacking_bits);
seL4_Error arch_map_table(seL4_Word lacking_bits, seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr);

void arch_console_init(void);
void arch_put_char(char c);
void arch_end_machine(seL4_Word status);
// The serial line's interrupt: its handler in SLOT, raised until quieted.
seL4_Error arch_get_serial_irq(seL4_CPtr slot);
void arch_raise_serial_irq(void);
void arch_quiet_serial_irq(void);

// The parts; the last one is the architecture's own.
void check_boot_info(void);
void check_untyped(void);
void check_cnodes(void);
void check_cspace(void);
void check_calls(void);
void check_sends(void);
void check_transfer(void);
void check_notifications(void);
void check_cancelled_sends(void);
void check_vm_fault(void);
void check_cap_fault(void);
void check_unknown_syscall(void);
void check_user_exception(void);
void check_registers(void);
void check_priorities(void);
void check_debugging(void);
void check_budgets(void);
void check_passive_server(void);
void check_notification_context(void);
void check_yield_to(void);
void check_processors(void);
void check_mappings(void);
void check_large_pages(void);
void check_huge_pages(void);
void check_address_space(void);
void check_interrupts(void);
void arch_check(void);
