// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "object.h"

#include <lx/abi.h>

#include "commit.h"
#include "region.h"
#include "server_space.h"
#include "space.h"
#include "trona/heap.h"
#include "trona/string.h"

#define PAGE 4096
#define PAGES(bytes) (((bytes) + PAGE - 1) / PAGE)
#define MAX_SIZE ((uint64_t)1 << 43)

static struct idmap objects;
static uint64_t next_id = 1;
static kn_word_t total_pages;


long object_create(uint64_t size, struct object **out)
{
    if (size > MAX_SIZE)
        return -LX_EFBIG;
    struct object *o = trona_alloc_zero(sizeof *o);
    if (!o)
        return -LX_ENOMEM;
    o->link.id = next_id++;
    o->size = size;
    o->is_named = true;
    if (idmap_insert(&objects, &o->link)) {
        trona_free(o, sizeof *o);
        return -LX_ENOMEM;
    }
    *out = o;
    return 0;
}

long object_create_from_archive(uint64_t offset, uint64_t size, struct object **out)
{
    if (offset % PAGE || offset / PAGE > archive_pages() || PAGES(size) > archive_pages() - offset / PAGE)
        return -LX_EINVAL;
    struct object *o;
    long error = object_create(size, &o);
    for (uint64_t i = 0; !error && i < PAGES(size); i++) {
        error = pagemap_reserve(&o->pages, i);
        if (!error) {
            page_t page = page_of_archive(offset / PAGE + i);
            page_ref(page);
            pagemap_set(&o->pages, i, page);
            total_pages++;
        }
    }
    if (error) {
        object_unname(o);
        return error;
    }
    *out = o;
    return 0;
}

struct object *object_find(uint64_t id)
{
    return (struct object *)idmap_find(&objects, id);
}

// Lets go of one page: vfs's mapping, all programs' mappings, the reference.
static void drop_entry(void *context, uint64_t index, uint64_t entry)
{
    struct object *o = context;
    for (struct region *r = o->regions; r; r = r->object_next)
        space_drop_object_page(r, index);
    if (entry_slot(entry))
        mapping_remove(entry_slot(entry));
    page_t page = entry_page(entry);
    // The archive keeps a reference of its own to its frames, so those were never charged.
    if (page > archive_pages())
        commit_release(1);
    pagemap_set(&o->pages, index, 0);
    page_unref(page);
    total_pages--;
}

static void destroy(struct object *o)
{
    pagemap_visit(&o->pages, 0, ~(uint64_t)0, drop_entry, o);
    pagemap_destroy(&o->pages);
    if (o->window)
        server_window_free(o->window, o->window_class);
    idmap_remove(&objects, &o->link);
    trona_free(o, sizeof *o);
}

void object_unname(struct object *o)
{
    o->is_named = false;
    if (!o->nr_regions)
        destroy(o);
}

void object_attach(struct object *o, struct region *r)
{
    r->object = o;
    r->object_prev = NULL;
    r->object_next = o->regions;
    if (o->regions)
        o->regions->object_prev = r;
    o->regions = r;
    o->nr_regions++;
}

void object_detach(struct object *o, struct region *r)
{
    if (r->object_prev)
        r->object_prev->object_next = r->object_next;
    else
        o->regions = r->object_next;
    if (r->object_next)
        r->object_next->object_prev = r->object_prev;
    if (--o->nr_regions == 0 && !o->is_named)
        destroy(o);
}

page_t object_peek(const struct object *o, uint64_t index)
{
    return entry_page(pagemap_get(&o->pages, index));
}

page_t object_page(struct object *o, uint64_t index, long *error)
{
    *error = -LX_EFAULT;
    if (index >= PAGES(o->size))
        return 0;
    page_t page = object_peek(o, index);
    if (page)
        return page;
    *error = -LX_ENOMEM;
    if (!commit_charge(1))
        return 0;
    page = pagemap_reserve(&o->pages, index) ? 0 : page_alloc(true);
    if (!page) {
        pagemap_set(&o->pages, index, 0);
        commit_release(1);
        return 0;
    }
    pagemap_set(&o->pages, index, page);
    total_pages++;
    return page;
}

// Clears [from, to) of the page at FROM, if it is there.
static void clear_part(struct object *o, uint64_t from, uint64_t to)
{
    page_t page = object_peek(o, from / PAGE);
    if (page)
        memset((char *)page_memory(page) + from % PAGE, 0, to - from);
}

long object_resize(struct object *o, uint64_t size)
{
    if (size > MAX_SIZE)
        return -LX_EFBIG;
    if (size < o->size) {
        pagemap_visit(&o->pages, PAGES(size), ~(uint64_t)0, drop_entry, o);
        if (size % PAGE)
            clear_part(o, size, (size / PAGE + 1) * PAGE);
    }
    o->size = size;
    return 0;
}

void object_punch(struct object *o, uint64_t offset, uint64_t length)
{
    if (offset >= o->size)
        return;
    if (length > o->size - offset)
        length = o->size - offset;
    uint64_t end = offset + length;
    uint64_t first = PAGES(offset), last = end / PAGE;
    if (first > last) { // inside one page
        clear_part(o, offset, end);
        return;
    }
    if (offset % PAGE)
        clear_part(o, offset, first * PAGE);
    if (end % PAGE)
        clear_part(o, last * PAGE, end);
    pagemap_visit(&o->pages, first, last, drop_entry, o);
}

static void unmap_window_page(void *context, uint64_t index, uint64_t entry)
{
    struct object *o = context;
    if (entry_slot(entry)) {
        mapping_remove(entry_slot(entry));
        pagemap_set(&o->pages, index, entry_page(entry));
    }
}

// A window that reaches to page END (exclusive); a larger one moves.
static long ensure_window(struct object *o, uint64_t end)
{
    if (o->window && end <= o->window_pages)
        return 0;
    unsigned class;
    kn_word_t window = server_window_alloc(end < 16 ? 16 : end, &class);
    if (!window)
        return -LX_ENOMEM;
    if (o->window) {
        pagemap_visit(&o->pages, 0, ~(uint64_t)0, unmap_window_page, o);
        server_window_free(o->window, o->window_class);
    }
    o->window = window;
    o->window_class = class;
    o->window_pages = (kn_word_t)1 << class;
    return 0;
}

long object_window(struct object *o, uint64_t offset, uint64_t length, bool allocate, kn_word_t *vaddr, uint64_t *mapped)
{
    uint64_t limit = PAGES(o->size) * PAGE; // vfs may use all of the last page
    if (offset >= limit || !length)
        return -LX_EINVAL;
    if (length > limit - offset)
        length = limit - offset;
    uint64_t first = offset / PAGE, end = PAGES(offset + length);
    long error = ensure_window(o, end);
    if (error)
        return error;
    *vaddr = o->window + offset;
    uint64_t index;
    for (index = first; index < end; index++) {
        page_t page = allocate ? object_page(o, index, &error) : object_peek(o, index);
        if (!page)
            break;
        if (entry_slot(pagemap_get(&o->pages, index)))
            continue;
        uint32_t slot = mapping_add(server_vfs(), o->window + index * PAGE, page, mapping_rights(LX_PROT_READ | LX_PROT_WRITE),
                                    mapping_attr(LX_PROT_READ));
        if (!slot) {
            error = -LX_ENOMEM;
            break;
        }
        pagemap_set(&o->pages, index, (uint64_t)slot << 32 | page);
    }
    if (index == first)
        *mapped = 0;
    else
        *mapped = index == end ? length : index * PAGE - offset;
    return index == first && error ? error : 0;
}

kn_word_t object_total_pages(void)
{
    return total_pages;
}
