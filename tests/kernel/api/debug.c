// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Debugging: hardware breakpoints, single-stepping, break instructions, and the faults that a debugger hears of them.

#include <arch.h>

#include "space.h"
#include "steps.h"
#include "user.h"

#define INSTRUCTION KN_BREAKPOINT_TYPE_INSTRUCTION
#define DATA KN_BREAKPOINT_TYPE_DATA
#define STEP KN_BREAKPOINT_TYPE_SINGLE_STEP
#define ON_READ KN_BREAKPOINT_ACCESS_READ
#define ON_WRITE KN_BREAKPOINT_ACCESS_WRITE
#define ON_BOTH KN_BREAKPOINT_ACCESS_READ_WRITE
#define WATCH KN_FIRST_WATCHPOINT // a number that can watch data
#define LAST_WATCH (KN_NR_BREAKPOINTS - 1)
#define NR_INSTRUCTION (KN_FIRST_WATCHPOINT ? KN_FIRST_WATCHPOINT : KN_NR_BREAKPOINTS)

static _Alignas(64) char data[64];

static kn_word_t nop(kn_word_t i) { return (kn_word_t)user_walk + i * ARCH_NOP_LENGTH; }

static kn_error_t break_at(const struct steps *s, kn_word_t number, kn_word_t pc)
{
    return kn_tcb_set_breakpoint(s->thread->tcb, number, pc, INSTRUCTION, 0, ON_READ);
}

static kn_error_t watch(const struct steps *s, kn_word_t number, const void *at, kn_word_t size, kn_word_t rw)
{
    return kn_tcb_set_breakpoint(s->thread->tcb, number, (kn_word_t)at, DATA, size, rw);
}

static kn_error_t unset(const struct steps *s, kn_word_t number)
{
    return kn_tcb_unset_breakpoint(s->thread->tcb, number);
}

static void step(const struct steps *s, kn_word_t n)
{
    kn_word_t consumed = 1;
    CHECK_OK(kn_tcb_configure_single_stepping(s->thread->tcb, 0, n, &consumed));
    CHECK(consumed == 0);
}

// Starts at PC and waits for the first fault.
static void go(struct steps *s, kn_word_t pc, kn_word_t argument)
{
    CHECK_OK(kn_tcb_suspend(s->thread->tcb));
    thread_start_at(s->thread, pc, argument);
    steps_wait(s);
}

static void run(struct steps *s, kn_word_t (*function)(struct thread *t), const void *argument)
{
    CHECK_OK(kn_tcb_suspend(s->thread->tcb));
    s->thread->run = function;
    s->thread->arg[0] = (kn_word_t)argument;
    thread_start(s->thread);
}

// Answers a SINGLE_STEP fault: N more.
static void step_on(struct steps *s, kn_word_t n)
{
    kn_msg_set(&s->fault, 0, n);
    steps_resume(s, 1);
}

static bool has_hit(const struct steps *s, kn_word_t type, kn_word_t number, kn_word_t address)
{
    return steps_is_debug(s, type) && length_of(&s->fault) == KN_FAULT_DEBUG_LENGTH &&
           steps_word(s, KN_FAULT_DEBUG_BP_NUM) == number && steps_word(s, KN_FAULT_DEBUG_TRIGGER_ADDRESS) == address;
}

static bool is_at(const struct steps *s, kn_word_t pc) { return steps_word(s, KN_FAULT_DEBUG_PC) == pc; }
static bool has_stepped_to(const struct steps *s, kn_word_t pc) { return has_hit(s, STEP, 0, pc) && is_at(s, pc); }

static bool has_stopped_at(const struct steps *s, kn_word_t number, kn_word_t pc)
{
    return has_hit(s, INSTRUCTION, number, pc) && is_at(s, pc);
}

