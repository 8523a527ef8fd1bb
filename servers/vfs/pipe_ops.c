// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: pipes.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "client.h"
#include "file.h"
#include "session.h"
#include "streams.h"

long vfs_on_pipe(struct vfs_session *session, const struct kn_vfs_pipe_req *req, struct kn_vfs_pipe_rep *rep)
{
    const struct io io = {.client = session->client};
    struct file *ends[2];
    if (req->flags & ~(kn_word_t)LX_O_NONBLOCK)
        return -LX_EINVAL;
    long status = pipe_create(&io, (unsigned)req->flags, ends);
    if (status)
        return status;
    status = client_install(session->client, ends[0], &rep->read_handle);
    if (status) {
        file_put(ends[0]);
        file_put(ends[1]);
        return status;
    }
    status = client_install(session->client, ends[1], &rep->write_handle);
    if (status) {
        client_close(session->client, rep->read_handle);
        file_put(ends[1]);
    }
    return status;
}

long vfs_on_pipe_size(struct vfs_session *session, const struct kn_vfs_pipe_size_req *req,
                      struct kn_vfs_pipe_size_rep *rep)
{
    struct file *file = client_file(session->client, req->handle);
    return file ? pipe_set_size(file, req->size, &rep->size) : -LX_EBADF;
}
