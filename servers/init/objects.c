// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "objects.h"

#include <kn/stubs.h>

#include "die.h"
#include "trona/log.h"

#define OWN_CNODE KN_INIT_CAP_CNODE
#define SCRATCH 0x7000000000
#define MAX_UNTYPED 512

// An untyped of the boot information. used: bytes below the kernel's watermark.
struct untyped {
    kn_word_t paddr, size, used;
    kn_cptr_t slot;
    bool is_device;
};

static struct untyped untypeds[MAX_UNTYPED];
static unsigned nr_untypeds;
static kn_cptr_t next_slot, end_slot;
static kn_cptr_t scratch_frame;

void objects_init(const struct kn_boot_info *boot)
{
    const struct kn_untyped_desc *desc = (const struct kn_untyped_desc *)(boot + 1);
    next_slot = boot->empty.start;
    end_slot = boot->empty.end;
    nr_untypeds = (unsigned)(boot->untyped.end - boot->untyped.start);
    if (nr_untypeds > MAX_UNTYPED)
        init_die("the kernel gives %u untypeds, more than init can keep", nr_untypeds);
    for (unsigned i = 0; i < nr_untypeds; i++)
        untypeds[i] = (struct untyped){desc[i].paddr, (kn_word_t)1 << desc[i].size_bits, desc[i].used,
                                       boot->untyped.start + i,
                                       desc[i].is_device != 0};
}

kn_cptr_t slots_take(kn_word_t count)
{
    if (end_slot - next_slot < count)
        init_die("init's CNode is full");
    next_slot += count;
    return next_slot - count;
}

static kn_word_t object_bytes(kn_word_t type, kn_word_t size_bits)
{
    switch (type) {
    case KN_OBJECT_TYPE_TCB: return (kn_word_t)1 << KN_TCB_BITS;
    case KN_OBJECT_TYPE_ENDPOINT: return (kn_word_t)1 << KN_ENDPOINT_BITS;
    case KN_OBJECT_TYPE_NOTIFICATION: return (kn_word_t)1 << KN_NOTIFICATION_BITS;
    case KN_OBJECT_TYPE_REPLY: return (kn_word_t)1 << KN_REPLY_BITS;
    case KN_OBJECT_TYPE_VSPACE: return (kn_word_t)1 << KN_VSPACE_BITS;
    case KN_OBJECT_TYPE_PAGE_TABLE: return (kn_word_t)1 << KN_PAGE_TABLE_BITS;
    case KN_OBJECT_TYPE_CNODE: return (kn_word_t)1 << (size_bits + KN_SLOT_BITS);
    default: return (kn_word_t)1 << size_bits;
    }
}

// Retypes COUNT objects from U into fresh slots; 0 if they don't fit.
static kn_cptr_t retype_from(struct untyped *u, kn_word_t type, kn_word_t size_bits, kn_word_t count)
{
    kn_word_t bytes = object_bytes(type, size_bits);
    kn_word_t start = (u->used + bytes - 1) & ~(bytes - 1);
    if (start > u->size || (u->size - start) / bytes < count)
        return 0;
    kn_cptr_t slot = slots_take(count);
    kn_error_t error = kn_untyped_retype(u->slot, type, size_bits, 0, 0, slot, count, OWN_CNODE);
    if (error != KN_ERROR_NONE)
        init_die("Untyped_Retype of type %lu fails with error %ld", type, (long)error);
    u->used = start + count * bytes;
    return slot;
}

// From the smallest RAM untyped in which they fit: large ones stay whole for mmsrv.
static kn_cptr_t make(kn_word_t type, kn_word_t size_bits, kn_word_t count)
{
    for (kn_word_t limit = 4096; limit; limit <<= 1)
        for (unsigned i = 0; i < nr_untypeds; i++) {
            struct untyped *u = &untypeds[i];
            kn_cptr_t slot = u->is_device || u->size != limit ? 0 : retype_from(u, type, size_bits, count);
            if (slot)
                return slot;
        }
    init_die("not enough memory to start the system");
}

kn_cptr_t object_make(kn_word_t type, kn_word_t size_bits)
{
    return make(type, size_bits, 1);
}

kn_cptr_t frames_make(kn_word_t count)
{
    return make(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, count);
}

// Device untypeds are cut by splitting: Retype takes memory in ascending order only, so everything below PADDR is first
// retyped into smaller untypeds, which join the list.
kn_cptr_t device_frame_make(kn_word_t paddr)
{
    for (unsigned i = 0; i < nr_untypeds; i++) {
        struct untyped *u = &untypeds[i];
        if (!u->is_device || paddr < u->paddr || paddr - u->paddr >= u->size)
            continue;
        if (u->size == 4096)
            return retype_from(u, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, 1);
        if (u->used)
            continue; // it has been split: one of its halves matches too
        kn_word_t half = u->size / 2;
        kn_cptr_t slot = retype_from(u, KN_OBJECT_TYPE_UNTYPED, (kn_word_t)__builtin_ctzl(half), 2);
        if (!slot || nr_untypeds + 2 > MAX_UNTYPED)
            break;
        untypeds[nr_untypeds++] = (struct untyped){u->paddr, half, 0, slot, true};
        untypeds[nr_untypeds++] = (struct untyped){u->paddr + half, half, 0, slot + 1, true};
    }
    init_die("no device untyped holds the registers at 0x%lx", paddr);
}

kn_cptr_t cap_copy(kn_cptr_t slot)
{
    kn_cptr_t copy = slots_take(1);
    cap_put(OWN_CNODE, copy, slot);
    return copy;
}

kn_cptr_t cap_mint(kn_cptr_t slot, kn_word_t rights, kn_word_t badge)
{
    kn_cptr_t copy = slots_take(1);
    cap_put_minted(OWN_CNODE, copy, slot, rights, badge);
    return copy;
}

