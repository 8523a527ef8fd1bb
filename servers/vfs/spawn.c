// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "spawn.h"

#include <kn/proto/proc.h>

#include "client.h"
#include "client_ops.h"
#include "exec.h"
#include "inode.h"
#include "mount.h"
#include "port.h"
#include "trona/log.h"
#include "trona/startup.h"
#include "trona/string.h"

#define PROGRAM "/sbin/init"

void spawn_init(struct mount *root)
{
    static struct exec_script script;
    static struct kn_layout_exec_plan plan;
    kn_cptr_t proc = trona_resource(KN_LAYOUT_RESOURCE_ENDPOINT, KN_LAYOUT_SERVICE_PROC)->slot;
    const struct path top = {root, root->root};
    kn_word_t serial;
    long status = kn_proc_spawn_prepare(proc, &serial);
    if (status)
        trona_panic("procsrv refuses the first process (error %ld)", -status);
    struct client *client = client_create(serial, top, top);
    struct place place;
    if (!client)
        trona_panic("no memory for the first process");
    status = path_walk(client, top, PROGRAM, 0, &place);
    if (status == 0)
        status = exec_look(client, &place, PROGRAM, &plan, &script);
    if (status || script.is_script)
        trona_panic("%s cannot be run (error %ld)", PROGRAM, -status);
    memcpy(port_exec_window(), &plan, sizeof plan);
    status = kn_proc_spawn_commit(proc, serial, client_capability(serial));
    if (status)
        trona_panic("procsrv cannot start %s (error %ld)", PROGRAM, -status);
    exec_done(client, &place, PROGRAM, sizeof PROGRAM);
    place_put(&place);
}
