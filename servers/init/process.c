// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "process.h"

#include <kn/stubs.h>

#include "die.h"
#include "init.h"
#include "objects.h"
#include "trona/string.h"

#define RW (KN_RIGHTS_READ | KN_RIGHTS_WRITE)
#define NO_EXEC KN_VM_ATTR_EXECUTE_NEVER
#define STARTUP_VADDR_INIT 0x7200000000 // init's own mappings of startup pages, one a process
#define TIME_SLICE_US 10000

static kn_word_t next_startup_vaddr = STARTUP_VADDR_INIT;

// The radix that holds what mmsrv needs for the archive besides its own slots.
static kn_word_t cnode_radix(const struct system_process *d, kn_word_t archive_pages)
{
    kn_word_t radix = d->cnode_radix;
    if (d->gets_memory)
        while ((kn_word_t)1 << radix < archive_pages + 2048)
            radix++;
    return radix;
}

// A CNode above CNODE (of RADIX bits), which becomes its slot 0, so that the owner of memory can add more CNodes of that
// radix in the other slots as it grows. The low RADIX bits of a capability address select within them.
static kn_cptr_t make_top_cnode(kn_cptr_t cnode, kn_word_t radix)
{
    kn_cptr_t top = object_make(KN_OBJECT_TYPE_CNODE, KN_LAYOUT_SERVER_TOP_RADIX);
    kn_cptr_t whole = cap_mint(top, KN_RIGHTS_MASK, kn_cnode_guard_new(0, KN_WORD_BITS - KN_LAYOUT_SERVER_TOP_RADIX));
    cap_put_minted(whole, 0, cnode, KN_RIGHTS_MASK, kn_cnode_guard_new(0, 0));
    return cap_mint(top, KN_RIGHTS_MASK, kn_cnode_guard_new(0, KN_WORD_BITS - KN_LAYOUT_SERVER_TOP_RADIX - radix));
}

static void make_startup_page(struct process *p, const struct kn_boot_info *boot, kn_word_t nr_slots)
{
    kn_cptr_t frames = frames_make(2);
    map_frames(p->vspace, cap_copy(frames), 1, KN_LAYOUT_SERVER_STARTUP, KN_RIGHTS_READ, NO_EXEC);
    map_frames(p->vspace, cap_copy(frames + 1), 1, KN_LAYOUT_SERVER_STARTUP + 4096, KN_RIGHTS_READ, NO_EXEC);
    map_frames(KN_INIT_CAP_VSPACE, frames, 2, next_startup_vaddr, RW, NO_EXEC);
    p->startup = (struct kn_layout_startup *)next_startup_vaddr;
    next_startup_vaddr += 8192;
    str_copy((char *)p->startup + 4096, (const char *)boot + boot->command_line_offset, 4096);
    *p->startup = (struct kn_layout_startup){
        .service = p->description->service,
        .ipc_buffer = KN_LAYOUT_SERVER_IPC_BUFFER,
        .nr_slots = nr_slots,
        .heap_start = KN_LAYOUT_SERVER_HEAP,
        .heap_mapped = p->description->heap,
        .heap_end = KN_LAYOUT_SERVER_HEAP_END,
        .untyped_bits = p->description->untyped_bits,
        .ticks_per_second = boot->ticks_per_second,
        .nr_cpus = boot->nr_cpus,
        .log_ring = KN_LAYOUT_SERVER_LOG,
        .command_line = KN_LAYOUT_SERVER_STARTUP + 4096,
    };
    for (kn_word_t i = 0; i < boot->untyped.end - boot->untyped.start; i++) {
        const struct kn_untyped_desc *desc = (const struct kn_untyped_desc *)(boot + 1) + i;
        if (!desc->is_device)
            p->startup->ram_bytes += (kn_word_t)1 << desc->size_bits;
    }
}

