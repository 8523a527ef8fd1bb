// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What a root task starts with. The start in libtrona's src/sel4.c makes this structure of kernite's boot information
// and calls the program's main().

#include "constants.h"

// Slots of the initial CNode. Those of one architecture are in <arch>.h.
enum {
    seL4_CapNull = KN_INIT_CAP_NULL,
    seL4_CapInitThreadTCB = KN_INIT_CAP_TCB,
    seL4_CapInitThreadCNode = KN_INIT_CAP_CNODE,
    seL4_CapInitThreadVSpace = KN_INIT_CAP_VSPACE,
    seL4_CapIRQControl = KN_INIT_CAP_IRQ_CONTROL,
    seL4_CapASIDControl = KN_INIT_CAP_ASID_CONTROL,
    seL4_CapInitThreadASIDPool = KN_INIT_CAP_ASID_POOL,
    seL4_CapInitThreadIPCBuffer = KN_INIT_CAP_IPC_BUFFER,
    seL4_CapInitThreadSC = KN_INIT_CAP_SCHED_CONTEXT,
    seL4_NumInitialCaps = KN_INIT_CAP_FIRST_FREE,
};

typedef struct seL4_SlotRegion {
    seL4_SlotPos start;
    seL4_SlotPos end; // behind the last one
} seL4_SlotRegion;

typedef struct seL4_UntypedDesc {
    seL4_Word paddr;
    seL4_Uint8 sizeBits;
    seL4_Uint8 isDevice;
    seL4_Uint8 padding[sizeof(seL4_Word) - 2];
} seL4_UntypedDesc;

typedef struct seL4_BootInfo {
    seL4_Word extraLen; // 0
    seL4_NodeId nodeID;
    seL4_Word numNodes;
    seL4_Word numIOPTLevels; // 0
    seL4_IPCBuffer *ipcBuffer;
    seL4_SlotRegion empty;
    seL4_SlotRegion sharedFrames; // none
    seL4_SlotRegion userImageFrames;
    seL4_SlotRegion userImagePaging;
    seL4_SlotRegion ioSpaceCaps;  // none
    seL4_SlotRegion extraBIPages; // none
    seL4_Word initThreadCNodeSizeBits;
    seL4_Domain initThreadDomain; // 0
    seL4_SlotRegion schedcontrol;
    seL4_SlotRegion untyped; // those that are wholly free
    seL4_UntypedDesc untypedList[CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS];
} seL4_BootInfo;

// Of a block of additional information. There are none here: extraLen is 0.
typedef struct seL4_BootInfoHeader {
    seL4_Word id;  // a SEL4_BOOTINFO_HEADER_*
    seL4_Word len; // with this header
} seL4_BootInfoHeader;

seL4_BootInfo *seL4_GetBootInfo(void);
