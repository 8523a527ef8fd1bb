// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol mm for programs, and for whoever asks about memory.

#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "commit.h"
#include "entry.h"
#include "object.h"
#include "session.h"
#include "space.h"

#define MAP_IGNORED                                                                                                    \
    (LX_MAP_NORESERVE | LX_MAP_STACK | LX_MAP_GROWSDOWN | LX_MAP_DENYWRITE | LX_MAP_EXECUTABLE | LX_MAP_POPULATE |     \
     LX_MAP_NONBLOCK | LX_MAP_LOCKED)
#define MAP_KNOWN (LX_MAP_SHARED | LX_MAP_PRIVATE | LX_MAP_FIXED | LX_MAP_FIXED_NOREPLACE | LX_MAP_ANONYMOUS | MAP_IGNORED)

bool session_is_server(const struct mm_session *session, kn_word_t service)
{
    return session->service == service;
}

bool map_flags_are_valid(uint64_t prot, uint64_t flags)
{
    bool is_shared = flags & LX_MAP_SHARED, is_private = flags & LX_MAP_PRIVATE;
    return !(prot & ~(uint64_t)PROT_ALL) && !(flags & ~(uint64_t)MAP_KNOWN) && is_shared != is_private;
}

long mm_on_mmap(struct mm_session *session, const struct kn_mm_mmap_req *req, struct kn_mm_mmap_rep *rep)
{
    if (!session->space)
        return -LX_EPERM;
    if (!map_flags_are_valid(req->prot, req->flags) || !(req->flags & LX_MAP_ANONYMOUS))
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
    if (req->addr % PAGE || req->flags & ~(kn_word_t)(LX_MS_ASYNC | LX_MS_SYNC | LX_MS_INVALIDATE) ||
        (req->flags & LX_MS_ASYNC && req->flags & LX_MS_SYNC))
        return -LX_EINVAL;
    if (req->length > KN_LAYOUT_PROGRAM_END || req->addr > KN_LAYOUT_PROGRAM_END - page_round_up(req->length))
        return -LX_ENOMEM;
    uint64_t at = req->addr, end = at + page_round_up(req->length);
    for (const struct region *r = region_find(&session->space->regions, at); at < end; r = region_next(r)) {
        if (!r || r->start > at)
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
    *rep = (struct kn_mm_usage_rep){
        .vm_pages = s->vm_pages, .resident_pages = s->pages.count, .peak_resident_pages = s->peak_pages};
    for (const struct region *r = region_first(&s->regions); r; r = region_next(r)) {
        uint64_t pages = region_pages(r);
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
    kn_word_t file = object_total_pages(), used = page_in_use();
    *rep = (struct kn_mm_memory_info_rep){
        .total_pages = page_total(), .free_pages = page_free(), .committed_pages = commit_total(),
        .commit_limit_pages = commit_limit(), .file_pages = file, .anonymous_pages = used > file ? used - file : 0};
    return 0;
}

long mm_on_maps(struct mm_session *session, const struct kn_mm_maps_req *req, struct kn_mm_maps_rep *rep)
{
    struct space *s = asked_space(session, req->as);
    if (!s)
        return -LX_ESRCH;
    const struct region *r = region_nth(&s->regions, req->index);
    if (!r)
        return -LX_ENOENT;
    *rep = (struct kn_mm_maps_rep){.start = r->start, .end = r->end, .prot = r->prot,
                                   .flags = r->is_shared ? LX_MAP_SHARED : LX_MAP_PRIVATE,
                                   .object = r->object ? r->object->link.id : 0, .offset = r->page_offset * PAGE};
    return 0;
}
