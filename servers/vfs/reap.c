// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "reap.h"

#include "client.h"
#include "port.h"
#include "streams.h"

static uint64_t tail; // exits ever seen

void reap_clients(void)
{
    const struct kn_layout_proc_table *table = port_proc_table();
    uint64_t head = __atomic_load_n(&table->exit_head, __ATOMIC_ACQUIRE);
    if (head == tail)
        return;
    for (; tail != head; tail++) {
        struct client *client = client_find(table->exit_ring[tail % KN_LAYOUT_EXIT_RING_ENTRIES]);
        if (!client)
            continue;
        const struct creds *creds = client_creds(client);
        if (creds->pid && creds->pid == creds->sid)
            tty_session_ended(creds->sid);
        client_destroy(client);
    }
    port_exits_done(tail);
}
