// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The timer driver: one deadline, one client.
//
// T1: while a deadline is set, the device will interrupt at or before it (or the client is being signalled now).
// T2: the client is signalled once a deadline, when the tick counter has reached it.

#include <kn/proto/timer_server.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "alarm.h"
#include "rtc.h"
#include "trona/main.h"
#include "trona/server.h"
#include "trona/startup.h"
#include "trona/ticks.h"

#define NO_DEADLINE UINT64_MAX

static uint64_t deadline = NO_DEADLINE;
static kn_cptr_t client_signal, irq_handler;

static void signal_client(void)
{
    struct kn_msg msg = {0};
    kn_send(client_signal, &msg);
}

// Sets the device for the deadline, or signals the client if it has come.
static void proceed(void)
{
    while (deadline != NO_DEADLINE) {
        if (trona_ticks() >= deadline) {
            deadline = NO_DEADLINE;
            alarm_clear();
            signal_client();
        } else if (alarm_set(deadline)) {
            return;
        }
    }
}

long timer_on_arm(struct timer_session *session, const struct kn_timer_arm_req *req, struct kn_timer_arm_rep *rep)
{
    (void)session;
    (void)rep;
    if (deadline != NO_DEADLINE && req->deadline_ticks == NO_DEADLINE)
        alarm_clear();
    deadline = req->deadline_ticks;
    proceed();
    return 0;
}

long timer_on_read_rtc(struct timer_session *session, const struct kn_timer_read_rtc_req *req,
                       struct kn_timer_read_rtc_rep *rep)
{
    (void)session;
    (void)req;
    uint64_t seconds;
    long status = rtc_read(&seconds);
    if (status)
        return status;
    rep->seconds = seconds;
    rep->ticks = trona_ticks();
    return 0;
}

static long on_message(const struct kn_server_msg *in, struct kn_server_msg *out)
{
    return kn_timer_has_label(in->label) ? kn_timer_dispatch(NULL, in, out) : -LX_ENOSYS;
}

static void on_signal(kn_word_t bits)
{
    (void)bits; // only the device signals
    if (deadline == NO_DEADLINE)
        alarm_clear();
    proceed();
    kn_irq_handler_ack(irq_handler);
}

static void find_interrupt(void)
{
    for (const struct kn_layout_resource *r = trona_startup_page()->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_IRQ)
            irq_handler = r->slot;
}

void trona_main(void *start)
{
    trona_startup(start, "timer");
    client_signal = trona_resource(KN_LAYOUT_RESOURCE_SIGNAL, KN_LAYOUT_SERVICE_PROC)->slot;
    find_interrupt();
    alarm_init();
    rtc_init();
    kn_irq_handler_ack(irq_handler);
    static const struct trona_server server = {on_message, on_signal};
    trona_server_run(&server);
}
