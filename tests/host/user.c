// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The simulated user mode: system calls, faults, memory accesses, interrupts.

#include "harness.h"

#include <stdlib.h>

#include "arch/api/mmu.h"
#include "core/entry.h"
#include "core/fastpath.h"
#include "core/scheduler.h"
#include "debug/check.h"
#include "debug/log.h"

// Where the system call instruction of every simulated program stands. A thread whose PC is here is about to make the
// call that its registers say: for the first time, or again because the kernel restarts it.
#define SYSCALL_PC 0x400000ul
#define MAX_STEPS 100000

bool is_state_compared, is_state_checked, is_fastpath_compared;
word_t nr_kernel_entries, nr_fastpaths;
static char *saved_state;
static word_t saved_size;

struct tcb *current(void)
{
    struct tcb *t = this_cpu()->current;
    return t == this_cpu()->idle ? NULL : t;
}

// A stub whose call has blocked writes to nobody's buffer when it returns.
struct kn_ipc_buffer *kn_ipc_buffer(void)
{
    static struct kn_ipc_buffer nobodys;
    return current() && current()->ipc_buffer_kernel ? current()->ipc_buffer_kernel : &nobodys;
}

static const struct cpu *waiting; // for the lock, now; NULL: no CPU does

// core/smp.c I4: what has been asked of CPU is there still, or it is on its way into the kernel.
static void check_is_told(const struct cpu *cpu)
{
    bool has_to_look = cpu->must_reschedule || cpu->must_reprogram;
    bool is_asked = host.cpu[cpu->id].is_ipi_pending && cpu->requests;
    if (has_to_look && !is_asked && !host.cpu[cpu->id].is_entry_due && cpu != waiting)
        test_fail(__FILE__, __LINE__, "after a kernel entry: nobody tells CPU %lu to look", (unsigned long)cpu->id);
}

static void check_state(void)
{
    const char *why;
    if (!is_state_checked)
        return;
    for (word_t i = 0; i < nr_cpus; i++)
        check_is_told(&cpus[i]);
    word_t broken = check_invariants();
    if (broken != CHECK_OK)
        test_fail(__FILE__, __LINE__, "after a kernel entry: broken invariant '%s'", check_invariant_name(broken));
    if (!host_tlb_is_coherent(&why))
        test_fail(__FILE__, __LINE__, "after a kernel entry: %s", why);
    if (!host_debug_is_coherent())
        test_fail(__FILE__, __LINE__, "after a kernel entry: debug registers are not the current thread's");
}

static void left_kernel(const struct tcb *t)
{
    nr_kernel_entries++;
    EXPECT(t == this_cpu()->current);
    smp_leave(this_cpu());
    check_state();
}

static void leave_kernel(void) { left_kernel(kernel_exit()); }

static bool is_single_entry; // of a CPU that has the lock already, while another one waits for it

static bool is_entry_over(void) { return is_single_entry && !this_cpu()->has_lock; }

static bool has_entered(void) { return this_cpu()->has_lock || smp_enter(); }

// The current thread enters the kernel. False: while it waited for the lock it was taken away, and has not entered.
static bool enter_kernel(void)
{
    bool counts = has_entered();
    kernel_enter();
    if (!counts)
        leave_kernel();
    return counts;
}

void take_interrupts(void)
{
    for (word_t i = 0; host_interrupt_waits(); i++) {
        EXPECT(i < MAX_STEPS);
        left_kernel(kernel_interrupt());
    }
}

void take_spurious_interrupt(void)
{
    left_kernel(kernel_interrupt());
}

// Compares the state with EXPECTED.
static void expect_same(const char *expected, word_t number)
{
    for (const char *p = NULL; (p = host_state_next_difference(expected, p));)
        test_fail(__FILE__, __LINE__, "the fastpath of system call %lu differs in the word at %p, %lx",
                  (unsigned long)number, (const void *)p, (unsigned long)*(const word_t *)p);
}

// The current thread makes system call NUMBER by the fastpath, if that will have it, and by the slow path: the same must
// come out. Not compared is what the slow path does just before the budget ends, at which the fastpath does not look.
static const struct tcb *make_syscall(word_t number)
{
    static char *before, *after;
    static word_t size;
    bool is_call = number == KN_SYS_CALL;
    if (!is_fastpath_compared || (!is_call && number != KN_SYS_REPLY_RECV))
        return host_syscall(number);
    if (host_state_size() != size) {
        size = host_state_size();
        before = realloc(before, size);
        after = realloc(after, size);
        EXPECT(before && after);
    }
    tcb_check_spaces(current());
    kernel_enter();
    bool has_time = scheduler_has_time(this_cpu());
    host_state_save(before);
    const struct tcb *next = is_call ? fastpath_call(this_cpu()) : fastpath_reply_recv(this_cpu());
    if (!next) {
        expect_same(before, number);
        return kernel_syscall(number);
    }
    nr_fastpaths++;
    if (!has_time)
        return next;
    host_state_save(after);
    host_state_restore(before);
    EXPECT(kernel_syscall(number) == next);
    expect_same(after, number);
    return next;
}

