// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Sets the threads up, runs them, looks at the kernel's invariants meanwhile (debug kernels) and at the end, takes all apart
// and looks again. On the kernel's command line: "seed=N", and "rounds=N" of each worker, or "seconds=N".

#include <stdatomic.h>

#include <arch.h>
#include <trona/main.h>
#include <trona/string.h>
#include <user.h>

#include "console.h"
#include "space.h"
#include "stress.h"

#define DEFAULT_ROUNDS 1000
#define CHECK_PERIOD 64 // rounds of worker 0
#define WORKER_UNTYPED_BITS 16
#define VICTIM_UNTYPED_BITS (KN_TCB_BITS + 1)
#define WINDOW_SIZE 0x200000ul
#define SLICE 5000 // microseconds
#define PAUSE_STEPS 2000
#define PRIORITY_SERVER (PRIORITY_CASE + 1)
#define FAULT_REPLY_STOP 99

struct worker workers[NR_WORKERS];
struct victim victims[NR_VICTIMS];
struct thread *servers[NR_SERVERS];
kn_cptr_t server_endpoint[NR_SERVERS], notifications[NR_NOTIFICATIONS];
kn_cptr_t attendant_endpoint, bell;

static kn_cptr_t done, server_reply[NR_SERVERS];
static kn_word_t seed = 1, rounds = DEFAULT_ROUNDS, seconds;
static _Atomic bool is_time_over;

static void print_value(const char *name, kn_word_t value)
{
    console_print(name);
    console_print_number(value, 10);
}

void test_fail(const char *file, int line, const char *what) { console_fail(file, line, what); }

// xorshift64
kn_word_t pick(struct worker *w, kn_word_t limit)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (w->random >> 11) % limit;
}

static void check_invariants(void)
{
    CHECK(!CONFIG_DEBUG || kn_debug_check() == 0);
}

static kn_word_t work(struct thread *t)
{
    kn_word_t n = t->arg[0];
    struct worker *w = &workers[n];
    for (w->rounds = 0; seconds ? !is_time_over : w->rounds < rounds; w->rounds++) {
        CHECK(stress_step(w));
        if (w == workers && w->rounds % CHECK_PERIOD == 0)
            check_invariants();
    }
    atomic_store(&w->is_done, true);
    kn_signal(done);
    return 0;
}

static void complement(struct kn_msg *m)
{
    kn_word_t length = length_of(m);
    m->info = kn_msg_info_new(0, 0, 0, length);
    for (kn_word_t i = 0; i < length; i++)
        kn_msg_set(m, i, ~kn_msg_get(m, i));
}

// The first passive server asks the second one, along which the caller's context goes.
static kn_word_t serve(struct thread *t)
{
    struct kn_msg m = {0};
    kn_word_t n = t->arg[0];
    if (n % 2)
        kn_nb_send_recv(done, server_endpoint[n], server_reply[n], &m);
    else
        kn_recv(server_endpoint[n], server_reply[n], &m);
    for (;;) {
        complement(&m);
        if (n == 1) {
            struct kn_msg nothing = {0};
            kn_call(server_endpoint[3], &nothing);
        }
        kn_reply_recv(server_endpoint[n], server_reply[n], &m);
    }
}

// Stops who has a fault, but for those that are part of its life.
static kn_word_t attend(struct thread *t)
{
    struct kn_msg m = {0};
    kn_recv(attendant_endpoint, t->arg[1], &m);
    for (;;) {
        bool goes_on = label_of(&m) == KN_FAULT_DEBUG || label_of(&m) == KN_FAULT_TIMEOUT;
        m = message(goes_on ? KN_FAULT_REPLY_RESUME : FAULT_REPLY_STOP, 1, 0); // 0: no more steps
        kn_reply_recv(attendant_endpoint, t->arg[1], &m);
    }
}

static void pause(struct thread *t)
{
    kn_word_t value = t->step; // another one each time
    user_fpu_fill(value);
    for (kn_word_t i = 0; i < PAUSE_STEPS; i++)
        t->step++;
    CHECK(user_fpu_differs(value) == 0);
}

// A while without the kernel, then something that depends on the victim, then a wait for who wakes it.
static kn_word_t suffer(struct thread *t)
{
    struct kn_msg m;
    kn_word_t n = t->arg[0];
    for (;;) {
        for (kn_word_t i = 0; i < n; i++)
            pause(t);
        *(volatile kn_word_t *)&t->result = t->step;
        if (n % 2) {
            m = message(0, n, 0);
            kn_call(server_endpoint[n & 2], &m);
        } else {
            kn_yield();
        }
        kn_wait(notifications[n % NR_NOTIFICATIONS], &m);
    }
}

static void place(kn_cptr_t sc, kn_word_t cpu)
{
    CHECK_OK(kn_sched_control_configure(boot_info->sched_control.start + cpu % boot_info->nr_cpus, SLICE, SLICE, 0, 0, 0, sc));
}

