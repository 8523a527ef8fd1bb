// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "wire.h"

#include <kn/stubs.h>

#include "die.h"
#include "devices.h"
#include "init.h"
#include "objects.h"

#define RW (KN_RIGHTS_READ | KN_RIGHTS_WRITE)
#define CALL_RIGHTS (KN_RIGHTS_WRITE | KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY)
#define DEVICE_ATTR (KN_VM_ATTR_UNCACHED | KN_VM_ATTR_EXECUTE_NEVER)
#define MAX_SHARED 16

static kn_cptr_t shared_frames[MAX_SHARED]; // by position in system_shared

void wire_make_shared(void)
{
    if (nr_system_shared > MAX_SHARED)
        init_die("more shared memories than init can keep");
    for (unsigned i = 0; i < nr_system_shared; i++)
        shared_frames[i] = frames_make(system_shared[i].size / 4096);
}

static unsigned find_shared(kn_word_t id)
{
    for (unsigned i = 0; i < nr_system_shared; i++)
        if (system_shared[i].id == id)
            return i;
    init_die("the system description shares memory %lu, which it does not make", id);
}

static struct process *find_service(struct process *all, unsigned count, kn_word_t service)
{
    for (unsigned i = 0; i < count; i++)
        if (all[i].description->service == service)
            return &all[i];
    init_die("the system description names service %lu, which it does not start", service);
}

static void wire_calls(struct process *p, struct process *all, unsigned count)
{
    const struct system_process *d = p->description;
    for (unsigned i = 0; i < d->nr_calls; i++) {
        struct process *callee = find_service(all, count, d->calls[i]);
        struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_ENDPOINT, d->calls[i]);
        r->slot = process_give_minted(p, callee->endpoint, CALL_RIGHTS, KN_LAYOUT_SERVER_BADGE | d->service);
    }
    for (unsigned i = 0; i < d->nr_signals; i++) {
        kn_word_t to = d->signals[i].to, bit = d->signals[i].bit;
        kn_cptr_t notification = to == KN_LAYOUT_SERVICE_INIT ? init_notification() : find_service(all, count, to)->notification;
        struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_SIGNAL, to);
        r->slot = process_give_minted(p, notification, KN_RIGHTS_WRITE, KN_LAYOUT_SIGNAL_BADGE | bit);
        r->arg = bit;
    }
}

static void wire_devices(struct process *p)
{
    const struct system_process *d = p->description;
    for (unsigned i = 0; i < d->nr_irqs; i++) {
        kn_cptr_t handler = slots_take(1);
        kn_word_t trigger = d->irqs[i].is_level ? KN_IRQ_TRIGGER_LEVEL : 0;
        kn_error_t error = kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, d->irqs[i].irq, trigger, handler, KN_WORD_BITS,
                                              KN_INIT_CAP_CNODE);
        if (error == KN_ERROR_NONE)
            error = kn_irq_handler_set_notification(
                handler, cap_mint(p->notification, KN_RIGHTS_WRITE, KN_LAYOUT_SIGNAL_BADGE | d->irqs[i].bit));
        if (error != KN_ERROR_NONE)
            init_die("interrupt %lu for %s cannot be had (error %ld)", d->irqs[i].irq, d->name, (long)error);
        struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_IRQ, d->irqs[i].irq);
        r->slot = process_give(p, handler);
        if (d->may_use_timer)
            p->timer_authority = handler;
        r->arg = d->irqs[i].bit;
    }
    for (unsigned i = 0; i < d->nr_devices; i++) {
        struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_DEVICE, d->devices[i].start);
        r->size = d->devices[i].size;
        for (kn_word_t at = 0; at < r->size; at += 4096) {
            kn_word_t vaddr = process_map(p, device_frame(d->devices[i].start + at), 1, RW, DEVICE_ATTR);
            if (at == 0)
                r->vaddr = vaddr;
        }
    }
    wire_io_ports(p);
}

