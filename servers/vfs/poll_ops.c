// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: readiness, and the end of waiting.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "client.h"
#include "poll.h"
#include "session.h"
#include "wait.h"

long vfs_on_poll(struct vfs_session *session, const struct kn_vfs_poll_req *req, struct kn_vfs_poll_rep *rep)
{
    struct thread *thread = client_thread(session->client, req->thread_index);
    if (!thread || req->count > KN_LAYOUT_WINDOW_SIZE / sizeof(struct kn_vfs_pollfd))
        return -LX_EINVAL;
    wait_begin(thread, NULL);
    long ready = poll_files(session->client, req->io_flags & KN_VFS_IO_WAIT ? thread : NULL,
                            (volatile struct kn_vfs_pollfd *)thread->window, req->count);
    if (ready < 0)
        return ready;
    rep->ready = (kn_word_t)ready;
    return 0;
}

long vfs_on_cancel_wait(struct vfs_session *session, const struct kn_vfs_cancel_wait_req *req,
                        struct kn_vfs_cancel_wait_rep *rep)
{
    struct thread *thread = client_thread(session->client, req->thread_index);
    if (!thread)
        return -LX_EINVAL;
    rep->had_fired = wait_cancel(thread);
    return 0;
}
