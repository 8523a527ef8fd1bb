// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol mm for servers: kernel memory, heaps, windows, objects.

#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "commit.h"
#include "object.h"
#include "server_space.h"
#include "session.h"
#include "shared.h"
#include "trona/heap.h"

// Untypeds given to procsrv for its processes' kernel objects.
struct kernel_memory {
    struct idmap_link link; // handle
    kn_cptr_t slot;
    kn_word_t bits;
};

#define MAX_KERNEL_MEMORY_BITS 20

static struct idmap kernel_memories;
static uint64_t next_handle = 1;

long mm_on_kernel_memory(struct mm_session *session, const struct kn_mm_kernel_memory_req *req, struct kn_mm_kernel_memory_rep *rep)
{
    if (!session_is_server(session, KN_LAYOUT_SERVICE_PROC))
        return -LX_EPERM;
    if (req->size_bits < KN_PAGE_BITS || req->size_bits > MAX_KERNEL_MEMORY_BITS)
        return -LX_EINVAL;
    struct kernel_memory *k = trona_alloc(sizeof *k);
    if (!k)
        return -LX_ENOMEM;
    *k = (struct kernel_memory){{NULL, next_handle}, pool_untyped(req->size_bits), req->size_bits};
    if (!k->slot || idmap_insert(&kernel_memories, &k->link)) {
        if (k->slot)
            pool_untyped_free(k->slot, k->bits);
        trona_free(k, sizeof *k);
        return -LX_ENOMEM;
    }
    next_handle++;
    rep->handle = k->link.id;
    rep->untyped = k->slot;
    return 0;
}

long mm_on_kernel_memory_free(struct mm_session *session, const struct kn_mm_kernel_memory_free_req *req, struct kn_mm_kernel_memory_free_rep *rep)
{
    (void)rep;
    if (!session_is_server(session, KN_LAYOUT_SERVICE_PROC))
        return -LX_EPERM;
    struct kernel_memory *k = (struct kernel_memory *)idmap_find(&kernel_memories, req->handle);
    if (!k)
        return -LX_ESRCH;
    pool_untyped_free(k->slot, k->bits);
    idmap_remove(&kernel_memories, &k->link);
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
    if (!s)
        return -LX_ESRCH;
    return req->thread_index < KN_LAYOUT_MAX_THREADS ? shared_window(s, (unsigned)req->thread_index, &rep->vaddr) : -LX_EINVAL;
}

long mm_on_window_unmap(struct mm_session *session, const struct kn_mm_window_unmap_req *req, struct kn_mm_window_unmap_rep *rep)
{
    (void)rep;
    if (!session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return -LX_EPERM;
    struct space *s = space_find(req->as);
    if (s)
        shared_window_end(s, (unsigned)req->thread_index);
    return 0; // an address space that is gone has taken its windows with it
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

long mm_on_object_create(struct mm_session *session, const struct kn_mm_object_create_req *req, struct kn_mm_object_create_rep *rep)
{
    if (!session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return -LX_EPERM;
    struct object *o;
    long error = object_create(req->size, &o);
    if (!error)
        rep->object = o->link.id;
    return error;
}

long mm_on_object_from_archive(struct mm_session *session, const struct kn_mm_object_from_archive_req *req, struct kn_mm_object_from_archive_rep *rep)
{
    if (!session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return -LX_EPERM;
    struct object *o;
    long error = object_create_from_archive(req->offset, req->size, &o);
    if (!error)
        rep->object = o->link.id;
    return error;
}

long mm_on_object_resize(struct mm_session *session, const struct kn_mm_object_resize_req *req, struct kn_mm_object_resize_rep *rep)
{
    (void)rep;
    long error;
    struct object *o = named_object(session, req->object, &error);
    return o ? object_resize(o, req->size) : error;
}

long mm_on_object_destroy(struct mm_session *session, const struct kn_mm_object_destroy_req *req, struct kn_mm_object_destroy_rep *rep)
{
    (void)rep;
    long error;
    struct object *o = named_object(session, req->object, &error);
    if (o)
        object_unname(o);
    return error;
}

long mm_on_object_window(struct mm_session *session, const struct kn_mm_object_window_req *req, struct kn_mm_object_window_rep *rep)
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
