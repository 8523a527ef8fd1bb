// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "port.h"

#include <kn/proto/mm.h>
#include <kn/proto/proc.h>
#include <kn/syscalls.h>
#include <lx/abi.h>

#include "trona/log.h"
#include "trona/slots.h"
#include "trona/startup.h"
#include "trona/string.h"

static kn_cptr_t mm, proc;
static const struct kn_layout_proc_table *proc_table;
static const struct kn_layout_time_page *time_page;
static struct kn_layout_exec_plan *exec_window;

static void *shared(kn_word_t id, size_t least)
{
    const struct kn_layout_resource *r = trona_resource(KN_LAYOUT_RESOURCE_SHARED, id);
    if (r->size < least)
        trona_panic("shared memory %lu is too small", id);
    return (void *)r->vaddr;
}

void port_init(void)
{
    mm = trona_resource(KN_LAYOUT_RESOURCE_ENDPOINT, KN_LAYOUT_SERVICE_MM)->slot;
    proc = trona_resource(KN_LAYOUT_RESOURCE_ENDPOINT, KN_LAYOUT_SERVICE_PROC)->slot;
    proc_table = shared(KN_LAYOUT_SHARED_MEMORY_PROC_TABLE, sizeof *proc_table);
    time_page = shared(KN_LAYOUT_SHARED_MEMORY_TIME, sizeof *time_page);
    exec_window = shared(KN_LAYOUT_SHARED_MEMORY_EXEC_WINDOW, sizeof *exec_window);
}

long port_window_map(uint64_t as, unsigned thread, void **window)
{
    kn_word_t vaddr;
    long status = kn_mm_window_map(mm, as, thread, &vaddr);
    if (status == 0)
        *window = (void *)vaddr;
    return status;
}

void port_window_unmap(uint64_t as, unsigned thread) { kn_mm_window_unmap(mm, as, thread); }

void port_signal(kn_cptr_t signal)
{
    // The program gave the capability: whatever it is, this does not block.
    const struct kn_msg msg = {0};
    kn_nb_send(signal, &msg);
}

void port_drop(kn_cptr_t slot)
{
    if (slot)
        trona_slot_delete(slot);
}

long port_object_create(uint64_t size, uint64_t *object) { return kn_mm_object_create(mm, size, object); }

long port_object_from_archive(uint64_t offset, uint64_t size, uint64_t *object)
{
    return kn_mm_object_from_archive(mm, offset, size, object);
}

long port_object_resize(uint64_t object, uint64_t size) { return kn_mm_object_resize(mm, object, size); }

long port_object_punch(uint64_t object, uint64_t offset, uint64_t length)
{
    return kn_mm_object_punch(mm, object, offset, length);
}

void port_object_destroy(uint64_t object) { kn_mm_object_destroy(mm, object); }

long port_object_window(uint64_t object, uint64_t offset, uint64_t length, bool is_write, void **at, uint64_t *mapped,
                        uint64_t *pages)
{
    kn_word_t vaddr;
    long status =
        kn_mm_object_window(mm, object, offset, length, is_write ? KN_MM_WINDOW_WRITE : 0, &vaddr, mapped, pages);
    if (status == 0)
        *at = (void *)vaddr;
    return status;
}

uint64_t port_object_pages(uint64_t object)
{
    kn_word_t pages;
    return kn_mm_object_pages(mm, object, &pages) ? 0 : pages;
}

long port_as_map(uint64_t as, const struct port_mapping *m, uint64_t *addr)
{
    return kn_mm_as_map(mm, as, m->addr, m->length, m->prot, m->flags, m->object, m->offset, m->length, addr);
}

long port_as_region(uint64_t as, uint64_t index, struct port_region *r)
{
    return kn_mm_maps(mm, as, index, &r->start, &r->end, &r->prot, &r->flags, &r->object, &r->offset);
}

long port_as_usage(uint64_t as, struct port_usage *u)
{
    return kn_mm_usage(mm, as, &u->vm, &u->resident, &u->shared, &u->text, &u->data, &u->stack, &u->peak);
}

long port_memory_info(struct port_memory *m)
{
    return kn_mm_memory_info(mm, &m->total, &m->free, &m->committed, &m->commit_limit, &m->file, &m->anonymous);
}

const struct kn_layout_proc_table *port_proc_table(void) { return proc_table; }
const struct kn_layout_time_page *port_time_page(void) { return time_page; }
struct kn_layout_exec_plan *port_exec_window(void) { return exec_window; }

long port_exec(uint64_t serial, unsigned thread) { return kn_proc_exec(proc, serial, thread); }

long port_kill(uint64_t kind, int64_t id, unsigned signal)
{
    return kn_proc_kill(proc, kind, id, 0, signal, LX_SI_KERNEL, 0);
}

void port_exits_done(uint64_t count) { kn_proc_exits_done(proc, count); }

void port_refresh_times(uint64_t serial) { kn_proc_refresh_times(proc, serial); }

#define HOSTNAME_MAX 64

long port_get_hostname(char *text)
{
    kn_word_t length, word[8];
    long status = kn_proc_hostname(proc, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, &length, &word[0], &word[1], &word[2], &word[3],
                                   &word[4], &word[5], &word[6], &word[7]);
    if (status)
        return status;
    if (length > HOSTNAME_MAX)
        length = HOSTNAME_MAX;
    memcpy(text, word, length);
    text[length] = 0;
    return 0;
}

long port_set_hostname(const char *text, size_t length)
{
    kn_word_t w[8] = {0}, old, o[8];
    if (length > HOSTNAME_MAX)
        return -LX_EINVAL;
    memcpy(w, text, length);
    return kn_proc_hostname(proc, 1, length, w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], &old, &o[0], &o[1], &o[2],
                            &o[3], &o[4], &o[5], &o[6], &o[7]);
}
