// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "space_map.h"

#include <kn/proto/mm.h>
#include <lx/abi.h>

#include "commit.h"
#include "entry.h"
#include "object.h"
#include "trona/heap.h"

#define MAX_REGIONS 65530          // of one space, as Linux
#define MAX_STACK_GAP ((uint64_t)1 << 30) // kept free for a stack at most
#define STACK_GAP_MARGIN (1 << 20) // and between it and other mappings

static struct region *region_alloc(const struct space *s)
{
    return region_count(&s->regions) < MAX_REGIONS ? trona_alloc_zero(sizeof(struct region)) : NULL;
}

static void region_free(struct region *r)
{
    trona_free(r, sizeof *r);
}

long space_plan_cut(struct space *s, uint64_t start, uint64_t end, struct cut_plan *plan)
{
    const struct region *first = region_find(&s->regions, start), *last = region_find(&s->regions, end - 1);
    bool needs[2] = {first && first->start < start, last && last->end > end};
    *plan = (struct cut_plan){0};
    for (int i = 0; i < 2; i++)
        if (needs[i] && !(plan->spare[i] = region_alloc(s))) {
            space_drop_cut(plan);
            return -LX_ENOMEM;
        }
    return 0;
}

void space_drop_cut(struct cut_plan *plan)
{
    for (int i = 0; i < 2; i++)
        region_free(plan->spare[i]);
    *plan = (struct cut_plan){0};
}

// Cuts R in two at ADDR (inside it); UPPER becomes the upper part.
static void split(struct region *r, uint64_t addr, struct region *upper)
{
    struct space *s = r->space;
    *upper = *r;
    upper->start = addr;
    upper->page_offset = region_object_index(r, addr);
    region_resize(&s->regions, r, r->start, addr);
    region_insert(&s->regions, upper);
    if (r->object)
        object_attach(r->object, upper);
}

void space_cut(struct space *s, uint64_t start, uint64_t end, struct cut_plan *plan)
{
    struct region *r = region_find(&s->regions, start);
    if (r && r->start < start) {
        split(r, start, plan->spare[0]);
        plan->spare[0] = NULL;
    }
    r = region_find(&s->regions, end - 1);
    if (r && r->end > end) {
        split(r, end, plan->spare[1]);
        plan->spare[1] = NULL;
    }
    space_drop_cut(plan);
}

void space_remove_region(struct region *r)
{
    struct space *s = r->space;
    entries_clear(r, r->start, r->end);
    region_remove(&s->regions, r);
    s->vm_pages -= region_pages(r);
    if (r->is_charged)
        commit_release(region_pages(r));
    if (r->object)
        object_detach(r->object, r);
    region_free(r);
}

void space_remove_range(struct space *s, uint64_t start, uint64_t end)
{
    struct region *r;
    while ((r = region_at_or_after(&s->regions, start)) && r->start < end)
        space_remove_region(r);
}

void space_remove_runtime(struct space *s, uint64_t addr)
{
    struct region *r = region_find(&s->regions, addr);
    if (r)
        space_remove_region(r);
}

static bool can_merge(const struct region *a, const struct region *b)
{
    return a->end == b->start && a->prot == b->prot && a->object == b->object && a->is_shared == b->is_shared &&
           a->may_write == b->may_write && a->is_stack == b->is_stack && a->is_charged == b->is_charged && !a->is_runtime &&
           !b->is_runtime && (!a->object || b->page_offset == a->page_offset + region_pages(a));
}

void space_merge(struct space *s, uint64_t start, uint64_t end)
{
    struct region *r = region_before(&s->regions, start);
    if (!r)
        r = region_first(&s->regions);
    while (r && r->start <= end) {
        struct region *next = region_next(r);
        if (next && can_merge(r, next)) {
            uint64_t new_end = next->end;
            region_remove(&s->regions, next);
            if (next->object)
                object_detach(next->object, next);
            region_free(next);
            region_resize(&s->regions, r, r->start, new_end);
        } else {
            r = next;
        }
    }
}

bool space_is_free(const struct space *s, uint64_t start, uint64_t end)
{
    const struct region *r = region_at_or_after(&s->regions, start);
    return !r || r->start >= end;
}

bool space_in_program(uint64_t addr, uint64_t length)
{
    return addr >= KN_LAYOUT_PROGRAM_START && addr < KN_LAYOUT_PROGRAM_END && length <= KN_LAYOUT_PROGRAM_END - addr;
}

bool space_within_limit(const struct space *s, uint64_t pages, uint64_t replaced)
{
    return s->vm_pages - replaced + pages <= s->limit[KN_MM_LIMIT_AS] / PAGE;
}

void space_count(struct space *s, uint64_t start, uint64_t end, uint64_t *pages, uint64_t *charged)
{
    *pages = *charged = 0;
    for (struct region *r = region_at_or_after(&s->regions, start); r && r->start < end; r = region_next(r)) {
        uint64_t from = r->start > start ? r->start : start, to = r->end < end ? r->end : end;
        *pages += (to - from) / PAGE;
        if (r->is_charged)
            *charged += (to - from) / PAGE;
    }
}