// An instruction breakpoint stops the thread before its instruction; when it is resumed it goes on, and the next time
// it stops there again.
TEST(debug_breakpoint_stops_before_its_instruction)
{
    struct steps s = steps_new();
    CHECK_OK(break_at(&s, 1, nop(3)));
    for (int i = 0; i < 3; i++) {
        go(&s, nop(0), 0);
        CHECK(has_stopped_at(&s, 1, nop(3)));
        steps_resume(&s, 0);
        CHECK(steps_is_end(&s));
    }
    CHECK_OK(unset(&s, 1));
    go(&s, nop(0), 0);
    CHECK(steps_is_end(&s));
}

// Every number that can hold an instruction breakpoint does, all at once; the next one is out of range.
TEST(debug_every_instruction_breakpoint)
{
    struct steps s = steps_new();
    for (kn_word_t i = 0; i < NR_INSTRUCTION; i++)
        CHECK_OK(break_at(&s, i, nop(NR_INSTRUCTION - i)));
    CHECK_ERROR(break_at(&s, NR_INSTRUCTION, nop(0)), RANGE_ERROR);
    CHECK(error_word(0) == 0 && error_word(1) == NR_INSTRUCTION - 1);
    go(&s, nop(0), 0);
    for (kn_word_t i = NR_INSTRUCTION; i-- > 0; steps_resume(&s, 0))
        CHECK(has_stopped_at(&s, i, nop(NR_INSTRUCTION - i)));
    CHECK(steps_is_end(&s));
}

// A thread that is given another PC while it stands at a breakpoint stops at a breakpoint there.
TEST(debug_new_pc_makes_breakpoints_count)
{
    struct steps s = steps_new();
    CHECK_OK(break_at(&s, 0, nop(2)));
    CHECK_OK(break_at(&s, 1, nop(4)));
    go(&s, nop(0), 0);
    CHECK(has_stopped_at(&s, 0, nop(2)));
    struct kn_registers r = steps_registers(&s);
    arch_set_pc(&r, nop(4));
    CHECK_OK(kn_tcb_write_registers(s.thread->tcb, 0, KN_NR_REGISTERS, &r));
    steps_resume(&s, 0);
    CHECK(has_stopped_at(&s, 1, nop(4)));
    CHECK_OK(kn_tcb_write_registers(s.thread->tcb, 0, KN_NR_REGISTERS, &r)); // the same PC
    steps_resume(&s, 0);
    CHECK(steps_is_end(&s));
}

