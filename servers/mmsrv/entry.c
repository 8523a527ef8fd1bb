// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "entry.h"

#include <lx/abi.h>

#include "commit.h"

#define NO_WRITE (~(unsigned)LX_PROT_WRITE)

static bool is_counted(const struct region *r)
{
    return !r->is_charged && !r->is_wired; // I3
}

static void note_peak(struct space *s)
{
    if (s->pages.count > s->peak_pages)
        s->peak_pages = s->pages.count;
}

// Lets go of what ENTRY, which is in no map any more, held.
static void release(struct region *r, uint64_t entry)
{
    if (entry_slot(entry))
        mapping_remove(entry_slot(entry));
    if (!(entry & ENTRY_OWNED))
        return;
    page_unref(entry_page(entry));
    if (is_counted(r))
        commit_release(1);
}

static void take_any(void *context, uint64_t vpn, uint64_t entry)
{
    (void)vpn;
    release(context, entry);
}

void entries_clear(struct region *r, uint64_t start, uint64_t end)
{
    pagemap_take(&r->space->pages, start / PAGE, end / PAGE, take_any, r);
}

static void clear_object_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct region *r = context;
    if (entry & ENTRY_OWNED)
        return;
    pagemap_set(&r->space->pages, vpn, 0);
    release(r, entry);
}

void entries_clear_object(struct region *r, uint64_t start, uint64_t end)
{
    pagemap_visit(&r->space->pages, start / PAGE, end / PAGE, clear_object_entry, r);
}

static void count_owned(void *context, uint64_t vpn, uint64_t entry)
{
    (void)vpn;
    *(uint64_t *)context += (entry & ENTRY_OWNED) != 0;
}

uint64_t entries_owned(struct region *r, uint64_t start, uint64_t end)
{
    uint64_t count = 0;
    pagemap_visit(&r->space->pages, start / PAGE, end / PAGE, count_owned, &count);
    return count;
}

// Whether the page of ENTRY may be mapped writable in R.
static bool may_be_writable(const struct region *r, uint64_t entry)
{
    if (!(r->prot & LX_PROT_WRITE))
        return false;
    if (entry & ENTRY_OWNED)
        return r->is_wired || page_refs(entry_page(entry)) == 1;
    return r->is_shared;
}

static unsigned prot_of(const struct region *r, bool is_writable)
{
    return is_writable ? r->prot : r->prot & NO_WRITE;
}

// Narrowing in batches: a run of pages, with holes perhaps, that one range operation can take.
struct narrowing {
    struct region *r;
    bool is_share;       // only what is writable matters
    uint64_t start, end; // page numbers; empty: start == end
};

static void narrow_run(struct narrowing *n)
{
    if (n->start < n->end)
        mapping_narrow(&n->r->space->mapping, n->start * PAGE, n->end * PAGE, n->r->prot);
    n->start = n->end = 0;
}

static void narrow_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct narrowing *n = context;
    if (!entry_slot(entry) || (n->is_share && !(entry & ENTRY_WRITABLE)))
        return;
    if (n->start == n->end || vpn - n->start >= KN_RANGE_MAX) {
        narrow_run(n);
        n->start = vpn;
    }
    n->end = vpn + 1;
    if (!(n->r->prot & LX_PROT_WRITE))
        pagemap_set(&n->r->space->pages, vpn, entry & ~ENTRY_WRITABLE);
}

static void widen_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct region *r = context;
    if (!entry_slot(entry))
        return;
    bool writable = may_be_writable(r, entry);
    mapping_change(&r->space->mapping, entry_slot(entry), vpn * PAGE, prot_of(r, writable));
    pagemap_set(&r->space->pages, vpn, writable ? entry | ENTRY_WRITABLE : entry & ~ENTRY_WRITABLE);
}

void entries_protect(struct region *r, unsigned old_prot)
{
    bool is_wider = r->prot & ~old_prot;
    struct narrowing n = {.r = r};
    if (is_wider)
        pagemap_visit(&r->space->pages, r->start / PAGE, r->end / PAGE, widen_entry, r);
    else
        pagemap_visit(&r->space->pages, r->start / PAGE, r->end / PAGE, narrow_entry, &n);
    narrow_run(&n);
}

struct transfer {
    struct region *dest; // entries_share
    struct space *space; // entries_move
    uint64_t delta; // pages
    long error;
};

static void move_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct transfer *t = context;
    if (entry_slot(entry))
        mapping_remove(entry_slot(entry));
    pagemap_set(&t->space->pages, vpn, 0);
    if (entry & ENTRY_OWNED)
        pagemap_set(&t->space->pages, vpn + t->delta, entry_page(entry) | ENTRY_OWNED);
}

void entries_move(struct space *s, uint64_t start, uint64_t end, uint64_t delta)
{
    struct transfer t = {.space = s, .delta = delta};
    pagemap_visit(&s->pages, start / PAGE, end / PAGE, move_entry, &t);
}