static bool is_at_syscall(void) { return current() && arch_get_pc(&current()->context) == SYSCALL_PC; }

void run(void)
{
    if (!is_single_entry)
        take_interrupts();
    for (word_t i = 0; is_at_syscall() && !is_entry_over(); i++) {
        EXPECT(i < MAX_STEPS);
        struct tcb *t = current();
        if (has_entered()) {
            arch_set_pc(&t->context, SYSCALL_PC + HOST_SYSCALL_BYTES);
            left_kernel(make_syscall(t->context.reg[KN_REG_NUMBER]));
        } else {
            kernel_enter();
            leave_kernel();
        }
        if (!is_single_entry)
            take_interrupts();
    }
}

static struct {
    word_t cpu;
    void (*acts)(void);
} rival;

static void act_as_rival(void)
{
    word_t turn = host_cpu;
    host.while_waiting = NULL;
    host_select_cpu(rival.cpu);
    is_single_entry = true;
    rival.acts();
    is_single_entry = false;
    if (this_cpu()->has_lock) { // it has not entered
        kernel_enter();
        leave_kernel();
    }
    host_select_cpu(turn);
}

static void act_while_other_waits(void)
{
    waiting = this_cpu();
    act_as_rival();
    waiting = NULL;
}

void start_rival(word_t cpu, void (*acts)(void))
{
    word_t turn = host_cpu;
    rival.cpu = cpu;
    rival.acts = acts;
    host_select_cpu(cpu);
    EXPECT(smp_lock());
    host_select_cpu(turn);
    host.while_waiting = act_while_other_waits;
}

void finish_rival(void)
{
    if (host.while_waiting)
        act_as_rival();
}

static bool has_work(void) { return host_interrupt_waits() || is_at_syscall(); }

void turn_to(word_t cpu)
{
    host_select_cpu(cpu);
    take_interrupts();
}

void run_all(void)
{
    word_t turn = host_cpu;
    word_t nr_idle = 0;
    for (word_t i = turn, steps = 0; nr_idle < nr_cpus; i = (i + 1) % nr_cpus, steps++) {
        EXPECT(steps < MAX_STEPS);
        host_select_cpu(i);
        nr_idle = has_work() ? 0 : nr_idle + 1;
        run();
    }
    host_select_cpu(turn);
}

void program(struct tcb *t, struct user_call call)
{
    word_t *reg = t->context.reg;
    reg[KN_REG_NUMBER] = call.number;
    reg[KN_REG_CPTR] = call.cptr;
    reg[KN_REG_INFO] = call.info;
    for (word_t i = 0; i < 4; i++)
        reg[KN_REG_MR0 + i] = call.mr[i];
    reg[KN_REG_REPLY] = call.reply;
    reg[KN_REG_DEST] = call.dest;
    reg[KN_REG_PC] = SYSCALL_PC;
}

void act(struct user_call call)
{
    EXPECT(current());
    program(current(), call);
    run();
}

// Whether a failed invocation may have changed the word at P: the caller's registers and message, the machine and the log.
static bool may_change(const struct tcb *caller, const char *p)
{
    word_t log_size;
    const char *log = klog_ring(&log_size);
    const char *buffer = (const char *)caller->ipc_buffer_kernel;
    const struct {
        const void *start;
        word_t size;
    } allowed[] = {
        {&caller->context, sizeof caller->context},
        {buffer, buffer ? sizeof *caller->ipc_buffer_kernel : 0},
        {&host, sizeof host},
        {log, log_size},
    };
    for (word_t i = 0; i < ARRAY_SIZE(allowed); i++) {
        const char *start = allowed[i].start;
        if (p >= start && p < start + allowed[i].size)
            return true;
    }
    return false;
}

static void save_state(void)
{
    if (host_state_size() != saved_size) {
        saved_size = host_state_size();
        saved_state = realloc(saved_state, saved_size);
        EXPECT(saved_state);
    }
    host_state_save(saved_state);
}

static void expect_no_change(const struct tcb *caller)
{
    for (const char *p = NULL; (p = host_state_next_difference(saved_state, p));) {
        if (!may_change(caller, p))
            test_fail(__FILE__, __LINE__, "an invocation that failed (label %lu) has changed the word at %p",
                      (unsigned long)got_label(caller), (const void *)p);
    }
}