static void wire_shared(struct process *p)
{
    const struct system_process *d = p->description;
    for (unsigned i = 0; i < d->nr_shared; i++) {
        unsigned s = find_shared(d->shared[i].id);
        struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_SHARED, d->shared[i].id);
        r->size = system_shared[s].size;
        r->vaddr = process_map(p, shared_frames[s], r->size / 4096, d->shared[i].may_write ? RW : KN_RIGHTS_READ,
                               KN_VM_ATTR_EXECUTE_NEVER);
    }
    for (unsigned i = 0; i < d->nr_shared_frames; i++) {
        unsigned s = find_shared(d->shared_frames[i]);
        struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_SHARED, d->shared_frames[i]);
        r->size = system_shared[s].size;
        r->slot = process_give(p, shared_frames[s]);
    }
}

static void add_log(struct process *p, kn_word_t service, kn_cptr_t frames, kn_word_t pages)
{
    struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_LOG, service);
    r->size = pages * 4096;
    r->vaddr = process_map(p, frames, pages, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER);
}

static void wire_archive(struct process *p, const struct kn_boot_info *boot)
{
    kn_word_t pages = boot->archive_frames.end - boot->archive_frames.start;
    struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    r->size = boot->archive_size;
    r->vaddr = KN_LAYOUT_SERVER_ARCHIVE;
    kn_cptr_t copies = slots_take(pages);
    copy_range(KN_INIT_CAP_CNODE, copies, boot->archive_frames.start, pages);
    map_frames(p->vspace, copies, pages, r->vaddr, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER);
}

void wire_process(struct process *p, struct process *all, unsigned count, const struct kn_boot_info *boot)
{
    const struct system_process *d = p->description;
    wire_calls(p, all, count);
    wire_devices(p);
    wire_shared(p);
    for (unsigned i = 0; i < d->nr_vspaces; i++) {
        struct process *client = find_service(all, count, d->vspaces[i]);
        struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_VSPACE, d->vspaces[i]);
        r->slot = process_give(p, client->vspace);
        r->vaddr = KN_LAYOUT_SERVER_HEAP + client->description->heap;
    }
    if (d->gets_archive)
        wire_archive(p, boot);
    if (d->gets_sched_control)
        for (kn_word_t cpu = 0; cpu < boot->nr_cpus; cpu++)
            process_add_resource(p, KN_LAYOUT_RESOURCE_SCHED_CONTROL, cpu)->slot =
                process_give(p, boot->sched_control.start + cpu);
    if (d->gets_logs) {
        add_log(p, 0, boot->log_frames.start, boot->log_frames.end - boot->log_frames.start);
        for (unsigned i = 0; i < count; i++)
            add_log(p, all[i].description->service, all[i].log_frames, KN_LAYOUT_LOG_PAGES);
    }
}

static struct process *memory_owner;

static void tell_untyped(kn_word_t paddr, kn_word_t bits, kn_word_t slot)
{
    struct kn_layout_resource *r = process_add_resource(memory_owner, KN_LAYOUT_RESOURCE_UNTYPED, paddr);
    r->size = bits;
    r->slot = slot;
}

void wire_memory(struct process *p, const struct kn_boot_info *boot)
{
    memory_owner = p;
    process_add_resource(p, KN_LAYOUT_RESOURCE_ASID_POOL, 0)->slot = process_give(p, KN_INIT_CAP_ASID_POOL);
    kn_word_t pages = boot->archive_frames.end - boot->archive_frames.start;
    struct kn_layout_resource *r = process_add_resource(p, KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    r->size = boot->archive_size;
    r->slot = p->next_slot;
    r->arg = pages;
    copy_range(p->cnode, p->next_slot, boot->archive_frames.start, pages);
    p->next_slot += pages;
    p->next_slot = untypeds_hand_over(p->cnode, p->next_slot, process_resources_left(p), tell_untyped);
}
