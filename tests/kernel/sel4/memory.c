// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Pages, page tables, address spaces.

#include "root.h"

#define LARGE_PAGE_SIZE (1ul << seL4_LargePageBits)
#define HUGE_PAGE_SIZE (1ul << seL4_HugePageBits)

extern char _start[]; // the image's first byte

static volatile seL4_Word *word_at(seL4_Word vaddr) { return (volatile seL4_Word *)vaddr; }

static void read_word(struct thread *t) { t->result = *word_at(t->arg); }

// Whether a thread that reads at VADDR faults there.
static seL4_Bool is_gone(seL4_Word vaddr)
{
    seL4_CPtr handler = make(seL4_EndpointObject, 0), reply = make(seL4_ReplyObject, 0);
    struct thread *t = thread_new(read_word, vaddr, PRIORITY_HIGH);
    thread_set_handler(t, handler);
    thread_start(t);
    if (t->is_done)
        return 0;
    CHECK(seL4_Fault_VMFault_get_Addr(receive_fault(handler, reply, seL4_Fault_VMFault)) == vaddr);
    return 1;
}

void check_mappings(void)
{
    seL4_Word vaddr = new_addresses(1ul << 39); // where there is no table yet
    seL4_CPtr frame = make(ARCH_PAGE, 0), copy = with_rights(frame, seL4_AllRights);
    CHECK(arch_page_map(frame, VSPACE, vaddr, seL4_ReadWrite, ARCH_DEFAULT) == seL4_FailedLookup);
    CHECK(seL4_MappingFailedLookupLevel() > SEL4_MAPPING_LOOKUP_NO_PT);
    map(frame, VSPACE, vaddr, seL4_ReadWrite);
    CHECK(*word_at(vaddr) == 0);
    *word_at(vaddr) = 77;
    CHECK(arch_page_map(copy, VSPACE, vaddr + 1, seL4_ReadWrite, ARCH_DEFAULT) == seL4_AlignmentError);
    CHECK(arch_page_map(make(ARCH_PAGE, 0), VSPACE, vaddr, seL4_ReadWrite, ARCH_DEFAULT) == seL4_DeleteFirst);
    CHECK(arch_page_map(copy, VSPACE, seL4_UserTop, seL4_ReadWrite, ARCH_DEFAULT) == seL4_InvalidArgument);
    CHECK(arch_page_map(copy, ROOT, vaddr, seL4_ReadWrite, ARCH_DEFAULT) == seL4_InvalidCapability);
    map(copy, VSPACE, vaddr + PAGE_SIZE, seL4_CanRead);
    CHECK(*word_at(vaddr + PAGE_SIZE) == 77);
    CHECK_OK(arch_page_unmap(frame));
    CHECK(is_gone(vaddr) && *word_at(vaddr + PAGE_SIZE) == 77);
    CHECK_OK(seL4_CNode_Revoke(ROOT, frame, DEPTH)); // and with the copy its mapping
    CHECK(is_gone(vaddr + PAGE_SIZE));
}

void check_large_pages(void)
{
    seL4_CPtr frame = make(ARCH_LARGE_PAGE, 0);
    seL4_Word vaddr = new_addresses(LARGE_PAGE_SIZE);
    CHECK(arch_page_address(frame).paddr % LARGE_PAGE_SIZE == 0);
    CHECK(arch_page_map(frame, VSPACE, vaddr + PAGE_SIZE, seL4_ReadWrite, ARCH_DEFAULT) == seL4_AlignmentError);
    map(frame, VSPACE, vaddr, seL4_ReadWrite);
    *word_at(vaddr) = 1;
    *word_at(vaddr + LARGE_PAGE_SIZE - sizeof(seL4_Word)) = 2;
    CHECK(*word_at(vaddr) == 1 && *word_at(vaddr + LARGE_PAGE_SIZE - sizeof(seL4_Word)) == 2);
    CHECK_OK(arch_page_unmap(frame));
    CHECK(is_gone(vaddr));
}

// An untyped of device memory that a page of 1 GiB fits into.
static seL4_CPtr huge_device_untyped(void)
{
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++)
        if (info->untypedList[i].isDevice && info->untypedList[i].sizeBits >= seL4_HugePageBits)
            return info->untyped.start + i;
    return seL4_CapNull;
}

