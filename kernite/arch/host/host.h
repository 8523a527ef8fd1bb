// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The simulated machine: what a test, a fuzzer or the model drives the kernel with. Kernel code never includes this.
// All of the kernel's state lies in two places: the arena (physical memory) and the kernel's own variables, which the
// build collects in linker sections; host_state_* handle both as one block. The machine's devices (clock, interrupt
// lines, TLBs) are in struct host_machine.

#include <setjmp.h>

#include "core/cpu.h"
#include "core/types.h"
#include "object/tcb.h"

#define HOST_NR_IRQS 64
#define HOST_NR_MSIS 8
#define HOST_MSI_ADDRESS 0xfee00000
#define HOST_IRQ_KERNEL 0    // the kernel's own: no user gets it
#define HOST_TICKS_PER_US 10 // not 1, so that a confusion of units shows
#define HOST_TLB_ENTRIES 64
#define HOST_RAM_MAX (64ul << 20)

struct host_tlb_entry {
    bool is_valid;
    word_t asid;
    vaddr_t vaddr; // start of the page
    word_t size_bits;
    word_t pte; // the entry as the walker found it
};

struct host_irq {
    bool is_configured, is_unmasked, is_pending, is_line_high, is_in_service;
    word_t trigger;
};

struct host_machine {
    word_t ram_bytes; // of the arena in use
    ticks_t now;      // the clock
    word_t nr_cpus;
    struct {
        bool is_timer_armed;
        ticks_t deadline;
        word_t root;                    // physical address of the live root table, 0: the kernel's
        word_t asid;                    // the live ASID, 0: none
        vaddr_t thread_block, tls_base; // the live registers
        bool is_ipi_pending;            // another CPU has interrupted this one
        bool is_entry_due;              // it has served that without the lock, and has to go through the kernel
        struct breakpoint breakpoints[KN_NR_BREAKPOINTS]; // the live registers for debugging: what would strike
        bool is_stepped;
        struct host_tlb_entry tlb[HOST_TLB_ENTRIES];
        word_t tlb_next; // entry to replace next
    } cpu[KERNEL_MAX_CPUS];
    struct host_irq irq[HOST_NR_IRQS + HOST_NR_MSIS];
    word_t nr_forced;                  // so often arch_irq_pending says yes: that many preemption points are taken
    word_t nr_asked;                   // how often arch_irq_pending was called
    word_t pulse_countdown, pulse_irq; // at the call that makes it 0, the interrupt comes; 0: never
    enum { HOST_MSI_WORKS, HOST_MSI_FAILS, HOST_MSI_FAILED } msi; // FAILS: at the next arch_msi_open
    word_t nr_tlb_flushes;
    // How TLBs work. False: entries carry ASIDs, and a flush reaches all CPUs (aarch64). True: a CPU has entries of the live
    // address space alone, which go with it, and flushes only its own (x86_64).
    bool is_tlb_private;
    void (*while_waiting)(void); // what happens while a CPU waits for another; NULL: nothing but what it asked for
    word_t halt_status;
    jmp_buf *on_halt;   // where arch_halt goes; NULL: abort
    bool is_log_echoed; // the kernel's log goes to standard error too
};

extern struct host_machine host;

// Makes a machine with RAM_BYTES of cleared memory and NR_CPUS CPUs; the kernel's variables are as at reset.
void host_reset(word_t ram_bytes, word_t nr_cpus);
void host_select_cpu(word_t cpu); // whose turn it is

// A kernite system call of the current thread: the whole entry, by the fastpath where that will do and is not switched
// off. Returns the thread that goes on.
struct tcb *host_syscall(word_t number);
extern bool host_uses_fastpath; // not part of the state

// Time moves by this alone.
void host_tick(ticks_t ticks);
// An interrupt line: edge interrupts are raised by a rising line.
void host_irq_set_line(word_t irq, bool is_high);
void host_irq_pulse(word_t irq);
void host_msi_write(word_t address, word_t data); // a device's message
// Whether the CPU whose turn it is would take an interrupt now.
bool host_interrupt_waits(void);

// What an access of user code at VA does on this CPU, by way of its TLB: true and *OUT, or a fault. ACCESS: KN_VM_ACCESS_*.
bool host_translate(vaddr_t va, word_t access, paddr_t *out);
// Compares every TLB entry and the live roots with page tables and ASID table: false, with a sentence in *WHY, if one
// gives access that the tables do not give any more.
bool host_tlb_is_coherent(const char **why);

// Debugging. What a user-mode instruction meets on this CPU: the number of the breakpoint of TYPE (KN_BREAKPOINT_TYPE_*) that
// ACCESS (KN_BREAKPOINT_ACCESS_READ or _WRITE; INSTRUCTION: READ) to the SIZE bytes from VA strikes, or KN_NR_BREAKPOINTS.
word_t host_find_breakpoint(word_t type, vaddr_t va, word_t size, word_t access);
void host_stepped(void); // the exception behind an instruction while is_stepped: between kernel_enter and kernel_exit
bool host_debug_is_coherent(void); // every CPU's debug registers are those of its current thread
void host_debug_switch(const struct tcb *t); // for arch/host: the registers are to be T's
void host_pc_changed(struct tcb *t);         // the same: T goes on elsewhere

// The kernel's whole state as one block. The size is fixed between two resets.
word_t host_state_size(void);
void host_state_save(void *to);
void host_state_restore(const void *from);
// The first word behind AFTER (NULL: of all) that differs from what was saved; NULL if none does.
const void *host_state_next_difference(const void *saved, const void *after);
