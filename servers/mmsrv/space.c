// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "space.h"

#include <kn/proto/mm.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "commit.h"
#include "cspace.h"
#include "object.h"
#include "runtime_image.h"
#include "shared.h"
#include "trona/heap.h"
#include "trona/startup.h"

static struct idmap spaces;
static uint64_t next_id = 1;
static kn_cptr_t asid_pool;

void space_init(void)
{
    asid_pool = trona_resource(KN_LAYOUT_RESOURCE_ASID_POOL, 0)->slot;
}

struct space *space_find(uint64_t id)
{
    return (struct space *)idmap_find(&spaces, id);
}

// Makes the VSpace object in an untyped of its own, so that one Revoke takes every copy of its capability away.
static long make_vspace(struct space *s)
{
    s->vspace_untyped = pool_untyped(KN_VSPACE_BITS);
    uint32_t slot = s->vspace_untyped ? slots_take(1) : 0;
    kn_word_t nr_slots = trona_startup_page()->nr_slots;
    if (slot && kn_untyped_retype(s->vspace_untyped, KN_OBJECT_TYPE_VSPACE, 0, slot / nr_slots,
                                  KN_WORD_BITS - (kn_word_t)__builtin_ctzl(nr_slots), slot % nr_slots, 1, OWN_CNODE) == KN_ERROR_NONE) {
        s->mapping.vspace = slot;
        if (kn_asid_pool_assign(asid_pool, slot) == KN_ERROR_NONE)
            return 0;
        kn_cnode_delete(OWN_CNODE, slot, KN_WORD_BITS);
    }
    if (slot)
        slot_give(slot);
    if (s->vspace_untyped)
        pool_untyped_free(s->vspace_untyped, KN_VSPACE_BITS);
    return -LX_ENOMEM;
}

long space_create(struct space **out)
{
    struct space *s = trona_alloc_zero(sizeof *s);
    if (!s)
        return -LX_ENOMEM;
    s->link.id = next_id;
    s->limit[KN_MM_LIMIT_STACK] = 8 << 20;
    s->limit[KN_MM_LIMIT_DATA] = s->limit[KN_MM_LIMIT_AS] = ~(uint64_t)0;
    long error = make_vspace(s);
    if (!error && (error = idmap_insert(&spaces, &s->link))) {
        pool_untyped_free(s->vspace_untyped, KN_VSPACE_BITS);
        slot_give((uint32_t)s->mapping.vspace);
    }
    if (error) {
        trona_free(s, sizeof *s);
        return error;
    }
    next_id++;
    error = runtime_image_map(s);
    if (error) {
        space_destroy(s);
        return error;
    }
    *out = s;
    return 0;
}

static void clear_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct space *s = context;
    if (entry_slot(entry))
        mapping_remove(entry_slot(entry));
    pagemap_set(&s->pages, vpn, 0);
    if (entry & ENTRY_OWNED)
        page_unref(entry_page(entry));
}

void space_clear_pages(struct space *s, uint64_t start, uint64_t end)
{
    pagemap_visit(&s->pages, start / PAGE, end / PAGE, clear_entry, s);
}

static void destroy_region(struct space *s, struct region *r)
{
    space_clear_pages(s, r->start, r->end);
    region_remove(&s->regions, r);
    s->vm_pages -= (r->end - r->start) / PAGE;
    if (r->is_charged)
        commit_release((r->end - r->start) / PAGE);
    if (r->object)
        object_detach(r->object, r);
    trona_free(r, sizeof *r);
}

void space_destroy(struct space *s)
{
    while (s->regions)
        destroy_region(s, s->regions);
    shared_destroy_all(s);
    pagemap_destroy(&s->pages);
    if (s->endpoint)
        slot_delete((uint32_t)s->endpoint);
    mapping_destroy(&s->mapping);
    pool_untyped_free(s->vspace_untyped, KN_VSPACE_BITS);
    slot_give((uint32_t)s->mapping.vspace);
    idmap_remove(&spaces, &s->link);
    trona_free(s, sizeof *s);
}

