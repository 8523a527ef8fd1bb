// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol mm for servers: kernel memory, heaps, windows, objects.

#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "kernel_memory.h"
#include "object.h"
#include "server_space.h"
#include "session.h"
#include "shared.h"
#include "trona/heap.h"

// Untypeds given to procsrv for its processes' kernel objects.
struct given_memory {
    struct idmap_link link; // handle
    struct kernel_memory memory;
};

static struct idmap given;
static uint64_t next_handle = 1;

long mm_on_kernel_memory(struct mm_session *session, const struct kn_mm_kernel_memory_req *req,
                         struct kn_mm_kernel_memory_rep *rep)
{
    if (!session_is_server(session, KN_LAYOUT_SERVICE_PROC))
        return -LX_EPERM;
    struct given_memory *k = trona_alloc(sizeof *k);
    if (!k)
        return -LX_ENOMEM;
    k->link.id = next_handle;
    long error = kernel_memory_take(req->size_bits, &k->memory);
    if (!error && (error = idmap_insert(&given, &k->link)))
        kernel_memory_give(&k->memory);
    if (error) {
        trona_free(k, sizeof *k);
        return error;
    }
    next_handle++;
    rep->handle = k->link.id;
    rep->untyped = k->memory.slot;
    return 0;
}

long mm_on_kernel_memory_free(struct mm_session *session, const struct kn_mm_kernel_memory_free_req *req,
                              struct kn_mm_kernel_memory_free_rep *rep)
{
    (void)rep;
    if (!session_is_server(session, KN_LAYOUT_SERVICE_PROC))
        return -LX_EPERM;
    struct given_memory *k = (struct given_memory *)idmap_find(&given, req->handle);
    if (!k)
        return -LX_ESRCH;
    kernel_memory_give(&k->memory);
    idmap_remove(&given, &k->link);
    trona_free(k, sizeof *k);
    return 0;
}

long mm_on_server_grow(struct mm_session *session, const struct kn_mm_server_grow_req *req, struct kn_mm_server_grow_rep *rep)
{
    return session->space ? -LX_EPERM : server_grow(session->service, req->bytes, &rep->vaddr, &rep->length);
}

long mm_on_window_map(struct mm_session *session, const struct kn_mm_window_map_req *req, struct kn_mm_window_map_rep *rep)
{
    if (!session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return -LX_EPERM;
    struct space *s = space_find(req->as);
    return s ? shared_window(s, req->thread_index, &rep->vaddr) : -LX_ESRCH;
}

long mm_on_window_unmap(struct mm_session *session, const struct kn_mm_window_unmap_req *req, struct kn_mm_window_unmap_rep *rep)
{
    (void)rep;
    if (!session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return -LX_EPERM;
    shared_window_end(req->as, req->thread_index);
    return 0;
}

// The object that vfs names, or *error.
static struct object *named_object(const struct mm_session *session, kn_word_t id, long *error)
{
    *error = -LX_EPERM;
    if (!session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return NULL;
    struct object *o = object_find(id);
    *error = o && o->is_named ? 0 : -LX_ESRCH;
    return *error ? NULL : o;
}

long mm_on_object_create(struct mm_session *session, const struct kn_mm_object_create_req *req,
                         struct kn_mm_object_create_rep *rep)
{
    if (!session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return -LX_EPERM;
    struct object *o;
    long error = object_create(req->size, &o);
    if (!error)
        rep->object = o->link.id;
    return error;
}

long mm_on_object_from_archive(struct mm_session *session, const struct kn_mm_object_from_archive_req *req,
                               struct kn_mm_object_from_archive_rep *rep)
{
    if (!session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return -LX_EPERM;
    struct object *o;
    long error = object_create_from_archive(req->offset, req->size, &o);
    if (!error)
        rep->object = o->link.id;
    return error;
}

long mm_on_object_resize(struct mm_session *session, const struct kn_mm_object_resize_req *req,
                         struct kn_mm_object_resize_rep *rep)
{
    (void)rep;
    long error;
    struct object *o = named_object(session, req->object, &error);
    return o ? object_resize(o, req->size) : error;
}

long mm_on_object_destroy(struct mm_session *session, const struct kn_mm_object_destroy_req *req,
                          struct kn_mm_object_destroy_rep *rep)
{
    (void)rep;
    long error;
    struct object *o = named_object(session, req->object, &error);
    if (o)
        object_unname(o);
    return error;
}

long mm_on_object_window(struct mm_session *session, const struct kn_mm_object_window_req *req,
                         struct kn_mm_object_window_rep *rep)
{
    long error;
    struct object *o = named_object(session, req->object, &error);
    if (!o)
        return error;
    if (req->flags & ~(kn_word_t)KN_MM_WINDOW_WRITE)
        return -LX_EINVAL;
    error = object_window(o, req->offset, req->length, req->flags & KN_MM_WINDOW_WRITE, &rep->vaddr, &rep->length);
    rep->pages = o->pages.count;
    return error;
}

long mm_on_object_punch(struct mm_session *session, const struct kn_mm_object_punch_req *req, struct kn_mm_object_punch_rep *rep)
{
    (void)rep;
    long error;
    struct object *o = named_object(session, req->object, &error);
    if (o)
        object_punch(o, req->offset, req->length);
    return error;
}

long mm_on_object_pages(struct mm_session *session, const struct kn_mm_object_pages_req *req, struct kn_mm_object_pages_rep *rep)
{
    long error;
    struct object *o = named_object(session, req->object, &error);
    if (o)
        rep->pages = o->pages.count;
    return error;
}
