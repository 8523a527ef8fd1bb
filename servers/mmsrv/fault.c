// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "fault.h"

#include <kn/proto/mm.h>
#include <lx/abi.h>

#include "commit.h"
#include "object.h"
#include "space.h"
#include "trona/string.h"

#define FAULT_AROUND 16 // pages of an object mapped at once, aligned
#define STACK_GUARD ((uint64_t)256 << 12)

static bool is_allowed(const struct region *r, kn_word_t access)
{
    switch (access) {
    case KN_VM_ACCESS_WRITE: return r->prot & LX_PROT_WRITE;
    case KN_VM_ACCESS_EXECUTE: return r->prot & LX_PROT_EXEC;
    default: return r->prot & (LX_PROT_READ | LX_PROT_WRITE | LX_PROT_EXEC);
    }
}

// The stack region grows down to ADDR if its limit and what is below allow it.
static struct region *grow_stack(struct space *s, uint64_t addr)
{
    struct region *r = region_at_or_after(s->regions, addr);
    uint64_t page = addr & ~(uint64_t)(PAGE - 1);
    if (!r || !r->is_stack || addr >= r->start || r->end - page > s->limit[KN_MM_LIMIT_STACK])
        return NULL;
    struct region *below = region_before(s->regions, r->start);
    if (below && below->end + STACK_GUARD > page)
        return NULL;
    uint64_t pages = (r->start - page) / PAGE;
    if (!commit_charge(pages))
        return NULL;
    s->vm_pages += pages;
    r->start = page; // stays above everything below: the order in the tree does not change
    return r;
}

// Replaces whatever is at ADDR by a private copy of FROM (0: a cleared page).
static long put_copy(struct space *s, struct region *r, uint64_t addr, page_t from)
{
    page_t page = page_alloc(!from);
    if (!page)
        return -LX_ENOMEM;
    if (from)
        memcpy(page_memory(page), page_memory(from), PAGE);
    space_clear_pages(s, addr, addr + PAGE);
    long error = space_put_page(s, r, addr, page, true);
    if (error)
        page_unref(page);
    return error;
}

// The owned page at ADDR gets mapped, or made writable; copied if others have it too.
static long fault_owned(struct space *s, struct region *r, uint64_t addr, uint64_t entry, bool write)
{
    page_t page = entry_page(entry);
    if (write && page_refs(page) > 1 && !r->is_wired)
        return put_copy(s, r, addr, page);
    bool writable = r->prot & LX_PROT_WRITE && (page_refs(page) == 1 || r->is_wired);
    kn_word_t rights = mapping_rights(writable ? r->prot : r->prot & ~(unsigned)LX_PROT_WRITE);
    uint32_t slot = entry_slot(entry);
    if (slot)
        mapping_change(&s->mapping, slot, addr, rights, mapping_attr(r->prot));
    else
        slot = mapping_add(&s->mapping, addr, page, rights, mapping_attr(r->prot));
    if (!slot)
        return -LX_ENOMEM;
    pagemap_set(&s->pages, addr / PAGE, (uint64_t)slot << 32 | page | ENTRY_OWNED | (writable ? ENTRY_WRITABLE : 0));
    return 0;
}

// Maps the object's page at ADDR, which has no entry.
static long map_object_page(struct space *s, struct region *r, uint64_t addr, page_t page, bool writable)
{
    if (pagemap_reserve(&s->pages, addr / PAGE))
        return -LX_ENOMEM;
    unsigned prot = writable ? r->prot : r->prot & ~(unsigned)LX_PROT_WRITE;
    uint32_t slot = mapping_add(&s->mapping, addr, page, mapping_rights(prot), mapping_attr(r->prot));
    pagemap_set(&s->pages, addr / PAGE, slot ? (uint64_t)slot << 32 | page | (writable ? ENTRY_WRITABLE : 0) : 0);
    return slot ? 0 : -LX_ENOMEM;
}

// Pages of the object around ADDR that are there anyway; failures don't matter.
static void fault_around(struct space *s, struct region *r, uint64_t addr)
{
    uint64_t start = addr & ~(uint64_t)(FAULT_AROUND * PAGE - 1), end = start + FAULT_AROUND * PAGE;
    for (uint64_t at = start < r->start ? r->start : start; at < end && at < r->end; at += PAGE) {
        page_t page = object_peek(r->object, r->page_offset + (at - r->start) / PAGE);
        if (page && !pagemap_get(&s->pages, at / PAGE) && map_object_page(s, r, at, page, false))
            return;
    }
}

static long fault_object(struct space *s, struct region *r, uint64_t addr, uint64_t entry, bool write)
{
    long error;
    page_t page = object_page(r->object, r->page_offset + (addr - r->start) / PAGE, &error);
    if (!page)
        return error;
    if (write && !r->is_shared)
        return put_copy(s, r, addr, page);
    if (entry) { // mapped without write access
        mapping_change(&s->mapping, entry_slot(entry), addr, mapping_rights(r->prot), mapping_attr(r->prot));
        pagemap_set(&s->pages, addr / PAGE, entry | ENTRY_WRITABLE);
        return 0;
    }
    error = map_object_page(s, r, addr, page, r->is_shared && write);
    if (!error && !write)
        fault_around(s, r, addr);
    return error;
}

static long resolve(struct space *s, uint64_t addr, kn_word_t access)
{
    struct region *r = region_find(s->regions, addr);
    if (!r)
        r = grow_stack(s, addr);
    if (!r || !is_allowed(r, access))
        return -LX_EFAULT;
    bool write = access == KN_VM_ACCESS_WRITE;
    addr &= ~(uint64_t)(PAGE - 1);
    uint64_t entry = pagemap_get(&s->pages, addr / PAGE);
    if (entry & ENTRY_OWNED)
        return fault_owned(s, r, addr, entry, write);
    if (r->object)
        return fault_object(s, r, addr, entry, write);
    return put_copy(s, r, addr, 0);
}

void fault_handle(struct space *s, const struct kn_server_msg *in, struct kn_server_msg *out)
{
    out->length = 0;
    out->label = KN_FAULT_REPLY_UPCALL;
    if (in->label == KN_FAULT_VM && in->length >= KN_FAULT_VM_LENGTH &&
        resolve(s, in->word[KN_FAULT_VM_ADDR], in->word[KN_FAULT_VM_ACCESS]) == 0)
        out->label = KN_FAULT_REPLY_RESUME;
}
