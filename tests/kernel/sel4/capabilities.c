// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Boot information, untyped memory, CNodes, CSpaces.

#include "root.h"

void check_boot_info(void)
{
    CHECK(info->ipcBuffer == seL4_GetIPCBuffer());
    CHECK(info->numNodes >= 1 && info->nodeID < info->numNodes);
    CHECK(info->schedcontrol.end - info->schedcontrol.start == info->numNodes);
    CHECK(info->empty.start >= seL4_NumInitialCaps && info->empty.end <= 1ul << info->initThreadCNodeSizeBits);
    CHECK(info->userImageFrames.start < info->userImageFrames.end);
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i];
        CHECK(u->sizeBits >= seL4_MinUntypedBits && u->sizeBits <= seL4_MaxUntypedBits);
        CHECK(u->paddr % (1ul << u->sizeBits) == 0);
    }
#ifdef CONFIG_DEBUG_BUILD
    CHECK(seL4_DebugCapIdentify(SELF) != 0 && seL4_DebugCapIdentify(info->empty.end - 1) == 0);
#endif
}

void check_untyped(void)
{
    enum { BITS = seL4_PageBits + 3, NR = 8 };
    seL4_Untyped untyped = make(seL4_UntypedObject, BITS);
    seL4_CPtr frames = new_slots(NR), extra = new_slot();
    CHECK_OK(seL4_Untyped_Retype(untyped, ARCH_PAGE, 0, ROOT, 0, 0, frames, NR));
    seL4_Word first = arch_page_address(frames).paddr;
    for (seL4_Word i = 1; i < NR; i++)
        CHECK(arch_page_address(frames + i).paddr == first + i * PAGE_SIZE);
    CHECK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, extra, 1) == seL4_NotEnoughMemory);
    CHECK(seL4_GetMR(0) == 0); // bytes left
    CHECK_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    CHECK(slot_is_empty(frames) && slot_is_empty(frames + NR - 1));
    CHECK_OK(seL4_Untyped_Retype(untyped, seL4_UntypedObject, BITS - 1, ROOT, 0, 0, frames, 2));
    CHECK(seL4_Untyped_Retype(untyped, seL4_UntypedObject, BITS, ROOT, 0, 0, extra, 1) == seL4_NotEnoughMemory);
    CHECK(seL4_Untyped_Retype(frames, seL4_TCBObject, 0, ROOT, 0, 0, frames + 1, 1) == seL4_DeleteFirst);
    CHECK(seL4_Untyped_Retype(frames, seL4_TCBObject, 0, ROOT, 0, 0, extra, CONFIG_RETYPE_FAN_OUT_LIMIT + 1) ==
          seL4_RangeError);
    CHECK(seL4_Untyped_Retype(extra, seL4_TCBObject, 0, ROOT, 0, 0, frames + 3, 1) != seL4_NoError);
    CHECK_OK(seL4_Untyped_Retype(frames, seL4_TCBObject, 0, ROOT, 0, 0, extra, 1));
    CHECK_OK(seL4_CNode_Delete(ROOT, frames, DEPTH)); // its child lives on, below the first untyped
    CHECK_OK(seL4_TCB_Suspend(extra));
    CHECK_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    CHECK(slot_is_empty(extra));
}

