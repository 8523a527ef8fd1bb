// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "shared.h"

#include <lx/abi.h>

#include "commit.h"
#include "entry.h"
#include "server_space.h"
#include "trona/heap.h"
#include "trona/string.h"

#define RW_PROT (LX_PROT_READ | LX_PROT_WRITE)
#define WINDOW_PAGES (KN_LAYOUT_WINDOW_SIZE / PAGE)

struct shared_pages {
    struct idmap_link link; // windows only: window_id
    unsigned count;
    struct server_window *window;
    page_t page[WINDOW_PAGES];
    uint32_t server_slot[WINDOW_PAGES];
};

static struct idmap windows; // vfs's, by window_id

static uint64_t window_id(uint64_t space_id, uint64_t thread_index)
{
    return space_id * KN_LAYOUT_MAX_THREADS + thread_index + 1;
}

static uint64_t thread_area(uint64_t index)
{
    return KN_LAYOUT_THREAD_AREA + index * KN_LAYOUT_THREAD_AREA_SIZE;
}

static void release(struct shared_pages *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->count; i++) {
        if (p->server_slot[i])
            mapping_remove(p->server_slot[i]);
        if (p->page[i])
            page_unref(p->page[i]);
    }
    commit_release(p->count);
    server_window_free(p->window);
    trona_free(p, sizeof *p);
}

static long add_region(struct space *s, uint64_t vaddr, uint64_t pages, bool is_wired)
{
    if (region_find(&s->regions, vaddr))
        return 0;
    uint64_t at;
    struct map_request q = {.addr = vaddr, .length = pages * PAGE, .flags = LX_MAP_FIXED_NOREPLACE | LX_MAP_PRIVATE,
                            .prot = RW_PROT, .is_runtime = true, .is_wired = is_wired};
    return space_map(s, &q, &at);
}

// Makes the pages of P present, in SERVER, and in region R of the program.
static long fill(struct shared_pages *p, struct mapping *server, struct region *r)
{
    p->window = server_window_alloc(p->count);
    if (!p->window)
        return -LX_ENOMEM;
    for (unsigned i = 0; i < p->count; i++) {
        p->page[i] = page_alloc(true);
        if (!p->page[i])
            return -LX_ENOMEM;
        p->server_slot[i] = mapping_add(server, p->window->vaddr + i * PAGE, p->page[i], RW_PROT);
        if (!p->server_slot[i] || entry_put_wired(r, r->start + i * PAGE, p->page[i]))
            return -LX_ENOMEM;
    }
    return 0;
}

// A record of COUNT wired pages at VADDR of S, mapped for SERVICE too.
static long make(struct space *s, uint64_t vaddr, unsigned count, kn_word_t service, struct shared_pages **out)
{
    if (!commit_charge(count))
        return -LX_ENOMEM;
    struct shared_pages *p = trona_alloc_zero(sizeof *p);
    if (!p) {
        commit_release(count);
        return -LX_ENOMEM;
    }
    p->count = count;
    long error = add_region(s, vaddr, count, true);
    if (!error) {
        error = fill(p, server_mapping(service), region_find(&s->regions, vaddr));
        if (error)
            space_remove_runtime(s, vaddr);
    }
    if (error)
        release(p);
    else
        *out = p;
    return error;
}

long shared_thread_stack(struct space *s, uint64_t index)
{
    if (index >= KN_LAYOUT_MAX_THREADS)
        return -LX_EINVAL;
    return add_region(s, thread_area(index) + KN_LAYOUT_THREAD_STACK_BOTTOM,
                      (KN_LAYOUT_THREAD_STACK_TOP - KN_LAYOUT_THREAD_STACK_BOTTOM) / PAGE, false);
}

