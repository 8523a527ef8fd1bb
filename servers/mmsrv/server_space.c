// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "server_space.h"

#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "commit.h"
#include "trona/heap.h"
#include "trona/startup.h"

#define PAGE 4096
#define NR_SERVICES 16
#define NR_CLASSES 40
#define RW_PROT (LX_PROT_READ | LX_PROT_WRITE)

struct server {
    struct mapping mapping;
    kn_word_t heap_end;
};

struct free_window {
    struct free_window *next;
    kn_word_t vaddr;
};

static struct server servers[NR_SERVICES];
static struct free_window *free_windows[NR_CLASSES];
static kn_word_t next_window = KN_LAYOUT_SERVER_WINDOWS;

void server_space_init(void)
{
    const struct kn_layout_startup *page = trona_startup_page();
    for (const struct kn_layout_resource *r = page->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_VSPACE && r->id < NR_SERVICES)
            servers[r->id] = (struct server){{r->slot, NULL}, r->vaddr};
}

struct mapping *server_mapping(kn_word_t service)
{
    return service < NR_SERVICES && servers[service].mapping.vspace ? &servers[service].mapping : NULL;
}

struct mapping *server_vfs(void)
{
    return &servers[KN_LAYOUT_SERVICE_VFS].mapping;
}

struct mapping *server_proc(void)
{
    return &servers[KN_LAYOUT_SERVICE_PROC].mapping;
}

long server_grow(kn_word_t service, uint64_t bytes, kn_word_t *vaddr, uint64_t *length)
{
    if (!server_mapping(service))
        return -LX_EPERM;
    struct server *s = &servers[service];
    uint64_t pages = (bytes + PAGE - 1) / PAGE;
    if (!bytes || bytes > KN_LAYOUT_SERVER_HEAP_END - s->heap_end)
        return -LX_ENOMEM;
    if (!commit_charge(pages))
        return -LX_ENOMEM;
    uint64_t done;
    for (done = 0; done < pages; done++) {
        page_t page = page_alloc(true);
        if (!page)
            break;
        if (!mapping_add(&s->mapping, s->heap_end + done * PAGE, page, mapping_rights(RW_PROT), mapping_attr(RW_PROT))) {
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

kn_word_t server_window_alloc(kn_word_t pages, unsigned *class)
{
    unsigned c = pages <= 1 ? 0 : 64 - (unsigned)__builtin_clzl(pages - 1);
    if (c >= NR_CLASSES)
        return 0;
    *class = c;
    struct free_window *f = free_windows[c];
    if (f) {
        kn_word_t vaddr = f->vaddr;
        free_windows[c] = f->next;
        trona_free(f, sizeof *f);
        return vaddr;
    }
    kn_word_t size = (kn_word_t)PAGE << c;
    if (size > KN_LAYOUT_SERVER_WINDOWS_END - next_window)
        return 0;
    next_window += size;
    return next_window - size;
}

void server_window_free(kn_word_t vaddr, unsigned class)
{
    struct free_window *f = trona_alloc(sizeof *f);
    if (!f)
        return; // a range of addresses is lost, nothing else
    *f = (struct free_window){free_windows[class], vaddr};
    free_windows[class] = f;
}