#define ACCESSES(bits)                                                                                                 \
    static kn_word_t load##bits(struct thread *t) { return *(volatile uint##bits##_t *)t->arg[0]; }                    \
    static kn_word_t store##bits(struct thread *t)                                                                     \
    {                                                                                                                  \
        *(volatile uint##bits##_t *)t->arg[0] = (uint##bits##_t)(t->arg[1] + 1);                                       \
        return 0;                                                                                                      \
    }
ACCESSES(8)
ACCESSES(16)
ACCESSES(32)
ACCESSES(64)

struct access {
    kn_word_t size, rw;
    kn_word_t (*run)(struct thread *t);
};

static const struct access accesses[] = {
    {1, ON_READ, load8},   {2, ON_READ, load16},   {4, ON_READ, load32},   {8, ON_READ, load64},
    {1, ON_WRITE, store8}, {2, ON_WRITE, store16}, {4, ON_WRITE, store32}, {8, ON_WRITE, store64},
};
#define NR_ACCESSES (sizeof accesses / sizeof accesses[0])

// Whether ACCESS to AT hits the breakpoint NUMBER of SIZE bytes at WATCHED; either way it gets done.
static bool hits(struct steps *s, const struct access *a, const char *at, kn_word_t number, const char *watched)
{
    run(s, a->run, at);
    if (s->thread->is_done)
        return false;
    steps_wait(s);
    CHECK(has_hit(s, DATA, number, (kn_word_t)watched));
    s->fault.info = kn_msg_info_new(KN_FAULT_REPLY_RESUME, 0, 0, 0);
    kn_send(s->reply, &s->fault);
    CHECK(s->thread->is_done);
    return true;
}

// A watchpoint of SIZE bytes for RW against accesses of every size at every aligned place around it.
static void try_watchpoint(struct steps *s, kn_word_t size, kn_word_t rw)
{
    kn_word_t number = size % 2 ? WATCH : LAST_WATCH;
    const char *watched = data + 24 - size; // in the middle of other data; 4 of 8 bytes and the like, too
    CHECK_OK(watch(s, number, watched, size, rw));
    for (kn_word_t i = 0; i < NR_ACCESSES; i++) {
        const struct access *a = &accesses[i];
        for (const char *at = data + 8; at < data + 32; at += a->size) {
            bool is_wanted = (rw == ON_BOTH || rw == a->rw) && at + a->size > watched && at < watched + size;
            CHECK(hits(s, a, at, number, watched) == is_wanted);
        }
    }
    CHECK_OK(unset(s, number));
}

// Watchpoints of each size are hit by writes to any of their bytes and by nothing else.
TEST(debug_watchpoints_for_writes)
{
    struct steps s = steps_new();
    for (kn_word_t size = 1; size <= 8; size *= 2)
        try_watchpoint(&s, size, ON_WRITE);
}

// Watchpoints for reads and writes are hit by both. For reads alone: by reads, where there are such.
TEST(debug_watchpoints_for_reads)
{
    struct steps s = steps_new();
    for (kn_word_t size = 1; size <= 8; size *= 2) {
        try_watchpoint(&s, size, ON_BOTH);
        if (ARCH_CAN_WATCH_READS)
            try_watchpoint(&s, size, ON_READ);
    }
}

// A thread stops at a watchpoint before its access or behind it, as the architecture has it; once it goes on the access is
// done.
TEST(debug_watchpoint_stops_at_its_instruction)
{
    struct steps s = steps_new();
    data[0] = 1;
    CHECK_OK(watch(&s, WATCH, data, 8, ON_WRITE));
    go(&s, (kn_word_t)user_store, (kn_word_t)data);
    CHECK(has_hit(&s, DATA, WATCH, (kn_word_t)data) && is_at(&s, (kn_word_t)user_store + ARCH_PC_BEHIND_WATCHED));
    CHECK(data[0] == (ARCH_PC_BEHIND_WATCHED ? 0 : 1));
    steps_resume(&s, 0);
    CHECK(data[0] == 0);
}

static bool breakpoint_is(const struct steps *s, kn_word_t number, kn_word_t at, kn_word_t type, kn_word_t size,
                          kn_word_t rw, bool enabled)
{
    kn_word_t vaddr, got_type, got_size, got_rw, is_enabled;
    CHECK_OK(kn_tcb_get_breakpoint(s->thread->tcb, number, &vaddr, &got_type, &got_size, &got_rw, &is_enabled));
    return vaddr == at && got_type == type && got_size == size && got_rw == rw && is_enabled == enabled;
}

// GetBreakpoint tells what was set last; nothing but zeros before SetBreakpoint and after UnsetBreakpoint.
TEST(debug_get_tells_what_is_set)
{
    struct steps s = steps_new();
    for (kn_word_t i = 0; i < KN_NR_BREAKPOINTS; i++)
        CHECK(breakpoint_is(&s, i, 0, 0, 0, 0, false));
    CHECK_OK(break_at(&s, 0, nop(1)));
    CHECK_OK(watch(&s, LAST_WATCH, data + 4, 4, ON_BOTH));
    CHECK(breakpoint_is(&s, 0, nop(1), INSTRUCTION, 0, ON_READ, true));
    CHECK(breakpoint_is(&s, LAST_WATCH, (kn_word_t)data + 4, DATA, 4, ON_BOTH, true));
    CHECK_OK(watch(&s, LAST_WATCH, data, 8, ON_WRITE));
    CHECK(breakpoint_is(&s, LAST_WATCH, (kn_word_t)data, DATA, 8, ON_WRITE, true));
    CHECK_OK(unset(&s, LAST_WATCH));
    CHECK_OK(unset(&s, LAST_WATCH));
    CHECK(breakpoint_is(&s, LAST_WATCH, 0, 0, 0, 0, false) &&
          breakpoint_is(&s, 0, nop(1), INSTRUCTION, 0, ON_READ, true));
}

// Types, numbers, sizes, accesses and addresses that make no sense are refused, each with its error, and set nothing.
TEST(debug_bad_breakpoints_are_refused)
{
    struct steps s = steps_new();
    kn_cptr_t tcb = s.thread->tcb;
    kn_word_t at = (kn_word_t)data, word;
    for (kn_word_t type = 0; type < 6; type++) {
        if (type == DATA || type == INSTRUCTION)
            continue;
        CHECK_ERROR(kn_tcb_set_breakpoint(tcb, WATCH, at, type, 1, ON_WRITE), INVALID_ARGUMENT);
        CHECK(error_word(0) == 2);
    }
    CHECK_ERROR(watch(&s, KN_NR_BREAKPOINTS, data, 1, ON_WRITE), RANGE_ERROR);
    CHECK(error_word(0) == KN_FIRST_WATCHPOINT && error_word(1) == KN_NR_BREAKPOINTS - 1);
    if (KN_FIRST_WATCHPOINT)
        CHECK_ERROR(watch(&s, KN_FIRST_WATCHPOINT - 1, data, 1, ON_WRITE), RANGE_ERROR);
    const kn_word_t bad_sizes[] = {0, 3, 5, 16, 256, 1ul << 63};
    for (unsigned i = 0; i < sizeof bad_sizes / sizeof bad_sizes[0]; i++) {
        CHECK_ERROR(watch(&s, WATCH, data, bad_sizes[i], ON_WRITE), INVALID_ARGUMENT);
        CHECK(error_word(0) == 3);
    }
    CHECK_ERROR(kn_tcb_set_breakpoint(tcb, 0, nop(0), INSTRUCTION, 1, ON_READ), INVALID_ARGUMENT);
    CHECK(error_word(0) == 3);
    CHECK_ERROR(kn_tcb_set_breakpoint(tcb, 0, nop(0), INSTRUCTION, 0, ON_WRITE), INVALID_ARGUMENT);
    CHECK(error_word(0) == 4);
    for (kn_word_t rw = 0; rw < 6; rw++) {
        if (rw == ON_WRITE || rw == ON_BOTH || (rw == ON_READ && ARCH_CAN_WATCH_READS))
            continue;
        CHECK_ERROR(watch(&s, WATCH, data, 1, rw), INVALID_ARGUMENT);
        CHECK(error_word(0) == 4);
    }
    for (kn_word_t size = 2, bits = 1; size <= 8; size *= 2, bits++) {
        CHECK_ERROR(watch(&s, WATCH, data + size / 2, size, ON_WRITE), ALIGNMENT_ERROR);
        CHECK(error_word(0) == bits);
    }
    if (ARCH_INSTRUCTION_ALIGN_BITS) {
        CHECK_ERROR(break_at(&s, 0, nop(0) + 2), ALIGNMENT_ERROR);
        CHECK(error_word(0) == ARCH_INSTRUCTION_ALIGN_BITS);
    }
    CHECK_ERROR(kn_tcb_get_breakpoint(tcb, KN_NR_BREAKPOINTS, &word, &word, &word, &word, &word), RANGE_ERROR);
    CHECK_ERROR(unset(&s, KN_NR_BREAKPOINTS), RANGE_ERROR);
    CHECK_ERROR(kn_tcb_configure_single_stepping(tcb, KN_NR_BREAKPOINTS, 1, &word), RANGE_ERROR);
    CHECK(error_word(0) == 0 && error_word(1) == KN_NR_BREAKPOINTS - 1);
    for (kn_word_t i = 0; i < KN_NR_BREAKPOINTS; i++)
        CHECK(breakpoint_is(&s, i, 0, 0, 0, 0, false));
}

// Addresses of the kernel cannot be watched, whatever half of the address space or window they lie in.
TEST(debug_kernel_addresses_are_refused)
{
    struct steps s = steps_new();
    const kn_word_t at[] = {KN_USER_TOP,        0x800000000000,     0xffff000000000000,
                            0xffff800000000000, 0xffffffff80101000, 0xfffffffffffffff8};
    for (unsigned i = 0; i < sizeof at / sizeof at[0]; i++) {
        if (at[i] < KN_USER_TOP)
            continue;
        CHECK_ERROR(watch(&s, WATCH, (void *)at[i], 8, ON_BOTH), INVALID_ARGUMENT);
        CHECK(error_word(0) == 1);
        CHECK_ERROR(break_at(&s, 0, at[i]), INVALID_ARGUMENT);
        CHECK(error_word(0) == 1);
    }
    CHECK_OK(watch(&s, WATCH, (void *)(KN_USER_TOP - 8), 8, ON_BOTH));
}

// Steps of one and of several instructions; the answer says how many come next, none means one, 0 ends it.
TEST(debug_single_steps)
{
    struct steps s = steps_new();
    step(&s, 1);
    go(&s, nop(0), 0);
    CHECK(has_stepped_to(&s, nop(1)));
    step_on(&s, 1);
    CHECK(has_stepped_to(&s, nop(2)));
    step_on(&s, 3);
    CHECK(has_stepped_to(&s, nop(5)));
    steps_resume(&s, 0);
    CHECK(has_stepped_to(&s, nop(6)));
    step_on(&s, 0);
    CHECK(steps_is_end(&s));
    step(&s, 4);
    step(&s, 0);
    go(&s, nop(0), 0);
    CHECK(steps_is_end(&s));
}

// A system call is one step, kernite's own as well as one that a fault handler answers.
TEST(debug_steps_over_system_calls)
{
    struct steps s = steps_new();
    step(&s, 1);
    go(&s, (kn_word_t)user_walk_native, 0);
    CHECK(has_stepped_to(&s, (kn_word_t)user_walk_native_call));
    step_on(&s, 1);
    CHECK(has_stepped_to(&s, (kn_word_t)user_walk_native_behind));
    step_on(&s, 1);
    CHECK(has_stepped_to(&s, (kn_word_t)user_walk_native_behind + ARCH_NOP_LENGTH));
    go(&s, nop(USER_NOPS), 0); // stepping has ended with the last fault
    CHECK(steps_is_end(&s));
    step(&s, 2);
    go(&s, nop(USER_NOPS), 0);
    CHECK(steps_is_end(&s));
    steps_resume(&s, 0);
    CHECK(has_stepped_to(&s, (kn_word_t)user_walk_behind));
}

// Stepping onto a breakpoint ends the step there, and the breakpoint stops the thread once more before it goes on;
// stepping from a breakpoint passes it.
TEST(debug_steps_and_breakpoints)
{
    struct steps s = steps_new();
    CHECK_OK(break_at(&s, 0, nop(1)));
    step(&s, 1);
    go(&s, nop(0), 0);
    CHECK(has_stepped_to(&s, nop(1)));
    step_on(&s, 2);
    CHECK(has_stopped_at(&s, 0, nop(1)));
    steps_resume(&s, 0);
    CHECK(has_stepped_to(&s, nop(3)));
    step_on(&s, 0);
    CHECK(steps_is_end(&s));
}

// While a thread is stepped its flags, as others read them, are its own.
TEST(debug_stepping_does_not_show_in_registers)
{
    struct steps s = steps_new();
    step(&s, 1);
    go(&s, nop(0), 0);
    CHECK(has_stepped_to(&s, nop(1)));
    struct kn_registers idle = steps_registers(&s);
    step(&s, 5);
    struct kn_registers stepped = steps_registers(&s);
    CHECK(arch_flags(&idle) == arch_flags(&stepped));
    CHECK_OK(kn_tcb_write_registers(s.thread->tcb, 0, KN_NR_REGISTERS, &stepped));
    step_on(&s, 1);
    CHECK(has_stepped_to(&s, nop(2)));
}

static kn_word_t store_twice(struct thread *t)
{
    *(volatile char *)t->arg[0] = 1;
    wait(t->arg[1]);
    *(volatile char *)t->arg[0] = 2;
    return 0;
}

// Breakpoints and steps are one thread's: another that runs the same code between its faults meets none.
TEST(debug_other_threads_are_not_stopped)
{
    struct steps s = steps_new();
    struct thread *other = thread_spawn(store_twice, (kn_word_t)data, make_notification());
    CHECK_OK(watch(&s, WATCH, data, 1, ON_WRITE));
    run(&s, store8, data);
    steps_wait(&s);
    CHECK(has_hit(&s, DATA, WATCH, (kn_word_t)data));
    kn_signal(other->arg[1]);
    CHECK(other->is_done);
    other = thread_new(store8);
    other->arg[0] = (kn_word_t)data;
    thread_start(other);
    CHECK(other->is_done);
    CHECK_OK(unset(&s, WATCH));
    CHECK_OK(break_at(&s, 0, (kn_word_t)load8));
    step(&s, 1);
    other = thread_new(load8);
    other->arg[0] = (kn_word_t)data;
    thread_start(other);
    CHECK(other->is_done);
}

static kn_word_t set_own(struct thread *t)
{
    CHECK_OK(kn_tcb_set_breakpoint(t->tcb, WATCH, t->arg[0], DATA, 4, ON_WRITE));
    return store32(t);
}

// A thread may set a breakpoint for itself; it counts at once.
TEST(debug_own_breakpoint_counts_at_once)
{
    struct steps s = steps_new();
    run(&s, set_own, data);
    steps_wait(&s);
    CHECK(has_hit(&s, DATA, WATCH, (kn_word_t)data));
}

// A debug fault without a handler stops the thread; resumed with the breakpoint gone, it goes on.
TEST(debug_fault_without_handler_stops_the_thread)
{
    struct thread *t = thread_new(store8);
    t->arg[0] = (kn_word_t)data;
    CHECK_OK(kn_tcb_set_breakpoint(t->tcb, WATCH, (kn_word_t)data, DATA, 1, ON_WRITE));
    thread_start(t);
    CHECK(!t->is_done);
    CHECK_OK(kn_tcb_unset_breakpoint(t->tcb, WATCH));
    CHECK_OK(kn_tcb_resume(t->tcb));
    CHECK(t->is_done);
}

// A break instruction is a debug fault, not an exception, also without any breakpoint set.
TEST(debug_break_instruction)
{
    struct steps s = steps_new();
    go(&s, (kn_word_t)user_break, 0);
    kn_word_t pc = (kn_word_t)user_break + ARCH_PC_BEHIND_BREAK;
    CHECK(has_hit(&s, KN_BREAKPOINT_TYPE_SOFTWARE_BREAK, 0, pc) && is_at(&s, pc));
    struct kn_registers r = steps_registers(&s);
    arch_set_pc(&r, (kn_word_t)user_break + ARCH_BREAK_LENGTH);
    CHECK_OK(kn_tcb_write_registers(s.thread->tcb, 0, KN_NR_REGISTERS, &r));
    steps_resume(&s, 0);
    CHECK(steps_is_end(&s));
}

static kn_word_t receive_long(struct thread *t)
{
    t->msg = receive(t->arg[0], t->arg[1]);
    return length_of(&t->msg);
}

// What the kernel itself writes to a thread's IPC buffer is no access of the thread's.
TEST(debug_kernel_writes_are_not_watched)
{
    struct steps s = steps_new();
    kn_cptr_t endpoint = make_endpoint();
    s.thread->arg[1] = make_reply();
    run(&s, receive_long, (void *)endpoint);
    CHECK_OK(watch(&s, WATCH, &s.thread->buffer->msg[10], 8, ON_BOTH));
    struct kn_msg m = message(1, 20, 0x100);
    kn_send(endpoint, &m);
    if (!s.thread->is_done) { // the stub reads the buffer
        steps_wait(&s);
        CHECK(has_hit(&s, DATA, WATCH, (kn_word_t)&s.thread->buffer->msg[10]));
    }
    CHECK(s.thread->buffer->msg[10] == 0x10a);
}

// An access that is watched and faults is a VM fault; made again when there is a page, it hits the watchpoint.
TEST(debug_watched_access_to_no_page)
{
    struct steps s = steps_new();
    kn_cptr_t frame = make_frame();
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, KN_RIGHTS_READ, 0, KN_INIT_CAP_VSPACE));
    CHECK_OK(watch(&s, WATCH, (void *)TEST_VADDR, 8, ON_BOTH));
    go(&s, (kn_word_t)user_add, TEST_VADDR); // reads, then writes
    if (steps_is_debug(&s, DATA))            // before the access: at the read
        steps_resume(&s, 0);
    CHECK(steps_is_vm_fault(&s, TEST_VADDR, KN_VM_ACCESS_WRITE));
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
    steps_resume(&s, 0);
    CHECK(has_hit(&s, DATA, WATCH, TEST_VADDR));
    CHECK_OK(kn_frame_unmap(frame));
}

