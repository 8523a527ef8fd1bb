// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: clients and threads.

#include "client_ops.h"

#include <kn/proto/vfs_server.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "client.h"
#include "port.h"
#include "session.h"
#include "trona/slots.h"

#define OWN_CNODE KN_LAYOUT_SERVER_SLOT_CNODE

long vfs_on_attach(struct vfs_session *session, const struct kn_vfs_attach_req *req, struct kn_vfs_attach_rep *rep)
{
    (void)rep;
    struct client *client = session->client;
    if (req->thread_index >= KN_LAYOUT_MAX_THREADS)
        return -LX_EINVAL;
    client_detach(client, req->thread_index);
    kn_cptr_t slot = trona_slot_alloc();
    if (!slot)
        return -LX_ENOMEM;
    if (kn_cnode_move(OWN_CNODE, slot, KN_WORD_BITS, req->signal, KN_WORD_BITS, OWN_CNODE) != KN_ERROR_NONE) {
        trona_slot_free(slot);
        return -LX_EINVAL;
    }
    uint64_t as = client_creds(client)->as;
    void *window;
    long status = port_window_map(as, (unsigned)req->thread_index, &window);
    if (status == 0) {
        status = client_attach(client, req->thread_index, as, slot, window);
        if (status)
            port_window_unmap(as, (unsigned)req->thread_index);
    }
    if (status)
        port_drop(slot);
    return status;
}

// Whether SERIAL is a child that the client is about to fork.
static bool is_prepared_child(const struct client *client, uint64_t serial)
{
    const struct kn_layout_proc_entry *e = &port_proc_table()->entry[serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
    return e->serial == serial && e->state == KN_LAYOUT_PROC_STATE_PREPARING && e->parent_serial == client->serial;
}

// CLONE_PARENT makes the caller's parent the child's: then the caller is its sibling.
static bool is_prepared_sibling(const struct client *client, uint64_t serial)
{
    const struct kn_layout_proc_entry *own = client_proc_entry(client);
    const struct kn_layout_proc_entry *e = &port_proc_table()->entry[serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
    return own && e->serial == serial && e->state == KN_LAYOUT_PROC_STATE_PREPARING &&
           e->parent_serial == own->parent_serial;
}

kn_cptr_t client_capability(uint64_t serial)
{
    static kn_cptr_t slot;
    if (!slot && !(slot = trona_slot_alloc()))
        return 0;
    kn_cnode_delete(OWN_CNODE, slot, KN_WORD_BITS);
    kn_error_t error = kn_cnode_mint(OWN_CNODE, slot, KN_WORD_BITS, KN_LAYOUT_SERVER_SLOT_ENDPOINT, KN_WORD_BITS,
                                     KN_RIGHTS_WRITE | KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY, serial, OWN_CNODE);
    return error == KN_ERROR_NONE ? slot : 0;
}

long vfs_on_clone_client(struct vfs_session *session, const struct kn_vfs_clone_client_req *req,
                         struct kn_vfs_clone_client_rep *rep)
{
    if (!is_prepared_child(session->client, req->child_serial) &&
        !is_prepared_sibling(session->client, req->child_serial))
        return -LX_EPERM;
    if (client_find(req->child_serial))
        return -LX_EEXIST;
    struct client *child = client_clone(session->client, req->child_serial);
    if (!child)
        return -LX_ENOMEM;
    rep->client = client_capability(req->child_serial);
    if (rep->client)
        return 0;
    client_destroy(child);
    return -LX_ENOMEM;
}

long vfs_on_close_client(struct vfs_session *session, const struct kn_vfs_close_client_req *req,
                         struct kn_vfs_close_client_rep *rep)
{
    (void)rep;
    if (req->child_serial == 0) {
        client_close_handles(session->client);
        return 0;
    }
    struct client *child = client_find(req->child_serial);
    if (!child || child == session->client ||
        (!is_prepared_child(session->client, req->child_serial) &&
         !is_prepared_sibling(session->client, req->child_serial)))
        return -LX_ESRCH;
    client_destroy(child);
    return 0;
}