void check_huge_pages(void)
{
    seL4_CPtr frame = new_slot();
    seL4_Word vaddr = new_addresses(HUGE_PAGE_SIZE);
    CHECK_OK(seL4_Untyped_Retype(huge_device_untyped(), ARCH_HUGE_PAGE, 0, ROOT, 0, 0, frame, 1));
    CHECK(arch_page_address(frame).paddr % HUGE_PAGE_SIZE == 0);
    CHECK(arch_page_map(frame, VSPACE, vaddr + LARGE_PAGE_SIZE, seL4_CanRead, ARCH_DEFAULT) == seL4_AlignmentError);
    map(frame, VSPACE, vaddr, seL4_NoRights);
    CHECK(is_gone(vaddr) && is_gone(vaddr + HUGE_PAGE_SIZE - sizeof(seL4_Word)));
    CHECK_OK(arch_page_unmap(frame));
    map(make(ARCH_PAGE, 0), VSPACE, vaddr, seL4_ReadWrite); // the place is free again
    CHECK(*word_at(vaddr) == 0);
}

static void copy_word(struct thread *t)
{
    t->result = word_at(t->arg)[0];
    word_at(t->arg)[1] = t->result + 1;
    t->result = *word_at(t->arg + PAGE_SIZE); // which is not in this address space
}

// A new address space with this program in it, where it is in the first one.
static seL4_CPtr make_address_space(void)
{
    seL4_CPtr pool = new_slot(), vspace = make(ARCH_VSPACE, 0);
    CHECK(arch_page_map(info->userImageFrames.start, vspace, PAGE_SIZE, seL4_CanRead, ARCH_DEFAULT) != seL4_NoError);
    CHECK_OK(arch_asid_make_pool(seL4_CapASIDControl, make(seL4_UntypedObject, seL4_ASIDPoolBits), ROOT, pool, DEPTH));
    CHECK_OK(arch_asid_assign(pool, vspace));
    CHECK(arch_asid_assign(pool, vspace) != seL4_NoError);
    seL4_Word vaddr = (seL4_Word)_start & ~(PAGE_SIZE - 1);
    for (seL4_CPtr frame = info->userImageFrames.start; frame < info->userImageFrames.end; frame++, vaddr += PAGE_SIZE)
        map(with_rights(frame, seL4_AllRights), vspace, vaddr, seL4_ReadWrite);
    return vspace;
}

void check_address_space(void)
{
    seL4_CPtr handler = make(seL4_EndpointObject, 0), reply = make(seL4_ReplyObject, 0), vspace = make_address_space();
    seL4_Word shared = new_addresses(2 * PAGE_SIZE), theirs = new_addresses(2 * PAGE_SIZE);
    seL4_CPtr frame = make(ARCH_PAGE, 0);
    struct thread *t = thread_new(copy_word, theirs, PRIORITY_HIGH);
    map(frame, VSPACE, shared, seL4_ReadWrite);
    map(make(ARCH_PAGE, 0), VSPACE, shared + PAGE_SIZE, seL4_ReadWrite);
    map(with_rights(frame, seL4_AllRights), vspace, theirs, seL4_ReadWrite);
    map(with_rights(t->buffer_frame, seL4_AllRights), vspace, (seL4_Word)t->buffer, seL4_ReadWrite);
    *word_at(shared) = 12;
    CHECK_OK(seL4_TCB_Configure(t->tcb, ROOT, 0, vspace, 0, (seL4_Word)t->buffer, t->buffer_frame));
    CHECK_OK(seL4_TCB_SetSpace(t->tcb, handler, ROOT, 0, vspace, 0));
    thread_start(t);
    seL4_Fault_t fault = receive_fault(handler, reply, seL4_Fault_VMFault);
    CHECK(seL4_Fault_VMFault_get_Addr(fault) == theirs + PAGE_SIZE && word_at(shared)[1] == 13 && t->result == 12);
    CHECK_OK(seL4_CNode_Delete(ROOT, vspace, DEPTH)); // the address space goes, its thread with it
    answer(reply);
    CHECK(!t->is_done);
}
