// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The fastpath. The harness compares it with the slow path at every Call and ReplyRecv of every test; here is what brings
// them about in all combinations, and what must not go this way.

#include "harness.h"

#include "arch/api/cpu.h"

#define NR_THREADS 7
#define NR_ENDPOINTS 3
#define NR_STEPS 3000
#define NR_EPISODES 12

static uint64_t random_state;

static word_t below(word_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % n;
}

static bool one_in(word_t n) { return below(n) == 0; }

static struct {
    struct thread thread[NR_THREADS];
    word_t reply[NR_THREADS], endpoint[NR_ENDPOINTS], notification, spare_context;
} world;

static bool is_passive(word_t i) { return i % 3 == 2; }
static word_t any_priority(void) { return ROOT_PRIORITY + 1 + below(3); }

// Threads of few priorities, above the root's; every third without a context, some with small budgets, one without a buffer.
static void make_world(void)
{
    for (word_t i = 0; i < NR_ENDPOINTS; i++)
        world.endpoint[i] = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    world.notification = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    for (word_t i = 0; i < NR_THREADS; i++) {
        world.thread[i] = make_passive_thread(any_priority());
        world.reply[i] = make(KN_OBJECT_TYPE_REPLY, 0);
        if (is_passive(i))
            continue;
        word_t flags = i == 1 ? KN_SCHED_FLAG_SPORADIC : 0, budget = i < 2 ? 500 : 1000;
        world.thread[i].sc = make_sched_context(budget, 1000, 2, i, flags);
        OK(kn_sched_context_bind(world.thread[i].sc, world.thread[i].tcb));
    }
    world.spare_context = make_sched_context(1000, 1000, 0, 0, 0);
    OK(kn_tcb_set_ipc_buffer(world.thread[3].tcb, 0x20000000, 0));
    OK(kn_tcb_bind_notification(world.thread[4].tcb, world.notification));
    if (one_in(2))
        OK(kn_sched_context_bind(make_sched_context(1000, 1000, 0, 0, 0), world.notification));
}

// Capabilities, registers and message of a call of thread I: mostly sensible ones.
static struct user_call any_call(word_t i)
{
    static const word_t numbers[] = {KN_SYS_CALL,       KN_SYS_CALL,       KN_SYS_CALL,  KN_SYS_REPLY_RECV,
                                     KN_SYS_REPLY_RECV, KN_SYS_REPLY_RECV, KN_SYS_RECV,  KN_SYS_NB_SEND_RECV,
                                     KN_SYS_SEND,       KN_SYS_NB_SEND,    KN_SYS_YIELD, KN_SYS_NB_RECV};
    word_t number = numbers[below(one_in(4) ? ARRAY_SIZE(numbers) : 7)];
    bool receives = number == KN_SYS_REPLY_RECV || number == KN_SYS_RECV;
    word_t length = one_in(3) ? below(128) : below(8), reply = one_in(8) ? below(NR_THREADS) : i;
    struct user_call call = {number,
                             world.endpoint[receives ? i % 2 : below(NR_ENDPOINTS)],
                             kn_msg_info_new(below(8), 0, 0, length),
                             {below(100), below(100), below(100), below(100)},
                             world.reply[reply],
                             world.endpoint[below(NR_ENDPOINTS)]};
    if (one_in(20))
        call.cptr = one_in(2) ? world.notification : world.reply[i];
    if (one_in(20))
        call.info |= kn_msg_info_new(0, below(8), 1, 0);
    return call;
}

static void disturb(void)
{
    struct thread t = world.thread[below(NR_THREADS)];
    switch (below(8)) {
    case 0: tick_us(below(400)); break;
    case 1: OK(kn_tcb_set_priority(t.tcb, any_priority(), KN_INIT_CAP_TCB)); break;
    case 2: OK(kn_tcb_set_upcall(t.tcb, 0x5000, 0x5000, 0x6000, 0x5100, 0x5200)); break;
    case 3: (void)kn_tcb_kick(t.tcb); break;
    case 4: kn_signal(world.notification); break;
    default: OK(kn_tcb_suspend(t.tcb)); break;
    }
}

// Stopped threads go on. A passive one needs a context until it waits.
static void start_all(void)
{
    for (word_t i = 0; i < NR_THREADS && current() == root_thread(); i++) {
        if (world.thread[i].t->state != THREAD_INACTIVE)
            continue;
        if (is_passive(i) && kn_sched_context_bind(world.spare_context, world.thread[i].tcb) == KN_ERROR_NONE) {
            start(world.thread[i], (struct user_call){KN_SYS_RECV, world.endpoint[i % 2], .reply = world.reply[i]});
            (void)kn_sched_context_unbind(world.spare_context);
        } else if (!is_passive(i)) {
            start(world.thread[i], any_call(i));
        }
    }
}

// The current thread makes a call; the root, which runs when all others wait, sees to it that they go on.
static void step(void)
{
    struct tcb *t = current();
    for (word_t i = 0; t && i < NR_THREADS; i++) {
        if (world.thread[i].t != t)
            continue;
        host_tick(below(100));
        if (t->ipc_buffer_kernel)
            message_in(t)[KN_MSG_REGISTERS + below(100)] = below(1000);
        act(any_call(i));
        return;
    }
    if (t)
        disturb();
    else
        tick_us(200);
    start_all();
}

TEST(fastpath_and_slow_path_do_the_same)
{
    jmp_buf *on_halt = host.on_halt;
    is_state_compared = false; // time passes before calls, so even those that fail charge it
    nr_fastpaths = 0;
    for (word_t i = 1; i <= NR_EPISODES; i++) {
        random_state = i * 0x9e3779b97f4a7c15 + 1;
        machine_start(MACHINE_RAM);
        host.on_halt = on_halt;
        make_world();
        for (word_t n = 0; n < NR_STEPS; n++)
            step();
    }
    EXPECT(nr_fastpaths > NR_EPISODES * NR_STEPS / 20);
}