static void share_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct transfer *t = context;
    struct pagemap *to = &t->dest->space->pages;
    if (!(entry & ENTRY_OWNED) || t->error)
        return;
    if (is_counted(t->dest) && !commit_charge(1)) {
        t->error = -LX_ENOMEM;
        return;
    }
    if (pagemap_reserve(to, vpn + t->delta)) {
        if (is_counted(t->dest))
            commit_release(1);
        t->error = -LX_ENOMEM;
        return;
    }
    page_ref(entry_page(entry));
    pagemap_set(to, vpn + t->delta, entry_page(entry) | ENTRY_OWNED);
}

long entries_share(struct region *r, uint64_t start, uint64_t end, struct region *dest, uint64_t delta)
{
    // Write access goes first: then no page is ever shared and writable (I2), whatever fails.
    struct region narrowed = *r;
    narrowed.prot &= NO_WRITE;
    struct narrowing n = {.r = &narrowed, .is_share = true};
    if (r->prot & LX_PROT_WRITE)
        pagemap_visit(&r->space->pages, start / PAGE, end / PAGE, narrow_entry, &n);
    narrow_run(&n);
    struct transfer t = {.dest = dest, .delta = delta};
    pagemap_visit(&r->space->pages, start / PAGE, end / PAGE, share_entry, &t);
    note_peak(dest->space);
    return t.error;
}

long entry_put(struct region *r, uint64_t addr, page_t page)
{
    if (is_counted(r) && !commit_charge(1))
        return -LX_ENOMEM;
    if (pagemap_reserve(&r->space->pages, addr / PAGE)) {
        if (is_counted(r))
            commit_release(1);
        return -LX_ENOMEM;
    }
    pagemap_set(&r->space->pages, addr / PAGE, page | ENTRY_OWNED);
    note_peak(r->space);
    return 0;
}

long entry_put_wired(struct region *r, uint64_t addr, page_t page)
{
    struct space *s = r->space;
    if (pagemap_reserve(&s->pages, addr / PAGE))
        return -LX_ENOMEM;
    uint32_t slot = mapping_add(&s->mapping, addr, page, r->prot);
    if (!slot) {
        pagemap_set(&s->pages, addr / PAGE, 0);
        return -LX_ENOMEM;
    }
    page_ref(page);
    pagemap_set(&s->pages, addr / PAGE, (uint64_t)slot << 32 | page | ENTRY_OWNED | ENTRY_WRITABLE);
    note_peak(s);
    return 0;
}

// Maps the page that ENTRY names at ADDR, and makes ENTRY, so completed, the entry there.
static long map_entry(struct region *r, uint64_t addr, uint64_t entry)
{
    struct space *s = r->space;
    bool writable = may_be_writable(r, entry);
    uint32_t slot = entry_slot(entry);
    if (slot) {
        mapping_change(&s->mapping, slot, addr, prot_of(r, writable));
    } else {
        if (pagemap_reserve(&s->pages, addr / PAGE))
            return -LX_ENOMEM;
        slot = mapping_add(&s->mapping, addr, entry_page(entry), prot_of(r, writable));
        if (!slot) {
            pagemap_set(&s->pages, addr / PAGE, pagemap_get(&s->pages, addr / PAGE)); // room that is not used goes
            return -LX_ENOMEM;
        }
    }
    entry = (uint64_t)slot << 32 | (entry & ~((uint64_t)UINT32_MAX << 32)) | ENTRY_WRITABLE;
    pagemap_set(&s->pages, addr / PAGE, writable ? entry : entry & ~ENTRY_WRITABLE);
    note_peak(s);
    return 0;
}

long entry_map_object(struct region *r, uint64_t addr, uint64_t entry, page_t page)
{
    return map_entry(r, addr, entry ? entry : page);
}

long entry_map_owned(struct region *r, uint64_t addr, uint64_t entry)
{
    return map_entry(r, addr, entry);
}

// The promise and the page for entry_make_private.
static long prepare_private(const struct region *r, uint64_t entry, page_t from, page_t *page)
{
    bool is_new = !(entry & ENTRY_OWNED);
    if (is_new && is_counted(r) && !commit_charge(1))
        return -LX_ENOMEM;
    *page = from ? page_copy_of(from) : page_alloc(true);
    if (*page)
        return 0;
    if (is_new && is_counted(r))
        commit_release(1);
    return -LX_ENOMEM;
}

long entry_make_private(struct region *r, uint64_t addr, uint64_t entry, page_t from)
{
    struct space *s = r->space;
    page_t page;
    long error = prepare_private(r, entry, from, &page);
    if (error)
        return error;
    if (entry_slot(entry)) {
        uint64_t own = (entry & ~(uint64_t)ENTRY_PAGE_MASK) | page | ENTRY_OWNED | ENTRY_WRITABLE;
        bool writable = may_be_writable(r, own);
        mapping_replace(&s->mapping, entry_slot(entry), addr, page, prot_of(r, writable));
        pagemap_set(&s->pages, addr / PAGE, writable ? own : own & ~ENTRY_WRITABLE);
    } else if ((error = map_entry(r, addr, page | ENTRY_OWNED))) {
        page_unref(page);
        if (!(entry & ENTRY_OWNED) && is_counted(r))
            commit_release(1);
        return error;
    }
    if (entry & ENTRY_OWNED)
        page_unref(entry_page(entry));
    return 0;
}