// Whether a failed batch invocation had done something before: its reply has six words, the last one counts that.
static bool has_done_something(const struct tcb *caller) { return got_length(caller) == 6 && got_word(caller, 5) > 0; }

static bool is_invocation(struct tcb *t, word_t number, word_t cptr)
{
    struct lookup_result r = cspace_lookup(t, cptr);
    return number == KN_SYS_CALL && r.slot && cap_type(r.slot->cap) != KN_CAP_TYPE_ENDPOINT;
}

// The entry of the library kernel that the generated stubs call: the current thread makes the system call. When it
// blocks, the stub returns with what is in its registers.
void kn_host_syscall(struct kn_syscall_frame *f)
{
    struct tcb *t = current();
    if (is_entry_over())
        return;
    EXPECT(t);
    bool is_compared = is_state_compared && is_invocation(t, f->number, f->cptr);
    if (is_compared) {
        tcb_check_spaces(t); // or the call will, which is no change
        save_state();
    }
    act((struct user_call){f->number, f->cptr, f->info, {f->mr0, f->mr1, f->mr2, f->mr3}, f->reply, f->dest});
    f->cptr = got_badge(t);
    f->info = got_info(t);
    f->mr0 = got_word(t, 0);
    f->mr1 = got_word(t, 1);
    f->mr2 = got_word(t, 2);
    f->mr3 = got_word(t, 3);
    if (is_compared && current() == t && got_label(t) != KN_ERROR_NONE && !has_done_something(t))
        expect_no_change(t);
}

word_t got_badge(const struct tcb *t) { return t->context.reg[KN_REG_CPTR]; }
word_t got_info(const struct tcb *t) { return t->context.reg[KN_REG_INFO]; }
word_t got_label(const struct tcb *t) { return kn_msg_info_get_label(got_info(t)); }
word_t got_length(const struct tcb *t) { return kn_msg_info_get_length(got_info(t)); }
word_t *message_in(struct tcb *t) { return t->ipc_buffer_kernel->msg; }

word_t got_word(const struct tcb *t, word_t i)
{
    return i < KN_MSG_REGISTERS ? t->context.reg[KN_REG_MR0 + i] : t->ipc_buffer_kernel->msg[i];
}

bool access_memory(vaddr_t va, word_t access)
{
    paddr_t p;
    EXPECT(current());
    if (host_translate(va, access, &p))
        return true;
    if (enter_kernel()) {
        handle_vm_fault(va, access, 0x10 + access);
        leave_kernel();
    }
    run();
    return false;
}

void make_foreign_syscall(word_t number)
{
    EXPECT(current());
    struct tcb *t = current();
    if (enter_kernel()) {
        t->context.reg[KN_REG_PC] += HOST_SYSCALL_BYTES;
        handle_foreign_syscall(number);
        leave_kernel();
    }
    run();
}

void raise_exception(word_t number, word_t code)
{
    EXPECT(current());
    if (enter_kernel()) {
        handle_user_exception(number, code);
        leave_kernel();
    }
    run();
}

// The exception of a breakpoint, if there is one. Whether the thread goes on.
static bool debug_exception(word_t breakpoint)
{
    struct tcb *t = current();
    if (breakpoint == KN_NR_BREAKPOINTS)
        return true;
    kernel_enter();
    handle_breakpoint(breakpoint);
    leave_kernel();
    return current() == t;
}

static bool step_exception(void)
{
    struct tcb *t = current();
    if (!host.cpu[host_cpu].is_stepped)
        return true;
    kernel_enter();
    host_stepped();
    leave_kernel();
    return current() == t;
}

bool execute(vaddr_t pc)
{
    EXPECT(current());
    arch_set_pc(&current()->context, pc);
    if (!debug_exception(host_find_breakpoint(KN_BREAKPOINT_TYPE_INSTRUCTION, pc, 1, KN_BREAKPOINT_ACCESS_READ)))
        return false;
    arch_set_pc(&current()->context, pc + HOST_SYSCALL_BYTES);
    return step_exception();
}

bool touch(vaddr_t va, word_t size, word_t access)
{
    EXPECT(current());
    return debug_exception(host_find_breakpoint(KN_BREAKPOINT_TYPE_DATA, va, size, access)) && step_exception();
}

void execute_break(void)
{
    kernel_enter();
    handle_software_break();
    leave_kernel();
    run();
}

void kernel_entry_to_resume(struct tcb *t)
{
    EXPECT(enter_kernel());
    tcb_resume(t);
    leave_kernel();
    run();
}

void tick_us(word_t us)
{
    host_tick(us * HOST_TICKS_PER_US);
    run();
}