static void make_memory(struct process *p)
{
    p->ipc_buffer = frames_make(1);
    map_frames(p->vspace, cap_copy(p->ipc_buffer), 1, KN_LAYOUT_SERVER_IPC_BUFFER, RW, NO_EXEC);
    p->log_frames = frames_make(KN_LAYOUT_LOG_PAGES);
    struct kn_log_ring *ring = map_scratch(p->log_frames);
    ring->capacity = KN_LAYOUT_LOG_PAGES * 4096 / 2; // a power of two that fits behind the head
    ring->written = 0;
    for (kn_word_t i = 0; i < KN_LAYOUT_LOG_PAGES; i++)
        map_frames(p->vspace, cap_copy(p->log_frames + i), 1, KN_LAYOUT_SERVER_LOG + i * 4096, RW, NO_EXEC);
    kn_word_t pages = p->description->heap / 4096;
    map_frames(p->vspace, frames_make(pages), pages, KN_LAYOUT_SERVER_HEAP, RW, NO_EXEC);
}

void process_make(struct process *p, const struct system_process *d, const struct kn_boot_info *boot, kn_word_t archive_pages)
{
    kn_word_t radix = cnode_radix(d, archive_pages);
    *p = (struct process){
        .description = d, .next_slot = KN_LAYOUT_SERVER_SLOT_FIRST_RESOURCE, .next_vaddr = KN_LAYOUT_SERVER_SHARED};
    p->tcb = object_make(KN_OBJECT_TYPE_TCB, 0);
    p->cnode = cap_mint(object_make(KN_OBJECT_TYPE_CNODE, radix), KN_RIGHTS_MASK,
                        kn_cnode_guard_new(0, KN_WORD_BITS - radix));
    p->cspace_root = d->gets_memory ? make_top_cnode(p->cnode, radix) : p->cnode;
    p->vspace = object_make(KN_OBJECT_TYPE_VSPACE, 0);
    if (kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, p->vspace) != KN_ERROR_NONE)
        init_die("no address space identifier for %s", d->name);
    p->sched_context = object_make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS);
    p->endpoint = object_make(KN_OBJECT_TYPE_ENDPOINT, 0);
    p->notification = object_make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    make_startup_page(p, boot, (kn_word_t)1 << radix);
    make_memory(p);
}

unsigned process_resources_left(const struct process *p)
{
    unsigned room = sizeof p->startup->resources / sizeof p->startup->resources[0];
    return room - 1 - p->nr_resources; // the last one is END
}

struct kn_layout_resource *process_add_resource(struct process *p, kn_word_t kind, kn_word_t id)
{
    if (!process_resources_left(p))
        init_die("%s has more resources than its startup page holds", p->description->name);
    struct kn_layout_resource *r = &p->startup->resources[p->nr_resources++];
    *r = (struct kn_layout_resource){.kind = kind, .id = id};
    return r;
}

kn_word_t process_give(struct process *p, kn_cptr_t slot)
{
    cap_put(p->cnode, p->next_slot, slot);
    return p->next_slot++;
}

kn_word_t process_give_minted(struct process *p, kn_cptr_t slot, kn_word_t rights, kn_word_t badge)
{
    cap_put_minted(p->cnode, p->next_slot, slot, rights, badge);
    return p->next_slot++;
}

kn_word_t process_map(struct process *p, kn_cptr_t frames, kn_word_t count, kn_word_t rights, kn_word_t attr)
{
    kn_word_t vaddr = p->next_vaddr;
    for (kn_word_t i = 0; i < count; i++)
        map_frames(p->vspace, cap_copy(frames + i), 1, vaddr + i * 4096, rights, attr);
    p->next_vaddr += count * 4096;
    return vaddr;
}