static kn_word_t delete_it(struct thread *t) { return delete_cap(t->arg[0]); }

// A thread that goes while it is debugged leaves nothing behind in the CPU.
TEST(debug_registers_of_a_deleted_thread_are_gone)
{
    struct thread *t = thread_new(delete_it), *next = thread_new(store8);
    t->arg[0] = t->tcb;
    next->arg[0] = (kn_word_t)data;
    CHECK_OK(kn_tcb_set_breakpoint(t->tcb, WATCH, (kn_word_t)data, DATA, 1, ON_WRITE));
    thread_start(t);
    CHECK(slot_is_empty(t->tcb));
    thread_start(next);
    CHECK(next->is_done);
    data[0] = 5;
}

static void set_upcall(const struct steps *s)
{
    CHECK_OK(kn_tcb_set_upcall(s->thread->tcb, (kn_word_t)user_upcall_entry, (kn_word_t)user_range_start,
                               (kn_word_t)user_range_end, (kn_word_t)user_window_start, (kn_word_t)user_window_end));
}

// A foreign system call that is an upcall is one step, too. It ends behind the call, or where the runtime is entered.
TEST(debug_steps_over_an_upcall)
{
    struct steps s = steps_new();
    set_upcall(&s);
    step(&s, 2);
    go(&s, nop(USER_NOPS), 0);
    CHECK(has_stepped_to(&s, ARCH_STEPS_INTO_UPCALLS ? (kn_word_t)user_upcall_entry : (kn_word_t)user_walk_behind));
    CHECK(s.thread->buffer->user[0] == (ARCH_STEPS_INTO_UPCALLS ? 0 : 1));
    CHECK_OK(break_at(&s, 0, (kn_word_t)user_walk_behind + ARCH_NOP_LENGTH));
    step_on(&s, 0);
    CHECK(has_stopped_at(&s, 0, (kn_word_t)user_walk_behind + ARCH_NOP_LENGTH) && s.thread->buffer->user[0] == 1);
}

// A handler may make an upcall of a debug fault: the thread's own runtime hears of it.
TEST(debug_fault_as_an_upcall)
{
    struct steps s = steps_new();
    set_upcall(&s);
    CHECK_OK(break_at(&s, 1, nop(2)));
    go(&s, nop(0), 0);
    s.fault.info = kn_msg_info_new(KN_FAULT_REPLY_UPCALL, 0, 0, 0);
    kn_send(s.reply, &s.fault);
    steps_wait(&s); // the runtime returns to the breakpoint
    const struct kn_ipc_buffer *b = s.thread->buffer;
    CHECK(b->user[0] == 1 && b->upcall_pc == nop(2) && b->upcall_fault_label == KN_FAULT_DEBUG);
    CHECK(b->upcall_fault_word[0] == INSTRUCTION && b->upcall_fault_word[1] == nop(2) && b->upcall_fault_word[2] == 1);
    CHECK(has_stopped_at(&s, 1, nop(2)));
}
