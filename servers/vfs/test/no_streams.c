// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The name space alone: nothing waits, FIFOs cannot be opened, there is no terminal.

#include <lx/abi.h>

#include "file.h"
#include "port.h"
#include "streams.h"
#include "wait.h"

void port_signal(kn_cptr_t signal) { (void)signal; }
long port_as_region(uint64_t as, uint64_t index, struct port_region *region)
{
    (void)as, (void)index, (void)region;
    return -LX_ENOENT;
}
void tty_of_session(uint32_t sid, uint64_t *tty_nr, int32_t *foreground) { (void)sid, (void)tty_nr, (void)foreground; }
long fifo_open(struct file *file, const struct io *io)
{
    (void)file, (void)io;
    return -LX_ENXIO;
}
void fifo_inode_end(struct inode *inode) { (void)inode; }
void wait_begin(struct thread *thread, const void *what) { (void)thread, (void)what; }
void wait_wake_all(struct wait_queue *queue) { (void)queue; }
void wait_queue_end(struct wait_queue *queue) { (void)queue; }
bool wait_cancel(struct thread *thread)
{
    (void)thread;
    return false;
}
long wait_or_again(const struct io *io, struct wait_queue *queue)
{
    (void)io, (void)queue;
    return -LX_EAGAIN;
}
bool wait_has_tickets(const struct wait_queue *queue)
{
    (void)queue;
    return false;
}
