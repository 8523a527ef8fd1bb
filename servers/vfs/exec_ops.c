// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: exec.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "exec.h"
#include "port.h"
#include "request.h"
#include "session.h"
#include "trona/string.h"

#define MAX_CMDLINE 0x1000

// Replaces the caller's program by the one at PLACE; on success the caller is gone.
static long run(struct vfs_session *session, const struct kn_vfs_exec_req *req, const struct place *place,
                const char *name, const char *cmdline, size_t cmdline_length, struct exec_script *script)
{
    static struct kn_layout_exec_plan plan; // not made in the window, which procsrv may read at any time
    struct client *client = session->client;
    long status = exec_look(client, place, name, &plan, script);
    if (status || script->is_script)
        return status;
    plan.args_vaddr = req->args_vaddr;
    plan.args_length = req->args_length;
    memcpy(port_exec_window(), &plan, sizeof plan);
    status = port_exec(client->serial, (unsigned)req->thread_index);
    if (status == 0)
        exec_done(client, place, cmdline, cmdline_length);
    return status;
}

long vfs_on_exec(struct vfs_session *session, const struct kn_vfs_exec_req *req, struct kn_vfs_exec_rep *rep)
{
    static struct request_path path;
    static char cmdline[MAX_CMDLINE];
    static struct exec_script script;
    struct thread *thread = client_thread(session->client, req->thread_index);
    if (!thread || req->cmdline_length > MAX_CMDLINE ||
        req->flags & ~(kn_word_t)(LX_AT_EMPTY_PATH | LX_AT_SYMLINK_NOFOLLOW))
        return -LX_EINVAL;
    long status = request_copy_path(thread, KN_VFS_PATH, &path);
    if (status)
        return status;
    memcpy(cmdline, thread->window + KN_VFS_PATH2, req->cmdline_length);
    struct place place;
    status = request_walk(session->client, req->dir, path.text, (unsigned)req->flags, &place);
    if (status)
        return status;
    status = run(session, req, &place, path.text, cmdline, req->cmdline_length, &script);
    place_put(&place);
    if (status == 0 && script.is_script) {
        str_copy((char *)thread->window + KN_VFS_PATH, script.interpreter, LX_PATH_MAX);
        str_copy((char *)thread->window + KN_VFS_PATH2, script.argument, LX_PATH_MAX);
        rep->script = 1;
    }
    return status;
}
