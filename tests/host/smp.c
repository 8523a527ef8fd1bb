// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Several CPUs: what one does to threads, queues and translations of another.

#include "harness.h"

#include "core/derivation.h"
#include "core/scheduler.h"

enum { PRIORITY = ROOT_PRIORITY - 10, PAGE_A = 0x7000 };

static void start_machine(void)
{
    machine_start_cpus(MACHINE_RAM, 3);
    is_state_compared = false; // an invocation on a thread takes it off its CPU, even if it fails
    is_fastpath_compared = false;
}

// A thread that runs in user mode on CPU.
static struct thread run_on(word_t cpu, word_t priority)
{
    struct thread thread = make_thread(priority);
    go_to_cpu(thread, cpu);
    resume(thread);
    run_all();
    return thread;
}

TEST(smp_cpus_join_idle)
{
    start_machine();
    EXPECT_EQ(nr_cpus, 3);
    EXPECT(current() == root_thread());
    for (word_t i = 1; i < nr_cpus; i++) {
        turn_to(i);
        EXPECT(!current());
    }
}

TEST(smp_resumed_thread_runs_on_the_cpu_of_its_context)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY), b = run_on(2, PRIORITY);
    EXPECT(current() == root_thread());
    EXPECT(cpus[1].current == a.t);
    EXPECT(cpus[2].current == b.t);
}

TEST(smp_worse_thread_waits_without_an_interrupt)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    struct thread b = make_thread(PRIORITY - 1);
    go_to_cpu(b, 1);
    resume(b);
    EXPECT(!host.cpu[1].is_ipi_pending);
    EXPECT(b.t->in_ready_queue);
    EXPECT(cpus[1].current == a.t);
}

TEST(smp_better_priority_takes_the_cpu)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY), b = run_on(1, PRIORITY - 1);
    EXPECT(cpus[1].current == a.t);
    OK(kn_tcb_set_priority(b.tcb, PRIORITY + 1, KN_INIT_CAP_TCB));
    run_all();
    EXPECT(cpus[1].current == b.t);
    OK(kn_tcb_set_priority(b.tcb, PRIORITY - 1, KN_INIT_CAP_TCB)); // the running one steps back
    run_all();
    EXPECT(cpus[1].current == a.t);
}

TEST(smp_suspended_thread_leaves_its_cpu)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    OK(kn_tcb_suspend(a.tcb));
    EXPECT(cpus[1].current == cpus[1].idle);
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
    run_all();
    EXPECT(cpus[1].current == cpus[1].idle);
    resume(a);
    run_all();
    EXPECT(cpus[1].current == a.t);
}

TEST(smp_thread_goes_on_when_its_registers_have_been_read)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    a.t->context.reg[KN_REG_PC] = 0x1234;
    struct kn_registers registers;
    OK(kn_tcb_read_registers(a.tcb, 0, KN_NR_REGISTERS, &registers));
    EXPECT_EQ(registers.pc, 0x1234);
    run_all();
    EXPECT(cpus[1].current == a.t);
}

TEST(smp_running_thread_moves_to_another_cpu)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    for (word_t i = 0; i < 10; i++) {
        go_to_cpu(a, 1 + i % 2);
        run_all();
        EXPECT(cpus[1 + i % 2].current == a.t);
        EXPECT(cpus[2 - i % 2].current == cpus[2 - i % 2].idle);
    }
}

TEST(smp_thread_moves_itself)
{
    start_machine();
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL + 2, 1000, 1000, 0, 0, 0, KN_INIT_CAP_SCHED_CONTEXT));
    EXPECT(!current());
    run_all();
    turn_to(2);
    EXPECT(current() == root_thread());
}

TEST(smp_thread_that_runs_elsewhere_is_deleted)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    OK(delete (a.tcb));
    EXPECT(cpus[1].current == cpus[1].idle);
    EXPECT(!PTR(a.sc, struct sched_context)->tcb);
    run_all();
}

TEST(smp_context_that_runs_elsewhere_is_deleted)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    OK(delete (a.sc));
    EXPECT(!a.t->sc);
    run_all();
    EXPECT(cpus[1].current == cpus[1].idle);
    EXPECT(!cpus[1].current_sc);
}