// Its own capabilities, at the fixed slots of uapi/protocols/layout.yaml.
static void give_own(struct process *p)
{
    cap_put(p->cnode, KN_LAYOUT_SERVER_SLOT_TCB, p->tcb);
    cap_put(p->cnode, KN_LAYOUT_SERVER_SLOT_CNODE, p->cspace_root);
    cap_put(p->cnode, KN_LAYOUT_SERVER_SLOT_VSPACE, p->vspace);
    cap_put(p->cnode, KN_LAYOUT_SERVER_SLOT_ENDPOINT, p->endpoint);
    cap_put(p->cnode, KN_LAYOUT_SERVER_SLOT_REPLY, object_make(KN_OBJECT_TYPE_REPLY, 0));
    cap_put(p->cnode, KN_LAYOUT_SERVER_SLOT_NOTIFICATION, p->notification);
    kn_cptr_t untyped = object_make(KN_OBJECT_TYPE_UNTYPED, p->description->untyped_bits);
    kn_error_t error =
        kn_cnode_move(p->cnode, KN_LAYOUT_SERVER_SLOT_UNTYPED, KN_WORD_BITS, untyped, KN_WORD_BITS, KN_INIT_CAP_CNODE);
    if (error != KN_ERROR_NONE)
        init_die("giving %s its untyped fails with error %ld", p->description->name, (long)error);
}

static void require(kn_error_t error, const struct process *p, const char *what)
{
    if (error != KN_ERROR_NONE)
        init_die("starting %s: %s fails with error %ld", p->description->name, what, (long)error);
}

void process_complete(struct process *p)
{
    give_own(p);
    // init's endpoint in its own CNode is what faults go to; the badge tells whose.
    kn_cptr_t fault =
        cap_mint(init_endpoint(), KN_RIGHTS_WRITE | KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY, p->description->service);
    require(kn_tcb_configure(p->tcb, 0, KN_LAYOUT_SERVER_IPC_BUFFER, p->cspace_root, p->vspace, p->ipc_buffer), p,
            "TCB_Configure");
    require(kn_sched_control_configure(init_sched_control(), TIME_SLICE_US, TIME_SLICE_US, 0, p->description->service, 0,
                                       p->sched_context), p, "SchedControl_Configure");
    require(kn_tcb_set_sched_params(p->tcb, p->description->priority, p->description->priority, KN_INIT_CAP_TCB,
                                    p->sched_context, fault), p, "TCB_SetSchedParams");
    require(kn_tcb_bind_notification(p->tcb, p->notification), p, "TCB_BindNotification");
#ifdef KN_TCB_FLAG_TIMER
    if (p->description->may_use_timer)
        require(kn_tcb_set_flags(p->tcb, 0, KN_TCB_FLAG_TIMER, p->timer_authority, NULL), p, "TCB_SetFlags");
#endif
}

void process_start(struct process *p)
{
    p->startup->first_free_slot = p->next_slot;
    struct kn_registers registers = {0};
    process_entry_registers(&registers, p->entry, KN_LAYOUT_SERVER_STARTUP);
    require(kn_tcb_write_registers(p->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &registers), p,
            "TCB_WriteRegisters");
}

static char log_char(const struct process *p, kn_word_t at)
{
    static kn_word_t mapped = (kn_word_t)-1;
    static const char *page;
    if (at / 4096 != mapped)
        page = map_scratch(p->log_frames + at / 4096);
    mapped = at / 4096;
    return page[at % 4096];
}

void process_last_words(const struct process *p, char *text, size_t size)
{
    const struct kn_log_ring *ring = map_scratch(p->log_frames);
    kn_word_t capacity = KN_LAYOUT_LOG_PAGES * 4096 / 2; // the server could have spoilt the ring's own
    kn_word_t written = ring->written, end = written ? written - 1 : 0, start = end;
    while (start > 0 && end - start < size - 1 &&
           log_char(p, sizeof *ring + ((start - 1) & (capacity - 1))) != '\n')
        start--;
    while (start < end)
        *text++ = log_char(p, sizeof *ring + (start++ & (capacity - 1)));
    *text = 0;
}