static bool must_charge(const struct map_request *q)
{
    return !(q->flags & (LX_MAP_SHARED | LX_MAP_NORESERVE)) && q->prot & LX_PROT_WRITE;
}

// A new region without neighbours in the way; nothing is mapped yet.
static long add_region(struct space *s, const struct map_request *q, uint64_t start, uint64_t end)
{
    uint64_t pages = (end - start) / PAGE;
    bool charge = must_charge(q);
    struct region *r = trona_alloc_zero(sizeof *r);
    if (!r)
        return -LX_ENOMEM;
    if (charge && !commit_charge(pages)) {
        trona_free(r, sizeof *r);
        return -LX_ENOMEM;
    }
    r->start = start;
    r->end = end;
    r->space = s;
    r->page_offset = q->offset / PAGE;
    r->prot = (uint8_t)q->prot;
    r->is_shared = q->flags & LX_MAP_SHARED;
    r->may_write = q->may_write;
    r->is_stack = q->is_stack;
    r->is_runtime = q->is_runtime;
    r->is_wired = q->is_wired;
    r->is_charged = charge;
    if (q->object)
        object_attach(q->object, r);
    region_insert(&s->regions, r);
    s->vm_pages += pages;
    return 0;
}

// Cuts R in two at ADDR (inside it). -LX_ENOMEM.
static long split_region(struct space *s, struct region *r, uint64_t addr)
{
    struct region *upper = trona_alloc(sizeof *upper);
    if (!upper)
        return -LX_ENOMEM;
    *upper = *r;
    upper->start = addr;
    upper->page_offset += (addr - r->start) / PAGE;
    upper->is_stack = false;
    r->end = addr;
    if (r->object)
        object_attach(r->object, upper);
    region_insert(&s->regions, upper);
    return 0;
}

// Makes START and END region boundaries where a region crosses them.
static long cut(struct space *s, uint64_t start, uint64_t end)
{
    struct region *r = region_find(s->regions, start);
    if (r && r->start < start) {
        long error = split_region(s, r, start);
        if (error)
            return error;
    }
    r = region_find(s->regions, end - 1);
    return r && r->end > end ? split_region(s, r, end) : 0;
}

static bool in_program(uint64_t addr, uint64_t length)
{
    return addr >= KN_LAYOUT_PROGRAM_START && addr < KN_LAYOUT_PROGRAM_END && length <= KN_LAYOUT_PROGRAM_END - addr;
}

static bool is_free(struct space *s, uint64_t start, uint64_t end)
{
    struct region *r = region_at_or_after(s->regions, start);
    return !r || r->start >= end;
}

// The highest gap of LENGTH bytes below the stack's range, 0: none.
static uint64_t find_gap(struct space *s, uint64_t length)
{
    uint64_t stack = s->limit[KN_MM_LIMIT_STACK] < ((uint64_t)1 << 30) ? s->limit[KN_MM_LIMIT_STACK] : (uint64_t)1 << 30;
    uint64_t end = (KN_LAYOUT_STACK_TOP - stack - (1 << 20)) & ~(uint64_t)(PAGE - 1);
    while (end >= KN_LAYOUT_PROGRAM_START + length) {
        struct region *r = region_at_or_after(s->regions, end - length);
        if (!r || r->start >= end)
            return end - length;
        // The gap ends in R or below it: go on under the lowest region that is in the way.
        end = r->start;
    }
    return 0;
}

static long choose_address(struct space *s, const struct map_request *q, uint64_t length, uint64_t *addr)
{
    bool fixed = q->flags & (LX_MAP_FIXED | LX_MAP_FIXED_NOREPLACE);
    *addr = fixed ? q->addr : q->addr & ~(uint64_t)(PAGE - 1);
    if (fixed) {
        if (*addr % PAGE)
            return -LX_EINVAL;
        if (!q->is_runtime && !in_program(*addr, length))
            return *addr < KN_LAYOUT_PROGRAM_START ? -LX_EPERM : -LX_ENOMEM;
        if (q->flags & LX_MAP_FIXED_NOREPLACE && !is_free(s, *addr, *addr + length))
            return -LX_EEXIST;
        return 0;
    }
    if (*addr && in_program(*addr, length) && is_free(s, *addr, *addr + length))
        return 0;
    *addr = find_gap(s, length);
    return *addr ? 0 : -LX_ENOMEM;
}

