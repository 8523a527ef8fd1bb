// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol mm for programs and for procsrv; those for vfs and for every server are in mm_ops_servers.c.

#include <kn/proto/layout.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "commit.h"
#include "cspace.h"
#include "object.h"
#include "session.h"
#include "shared.h"
#include "trona/string.h"

#define PROT_ALL (LX_PROT_READ | LX_PROT_WRITE | LX_PROT_EXEC)
#define MAP_IGNORED (LX_MAP_NORESERVE | LX_MAP_STACK | LX_MAP_GROWSDOWN | LX_MAP_DENYWRITE | LX_MAP_EXECUTABLE | LX_MAP_POPULATE | LX_MAP_NONBLOCK | LX_MAP_LOCKED)
#define MAP_KNOWN (LX_MAP_SHARED | LX_MAP_PRIVATE | LX_MAP_FIXED | LX_MAP_FIXED_NOREPLACE | LX_MAP_ANONYMOUS | MAP_IGNORED)

bool session_is_server(const struct mm_session *session, kn_word_t service)
{
    return session->service == service;
}

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

long mm_on_mmap(struct mm_session *session, const struct kn_mm_mmap_req *req, struct kn_mm_mmap_rep *rep)
{
    if (!session->space)
        return -LX_EPERM;
    bool shared = req->flags & LX_MAP_SHARED, private = req->flags & LX_MAP_PRIVATE;
    if (req->prot & ~(kn_word_t)PROT_ALL || req->flags & ~(kn_word_t)MAP_KNOWN || shared == private || !(req->flags & LX_MAP_ANONYMOUS))
        return -LX_EINVAL;
    struct map_request q = {.addr = req->addr, .length = req->length, .flags = req->flags, .prot = (unsigned)req->prot};
    return space_map(session->space, &q, &rep->addr);
}

long mm_on_munmap(struct mm_session *session, const struct kn_mm_munmap_req *req, struct kn_mm_munmap_rep *rep)
{
    (void)rep;
    return session->space ? space_unmap(session->space, req->addr, req->length) : -LX_EPERM;
}

long mm_on_mprotect(struct mm_session *session, const struct kn_mm_mprotect_req *req, struct kn_mm_mprotect_rep *rep)
{
    (void)rep;
    if (!session->space)
        return -LX_EPERM;
    if (req->prot & ~(kn_word_t)PROT_ALL)
        return -LX_EINVAL;
    return space_protect(session->space, req->addr, req->length, (unsigned)req->prot);
}

long mm_on_mremap(struct mm_session *session, const struct kn_mm_mremap_req *req, struct kn_mm_mremap_rep *rep)
{
    if (!session->space)
        return -LX_EPERM;
    return space_remap(session->space, req->old_addr, req->old_length, req->new_length, req->flags, req->new_addr, &rep->addr);
}

long mm_on_brk(struct mm_session *session, const struct kn_mm_brk_req *req, struct kn_mm_brk_rep *rep)
{
    if (!session->space)
        return -LX_EPERM;
    rep->brk = space_brk(session->space, req->addr);
    return 0;
}

long mm_on_madvise(struct mm_session *session, const struct kn_mm_madvise_req *req, struct kn_mm_madvise_rep *rep)
{
    (void)rep;
    if (!session->space)
        return -LX_EPERM;
    if (req->addr % PAGE)
        return -LX_EINVAL;
    switch (req->advice) {
    case LX_MADV_DONTNEED:
    case LX_MADV_FREE:
        return req->length ? space_discard(session->space, req->addr, req->length) : 0;
    case LX_MADV_NORMAL:
    case LX_MADV_RANDOM:
    case LX_MADV_SEQUENTIAL:
    case LX_MADV_WILLNEED:
    case LX_MADV_HUGEPAGE:
    case LX_MADV_NOHUGEPAGE:
    case LX_MADV_DONTDUMP:
    case LX_MADV_DODUMP:
    case LX_MADV_COLD:
        return 0;
    default:
        return -LX_EINVAL;
    }
}

long mm_on_msync(struct mm_session *session, const struct kn_mm_msync_req *req, struct kn_mm_msync_rep *rep)
{
    (void)rep;
    if (!session->space)
        return -LX_EPERM;
    uint64_t end = req->addr + ((req->length + PAGE - 1) & ~(uint64_t)(PAGE - 1));
    if (req->addr % PAGE || req->flags & ~(kn_word_t)(LX_MS_ASYNC | LX_MS_SYNC | LX_MS_INVALIDATE) ||
        (req->flags & LX_MS_ASYNC && req->flags & LX_MS_SYNC))
        return -LX_EINVAL;
    for (uint64_t at = req->addr; at < end;) {
        struct region *r = region_find(session->space->regions, at);
        if (!r)
            return -LX_ENOMEM;
        at = r->end;
    }
    return 0;
}

// The address space that a program (0) or a server names for reading about it.
static struct space *asked_space(const struct mm_session *session, kn_word_t as)
{
    return session->space ? (as == 0 || as == session->space->link.id ? session->space : NULL) : space_find(as);
}

long mm_on_usage(struct mm_session *session, const struct kn_mm_usage_req *req, struct kn_mm_usage_rep *rep)
{
    struct space *s = asked_space(session, req->as);
    if (!s)
        return -LX_ESRCH;
    *rep = (struct kn_mm_usage_rep){.vm_pages = s->vm_pages, .resident_pages = s->pages.count, .peak_resident_pages = s->peak_pages};
    for (struct region *r = region_at_or_after(s->regions, 0); r; r = region_at_or_after(s->regions, r->end)) {
        uint64_t pages = (r->end - r->start) / PAGE;
        if (r->is_stack)
            rep->stack_pages += pages;
        else if (r->prot & LX_PROT_EXEC)
            rep->text_pages += pages;
        else if (r->prot & LX_PROT_WRITE)
            rep->data_pages += pages;
        if (r->is_shared)
            rep->shared_pages += pages;
    }
    return 0;
}

