// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Unit tests of the kernel on the host port. A test is a sentence; it gets a fresh simulated machine with a root thread
// that holds everything, and acts as user threads do: system calls (the generated stubs of kn/stubs.h, or program and
// run for other threads), accesses to memory, time, interrupts. After every kernel entry the harness runs the invariant
// checker and compares the TLBs with the page tables; after every invocation that fails it compares the whole state with
// the one before.

#include <kn/stubs.h>

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/host/host.h"
#include "core/smp.h"
#include "core/derivation.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/reply.h"
#include "object/sched_context.h"
#include "object/tcb.h"

struct test {
    const char *name;
    const char *file;
    void (*run)(void);
    struct test *next;
};

void test_register(struct test *test);
_Noreturn void test_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define TEST(sentence)                                                                                                 \
    static void sentence(void);                                                                                        \
    __attribute__((constructor)) static void register_##sentence(void)                                                 \
    {                                                                                                                  \
        static struct test test = {#sentence, __FILE__, sentence, NULL};                                               \
        test_register(&test);                                                                                          \
    }                                                                                                                  \
    static void sentence(void)

#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            test_fail(__FILE__, __LINE__, "%s", #condition);                                                           \
    } while (0)
#define EXPECT_EQ(got, wanted)                                                                                         \
    do {                                                                                                               \
        word_t got_value = (word_t)(got), wanted_value = (word_t)(wanted);                                             \
        if (got_value != wanted_value)                                                                                 \
            test_fail(__FILE__, __LINE__, "%s is 0x%lx, not 0x%lx", #got, (unsigned long)got_value,                    \
                      (unsigned long)wanted_value);                                                                    \
    } while (0)
#define OK(call) EXPECT_EQ(call, KN_ERROR_NONE)

// The machine. Slots of the root CNode beyond those of KN_INIT_CAP_*:
enum {
    SLOT_SCHED_CONTROL = KN_INIT_CAP_FIRST_FREE, // of CPU 0; then of the others
    SLOT_UNTYPED = 24,                           // MACHINE_UNTYPED_BITS of memory, all free
    SLOT_UNTYPED2,                               // half as much
    SLOT_DEVICE,                                 // 1 GiB of device memory at MACHINE_DEVICE
    SLOT_PARKING,                                // a notification that nobody signals
    SLOT_FREE = 32,                              // the first free one
    ROOT_RADIX = 10,
};
#define MACHINE_RAM (1ul << 20)
#define MACHINE_UNTYPED_BITS 19
#define MACHINE_DEVICE 0x40000000ul
#define ROOT_PRIORITY 100
#define ROOT_CNODE KN_INIT_CAP_CNODE
#define ROOT_VSPACE KN_INIT_CAP_VSPACE
#define DEPTH 64 // all bits of an address of the root CNode

// A fresh machine with one CPU, the root thread running. RAM a power of two, at least MACHINE_RAM: the untyped is its upper
// half.
void machine_start(word_t ram_bytes);
// The same with COUNT CPUs; the root thread runs on CPU 0, whose turn it is.
void machine_start_cpus(word_t ram_bytes, word_t count);
struct tcb *root_thread(void);
struct tcb *current(void); // of the CPU whose turn it is; NULL: the idle thread
// It is the turn of CPU, until another's: everything below is about it. Its interrupts are taken first.
void turn_to(word_t cpu);
void run_all(void); // every CPU, in turn, until none has anything to do; back to the one whose turn it was

// CPU, not the one whose turn it is, takes the kernel lock. When that one's next kernel entry waits for it, CPU makes the first
// kernel entry of ACTS, and gives it back.
void start_rival(word_t cpu, void (*acts)(void));
void finish_rival(void); // if nobody has entered the kernel meanwhile, it does so now

// Slots and objects, in the root CNode.
word_t new_slot(void);
word_t new_slots(word_t count);             // consecutive ones
struct cte *cte_at(word_t slot);            // of the root CNode
word_t make(word_t type, word_t size_bits); // retypes one from SLOT_UNTYPED
word_t make_many(word_t type, word_t size_bits, word_t count);
word_t mint(word_t slot, word_t rights, badge_t badge);
word_t copy(word_t slot);
kn_error_t revoke(word_t slot);
kn_error_t delete (word_t slot);
static inline bool is_empty(word_t slot) { return cte_is_empty(cte_at(slot)); }
#define PTR(slot, type) ((type *)phys_to_ptr(cap_paddr(cte_at(slot)->cap)))

// A thread in the root's CSpace and VSpace, with an IPC buffer; inactive. PASSIVE: without scheduling context.
struct thread {
    word_t tcb, sc, buffer; // slots
    struct tcb *t;
};
struct thread make_thread(word_t priority);
struct thread make_passive_thread(word_t priority);
void go_to_cpu(struct thread thread, word_t cpu); // with its own context, round robin
word_t make_sched_context(word_t budget_us, word_t period_us, word_t extra_refills, word_t badge, word_t flags);

#pragma clang diagnostic ignored "-Wmissing-field-initializers" // a user_call names what its system call uses

// What a thread will do when it runs next: one system call. Fields that the call does not use stay 0.
struct user_call {
    word_t number, cptr, info;
    word_t mr[4];
    word_t reply, dest;
};
#define MESSAGE(label, length) kn_msg_info_new(label, 0, 0, length)
void program(struct tcb *t, struct user_call call);
void start(struct thread thread, struct user_call call); // whatever it does now: suspend, program, resume, run
void resume(struct thread thread);
// Threads other than the root that have nothing to do but are current step aside, until the root is.
void park(void);
// Runs threads until the current one has no system call to make.
void run(void);
// The current thread makes CALL; then run.
void act(struct user_call call);

// What a system call returned to T.
word_t got_badge(const struct tcb *t);
word_t got_label(const struct tcb *t);
word_t got_length(const struct tcb *t);
word_t got_word(const struct tcb *t, word_t i); // message registers, then the IPC buffer
word_t got_info(const struct tcb *t);
word_t *message_in(struct tcb *t); // T's buffer's msg[]

// Other kernel entries of the current thread.
bool access_memory(vaddr_t va, word_t access); // through the TLB; false: it faulted into the kernel
void make_foreign_syscall(word_t number);      // at the PC it has; the PC is behind it afterwards
void raise_exception(word_t number, word_t code);
bool execute(vaddr_t pc);                    // an instruction at PC, no access; false: a breakpoint or step stopped the thread
bool touch(vaddr_t va, word_t size, word_t access); // the same with an access (KN_BREAKPOINT_ACCESS_*) as to watchpoints
void execute_break(void);                    // a break instruction
void tick_us(word_t us); // time passes; the timer's interrupts are taken
void take_interrupts(void);
void take_spurious_interrupt(void);         // brings the kernel's idea of time up to date
void kernel_entry_to_resume(struct tcb *t); // as if somebody with T's capability resumed it

// Switches: none holds beyond the test.
extern bool is_state_compared;    // failing invocations are checked to change nothing
extern bool is_state_checked;     // the invariant checker runs after every entry
extern bool is_fastpath_compared; // what the fastpath does is compared with what the slow path does
extern word_t nr_kernel_entries;
extern word_t nr_fastpaths; // compared
extern char test_note[80];  // what a failure report says besides, such as a seed