long space_map(struct space *s, const struct map_request *q, uint64_t *addr)
{
    if (!q->length || q->offset % PAGE)
        return -LX_EINVAL;
    uint64_t length = (q->length + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    if (length < q->length || length > KN_LAYOUT_PROGRAM_END)
        return -LX_ENOMEM;
    if (length / PAGE + s->vm_pages > s->limit[KN_MM_LIMIT_AS] / PAGE)
        return -LX_ENOMEM;
    long error = choose_address(s, q, length, addr);
    if (error)
        return error;
    struct map_request request = *q;
    if (!q->object && q->flags & LX_MAP_SHARED) { // shared anonymous memory is an object without a name
        error = object_create(length, &request.object);
        if (error)
            return error;
        request.offset = 0;
        request.may_write = true;
    }
    error = is_free(s, *addr, *addr + length) ? 0 : space_unmap(s, *addr, length);
    if (!error)
        error = add_region(s, &request, *addr, *addr + length);
    if (request.object && !q->object)
        object_unname(request.object);
    return error;
}

long space_unmap(struct space *s, uint64_t addr, uint64_t length)
{
    if (addr % PAGE || !length || length > KN_LAYOUT_PROGRAM_END)
        return -LX_EINVAL;
    uint64_t end = addr + ((length + PAGE - 1) & ~(uint64_t)(PAGE - 1));
    if (end > KN_LAYOUT_PROGRAM_END || end < addr)
        return -LX_EINVAL;
    long error = cut(s, addr, end);
    if (error)
        return error;
    struct region *r;
    while ((r = region_at_or_after(s->regions, addr)) && r->start < end)
        destroy_region(s, r);
    return 0;
}

// Brings the mapping of an entry in line with its region's rights.
static void refresh_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct region *r = context;
    struct space *s = r->space;
    if (!entry_slot(entry))
        return;
    bool writable = r->prot & LX_PROT_WRITE && (r->is_shared ? (entry & ENTRY_WRITABLE) != 0
                                                             : entry & ENTRY_OWNED && page_refs(entry_page(entry)) == 1);
    unsigned prot = writable ? r->prot : r->prot & ~(unsigned)LX_PROT_WRITE;
    mapping_change(&s->mapping, entry_slot(entry), vpn * PAGE, mapping_rights(prot), mapping_attr(r->prot));
    pagemap_set(&s->pages, vpn, writable ? entry | ENTRY_WRITABLE : entry & ~ENTRY_WRITABLE);
}

static void refresh_region(struct region *r)
{
    pagemap_visit(&r->space->pages, r->start / PAGE, r->end / PAGE, refresh_entry, r);
}

// Whether all of [addr, end) is mapped and may get PROT; pages that would have to be charged.
static long check_protect(struct space *s, uint64_t addr, uint64_t end, unsigned prot, uint64_t *charge)
{
    *charge = 0;
    for (uint64_t at = addr; at < end;) {
        struct region *r = region_find(s->regions, at);
        if (!r)
            return -LX_ENOMEM;
        if (r->is_shared && prot & LX_PROT_WRITE && !r->may_write)
            return -LX_EACCES;
        uint64_t stop = r->end < end ? r->end : end;
        if (!r->is_shared && prot & LX_PROT_WRITE && !r->is_charged)
            *charge += (stop - at) / PAGE;
        at = stop;
    }
    return 0;
}