long mm_on_memory_info(struct mm_session *session, const struct kn_mm_memory_info_req *req, struct kn_mm_memory_info_rep *rep)
{
    (void)session;
    (void)req;
    kn_word_t total = pool_total_pages(), free = pool_free_pages(), file = object_total_pages();
    *rep = (struct kn_mm_memory_info_rep){
        .total_pages = total, .free_pages = free, .committed_pages = commit_total(), .commit_limit_pages = commit_limit(),
        .file_pages = file, .anonymous_pages = total > free + file ? total - free - file : 0};
    return 0;
}

long mm_on_maps(struct mm_session *session, const struct kn_mm_maps_req *req, struct kn_mm_maps_rep *rep)
{
    struct space *s = asked_space(session, req->as);
    if (!s)
        return -LX_ESRCH;
    struct region *r = region_at_or_after(s->regions, 0);
    for (kn_word_t i = 0; r && i < req->index; i++)
        r = region_at_or_after(s->regions, r->end);
    if (!r)
        return -LX_ENOENT;
    *rep = (struct kn_mm_maps_rep){.start = r->start, .end = r->end, .prot = r->prot,
                                   .flags = r->is_shared ? LX_MAP_SHARED : LX_MAP_PRIVATE,
                                   .object = r->object ? r->object->link.id : 0, .offset = r->page_offset * PAGE};
    return 0;
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
    return source == dest || req->thread_index >= KN_LAYOUT_MAX_THREADS ? -LX_EINVAL
                                                                        : space_clone(source, dest, (unsigned)req->thread_index);
}

long mm_on_as_copy_range(struct mm_session *session, const struct kn_mm_as_copy_range_req *req, struct kn_mm_as_copy_range_rep *rep)
{
    long error;
    struct space *source = named_space(session, req->source, KN_LAYOUT_SERVICE_PROC, &error);
    struct space *dest = source ? named_space(session, req->dest, KN_LAYOUT_SERVICE_PROC, &error) : NULL;
    if (!dest)
        return error;
    return source == dest ? -LX_EINVAL : space_copy_range(source, req->source_addr, req->length, dest, &rep->addr);
}

// The part of a private file mapping from byte ZERO_FROM on reads as zero: a copy of that page is made now.
static long clear_tail(struct space *s, uint64_t addr, uint64_t zero_from)
{
    uint64_t at = addr + zero_from, page_start = at & ~(uint64_t)(PAGE - 1);
    struct region *r = region_find(s->regions, page_start);
    long error;
    page_t from = object_page(r->object, r->page_offset + (page_start - r->start) / PAGE, &error);
    if (!from)
        return error;
    page_t page = page_alloc(true);
    if (!page)
        return -LX_ENOMEM;
    memcpy(page_memory(page), page_memory(from), at - page_start);
    error = space_put_page(s, r, page_start, page, false);
    if (error)
        page_unref(page);
    return error;
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
    bool shared = flags & LX_MAP_SHARED, private = flags & LX_MAP_PRIVATE;
    if (req->prot & ~(kn_word_t)PROT_ALL || flags & ~(kn_word_t)MAP_KNOWN || shared == private || req->zero_from > req->length ||
        (req->zero_from % PAGE && req->zero_from < req->length && (shared || !object)))
        return -LX_EINVAL;
    struct map_request q = {.addr = req->addr, .length = req->length, .flags = flags, .prot = (unsigned)req->prot, .object = object,
                            .offset = req->offset, .may_write = (req->flags & KN_MM_MAP_MAY_WRITE) != 0};
    long error = space_map(s, &q, &rep->addr);
    if (!error && req->zero_from % PAGE && req->zero_from < req->length && (error = clear_tail(s, rep->addr, req->zero_from)))
        space_unmap(s, rep->addr, req->length);
    return error;
}

long mm_on_as_set_brk(struct mm_session *session, const struct kn_mm_as_set_brk_req *req, struct kn_mm_as_set_brk_rep *rep)
{
    (void)rep;
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (s)
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
    struct map_request q = {.addr = KN_LAYOUT_STACK_TOP - INITIAL_STACK, .length = INITIAL_STACK, .prot = (unsigned)req->prot & PROT_ALL,
                            .flags = LX_MAP_FIXED_NOREPLACE | LX_MAP_PRIVATE, .is_stack = true};
    return space_map(s, &q, &at);
}

long mm_on_as_thread(struct mm_session *session, const struct kn_mm_as_thread_req *req, struct kn_mm_as_thread_rep *rep)
{
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (!s)
        return error;
    if (req->thread_index >= KN_LAYOUT_MAX_THREADS)
        return -LX_EINVAL;
    error = shared_thread_stack(s, (unsigned)req->thread_index);
    return error ? error : shared_ipc_buffer(s, (unsigned)req->thread_index, &rep->vaddr, &rep->ipc_buffer_frame);
}

long mm_on_as_signal_page(struct mm_session *session, const struct kn_mm_as_signal_page_req *req, struct kn_mm_as_signal_page_rep *rep)
{
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    return s ? shared_signal_page(s, &rep->vaddr) : error;
}

long mm_on_as_thread_end(struct mm_session *session, const struct kn_mm_as_thread_end_req *req, struct kn_mm_as_thread_end_rep *rep)
{
    (void)rep;
    long error;
    struct space *s = named_space(session, req->as, KN_LAYOUT_SERVICE_PROC, &error);
    if (s)
        shared_thread_end(s, (unsigned)req->thread_index);
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