static struct thread *thread_on(kn_word_t (*run)(struct thread *t), kn_word_t n, kn_word_t cpu, kn_word_t priority)
{
    struct thread *t = thread_new(run);
    t->arg[0] = n;
    place(t->sc, cpu);
    thread_set_priority(t, priority);
    return t;
}

static void make_server(kn_word_t n)
{
    server_endpoint[n] = make_endpoint();
    server_reply[n] = make_reply();
    servers[n] = thread_on(serve, n, n, PRIORITY_SERVER);
    thread_start(servers[n]);
    if (n % 2 == 0)
        return;
    wait(done); // it waits for calls now, atomically after having said so
    thread_make_passive(servers[n]);
}

static void make_attendant(void)
{
    attendant_endpoint = make_endpoint();
    struct thread *t = thread_on(attend, 0, 0, PRIORITY_SERVER);
    t->arg[1] = make_reply();
    thread_start(t);
}

static void make_worker(kn_word_t n)
{
    struct worker *w = &workers[n];
    w->thread = thread_on(work, n, n, PRIORITY_CASE);
    w->random = (seed * NR_WORKERS + n) * 0x9e3779b97f4a7c15ul | 1;
    w->untyped = make_untyped(WORKER_UNTYPED_BITS);
    w->slots = slots_new(WORKER_SLOTS);
    w->window = TEST_VADDR + n * WINDOW_SIZE;
    if (n == 0) {
        map_tables(KN_INIT_CAP_VSPACE, w->window);
        return;
    }
    CHECK_OK(kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), w->window, 0, KN_INIT_CAP_VSPACE));
}

void victim_start(struct victim *v)
{
    struct thread *t = v->thread;
    kn_tcb_configure(t->tcb, 0, (kn_word_t)t->buffer, ROOT, KN_INIT_CAP_VSPACE, image_frame(t->buffer));
    kn_tcb_set_sched_params(t->tcb, PRIORITY_CASE, PRIORITY_CASE, KN_INIT_CAP_TCB, t->sc, attendant_endpoint);
    kn_tcb_set_timeout_endpoint(t->tcb, attendant_endpoint);
    kn_tcb_set_flags(t->tcb, 0, KN_TCB_FLAG_FPU, 0, NULL);
    kn_tcb_set_upcall(t->tcb, (kn_word_t)suffer, 0, TEST_VADDR, 0, 0); // it is always inside: kicks are noted
    struct kn_registers r = {0};
    arch_start(&r, (kn_word_t)suffer, t->stack_top, (kn_word_t)t);
    kn_tcb_write_registers(t->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r);
}

static void make_victim(kn_word_t n)
{
    struct victim *v = &victims[n];
    v->thread = thread_on(suffer, n, n + 1, PRIORITY_CASE);
    v->untyped = make_untyped(VICTIM_UNTYPED_BITS);
    CHECK_OK(delete_cap(v->thread->tcb));
    CHECK_OK(retype(v->untyped, KN_OBJECT_TYPE_TCB, 0, v->thread->tcb, 1));
    victim_start(v);
}

// The value of NAME on the command line, or VALUE.
static kn_word_t option(const char *name, kn_word_t value)
{
    size_t length = strlen(name);
    for (const char *at = (const char *)boot_info + boot_info->command_line_offset; *at; at++) {
        if (strncmp(at, name, length) != 0)
            continue;
        value = 0;
        for (at += length; *at >= '0' && *at <= '9'; at++)
            value = value * 10 + (kn_word_t)(*at - '0');
        return value;
    }
    return value;
}

void trona_main(void *start)
{
    boot_info = start;
    env_init(start);
    console_init();
    seed = option("seed=", seed);
    rounds = option("rounds=", rounds);
    seconds = option("seconds=", seconds);
    print_value("smp_stress: seed ", seed);
    print_value(", CPUs ", boot_info->nr_cpus);
    print_value(seconds ? ", seconds " : ", rounds ", seconds ? seconds : rounds);
    console_print("\n");
    env_begin();
    done = make_notification();
    bell = make_notification();
    for (kn_word_t n = 0; n < NR_NOTIFICATIONS; n++)
        notifications[n] = make_notification();
    for (kn_word_t n = 0; n < NR_SERVERS; n++)
        make_server(n);
    make_attendant();
    for (kn_word_t n = 0; n < NR_VICTIMS; n++)
        make_victim(n);
    for (kn_word_t n = 0; n < NR_WORKERS; n++)
        make_worker(n);
    for (kn_word_t n = 0; n < NR_WORKERS; n++)
        thread_start(workers[n].thread);
    for (kn_word_t end = now_us() + seconds * 1000000; seconds && now_us() < end;)
        sleep_us(100000);
    is_time_over = true;
    for (kn_word_t n = 0; n < NR_WORKERS; n++)
        while (!atomic_load(&workers[n].is_done))
            wait(done);
    check_invariants();
    kn_word_t total = 0;
    for (kn_word_t n = 0; n < NR_WORKERS; n++)
        total += workers[n].rounds;
    CHECK(env_end());
    check_invariants();
    print_value("smp_stress: rounds of all ", total);
    console_print("\nsmp_stress: passed\n");
    console_exit(0);
}
