// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The machine that every test starts with, built as the kernel's boot builds the root task, but without an image; and
// what tests make in it, by invocations of the root thread.
//
//   physical 0x10000  64 KiB, boot's untyped: root CNode, TCB, address space, ASID pool, context, IPC buffer
//            0x20000  the kernel's own: idle threads, in no untyped
//            0x40000  256 KiB up to half of the memory: SLOT_UNTYPED2 (its upper half is SLOT_UNTYPED)

#include "harness.h"

#include <string.h>

#include "arch/api/context.h"
#include "arch/api/mmu.h"
#include "arch/api/timer.h"
#include "core/objects.h"
#include "core/scheduler.h"
#include "object/asid.h"

#define BOOT_UNTYPED_BITS 16
#define IDLE_THREADS 0x20000ul
#define ROOT_BUDGET_US 10000

static struct cte *root_slots; // the root CNode
static struct cte *boot_untyped;
static struct tcb *root;
static word_t next_free_slot;

struct tcb *root_thread(void) { return root; }
struct cte *cte_at(word_t slot) { return &root_slots[slot]; }

// Memory of boot's untyped, as its watermark says.
static paddr_t carve(word_t size_bits)
{
    word_t used = ALIGN_UP(boot_untyped->cap.w[1], size_bits);
    boot_untyped->cap = cap_untyped_with_used(boot_untyped->cap, used + BIT(size_bits));
    return (paddr_t){cap_paddr(boot_untyped->cap).raw + used};
}

static struct cap untyped_cap(word_t paddr, word_t size_bits, bool is_device)
{
    struct cap c = cap_new(KN_CAP_TYPE_UNTYPED, (paddr_t){paddr}, 0);
    return cap_with_field(cap_with_field(c, 53, 6, size_bits), 59, 1, is_device);
}

static void *make_boot_object(word_t slot, word_t type, word_t size_bits)
{
    paddr_t p = carve(size_bits);
    cdt_insert_object(cap_new(type, p, 0), boot_untyped, cte_at(slot));
    return phys_to_ptr(p);
}

static void make_root_cnode(void)
{
    static struct cte first; // holds boot's untyped until there is a slot for it
    memset(&first, 0, sizeof first);
    boot_untyped = &first;
    cdt_insert_root(untyped_cap(HOST_RAM_BASE, BOOT_UNTYPED_BITS, false), boot_untyped);
    paddr_t p = carve(ROOT_RADIX + KN_SLOT_BITS);
    root_slots = phys_to_ptr(p);
    cdt_move(first.cap, &first, cte_at(SLOT_FREE - 1));
    boot_untyped = cte_at(SLOT_FREE - 1);
    struct cap cnode = cap_cnode_with_radix(cap_new(KN_CAP_TYPE_CNODE, p, 0), ROOT_RADIX);
    cdt_insert_object(cap_cnode_with_guard_size(cnode, KN_WORD_BITS - ROOT_RADIX), boot_untyped, cte_at(ROOT_CNODE));
}

static void make_authorities(void)
{
    cdt_insert_root(cap_new(KN_CAP_TYPE_IRQ_CONTROL, (paddr_t){0}, 0), cte_at(KN_INIT_CAP_IRQ_CONTROL));
    cdt_insert_root(cap_new(KN_CAP_TYPE_ASID_CONTROL, (paddr_t){0}, 0), cte_at(KN_INIT_CAP_ASID_CONTROL));
    for (word_t i = 0; i < nr_cpus; i++)
        cdt_insert_root(cap_new(KN_CAP_TYPE_SCHED_CONTROL, (paddr_t){0}, i), cte_at(SLOT_SCHED_CONTROL + i));
    word_t half = host.ram_bytes / 2, half_bits = (word_t)__builtin_ctzl(half);
    cdt_insert_root(untyped_cap(half, half_bits, false), cte_at(SLOT_UNTYPED));
    cdt_insert_root(untyped_cap(half / 2, half_bits - 1, false), cte_at(SLOT_UNTYPED2));
    cdt_insert_root(untyped_cap(MACHINE_DEVICE, 30, true), cte_at(SLOT_DEVICE));
}

static void make_root_vspace(void)
{
    void *space = make_boot_object(ROOT_VSPACE, KN_CAP_TYPE_VSPACE, KN_VSPACE_BITS);
    vspace_init(space);
    void *pool = make_boot_object(KN_INIT_CAP_ASID_POOL, KN_CAP_TYPE_ASID_POOL, KN_ASID_POOL_BITS);
    asid_pool_install(0, ptr_to_phys(pool));
    asid_assign(1, ptr_to_phys(space));
    cte_at(ROOT_VSPACE)->cap.w[1] = map_word(1, 0, 0);
}

static struct sched_context *make_root_context(void)
{
    struct sched_context *sc =
        make_boot_object(KN_INIT_CAP_SCHED_CONTEXT, KN_CAP_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS);
    struct cte *slot = cte_at(KN_INIT_CAP_SCHED_CONTEXT);
    slot->cap = cap_with_field(slot->cap, 53, 6, KN_SCHED_CONTEXT_MIN_BITS);
    return sc;
}

static void make_root_buffer(void)
{
    struct cte *slot = cte_at(KN_INIT_CAP_IPC_BUFFER);
    root->ipc_buffer_kernel = make_boot_object(KN_INIT_CAP_IPC_BUFFER, KN_CAP_TYPE_FRAME, KN_PAGE_BITS);
    slot->cap = cap_with_rights(cap_with_field(slot->cap, 53, 6, KN_PAGE_BITS), KN_RIGHTS_READ | KN_RIGHTS_WRITE);
    root->ipc_buffer = 0x10000;
    cdt_insert(slot->cap, slot, &root->slots[TCB_IPC_BUFFER]);
}

