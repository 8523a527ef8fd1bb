// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol mm for procsrv: address spaces. as_map serves vfs too.

#include <kn/proto/layout.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "cspace.h"
#include "object.h"
#include "session.h"
#include "shared.h"
#include "space_map.h"

// The address space that a server names, or *error.
static struct space *named_space(const struct mm_session *session, kn_word_t id, kn_word_t service, long *error)
{
    *error = -LX_EPERM;
    if (!session_is_server(session, service))
        return NULL;
    struct space *s = space_find(id);
    *error = s ? 0 : -LX_ESRCH;
    return s;
}

long mm_on_as_create(struct mm_session *session, const struct kn_mm_as_create_req *req, struct kn_mm_as_create_rep *rep)
{
    (void)req;
    if (!session_is_server(session, KN_LAYOUT_SERVICE_PROC))
        return -LX_EPERM;
    struct space *s;
    long error = space_create(&s);
    if (error)
        return error;
    rep->as = s->link.id;
    rep->vspace = s->mapping.vspace;
    return 0;
}

long mm_on_as_endpoint(struct mm_session *session, const struct kn_mm_as_endpoint_req *req, struct kn_mm_as_endpoint_rep *rep)
{
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (!s)
        return error;
    if (!s->endpoint) {
        uint32_t slot = slot_take();
        if (!slot)
            return -LX_ENOMEM;
        if (kn_cnode_mint(OWN_CNODE, slot, KN_WORD_BITS, KN_LAYOUT_SERVER_SLOT_ENDPOINT, KN_WORD_BITS,
                          KN_RIGHTS_WRITE | KN_RIGHTS_GRANT_REPLY | KN_RIGHTS_GRANT, s->link.id, OWN_CNODE) != KN_ERROR_NONE) {
            slot_give(slot);
            return -LX_ENOMEM;
        }
        s->endpoint = slot;
    }
    rep->endpoint = s->endpoint;
    return 0;
}

long mm_on_as_clone(struct mm_session *session, const struct kn_mm_as_clone_req *req, struct kn_mm_as_clone_rep *rep)
{
    (void)rep;
    long error;
    struct space *source = named_space(session, req->source, KN_LAYOUT_SERVICE_PROC, &error);
    struct space *dest = source ? named_space(session, req->dest, KN_LAYOUT_SERVICE_PROC, &error) : NULL;
    if (!dest)
        return error;
    if (source == dest || req->thread_index >= KN_LAYOUT_MAX_THREADS)
        return -LX_EINVAL;
    return space_clone(source, dest, (unsigned)req->thread_index);
}

long mm_on_as_copy_range(struct mm_session *session, const struct kn_mm_as_copy_range_req *req,
                         struct kn_mm_as_copy_range_rep *rep)
{
    long error;
    struct space *source = named_space(session, req->source, KN_LAYOUT_SERVICE_PROC, &error);
    struct space *dest = source ? named_space(session, req->dest, KN_LAYOUT_SERVICE_PROC, &error) : NULL;
    if (!dest)
        return error;
    return source == dest ? -LX_EINVAL : space_copy_range(source, req->source_addr, req->length, dest, &rep->addr);
}

long mm_on_as_map(struct mm_session *session, const struct kn_mm_as_map_req *req, struct kn_mm_as_map_rep *rep)
{
    if (!session_is_server(session, KN_LAYOUT_SERVICE_PROC) && !session_is_server(session, KN_LAYOUT_SERVICE_VFS))
        return -LX_EPERM;
    struct space *s = space_find(req->as);
    struct object *object = req->object ? object_find(req->object) : NULL;
    if (!s || (req->object && !object))
        return -LX_ESRCH;
    kn_word_t flags = req->flags & ~(kn_word_t)KN_MM_MAP_MAY_WRITE;
    bool has_tail = req->zero_from < req->length && req->zero_from % PAGE;
    if (!map_flags_are_valid(req->prot, flags) || req->zero_from > req->length ||
        (has_tail && (flags & LX_MAP_SHARED || !object)))
        return -LX_EINVAL;
    struct map_request q = {.addr = req->addr,
                            .length = req->length,
                            .flags = flags,
                            .prot = (unsigned)req->prot,
                            .object = object,
                            .offset = req->offset,
                            .may_write = (req->flags & KN_MM_MAP_MAY_WRITE) != 0};
    long error = space_map(s, &q, &rep->addr);
    if (!error && has_tail && (error = space_clear_tail(s, rep->addr + req->zero_from)))
        space_unmap(s, rep->addr, req->length);
    return error;
}

long mm_on_as_set_brk(struct mm_session *session, const struct kn_mm_as_set_brk_req *req, struct kn_mm_as_set_brk_rep *rep)
{
    (void)rep;
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (s && !space_in_program(req->start, 0))
        error = -LX_EINVAL;
    if (!error)
        s->brk_start = s->brk = req->start;
    return error;
}

long mm_on_as_set_limit(struct mm_session *session, const struct kn_mm_as_set_limit_req *req, struct kn_mm_as_set_limit_rep *rep)
{
    (void)rep;
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (!s)
        return error;
    if (req->which > KN_MM_LIMIT_AS)
        return -LX_EINVAL;
    s->limit[req->which] = req->bytes;
    return 0;
}

#define INITIAL_STACK (32 * PAGE)

long mm_on_as_stack(struct mm_session *session, const struct kn_mm_as_stack_req *req, struct kn_mm_as_stack_rep *rep)
{
    (void)rep;
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (!s)
        return error;
    uint64_t at;
    struct map_request q = {.addr = KN_LAYOUT_STACK_TOP - INITIAL_STACK,
                            .length = INITIAL_STACK,
                            .prot = (unsigned)req->prot & PROT_ALL,
                            .flags = LX_MAP_FIXED_NOREPLACE | LX_MAP_PRIVATE,
                            .is_stack = true};
    return space_map(s, &q, &at);
}

long mm_on_as_thread(struct mm_session *session, const struct kn_mm_as_thread_req *req, struct kn_mm_as_thread_rep *rep)
{
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (!s)
        return error;
    error = shared_thread_stack(s, req->thread_index);
    return error ? error : shared_ipc_buffer(s, req->thread_index, &rep->vaddr, &rep->ipc_buffer_frame);
}

long mm_on_as_signal_page(struct mm_session *session, const struct kn_mm_as_signal_page_req *req,
                          struct kn_mm_as_signal_page_rep *rep)
{
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    return s ? shared_signal_page(s, &rep->vaddr) : error;
}

long mm_on_as_thread_end(struct mm_session *session, const struct kn_mm_as_thread_end_req *req,
                         struct kn_mm_as_thread_end_rep *rep)
{
    (void)rep;
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (s)
        shared_thread_end(s, req->thread_index);
    return error;
}

long mm_on_as_destroy(struct mm_session *session, const struct kn_mm_as_destroy_req *req, struct kn_mm_as_destroy_rep *rep)
{
    (void)rep;
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (s)
        space_destroy(s);
    return error;
}
