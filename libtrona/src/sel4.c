// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The start of a root task written to libsel4: it has main() where others have trona_main(). Only such a program links
// this file.

#include "trona/sel4.h"

#include "trona/main.h"

int main(void);

static seL4_BootInfo boot_info;

seL4_BootInfo *seL4_GetBootInfo(void) { return &boot_info; }

static seL4_SlotRegion region(struct kn_slot_range range) { return (seL4_SlotRegion){range.start, range.end}; }

static void swap_slots(seL4_SlotPos a, seL4_SlotPos b)
{
    if (a != b)
        seL4_CNode_Rotate(seL4_CapInitThreadCNode, a, seL4_WordBits, 0, seL4_CapInitThreadCNode, b, seL4_WordBits, 0,
                          seL4_CapInitThreadCNode, a, seL4_WordBits);
}

// A libsel4 program takes what is listed for free. Untypeds that boot objects, archive or firmware tables take go behind
// those that are, and are not listed.
static void list_untypeds(const struct kn_boot_info *info)
{
    const struct kn_untyped_desc *all = (const struct kn_untyped_desc *)(info + 1);
    seL4_Word nr = info->untyped.end - info->untyped.start, nr_listed = 0;
    for (seL4_Word i = 0; i < nr && nr_listed < CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS; i++) {
        if (all[i].used)
            continue;
        // The slot that it goes to holds a used one, or is its own.
        swap_slots(info->untyped.start + nr_listed, info->untyped.start + i);
        boot_info.untypedList[nr_listed++] = (seL4_UntypedDesc){
            .paddr = all[i].paddr, .sizeBits = (seL4_Uint8)all[i].size_bits, .isDevice = all[i].is_device != 0};
    }
    boot_info.untyped = (seL4_SlotRegion){info->untyped.start, info->untyped.start + nr_listed};
}

void trona_main(void *start)
{
    const struct kn_boot_info *info = start;
    boot_info = (seL4_BootInfo){
        .numNodes = info->nr_cpus,
        .ipcBuffer = (seL4_IPCBuffer *)info->ipc_buffer,
        .empty = region(info->empty),
        .userImageFrames = region(info->user_image),
        .userImagePaging = region(info->user_tables),
        .initThreadCNodeSizeBits = info->cnode_radix,
        .schedcontrol = region(info->sched_control),
    };
    list_untypeds(info);
    seL4_TCB_SetFlags(seL4_CapInitThreadTCB, seL4_TCBFlag_fpuDisabled, 0); // seL4's root task has its FPU
    main();
    for (;;)
        seL4_TCB_Suspend(seL4_CapInitThreadTCB);
}
