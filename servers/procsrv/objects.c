// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "objects.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "port.h"
#include "registers.h"
#include "runtime_header.h"
#include "space.h"
#include "trona/log.h"
#include "trona/slots.h"
#include "trona/startup.h"

#define OWN_CNODE KN_LAYOUT_SERVER_SLOT_CNODE
#define RADIX KN_LAYOUT_PROGRAM_CNODE_RADIX
#define PROGRAM_PRIORITY 100
#define MEMORY_BITS 14 // CNode 8 KiB, TCB 2 KiB, the rest
#define CALL_RIGHTS (KN_RIGHTS_WRITE | KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY)
#define DEFAULT_SLICE_US 10000
static_assert((1 << (RADIX + KN_SLOT_BITS)) + (1 << KN_TCB_BITS) + (1 << KN_SCHED_CONTEXT_MIN_BITS) +
                      (1 << KN_NOTIFICATION_BITS) <=
                  1 << MEMORY_BITS,
              "a process's kernel objects fit");

static struct kn_layout_runtime_header runtime;
static kn_cptr_t first_sched_control; // CPU 0's; the others follow

void objects_init(void)
{
    runtime_header_read(&runtime);
    first_sched_control = trona_resource(KN_LAYOUT_RESOURCE_SCHED_CONTROL, 0)->slot;
}

static bool make(struct objects *o, kn_word_t type, kn_word_t size_bits, kn_cptr_t *slot)
{
    *slot = trona_slot_alloc();
    return *slot && kn_untyped_retype(o->untyped, type, size_bits, 0, 0, *slot, 1, OWN_CNODE) == KN_ERROR_NONE;
}

static bool mint_own(struct objects *o, kn_word_t badge, kn_cptr_t *slot)
{
    *slot = trona_slot_alloc();
    return *slot && kn_cnode_mint(OWN_CNODE, *slot, KN_WORD_BITS, o->notification, KN_WORD_BITS, KN_RIGHTS_WRITE, badge,
                                  OWN_CNODE) == KN_ERROR_NONE;
}

// Mints SOURCE into SLOT of the program's CSpace.
static bool give(struct objects *o, kn_word_t slot, kn_cptr_t source, kn_word_t rights, kn_word_t badge)
{
    return kn_cnode_mint(o->cnode, slot, RADIX, source, KN_WORD_BITS, rights, badge, OWN_CNODE) == KN_ERROR_NONE;
}

static kn_word_t thread_slot(unsigned thread, kn_word_t which)
{
    return KN_LAYOUT_SLOT_THREAD + thread * KN_LAYOUT_THREAD_SLOTS + which;
}

static bool give_thread_slots(struct objects *o, unsigned thread)
{
    o->thread = thread;
    return give(o, thread_slot(thread, KN_LAYOUT_THREAD_SLOT_NOTIFICATION), o->notification,
                KN_RIGHTS_READ | KN_RIGHTS_WRITE, 0) &&
           give(o, thread_slot(thread, KN_LAYOUT_THREAD_SLOT_VFS_SIGNAL), o->notification, KN_RIGHTS_WRITE,
                KN_LAYOUT_WAKE_VFS) &&
           give(o, thread_slot(thread, KN_LAYOUT_THREAD_SLOT_PEER_SIGNAL), o->notification, KN_RIGHTS_WRITE,
                KN_LAYOUT_WAKE_PEER);
}

static bool give_slots(struct objects *o, uint64_t serial, unsigned thread)
{
    return give(o, KN_LAYOUT_SLOT_PROC, KN_LAYOUT_SERVER_SLOT_ENDPOINT, CALL_RIGHTS, serial) &&
           give(o, KN_LAYOUT_SLOT_CNODE, o->cnode, KN_RIGHTS_MASK, kn_cnode_guard_new(0, KN_WORD_BITS - RADIX)) &&
           give_thread_slots(o, thread);
}

static kn_word_t slice_us(int nice) { return DEFAULT_SLICE_US * (kn_word_t)(20 - nice) / 20; }

static bool set_up_thread(struct objects *o)
{
    kn_word_t flags;
    return kn_tcb_set_flags(o->tcb, 0, KN_TCB_FLAG_FPU, 0, &flags) == KN_ERROR_NONE &&
           kn_tcb_set_upcall(o->tcb, runtime.upcall, runtime.range_start, runtime.range_end, runtime.window_start,
                             runtime.window_end) == KN_ERROR_NONE;
}

