// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "fault.h"

#include <lx/abi.h>

#include "entry.h"
#include "object.h"

#define FAULT_AROUND 16 // pages of an object mapped at once, aligned

static bool is_allowed(const struct region *r, kn_word_t access)
{
    switch (access) {
    case KN_VM_ACCESS_WRITE: return r->prot & LX_PROT_WRITE;
    case KN_VM_ACCESS_EXECUTE: return r->prot & LX_PROT_EXEC;
    default: return r->prot & (LX_PROT_READ | LX_PROT_WRITE | LX_PROT_EXEC);
    }
}

// Maps pages of the object around ADDR that are there anyway; failures don't matter.
static void fault_around(struct region *r, uint64_t addr)
{
    uint64_t start = addr & ~(FAULT_AROUND * PAGE - 1), end = start + FAULT_AROUND * PAGE;
    if (start < r->start)
        start = r->start;
    for (uint64_t at = start; at < end && at < r->end; at += PAGE) {
        if (pagemap_get(&r->space->pages, at / PAGE))
            continue;
        page_t page = object_peek(r->object, region_object_index(r, at));
        if (page && entry_map_object(r, at, 0, page))
            return;
    }
}

static long fault_object(struct region *r, uint64_t addr, uint64_t entry, bool is_write)
{
    uint64_t index = region_object_index(r, addr);
    page_t page = entry ? entry_page(entry) : object_peek(r->object, index);
    if (is_write && !r->is_shared && (page || object_has(r->object, index)))
        return entry_make_private(r, addr, entry, page); // a hole is read as zeros, and stays one
    long error = page ? 0 : object_page(r->object, index, &page);
    if (error)
        return error;
    error = entry_map_object(r, addr, entry, page);
    if (!error && !entry)
        fault_around(r, addr);
    return error;
}

long fault_resolve(struct space *s, uint64_t addr, kn_word_t access)
{
    struct region *r = region_find(&s->regions, addr);
    if (!r)
        r = space_grow_stack(s, addr);
    if (!r || !is_allowed(r, access))
        return -LX_EFAULT;
    bool is_write = access == KN_VM_ACCESS_WRITE;
    addr &= ~(PAGE - 1);
    uint64_t entry = pagemap_get(&s->pages, addr / PAGE);
    if (entry & ENTRY_OWNED) {
        bool must_copy = is_write && page_refs(entry_page(entry)) > 1 && !r->is_wired;
        return must_copy ? entry_make_private(r, addr, entry, entry_page(entry)) : entry_map_owned(r, addr, entry);
    }
    return r->object ? fault_object(r, addr, entry, is_write) : entry_make_private(r, addr, 0, 0);
}

void fault_handle(struct space *s, const struct kn_server_msg *in, struct kn_server_msg *out)
{
    out->length = 0;
    out->label = KN_FAULT_REPLY_UPCALL;
    if (in->label == KN_FAULT_VM && in->length >= KN_FAULT_VM_LENGTH &&
        fault_resolve(s, in->word[KN_FAULT_VM_ADDR], in->word[KN_FAULT_VM_ACCESS]) == 0)
        out->label = KN_FAULT_REPLY_RESUME;
}
