// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "threads.h"

#include <kn/stubs.h>

#include "../../../servers/init/die.h"
#include "../../../servers/init/init.h"
#include "../../../servers/init/objects.h"

#define MAX_THREADS 12
#define STACK_SIZE 2048
#define BUFFER_VADDR 0x7400000000
#define PAGE 4096

static const struct kn_boot_info *info;
static _Alignas(16) char stacks[MAX_THREADS][STACK_SIZE];
static unsigned nr_threads;

void threads_init(const struct kn_boot_info *boot)
{
    info = boot;
}

static void require(kn_error_t error, const char *what)
{
    if (error != KN_ERROR_NONE)
        init_die("%s fails with error %ld", what, (long)error);
}

// The root task's image again, with all rights on every page: text, data and stacks are where they are here.
static kn_cptr_t make_vspace(void)
{
    kn_cptr_t vspace = object_make(KN_OBJECT_TYPE_VSPACE, 0);
    require(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, vspace), "ASIDPool_Assign");
    for (kn_cptr_t slot = info->user_image.start; slot < info->user_image.end; slot++)
        map_frames(vspace, cap_copy(slot), 1, info->user_image_vaddr + (slot - info->user_image.start) * PAGE,
                   KN_RIGHTS_READ | KN_RIGHTS_WRITE, 0);
    return vspace;
}

void thread_start(struct bench_thread *t, void (*entry)(void), kn_word_t priority, kn_cptr_t fault_endpoint)
{
    unsigned i = nr_threads++;
    if (i >= MAX_THREADS)
        init_die("more threads than the benchmark has stacks");
    t->tcb = object_make(KN_OBJECT_TYPE_TCB, 0);
    t->vspace = make_vspace();
    t->sched_context = object_make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS);
    kn_cptr_t buffer = frames_make(1);
    map_frames(t->vspace, cap_copy(buffer), 1, BUFFER_VADDR, KN_RIGHTS_READ | KN_RIGHTS_WRITE, KN_VM_ATTR_EXECUTE_NEVER);
    require(kn_tcb_configure(t->tcb, 0, BUFFER_VADDR, KN_INIT_CAP_CNODE, t->vspace, buffer), "TCB_Configure");
    require(kn_sched_control_configure(info->sched_control.start, 100000, 100000, 0, 0, 0, t->sched_context),
            "SchedControl_Configure");
    require(kn_tcb_set_sched_params(t->tcb, priority, priority, KN_INIT_CAP_TCB, t->sched_context, fault_endpoint),
            "TCB_SetSchedParams");
    struct kn_registers registers = {0};
    process_entry_registers(&registers, (kn_word_t)entry, 0);
    process_stack_register(&registers, (kn_word_t)stacks[i] + STACK_SIZE);
    require(kn_tcb_write_registers(t->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &registers),
            "TCB_WriteRegisters");
}

void thread_make_passive(struct bench_thread *t)
{
    require(kn_sched_context_unbind(t->sched_context), "SchedContext_Unbind");
}