TEST(smp_unbound_context_stops_its_thread)
{
    start_machine();
    struct thread a = run_on(2, PRIORITY);
    OK(kn_sched_context_unbind(a.sc));
    run_all();
    EXPECT(cpus[2].current == cpus[2].idle);
    OK(kn_sched_context_bind(a.sc, a.tcb));
    run_all();
    EXPECT(cpus[2].current == a.t);
}

TEST(smp_consumed_time_of_another_cpu_is_up_to_date)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    word_t us;
    OK(kn_sched_context_consumed(a.sc, &us));
    run_all();
    host_tick(123 * HOST_TICKS_PER_US);
    take_spurious_interrupt();
    OK(kn_sched_context_consumed(a.sc, &us));
    EXPECT_EQ(us, 123);
}

TEST(smp_release_on_another_cpu_sets_its_timer)
{
    start_machine();
    struct thread a = make_thread(PRIORITY);
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL + 1, 100, 1000, 0, 0, KN_SCHED_FLAG_SPORADIC, a.sc));
    resume(a);
    run_all();
    turn_to(1);
    EXPECT(current() == a.t);
    tick_us(100); // the budget is over
    EXPECT(!current());
    turn_to(0);
    OK(kn_tcb_suspend(a.tcb));
    resume(a); // its context waits for the release
    run_all();
    EXPECT(host.cpu[1].is_timer_armed);
    host_tick(1000 * HOST_TICKS_PER_US);
    run_all();
    EXPECT(cpus[1].current == a.t);
}

TEST(smp_signal_wakes_a_thread_on_another_cpu)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0), badged = mint(n, KN_RIGHTS_ALL, 5);
    turn_to(1);
    act((struct user_call){KN_SYS_WAIT, n});
    EXPECT(!current());
    turn_to(0);
    kn_signal(badged);
    run_all();
    EXPECT(cpus[1].current == a.t);
    EXPECT_EQ(got_badge(a.t), 5);
}

TEST(smp_call_reaches_a_server_on_another_cpu_and_returns)
{
    start_machine();
    struct thread server = run_on(1, PRIORITY), client = run_on(2, PRIORITY);
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    turn_to(1);
    act((struct user_call){KN_SYS_RECV, e, .reply = r});
    turn_to(2);
    act((struct user_call){KN_SYS_CALL, e, MESSAGE(7, 1), {42}});
    EXPECT(!current());
    run_all();
    EXPECT(cpus[1].current == server.t);
    EXPECT_EQ(got_word(server.t, 0), 42);
    turn_to(1);
    act((struct user_call){KN_SYS_REPLY_RECV, e, MESSAGE(8, 1), {43}, .reply = r});
    run_all();
    EXPECT(cpus[2].current == client.t);
    EXPECT_EQ(got_label(client.t), 8);
    EXPECT_EQ(got_word(client.t, 0), 43);
}

TEST(smp_passive_server_runs_on_its_callers_cpu)
{
    start_machine();
    struct thread server = make_passive_thread(PRIORITY);
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread client[2] = {run_on(1, PRIORITY), run_on(2, PRIORITY)};
    word_t sc = make_sched_context(1000, 1000, 0, 0, 0);
    program(server.t, (struct user_call){KN_SYS_RECV, e, .reply = r});
    OK(kn_sched_context_bind(sc, server.tcb)); // to get to its first Recv
    OK(kn_tcb_set_priority(server.tcb, ROOT_PRIORITY + 1, KN_INIT_CAP_TCB));
    OK(kn_tcb_resume(server.tcb));
    OK(kn_sched_context_unbind(sc));
    EXPECT_EQ(server.t->state, THREAD_BLOCKED_ON_RECEIVE);
    for (word_t i = 0; i < 4; i++) {
        turn_to(1 + i % 2);
        act((struct user_call){KN_SYS_CALL, e, MESSAGE(0, 0)});
        EXPECT(current() == server.t);
        EXPECT_EQ(server.t->cpu, 1 + i % 2);
        act((struct user_call){KN_SYS_REPLY_RECV, e, MESSAGE(0, 0), .reply = r});
        EXPECT(current() == client[i % 2].t);
    }
}

