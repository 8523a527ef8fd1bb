// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The checker of machine.h: every book of mmsrv against what it must be, computed anew.

#include <string.h>

#include <lx/abi.h>

#include "chunk.h"
#include "commit.h"
#include "fake_kernel.h"
#include "machine.h"
#include "server_space.h"
#include "trona/heap.h"
#include "unit.h"

#define MAX_PAGE 8192

static uint32_t refs[MAX_PAGE]; // counted anew
static uint64_t charged;

static void count_ref(page_t page)
{
    CHECK(page && page < MAX_PAGE);
    refs[page]++;
}

struct visit {
    struct space *space;
    uint64_t mapped, owned_uncharged;
};

static void check_entry(void *context, uint64_t vpn, uint64_t entry)
{
    struct visit *v = context;
    const struct region *r = region_find(&v->space->regions, vpn * PAGE);
    CHECK(r); // entry.h I1
    struct fake_mapping m = fake_lookup(v->space->mapping.vspace, vpn * PAGE);
    CHECK((m.memory != NULL) == (entry_slot(entry) != 0));
    if (m.memory) {
        v->mapped++;
        CHECK(m.memory == fake_frame_memory(page_slot(entry_page(entry))));
        bool may_write = m.rights & KN_RIGHTS_WRITE;
        CHECK(!may_write || entry & ENTRY_WRITABLE);
        CHECK(!may_write || r->prot & LX_PROT_WRITE);
        CHECK(r->prot || !(m.rights & KN_RIGHTS_READ));
        CHECK(r->prot & LX_PROT_EXEC || m.attr & KN_VM_ATTR_EXECUTE_NEVER);
    }
    if (entry & ENTRY_OWNED) {
        count_ref(entry_page(entry));
        if (r->is_wired) { // shared.h I1
            count_ref(entry_page(entry));
            charged++;
        }
        CHECK(!(entry & ENTRY_WRITABLE) || r->is_wired || page_refs(entry_page(entry)) == 1); // I2
        v->owned_uncharged += !r->is_charged && !r->is_wired;
    } else {
        CHECK(entry_slot(entry) && r->object);
        CHECK(object_peek(r->object, region_object_index(r, vpn * PAGE)) == entry_page(entry));
        CHECK(!(entry & ENTRY_WRITABLE) || r->is_shared);
    }
}

static void check_space(struct space *s)
{
    uint64_t pages = 0, last = 0;
    for (struct region *r = region_first(&s->regions); r; r = region_next(r)) {
        CHECK(r->start >= last && r->start < r->end && r->start % PAGE == 0 && r->end % PAGE == 0 && r->space == s);
        last = r->end;
        pages += region_pages(r);
        charged += r->is_charged ? region_pages(r) : 0;
        if (r->object) {
            const struct region *k = r->object->regions;
            while (k && k != r)
                k = k->object_next;
            CHECK(k);
        }
    }
    CHECK(pages == s->vm_pages);
    struct visit v = {.space = s};
    pagemap_visit(&s->pages, 0, ~(uint64_t)0, check_entry, &v);
    charged += v.owned_uncharged;
    CHECK(fake_count_mapped(s->mapping.vspace) == v.mapped + 1); // and the time page
}

static void check_page_of_object(void *context, uint64_t index, uint64_t entry)
{
    const struct object *o = context;
    CHECK(index < PAGES(o->size));
    count_ref(entry_page(entry));
    charged += !(entry & OBJECT_ENTRY_ARCHIVE) && !o->reserved;
}

static void check_object(struct object *o)
{
    size_t n = 0;
    for (const struct region *r = o->regions; r; r = r->object_next, n++)
        CHECK(r->object == o);
    CHECK(n == o->nr_regions && (n || o->is_named));
    pagemap_visit(&o->pages, 0, ~(uint64_t)0, check_page_of_object, o);
    charged += o->reserved;
}

// Objects that only regions know.
static size_t collect_unnamed(struct space *const *spaces, size_t nr_spaces, struct object **out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < nr_spaces; i++)
        for (struct region *r = spaces[i] ? region_first(&spaces[i]->regions) : NULL; r; r = region_next(r)) {
            bool is_known = !r->object || r->object->is_named;
            for (size_t k = 0; k < n && !is_known; k++)
                is_known = out[k] == r->object;
            if (is_known)
                continue;
            CHECK(n < max);
            out[n++] = r->object;
        }
    return n;
}

void machine_check(struct space *const *spaces, size_t nr_spaces, struct object *const *objects, size_t nr_objects)
{
    static struct object *unnamed[4096];
    memset(refs, 0, sizeof refs);
    charged = 0;
    for (size_t i = 0; i < nr_spaces; i++)
        if (spaces[i])
            check_space(spaces[i]);
    for (size_t i = 0; i < nr_objects; i++)
        if (objects[i])
            check_object(objects[i]);
    size_t n = collect_unnamed(spaces, nr_spaces, unnamed, 4096);
    for (size_t i = 0; i < n; i++)
        check_object(unnamed[i]);
    check_object(object_find(1)); // the layer's image
    uint64_t in_use = 0;
    for (page_t page = 1; page < MAX_PAGE; page++) {
        in_use += refs[page] != 0;
        CHECK(!refs[page] || refs[page] == page_refs(page)); // page.h I1
    }
    CHECK(in_use == page_in_use());
    CHECK(charged == commit_total()); // commit.h I2
}

struct machine_books machine_books(void)
{
    return (struct machine_books){
        .committed = commit_total(), .pages = page_in_use(), .file_pages = object_total_pages(),
        .mapped_in_servers = fake_count_mapped(server_mapping(KN_LAYOUT_SERVICE_PROC)->vspace) +
                             fake_count_mapped(server_mapping(KN_LAYOUT_SERVICE_VFS)->vspace),
    };
}

bool machine_books_equal(const struct machine_books *a, const struct machine_books *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
