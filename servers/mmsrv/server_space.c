// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "server_space.h"

#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "commit.h"
#include "trona/heap.h"
#include "trona/startup.h"

#define NR_SERVICES 16
#define NR_CLASSES 33
#define RW_PROT (LX_PROT_READ | LX_PROT_WRITE)

struct server {
    struct mapping mapping;
    kn_word_t heap_end;
};

static struct server servers[NR_SERVICES];
static struct server_window *free_windows[NR_CLASSES];
static kn_word_t next_window = KN_LAYOUT_SERVER_WINDOWS;

void server_space_init(void)
{
    const struct kn_layout_startup *page = trona_startup_page();
    for (const struct kn_layout_resource *r = page->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_VSPACE && r->id < NR_SERVICES)
            servers[r->id] = (struct server){{r->slot, 0}, r->vaddr};
}

struct mapping *server_mapping(kn_word_t service)
{
    return service < NR_SERVICES && servers[service].mapping.vspace ? &servers[service].mapping : NULL;
}

long server_grow(kn_word_t service, uint64_t bytes, kn_word_t *vaddr, uint64_t *length)
{
    if (!server_mapping(service))
        return -LX_EPERM;
    struct server *s = &servers[service];
    if (!bytes || bytes > KN_LAYOUT_SERVER_HEAP_END - s->heap_end)
        return -LX_ENOMEM;
    uint64_t pages = PAGES(bytes), done;
    if (!commit_charge(pages))
        return -LX_ENOMEM;
    for (done = 0; done < pages; done++) {
        page_t page = page_alloc(true);
        if (!page)
            break;
        if (!mapping_add(&s->mapping, s->heap_end + done * PAGE, page, RW_PROT)) {
            page_unref(page);
            break;
        }
    }
    commit_release(pages - done);
    if (!done)
        return -LX_ENOMEM;
    *vaddr = s->heap_end;
    *length = done * PAGE;
    s->heap_end += done * PAGE;
    return 0;
}

struct server_window *server_window_alloc(kn_word_t pages)
{
    unsigned class = pages <= 1 ? 0 : 64 - (unsigned)__builtin_clzl(pages - 1);
    if (class >= NR_CLASSES)
        return NULL;
    struct server_window *w = free_windows[class];
    if (w) {
        free_windows[class] = w->next;
        return w;
    }
    kn_word_t size = PAGE << class;
    if (size > KN_LAYOUT_SERVER_WINDOWS_END - next_window || !(w = trona_alloc(sizeof *w)))
        return NULL;
    *w = (struct server_window){NULL, next_window, class};
    next_window += size;
    return w;
}

void server_window_free(struct server_window *w)
{
    if (!w)
        return;
    w->next = free_windows[w->class];
    free_windows[w->class] = w;
}
