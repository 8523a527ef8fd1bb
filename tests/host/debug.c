// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Breakpoints, single-stepping and break instructions, on simulated debug registers; after every kernel entry the harness
// compares those with the current thread's.

#include "harness.h"

#define HIGH (ROOT_PRIORITY + 1)
#define PC 0x1234000
#define INSTRUCTION KN_BREAKPOINT_TYPE_INSTRUCTION
#define DATA KN_BREAKPOINT_TYPE_DATA
#define ON_READ KN_BREAKPOINT_ACCESS_READ
#define ON_WRITE KN_BREAKPOINT_ACCESS_WRITE
#define ON_BOTH KN_BREAKPOINT_ACCESS_READ_WRITE
#define WATCH KN_FIRST_WATCHPOINT

struct fixture {
    struct thread a;
    word_t e, r;
};

// A thread at PC that runs above the root thread, which handles its faults.
static struct fixture with_debugger(void)
{
    struct fixture f = {make_thread(HIGH), make(KN_OBJECT_TYPE_ENDPOINT, 0), make(KN_OBJECT_TYPE_REPLY, 0)};
    OK(kn_tcb_set_sched_params(f.a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, f.a.sc, f.e));
    f.a.t->context.reg[KN_REG_PC] = PC;
    return f;
}

static void receive(struct fixture f) { act((struct user_call){KN_SYS_RECV, f.e, .reply = f.r}); }

static void expect_fault(struct fixture f, word_t reason, vaddr_t address, word_t number)
{
    receive(f);
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_DEBUG);
    EXPECT_EQ(got_length(root_thread()), KN_FAULT_DEBUG_LENGTH);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_DEBUG_PC), arch_get_pc(&f.a.t->context));
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_DEBUG_REASON), reason);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_DEBUG_TRIGGER_ADDRESS), address);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_DEBUG_BP_NUM), number);
}

static void answer(struct fixture f, word_t length, word_t steps)
{
    act((struct user_call){KN_SYS_SEND, f.r, MESSAGE(KN_FAULT_REPLY_RESUME, length), {steps}});
    EXPECT(current() == f.a.t);
}

static kn_error_t break_at(struct fixture f, word_t number, vaddr_t pc)
{
    return kn_tcb_set_breakpoint(f.a.tcb, number, pc, INSTRUCTION, 0, ON_READ);
}

static kn_error_t watch(struct fixture f, word_t number, vaddr_t va, word_t size, word_t rw)
{
    return kn_tcb_set_breakpoint(f.a.tcb, number, va, DATA, size, rw);
}

static void step(struct fixture f, word_t n)
{
    word_t consumed;
    OK(kn_tcb_configure_single_stepping(f.a.tcb, 0, n, &consumed));
    EXPECT_EQ(consumed, 0);
}

TEST(debug_breakpoint_stops_the_thread_and_is_passed_on_resume)
{
    struct fixture f = with_debugger();
    OK(break_at(f, 1, PC + 4));
    resume(f.a);
    EXPECT(execute(PC));
    EXPECT(!execute(PC + 4));
    expect_fault(f, INSTRUCTION, PC + 4, 1);
    answer(f, 0, 0);
    EXPECT(execute(PC + 4));
    EXPECT(execute(PC + 8));
    EXPECT(!execute(PC + 4));
}

TEST(debug_new_pc_makes_breakpoints_count_again)
{
    struct fixture f = with_debugger();
    OK(break_at(f, 0, PC));
    OK(break_at(f, 1, PC + 4));
    resume(f.a);
    EXPECT(!execute(PC));
    expect_fault(f, INSTRUCTION, PC, 0);
    act((struct user_call){KN_SYS_CALL, f.a.tcb, MESSAGE(KN_LABEL_TCB_WRITE_REGISTERS, 3), {0, 1, PC + 4}});
    answer(f, 0, 0);
    EXPECT(!execute(PC + 4));
    expect_fault(f, INSTRUCTION, PC + 4, 1);
    act((struct user_call){KN_SYS_CALL, f.a.tcb, MESSAGE(KN_LABEL_TCB_WRITE_REGISTERS, 3), {0, 1, PC + 4}});
    answer(f, 0, 0);
    EXPECT(execute(PC + 4));
}

TEST(debug_watchpoints_by_access_and_bytes)
{
    struct fixture f = with_debugger();
    OK(watch(f, WATCH, 0x5004, 4, ON_WRITE));
    OK(watch(f, WATCH + 1, 0x6000, 8, ON_BOTH));
    resume(f.a);
    EXPECT(touch(0x5004, 4, ON_READ));
    EXPECT(touch(0x5000, 4, ON_WRITE));
    EXPECT(touch(0x5008, 8, ON_WRITE));
    EXPECT(!touch(0x5000, 8, ON_WRITE));
    expect_fault(f, DATA, 0x5004, WATCH);
    answer(f, 0, 0);
    EXPECT(touch(0x5000, 8, ON_WRITE)); // now it is done
    EXPECT(!touch(0x6007, 1, ON_READ));
    expect_fault(f, DATA, 0x6000, WATCH + 1);
}

