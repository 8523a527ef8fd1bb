// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "object.h"

#include <lx/abi.h>

#include "commit.h"
#include "entry.h"
#include "trona/heap.h"
#include "trona/string.h"

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
    o->link.id = next_id;
    o->size = size;
    o->is_named = true;
    if (idmap_insert(&objects, &o->link)) {
        trona_free(o, sizeof *o);
        return -LX_ENOMEM;
    }
    next_id++;
    *out = o;
    return 0;
}

long object_create_reserved(uint64_t size, struct object **out)
{
    if (!commit_charge(PAGES(size)))
        return -LX_ENOMEM;
    long error = object_create(size, out);
    if (error)
        commit_release(PAGES(size));
    else
        (*out)->reserved = PAGES(size);
    return error;
}

static long add_archive_page(struct object *o, uint64_t index, uint64_t archive_index)
{
    if (pagemap_reserve(&o->pages, index))
        return -LX_ENOMEM;
    page_t page = page_take_archive(archive_index);
    pagemap_set(&o->pages, index, page ? page | OBJECT_ENTRY_ARCHIVE : 0);
    total_pages += page != 0;
    return page ? 0 : -LX_EINVAL;
}

long object_create_from_archive(uint64_t offset, uint64_t size, struct object **out)
{
    uint64_t first = offset / PAGE, count = PAGES(size);
    if (offset % PAGE || first > page_archive_count() || size > MAX_SIZE || count > page_archive_count() - first)
        return -LX_EINVAL;
    struct object *o;
    long error = object_create(size, &o);
    if (error)
        return error;
    for (uint64_t i = 0; i < count && !error; i++)
        error = add_archive_page(o, i, first + i);
    if (error)
        object_unname(o);
    else
        *out = o;
    return error;
}

struct object *object_find(uint64_t id)
{
    return (struct object *)idmap_find(&objects, id);
}

// Lets go of one page that no program maps any more: vfs's mapping, the reference.
static void drop_page(void *context, uint64_t index, uint64_t entry)
{
    const struct object *o = context;
    (void)index;
    if (entry_slot(entry))
        mapping_remove(entry_slot(entry));
    page_unref(entry_page(entry));
    if (!(entry & OBJECT_ENTRY_ARCHIVE) && !o->reserved)
        commit_release(1);
    total_pages--;
}

// The part of R that maps the object's pages from FIRST on, below END: [*from, *to); false if there is none.
static bool part_of(const struct region *r, uint64_t first, uint64_t end, uint64_t *from, uint64_t *to)
{
    uint64_t r_end = r->page_offset + region_pages(r);
    if (first < r->page_offset)
        first = r->page_offset;
    if (end > r_end)
        end = r_end;
    if (first >= end)
        return false;
    *from = r->start + (first - r->page_offset) * PAGE;
    *to = r->start + (end - r->page_offset) * PAGE;
    return true;
}

// Drops the pages [first, end). END_OF_FILE: private copies go as well.
static void drop_pages(struct object *o, uint64_t first, uint64_t end, bool end_of_file)
{
    uint64_t from, to;
    for (struct region *r = o->regions; r; r = r->object_next) {
        if (!part_of(r, first, end, &from, &to))
            continue;
        if (end_of_file)
            entries_clear(r, from, to);
        else
            entries_clear_object(r, from, to);
    }
    pagemap_take(&o->pages, first, end, drop_page, o);
}

static void destroy(struct object *o)
{
    drop_pages(o, 0, ~(uint64_t)0, true);
    object_windows_destroy(o);
    pagemap_destroy(&o->pages);
    commit_release(o->reserved);
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

page_t object_peek(struct object *o, uint64_t index)
{
    return entry_page(pagemap_get(&o->pages, index));
}

bool object_has(const struct object *o, uint64_t index)
{
    return index < PAGES(o->size);
}

long object_page(struct object *o, uint64_t index, page_t *page)
{
    if (!object_has(o, index))
        return -LX_EFAULT;
    *page = object_peek(o, index);
    if (*page)
        return 0;
    kn_word_t charge = o->reserved ? 0 : 1;
    if (!commit_charge(charge))
        return -LX_ENOMEM;
    if (!pagemap_reserve(&o->pages, index)) {
        *page = page_alloc(true);
        pagemap_set(&o->pages, index, *page);
    }
    if (*page)
        total_pages++;
    else
        commit_release(charge);
    return *page ? 0 : -LX_ENOMEM;
}

// Clears [from, to), which lies in one page, if that is there.
static void clear_part(struct object *o, uint64_t from, uint64_t to)
{
    page_t page = object_peek(o, from / PAGE);
    if (page && from < to)
        memset((char *)page_memory(page) + from % PAGE, 0, to - from);
}

long object_resize(struct object *o, uint64_t size)
{
    if (size > MAX_SIZE)
        return -LX_EFBIG;
    if (size < o->size) {
        drop_pages(o, PAGES(size), ~(uint64_t)0, true);
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
    uint64_t end = offset + length, first = PAGES(offset), last = end / PAGE;
    if (first > last) { // inside one page
        clear_part(o, offset, end);
        return;
    }
    clear_part(o, offset, first * PAGE);
    clear_part(o, last * PAGE, end);
    drop_pages(o, first, last, false);
}

kn_word_t object_total_pages(void)
{
    return total_pages;
}