uint64_t space_find_gap(const struct space *s, uint64_t length)
{
    uint64_t stack = s->limit[KN_MM_LIMIT_STACK] < MAX_STACK_GAP ? s->limit[KN_MM_LIMIT_STACK] : MAX_STACK_GAP;
    uint64_t end = (KN_LAYOUT_STACK_TOP - stack - STACK_GAP_MARGIN) & ~(PAGE - 1);
    return region_find_gap(&s->regions, KN_LAYOUT_PROGRAM_START, end, length);
}

static long choose_address(const struct space *s, const struct map_request *q, uint64_t length, uint64_t *addr)
{
    bool fixed = q->flags & (LX_MAP_FIXED | LX_MAP_FIXED_NOREPLACE);
    *addr = fixed ? q->addr : q->addr & ~(PAGE - 1);
    if (fixed) {
        if (*addr % PAGE)
            return -LX_EINVAL;
        if (!q->is_runtime && !space_in_program(*addr, length))
            return *addr < KN_LAYOUT_PROGRAM_START ? -LX_EPERM : -LX_ENOMEM;
        if (q->flags & LX_MAP_FIXED_NOREPLACE && !space_is_free(s, *addr, *addr + length))
            return -LX_EEXIST;
        return 0;
    }
    if (*addr && space_in_program(*addr, length) && space_is_free(s, *addr, *addr + length))
        return 0;
    *addr = space_find_gap(s, length);
    return *addr ? 0 : -LX_ENOMEM;
}

static bool must_charge(const struct map_request *q)
{
    return q->is_charged || (!(q->flags & (LX_MAP_SHARED | LX_MAP_NORESERVE)) && q->prot & LX_PROT_WRITE && !q->is_wired);
}

// Fills a region in, puts it into the tree; nothing is in its way, its charge is taken.
static void insert(struct space *s, struct region *r, const struct map_request *q, uint64_t start, uint64_t end)
{
    *r = (struct region){.start = start, .end = end, .space = s, .page_offset = q->offset / PAGE, .prot = (uint8_t)q->prot,
                         .is_shared = q->flags & LX_MAP_SHARED, .may_write = q->may_write, .is_stack = q->is_stack,
                         .is_runtime = q->is_runtime, .is_wired = q->is_wired, .is_charged = must_charge(q)};
    region_insert(&s->regions, r);
    if (q->object)
        object_attach(q->object, r);
    s->vm_pages += region_pages(r);
}

// Takes the promise of memory for a region over [start, end), whose charged pages, now there, go: they count for it.
static bool charge(struct space *s, const struct map_request *q, uint64_t start, uint64_t end, uint64_t *charged)
{
    uint64_t pages, wanted = must_charge(q) ? (end - start) / PAGE : 0, replaced;
    space_count(s, start, end, &pages, &replaced);
    *charged = wanted > replaced ? wanted - replaced : 0;
    if (!space_within_limit(s, (end - start) / PAGE, pages) || !commit_charge(*charged))
        return false;
    return true;
}

// Maps at a place that has been chosen. Everything that can fail comes first.
static long map_at(struct space *s, const struct map_request *q, uint64_t start, uint64_t end)
{
    struct cut_plan plan;
    uint64_t charged;
    struct region *r = region_alloc(s);
    if (!r)
        return -LX_ENOMEM;
    if (!charge(s, q, start, end, &charged)) {
        region_free(r);
        return -LX_ENOMEM;
    }
    if (space_plan_cut(s, start, end, &plan)) {
        commit_release(charged);
        region_free(r);
        return -LX_ENOMEM;
    }
    space_cut(s, start, end, &plan);
    // What goes gives its charge back; the part of it that the new region counts on is taken again at once.
    uint64_t wanted = must_charge(q) ? (end - start) / PAGE : 0;
    commit_keep(wanted - charged);
    space_remove_range(s, start, end);
    insert(s, r, q, start, end);
    space_merge(s, start, end);
    return 0;
}

long space_map(struct space *s, const struct map_request *q, uint64_t *addr)
{
    if (!q->length || q->offset % PAGE)
        return -LX_EINVAL;
    if (q->length > KN_LAYOUT_PROGRAM_END)
        return -LX_ENOMEM;
    uint64_t length = page_round_up(q->length);
    if (q->offset + length < q->offset)
        return -LX_EOVERFLOW;
    long error = choose_address(s, q, length, addr);
    if (error)
        return error;
    if (q->object || !(q->flags & LX_MAP_SHARED))
        return map_at(s, q, *addr, *addr + length);
    // Shared anonymous memory is an object without a name.
    struct map_request request = *q;
    error = object_create_reserved(length, &request.object);
    if (error)
        return error;
    request.offset = 0;
    request.may_write = true;
    error = map_at(s, &request, *addr, *addr + length);
    object_unname(request.object);
    return error;
}
