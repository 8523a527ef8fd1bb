// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling contexts: budgets and timeout faults, passive servers, contexts of notifications, YieldTo.

#include "root.h"

#define BUDGET_US 2000
#define PERIOD_US 20000
#define SC_BADGE 55
#define MAX_LOST 20 // budgets in a row that go by while the host does not run the machine
#define LARGE_SC_BITS (seL4_MinSchedContextBits + 3)
#define LONG_US 100000000
#define MAIN_US 10000 // of the root task, as boot gives it

static seL4_CPtr endpoint, inner_endpoint, reply, inner_reply, ready;

static void configure(struct thread *t, seL4_Time budget, seL4_Time period)
{
    CHECK_OK(seL4_SchedControl_ConfigureFlags(info->schedcontrol.start, t->sc, budget, period, 0, SC_BADGE,
                                              seL4_SchedContext_NoFlag));
}

static seL4_Error configure_refills(seL4_SchedContext sc, seL4_Word extra)
{
    return seL4_SchedControl_Configure(info->schedcontrol.start, sc, BUDGET_US, PERIOD_US, extra, 0);
}

static void burn(struct thread *t)
{
    while (!t->arg)
        t->result++;
}

void check_budgets(void)
{
    struct thread *t = thread_new(burn, 0, PRIORITY_HIGH);
    seL4_CPtr handler = make(seL4_EndpointObject, 0);
    reply = make(seL4_ReplyObject, 0);
    CHECK(seL4_SchedControl_Configure(info->schedcontrol.start, t->sc, PERIOD_US + 1, PERIOD_US, 0, 0) ==
          seL4_RangeError);
    seL4_SchedContext large = make(seL4_SchedContextObject, LARGE_SC_BITS);
    CHECK_OK(configure_refills(t->sc, seL4_MaxExtraRefills(seL4_MinSchedContextBits)));
    CHECK(configure_refills(t->sc, seL4_MaxExtraRefills(seL4_MinSchedContextBits) + 1) == seL4_RangeError);
    CHECK_OK(configure_refills(large, seL4_MaxExtraRefills(LARGE_SC_BITS)));
    CHECK(configure_refills(large, seL4_MaxExtraRefills(LARGE_SC_BITS) + 1) == seL4_RangeError);
    configure(t, BUDGET_US, PERIOD_US);
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(t->tcb, handler));
    thread_start(t);
    seL4_Fault_t fault = receive_fault(handler, reply, seL4_Fault_Timeout);
    CHECK(seL4_Fault_Timeout_get_data(fault) == SC_BADGE && seL4_Fault_Timeout_get_consumed(fault) >= BUDGET_US);
    seL4_Word before = t->result;
    for (int i = 0; i < MAX_LOST && t->result == before; i++) {
        answer(reply); // it has to wait for its next refill, and then runs into the next timeout
        receive_fault(handler, reply, seL4_Fault_Timeout);
    }
    CHECK(t->result > before);
    // More budget, and an end to it.
    configure(t, PERIOD_US, PERIOD_US);
    t->arg = 1;
    answer(reply);
    CHECK(t->is_done && seL4_SchedContext_Consumed(t->sc).error == seL4_NoError);
}

static void add_one(struct thread *t)
{
    seL4_Word badge;
    seL4_MessageInfo_t none = seL4_MessageInfo_new(0, 0, 0, 0);
    (void)t;
    seL4_NBSendRecv(ready, none, inner_endpoint, &badge, inner_reply);
    for (;;) {
        seL4_SetMR(0, seL4_GetMR(0) + 1);
        seL4_ReplyRecv(inner_endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &badge, inner_reply);
    }
}