long objects_create(struct objects *o, uint64_t serial, unsigned thread)
{
    *o = (struct objects){0};
    long error = port_kernel_memory(MEMORY_BITS, &o->memory, &o->untyped);
    if (error)
        return error;
    if (make(o, KN_OBJECT_TYPE_CNODE, RADIX, &o->cnode) && make(o, KN_OBJECT_TYPE_TCB, 0, &o->tcb) &&
        make(o, KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS, &o->sched_context) &&
        make(o, KN_OBJECT_TYPE_NOTIFICATION, 0, &o->notification) &&
        mint_own(o, KN_LAYOUT_WAKE_SIGNAL, &o->wake_signal) && mint_own(o, KN_LAYOUT_WAKE_TIMER, &o->wake_timer) &&
        give_slots(o, serial, thread) && set_up_thread(o))
        return 0;
    objects_destroy(o);
    return -LX_ENOMEM;
}

static void free_slot(kn_cptr_t slot)
{
    if (slot)
        trona_slot_free(slot);
}

void objects_destroy(struct objects *o)
{
    if (!o->memory)
        return;
    port_kernel_memory_free(o->memory); // the Revoke empties all slots
    free_slot(o->untyped);
    free_slot(o->cnode);
    free_slot(o->tcb);
    free_slot(o->sched_context);
    free_slot(o->notification);
    free_slot(o->wake_signal);
    free_slot(o->wake_timer);
    *o = (struct objects){0};
}

long objects_give_vfs(struct objects *o, kn_cptr_t cap)
{
    return kn_cnode_move(o->cnode, KN_LAYOUT_SLOT_VFS, RADIX, cap, KN_WORD_BITS, OWN_CNODE) == KN_ERROR_NONE
               ? 0
               : -LX_EINVAL;
}

long objects_attach(struct objects *o, const struct space *s)
{
    kn_word_t buffer = KN_LAYOUT_THREAD_AREA + o->thread * KN_LAYOUT_THREAD_AREA_SIZE + KN_LAYOUT_THREAD_IPC_BUFFER;
    kn_word_t guard = kn_cnode_guard_new(0, KN_WORD_BITS - RADIX);
    kn_cnode_delete(o->cnode, KN_LAYOUT_SLOT_MM, RADIX);
    bool done = kn_cnode_copy(o->cnode, KN_LAYOUT_SLOT_MM, RADIX, s->endpoint, KN_WORD_BITS, CALL_RIGHTS, OWN_CNODE) ==
                    KN_ERROR_NONE &&
                kn_tcb_configure(o->tcb, guard, buffer, o->cnode, s->vspace, s->frame) == KN_ERROR_NONE &&
                kn_tcb_set_sched_params(o->tcb, 0, PROGRAM_PRIORITY, KN_LAYOUT_SERVER_SLOT_TCB, o->sched_context,
                                        s->endpoint) == KN_ERROR_NONE;
    return done ? 0 : -LX_ENOMEM;
}

void objects_renumber(struct objects *o, unsigned thread)
{
    if (o->thread == thread)
        return;
    for (kn_word_t i = 0; i < KN_LAYOUT_THREAD_SLOTS; i++)
        kn_cnode_delete(o->cnode, thread_slot(o->thread, i), RADIX);
    give_thread_slots(o, thread);
}

void objects_suspend(const struct objects *o) { kn_tcb_suspend(o->tcb); }

static void write_registers(const struct objects *o, const struct kn_registers *registers)
{
    kn_tcb_write_registers(o->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, registers);
}

void objects_start_fork(const struct objects *o, const struct objects *parent)
{
    struct kn_registers registers;
    kn_tcb_copy_registers(o->tcb, 0, parent->tcb);
    if (kn_tcb_read_registers(o->tcb, 0, KN_NR_REGISTERS, &registers) != KN_ERROR_NONE)
        return;
    registers_set_answer(&registers, kn_msg_info_new(0, 0, 0, 1), 0);
    write_registers(o, &registers);
}

void objects_start_image(const struct objects *o)
{
    struct kn_registers registers;
    registers_set_start(&registers, runtime.start);
    write_registers(o, &registers);
}

void objects_kick(const struct objects *o)
{
    kn_tcb_kick(o->tcb);
    kn_signal(o->wake_signal);
}

void objects_wake_signal(const struct objects *o) { kn_signal(o->wake_signal); }
void objects_wake_timer(const struct objects *o) { kn_signal(o->wake_timer); }

void objects_set_time(const struct objects *o, unsigned cpu, int nice)
{
    kn_word_t us = slice_us(nice);
    kn_sched_control_configure(first_sched_control + cpu, us, us, 0, 0, 0, o->sched_context);
}

uint64_t objects_take_time(const struct objects *o)
{
    kn_word_t us = 0;
    return kn_sched_context_consumed(o->sched_context, &us) == KN_ERROR_NONE ? us * 1000 : 0;
}
