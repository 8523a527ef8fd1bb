// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What a worker does at random.

#include <stdatomic.h>

#include "console.h"
#include "stress.h"

#define SLICE 5000 // microseconds
#define NODE_RADIX 5

static bool is_wrong(const char *what)
{
    console_print("smp_stress: ");
    console_print(what);
    console_print("\n");
    return false;
}

// What is in a worker's shared slots, if anything: an invocation must not find an endpoint where it expects a frame.
enum { FIRST_SHARED_FRAME = 4 };
static const kn_word_t shared_type[NR_SHARED] = {
    KN_OBJECT_TYPE_ENDPOINT, KN_OBJECT_TYPE_NOTIFICATION, KN_OBJECT_TYPE_REPLY, KN_OBJECT_TYPE_TCB,
    KN_OBJECT_TYPE_FRAME,    KN_OBJECT_TYPE_FRAME,        KN_OBJECT_TYPE_FRAME, KN_OBJECT_TYPE_FRAME};

static kn_cptr_t shared_slot(struct worker *w) { return workers[pick(w, NR_WORKERS)].slots + pick(w, NR_SHARED); }

static kn_cptr_t shared_frame(struct worker *w)
{
    return workers[pick(w, NR_WORKERS)].slots + FIRST_SHARED_FRAME + pick(w, NR_SHARED - FIRST_SHARED_FRAME);
}

static kn_cptr_t own_slot(struct worker *w) { return w->slots + NR_SHARED + pick(w, NR_COPIES); }

static kn_cptr_t sched_control_of(kn_word_t cpu) { return boot_info->sched_control.start + cpu; }

static void place(struct worker *w, kn_cptr_t sc)
{
    kn_sched_control_configure(sched_control_of(pick(w, boot_info->nr_cpus)), SLICE, SLICE, 0, 0, 0, sc);
}

// A server answers with the words it got, complemented.
static bool call_server(struct worker *w)
{
    kn_word_t length = pick(w, 9), first = w->random;
    struct kn_msg m = message(0, length, first);
    kn_call(server_endpoint[pick(w, NR_SERVERS)], &m);
    for (kn_word_t i = 0; i < length; i++)
        if (length_of(&m) != length || kn_msg_get(&m, i) != ~(first + i))
            return is_wrong("a server's answer is not what was asked");
    return true;
}

static bool signal(struct worker *w)
{
    kn_signal(notifications[pick(w, NR_NOTIFICATIONS)]);
    poll(notifications[pick(w, NR_NOTIFICATIONS)]);
    return true;
}

// Objects that others may use, until all of them are revoked.
static bool make_objects(struct worker *w)
{
    kn_word_t n = pick(w, NR_SHARED), bits = shared_type[n] == KN_OBJECT_TYPE_FRAME ? KN_PAGE_BITS : 0;
    retype(w->untyped, shared_type[n], bits, w->slots + n, 1);
    return true;
}

static bool revoke_objects(struct worker *w)
{
    revoke(w->untyped);
    return true;
}

static bool revoke_one(struct worker *w)
{
    revoke(shared_slot(w));
    return true;
}

static bool copy_and_delete(struct worker *w)
{
    copy(own_slot(w), shared_slot(w));
    mint(own_slot(w), shared_slot(w), KN_RIGHTS_ALL, pick(w, 100));
    delete_cap(own_slot(w));
    move(own_slot(w), own_slot(w));
    return true;
}

// A CNode with copies of something, which goes with all that is in it.
static bool fill_node(struct worker *w)
{
    kn_cptr_t node = w->slots + OWN_NODE, what = shared_slot(w);
    delete_cap(node);
    if (retype(w->untyped, KN_OBJECT_TYPE_CNODE, NODE_RADIX, node, 1) != KN_ERROR_NONE)
        return revoke_objects(w);
    for (kn_word_t i = 0; i < 1ul << NODE_RADIX; i++)
        kn_cnode_copy(node, i, NODE_RADIX, what, DEPTH, KN_RIGHTS_ALL, ROOT);
    return true;
}

// A message for whatever somebody shares: a signal, an invocation that does not exist. Nothing that could block or fault.
static bool use_shared(struct worker *w)
{
    struct kn_msg m = message(0, pick(w, 4), 0);
    kn_nb_send(shared_slot(w), &m);
    return true;
}

