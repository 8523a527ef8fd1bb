// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// procsrv: processes, signals, credentials, timers. One thread; every request is answered at once.

#include <kn/proto/timer.h>
#include <lx/abi.h>

#include "clock.h"
#include "placement.h"
#include "port.h"
#include "process.h"
#include "session.h"
#include "table.h"
#include "timer.h"
#include "trona/log.h"
#include "trona/main.h"
#include "trona/server.h"
#include "trona/startup.h"

#define SIGNAL_TIMER 1 // badge bit of the timer driver
#define VFS_BADGE (KN_LAYOUT_SERVER_BADGE | KN_LAYOUT_SERVICE_VFS)
#define NS_PER_SECOND 1000000000l

static uint64_t armed = TIMER_NEVER;

// Has the driver wake us for the earliest deadline. A wake that is no longer needed is left alone.
static void update_timer(void)
{
    uint64_t next = timer_next();
    if (next >= armed)
        return;
    armed = next;
    port_timer_arm(clock_deadline_ticks(next));
}

// Whether SESSION may call the method.
static bool may_call(const struct proc_session *session, kn_word_t label)
{
    bool is_for_vfs = label >= KN_PROC_EXEC;
    bool is_for_both = label == KN_PROC_KILL || label == KN_PROC_RLIMIT || label == KN_PROC_HOSTNAME;
    return is_for_both || is_for_vfs == !session->process;
}

static long on_message(const struct kn_server_msg *in, struct kn_server_msg *out)
{
    struct proc_session session = {0};
    if (in->badge != VFS_BADGE) {
        session.process = process_find(in->badge);
        if (!session.process || !process_is_alive(session.process))
            return -LX_ESRCH;
    }
    if (!may_call(&session, in->label))
        return -LX_EPERM;
    long status = kn_proc_dispatch(&session, in, out);
    update_timer();
    return status;
}

static void on_signal(kn_word_t bits)
{
    if (!(bits & SIGNAL_TIMER))
        return;
    armed = TIMER_NEVER;
    timer_run(clock_now());
    update_timer();
}

static void read_wall_clock(void)
{
    kn_word_t seconds, ticks;
    long status =
        kn_timer_read_rtc(trona_resource(KN_LAYOUT_RESOURCE_ENDPOINT, KN_LAYOUT_SERVICE_TIMER)->slot, &seconds, &ticks);
    if (status)
        trona_log("the wall clock cannot be read: %ld", status);
    else
        clock_set_realtime((int64_t)seconds * NS_PER_SECOND, clock_ticks_to_ns(ticks));
}

static void *shared_memory(kn_word_t id, kn_word_t least)
{
    const struct kn_layout_resource *r = trona_resource(KN_LAYOUT_RESOURCE_SHARED, id);
    if (r->size < least)
        trona_panic("shared memory %lu is too small", id);
    return (void *)r->vaddr;
}

void trona_main(void *start)
{
    const struct kn_layout_startup *page = start;
    trona_startup(page, "procsrv");
    port_init();
    objects_init();
    clock_init(shared_memory(KN_LAYOUT_SHARED_MEMORY_TIME, sizeof(struct kn_layout_time_page)), page->ticks_per_second,
               page->nr_cpus);
    read_wall_clock();
    placement_init(page->nr_cpus);
    process_init(shared_memory(KN_LAYOUT_SHARED_MEMORY_PROC_TABLE, sizeof(struct kn_layout_proc_table)));
    proc_ops_init(shared_memory(KN_LAYOUT_SHARED_MEMORY_EXEC_WINDOW, sizeof(struct kn_layout_exec_plan)));
    static const struct trona_server server = {on_message, on_signal};
    trona_server_run(&server);
}