TEST(smp_thread_goes_where_its_new_context_is)
{
    start_machine();
    struct thread a = make_passive_thread(PRIORITY);
    resume(a);
    for (word_t cpu = 2; cpu > 0; cpu--) {
        a.sc = make_sched_context(1000, 1000, 0, 0, 0);
        go_to_cpu(a, cpu);
        OK(kn_sched_context_bind(a.sc, a.tcb));
        run_all();
        EXPECT(cpus[cpu].current == a.t);
        OK(kn_sched_context_unbind(a.sc));
        run_all();
        EXPECT(cpus[cpu].current == cpus[cpu].idle);
    }
}

TEST(smp_kick_reaches_a_thread_on_another_cpu)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    OK(kn_tcb_set_upcall(a.tcb, 0x800100, 0x800000, 0x900000, 0x800200, 0x800240));
    run_all();
    a.t->context.reg[KN_REG_PC] = 0x5000;
    OK(kn_tcb_kick(a.tcb));
    run_all();
    EXPECT(cpus[1].current == a.t);
    EXPECT_EQ(arch_get_pc(&a.t->context), 0x800100);
}

TEST(smp_destroyed_endpoint_restarts_waiters_on_all_cpus)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY), b = run_on(2, PRIORITY);
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    for (word_t i = 1; i < 3; i++) {
        turn_to(i);
        act((struct user_call){KN_SYS_SEND, e, MESSAGE(0, 0)});
        EXPECT(!current());
    }
    turn_to(0);
    OK(delete (e));
    EXPECT(thread_is_runnable(a.t) && thread_is_runnable(b.t));
    run_all(); // they send again, to an empty slot: nobody is told
    EXPECT(cpus[1].current == a.t);
    EXPECT(cpus[2].current == b.t);
}

TEST(smp_thread_that_waits_for_its_context_and_runs_on_another_stays_where_it_runs)
{
    start_machine();
    word_t e1 = make(KN_OBJECT_TYPE_ENDPOINT, 0), e2 = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    word_t r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread home = run_on(1, PRIORITY), away = run_on(1, PRIORITY + 1);
    turn_to(1);
    act((struct user_call){KN_SYS_WAIT, e1});
    turn_to(0);
    OK(kn_sched_context_unbind(away.sc));
    turn_to(1);
    act((struct user_call){KN_SYS_NB_SEND_RECV, e2, .reply = r, .dest = e1}); // lends its context away
    EXPECT(current() == away.t);
    run_on(2, PRIORITY);
    turn_to(2);
    act((struct user_call){KN_SYS_CALL, e2, MESSAGE(0, 0)});
    EXPECT(current() == home.t);
    turn_to(0);
    OK(kn_tcb_suspend(away.tcb)); // the context could go home
    run_all();
    EXPECT(cpus[2].current == home.t);
}

TEST(smp_clocks_of_two_cpus_may_differ)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    word_t us;
    OK(kn_sched_context_consumed(a.sc, &us));
    run_all();
    host_tick(100 * HOST_TICKS_PER_US);
    turn_to(1);
    take_spurious_interrupt();
    host.now -= 40 * HOST_TICKS_PER_US; // CPU 0 is behind
    turn_to(0);
    OK(kn_sched_context_consumed(a.sc, &us));
    EXPECT_EQ(us, 100);
    run_all();
    EXPECT(cpus[1].current == a.t);
}

// Translations

// A page in the root's address space that all three CPUs have used.
static word_t map_everywhere(struct thread *threads)
{
    word_t table[3], frame = make(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS);
    for (word_t i = 0; i < 3; i++) {
        table[i] = make(KN_OBJECT_TYPE_PAGE_TABLE, 0);
        OK(kn_page_table_map(table[i], PAGE_A, 0, ROOT_VSPACE));
    }
    OK(kn_frame_map(frame, PAGE_A, KN_RIGHTS_READ | KN_RIGHTS_WRITE, 0, ROOT_VSPACE));
    threads[0] = run_on(1, PRIORITY);
    threads[1] = run_on(2, PRIORITY);
    for (word_t i = 0; i < 3; i++) {
        turn_to(i);
        EXPECT(access_memory(PAGE_A, KN_VM_ACCESS_WRITE));
    }
    turn_to(0);
    return frame;
}

static void expect_no_access(word_t access)
{
    paddr_t p;
    for (word_t i = 0; i < 3; i++) {
        host_select_cpu(i);
        EXPECT(!host_translate(PAGE_A, access, &p));
    }
    host_select_cpu(0);
}