// The root thread runs on SC, round robin, from the next kernel_exit on.
static void start_root(struct sched_context *sc)
{
    ticks_t budget = arch_us_to_ticks(ROOT_BUDGET_US);
    sched_context_configure(sc, &(struct sched_context_parameters){
                                    .budget = budget, .period = budget, .refills = KN_SCHED_CONTEXT_MIN_REFILLS});
    thread_set_state(root, THREAD_RUNNING);
    sched_context_bind_tcb(sc, root);
}

static void make_root_thread(void)
{
    root = make_boot_object(KN_INIT_CAP_TCB, KN_CAP_TYPE_TCB, KN_TCB_BITS);
    tcb_init(root);
    cdt_insert(cte_at(ROOT_CNODE)->cap, cte_at(ROOT_CNODE), &root->slots[TCB_CSPACE]);
    make_root_vspace();
    cdt_insert(cte_at(ROOT_VSPACE)->cap, cte_at(ROOT_VSPACE), &root->slots[TCB_VSPACE]);
    make_root_buffer();
    root->mcp = KN_NR_PRIORITIES - 1;
    root->priority = ROOT_PRIORITY;
    start_root(make_root_context());
}

static void join_others(void)
{
    for (word_t i = 1; i < nr_cpus; i++) {
        host_select_cpu(i);
        EXPECT(smp_join() == cpus[i].idle);
        smp_leave(this_cpu());
    }
    host_select_cpu(0);
}

void machine_start(word_t ram_bytes) { machine_start_cpus(ram_bytes, 1); }

void machine_start_cpus(word_t ram_bytes, word_t count)
{
    host_reset(ram_bytes, count);
    host_select_cpu(0);
    nr_cpus = count;
    next_free_slot = SLOT_FREE;
    for (word_t i = 0; i < nr_cpus; i++) {
        struct tcb *idle = phys_to_ptr((paddr_t){IDLE_THREADS + i * BIT(KN_TCB_BITS)});
        cpus[i].self = &cpus[i];
        cpus[i].id = i;
        tcb_init(idle);
        arch_idle_thread_init(idle);
        idle->state = THREAD_IDLE;
        idle->cpu = i;
        scheduler_init(&cpus[i], idle);
    }
    make_root_cnode();
    make_authorities();
    make_root_thread();
    if (nr_cpus > 1)
        smp_boot(nr_cpus);
    EXPECT(kernel_exit() == root);
    smp_leave(this_cpu());
    join_others();
    root->context.reg[KN_REG_PC] = 0x1000;
    OK(kn_untyped_retype(SLOT_UNTYPED2, KN_OBJECT_TYPE_NOTIFICATION, 0, 0, 0, SLOT_PARKING, 1, ROOT_CNODE));
}

word_t new_slots(word_t count)
{
    word_t first = next_free_slot;
    next_free_slot += count;
    EXPECT(next_free_slot <= BIT(ROOT_RADIX));
    return first;
}

word_t new_slot(void) { return new_slots(1); }

word_t make_many(word_t type, word_t size_bits, word_t count)
{
    word_t first = new_slots(count);
    OK(kn_untyped_retype(SLOT_UNTYPED, type, size_bits, 0, 0, first, count, ROOT_CNODE));
    return first;
}

word_t make(word_t type, word_t size_bits) { return make_many(type, size_bits, 1); }

word_t mint(word_t slot, word_t rights, badge_t badge)
{
    word_t dest = new_slot();
    OK(kn_cnode_mint(ROOT_CNODE, dest, DEPTH, slot, DEPTH, rights, badge, ROOT_CNODE));
    return dest;
}

word_t copy(word_t slot)
{
    word_t dest = new_slot();
    OK(kn_cnode_copy(ROOT_CNODE, dest, DEPTH, slot, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    return dest;
}

kn_error_t revoke(word_t slot) { return kn_cnode_revoke(ROOT_CNODE, slot, DEPTH); }
kn_error_t delete (word_t slot) { return kn_cnode_delete(ROOT_CNODE, slot, DEPTH); }

void go_to_cpu(struct thread thread, word_t cpu)
{
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL + cpu, ROOT_BUDGET_US, ROOT_BUDGET_US, 0, 0, 0, thread.sc));
}

word_t make_sched_context(word_t budget_us, word_t period_us, word_t extra_refills, word_t badge, word_t flags)
{
    word_t sc = make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS + 1);
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL, budget_us, period_us, extra_refills, badge, flags, sc));
    return sc;
}

struct thread make_passive_thread(word_t priority)
{
    struct thread thread = {.tcb = make(KN_OBJECT_TYPE_TCB, 0), .buffer = make(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS)};
    thread.t = PTR(thread.tcb, struct tcb);
    OK(kn_tcb_configure(thread.tcb, kn_cnode_guard_new(0, KN_WORD_BITS - ROOT_RADIX),
                        0x10000000 + thread.buffer * 0x1000, ROOT_CNODE, ROOT_VSPACE, thread.buffer));
    OK(kn_tcb_set_sched_params(thread.tcb, priority, priority, KN_INIT_CAP_TCB, 0, 0));
    return thread;
}

struct thread make_thread(word_t priority)
{
    struct thread thread = make_passive_thread(priority);
    thread.sc = make_sched_context(ROOT_BUDGET_US, ROOT_BUDGET_US, 0, 0, 0);
    OK(kn_sched_context_bind(thread.sc, thread.tcb));
    return thread;
}

void resume(struct thread thread) { OK(kn_tcb_resume(thread.tcb)); }

void start(struct thread thread, struct user_call call)
{
    OK(kn_tcb_suspend(thread.tcb));
    program(thread.t, call);
    OK(kn_tcb_resume(thread.tcb));
}

void park(void)
{
    while (current() != root)
        act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
}