void cap_put(kn_cptr_t cnode, kn_word_t index, kn_cptr_t slot)
{
    kn_error_t error = kn_cnode_copy(cnode, index, KN_WORD_BITS, slot, KN_WORD_BITS, KN_RIGHTS_MASK, OWN_CNODE);
    if (error != KN_ERROR_NONE)
        init_die("CNode_Copy from slot %lu to %lu fails with error %ld", slot, index, (long)error);
}

void cap_put_minted(kn_cptr_t cnode, kn_word_t index, kn_cptr_t slot, kn_word_t rights, kn_word_t badge)
{
    kn_error_t error = kn_cnode_mint(cnode, index, KN_WORD_BITS, slot, KN_WORD_BITS, rights, badge, OWN_CNODE);
    if (error != KN_ERROR_NONE)
        init_die("CNode_Mint from slot %lu to %lu fails with error %ld", slot, index, (long)error);
}

void copy_range(kn_cptr_t cnode, kn_word_t index, kn_cptr_t source, kn_word_t count)
{
    while (count) {
        kn_word_t done = 0, batch = count < KN_RANGE_MAX ? count : KN_RANGE_MAX;
        kn_error_t error = kn_cnode_copy_range(cnode, index, KN_WORD_BITS, source, KN_WORD_BITS, KN_RIGHTS_MASK, batch,
                                               OWN_CNODE, &done);
        if (error != KN_ERROR_NONE)
            init_die("CNode_CopyRange to slot %lu fails with error %ld", index, (long)error);
        index += done; // less than the batch if an interrupt was due
        source += done;
        count -= done;
    }
}

static void add_table(kn_cptr_t vspace, kn_word_t vaddr)
{
    kn_cptr_t table = object_make(KN_OBJECT_TYPE_PAGE_TABLE, 0);
    kn_error_t error = kn_page_table_map(table, vaddr, 0, vspace);
    if (error != KN_ERROR_NONE)
        init_die("PageTable_Map at 0x%lx fails with error %ld", vaddr, (long)error);
}

void map_frames(kn_cptr_t vspace, kn_cptr_t frames, kn_word_t count, kn_word_t vaddr, kn_word_t rights, kn_word_t attr)
{
    while (count) {
        kn_word_t done = 0;
        kn_word_t batch = count < KN_RANGE_MAX ? count : KN_RANGE_MAX;
        // A batch must not cross into a page table that may be missing: a batch ends with its table's 2 MiB.
        kn_word_t room = (0x200000 - (vaddr & 0x1fffff)) / 4096;
        if (batch > room)
            batch = room;
        kn_error_t error = kn_vspace_map_range(vspace, frames, KN_WORD_BITS, vaddr, batch, rights, attr, OWN_CNODE, &done);
        if (error == KN_ERROR_FAILED_LOOKUP) {
            add_table(vspace, vaddr);
            continue;
        }
        if (error != KN_ERROR_NONE)
            init_die("mapping %lu frames at 0x%lx fails with error %ld", batch, vaddr, (long)error);
        frames += done; // less than the batch if an interrupt was due
        count -= done;
        vaddr += done * 4096;
    }
}

void *map_scratch(kn_cptr_t frame)
{
    if (scratch_frame)
        kn_frame_unmap(scratch_frame);
    map_frames(KN_INIT_CAP_VSPACE, frame, 1, SCRATCH, KN_RIGHTS_READ | KN_RIGHTS_WRITE, KN_VM_ATTR_EXECUTE_NEVER);
    scratch_frame = frame;
    return (void *)SCRATCH;
}

// Cuts what is left of U into untypeds, the largest that fit one after the other, which join the list.
static void split_rest(const struct untyped *u)
{
    struct untyped rest = *u;
    while (rest.used < rest.size && nr_untypeds < MAX_UNTYPED) {
        kn_word_t size = rest.used & -rest.used, paddr = rest.paddr + rest.used;
        if (size < 4096) {
            rest.used += size; // less than a page: nobody needs it
            continue;
        }
        kn_cptr_t slot = retype_from(&rest, KN_OBJECT_TYPE_UNTYPED, (kn_word_t)__builtin_ctzl(size), 1);
        untypeds[nr_untypeds++] = (struct untyped){paddr, size, 0, slot, false};
    }
}

kn_word_t untypeds_hand_over(kn_cptr_t cnode, kn_word_t index, kn_word_t most, void (*tell)(kn_word_t, kn_word_t, kn_word_t))
{
    for (unsigned i = 0, nr = nr_untypeds; i < nr; i++)
        if (!untypeds[i].is_device && untypeds[i].used && untypeds[i].used < untypeds[i].size) {
            split_rest(&untypeds[i]);
            untypeds[i].used = untypeds[i].size;
        }
    kn_word_t left = 0;
    for (kn_word_t bits = KN_UNTYPED_MAX_BITS; bits >= KN_PAGE_BITS; bits--) // the largest first
        for (unsigned i = 0; i < nr_untypeds; i++) {
            struct untyped *u = &untypeds[i];
            if (u->is_device || u->used || u->size != (kn_word_t)1 << bits)
                continue;
            u->used = u->size; // it is not init's any more
            if (most == 0) {
                left += u->size;
                continue;
            }
            kn_error_t error = kn_cnode_move(cnode, index, KN_WORD_BITS, u->slot, KN_WORD_BITS, OWN_CNODE);
            if (error != KN_ERROR_NONE)
                init_die("handing over an untyped fails with error %ld", (long)error);
            tell(u->paddr, bits, index++);
            most--;
        }
    if (left)
        trona_log("%lu KiB of memory in small pieces are not used", left / 1024);
    return index;
}
