// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Every CPU that the boot information counts: a scheduling context says where a thread runs.

#include "root.h"

static seL4_CPtr endpoint, reply, done;

// Answers calls with one more, until it is called with 0.
static void add_one(struct thread *t)
{
    seL4_Word badge, n;
    seL4_Recv(endpoint, &badge, reply);
    while ((n = seL4_GetMR(0)) != 0) {
        t->result++;
        seL4_SetMR(0, n + 1);
        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &badge, reply);
    }
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 1));
    seL4_Signal(done);
}

static seL4_Word call(seL4_Word n)
{
    seL4_SetMR(0, n);
    seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    return seL4_GetMR(0);
}

void check_processors(void)
{
    enum { CALLS = 100, SLICE_US = 10000 };
    endpoint = make(seL4_EndpointObject, 0);
    reply = make(seL4_ReplyObject, 0);
    done = make(seL4_NotificationObject, 0);
    for (seL4_Word node = 0; node < info->numNodes; node++) {
        struct thread *server = thread_new(add_one, 0, PRIORITY_HIGH);
        CHECK_OK(seL4_SchedControl_Configure(info->schedcontrol.start + node, server->sc, SLICE_US, SLICE_US, 0, 0));
        thread_start(server);
        for (seL4_Word i = 1; i <= CALLS; i++)
            CHECK(call(i) == i + 1);
        CHECK(call(0) == 0);
        seL4_Wait(done, seL4_Null);
        CHECK(server->result == CALLS);
        // Moved to the next one while it is suspended, it does the same there.
        CHECK_OK(seL4_TCB_Suspend(server->tcb));
        CHECK_OK(seL4_SchedControl_Configure(info->schedcontrol.start + (node + 1) % info->numNodes, server->sc, SLICE_US,
                                             SLICE_US, 0, 0));
        thread_start(server);
        CHECK(call(7) == 8 && call(0) == 0);
        seL4_Wait(done, seL4_Null);
        CHECK(server->result == CALLS + 1);
    }
}
