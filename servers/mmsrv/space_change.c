// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// munmap, mprotect, madvise, brk and the growth of stacks: what changes regions that are there.

#include "space_map.h"

#include <kn/proto/mm.h>
#include <lx/abi.h>

#include "commit.h"
#include "entry.h"
#include "object.h"
#include "trona/string.h"

#define STACK_GUARD ((uint64_t)256 * PAGE) // free below a stack that grows, as Linux

// The end of a page-aligned range of the program, or 0 if it is not one.
static uint64_t range_end(uint64_t addr, uint64_t length)
{
    if (addr % PAGE || length > KN_LAYOUT_PROGRAM_END || addr > KN_LAYOUT_PROGRAM_END - page_round_up(length))
        return 0;
    return addr + page_round_up(length);
}

long space_unmap(struct space *s, uint64_t addr, uint64_t length)
{
    uint64_t end = range_end(addr, length);
    if (!end || !length)
        return -LX_EINVAL;
    if (space_is_free(s, addr, end))
        return 0;
    struct cut_plan plan;
    if (space_plan_cut(s, addr, end, &plan))
        return -LX_ENOMEM;
    space_cut(s, addr, end, &plan);
    space_remove_range(s, addr, end);
    return 0;
}

// Whether all of [addr, end) is mapped and may get PROT; how many pages that promises which nobody has promised yet.
static long check_protect(struct space *s, uint64_t addr, uint64_t end, unsigned prot, uint64_t *charge)
{
    *charge = 0;
    bool writes = prot & LX_PROT_WRITE;
    uint64_t at = addr;
    for (struct region *r = region_find(&s->regions, addr); at < end; r = region_next(r)) {
        if (!r || r->start > at)
            return -LX_ENOMEM;
        if (r->is_shared && writes && !r->may_write)
            return -LX_EACCES;
        uint64_t stop = r->end < end ? r->end : end;
        if (!r->is_shared && writes && !r->is_charged)
            *charge += (stop - at) / PAGE - entries_owned(r, at, stop);
        at = stop;
    }
    return 0;
}

static void protect(struct region *r, unsigned prot)
{
    unsigned old = r->prot;
    if (!r->is_shared && prot & LX_PROT_WRITE)
        r->is_charged = true; // with what entries have been charged so far
    r->prot = (uint8_t)prot;
    if (old != prot)
        entries_protect(r, old);
}

long space_protect(struct space *s, uint64_t addr, uint64_t length, unsigned prot)
{
    if (addr % PAGE)
        return -LX_EINVAL;
    if (!length)
        return 0;
    uint64_t end = range_end(addr, length), charge;
    if (!end)
        return -LX_ENOMEM;
    long error = check_protect(s, addr, end, prot, &charge);
    if (error)
        return error;
    struct cut_plan plan;
    if (space_plan_cut(s, addr, end, &plan))
        return -LX_ENOMEM;
    if (!commit_charge(charge)) {
        space_drop_cut(&plan);
        return -LX_ENOMEM;
    }
    space_cut(s, addr, end, &plan);
    for (struct region *r = region_find(&s->regions, addr); r && r->start < end; r = region_next(r))
        protect(r, prot);
    space_merge(s, addr, end);
    return 0;
}

long space_discard(struct space *s, uint64_t addr, uint64_t length)
{
    uint64_t end = range_end(addr, length), at = addr;
    if (!end)
        return -LX_EINVAL;
    bool has_hole = false;
    for (struct region *r = region_at_or_after(&s->regions, addr); r && r->start < end; r = region_next(r)) {
        uint64_t from = r->start > addr ? r->start : addr, to = r->end < end ? r->end : end;
        has_hole |= from > at;
        at = to;
        entries_clear(r, from, to);
    }
    return has_hole || at < end ? -LX_ENOMEM : 0;
}

uint64_t space_brk(struct space *s, uint64_t addr)
{
    if (addr < s->brk_start || addr - s->brk_start > s->limit[KN_MM_LIMIT_DATA] ||
        !space_in_program(s->brk_start, addr - s->brk_start))
        return s->brk;
    uint64_t old = page_round_up(s->brk), new = page_round_up(addr), at;
    struct map_request q = {.addr = old, .length = new - old, .flags = LX_MAP_FIXED_NOREPLACE | LX_MAP_PRIVATE,
                            .prot = LX_PROT_READ | LX_PROT_WRITE};
    if (new < old && space_unmap(s, new, old - new))
        return s->brk;
    if (new > old && space_map(s, &q, &at))
        return s->brk;
    return s->brk = addr;
}

long space_clear_tail(struct space *s, uint64_t addr)
{
    uint64_t start = addr & ~(PAGE - 1);
    struct region *r = region_find(&s->regions, start);
    page_t from;
    long error = r && r->object ? object_page(r->object, region_object_index(r, start), &from) : -LX_EFAULT;
    if (error)
        return error;
    page_t page = page_alloc(true);
    if (!page)
        return -LX_ENOMEM;
    memcpy(page_memory(page), page_memory(from), addr - start);
    error = entry_put(r, start, page);
    if (error)
        page_unref(page);
    return error;
}

struct region *space_grow_stack(struct space *s, uint64_t addr)
{
    struct region *r = region_at_or_after(&s->regions, addr);
    uint64_t start = addr & ~(PAGE - 1);
    if (!r || !r->is_stack || start >= r->start || start < KN_LAYOUT_PROGRAM_START ||
        r->end - start > s->limit[KN_MM_LIMIT_STACK])
        return NULL;
    const struct region *below = region_before(&s->regions, r->start);
    if (below && (start < STACK_GUARD || below->end > start - STACK_GUARD))
        return NULL;
    uint64_t pages = (r->start - start) / PAGE;
    if (!space_within_limit(s, pages, 0) || (r->is_charged && !commit_charge(pages)))
        return NULL;
    s->vm_pages += pages;
    region_resize(&s->regions, r, start, r->end);
    return r;
}