static void check_unmap(bool is_tlb_private)
{
    struct thread threads[2];
    start_machine();
    host.is_tlb_private = is_tlb_private;
    word_t frame = map_everywhere(threads);
    OK(kn_frame_unmap(frame));
    expect_no_access(KN_VM_ACCESS_READ);
    EXPECT(cpus[1].current == threads[0].t && cpus[2].current == threads[1].t); // they go on
}

TEST(smp_unmapped_page_is_in_no_private_tlb) { check_unmap(true); }
TEST(smp_unmapped_page_is_in_no_tlb) { check_unmap(false); }

TEST(smp_deleted_frame_is_in_no_tlb)
{
    struct thread threads[2];
    start_machine();
    host.is_tlb_private = true;
    OK(delete (map_everywhere(threads)));
    expect_no_access(KN_VM_ACCESS_READ);
}

TEST(smp_write_protected_page_is_writable_on_no_cpu)
{
    struct thread threads[2];
    word_t done;
    start_machine();
    host.is_tlb_private = true;
    map_everywhere(threads);
    OK(kn_vspace_protect_range(ROOT_VSPACE, PAGE_A, 1, KN_RIGHTS_READ, 0, &done));
    expect_no_access(KN_VM_ACCESS_WRITE);
    turn_to(1);
    EXPECT(access_memory(PAGE_A, KN_VM_ACCESS_READ));
}

TEST(smp_cpus_in_other_spaces_are_not_interrupted)
{
    struct thread threads[2];
    start_machine();
    host.is_tlb_private = true;
    word_t frame = map_everywhere(threads);
    word_t space = make(KN_OBJECT_TYPE_VSPACE, 0);
    OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, space));
    OK(kn_tcb_set_space(threads[1].tcb, kn_cnode_guard_new(0, KN_WORD_BITS - ROOT_RADIX), 0, ROOT_CNODE, space));
    run_all();
    word_t before = host.nr_tlb_flushes;
    OK(kn_frame_unmap(frame));
    EXPECT_EQ(host.nr_tlb_flushes, before + 2); // this CPU's and CPU 1's
}

TEST(smp_destroyed_space_is_live_on_no_cpu)
{
    struct thread threads[2];
    start_machine();
    word_t space = make(KN_OBJECT_TYPE_VSPACE, 0);
    OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, space));
    for (word_t i = 0; i < 2; i++) {
        threads[i] = run_on(1 + i, PRIORITY);
        OK(kn_tcb_set_space(threads[i].tcb, kn_cnode_guard_new(0, KN_WORD_BITS - ROOT_RADIX), 0, ROOT_CNODE, space));
    }
    run_all();
    EXPECT(host.cpu[1].root == cap_paddr(cte_at(space)->cap).raw && host.cpu[2].root == host.cpu[1].root);
    OK(revoke(space));
    OK(delete (space));
    EXPECT(host.cpu[1].root == 0 && host.cpu[2].root == 0);
    run_all(); // they run on, and would fault
    EXPECT(cpus[1].current == threads[0].t && host.cpu[1].root == 0);
}

// The lock

static struct tcb *victim;

// While CPU 1 waits for the lock, CPU 0, which has it, takes CPU 1's thread away and gives the lock back.
static void stall_the_waiting(void)
{
    host.while_waiting = NULL;
    host_select_cpu(0);
    smp_stall(victim);
    smp_unlock(this_cpu());
    host_select_cpu(1);
}

TEST(smp_thread_that_is_stalled_on_its_way_in_has_not_entered)
{
    start_machine();
    struct thread a = run_on(1, PRIORITY);
    victim = a.t;
    EXPECT(smp_lock()); // CPU 0
    host.while_waiting = stall_the_waiting;
    host_select_cpu(1);
    EXPECT(!smp_lock());
    EXPECT(cpus[1].current == cpus[1].idle);
    EXPECT(a.t->in_ready_queue);
    kernel_enter();
    EXPECT(kernel_exit() == a.t);
    smp_leave(this_cpu());
}

static void give_the_lock_back(void)
{
    host.while_waiting = NULL;
    EXPECT(cpus[0].lock_next == &cpus[1]);
    smp_unlock(&cpus[0]);
    EXPECT(!host.cpu[1].is_ipi_pending); // it looks
}

