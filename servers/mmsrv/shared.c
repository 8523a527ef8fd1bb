// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "shared.h"

#include <lx/abi.h>

#include "server_space.h"
#include "trona/heap.h"
#include "trona/string.h"

#define RW_PROT (LX_PROT_READ | LX_PROT_WRITE)
#define WINDOW_PAGES (KN_LAYOUT_WINDOW_SIZE / PAGE)

static uint64_t thread_area(unsigned index)
{
    return KN_LAYOUT_THREAD_AREA + (uint64_t)index * KN_LAYOUT_THREAD_AREA_SIZE;
}

static void release(struct shared_pages *p)
{
    for (unsigned i = 0; i < WINDOW_PAGES; i++) {
        if (p->server_slot[i])
            mapping_remove(p->server_slot[i]);
        if (p->page[i])
            page_unref(p->page[i]);
    }
    if (p->server_vaddr)
        server_window_free(p->server_vaddr, p->class);
    *p = (struct shared_pages){0};
}

static long add_region(struct space *s, uint64_t vaddr, unsigned pages, bool is_wired)
{
    if (region_find(s->regions, vaddr))
        return 0;
    uint64_t at;
    struct map_request q = {.addr = vaddr, .length = (uint64_t)pages * PAGE, .flags = LX_MAP_FIXED | LX_MAP_PRIVATE,
                            .prot = RW_PROT, .is_runtime = true, .is_wired = is_wired};
    return space_map(s, &q, &at);
}

// Makes COUNT wired pages at VADDR of S, mapped in SERVER too.
static long make(struct space *s, struct shared_pages *p, uint64_t vaddr, unsigned count, struct mapping *server)
{
    if (p->server_vaddr)
        return 0;
    long error = add_region(s, vaddr, count, true);
    if (error)
        return error;
    struct region *r = region_find(s->regions, vaddr);
    p->server_vaddr = server_window_alloc(count, &p->class);
    if (!p->server_vaddr)
        error = -LX_ENOMEM;
    for (unsigned i = 0; i < count && !error; i++) {
        error = -LX_ENOMEM;
        p->page[i] = page_alloc(true);
        if (!p->page[i])
            break;
        p->server_slot[i] = mapping_add(server, p->server_vaddr + i * PAGE, p->page[i], mapping_rights(RW_PROT), mapping_attr(RW_PROT));
        // One reference is the entry's, one this record's. Mapped before the second is taken: it is never shared.
        if (!p->server_slot[i] || space_put_page(s, r, vaddr + i * PAGE, p->page[i], true))
            break;
        page_ref(p->page[i]);
        error = 0;
    }
    if (error) {
        space_clear_pages(s, vaddr, vaddr + count * PAGE);
        release(p);
    }
    return error;
}

static struct space_thread *thread_of(struct space *s, unsigned index)
{
    if (index >= KN_LAYOUT_MAX_THREADS)
        return NULL;
    if (!s->thread[index])
        s->thread[index] = trona_alloc_zero(sizeof *s->thread[index]);
    return s->thread[index];
}

long shared_thread_stack(struct space *s, unsigned index)
{
    return add_region(s, thread_area(index) + KN_LAYOUT_THREAD_STACK_BOTTOM,
                      (KN_LAYOUT_THREAD_STACK_TOP - KN_LAYOUT_THREAD_STACK_BOTTOM) / PAGE, false);
}

long shared_ipc_buffer(struct space *s, unsigned index, kn_word_t *server_vaddr, kn_cptr_t *frame)
{
    struct space_thread *t = thread_of(s, index);
    if (!t)
        return index < KN_LAYOUT_MAX_THREADS ? -LX_ENOMEM : -LX_EINVAL;
    long error = make(s, &t->ipc_buffer, thread_area(index) + KN_LAYOUT_THREAD_IPC_BUFFER, 1, server_proc());
    if (error)
        return error;
    *server_vaddr = t->ipc_buffer.server_vaddr;
    *frame = page_slot(t->ipc_buffer.page[0]);
    return 0;
}

long shared_signal_page(struct space *s, kn_word_t *server_vaddr)
{
    long error = make(s, &s->signal_page, KN_LAYOUT_SIGNAL_PAGE, 1, server_proc());
    *server_vaddr = s->signal_page.server_vaddr;
    return error;
}

long shared_window(struct space *s, unsigned index, kn_word_t *server_vaddr)
{
    struct space_thread *t = thread_of(s, index);
    if (!t)
        return index < KN_LAYOUT_MAX_THREADS ? -LX_ENOMEM : -LX_EINVAL;
    long error = make(s, &t->window, thread_area(index) + KN_LAYOUT_THREAD_WINDOW, WINDOW_PAGES, server_vfs());
    *server_vaddr = t->window.server_vaddr;
    return error;
}

void shared_window_end(struct space *s, unsigned index)
{
    if (index < KN_LAYOUT_MAX_THREADS && s->thread[index])
        release(&s->thread[index]->window);
}

void shared_thread_end(struct space *s, unsigned index)
{
    if (index >= KN_LAYOUT_MAX_THREADS || !s->thread[index])
        return;
    release(&s->thread[index]->ipc_buffer);
    space_clear_pages(s, thread_area(index), thread_area(index) + KN_LAYOUT_THREAD_WINDOW);
}

long shared_clone(struct space *source, struct space *dest, unsigned index)
{
    kn_word_t vaddr;
    kn_cptr_t frame;
    struct space_thread *from = thread_of(source, index);
    if (!from || !from->ipc_buffer.page[0])
        return -LX_EINVAL;
    long error = shared_ipc_buffer(dest, index, &vaddr, &frame);
    if (error)
        return error;
    memcpy(page_memory(dest->thread[index]->ipc_buffer.page[0]), page_memory(from->ipc_buffer.page[0]), PAGE);
    if (!source->signal_page.page[0])
        return 0;
    error = shared_signal_page(dest, &vaddr);
    if (!error)
        memcpy(page_memory(dest->signal_page.page[0]), page_memory(source->signal_page.page[0]), PAGE);
    return error;
}

long shared_time_page(struct space *s, kn_cptr_t frame)
{
    s->time_slot = mapping_add_frame(&s->mapping, KN_LAYOUT_TIME_PAGE, frame, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER);
    return s->time_slot ? 0 : -LX_ENOMEM;
}

void shared_destroy_all(struct space *s)
{
    if (s->time_slot)
        mapping_remove(s->time_slot);
    release(&s->signal_page);
    for (unsigned i = 0; i < KN_LAYOUT_MAX_THREADS; i++) {
        if (!s->thread[i])
            continue;
        release(&s->thread[i]->ipc_buffer);
        release(&s->thread[i]->window);
        trona_free(s->thread[i], sizeof *s->thread[i]);
    }
}
