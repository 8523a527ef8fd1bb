// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Yields between processes, Sends to a waiting receiver, Signals and interrupts that wake a process of higher priority.
// The figures count the way there and back, which the woken thread makes by waiting again.

#include "../../../servers/init/die.h"
#include "../../../servers/init/init.h"
#include "../../../servers/init/objects.h"
#include "bench.h"
#include "clock.h"
#include "threads.h"

#define INTERRUPTS (WARM_UP + ROUNDS)
#define DEPTH KN_WORD_BITS

static kn_cptr_t endpoint, notification, reply, irq_notification, irq_handler;
static volatile unsigned nr_interrupts;

static void require(kn_error_t error, const char *what)
{
    if (error != KN_ERROR_NONE)
        init_die("%s fails with error %ld", what, (long)error);
}

static void yield_partner(void)
{
    for (;;)
        kn_yield();
}

static void yield_loop(void)
{
    uint64_t start = clock_now();
    for (int i = 0; i < ROUNDS; i++)
        kn_yield();
    result = clock_now() - start;
    finish();
}

static void receive_loop(void)
{
    struct kn_msg msg;
    for (;;)
        kn_recv(endpoint, reply, &msg);
}

static void send_loop(void)
{
    struct kn_msg msg = {.info = kn_msg_info_new(0, 0, 0, 0)};
    uint64_t start = clock_now();
    for (int i = 0; i < ROUNDS; i++)
        kn_send(endpoint, &msg);
    result = clock_now() - start;
    finish();
}

static void wait_loop(void)
{
    struct kn_msg msg;
    for (;;)
        kn_wait(notification, &msg);
}

static void signal_loop(void)
{
    uint64_t start = clock_now();
    for (int i = 0; i < ROUNDS; i++)
        kn_signal(notification);
    result = clock_now() - start;
    finish();
}

// A clock that every thread can be woken by: the PC's interval timer, or the physical timer of the Arm CPU.
#if defined(__x86_64__)
#define CLOCK_IRQ 2
#define CLOCK_TRIGGER 0
#define CLOCK_DIVISOR 3 // of 1.19 MHz

static void start_clock(kn_cptr_t handler_tcb)
{
    (void)handler_tcb;
    kn_cptr_t ports = slots_take(1);
    require(kn_io_port_control_issue(KN_INIT_CAP_IO_PORT_CONTROL, 0x40, 0x43, ports, DEPTH, KN_INIT_CAP_CNODE), "Issue");
    require(kn_io_port_out8(ports, 0x43, 0x34), "Out8"); // channel 0, periodic
    require(kn_io_port_out8(ports, 0x40, CLOCK_DIVISOR), "Out8");
    require(kn_io_port_out8(ports, 0x40, 0), "Out8");
}

static void restart_clock(void) {}
#else
#define CLOCK_IRQ 30
#define CLOCK_TRIGGER KN_IRQ_TRIGGER_LEVEL
#define CLOCK_TICKS 150

static void start_clock(kn_cptr_t handler_tcb)
{
    kn_word_t flags;
    require(kn_tcb_set_flags(handler_tcb, 0, KN_TCB_FLAG_TIMER, irq_handler, &flags), "SetFlags");
}

static void restart_clock(void)
{
    __asm__ volatile("msr cntp_tval_el0, %0; msr cntp_ctl_el0, %1" : : "r"((uint64_t)CLOCK_TICKS), "r"(1ul));
}
#endif

static void interrupt_loop(void)
{
    struct kn_msg msg;
    kn_recv(endpoint, reply, &msg); // until the clock may be used
    while (nr_interrupts < INTERRUPTS) {
        restart_clock();
        kn_irq_handler_ack(irq_handler);
        kn_wait(irq_notification, &msg);
        nr_interrupts++;
    }
    for (;;)
        kn_wait(irq_notification, &msg); // without an Ack nothing comes any more
}

static void spin_loop(void)
{
    while (nr_interrupts < INTERRUPTS)
        ;
    finish();
}

static void bench_interrupt(void)
{
    static struct bench_thread handler, spinner;
    endpoint = object_make(KN_OBJECT_TYPE_ENDPOINT, 0);
    reply = object_make(KN_OBJECT_TYPE_REPLY, 0);
    irq_notification = object_make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    irq_handler = slots_take(1);
    require(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, CLOCK_IRQ, CLOCK_TRIGGER, irq_handler, DEPTH, KN_INIT_CAP_CNODE), "Get");
    require(kn_irq_handler_set_notification(irq_handler, irq_notification), "SetNotification");
    thread_start(&handler, interrupt_loop, SERVER_PRIORITY, 0);
    start_clock(handler.tcb);
    struct kn_msg msg = {.info = kn_msg_info_new(0, 0, 0, 0)};
    kn_send(endpoint, &msg);
    thread_start(&spinner, spin_loop, CLIENT_PRIORITY, 0);
    await_finish();
}

void bench_wakeups(void)
{
    static struct bench_thread partner, yielder, receiver, sender, waiter, signaller;
    endpoint = object_make(KN_OBJECT_TYPE_ENDPOINT, 0);
    notification = object_make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    reply = object_make(KN_OBJECT_TYPE_REPLY, 0);
    thread_start(&receiver, receive_loop, SERVER_PRIORITY, 0);
    thread_start(&sender, send_loop, CLIENT_PRIORITY, 0);
    await_finish();
    report("send_and_receive_again", result, ROUNDS);
    thread_start(&waiter, wait_loop, SERVER_PRIORITY, 0);
    thread_start(&signaller, signal_loop, CLIENT_PRIORITY, 0);
    await_finish();
    report("signal_and_wait_again", result, ROUNDS);
    bench_interrupt();
    thread_start(&partner, yield_partner, CLIENT_PRIORITY, 0);
    thread_start(&yielder, yield_loop, CLIENT_PRIORITY, 0);
    await_finish();
    report("yield_to_another_and_back", result, ROUNDS);
    require(kn_tcb_suspend(partner.tcb), "Suspend");
}
