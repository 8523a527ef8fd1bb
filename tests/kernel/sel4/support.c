// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Memory, slots, addresses and threads for the parts. Nothing is given back.

#include "root.h"

#define NR_THREADS 40
#define STACK_SIZE 8192
#define SLICE_US 10000
#define LONG_US 600000000 // longer than all parts together: no thread of this priority takes turns with the first
#define FAILED 1

seL4_BootInfo *info;

static seL4_CPtr memory; // the largest untyped
static seL4_CPtr next_slot;
static seL4_Word next_address = 0x10000000;
static struct thread threads[NR_THREADS];
static _Alignas(16) char stacks[NR_THREADS][STACK_SIZE];
static seL4_Word nr_threads;
static seL4_CPtr unexpected; // endpoint of faults that no part waits for

void print(const char *s)
{
    for (; *s; s++)
        arch_put_char(*s);
}

static void print_number(seL4_Word n)
{
    if (n >= 10)
        print_number(n / 10);
    arch_put_char((char)('0' + n % 10));
}

void fail(const char *file, int line, const char *what)
{
    print("FAIL ");
    print(file);
    print(":");
    print_number((seL4_Word)line);
    print(": ");
    print(what);
    print("\n");
    arch_end_machine(FAILED);
    for (;;)
        ;
}

seL4_CPtr new_slots(seL4_Word n)
{
    CHECK(n <= info->empty.end - next_slot);
    next_slot += n;
    return next_slot - n;
}

seL4_Bool slot_is_empty(seL4_CPtr slot)
{
    // The destination is looked at first.
    return seL4_CNode_Move(ROOT, slot, DEPTH, ROOT, slot, DEPTH) == seL4_FailedLookup;
}

seL4_CPtr make_many(seL4_Word type, seL4_Word size_bits, seL4_Word n)
{
    seL4_CPtr first = new_slots(n);
    CHECK_OK(seL4_Untyped_Retype(memory, type, size_bits, ROOT, 0, 0, first, n));
    return first;
}

seL4_CPtr badged(seL4_CPtr cap, seL4_Word badge)
{
    seL4_CPtr slot = new_slot();
    CHECK_OK(seL4_CNode_Mint(ROOT, slot, DEPTH, ROOT, cap, DEPTH, seL4_AllRights, badge));
    return slot;
}

seL4_CPtr with_rights(seL4_CPtr cap, seL4_CapRights_t rights)
{
    seL4_CPtr slot = new_slot();
    CHECK_OK(seL4_CNode_Copy(ROOT, slot, DEPTH, ROOT, cap, DEPTH, rights));
    return slot;
}

void map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word vaddr, seL4_CapRights_t rights)
{
    seL4_Error error;
    while ((error = arch_page_map(frame, vspace, vaddr, rights, ARCH_DEFAULT)) == seL4_FailedLookup) {
        seL4_Word bits = seL4_MappingFailedLookupLevel();
        seL4_CPtr table = make(arch_table_type(bits), 0);
        CHECK_OK(arch_map_table(bits, table, vspace, vaddr));
    }
    CHECK_OK(error);
}

seL4_Word new_addresses(seL4_Word size)
{
    seL4_Word start = (next_address + size - 1) & ~(size - 1);
    next_address = start + size;
    return start;
}

static void thread_main(struct thread *t)
{
    t->run(t);
    t->is_done = 1;
    for (;;)
        seL4_TCB_Suspend(t->tcb);
}

struct thread *thread_new(void (*run)(struct thread *), seL4_Word arg, seL4_Word priority)
{
    CHECK(nr_threads < NR_THREADS);
    struct thread *t = &threads[nr_threads];
    t->tcb = make(seL4_TCBObject, 0);
    t->sc = make(seL4_SchedContextObject, seL4_MinSchedContextBits);
    t->arg = arg;
    t->run = run;
    t->buffer = (seL4_IPCBuffer *)new_addresses(PAGE_SIZE);
    t->buffer_frame = make(ARCH_PAGE, 0);
    t->stack_top = (seL4_Word)stacks[nr_threads++] + STACK_SIZE;
    map(t->buffer_frame, VSPACE, (seL4_Word)t->buffer, seL4_ReadWrite);
    CHECK_OK(seL4_TCB_Configure(t->tcb, ROOT, 0, VSPACE, 0, (seL4_Word)t->buffer, t->buffer_frame));
    CHECK_OK(seL4_SchedControl_Configure(info->schedcontrol.start, t->sc, SLICE_US, SLICE_US, 0, 0));
    CHECK_OK(seL4_TCB_SetSchedParams(t->tcb, SELF, priority, priority, t->sc, unexpected));
    return t;
}

void thread_start(struct thread *t)
{
    seL4_UserContext regs = {0};
    arch_set_entry(&regs, (seL4_Word)thread_main, t->stack_top, (seL4_Word)t);
    CHECK_OK(seL4_TCB_WriteRegisters(t->tcb, 1, 0, sizeof regs / sizeof(seL4_Word), &regs));
}

void thread_set_handler(struct thread *t, seL4_CPtr endpoint)
{
    CHECK_OK(seL4_TCB_SetSpace(t->tcb, endpoint, ROOT, 0, VSPACE, 0));
}

struct thread *thread_spawn(void (*run)(struct thread *), seL4_Word arg, seL4_Word priority)
{
    struct thread *t = thread_new(run, arg, priority);
    thread_start(t);
    return t;
}

seL4_Fault_t receive_fault(seL4_CPtr endpoint, seL4_CPtr reply, seL4_Word type)
{
    seL4_Word badge;
    seL4_Fault_t fault = seL4_getFault(seL4_Recv(endpoint, &badge, reply));
    CHECK(seL4_Fault_get_seL4_FaultType(fault) == type);
    return fault;
}

void answer(seL4_CPtr reply) { seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0)); }

// A part that waits for a thread that has faulted would wait for ever.
static void report_faults(struct thread *t)
{
    seL4_Word badge;
    seL4_MessageInfo_t tag = seL4_Recv(unexpected, &badge, t->arg);
    print("FAIL: a thread has faulted: label ");
    print_number(seL4_MessageInfo_get_label(tag));
    print(", words");
    for (seL4_Word i = 0; i < seL4_MessageInfo_get_length(tag); i++) {
        print(" ");
        print_number(seL4_GetMR((int)i));
    }
    print("\n");
    arch_end_machine(FAILED);
}

void root_init(void)
{
    seL4_Word best = 0;
    info = seL4_GetBootInfo();
    next_slot = info->empty.start;
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++)
        if (!info->untypedList[i].isDevice && info->untypedList[i].sizeBits > best) {
            best = info->untypedList[i].sizeBits;
            memory = info->untyped.start + i;
        }
    arch_console_init();
    CHECK_OK(seL4_TCB_SetPriority(SELF, SELF, PRIORITY_MAIN));
    CHECK_OK(seL4_SchedControl_Configure(info->schedcontrol.start, seL4_CapInitThreadSC, LONG_US, LONG_US, 0, 0));
    unexpected = make(seL4_EndpointObject, 0);
    thread_spawn(report_faults, make(seL4_ReplyObject, 0), PRIORITY_WATCH);
}