long space_protect(struct space *s, uint64_t addr, uint64_t length, unsigned prot)
{
    if (addr % PAGE)
        return -LX_EINVAL;
    if (!length)
        return 0;
    uint64_t end = addr + ((length + PAGE - 1) & ~(uint64_t)(PAGE - 1));
    if (end <= addr || end > KN_LAYOUT_PROGRAM_END)
        return -LX_ENOMEM;
    uint64_t charge;
    long error = check_protect(s, addr, end, prot, &charge);
    if (!error && charge && !commit_charge(charge))
        return -LX_ENOMEM;
    if (!error && (error = cut(s, addr, end)))
        commit_release(charge);
    if (error)
        return error;
    for (uint64_t at = addr; at < end;) {
        struct region *r = region_find(s->regions, at);
        if (!r->is_shared && prot & LX_PROT_WRITE)
            r->is_charged = true;
        if (r->prot != prot) {
            r->prot = (uint8_t)prot;
            refresh_region(r);
        }
        at = r->end;
    }
    return 0;
}

long space_discard(struct space *s, uint64_t addr, uint64_t length)
{
    uint64_t end = addr + ((length + PAGE - 1) & ~(uint64_t)(PAGE - 1));
    if (addr % PAGE || end < addr || end > KN_LAYOUT_PROGRAM_END)
        return -LX_EINVAL;
    for (uint64_t at = addr; at < end;) {
        struct region *r = region_find(s->regions, at);
        if (!r)
            return -LX_ENOMEM;
        uint64_t stop = r->end < end ? r->end : end;
        space_clear_pages(s, at, stop);
        at = stop;
    }
    return 0;
}

uint64_t space_brk(struct space *s, uint64_t addr)
{
    if (addr < s->brk_start || addr - s->brk_start > s->limit[KN_MM_LIMIT_DATA])
        return s->brk;
    uint64_t old = (s->brk + PAGE - 1) & ~(uint64_t)(PAGE - 1), new = (addr + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    if (new < addr || !in_program(s->brk_start, new - s->brk_start))
        return s->brk;
    if (new < old && space_unmap(s, new, old - new))
        return s->brk;
    if (new > old) {
        struct region *below = region_before(s->regions, old);
        bool is_heap = old > s->brk_start && below && below->end == old && !below->object && !below->is_shared;
        if (!is_free(s, old, new))
            return s->brk;
        if (is_heap && below->prot == (LX_PROT_READ | LX_PROT_WRITE) && below->is_charged) {
            if (!commit_charge((new - old) / PAGE))
                return s->brk;
            below->end = new;
            s->vm_pages += (new - old) / PAGE;
        } else {
            uint64_t at;
            struct map_request q = {.addr = old, .length = new - old, .flags = LX_MAP_FIXED | LX_MAP_PRIVATE,
                                    .prot = LX_PROT_READ | LX_PROT_WRITE};
            if (space_map(s, &q, &at))
                return s->brk;
        }
    }
    return s->brk = addr;
}

void space_drop_object_page(struct region *r, uint64_t index)
{
    if (index < r->page_offset || index - r->page_offset >= (r->end - r->start) / PAGE)
        return;
    uint64_t vpn = r->start / PAGE + (index - r->page_offset);
    uint64_t entry = pagemap_get(&r->space->pages, vpn);
    if (entry && !(entry & ENTRY_OWNED))
        clear_entry(r->space, vpn, entry);
}

long space_put_page(struct space *s, struct region *r, uint64_t addr, page_t page, bool do_map)
{
    if (pagemap_reserve(&s->pages, addr / PAGE))
        return -LX_ENOMEM;
    uint64_t entry = page | ENTRY_OWNED;
    if (do_map) {
        bool writable = r->prot & LX_PROT_WRITE && page_refs(page) == 1;
        unsigned prot = writable ? r->prot : r->prot & ~(unsigned)LX_PROT_WRITE;
        uint32_t slot = mapping_add(&s->mapping, addr, page, mapping_rights(prot), mapping_attr(r->prot));
        if (!slot) {
            pagemap_set(&s->pages, addr / PAGE, pagemap_get(&s->pages, addr / PAGE));
            return -LX_ENOMEM;
        }
        entry |= (uint64_t)slot << 32 | (writable ? ENTRY_WRITABLE : 0);
    }
    pagemap_set(&s->pages, addr / PAGE, entry);
    if (s->pages.count > s->peak_pages)
        s->peak_pages = s->pages.count;
    return 0;
}