void check_cnodes(void)
{
    seL4_CPtr endpoint = make(seL4_EndpointObject, 0), a = new_slot(), b = new_slot(), c = new_slot();
    CHECK_OK(seL4_CNode_Copy(ROOT, a, DEPTH, ROOT, endpoint, DEPTH, seL4_CanRead));
    CHECK(seL4_CNode_Copy(ROOT, a, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights) == seL4_DeleteFirst);
    CHECK_OK(seL4_CNode_Delete(ROOT, a, DEPTH));
    CHECK_OK(seL4_CNode_Delete(ROOT, a, DEPTH)); // an empty slot is not an error
    CHECK_OK(seL4_CNode_Mint(ROOT, a, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights, 1));
    CHECK(seL4_CNode_Mint(ROOT, b, DEPTH, ROOT, a, DEPTH, seL4_AllRights, 2) == seL4_IllegalOperation);
    CHECK_OK(seL4_CNode_Move(ROOT, b, DEPTH, ROOT, a, DEPTH));
    CHECK(slot_is_empty(a) && !slot_is_empty(b));
    CHECK(seL4_CNode_Move(ROOT, c, DEPTH, ROOT, a, DEPTH) == seL4_FailedLookup);
    CHECK(seL4_GetMR(0) == 1 && seL4_GetMR(1) == seL4_MissingCapability); // of the source
    CHECK_OK(seL4_CNode_Copy(ROOT, a, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights));
    CHECK(seL4_CNode_Mutate(ROOT, c, DEPTH, ROOT, a, DEPTH, 3) == seL4_IllegalOperation); // a badge comes by Mint only
    CHECK_OK(seL4_CNode_Mutate(ROOT, c, DEPTH, ROOT, a, DEPTH, 0)); // now a is empty
    CHECK_OK(seL4_CNode_Rotate(ROOT, a, DEPTH, 0, ROOT, b, DEPTH, 0, ROOT, c, DEPTH));
    CHECK(!slot_is_empty(a) && !slot_is_empty(b) && slot_is_empty(c));
    CHECK_OK(seL4_CNode_Rotate(ROOT, a, DEPTH, 0, ROOT, b, DEPTH, 0, ROOT, a, DEPTH)); // swaps
    CHECK_OK(seL4_CNode_Revoke(ROOT, endpoint, DEPTH));
    CHECK(slot_is_empty(a) && slot_is_empty(b) && !slot_is_empty(endpoint));
}

// In a CSpace of its own: sends from capability address 0x25, slot 5 of the CNode in slot 2.
static void send_from_two_levels(struct thread *t)
{
    seL4_SetMR(0, t->arg);
    seL4_Send(0x25, seL4_MessageInfo_new(7, 0, 0, 1));
    t->is_done = 1;
    seL4_Wait(0x25, seL4_Null); // there is no TCB capability to suspend with: it waits for ever
}

void check_cspace(void)
{
    enum { RADIX = 4 };
    seL4_CNode top = make(seL4_CapTableObject, RADIX), bottom = make(seL4_CapTableObject, RADIX);
    seL4_CPtr endpoint = make(seL4_EndpointObject, 0), reply = make(seL4_ReplyObject, 0);
    seL4_CNode_CapData_t guard = seL4_CNode_CapData_new(0, seL4_WordBits - 2 * RADIX);
    seL4_CNode space = badged(top, guard.words[0]);
    CHECK(seL4_CNode_CapData_ptr_get_guardSize(&guard) == seL4_WordBits - 2 * RADIX);
    CHECK_OK(seL4_CNode_Mint(top, 2, RADIX, ROOT, bottom, DEPTH, seL4_AllRights, 0));
    CHECK_OK(seL4_CNode_Mint(space, 0x25, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights, 25));
    CHECK(seL4_CNode_Copy(bottom, 5, RADIX, ROOT, endpoint, DEPTH, seL4_AllRights) == seL4_DeleteFirst);
    CHECK(seL4_CNode_Delete(space, 0x35, DEPTH) == seL4_FailedLookup);
    CHECK(seL4_GetMR(0) == 0 && seL4_GetMR(1) == seL4_DepthMismatch && seL4_GetMR(2) == RADIX); // bits left
    CHECK(seL4_CNode_Delete(space, 0x125, DEPTH) == seL4_FailedLookup && seL4_GetMR(1) == seL4_GuardMismatch);
    CHECK(seL4_CNode_Delete(space, 0x25, DEPTH - 1) == seL4_FailedLookup);
    struct thread *t = thread_new(send_from_two_levels, 99, PRIORITY_LOW);
    CHECK_OK(seL4_TCB_SetSpace(t->tcb, seL4_CapNull, top, guard.words[0], VSPACE, 0));
    thread_start(t);
    seL4_Word badge;
    seL4_MessageInfo_t tag = seL4_Recv(endpoint, &badge, reply);
    CHECK(badge == 25 && seL4_MessageInfo_get_label(tag) == 7 && seL4_GetMR(0) == 99);
    CHECK_OK(seL4_CNode_Delete(ROOT, t->tcb, DEPTH));
}
