// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "port.h"

#include <kn/proto/mm.h>
#include <kn/proto/timer.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "trona/log.h"
#include "trona/slots.h"
#include "trona/startup.h"
#include "trona/ticks.h"

#define OWN_CNODE KN_LAYOUT_SERVER_SLOT_CNODE
#define INIT_POWEROFF 1 // badge bits of init's notification
#define INIT_RESTART 2

static kn_cptr_t mm, timer, vfs_signal;

static kn_cptr_t endpoint_of(kn_word_t service) { return trona_resource(KN_LAYOUT_RESOURCE_ENDPOINT, service)->slot; }

void port_init(void)
{
    mm = endpoint_of(KN_LAYOUT_SERVICE_MM);
    timer = endpoint_of(KN_LAYOUT_SERVICE_TIMER);
    vfs_signal = trona_resource(KN_LAYOUT_RESOURCE_SIGNAL, KN_LAYOUT_SERVICE_VFS)->slot;
}

// A slot for the capability of the next answer; 0: none left.
static kn_cptr_t begin_receive(void)
{
    kn_cptr_t slot = trona_slot_alloc();
    if (slot)
        kn_set_receive_slot(OWN_CNODE, slot, KN_WORD_BITS);
    return slot;
}

// The end of a call that STATUS says about: *out is the slot, or it goes back.
static long end_receive(long status, kn_cptr_t slot, kn_cptr_t *out)
{
    kn_set_receive_slot(OWN_CNODE, KN_LAYOUT_SERVER_SLOT_RECEIVE, KN_WORD_BITS);
    if (status)
        trona_slot_free(slot);
    *out = status ? 0 : slot;
    return status;
}

long port_as_create(uint64_t *as, kn_cptr_t *vspace)
{
    kn_cptr_t slot = begin_receive();
    if (!slot)
        return -LX_ENOMEM;
    return end_receive(kn_mm_as_create(mm, as), slot, vspace);
}

void port_as_destroy(uint64_t as)
{
    long status = kn_mm_as_destroy(mm, as);
    if (status)
        trona_log("address space %lu cannot be destroyed: %ld", as, status);
}

long port_as_endpoint(uint64_t as, kn_cptr_t *endpoint)
{
    kn_cptr_t slot = begin_receive();
    if (!slot)
        return -LX_ENOMEM;
    return end_receive(kn_mm_as_endpoint(mm, as), slot, endpoint);
}

long port_as_clone(uint64_t source, uint64_t dest, unsigned thread) { return kn_mm_as_clone(mm, source, dest, thread); }

long port_as_copy_range(uint64_t source, uint64_t addr, uint64_t length, uint64_t dest, uint64_t *at)
{
    return kn_mm_as_copy_range(mm, source, addr, length, dest, at);
}

long port_as_map(uint64_t as, const struct kn_layout_exec_segment *s)
{
    kn_word_t at;
    kn_word_t flags = LX_MAP_PRIVATE | LX_MAP_FIXED_NOREPLACE | (s->object ? 0 : LX_MAP_ANONYMOUS);
    return kn_mm_as_map(mm, as, s->vaddr, s->length, s->prot, flags, s->object, s->offset, s->zero_from, &at);
}

long port_as_set_brk(uint64_t as, uint64_t start) { return kn_mm_as_set_brk(mm, as, start); }
long port_as_set_limit(uint64_t as, unsigned which, uint64_t bytes) { return kn_mm_as_set_limit(mm, as, which, bytes); }
long port_as_stack(uint64_t as, uint64_t prot) { return kn_mm_as_stack(mm, as, prot); }

long port_as_thread(uint64_t as, unsigned thread, void **page, kn_cptr_t *frame)
{
    kn_word_t vaddr = 0;
    kn_cptr_t slot = begin_receive();
    if (!slot)
        return -LX_ENOMEM;
    long status = end_receive(kn_mm_as_thread(mm, as, thread, &vaddr), slot, frame);
    *page = (void *)vaddr;
    return status;
}

long port_as_signal_page(uint64_t as, struct kn_layout_signal_page **page)
{
    kn_word_t vaddr = 0;
    long status = kn_mm_as_signal_page(mm, as, &vaddr);
    *page = status ? NULL : (struct kn_layout_signal_page *)vaddr;
    return status;
}

uint64_t port_as_peak_pages(uint64_t as)
{
    kn_word_t peak = 0;
    return kn_mm_usage(mm, as, NULL, NULL, NULL, NULL, NULL, NULL, &peak) ? 0 : peak;
}

long port_kernel_memory(unsigned bits, uint64_t *handle, kn_cptr_t *untyped)
{
    kn_cptr_t slot = begin_receive();
    if (!slot)
        return -LX_ENOMEM;
    return end_receive(kn_mm_kernel_memory(mm, bits, handle), slot, untyped);
}

void port_kernel_memory_free(uint64_t handle)
{
    long status = kn_mm_kernel_memory_free(mm, handle);
    if (status)
        trona_log("kernel memory %lu cannot be given back: %ld", handle, status);
}

void port_drop(kn_cptr_t slot)
{
    if (slot)
        trona_slot_delete(slot);
}

void port_tell_vfs(void) { kn_signal(vfs_signal); }

void port_stop_machine(bool restart)
{
    kn_word_t wanted = restart ? INIT_RESTART : INIT_POWEROFF;
    for (const struct kn_layout_resource *r = trona_startup_page()->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_SIGNAL && r->id == KN_LAYOUT_SERVICE_INIT && r->arg == wanted) {
            kn_signal(r->slot);
            return;
        }
    trona_panic("init cannot be asked to stop the machine");
}

void port_first_process_ended(uint32_t status)
{
    unsigned signal = status & 0x7f;
    trona_panic("the first process, /sbin/init, has ended %s %u", signal ? "by signal" : "with status",
                signal ? signal : status >> 8 & 0xff);
}

uint64_t port_ticks(void) { return trona_ticks(); }
void port_timer_arm(uint64_t ticks) { kn_timer_arm(timer, ticks); }