long shared_ipc_buffer(struct space *s, uint64_t index, kn_word_t *server_vaddr, kn_cptr_t *frame)
{
    if (index >= KN_LAYOUT_MAX_THREADS)
        return -LX_EINVAL;
    struct shared_pages **p = &s->ipc_buffer[index];
    long error = *p ? 0 : make(s, thread_area(index) + KN_LAYOUT_THREAD_IPC_BUFFER, 1, KN_LAYOUT_SERVICE_PROC, p);
    if (error)
        return error;
    *server_vaddr = (*p)->window->vaddr;
    *frame = page_slot((*p)->page[0]);
    return 0;
}

long shared_signal_page(struct space *s, kn_word_t *server_vaddr)
{
    long error = s->signal_page ? 0 : make(s, KN_LAYOUT_SIGNAL_PAGE, 1, KN_LAYOUT_SERVICE_PROC, &s->signal_page);
    if (!error)
        *server_vaddr = s->signal_page->window->vaddr;
    return error;
}

long shared_window(struct space *s, uint64_t index, kn_word_t *server_vaddr)
{
    if (index >= KN_LAYOUT_MAX_THREADS)
        return -LX_EINVAL;
    uint64_t vaddr = thread_area(index) + KN_LAYOUT_THREAD_WINDOW;
    struct shared_pages *p = (struct shared_pages *)idmap_find(&windows, window_id(s->link.id, index));
    if (!p) {
        long error = make(s, vaddr, WINDOW_PAGES, KN_LAYOUT_SERVICE_VFS, &p);
        if (error)
            return error;
        p->link.id = window_id(s->link.id, index);
        if (idmap_insert(&windows, &p->link)) {
            space_remove_runtime(s, vaddr);
            release(p);
            return -LX_ENOMEM;
        }
    }
    *server_vaddr = p->window->vaddr;
    return 0;
}

void shared_window_end(uint64_t space_id, uint64_t index)
{
    struct shared_pages *p =
        index < KN_LAYOUT_MAX_THREADS ? (struct shared_pages *)idmap_find(&windows, window_id(space_id, index)) : NULL;
    if (!p)
        return;
    struct space *s = space_find(space_id);
    if (s)
        space_remove_runtime(s, thread_area(index) + KN_LAYOUT_THREAD_WINDOW);
    idmap_remove(&windows, &p->link);
    release(p);
}

void shared_thread_end(struct space *s, uint64_t index)
{
    if (index >= KN_LAYOUT_MAX_THREADS)
        return;
    space_remove_runtime(s, thread_area(index) + KN_LAYOUT_THREAD_IPC_BUFFER);
    space_remove_runtime(s, thread_area(index) + KN_LAYOUT_THREAD_STACK_BOTTOM);
    release(s->ipc_buffer[index]);
    s->ipc_buffer[index] = NULL;
}

static void copy_page(const struct shared_pages *to, const struct shared_pages *from)
{
    memcpy(page_memory(to->page[0]), page_memory(from->page[0]), PAGE);
}

long shared_clone(struct space *source, struct space *dest, uint64_t index)
{
    kn_word_t vaddr;
    kn_cptr_t frame;
    if (index >= KN_LAYOUT_MAX_THREADS || !source->ipc_buffer[index])
        return -LX_EINVAL;
    long error = shared_ipc_buffer(dest, index, &vaddr, &frame);
    if (error)
        return error;
    copy_page(dest->ipc_buffer[index], source->ipc_buffer[index]);
    if (!source->signal_page)
        return 0;
    error = shared_signal_page(dest, &vaddr);
    if (!error)
        copy_page(dest->signal_page, source->signal_page);
    return error;
}

long shared_time_page(struct space *s, uint32_t frame)
{
    s->time_slot = mapping_add_frame(&s->mapping, KN_LAYOUT_TIME_PAGE, frame, LX_PROT_READ);
    return s->time_slot ? 0 : -LX_ENOMEM;
}

void shared_release_all(struct space *s)
{
    release(s->signal_page);
    for (unsigned i = 0; i < KN_LAYOUT_MAX_THREADS; i++)
        release(s->ipc_buffer[i]);
}