static void add_one_and_double(struct thread *t)
{
    seL4_Word badge;
    seL4_MessageInfo_t one = seL4_MessageInfo_new(0, 0, 0, 1);
    (void)t;
    seL4_NBSendRecv(ready, seL4_MessageInfo_new(0, 0, 0, 0), endpoint, &badge, reply);
    for (;;) {
        seL4_Call(inner_endpoint, one);
        seL4_SetMR(0, 2 * seL4_GetMR(0));
        seL4_ReplyRecv(endpoint, one, &badge, reply);
    }
}

static void start_passive(void (*run)(struct thread *))
{
    struct thread *t = thread_spawn(run, 0, PRIORITY_HIGH);
    seL4_Wait(ready, seL4_Null); // it is in its receive now
    CHECK_OK(seL4_SchedContext_Unbind(t->sc));
    CHECK(seL4_SchedContext_UnbindObject(t->sc, t->tcb) == seL4_IllegalOperation);
}

void check_passive_server(void)
{
    endpoint = make(seL4_EndpointObject, 0);
    inner_endpoint = make(seL4_EndpointObject, 0);
    reply = make(seL4_ReplyObject, 0);
    inner_reply = make(seL4_ReplyObject, 0);
    ready = make(seL4_NotificationObject, 0);
    start_passive(add_one);
    start_passive(add_one_and_double);
    for (seL4_Word i = 0; i < 100; i++) {
        seL4_SetMR(0, i);
        seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
        CHECK(seL4_GetMR(0) == 2 * (i + 1));
    }
}

static void count_signals(struct thread *t)
{
    for (seL4_Word badge;; t->result += badge)
        seL4_NBSendWait(ready, seL4_MessageInfo_new(0, 0, 0, 0), t->arg, &badge);
}

void check_notification_context(void)
{
    seL4_CPtr notification = make(seL4_NotificationObject, 0), signal = badged(notification, 5);
    ready = make(seL4_NotificationObject, 0);
    struct thread *t = thread_new(count_signals, notification, PRIORITY_HIGH);
    CHECK_OK(seL4_TCB_BindNotification(t->tcb, notification));
    thread_start(t);
    seL4_Wait(ready, seL4_Null); // it waits for signals now
    CHECK_OK(seL4_SchedContext_UnbindObject(t->sc, t->tcb));
    seL4_Signal(signal);
    CHECK(t->result == 0); // it has no time to take it
    CHECK(seL4_SchedContext_Bind(t->sc, ready) == seL4_NoError);
    CHECK(seL4_SchedContext_Bind(t->sc, notification) == seL4_IllegalOperation);
    CHECK_OK(seL4_SchedContext_UnbindObject(t->sc, ready));
    CHECK_OK(seL4_SchedContext_Bind(t->sc, t->tcb));
    CHECK(t->result == 5);
    CHECK_OK(seL4_SchedContext_Unbind(t->sc));
    CHECK_OK(seL4_SchedContext_Bind(t->sc, notification));
    seL4_Signal(signal);
    seL4_Signal(signal);
    CHECK(t->result == 15); // on the notification's time
}

static void note_turn(struct thread *t) { t->result = 1; }

static struct thread *spawn_turn(void)
{
    struct thread *t = thread_new(note_turn, 0, PRIORITY_MAIN);
    configure(t, LONG_US, LONG_US);
    thread_start(t);
    return t;
}

void check_yield_to(void)
{
    struct thread main = {.sc = seL4_CapInitThreadSC};
    configure(&main, LONG_US, LONG_US); // no turn ends by itself, even if the host does not run the machine for a while
    struct thread *first = spawn_turn(), *second = spawn_turn();
    CHECK(!first->is_done && !second->is_done);
    seL4_SchedContext_YieldTo_t yielded = seL4_SchedContext_YieldTo(second->sc);
    CHECK(yielded.error == seL4_NoError && second->is_done);
    CHECK(seL4_SchedContext_YieldTo(seL4_CapInitThreadSC).error == seL4_IllegalOperation);
    seL4_Yield();
    CHECK(first->is_done);
    configure(&main, MAIN_US, MAIN_US);
}
