// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// vfs's windows on objects. An object's pages lie in segments, each with a window of its own, made when a page of it is asked
// for: pages 0 to 15, then as many again, doubling, up to segments of SEGMENT_PAGES. So small files cost little address
// space, and nothing ever moves.

#include <lx/abi.h>

#include "entry.h"
#include "object.h"
#include "server_space.h"
#include "trona/heap.h"

#define FIRST_PAGES 16
#define FIRST_BITS 4
#define SEGMENT_PAGES 4096
#define SEGMENT_BITS 12

struct object_window {
    struct tree_node node; // key: first page
    struct server_window *window;
};

// The segment that page INDEX lies in.
static void segment_of(uint64_t index, uint64_t *first, uint64_t *count)
{
    if (index < FIRST_PAGES) {
        *first = 0;
        *count = FIRST_PAGES;
    } else if (index >= SEGMENT_PAGES) {
        *first = index & ~(uint64_t)(SEGMENT_PAGES - 1);
        *count = SEGMENT_PAGES;
    } else {
        *first = *count = (uint64_t)1 << (63 - __builtin_clzl(index));
    }
}

// The window on the segment from FIRST on; NULL: no memory.
static struct object_window *window_on(struct object *o, uint64_t first, uint64_t count)
{
    struct object_window *w = (struct object_window *)tree_find(&o->windows, first);
    if (w)
        return w;
    w = trona_alloc_zero(sizeof *w);
    if (!w)
        return NULL;
    w->window = server_window_alloc(count);
    if (!w->window) {
        trona_free(w, sizeof *w);
        return NULL;
    }
    w->node.key = first;
    tree_insert(&o->windows, &w->node);
    return w;
}

// Makes page INDEX present and mapped at VADDR; *is_hole: it is not there and was not to be made.
static long map_page(struct object *o, uint64_t index, kn_word_t vaddr, bool allocate, bool *is_hole)
{
    page_t page;
    uint64_t entry = pagemap_get(&o->pages, index);
    *is_hole = !entry && !allocate;
    if (*is_hole || entry_slot(entry))
        return 0;
    long error = entry ? 0 : object_page(o, index, &page);
    if (error)
        return error;
    entry = pagemap_get(&o->pages, index);
    uint32_t slot = mapping_add(server_mapping(KN_LAYOUT_SERVICE_VFS), vaddr, entry_page(entry), LX_PROT_READ | LX_PROT_WRITE);
    if (!slot)
        return -LX_ENOMEM;
    pagemap_set(&o->pages, index, (uint64_t)slot << 32 | entry);
    return 0;
}

long object_window(struct object *o, uint64_t offset, uint64_t length, bool allocate, kn_word_t *vaddr, uint64_t *mapped)
{
    uint64_t limit = PAGES(o->size) * PAGE; // vfs may use all of the last page
    if (offset >= limit || !length)
        return -LX_EINVAL;
    uint64_t first, count, index = offset / PAGE;
    segment_of(index, &first, &count);
    uint64_t stop = (first + count) * PAGE;
    if (stop > limit)
        stop = limit;
    if (length < stop - offset)
        stop = offset + length;
    const struct object_window *w = window_on(o, first, count);
    if (!w)
        return -LX_ENOMEM;
    long error = 0;
    bool is_hole = false;
    uint64_t done = offset;
    for (; done < stop; index++, done = index * PAGE) {
        error = map_page(o, index, w->window->vaddr + (index - first) * PAGE, allocate, &is_hole);
        if (error || is_hole)
            break;
    }
    *vaddr = w->window->vaddr + (offset - first * PAGE);
    *mapped = (done < stop ? done : stop) - offset;
    return *mapped ? 0 : error;
}

void object_windows_destroy(struct object *o)
{
    while (o->windows.root) {
        struct object_window *w = (struct object_window *)o->windows.root;
        tree_remove(&o->windows, &w->node);
        server_window_free(w->window);
        trona_free(w, sizeof *w);
    }
}
