// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Kernel operations as a user sees them: guest instructions per operation with the generated stubs, both threads in
// address spaces of their own, over ROUNDS rounds after WARM_UP. Prints "name instructions" lines on the console UART.

#include "../../../servers/init/die.h"
#include "../../../servers/init/init.h"
#include "../../../servers/init/objects.h"
#include "../../../servers/init/power.h"
#include "../../../servers/init/system.h"
#include "bench.h"
#include "clock.h"
#include "threads.h"
#include "trona/format.h"
#include "trona/main.h"

static kn_cptr_t call_endpoint, done_endpoint, fault_endpoint, reply, main_reply, finish_reply, parking;
static kn_word_t words;     // length of the messages
uint64_t result;

__attribute__((noinline)) void report(const char *name, uint64_t total, uint64_t operations) // traces look for it
{
    char line[80];
    uint64_t tenths = total * 10 / operations;
    trona_format(line, sizeof line, "bench %s %lu.%lu\r\n", name, tenths / 10, tenths % 10);
    console_write(line);
}

static void fill_message(struct kn_msg *msg)
{
    msg->info = kn_msg_info_new(1, 0, 0, words);
    for (kn_word_t i = KN_MSG_REGISTERS; i < words; i++)
        kn_ipc_buffer()->msg[i] = i;
}

static void server_loop(void)
{
    struct kn_msg msg = {0};
    kn_recv(call_endpoint, reply, &msg);
    for (;;) {
        msg.info = kn_msg_info_new(0, 0, 0, kn_msg_info_get_length(msg.info));
        kn_reply_recv(call_endpoint, reply, &msg);
    }
}

void finish(void)
{
    struct kn_msg msg = {.info = kn_msg_info_new(0, 0, 0, 0)};
    kn_send(done_endpoint, &msg);
    for (;;)
        kn_wait(parking, &msg);
}

static void client_loop(void)
{
    for (;;) {
        struct kn_msg msg = {0};
        uint64_t start = 0;
        for (int i = 0; i < WARM_UP + ROUNDS; i++) {
            if (i == WARM_UP)
                start = clock_now();
            fill_message(&msg);
            kn_call(call_endpoint, &msg);
        }
        result = clock_now() - start;
        msg.info = kn_msg_info_new(0, 0, 0, 0);
        kn_call(done_endpoint, &msg); // the main thread sets up the next one, then replies
    }
}

// The same for the client, which calls when it has finished a loop. The reply, given by the next call here, starts another.
static void await_client(bool is_first)
{
    struct kn_msg msg = {.info = kn_msg_info_new(0, 0, 0, 0)};
    if (is_first)
        kn_recv(done_endpoint, main_reply, &msg);
    else
        kn_reply_recv(done_endpoint, main_reply, &msg);
}

void await_finish(void)
{
    struct kn_msg msg;
    kn_recv(done_endpoint, finish_reply, &msg);
}

static void bench_ipc(void)
{
    static struct bench_thread server, client;
    words = 0;
    thread_start(&server, server_loop, SERVER_PRIORITY, 0);
    thread_start(&client, client_loop, CLIENT_PRIORITY, 0);
    await_client(true);
    report("ipc_round_trip_0_words_active", result, ROUNDS);
    words = 4;
    await_client(false);
    report("ipc_round_trip_4_words_active", result, ROUNDS);
    words = 10;
    await_client(false);
    report("ipc_round_trip_10_words_active", result, ROUNDS);
    thread_make_passive(&server);
    words = 0;
    await_client(false);
    report("ipc_round_trip_0_words_passive", result, ROUNDS);
    words = 4;
    await_client(false);
    report("ipc_round_trip_4_words_passive", result, ROUNDS);
    words = 10;
    await_client(false);
    report("ipc_round_trip_10_words_passive", result, ROUNDS);
}

static void undefined_instruction(void)
{
#if defined(__x86_64__)
    __asm__ volatile("ud2");
#else
    __asm__ volatile("udf #0");
#endif
}

#if defined(__x86_64__)
#define UNDEFINED_LENGTH 2
#else
#define UNDEFINED_LENGTH 4
#endif

static void fault_handler(void)
{
    struct kn_msg msg = {0};
    kn_recv(fault_endpoint, reply, &msg);
    for (;;) {
        kn_msg_set(&msg, KN_FAULT_USER_EXCEPTION_PC, kn_msg_get(&msg, KN_FAULT_USER_EXCEPTION_PC) + UNDEFINED_LENGTH);
        msg.info = kn_msg_info_new(KN_FAULT_REPLY_RESUME, 0, 0, KN_FAULT_USER_EXCEPTION_REPLY_LENGTH);
        kn_reply_recv(fault_endpoint, reply, &msg);
    }
}

static void fault_loop(void)
{
    uint64_t start = 0;
    for (int i = 0; i < WARM_UP + ROUNDS; i++) {
        if (i == WARM_UP)
            start = clock_now();
        undefined_instruction();
    }
    result = clock_now() - start;
    finish();
}

static void bench_fault(void)
{
    static struct bench_thread handler, faulter;
    reply = object_make(KN_OBJECT_TYPE_REPLY, 0);
    thread_start(&handler, fault_handler, SERVER_PRIORITY, 0);
    thread_start(&faulter, fault_loop, CLIENT_PRIORITY, fault_endpoint);
    await_finish();
    report("fault_to_handler_and_back", result, ROUNDS);
}

__attribute__((noinline)) static void bench_yield(void)
{
    uint64_t start = clock_now();
    for (int i = 0; i < ROUNDS; i++)
        kn_yield();
    report("yield_alone", clock_now() - start, ROUNDS);
}

__attribute__((noinline)) static void bench_signal(void)
{
    kn_cptr_t notification = object_make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    uint64_t start = clock_now();
    for (int i = 0; i < ROUNDS; i++)
        kn_signal(notification);
    report("signal_without_waiter", clock_now() - start, ROUNDS);
}

void trona_main(void *start)
{
    const struct kn_boot_info *boot = start;
    objects_init(boot);
    power_init();
    threads_init(boot);
    call_endpoint = object_make(KN_OBJECT_TYPE_ENDPOINT, 0);
    done_endpoint = object_make(KN_OBJECT_TYPE_ENDPOINT, 0);
    fault_endpoint = object_make(KN_OBJECT_TYPE_ENDPOINT, 0);
    reply = object_make(KN_OBJECT_TYPE_REPLY, 0);
    main_reply = object_make(KN_OBJECT_TYPE_REPLY, 0);
    finish_reply = object_make(KN_OBJECT_TYPE_REPLY, 0);
    parking = object_make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    bench_yield();
    bench_signal();
    bench_ipc();
    bench_fault();
    bench_wakeups();
    bench_memory();
    bench_upcall();
    console_write("bench done 0\r\n");
    init_stop(false);
}