// A page of its own: mapped, written, read, protected, unmapped. The frame is in a slot that nobody else knows, but its
// untyped may be in use for others, which is why it may not be there.
static bool map_own(struct worker *w)
{
    kn_cptr_t slot = w->slots + OWN_FRAME;
    kn_word_t vaddr = w->window + pick(w, 16) * PAGE_SIZE, done;
    volatile kn_word_t *words = (volatile kn_word_t *)vaddr;
    delete_cap(slot);
    if (retype(w->untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, slot, 1) != KN_ERROR_NONE)
        return revoke_objects(w);
    if (kn_frame_map(slot, vaddr, READ_WRITE, KN_VM_ATTR_EXECUTE_NEVER, KN_INIT_CAP_VSPACE) != KN_ERROR_NONE)
        return true;
    if (words[7] != 0)
        return is_wrong("a new frame is not clear");
    words[7] = w->random;
    kn_vspace_protect_range(KN_INIT_CAP_VSPACE, vaddr, 1, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER, &done);
    if (words[7] != w->random)
        return is_wrong("a page has lost what was written");
    delete_cap(slot);
    return true;
}

// A frame of somebody's, mapped and perhaps unmapped again; never touched, since it may go at any time.
static bool map_shared(struct worker *w)
{
    kn_word_t vaddr = w->window + (16 + pick(w, 16)) * PAGE_SIZE, done;
    kn_cptr_t slot = w->slots + FOREIGN_FRAME;
    delete_cap(slot);
    copy(slot, shared_frame(w));
    kn_frame_map(slot, vaddr, READ_WRITE, KN_VM_ATTR_EXECUTE_NEVER, KN_INIT_CAP_VSPACE);
    if (pick(w, 2))
        kn_vspace_unmap_range(KN_INIT_CAP_VSPACE, w->window + 16 * PAGE_SIZE, 16, &done);
    return true;
}

static bool stop_and_go(struct worker *w)
{
    kn_cptr_t tcb = victims[pick(w, NR_VICTIMS)].thread->tcb;
    kn_tcb_suspend(tcb);
    kn_tcb_resume(tcb);
    return true;
}

static bool move_victim(struct worker *w)
{
    place(w, victims[pick(w, NR_VICTIMS)].thread->sc);
    return true;
}

static bool move_self(struct worker *w)
{
    place(w, w->thread->sc);
    return true;
}

static bool change_priority(struct worker *w)
{
    kn_tcb_set_priority(victims[pick(w, NR_VICTIMS)].thread->tcb, PRIORITY_LOW + pick(w, PRIORITY_CASE - PRIORITY_LOW + 1),
                        KN_INIT_CAP_TCB);
    return true;
}

static bool read_registers(struct worker *w)
{
    struct kn_registers r;
    kn_word_t us;
    kn_tcb_read_registers(victims[pick(w, NR_VICTIMS)].thread->tcb, pick(w, 2), KN_NR_REGISTERS, &r);
    kn_sched_context_consumed(victims[pick(w, NR_VICTIMS)].thread->sc, &us);
    kn_tcb_kick(victims[pick(w, NR_VICTIMS)].thread->tcb);
    kn_tcb_resume(victims[pick(w, NR_VICTIMS)].thread->tcb);
    return true;
}

static bool rebuild_victim(struct worker *w)
{
    struct victim *v = &victims[pick(w, NR_VICTIMS)];
    if (atomic_exchange_explicit(&v->is_rebuilt, true, memory_order_acq_rel))
        return true;
    if (pick(w, 2))
        revoke(v->untyped);
    else
        delete_cap(v->thread->tcb);
    retype(v->untyped, KN_OBJECT_TYPE_TCB, 0, v->thread->tcb, 1);
    victim_start(v);
    atomic_store_explicit(&v->is_rebuilt, false, memory_order_release);
    return true;
}

static _Atomic bool is_held[NR_SERVERS];

static bool stop_server(struct worker *w)
{
    kn_word_t n = pick(w, NR_SERVERS / 2) * 2; // a passive one could not make its system call again
    if (atomic_exchange_explicit(&is_held[n], true, memory_order_acq_rel))
        return true;
    kn_tcb_suspend(servers[n]->tcb);
    place(w, servers[n]->sc);
    kn_tcb_resume(servers[n]->tcb);
    atomic_store_explicit(&is_held[n], false, memory_order_release);
    return true;
}

static bool yield(struct worker *w)
{
    (void)w;
    kn_yield();
    return true;
}

bool stress_step(struct worker *w)
{
    static bool (*const operations[])(struct worker *) = {
        call_server, call_server, signal, signal, make_objects, make_objects, revoke_objects, revoke_one, map_own,
        map_own, map_shared, map_shared, stop_and_go, stop_and_go, move_victim, move_self, use_shared, use_shared,
        stop_server, read_registers, change_priority, rebuild_victim, yield, copy_and_delete, copy_and_delete,
        fill_node, debug_victim, bind_victim, limit_victim, exile_victim, ring_server};
    return operations[pick(w, sizeof operations / sizeof operations[0])](w);
}
