// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Copies of memory between address spaces, by sharing pages copy-on-write: fork, the arguments of exec; and mremap,
// which moves them.

#include <lx/abi.h>

#include "object.h"
#include "shared.h"
#include "space.h"

struct transfer {
    struct region *source;
    struct space *dest;
    uint64_t delta_pages; // destination page number - source page number, modulo 2^64
    long error;
};

// Shares one owned page: both sides lose write access until they fault.
static void share_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct transfer *t = context;
    struct space *s = t->source->space;
    if (!(entry & ENTRY_OWNED) || t->error)
        return;
    if (pagemap_reserve(&t->dest->pages, vpn + t->delta_pages)) {
        t->error = -LX_ENOMEM;
        return;
    }
    page_ref(entry_page(entry));
    pagemap_set(&t->dest->pages, vpn + t->delta_pages, entry_page(entry) | ENTRY_OWNED);
    if (entry & ENTRY_WRITABLE) {
        const struct region *r = t->source;
        mapping_change(&s->mapping, entry_slot(entry), vpn * PAGE, mapping_rights(r->prot & ~(unsigned)LX_PROT_WRITE), mapping_attr(r->prot));
        pagemap_set(&s->pages, vpn, entry & ~ENTRY_WRITABLE);
    }
}

static struct map_request request_of(const struct region *r)
{
    return (struct map_request){
        .addr = r->start, .length = r->end - r->start, .offset = r->page_offset * PAGE, .prot = r->prot,
        .flags = LX_MAP_FIXED | (r->is_shared ? LX_MAP_SHARED : LX_MAP_PRIVATE) | (r->is_charged || r->is_shared ? 0 : LX_MAP_NORESERVE),
        .object = r->object, .may_write = r->may_write, .is_stack = r->is_stack, .is_runtime = r->is_runtime,
    };
}

// One region of a fork. The layer's own regions exist in DEST already (runtime_image_map), except stacks.
static long clone_region(struct region *r, struct space *dest)
{
    struct map_request q = request_of(r);
    uint64_t at;
    if (!region_find(dest->regions, r->start)) {
        long error = space_map(dest, &q, &at);
        if (error)
            return error;
    }
    if (r->is_shared)
        return 0;
    struct transfer t = {r, dest, 0, 0};
    pagemap_visit(&r->space->pages, r->start / PAGE, r->end / PAGE, share_entry, &t);
    return t.error;
}

static bool is_of_other_thread(const struct region *r, unsigned thread_index)
{
    return r->start >= KN_LAYOUT_THREAD_AREA && (r->start - KN_LAYOUT_THREAD_AREA) / KN_LAYOUT_THREAD_AREA_SIZE != thread_index;
}

long space_clone(struct space *source, struct space *dest, unsigned thread_index)
{
    dest->brk_start = source->brk_start;
    dest->brk = source->brk;
    for (int i = 0; i < 3; i++)
        dest->limit[i] = source->limit[i];
    for (struct region *r = region_at_or_after(source->regions, 0); r; r = region_at_or_after(source->regions, r->end)) {
        if (r->is_wired || is_of_other_thread(r, thread_index))
            continue;
        long error = clone_region(r, dest);
        if (error)
            return error;
    }
    return shared_clone(source, dest, thread_index);
}

long space_copy_range(struct space *source, uint64_t addr, uint64_t length, struct space *dest, uint64_t *at)
{
    length = (length + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    struct region *r = region_find(source->regions, addr);
    if (addr % PAGE || !length || !r || length > r->end - addr || r->is_shared || r->is_runtime)
        return -LX_EFAULT;
    struct map_request q = {.length = length, .flags = LX_MAP_PRIVATE, .prot = LX_PROT_READ | LX_PROT_WRITE};
    long error = space_map(dest, &q, at);
    if (error)
        return error;
    struct transfer t = {r, dest, *at / PAGE - addr / PAGE, 0};
    pagemap_visit(&source->pages, addr / PAGE, (addr + length) / PAGE, share_entry, &t);
    if (t.error)
        space_unmap(dest, *at, length);
    return t.error;
}

static void move_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct transfer *t = context;
    struct space *s = t->source->space;
    if (t->error || pagemap_reserve(&s->pages, vpn + t->delta_pages)) {
        t->error = -LX_ENOMEM;
        return;
    }
    if (entry_slot(entry))
        mapping_remove(entry_slot(entry));
    // An object's page comes back by a fault. The new place first: the old one's leaf may go with its last entry.
    pagemap_set(&s->pages, vpn + t->delta_pages, entry & ENTRY_OWNED ? entry_page(entry) | ENTRY_OWNED : 0);
    pagemap_set(&s->pages, vpn, 0);
}

// Moves [old, old + old_length) of R to NEW and extends it to NEW_LENGTH.
static long move_region(struct space *s, struct region *r, uint64_t old, uint64_t old_length, uint64_t new_length, struct map_request *q, uint64_t *addr)
{
    q->length = new_length;
    q->offset = (r->page_offset + (old - r->start) / PAGE) * PAGE;
    long error = space_map(s, q, addr);
    if (error)
        return error;
    r = region_find(s->regions, old); // a fixed mapping may have cut it
    struct transfer t = {r, s, *addr / PAGE - old / PAGE, 0};
    uint64_t moved = old_length < new_length ? old_length : new_length;
    pagemap_visit(&s->pages, old / PAGE, (old + moved) / PAGE, move_entry, &t);
    return t.error ? t.error : space_unmap(s, old, old_length);
}

// Extends R, which ends at END, in place if what is behind is free.
static bool extend(struct space *s, struct region *r, uint64_t end)
{
    struct region *next = region_at_or_after(s->regions, r->end);
    struct map_request q = request_of(r);
    uint64_t at;
    if (end > KN_LAYOUT_PROGRAM_END || (next && next->start < end))
        return false;
    q.addr = r->end;
    q.length = end - r->end;
    q.offset = (r->page_offset + (r->end - r->start) / PAGE) * PAGE;
    q.is_stack = false;
    return space_map(s, &q, &at) == 0;
}

long space_remap(struct space *s, uint64_t old, uint64_t old_length, uint64_t new_length, uint64_t flags, uint64_t new, uint64_t *addr)
{
    bool fixed = flags & LX_MREMAP_FIXED, may_move = flags & LX_MREMAP_MAYMOVE;
    if (old % PAGE || !new_length || flags & ~(uint64_t)(LX_MREMAP_FIXED | LX_MREMAP_MAYMOVE) || (fixed && (!may_move || new % PAGE)))
        return -LX_EINVAL;
    old_length = (old_length + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    new_length = (new_length + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    if (!new_length || new_length > KN_LAYOUT_PROGRAM_END)
        return -LX_ENOMEM;
    struct region *r = region_find(s->regions, old);
    if (!r || r->is_runtime || old_length > r->end - old || !old_length)
        return -LX_EFAULT;
    *addr = old;
    struct map_request q = request_of(r);
    q.is_stack = false;
    if (fixed) {
        if (new < old + old_length && old < new + new_length)
            return -LX_EINVAL;
        q.addr = new;
        return move_region(s, r, old, old_length, new_length, &q, addr);
    }
    if (new_length <= old_length)
        return new_length < old_length ? space_unmap(s, old + new_length, old_length - new_length) : 0;
    if (old + old_length == r->end && extend(s, r, old + new_length))
        return 0;
    if (!may_move)
        return -LX_ENOMEM;
    q.addr = 0;
    q.flags &= ~(uint64_t)LX_MAP_FIXED;
    return move_region(s, r, old, old_length, new_length, &q, addr);
}