TEST(smp_waiting_cpu_gets_the_lock)
{
    start_machine();
    run_on(1, PRIORITY);
    EXPECT(smp_lock());
    EXPECT(!smp_is_awaited());
    host.while_waiting = give_the_lock_back;
    host_select_cpu(1);
    EXPECT(smp_lock());
    EXPECT(cpus[1].has_lock && !cpus[0].has_lock);
    smp_unlock(this_cpu());
    EXPECT(!cpus[1].has_lock);
}

static word_t copied; // a slot

// CPU 0, which has the lock, begins with a Revoke.
static void revoke_for_a_while(void)
{
    host.while_waiting = NULL;
    host_select_cpu(0);
    EXPECT(cap_revoke(cte_at(copied)) == KERR_PREEMPTED);
    EXPECT(cdt_has_children(cte_at(copied)));
    smp_unlock(this_cpu());
    host_select_cpu(1);
}

TEST(smp_long_operation_gives_way_to_a_cpu_that_waits)
{
    start_machine();
    copied = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    for (word_t i = 0; i < 4; i++)
        mint(copied, KN_RIGHTS_ALL, i);
    run_on(1, PRIORITY);
    EXPECT(smp_lock());
    host.while_waiting = revoke_for_a_while;
    host_select_cpu(1);
    EXPECT(smp_lock());
    smp_unlock(this_cpu());
    host_select_cpu(0);
    EXPECT(smp_lock());
    EXPECT(cap_revoke(cte_at(copied)) == KERR_OK); // nobody waits any more
    smp_unlock(this_cpu());
}

static word_t nr_turns;

static void give_the_lock_back_late(void)
{
    if (++nr_turns < 1000)
        return;
    host.while_waiting = NULL;
    smp_unlock(&cpus[0]);
    EXPECT(host.cpu[1].is_ipi_pending); // it sleeps
}

TEST(smp_cpu_that_waits_long_is_woken)
{
    start_machine();
    run_on(1, PRIORITY);
    EXPECT(smp_lock());
    nr_turns = 0;
    host.while_waiting = give_the_lock_back_late;
    host_select_cpu(1);
    EXPECT(smp_lock());
    EXPECT_EQ(nr_turns, 1000);
    EXPECT(cpus[1].has_lock && !host.cpu[1].is_ipi_pending);
    smp_unlock(this_cpu());
}

static struct thread late;

// While CPU 1 waits for the lock, CPU 0 lets a thread of CPU 1 go on when its context's next refill comes.
static void resume_late(void)
{
    host.while_waiting = NULL;
    host_select_cpu(0);
    kernel_enter();
    tcb_resume(late.t);
    EXPECT(kernel_exit() == root_thread());
    smp_unlock(this_cpu());
    host_select_cpu(1);
}

// As when the timer fires for nothing: it is programmed for what is due now.
static void forget_deadline(void)
{
    EXPECT(smp_lock());
    kernel_enter();
    scheduler_timer_interrupt();
    kernel_exit();
    smp_leave(this_cpu());
}

TEST(smp_deadline_that_moves_while_waiting_is_kept_by_the_fastpath)
{
    start_machine();
    late = make_thread(PRIORITY + 1);
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL + 1, 100, 1000, 0, 0, KN_SCHED_FLAG_SPORADIC, late.sc));
    resume(late);
    run_all();
    turn_to(1);
    tick_us(100); // nothing is left until 1000 us from the start
    turn_to(0);
    OK(kn_tcb_suspend(late.tcb));
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread server = run_on(1, PRIORITY), client = run_on(1, PRIORITY - 1);
    turn_to(1);
    act((struct user_call){KN_SYS_RECV, e, .reply = r});
    turn_to(0);
    OK(kn_sched_context_unbind(server.sc));
    run_all();
    turn_to(1);
    forget_deadline();
    turn_to(0);

    EXPECT(smp_lock());
    host.while_waiting = resume_late;
    turn_to(1);
    EXPECT(current() == client.t);
    program(client.t, (struct user_call){KN_SYS_CALL, e, MESSAGE(0, 0)});
    EXPECT(smp_lock());
    EXPECT(host_syscall(KN_SYS_CALL) == server.t);
    smp_leave(this_cpu());
    take_interrupts();
    EXPECT(current() == server.t);
    host_tick(900 * HOST_TICKS_PER_US);
    take_interrupts();
    EXPECT(current() == late.t);
}
