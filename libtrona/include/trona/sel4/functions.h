// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The IPC buffer of the calling thread. Its address is the thread block register, which the kernel sets.

#include "types.h"

// Nothing to do: the register follows TCB_SetIPCBuffer and TCB_Configure.
static inline void seL4_SetIPCBuffer(seL4_IPCBuffer *ipc_buffer) { (void)ipc_buffer; }
static inline seL4_IPCBuffer *seL4_GetIPCBuffer(void) { return (seL4_IPCBuffer *)kn_ipc_buffer(); }

static inline seL4_Word seL4_GetMR(int i) { return kn_ipc_buffer()->msg[i]; }
static inline void seL4_SetMR(int i, seL4_Word mr) { kn_ipc_buffer()->msg[i] = mr; }
static inline seL4_Word seL4_GetUserData(void) { return kn_ipc_buffer()->user_data; }
static inline void seL4_SetUserData(seL4_Word data) { kn_ipc_buffer()->user_data = data; }
static inline seL4_Word seL4_GetBadge(int i) { return kn_ipc_buffer()->caps_or_badges[i]; }
static inline seL4_CPtr seL4_GetCap(int i) { return kn_ipc_buffer()->caps_or_badges[i]; }
static inline void seL4_SetCap(int i, seL4_CPtr cptr) { kn_ipc_buffer()->caps_or_badges[i] = cptr; }

static inline void seL4_GetCapReceivePath(seL4_CPtr *receiveCNode, seL4_CPtr *receiveIndex, seL4_Word *receiveDepth)
{
    const struct kn_ipc_buffer *buffer = kn_ipc_buffer();
    if (receiveCNode)
        *receiveCNode = buffer->receive_cnode;
    if (receiveIndex)
        *receiveIndex = buffer->receive_index;
    if (receiveDepth)
        *receiveDepth = buffer->receive_depth;
}

static inline void seL4_SetCapReceivePath(seL4_CPtr receiveCNode, seL4_CPtr receiveIndex, seL4_Word receiveDepth)
{
    kn_set_receive_slot(receiveCNode, receiveIndex, receiveDepth);
}

// Behind a mapping that failed with seL4_FailedLookup: the address bits below the entry of the missing table.
#define SEL4_MAPPING_LOOKUP_LEVEL 2
static inline seL4_Word seL4_MappingFailedLookupLevel(void) { return seL4_GetMR(SEL4_MAPPING_LOOKUP_LEVEL); }