TEST(debug_registers_are_the_current_threads)
{
    struct fixture f = with_debugger();
    struct thread b = make_thread(HIGH + 1);
    OK(break_at(f, 0, PC));
    resume(f.a);
    EXPECT(host.cpu[0].breakpoints[0].is_enabled);
    kernel_entry_to_resume(b.t);
    EXPECT(current() == b.t && !host.cpu[0].breakpoints[0].is_enabled);
    EXPECT(execute(PC));
    start(b, (struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(current() == f.a.t && host.cpu[0].breakpoints[0].is_enabled);
}

TEST(debug_steps_are_counted)
{
    struct fixture f = with_debugger();
    step(f, 2);
    resume(f.a);
    EXPECT(execute(PC));
    EXPECT(!execute(PC + 4));
    expect_fault(f, KN_BREAKPOINT_TYPE_SINGLE_STEP, PC + 8, 0);
    answer(f, 1, 1);
    EXPECT(!execute(PC + 8));
    expect_fault(f, KN_BREAKPOINT_TYPE_SINGLE_STEP, PC + 12, 0);
    answer(f, 0, 0); // one
    EXPECT(!execute(PC + 12));
    expect_fault(f, KN_BREAKPOINT_TYPE_SINGLE_STEP, PC + 16, 0);
    answer(f, 1, 0); // none
    EXPECT(execute(PC + 16));
    EXPECT(!f.a.t->is_debugged);
}

TEST(debug_step_from_a_breakpoint_passes_it)
{
    struct fixture f = with_debugger();
    OK(break_at(f, 0, PC));
    resume(f.a);
    EXPECT(!execute(PC));
    expect_fault(f, INSTRUCTION, PC, 0);
    step(f, 1);
    answer(f, 0, 0);
    EXPECT(!execute(PC));
    expect_fault(f, KN_BREAKPOINT_TYPE_SINGLE_STEP, PC + 4, 0);
}

TEST(debug_only_answers_to_steps_give_steps)
{
    struct fixture f = with_debugger();
    OK(break_at(f, 0, PC));
    resume(f.a);
    EXPECT(!execute(PC));
    expect_fault(f, INSTRUCTION, PC, 0);
    answer(f, 1, 5);
    EXPECT_EQ(f.a.t->nr_steps, 0);
}

TEST(debug_break_instruction_is_a_fault)
{
    struct fixture f = with_debugger();
    resume(f.a);
    execute_break();
    expect_fault(f, KN_BREAKPOINT_TYPE_SOFTWARE_BREAK, PC, 0);
}

TEST(debug_fault_without_handler_stops_the_thread)
{
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_set_breakpoint(a.tcb, 0, PC, INSTRUCTION, 0, ON_READ));
    resume(a);
    EXPECT(!execute(PC));
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
    resume(a);
    EXPECT(execute(PC)); // passed
}

TEST(debug_get_tells_what_was_set)
{
    struct fixture f = with_debugger();
    word_t vaddr, type, size, rw, is_enabled;
    OK(watch(f, WATCH, 0x5000, 8, ON_READ));
    OK(kn_tcb_get_breakpoint(f.a.tcb, WATCH, &vaddr, &type, &size, &rw, &is_enabled));
    EXPECT(vaddr == 0x5000 && type == DATA && size == 8 && rw == ON_READ && is_enabled == 1);
    OK(kn_tcb_unset_breakpoint(f.a.tcb, WATCH));
    OK(kn_tcb_get_breakpoint(f.a.tcb, WATCH, &vaddr, &type, &size, &rw, &is_enabled));
    EXPECT(vaddr == 0 && type == 0 && size == 0 && rw == 0 && is_enabled == 0);
}

TEST(debug_bad_breakpoints_are_refused)
{
    struct fixture f = with_debugger();
    word_t word;
    EXPECT_EQ(kn_tcb_set_breakpoint(f.a.tcb, 0, PC, 7, 0, ON_READ), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(break_at(f, KN_FIRST_WATCHPOINT, PC), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(watch(f, KN_FIRST_WATCHPOINT - 1, 0x5000, 1, ON_WRITE), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(watch(f, KN_NR_BREAKPOINTS, 0x5000, 1, ON_WRITE), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(watch(f, WATCH, 0x5000, 3, ON_WRITE), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(watch(f, WATCH, 0x5000, 0, ON_WRITE), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(watch(f, WATCH, 0x5000, ~0ul, ON_WRITE), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(watch(f, WATCH, 0x5000, 1, 3), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(watch(f, WATCH, 0x5004, 8, ON_WRITE), KN_ERROR_ALIGNMENT_ERROR);
    EXPECT_EQ(break_at(f, 0, PC + 2), KN_ERROR_ALIGNMENT_ERROR);
    EXPECT_EQ(break_at(f, 0, ARCH_USER_TOP), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_tcb_unset_breakpoint(f.a.tcb, KN_NR_BREAKPOINTS), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_tcb_configure_single_stepping(f.a.tcb, KN_NR_BREAKPOINTS, 1, &word), KN_ERROR_RANGE_ERROR);
    EXPECT(!f.a.t->is_debugged);
}

TEST(debug_thread_that_is_gone_leaves_nothing_behind)
{
    struct fixture f = with_debugger();
    OK(watch(f, WATCH, 0x5000, 8, ON_WRITE));
    resume(f.a);
    EXPECT(host.cpu[0].breakpoints[WATCH].is_enabled);
    act((struct user_call){KN_SYS_CALL, KN_INIT_CAP_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {f.a.tcb, DEPTH}});
    EXPECT(is_empty(f.a.tcb));
    EXPECT(current() == root_thread() && !host.cpu[0].breakpoints[WATCH].is_enabled);
}
