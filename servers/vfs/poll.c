// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "poll.h"

#include <kn/proto/vfs.h>
#include <lx/abi.h>

#include "client.h"
#include "file.h"
#include "wait.h"

#define ALWAYS (LX_POLLERR | LX_POLLHUP | LX_POLLNVAL)
#define READY (LX_POLLIN | LX_POLLRDNORM | LX_POLLOUT | LX_POLLWRNORM)

// What is ready of EVENTS, or -LX_ENOMEM.
static long poll_one(struct client *client, struct thread *waiter, uint64_t handle, unsigned events)
{
    struct file *file = client_file(client, handle);
    if (!file || file->flags & LX_O_PATH)
        return LX_POLLNVAL;
    events |= ALWAYS;
    long bits = file->ops->poll ? file->ops->poll(file, waiter, events) : READY;
    return bits < 0 ? bits : bits & (long)events;
}

// One round; the number that is ready.
static long poll_all(struct client *client, struct thread *waiter, volatile struct kn_vfs_pollfd *fds, uint64_t count)
{
    long ready = 0;
    for (uint64_t i = 0; i < count; i++) {
        long bits = poll_one(client, waiter, fds[i].handle, fds[i].events);
        if (bits < 0)
            return bits;
        fds[i].revents = (uint32_t)bits;
        ready += bits != 0;
    }
    return ready;
}

long poll_files(struct client *client, struct thread *waiter, volatile struct kn_vfs_pollfd *fds, uint64_t count)
{
    long ready = poll_all(client, NULL, fds, count);
    if (ready || !waiter)
        return ready;
    // Nothing can become ready between the rounds; but the program may have changed the entries.
    ready = poll_all(client, waiter, fds, count);
    if (ready)
        wait_cancel(waiter);
    return ready ? ready : -LX_EAGAIN;
}
