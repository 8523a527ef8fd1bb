// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// mremap: changes the length of a mapping where it is, or moves it with its pages.

#include "space_map.h"

#include <lx/abi.h>

#include "commit.h"
#include "entry.h"

// What a request for more of the same as R says.
static struct map_request request_like(const struct region *r)
{
    return (struct map_request){
        .prot = r->prot, .flags = r->is_shared ? LX_MAP_SHARED : LX_MAP_PRIVATE | LX_MAP_NORESERVE,
        .object = r->object, .may_write = r->may_write, .is_charged = r->is_charged,
    };
}

// Extends R, which ends at END, in place to NEW_END if what is behind is free.
static bool extend(struct space *s, struct region *r, uint64_t new_end)
{
    struct map_request q = request_like(r);
    uint64_t at;
    q.addr = r->end;
    q.length = new_end - r->end;
    q.offset = region_object_index(r, r->end) * PAGE;
    q.flags |= LX_MAP_FIXED_NOREPLACE;
    return space_map(s, &q, &at) == 0; // which merges the two
}

// A move of the first part of [old, old_end), which one region covers, to [new, new_end), which it fills or extends to.
struct move {
    uint64_t old, old_end, new, new_end;
    uint64_t moved;           // bytes: what stays of the old length
    uint64_t delta;           // pages, modulo 2^64
    uint64_t grown, replaced; // pages that need a new promise; pages whose promise is freed in the target
    struct cut_plan cut_old, cut_new;
};

static void drop_plan(struct move *m)
{
    space_drop_cut(&m->cut_old);
    space_drop_cut(&m->cut_new);
}

// Takes all that the move of a part of R needs.
static long plan_move(struct space *s, const struct region *r, struct move *m)
{
    uint64_t new_length = m->new_end - m->new, old_length = m->old_end - m->old, pages;
    m->moved = old_length < new_length ? old_length : new_length;
    m->delta = m->new >= m->old ? (m->new - m->old) / PAGE : 0 - (m->old - m->new) / PAGE;
    m->grown = r->is_charged ? (new_length - m->moved) / PAGE : 0;
    space_count(s, m->new, m->new_end, &pages, &m->replaced);
    if (m->replaced > m->grown)
        m->replaced = m->grown;
    if (!space_within_limit(s, new_length / PAGE, old_length / PAGE + pages))
        return -LX_ENOMEM;
    if (space_plan_cut(s, m->old, m->old_end, &m->cut_old))
        return -LX_ENOMEM;
    if (space_plan_cut(s, m->new, m->new_end, &m->cut_new) ||
        pagemap_reserve_shifted(&s->pages, m->old / PAGE, (m->old + m->moved) / PAGE, m->delta)) {
        drop_plan(m);
        return -LX_ENOMEM;
    }
    if (commit_charge(m->grown - m->replaced))
        return 0;
    pagemap_trim(&s->pages, m->new / PAGE, m->new_end / PAGE);
    drop_plan(m);
    return -LX_ENOMEM;
}

// Carries a move out. The region itself moves: no promise is needed twice.
static void carry_out(struct space *s, struct move *m)
{
    space_cut(s, m->old, m->old_end, &m->cut_old);
    space_cut(s, m->new, m->new_end, &m->cut_new);
    commit_keep(m->replaced);
    space_remove_range(s, m->new, m->new_end);
    struct region *r = region_find(&s->regions, m->old);
    entries_clear(r, m->old + m->moved, m->old_end);
    entries_move(s, m->old, m->old + m->moved, m->delta);
    pagemap_trim(&s->pages, m->new / PAGE, m->new_end / PAGE);
    region_remove(&s->regions, r);
    s->vm_pages += (m->new_end - m->new) / PAGE - region_pages(r);
    if (r->is_charged)
        commit_release((m->old_end - m->old - m->moved) / PAGE);
    r->start = m->new;
    r->end = m->new_end;
    r->is_stack = false;
    region_insert(&s->regions, r);
    space_merge(s, m->new, m->new_end);
}

static bool overlap(const struct move *m)
{
    return m->new < m->old_end && m->old < m->new_end;
}

long space_remap(struct space *s, uint64_t old, uint64_t old_length, uint64_t new_length, uint64_t flags, uint64_t new,
                 uint64_t *addr)
{
    bool is_fixed = flags & LX_MREMAP_FIXED, may_move = flags & LX_MREMAP_MAYMOVE;
    if (old % PAGE || !new_length || !old_length || flags & ~(uint64_t)(LX_MREMAP_FIXED | LX_MREMAP_MAYMOVE) ||
        (is_fixed && (!may_move || new % PAGE)))
        return -LX_EINVAL;
    if (old_length > KN_LAYOUT_PROGRAM_END || new_length > KN_LAYOUT_PROGRAM_END)
        return -LX_ENOMEM;
    old_length = page_round_up(old_length);
    new_length = page_round_up(new_length);
    struct region *r = region_find(&s->regions, old);
    if (!r || r->is_runtime || old_length > r->end - old)
        return -LX_EFAULT;
    *addr = old;
    if (!is_fixed && new_length <= old_length)
        return new_length < old_length ? space_unmap(s, old + new_length, old_length - new_length) : 0;
    if (!is_fixed && old + old_length == r->end && extend(s, r, old + new_length))
        return 0;
    if (!may_move)
        return -LX_ENOMEM;
    *addr = is_fixed ? new : space_find_gap(s, new_length);
    struct move m = {.old = old, .old_end = old + old_length, .new = *addr, .new_end = *addr + new_length};
    if (!*addr)
        return is_fixed ? -LX_EPERM : -LX_ENOMEM;
    if (!space_in_program(*addr, new_length) || overlap(&m))
        return -LX_EINVAL;
    long error = plan_move(s, r, &m);
    if (!error)
        carry_out(s, &m);
    return error;
}
